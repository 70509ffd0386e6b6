//! The notice with which an account suspends its webhooks, or ends their suspension.

use serde::{Deserialize, Serialize};

/// The state of an account's suspension, sent to each of its webhooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionNotice {
    /// The number of times that the account was disabled or enabled; 0 if it never was. A notice
    /// with a lower number is older and is ignored.
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
