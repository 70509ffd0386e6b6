//! The stored form of an API key's record.

use super::api_key::KeyRecord;
use crate::base::{StoredError, versioned};

impl KeyRecord {
    /// The stored form.
    pub fn to_text(&self) -> Result<String, StoredError> {
        versioned::to_text(self)
    }

    /// The record of a stored form.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        versioned::from_text(text)
    }
}
