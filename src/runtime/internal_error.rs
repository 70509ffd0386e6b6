//! Internal errors: faults of the platform, of the storage or of the deployment, never of a caller
//! or a receiver.
//!
//! An internal error is logged once, where it is turned into an answer. The caller gets a fixed
//! sentence.

use domain::base::StoredError;
use domain::config::ConfigError;
use domain::dispatch::StoreError;
use domain::rpc::CallError;
use thiserror::Error;

/// An internal error.
#[derive(Debug, Error)]
pub(crate) enum InternalError {
    /// A variable or secret is missing or invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The object's storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored record cannot be read.
    #[error(transparent)]
    Stored(#[from] StoredError),
    /// A call between the Worker and an object cannot be encoded or decoded.
    #[error(transparent)]
    Call(#[from] CallError),
    /// An object did not answer, or its answer is incomplete.
    #[error("object did not answer: {0}")]
    Object(String),
    /// KV failed.
    #[error("kv: {0}")]
    Kv(String),
    /// The runtime failed, or a value cannot be converted to or from JSON.
    #[error("runtime: {0}")]
    Runtime(String),
}

impl From<worker::Error> for InternalError {
    fn from(error: worker::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}

impl From<worker::KvError> for InternalError {
    fn from(error: worker::KvError) -> Self {
        Self::Kv(error.to_string())
    }
}

impl From<serde_json::Error> for InternalError {
    fn from(error: serde_json::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}
