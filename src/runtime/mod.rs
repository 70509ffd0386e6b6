//! The adapter to the Workers runtime: clock, random bytes, log, SQL, alarms, KV, `fetch`, calls
//! between objects, and the executor of futures.
//!
//! This room moves data and decides nothing: it must not know the API's routes or the rules for
//! webhooks and deliveries. Each crossing into JavaScript costs CPU time, so the operations that
//! every event needs go through the few functions of `io.js`. Begin with `io`, then `executor`.

pub(crate) mod internal_error;
pub(crate) mod clock;
pub(crate) mod entropy;
pub(crate) mod log;
pub(crate) mod bindings;
pub(crate) mod executor;
pub(crate) mod io;
pub(crate) mod collector;
pub(crate) mod incoming;
pub(crate) mod sql;
pub(crate) mod alarm;
pub(crate) mod kv;
pub(crate) mod directory;
pub(crate) mod type_records;
pub(crate) mod config;
pub(crate) mod telemetry;
pub(crate) mod object_client;
pub(crate) mod object_server;
