//! The labels of a webhook, by which its owner tells webhooks apart: a name, and metadata of the
//! owner's own. They are shown and searched, and never sent to a receiver.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::base::{
    METADATA_ENTRIES_MAX, METADATA_KEY_CHARS_MAX, METADATA_VALUE_CHARS_MAX, WEBHOOK_NAME_CHARS_MAX,
};

/// The labels of a webhook. The default is none.
///
/// A stored label that is absent has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Labels {
    /// The name; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The metadata.
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl Labels {
    /// Whether the webhook has no labels.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a name or metadata is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LabelError {
    /// The name is too long.
    #[error("Ensure this field has no more than {WEBHOOK_NAME_CHARS_MAX} characters.")]
    NameTooLong,
    /// The name has a control character.
    #[error("Control characters are not allowed.")]
    NameControl,
    /// The metadata has too many entries.
    #[error("Ensure there are no more than {METADATA_ENTRIES_MAX} entries.")]
    TooMany,
    /// A key is empty or too long.
    #[error("\"{0}\": a key has 1 to {METADATA_KEY_CHARS_MAX} characters.")]
    KeyLength(String),
    /// A key occurs more than once.
    #[error("\"{0}\" is there twice.")]
    KeyTwice(String),
    /// The value of this key is too long.
    #[error("\"{0}\": a value has at most {METADATA_VALUE_CHARS_MAX} characters.")]
    ValueTooLong(String),
    /// This key, or its value, has a control character.
    #[error("\"{0}\": control characters are not allowed.")]
    Control(String),
}

/// Checks a name, and trims it.
pub(crate) fn name(text: &str) -> Result<String, LabelError> {
    let name = text.trim();
    if name.chars().count() > WEBHOOK_NAME_CHARS_MAX {
        Err(LabelError::NameTooLong)
    } else if name.chars().any(char::is_control) {
        Err(LabelError::NameControl)
    } else {
        Ok(name.to_owned())
    }
}

/// The metadata of a webhook: texts by key, in the order of the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(BTreeMap<String, String>);

impl Metadata {
    /// Checks the entries of new metadata.
    pub fn new(entries: Vec<(String, String)>) -> Result<Self, LabelError> {
        if entries.len() > METADATA_ENTRIES_MAX {
            return Err(LabelError::TooMany);
        }
        let mut metadata = BTreeMap::new();
        for (key, value) in entries {
            if !(1..=METADATA_KEY_CHARS_MAX).contains(&key.chars().count()) {
                return Err(LabelError::KeyLength(key));
            }
            if value.chars().count() > METADATA_VALUE_CHARS_MAX {
                return Err(LabelError::ValueTooLong(key));
            }
            if key.chars().chain(value.chars()).any(char::is_control) {
                return Err(LabelError::Control(key));
            }
            if metadata.contains_key(&key) {
                return Err(LabelError::KeyTwice(key));
            }
            metadata.insert(key, value);
        }
        Ok(Self(metadata))
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
