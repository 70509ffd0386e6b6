//! runtime

pub(crate) mod clock;
pub(crate) mod entropy;
pub(crate) mod internal_error;
pub(crate) mod log;
pub(crate) mod io;
pub(crate) mod executor;
pub(crate) mod incoming;
pub(crate) mod sql;
pub(crate) mod alarm;
pub(crate) mod kv;
pub(crate) mod config;
pub(crate) mod telemetry;
pub(crate) mod object_client;
pub(crate) mod object_server;
