//! The notice with which an account suspends its webhooks, or ends their suspension.

use serde::{Deserialize, Serialize};

/// The state of an account's suspension, sent to each of its webhooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionNotice {
    /// The number of changes so far; 0 before the first. An older notice is ignored.
    pub number: u32,
    /// Whether the account is disabled, so that nothing is sent.
    pub suspended: bool,
}

impl SuspensionNotice {
    /// Whether the account has never been disabled.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
