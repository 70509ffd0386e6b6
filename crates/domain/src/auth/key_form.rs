//! The stored form of an API key's record.
//!
//! Version 1 is that of a key without an end. Version 2 says when the key expires: a release that
//! does not know of that must refuse the key, not let it open for ever. A key without an end is
//! still written as version 1.

use super::api_key::KeyRecord;
use crate::base::{StoredError, versioned};

const ENDLESS: u32 = 1;
const EXPIRING: u32 = 2;

impl KeyRecord {
    /// The stored form.
    pub fn to_text(&self) -> Result<String, StoredError> {
        let version = if self.expires_at.is_some() { EXPIRING } else { ENDLESS };
        versioned::to_version(version, self)
    }

    /// The record of a stored form.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        match versioned::version(text)? {
            (ENDLESS | EXPIRING, json) => versioned::read(json),
            (found, _) => Err(StoredError::UnknownVersion { found }),
        }
    }
}
