//! Texts that must never be shown: passwords, header values, API keys.
//!
//! A [`Secret`] has no `Display`, its `Debug` says nothing, and it is compared in constant time.
//! Serde reads it and does not write it: what is stored, and what travels between the Worker and
//! its objects, is sealed, and the views that leave the product hold [`MASK`] instead.

use core::fmt;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// What a secret that is set reads as in every answer. In an update it stands for "as stored".
pub const MASK: &str = "********";

/// A text that is never printed.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one place that has to send or hash it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to hide.
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

/// What an update says about a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretChange<T> {
    /// [`MASK`] was sent: the stored value stays.
    Keep,
    /// A new value.
    Set(T),
}

impl SecretChange<Secret> {
    /// Reads a text that an owner sent.
    pub fn from_text(text: String) -> Self {
        if text == MASK { Self::Keep } else { Self::Set(Secret::new(text)) }
    }
}

impl<T> SecretChange<T> {
    /// The same change with another value, unless `map` fails.
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
