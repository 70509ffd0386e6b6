//! A request for a new API key, as the operator's JSON says it.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::field_errors::FieldErrors;
use super::id::AccountId;
use super::json::{self, JsonError};
use super::scope::Scope;

/// Longest name of a key, in characters: it is shown in a list.
pub const KEY_NAME_CHARS_MAX: usize = 100;

/// What a new key is to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MintRequest {
    /// Whose webhooks and events.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}
