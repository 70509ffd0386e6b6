//! The notice by which an account suspends and resumes its webhooks.

use serde::{Deserialize, Serialize};

/// What an account tells its webhooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionNotice {
    /// Counts the changes; 0 before the first.
    pub number: u32,
    /// Whether the account is disabled, so that nothing is sent.
    pub suspended: bool,
}

impl SuspensionNotice {
    /// Whether the account was never disabled.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
