//! The fields that a request body may have, and the parameters of a query.
//!
//! An unknown name is refused, because its sender expects an effect that does not come. So is a
//! field that is there twice, of which one value would be lost. The fields of answers that cannot
//! be set are ignored, so that an answer can always be sent back.

use std::collections::BTreeSet;

use url::form_urlencoded;

use super::body::{Body, BodyError};
use super::nearest::nearest;
use crate::base::{FieldErrors, UNKNOWN_NAME_CHARS_MAX, UNKNOWN_NAMES_MAX};
use crate::json;

/// What happens to an unknown name (`UNKNOWN_FIELDS`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// The request is refused.
    #[default]
    Refuse,
    /// The name is ignored, as by the vendor's API.
    Ignore,
}

/// The fields that a request body may have.
#[derive(Debug, Clone, Copy)]
pub struct KnownFields {
    /// The fields that are read, in groups.
    taken: &'static [&'static [&'static str]],
    /// The fields of answers, which are ignored.
    read_only: &'static [&'static str],
}

/// The fields of a webhook that can be set at any time.
const SETTINGS: [&str; 18] = [
    "target_url",
    "active",
    "event_type",
    "basic_auth_username",
    "basic_auth_password",
    "additional_headers",
    "max_per_second",
    "max_in_flight",
    "ordered",
    "retry_4xx",
    "name",
    "metadata",
    "event_types",
    "filter",
    "timeout_ms",
    "retry",
    "deactivate_on_4xx",
    "hold_while_paused",
];

/// The fields of a webhook that are set when it is created. A change may repeat their values.
const SIGNING: [&str; 2] = ["signing_secret", "signature"];

/// The fields of a webhook that only answers have.
const WEBHOOK_READ_ONLY: [&str; 8] = [
    "id",
    "deactivate_reason",
    "signing_public_key",
    "listener",
    "created_at",
    "updated_at",
    "state",
    "shares_target_with",
];

/// Flags, which may be there twice in a form: a hidden field before a checkbox of the same name
/// says that the box is not ticked, and the last value counts.
const FLAGS: [&str; 5] =
    ["active", "ordered", "retry_4xx", "deactivate_on_4xx", "hold_while_paused"];

impl KnownFields {
    /// The fields of a webhook. Of an alert too, whose `event_type` is fixed.
    pub const WEBHOOK: Self = Self { taken: &[&SETTINGS, &SIGNING], read_only: &WEBHOOK_READ_ONLY };

    /// The fields of a line of an import.
    pub const IMPORT: Self =
        Self { taken: &[&["id"], &SETTINGS, &SIGNING], read_only: &WEBHOOK_READ_ONLY };

    /// The fields of a request for an API key.
    pub const API_KEY: Self = Self {
        taken: &[&["account", "name", "scopes", "expires_at"]],
        read_only: &["id", "created_at", "last_used", "portal"],
    };

    /// The fields of a request for a portal link.
    pub const PORTAL: Self = Self {
        taken: &[&["scopes", "expires_in_seconds", "return_url"]],
        read_only: &["id", "url", "expires_at"],
    };

    /// The fields of a rotation.
    pub const ROTATION: Self =
        Self { taken: &[&["signing_secret", "grace_seconds"]], read_only: &["signing_public_key"] };

    /// The fields of a request for a recovery.
    pub const RECOVERY: Self = Self {
        taken: &[&["status", "since", "http_status_code", "fault"]],
        read_only: &["state", "started_at", "total", "taken", "delivered"],
    };

    /// The fields of a request to test a filter.
    pub const FILTER_TEST: Self =
        Self { taken: &[&["filter", "event"]], read_only: &["matches", "reason"] };

