//! What goes wrong on our side: never the caller's doing, never a receiver's.
//!
//! A fault is logged once, where it becomes an answer; the caller sees a fixed sentence.

use domain::base::StoredError;
use domain::config::ConfigError;
use domain::dispatch::StoreError;
use domain::rpc::CallError;
use thiserror::Error;

/// Something of ours failed.
#[derive(Debug, Error)]
pub(crate) enum InternalError {
    /// A variable or secret is missing or unusable.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The object's storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record in KV.
    #[error(transparent)]
    Stored(#[from] StoredError),
    /// A call between Worker and object that cannot be read.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Another object did not answer, or not with what was asked for.
    #[error("object did not answer: {0}")]
    Object(String),
    /// KV.
    #[error("kv: {0}")]
    Kv(String),
    /// The runtime.
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
