//! The stored form of a webhook's record.
//!
//! Version 1, of the first release, held the password and the headers in plain text and no signing
//! key. It is still read: its secrets are bare until the record is adopted. Version 2 is written.

use serde_json::{Value, json};

use super::record::Record;
use crate::base::{StoredError, versioned};

/// The version with bare secrets.
const PLAIN: u32 = 1;

/// The version that is written.
const SEALED: u32 = 2;

impl Record {
    /// The stored form.
    pub fn to_text(&self) -> Result<String, StoredError> {
        versioned::to_version(SEALED, self)
    }

    /// The record of a stored form.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        match versioned::version(text)? {
            (SEALED, json) => versioned::read(json),
            (PLAIN, json) => {
                let mut record: Value = versioned::read(json)?;
                bare(&mut record);
                versioned::read(&record.to_string())
            }
            (found, _) => Err(StoredError::UnknownVersion { found }),
        }
    }
}

/// Turns each plain text of version 1 into a bare secret.
fn bare(record: &mut Value) {
    for place in ["/stage/Live/configuration", "/stage/Creating/webhook/configuration"] {
        let Some(configuration) = record.pointer_mut(place) else { continue };
        if let Some(password) = configuration.pointer_mut("/basic_auth/password") {
            let is_none = password.as_str().is_none_or(str::is_empty);
            *password = if is_none { Value::Null } else { json!({ "bare": password.take() }) };
        }
        let headers = configuration.get_mut("additional_headers").and_then(Value::as_array_mut);
        for header in headers.into_iter().flatten() {
            if let Some(value) = header.get_mut(1) {
                *value = json!({ "bare": value.take() });
            }
        }
    }
}
