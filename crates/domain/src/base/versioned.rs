//! The stored form of a record: JSON with the version of its form.
//!
//! Two releases may run side by side for minutes, so an unknown version is an error and never a
//! guess.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

/// The version of every stored form.
const VERSION: u32 = 1;

/// Why a stored record cannot be used. It never quotes the record, which may hold secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StoredError {
    /// It is not what any release writes.
    #[error("the record is unreadable")]
    Unreadable,
    /// Another release wrote it.
    #[error("the record is of unknown version {found}")]
    UnknownVersion {
        /// Its version.
        found: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct Stored<R> {
    v: u32,
    record: R,
}

/// The stored form of a record.
pub fn to_text(record: &impl Serialize) -> Result<String, StoredError> {
    serde_json::to_string(&Stored { v: VERSION, record }).map_err(|_| StoredError::Unreadable)
}

/// Reads a stored form.
pub fn from_text<R: DeserializeOwned>(text: &str) -> Result<R, StoredError> {
    let stored = serde_json::from_str::<Stored<&RawValue>>(text);
    let Stored { v, record } = stored.map_err(|_| StoredError::Unreadable)?;
    if v != VERSION {
        return Err(StoredError::UnknownVersion { found: v });
    }
    serde_json::from_str(record.get()).map_err(|_| StoredError::Unreadable)
}
