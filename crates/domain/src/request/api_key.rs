//! The request body for a new API key, which the operator sends.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use thiserror::Error;

use super::body;
use super::body::BodyError;
use crate::auth::Scope;
use crate::base::{AccountId, Field, FieldErrors, Timestamp};

/// The maximum length of a key's name in characters, since it is shown in a list.
pub const KEY_NAME_CHARS_MAX: usize = 100;

/// A request for a new API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MintRequest {
    /// The account that the key belongs to.
    pub account: AccountId,
    /// The name of the key, for lists.
    pub name: String,
    /// The scopes of the key, each once.
    pub scopes: Vec<Scope>,
    /// The time at which the key expires; `None` means never.
    pub expires_at: Option<Timestamp>,
}

/// Why a field of the request is refused.
#[derive(Debug, Error)]
pub(crate) enum MintError {
    #[error("This field is required.")]
    Required,
    #[error("Not a valid string.")]
    NotAString,
    #[error("{0}")]
    Account(String),
    #[error("This field may not be blank.")]
    NameBlank,
    #[error("Control characters are not allowed.")]
    NameControl,
    #[error("Ensure this field has no more than {KEY_NAME_CHARS_MAX} characters.")]
    NameTooLong,
    #[error("Expected a list of scopes: webhooks:read, webhooks:write, events:write.")]
    Scopes,
    #[error("{0}")]
    Time(&'static str),
    #[error("Ensure this time is in the future.")]
    Past,
}

impl MintRequest {
    /// Parses a request that is made at `now`. The errors of all fields are reported together.
    pub fn parse(body: &[u8], now: Timestamp) -> Result<Self, BodyError> {
        let fields = body::members(body)?;
        let mut errors = FieldErrors::default();
        let account = errors.take(Field::Account, account(fields.get("account")));
        let name = errors.take(Field::Name, name(fields.get("name")));
        let scopes = errors.take(Field::Scopes, scopes(fields.get("scopes")));
        let expires_at = errors.take(Field::ExpiresAt, expires_at(fields.get("expires_at"), now));
        match (account, name, scopes, expires_at) {
            (Some(account), Some(name), Some(scopes), Some(expires_at)) => {
                Ok(Self { account, name, scopes, expires_at })
            }
            _ => Err(errors.into()),
        }
    }
}

fn account(value: Option<&&RawValue>) -> Result<AccountId, MintError> {
    let text: String = read(value, MintError::NotAString)?;
    text.parse()
        .map_err(|error| MintError::Account(format!("Not the name of an account: {error}.")))
}

fn name(value: Option<&&RawValue>) -> Result<String, MintError> {
    let text: String = read(value, MintError::NotAString)?;
    let name = text.trim();
    if name.is_empty() {
        Err(MintError::NameBlank)
    } else if name.chars().count() > KEY_NAME_CHARS_MAX {
        Err(MintError::NameTooLong)
    } else if name.chars().any(char::is_control) {
        Err(MintError::NameControl)
    } else {
        Ok(name.to_owned())
    }
}

/// Parses a list of at least one scope, and drops repeated ones.
pub(crate) fn scopes(value: Option<&&RawValue>) -> Result<Vec<Scope>, MintError> {
    let asked: Vec<Scope> = read(value, MintError::Scopes)?;
    let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| asked.contains(scope)).collect();
    if scopes.is_empty() { Err(MintError::Scopes) } else { Ok(scopes) }
}

/// Parses the time at which the key expires. If it is left out or `null`, the key never expires.
fn expires_at(value: Option<&&RawValue>, now: Timestamp) -> Result<Option<Timestamp>, MintError> {
    let Some(value) = value else { return Ok(None) };
    let text: Option<String> = read(Some(value), MintError::NotAString)?;
    let at =
        text.map(|text| Timestamp::parse_rfc3339(&text).map_err(MintError::Time)).transpose()?;
    if at.is_some_and(|at| at <= now) { Err(MintError::Past) } else { Ok(at) }
}

