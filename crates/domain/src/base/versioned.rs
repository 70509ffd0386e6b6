//! The stored form of records: JSON with a format version.
//!
//! Two releases may run side by side for minutes, so a record of an unknown version is an error. It
//! is never guessed at.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

/// The format version of every record.
const VERSION: u32 = 1;

/// Why a stored record cannot be read. The error never quotes the record, which may hold secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StoredError {
    /// The text is not in any release's format.
    #[error("the record is unreadable")]
    Unreadable,
    /// The record was written by another release.
    #[error("the record is of unknown version {found}")]
    UnknownVersion {
        /// The record's version.
        found: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct Stored<R> {
    v: u32,
    record: R,
}

/// Serializes a record with its version.
pub fn to_text(record: &impl Serialize) -> Result<String, StoredError> {
    serde_json::to_string(&Stored { v: VERSION, record }).map_err(|_| StoredError::Unreadable)
}

/// Parses a record that [`to_text`] wrote.
pub fn from_text<R: DeserializeOwned>(text: &str) -> Result<R, StoredError> {
    let stored = serde_json::from_str::<Stored<&RawValue>>(text);
    let Stored { v, record } = stored.map_err(|_| StoredError::Unreadable)?;
    if v != VERSION {
        return Err(StoredError::UnknownVersion { found: v });
    }
    serde_json::from_str(record.get()).map_err(|_| StoredError::Unreadable)
}