    /// The fields that are read.
    pub fn taken(&self) -> impl Iterator<Item = &'static str> {
        self.taken.iter().copied().flatten().copied()
    }

    /// The fields that are ignored.
    pub fn read_only(&self) -> impl Iterator<Item = &'static str> {
        self.read_only.iter().copied()
    }

    /// Returns what was `parsed` from a body, or all errors: those of its values, and those of its
    /// names.
    pub fn check<T>(
        &self,
        body: &Body,
        unknown: UnknownFields,
        parsed: Result<T, BodyError>,
    ) -> Result<T, BodyError> {
        match body {
            Body::Json(json) => self.check_json(json, unknown, parsed),
            Body::Form(pairs) => {
                let names = pairs.iter().map(|(name, _)| name.as_str());
                merged(parsed, self.errors(names, unknown, &FLAGS))
            }
        }
    }

    /// [`check`](Self::check) for a body of JSON.
    pub fn check_json<T>(
        &self,
        body: &[u8],
        unknown: UnknownFields,
        parsed: Result<T, BodyError>,
    ) -> Result<T, BodyError> {
        let text = core::str::from_utf8(json::without_mark(body)).unwrap_or_default();
        // A body that is no object has an error already, or is empty.
        let members = json::members(text).unwrap_or_default();
        let names = members.iter().map(|(name, _)| name.as_str());
        merged(parsed, self.errors(names, unknown, &[]))
    }

    /// The errors of the names of a body. `repeatable` may be there several times.
    fn errors<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
        unknown: UnknownFields,
        repeatable: &[&str],
    ) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let taken: Vec<&str> = self.taken().collect();
        let mut unknown_names = Unknown::new(unknown, "field");
        let mut seen = BTreeSet::new();
        let mut repeated = BTreeSet::new();
        for name in names {
            if taken.contains(&name) {
                if !seen.insert(name) && !repeatable.contains(&name) && repeated.insert(name) {
                    errors.add_named(name, REPEATED);
                }
            } else if !self.read_only.contains(&name) {
                unknown_names.add(&mut errors, name, &taken);
            }
        }
        errors
    }
}

const REPEATED: &str = "This field is there twice.";

