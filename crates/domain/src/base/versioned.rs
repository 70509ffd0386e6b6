//! The stored form of a record: JSON with the version of its form.
//!
//! A release writes only what the one before can read, and both may run side by side for minutes,
//! so an unknown version is an error and never a guess.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

/// The version of every form that has not changed since the first release.
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
    to_version(VERSION, record)
}

/// The record in a stored form.
pub fn from_text<R: DeserializeOwned>(text: &str) -> Result<R, StoredError> {
    match version(text)? {
        (VERSION, record) => read(record),
        (found, _) => Err(StoredError::UnknownVersion { found }),
    }
}

/// The stored form of a record whose form has this version.
pub(crate) fn to_version(v: u32, record: &impl Serialize) -> Result<String, StoredError> {
    serde_json::to_string(&Stored { v, record }).map_err(|_| StoredError::Unreadable)
}

/// The version of a stored form, and the record's JSON.
pub(crate) fn version(text: &str) -> Result<(u32, &str), StoredError> {
    let stored = serde_json::from_str::<Stored<&RawValue>>(text);
    let Stored { v, record } = stored.map_err(|_| StoredError::Unreadable)?;
    Ok((v, record.get()))
}

/// The record of such JSON.
pub(crate) fn read<R: DeserializeOwned>(json: &str) -> Result<R, StoredError> {
    serde_json::from_str(json).map_err(|_| StoredError::Unreadable)
}
