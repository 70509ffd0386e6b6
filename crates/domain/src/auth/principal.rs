//! The caller of the API: the scopes of its key, the access that a call requires, and the actor
//! that the audit log names.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::base::KeyId;

/// A permission of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// List and read webhooks.
    #[serde(rename = "webhooks:read")]
    WebhooksRead,
    /// Create, change, delete and ping webhooks.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
    /// Publish events.
    #[serde(rename = "events:write")]
    EventsWrite,
}

/// The scope of the operator's admin key, as `GET /v1/ping` shows it. No minted key can have it.
pub const ADMIN_SCOPE: &str = "admin";

impl Scope {
    /// All scopes, in the order in which a key lists them.
    pub const ALL: [Self; 3] = [Self::WebhooksRead, Self::WebhooksWrite, Self::EventsWrite];

    /// The scope's name in the API and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WebhooksRead => "webhooks:read",
            Self::WebhooksWrite => "webhooks:write",
            Self::EventsWrite => "events:write",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The access that a call requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// No key is required.
    Open,
    /// A valid key of an account, with any scope.
    AnyKey,
    /// Any valid key: of an account, or the operator's admin key.
    AnyKeyOrAdmin,
    /// A valid key of an account with this scope.
    Scope(Scope),
    /// The operator's admin key.
    Admin,
}

/// The author of a change.
///
/// Stored as text: a built-in key by the name of its variable, a minted key by its id. These names
/// are never ids, since ids have no capitals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// The operator, with the admin key.
    Admin,
    /// A client with the built-in key of account `default`.
    ApiKey,
    /// A client with this minted key.
    Key(KeyId),
    /// The dispatcher itself.
    Dispatcher,
}

const ADMIN: &str = "ADMIN_KEY";
const API_KEY: &str = "API_KEY";
/// Not the id of a minted key, which is longer.
const DISPATCHER: &str = "dispatcher";

impl Actor {
    /// The id of the actor's key, if the key was minted.
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
    fn a_scope_is_stored_by_its_name() {
        for scope in Scope::ALL {
            let stored = serde_json::to_string(&scope).unwrap();
            assert_eq!(stored, format!("\"{scope}\""));
            assert_eq!(serde_json::from_str::<Scope>(&stored).unwrap(), scope);
        }
        assert!(serde_json::from_str::<Scope>("\"events:read\"").is_err());
    }

    #[test]
    fn an_actor_reads_back_as_it_was_written() {
        for text in ["ADMIN_KEY", "API_KEY", "dispatcher", "0123456789abcdef0123"] {
            let actor = Actor::try_from(text.to_owned()).unwrap();
            assert_eq!(actor.to_string(), text);
            assert_eq!(actor.key().is_some(), text.starts_with('0'));
        }
        assert!(Actor::try_from("admin_key".to_owned()).is_err());
    }
}
