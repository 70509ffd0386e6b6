//! What the Worker and its objects use of the Workers runtime.
//!
//! The clock, random bytes, SQL, alarms, KV, `fetch`, calls between objects, the log and the
//! executor of futures. This room decides nothing about webhooks. Each call into JavaScript costs,
//! so what happens per event goes through the few functions of `io.js`. Begin with `io`.

pub(crate) mod internal_error;
pub(crate) mod clock;
pub(crate) mod entropy;
pub(crate) mod log;
pub(crate) mod bindings;
pub(crate) mod executor;
pub(crate) mod io;
pub(crate) mod incoming;
pub(crate) mod sql;
pub(crate) mod alarm;
pub(crate) mod kv;
pub(crate) mod config;
pub(crate) mod telemetry;
pub(crate) mod object_client;
pub(crate) mod object_server;