fn read<T: DeserializeOwned>(
    value: Option<&&RawValue>,
    otherwise: MintError,
) -> Result<T, MintError> {
    let value = value.ok_or(MintError::Required)?;
    serde_json::from_str(value.get()).map_err(|_| otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn check(body: &str, expected: Result<(&str, &str, &[Scope]), &str>) {
        let found = MintRequest::parse(body.as_bytes(), NOW);
        match (found, expected) {
            (Ok(found), Ok((account, name, scopes))) => {
                assert_eq!(found.account.as_str(), account, "{body}");
                assert_eq!((found.name.as_str(), found.scopes.as_slice()), (name, scopes));
            }
            (Err(BodyError::Fields(errors)), Err(expected)) => {
                assert_eq!(serde_json::to_string(&errors).unwrap(), expected, "{body}");
            }
            (Err(BodyError::Json(error)), Err(expected)) => {
                assert!(error.to_string().starts_with(expected), "{body}: {error}");
            }
            (found, _) => panic!("{body}: {found:?}"),
        }
    }

    #[test]
    fn a_key_is_asked_for_with_account_name_and_scopes() {
        check(
            concat!(
                r#"{"account":"acme","name":" Backend ","#,
                r#""scopes":["events:write","webhooks:read","events:write"]}"#
            ),
            Ok(("acme", "Backend", &[Scope::WebhooksRead, Scope::EventsWrite])),
        );
    }

    #[test]
    fn a_key_may_have_an_end_which_lies_ahead() {
        let check = |value: &str, expected: Result<Option<u64>, &str>| {
            let body = format!(
                r#"{{"account":"a","name":"a","scopes":["events:write"],"expires_at":{value}}}"#
            );
            let found = MintRequest::parse(body.as_bytes(), NOW);
            match (found, expected) {
                (Ok(found), Ok(ms)) => {
                    assert_eq!(found.expires_at, ms.map(Timestamp::from_ms), "{value}");
                }
                (Err(BodyError::Fields(errors)), Err(sentence)) => {
                    let body = format!(r#"{{"expires_at":["{sentence}"]}}"#);
                    assert_eq!(serde_json::to_string(&errors).unwrap(), body, "{value}");
                }
                (found, _) => panic!("{value}: {found:?}"),
            }
        };
        check("null", Ok(None));
        check(r#""2023-11-14T22:13:20.001Z""#, Ok(Some(NOW.as_ms() + 1)));
        check(r#""2123-11-14T22:13:20+01:00""#, Ok(Some(4_855_670_000_000)));
        check(r#""2023-11-14T22:13:20Z""#, Err("Ensure this time is in the future."));
        check(r#""1969-01-01T00:00:00Z""#, Err(NOT_RFC3339));
        for not in [r#""""#, r#""tomorrow""#, r#""2123-11-14""#, r#""2123-02-30T00:00:00Z""#] {
            check(not, Err(NOT_RFC3339));
        }
        for not in ["4855756400000", "true", "[]", "{}"] {
            check(not, Err("Not a valid string."));
        }
    }

    const NOT_RFC3339: &str = "Expected a time by RFC 3339, such as 2026-01-31T12:00:00+00:00.";

    #[test]
    fn all_bad_fields_are_reported_at_once() {
        check(
            "{}",
            Err(concat!(
                r#"{"account":["This field is required."],"name":["This field is required."],"#,
                r#""scopes":["This field is required."]}"#
            )),
        );
        check(
            r#"{"account":"a b","name":"","scopes":["admin"]}"#,
            Err(concat!(
                r#"{"account":["Not the name of an account: an id may not contain ' '."],"#,
                r#""name":["This field may not be blank."],"#,
                r#""scopes":["Expected a list of scopes: webhooks:read, webhooks:write, "#,
                r#"events:write."]}"#
            )),
        );
        check(
            r#"{"account":"a","name":"a\u0000b","scopes":["events:write"]}"#,
            Err(r#"{"name":["Control characters are not allowed."]}"#),
        );
        check(
            r#"{"account":5,"name":null,"scopes":[]}"#,
            Err(concat!(
                r#"{"account":["Not a valid string."],"name":["Not a valid string."],"#,
                r#""scopes":["Expected a list of scopes: webhooks:read, webhooks:write, "#,
                r#"events:write."]}"#
            )),
        );
        check(
            "[]",
            Err(r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#),
        );
        check("{", Err("JSON parse error - "));
    }
}
