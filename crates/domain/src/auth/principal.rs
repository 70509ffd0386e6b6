//! Who makes a change: the holder of one of the built-in keys or of a key that was minted, or the
//! dispatcher.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::base::KeyId;

/// Who makes a change. Written, a built-in key is named as its variable is, which no id of a minted
/// key can be: those have no capitals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// The operator.
    Admin,
    /// The backend that holds the built-in key.
    ApiKey,
    /// A backend, by its key.
    Key(KeyId),
    /// Nobody: the dispatcher itself.
    Dispatcher,
}

const ADMIN: &str = "ADMIN_KEY";
const API_KEY: &str = "API_KEY";
/// Shorter than the id of any minted key.
const DISPATCHER: &str = "dispatcher";

impl Actor {
    /// The key, if it was minted.
    pub const fn key(&self) -> Option<&KeyId> {
        match self {
            Self::Key(id) => Some(id),
            Self::Admin | Self::ApiKey | Self::Dispatcher => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Admin => ADMIN,
            Self::ApiKey => API_KEY,
            Self::Key(id) => id.as_str(),
            Self::Dispatcher => DISPATCHER,
        })
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = <KeyId as core::str::FromStr>::Err;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            ADMIN => Ok(Self::Admin),
            API_KEY => Ok(Self::ApiKey),
            DISPATCHER => Ok(Self::Dispatcher),
            id => id.parse().map(Self::Key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_reads_as_written() {
        for text in ["ADMIN_KEY", "API_KEY", "dispatcher", "0123456789abcdef0123"] {
            let actor = Actor::try_from(text.to_owned()).unwrap();
            assert_eq!(actor.to_string(), text);
            assert_eq!(actor.key().is_some(), text.starts_with('0'));
        }
        assert!(Actor::try_from("admin_key".to_owned()).is_err());
    }
}
