//! The ids of accounts, webhooks, events and API keys. Each kind is a type of its own, so that one
//! cannot be passed for another.
//!
//! New webhook and event ids are ULIDs in lower case: 26 characters of `[0-9a-z]` that sort by
//! creation time. The caller supplies the time and the random bytes.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ulid::Ulid;

use super::time::Timestamp;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IdError {
    /// The text is empty.
    #[error("an id may not be empty")]
    Empty,
    /// The text is longer than an id of this kind can be.
    #[error("an id may not have more than {max} characters")]
    TooLong {
        /// The longest allowed id, in characters.
        max: usize,
    },
    /// The text has a character that ids of this kind do not have.
    #[error("an id may not contain {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
}

/// Random bytes for one id, supplied by the platform.
pub type IdEntropy = [u8; 10];

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, max: $max:literal, first: $first:expr, rest: $rest:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest id of this kind, in characters.
            pub const CHARS_MAX: usize = $max;

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let first = text.chars().next().ok_or(IdError::Empty)?;
                if text.chars().count() > Self::CHARS_MAX {
                    return Err(IdError::TooLong { max: Self::CHARS_MAX });
                }
                if !$first(first) {
                    return Err(IdError::Character { found: first });
                }
                match text.chars().find(|&c| !$rest(c)) {
                    Some(found) => Err(IdError::Character { found }),
                    None => Ok(Self(text.to_owned())),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// The id of an account, which the platform chooses: `^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`. Ids
    /// that differ only in case are those of different accounts.
    AccountId, max: 128, first: is_alphanumeric, rest: is_account_character
);
id!(
    /// The id of a webhook: `^[0-9a-z]+$` (the vendor's pattern), at most 64 characters.
    WebhookId, max: 64, first: is_lower_alphanumeric, rest: is_lower_alphanumeric
);
id!(
    /// The id of an event, the same for all its attempts: `^[0-9a-z]+$`, at most 64 characters.
    EventId, max: 64, first: is_lower_alphanumeric, rest: is_lower_alphanumeric
);

id!(
    /// The id of an API key: the first 20 characters of the key's hash. It is not secret.
    KeyId, max: 20, first: is_lower_alphanumeric, rest: is_lower_alphanumeric
);

impl AccountId {
    /// The account of the key in the variable `API_KEY`.
    pub fn default_account() -> Self {
        Self("default".to_owned())
    }
}

impl WebhookId {
    /// Makes a new id from the time and random bytes.
    pub fn new(now: Timestamp, entropy: IdEntropy) -> Self {
        Self(time_ordered(now, entropy))
    }
}

impl EventId {
    /// Makes a new id from the time and random bytes.
    pub fn new(now: Timestamp, entropy: IdEntropy) -> Self {
        Self(time_ordered(now, entropy))
    }
}

impl KeyId {
    /// The id of the key with this hexadecimal hash. It has 80 bits of the hash, so collisions are
    /// negligible.
    pub(crate) fn of_hash(hash: &str) -> Self {
        Self(hash.chars().take(Self::CHARS_MAX).collect())
    }
}

fn time_ordered(now: Timestamp, entropy: IdEntropy) -> String {
    let random = entropy.iter().fold(0_u128, |sum, &byte| (sum << 8) | u128::from(byte));
    Ulid::from_parts(now.as_ms(), random).to_string().to_ascii_lowercase()
}

fn is_lower_alphanumeric(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

const fn is_alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// Neither `:` nor `/`, which separate an account from a webhook in the names of records and
/// objects.
const fn is_account_character(c: char) -> bool {
    is_alphanumeric(c) || matches!(c, '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: FromStr<Err = IdError>>(text: &str, expected: Result<(), IdError>) {
        assert_eq!(text.parse::<T>().map(|_| ()), expected, "{text:?}");
    }

    #[test]
    fn accounts_are_named_by_the_pattern() {
        let longest = "a".repeat(128);
        for good in
            ["default", "0", "a-b_c", "9-", "org_2AbC", "Acme.EU", "Z", "a..", "A.-_", &longest]
        {
            check::<AccountId>(good, Ok(()));
            assert_eq!(good.parse::<AccountId>().unwrap().as_str(), good, "the case is kept");
        }
        check::<AccountId>("", Err(IdError::Empty));
        for found in ['-', '_', '.', 'é', ' ', '/', ':', '%', '\0', '@'] {
            check::<AccountId>(&format!("{found}a"), Err(IdError::Character { found }));
            if !matches!(found, '-' | '_' | '.') {
                check::<AccountId>(&format!("a{found}"), Err(IdError::Character { found }));
            }
        }
        check::<AccountId>(&"a".repeat(129), Err(IdError::TooLong { max: 128 }));
        let (lower, upper): (AccountId, AccountId) =
            ("acme".parse().unwrap(), "Acme".parse().unwrap());
        assert_ne!(lower, upper);
    }

    #[test]
    fn webhook_ids_have_no_separator() {
        check::<WebhookId>("abcd1234", Ok(()));
        check::<WebhookId>("sample-x", Err(IdError::Character { found: '-' }));
        check::<WebhookId>("a.b", Err(IdError::Character { found: '.' }));
        check::<WebhookId>(&"0".repeat(65), Err(IdError::TooLong { max: 64 }));
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let old = EventId::new(Timestamp::from_ms(1_700_000_000_000), [0xff; 10]);
        let new = EventId::new(Timestamp::from_ms(1_700_000_000_001), [0; 10]);
        assert!(old < new);
        assert_eq!(new.as_str().len(), 26);
        check::<EventId>(new.as_str(), Ok(()));
    }

    #[test]
    fn every_random_byte_shows_in_the_id() {
        let now = Timestamp::from_ms(1_700_000_000_000);
        let base = WebhookId::new(now, [0; 10]);
        for index in 0..10 {
            let mut entropy = [0; 10];
            entropy[index] = 1;
            assert_ne!(WebhookId::new(now, entropy), base, "byte {index}");
        }
    }
}
