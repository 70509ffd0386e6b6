//! Texts that must never be printed: passwords, header values, API keys.
//!
//! A [`Secret`] has no `Display`, its `Debug` prints a placeholder, and comparison takes constant
//! time. It is deserialized but never serialized: secrets are sealed before they are stored or sent
//! to an object, and public views contain [`MASK`] instead.

use core::fmt;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// Placeholder for a stored secret in every response. In an update it means "keep the stored
/// value".
pub const MASK: &str = "********";

/// A text that is never printed.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The plain text, for the code that sends or hashes it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(REDACTED)")
    }
}

/// What an update does to a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretChange<T> {
    /// Keeps the stored value, because [`MASK`] was sent.
    Keep,
    /// Sets a new value.
    Set(T),
}

impl SecretChange<Secret> {
    /// Interprets a text that an owner sent.
    pub fn from_text(text: String) -> Self {
        if text == MASK { Self::Keep } else { Self::Set(Secret::new(text)) }
    }
}

impl<T> SecretChange<T> {
    /// Converts the new value, if there is one.
    pub fn try_map<U, E>(self, map: impl FnOnce(T) -> Result<U, E>) -> Result<SecretChange<U>, E> {
        match self {
            Self::Keep => Ok(SecretChange::Keep),
            Self::Set(value) => map(value).map(SecretChange::Set),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_printed() {
        let secret = Secret::new("swordfish".to_owned());
        for shown in [format!("{secret:?}"), format!("{:#?}", SecretChange::Set(secret))] {
            assert!(!shown.contains("swordfish"), "{shown}");
        }
    }

    #[test]
    fn serde_reads_the_plain_text() {
        let secret = serde_json::from_str::<Secret>(r#""a\"b""#).unwrap();
        assert_eq!(secret, Secret::new("a\"b".to_owned()));
    }

    #[test]
    fn only_equal_texts_are_equal() {
        let check = |a: &str, b: &str, expected: bool| {
            let equal = Secret::new(a.to_owned()) == Secret::new(b.to_owned());
            assert_eq!(equal, expected, "{a:?} {b:?}");
        };
        check("", "", true);
        check("key", "key", true);
        check("key", "kez", false);
        check("key", "key1", false);
        check("key", "", false);
    }

    #[test]
    fn the_mask_means_keep() {
        let check = |text: &str, expected: SecretChange<Secret>| {
            assert_eq!(SecretChange::from_text(text.to_owned()), expected, "{text:?}");
        };
        check(MASK, SecretChange::Keep);
        check("", SecretChange::Set(Secret::default()));
        check("*******", SecretChange::Set(Secret::new("*******".to_owned())));
    }
}
