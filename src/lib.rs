//! A webhook dispatcher at the edge.
//!
//! Two rooms and one rule:
//!
//! - [`domain`] decides. It is handed the time, random bytes and facts, and answers with values.
//! - [`platform`] talks to Workers: requests, storage, alarms, `fetch`, clock and chance. It
//!   decides nothing.
//!
//! The rule: `domain` never names `platform`, nor anything of the Workers runtime. A test keeps it.

pub mod domain;
pub mod platform;
