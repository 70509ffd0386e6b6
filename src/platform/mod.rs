//! Room 2: the Workers runtime. Requests, storage, alarms, `fetch`, clock and chance come and go
//! here; every decision is made in [`crate::domain`].