/// Refuses the parameters of a query that are not among `known`.
pub fn check_parameters(query: &str, known: &[&str]) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut unknown_names = Unknown::new(UnknownFields::Refuse, "parameter");
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if !known.contains(&name.as_ref()) {
            unknown_names.add(&mut errors, &name, known);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The unknown names of a request. Each is reported once, up to a limit.
struct Unknown {
    policy: UnknownFields,
    what: &'static str,
    seen: BTreeSet<String>,
}

impl Unknown {
    const fn new(policy: UnknownFields, what: &'static str) -> Self {
        Self { policy, what, seen: BTreeSet::new() }
    }

    fn add(&mut self, errors: &mut FieldErrors, name: &str, known: &[&str]) {
        let shown: String = name.chars().take(UNKNOWN_NAME_CHARS_MAX).collect();
        let is_over = self.seen.len() >= UNKNOWN_NAMES_MAX;
        if self.policy == UnknownFields::Ignore || is_over || !self.seen.insert(shown.clone()) {
            return;
        }
        let what = self.what;
        match nearest(name, known) {
            Some(known) => {
                errors.add_named(&shown, format!("Unknown {what}. Did you mean {known}?"));
            }
            None => errors.add_named(&shown, format!("Unknown {what}.")),
        }
    }
}

/// Adds `errors` to those of `parsed`. The names of a body that is no JSON are not known.
fn merged<T>(parsed: Result<T, BodyError>, mut errors: FieldErrors) -> Result<T, BodyError> {
    match parsed {
        Ok(value) if errors.is_empty() => Ok(value),
        Ok(_) => Err(errors.into()),
        Err(BodyError::Fields(of_values)) => {
            let of_names = core::mem::replace(&mut errors, of_values);
            errors.add_all(of_names);
            Err(errors.into())
        }
        Err(error @ BodyError::Json(_)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Field;
    use crate::request::body::FormValue;

    fn text(result: Result<(), BodyError>) -> Option<String> {
        match result {
            Ok(()) => None,
            Err(BodyError::Fields(errors)) => Some(serde_json::to_string(&errors).unwrap()),
            Err(BodyError::Json(error)) => panic!("{error}"),
        }
    }

    fn check(body: &str, expected: Option<&str>) {
        let found = KnownFields::WEBHOOK.check_json(body.as_bytes(), UnknownFields::Refuse, Ok(()));
        assert_eq!(text(found).as_deref(), expected, "{body}");
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest_known_one() {
        check(
            r#"{"event_typs":[],"target_url":"x"}"#,
            Some(r#"{"event_typs":["Unknown field. Did you mean event_types?"]}"#),
        );
        check(
            r#"{"Target_URL":1,"secret":2}"#,
            Some(concat!(
                r#"{"Target_URL":["Unknown field. Did you mean target_url?"],"#,
                r#""secret":["Unknown field. Did you mean signing_secret?"]}"#
            )),
        );
        check(r#"{"zzz":1}"#, Some(r#"{"zzz":["Unknown field."]}"#));
        check(
            r#"{"__proto__":1,"":2}"#,
            Some(r#"{"":["Unknown field."],"__proto__":["Unknown field."]}"#),
        );
        check("{}", None);
        check("", None);
        check("[1]", None);
        check(r#"{"id":5,"deactivate_reason":[],"shares_target_with":["x"]}"#, None);
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused() {
        let twice = r#"{"target_url":["This field is there twice."]}"#;
        check(r#"{"target_url":"a","target_url":"b"}"#, Some(twice));
        check(r#"{"target_url":"a","target_url":"a","target\u005furl":"c"}"#, Some(twice));
        check(
            r#"{"active":true,"active":true}"#,
            Some(r#"{"active":["This field is there twice."]}"#),
        );
        check(r#"{"id":1,"id":2}"#, None);
        let form = |names: &[&str]| {
            let pair = |name: &&str| ((*name).to_owned(), FormValue::Text(String::new()));
            let body = Body::Form(names.iter().map(pair).collect());
            text(KnownFields::WEBHOOK.check(&body, UnknownFields::Refuse, Ok(())))
        };
        assert_eq!(form(&["target_url", "active", "active"]), None);
        assert_eq!(form(&["target_url", "target_url"]).as_deref(), Some(twice));
        let unknown = r#"{"a":["Unknown field."]}"#;
        assert_eq!(form(&["a", "a"]).as_deref(), Some(unknown));
    }

    #[test]
    fn unknown_fields_may_be_ignored() {
        let lenient = |body: &str| {
            let known = KnownFields::WEBHOOK;
            text(known.check_json(body.as_bytes(), UnknownFields::Ignore, Ok(())))
        };
        assert_eq!(lenient(r#"{"event_typs":[],"x":1,"x":2}"#), None);
        assert!(lenient(r#"{"active":true,"active":true}"#).is_some());
    }

    #[test]
    fn errors_of_names_and_of_values_are_reported_together() {
        let known = KnownFields::ROTATION;
        let body = br#"{"grace_seconds":-1,"grace":1}"#;
        let parsed = Err(FieldErrors::one(Field::GraceSeconds, "x").into());
        let expected =
            r#"{"grace_seconds":["x"],"grace":["Unknown field. Did you mean grace_seconds?"]}"#;
        let found = known.check_json(body, UnknownFields::Refuse, parsed);
        assert_eq!(text(found).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_reported_is_bounded() {
        let names: Vec<_> = (0..1_000).map(|n| format!(r#""x{n}":1"#)).collect();
        let body = format!("{{\"{}\":1,{}}}", "y".repeat(60_000), names.join(","));
        let found = KnownFields::WEBHOOK.check_json(body.as_bytes(), UnknownFields::Refuse, Ok(()));
        let text = text(found).unwrap();
        assert!(text.len() < 2_000, "{}", text.len());
        assert_eq!(text.matches("Unknown").count(), UNKNOWN_NAMES_MAX);
    }

    #[test]
    fn an_unknown_parameter_is_refused() {
        let check = |query: &str, expected: Option<&str>| {
            let found = check_parameters(query, &["page", "page_size", "active"]);
            let text = found.err().map(|errors| serde_json::to_string(&errors).unwrap());
            assert_eq!(text.as_deref(), expected, "{query}");
        };
        check("", None);
        check("page=1&page=2&active=&page_size", None);
        check("pages=1", Some(r#"{"pages":["Unknown parameter. Did you mean page?"]}"#));
        check(
            "pageSize=1&account=x",
            Some(concat!(
                r#"{"account":["Unknown parameter."],"#,
                r#""pageSize":["Unknown parameter. Did you mean page_size?"]}"#
            )),
        );
        check("%70age=1&=2", Some(r#"{"":["Unknown parameter."]}"#));
    }
}
