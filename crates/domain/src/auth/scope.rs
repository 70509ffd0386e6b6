//! What an API key may do, and what a call demands.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A permission of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// To list and read webhooks.
    #[serde(rename = "webhooks:read")]
    WebhooksRead,
    /// To create, change, delete and ping webhooks.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
    /// To publish events.
    #[serde(rename = "events:write")]
    EventsWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::WebhooksRead, Self::WebhooksWrite, Self::EventsWrite];

    /// The scope's name.
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

/// Who may make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Open,
    /// Everyone with a good key of an account.
    AnyKey,
    /// Everyone with a key of that scope.
    Scope(Scope),
    /// The operator, with the admin key.
    Admin,
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
}
