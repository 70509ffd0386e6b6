//! One field of a request body: the value that was sent, and what it means.
//!
//! Values of JSON and of forms both become `Sent`, so a field means the same in both. The error
//! texts are those of Django REST framework, which the vendor's API uses.

use core::marker::PhantomData;
use core::str::FromStr;
use std::borrow::Cow;

use serde_json::value::RawValue;
use thiserror::Error;

use crate::base::{ADDITIONAL_HEADERS_MAX, IN_FLIGHT, IN_FLIGHT_MAX, PER_SECOND_MAX, SecretChange};
use crate::crypto::{SigningSecretError, StoredSecret};
use crate::event::{EventPatternsError, EventType, EventTypes};
use crate::filter::FilterFault;
use crate::json::{JsonError, JsonErrorKind, Kind, members, parse};
use crate::webhook::basic_auth::{check_password, check_username};
use crate::webhook::labels::LabelError;
use crate::webhook::{
    BasicAuthError, HeadersChange, HeadersError, TargetError, TargetPolicy, TargetUrl,
};

/// Why a field is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum FieldError {
    #[error("This field is required.")]
    Required,
    #[error("This field may not be null.")]
    Null,
    #[error("Must be a valid boolean.")]
    NotABoolean,
    #[error("A whole number from {min} to {max} is required.")]
    NotInRange { min: u32, max: u32 },
    #[error("Not a valid string.")]
    NotAString,
    /// Half of a surrogate pair. JSON can contain it, but a Rust string cannot.
    #[error("Surrogate characters are not allowed: U+{0:04X}.")]
    Surrogate(u16),
    #[error("\"{0}\" is not a valid choice.")]
    NotAChoice(String),
    #[error("Value must be valid JSON.")]
    NotJson,
    #[error("Expected a dictionary of items but got type \"{0}\".")]
    NotADictionary(Kind),
    #[error("Expected a list of items but got type \"{0}\".")]
    NotAList(Kind),
    #[error("Item {0}: not a valid string.")]
    EntryNotAString(usize),
    #[error("The value of \"{0}\" must be a string.")]
    ValueNotAString(String),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    BasicAuth(#[from] BasicAuthError),
    #[error(transparent)]
    Headers(#[from] HeadersError),
    #[error(transparent)]
    Label(#[from] LabelError),
    #[error(transparent)]
    EventPatterns(#[from] EventPatternsError),
    #[error(transparent)]
    SigningSecret(#[from] SigningSecretError),
    #[error(transparent)]
    Filter(#[from] FilterFault),
    #[error(transparent)]
    Json(#[from] JsonError),
}

impl FieldError {
    /// The error of a string in a value that is known to be JSON: half of a surrogate pair. There
    /// can be no other.
    pub(crate) fn in_string(error: &JsonError) -> Self {
        Self::Surrogate(surrogate(error))
    }
}

/// The value that was sent for a field. It may be a secret, so it has no `Debug`.
pub(crate) enum Sent<'a> {
    Null,
    Bool(bool),
    /// A number as it was written.
    Number(&'a str),
    Text(Cow<'a, str>),
    /// A string that contains this half of a surrogate pair.
    Surrogate(u16),
    /// A list or an object, as JSON text.
    Nested(&'a str),
    /// A file in a form.
    File,
}

impl<'a> Sent<'a> {
    /// Reads a value of a JSON body.
    pub(crate) fn json(value: &'a RawValue) -> Self {
        let json = value.get();
        match Kind::of(json.as_bytes()) {
            Kind::Null => Self::Null,
            Kind::Bool => Self::Bool(json == "true"),
            Kind::Int | Kind::Float => Self::Number(json),
            Kind::List | Kind::Dict => Self::Nested(json),
            Kind::Str => match parse::parse_text(json, PhantomData::<String>) {
                Ok(text) => Self::Text(Cow::Owned(text)),
                Err(error) => Self::Surrogate(surrogate(&error)),
            },
        }
    }

    /// Whether the value is empty text, which a form sends for a field that is not filled in.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Number(json) | Self::Nested(json) => Kind::of(json.as_bytes()),
            Self::Text(_) | Self::Surrogate(_) | Self::File => Kind::Str,
        }
    }

    pub(crate) fn target_url(self, policy: &TargetPolicy) -> Result<TargetUrl, FieldError> {
        match self {
            Self::Null => Err(FieldError::Null),
            Self::Surrogate(unit) => Err(FieldError::Surrogate(unit)),
            Self::Text(text) => Ok(TargetUrl::parse(&text, policy)?),
            Self::Bool(_) | Self::Number(_) | Self::Nested(_) | Self::File => {
                Err(TargetError::NotHttp.into())
            }
        }
    }

    /// Parses a flag, in any of the vendor's spellings.
    pub(crate) fn flag(self) -> Result<bool, FieldError> {
        let is_one_of =
            |text: &str, words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        match self {
            Self::Null => Err(FieldError::Null),
            Self::Bool(active) => Ok(active),
            Self::Text(text) if is_one_of(&text, ["true", "t", "yes", "y", "on", "1"]) => Ok(true),
            Self::Text(text) if is_one_of(&text, ["false", "f", "no", "n", "off", "0"]) => {
                Ok(false)
            }
            Self::Number("1" | "1.0") => Ok(true),
            Self::Number("0" | "0.0") => Ok(false),
            Self::Text(_) | Self::Surrogate(_) | Self::Number(_) | Self::Nested(_) | Self::File => {
                Err(FieldError::NotABoolean)
            }
        }
    }

    /// Parses a rate, from 1 to [`PER_SECOND_MAX`] a second. `null` and empty text mean no limit.
    pub(crate) fn rate(self) -> Result<Option<u32>, FieldError> {
        self.whole_number(1, PER_SECOND_MAX)
    }

    /// Parses a number of attempts in flight, from 1 to [`IN_FLIGHT_MAX`]. `null` and empty text
    /// mean [`IN_FLIGHT`].
    pub(crate) fn in_flight(self) -> Result<u16, FieldError> {
        Ok(self.whole_number(1, IN_FLIGHT_MAX)?.unwrap_or(IN_FLIGHT))
    }

    /// Parses a whole number from `min` to `max`; `None` for `null` and empty text.
    pub(crate) fn whole_number<N>(self, min: N, max: N) -> Result<Option<N>, FieldError>
    where
        N: Copy + PartialOrd + Into<u32> + FromStr,
    {
        let error = FieldError::NotInRange { min: min.into(), max: max.into() };
        let text = match self {
            Self::Null => return Ok(None),
            Self::Number(text) => Cow::Borrowed(text),
            Self::Text(text) if text.is_empty() => return Ok(None),
            Self::Text(text) => text,
            Self::Bool(_) | Self::Surrogate(_) | Self::Nested(_) | Self::File => return Err(error),
        };
        let number = text.parse().ok().filter(|number| (min..=max).contains(number));
        number.map(Some).ok_or(error)
    }

    /// Parses an event type. `null` and empty text mean all events.
    pub(crate) fn event_type(self, types: &EventTypes) -> Result<Option<EventType>, FieldError> {
        let Some(name) = self.choice()? else { return Ok(None) };
        let known = types.to_subscribe(&name);
        known.map(Some).ok_or_else(|| FieldError::NotAChoice(name.into_owned()))
    }

    /// Parses the name of a choice. `null` and empty text mean the default.
    pub(crate) fn choice(self) -> Result<Option<Cow<'a, str>>, FieldError> {
        let name = match self {
            Self::Null => return Ok(None),
            Self::Surrogate(unit) => return Err(FieldError::Surrogate(unit)),
            Self::File => return Err(FieldError::NotAString),
            Self::Bool(true) => Cow::Borrowed("True"),
            Self::Bool(false) => Cow::Borrowed("False"),
            Self::Number(json) | Self::Nested(json) => Cow::Borrowed(json),
            Self::Text(text) => text,
        };
        Ok((!name.is_empty()).then_some(name))
    }

    /// Parses a user name, and trims it. `null` means none.
    pub(crate) fn username(self) -> Result<String, FieldError> {
        let username = self.text()?.trim().to_owned();
        check_username(&username)?;
        Ok(username)
    }

    /// Parses a password. It is not trimmed, since space may be part of it. `null` means none.
    pub(crate) fn password(self) -> Result<SecretChange<Option<StoredSecret>>, FieldError> {
        SecretChange::from_text(self.text()?.into_owned()).try_map(|password| {
            check_password(&password)?;
            Ok((!password.is_empty()).then_some(StoredSecret::Bare(password)))
        })
    }

    /// Parses additional headers. `null` means none.
    pub(crate) fn headers(self) -> Result<HeadersChange, FieldError> {
        let (Kind::Dict, Self::Nested(json)) = (self.kind(), &self) else {
            let is_null = self.kind() == Kind::Null;
            let error = FieldError::NotADictionary(self.kind());
            return if is_null { Ok(HeadersChange::default()) } else { Err(error) };
        };
        let members = members(json).map_err(|error| FieldError::in_string(&error))?;
        if members.len() > ADDITIONAL_HEADERS_MAX {
            return Err(HeadersError::TooMany.into());
        }
        let mut headers: Vec<(String, SecretChange<StoredSecret>)> =
            Vec::with_capacity(members.len());
        for (name, value) in members {
            let value = Sent::json(value);
            if !matches!(value, Sent::Text(_) | Sent::Surrogate(_)) {
                return Err(FieldError::ValueNotAString(name));
            }
            let value = SecretChange::from_text(value.text()?.into_owned())
                .try_map(|value| Ok::<_, FieldError>(StoredSecret::Bare(value)))?;
            headers.push((name, value));
        }
        Ok(HeadersChange::new(headers)?)
    }

    /// Parses an object or a list from a form, whose value is JSON text that `read` parses. Empty
    /// text means `null`.
    pub(crate) fn json_text<T, E: From<FieldError>>(
        self,
        read: impl for<'b> FnOnce(Sent<'b>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.is_blank() {
            return read(Sent::Null);
        }
        let Self::Text(text) = self else { return Err(FieldError::NotJson.into()) };
        let value = parse::parse_text(&text, PhantomData::<&RawValue>);
        read(Sent::json(value.map_err(|_| FieldError::NotJson)?))
    }

    pub(crate) fn text(self) -> Result<Cow<'a, str>, FieldError> {
        match self {
            Self::Null => Ok(Cow::Borrowed("")),
            Self::Number(json) => Ok(Cow::Borrowed(json)),
            Self::Text(text) => Ok(text),
            Self::Surrogate(unit) => Err(FieldError::Surrogate(unit)),
            Self::Bool(_) | Self::Nested(_) | Self::File => Err(FieldError::NotAString),
        }
    }
}

/// Parses a JSON list into its elements, in their order.
pub(crate) fn elements(list: &str) -> Result<Vec<&RawValue>, JsonError> {
    parse::parse_text(list, PhantomData::<Vec<&RawValue>>)
}

/// The half of a surrogate pair that made a string invalid. The value is known to be JSON, so there
/// can be no other error.
fn surrogate(error: &JsonError) -> u16 {
    if let JsonErrorKind::Surrogate(unit) = error.kind { unit } else { 0xd800 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the error text for a value of a field; `None` if the value is valid.
    fn check_field(field: &str, value: &str, expected: Option<&str>) {
        let raw = parse::parse_text(value, PhantomData::<&RawValue>).unwrap();
        let (sent, policy) = (Sent::json(raw), TargetPolicy::default());
        let error = match field {
            "target_url" => sent.target_url(&policy).err(),
            "active" => sent.flag().err(),
            "event_type" => sent.event_type(&EventTypes::documented()).err(),
            "basic_auth_username" => sent.username().err(),
            "basic_auth_password" => sent.password().err(),
            "max_per_second" => sent.rate().err(),
            "max_in_flight" => sent.in_flight().err(),
            _ => sent.headers().err(),
        };
        assert_eq!(error.map(|e| e.to_string()).as_deref(), expected, "{field}: {value}");
    }

    #[test]
    fn each_field_has_its_sentences() {
        let url = "Enter a valid URL.";
        let null = "This field may not be null.";
        let surrogate = Some("Surrogate characters are not allowed: U+D800.");
        check_field("target_url", "null", Some(null));
        check_field("target_url", r#""  ""#, Some("This field may not be blank."));
        check_field("target_url", r#""a\u0000""#, Some("Null characters are not allowed."));
        check_field("target_url", r#""http://e.com/\ud800""#, surrogate);
        for value in ["5", "5.5", "true", "[]", "{}", r#""nope""#] {
            check_field("target_url", value, Some(url));
        }
        for value in ["true", "1", "1.0", "0.0", "\"TRUE\"", "\"t\"", "\"oN\"", "\"n\"", "\"0\""] {
            check_field("active", value, None);
        }
        for value in ["2", "1.5", "\"\"", "\" true \"", "\"null\"", "[]", "{}", r#""\ud800""#] {
            check_field("active", value, Some("Must be a valid boolean."));
        }
        check_field("active", "null", Some(null));
        for value in ["null", "\"\"", "\"PATH_COMPLETION\""] {
            check_field("event_type", value, None);
        }
        for (value, shown) in [
            ("\" \"", " "),
            ("\"path_completion\"", "path_completion"),
            ("\"PING\"", "PING"),
            ("5", "5"),
            ("true", "True"),
            ("[1]", "[1]"),
        ] {
            let sentence = format!("\"{shown}\" is not a valid choice.");
            check_field("event_type", value, Some(&sentence));
        }
        check_field("event_type", r#""\ud800""#, surrogate);
    }

    #[test]
    fn texts_are_read_as_the_vendor_reads_them() {
        for field in ["basic_auth_username", "basic_auth_password"] {
            for value in ["null", "\"\"", "5", "-1.5", "\"a b\"", "\"\u{e9}\""] {
                check_field(field, value, None);
            }
            for value in ["true", "[]", "{}"] {
                check_field(field, value, Some("Not a valid string."));
            }
            let surrogate = "Surrogate characters are not allowed: U+D83D.";
            check_field(field, r#""\ud83d""#, Some(surrogate));
            check_field(field, r#""a\u0000""#, Some("Null characters are not allowed."));
            check_field(field, r#""a\u000ab""#, Some("Control characters are not allowed."));
        }
    }

    #[test]
    fn a_number_is_whole_and_in_its_range() {
        for (field, max) in [("max_per_second", 1_000), ("max_in_flight", 256)] {
            for value in
                ["null", "\"\"", "1", "\"1\"", "64", &format!("{max}"), &format!("\"{max}\"")]
            {
                check_field(field, value, None);
            }
            let sentence = format!("A whole number from 1 to {max} is required.");
            let over = format!("{}", max + 1);
            for value in [
                "0",
                "-1",
                "-0",
                &over,
                "65536",
                "65537",
                "4294967297",
                "1e2",
                "1.0",
                "1.5",
                "true",
                "false",
                "[]",
                "[5]",
                "{}",
                "\"0\"",
                "\"x\"",
                "\" \"",
                "\" 5\"",
                "\"1.0\"",
                r#""\ud800""#,
            ] {
                check_field(field, value, Some(&sentence));
            }
        }
    }

    #[test]
    fn headers_are_an_object_of_strings() {
        for value in ["null", "{}", r#"{"x":"1","y":"1"}"#, r#"{"x":""}"#] {
            check_field("additional_headers", value, None);
        }
        for (value, name) in [
            (r#"{"x":"1","x":"2"}"#, "x"),
            (r#"{"x":"1","y":"2","x":"1"}"#, "x"),
            (r#"{"X-A":"1","x-a":"1"}"#, "x-a"),
            (r#"{"X-A":"1","\u0058-A":"1"}"#, "X-A"),
        ] {
            let sentence = format!("The header \"{name}\" is there twice.");
            check_field("additional_headers", value, Some(&sentence));
        }
        for (value, kind) in [("5", "int"), ("[]", "list"), ("\"{}\"", "str"), ("true", "bool")] {
            let sentence = format!("Expected a dictionary of items but got type \"{kind}\".");
            check_field("additional_headers", value, Some(&sentence));
        }
        for value in ["5", "null", "[]", "true", "{}"] {
            let sentence = Some("The value of \"x\" must be a string.");
            check_field("additional_headers", &format!(r#"{{"x":{value}}}"#), sentence);
        }
        let surrogate = Some("Surrogate characters are not allowed: U+D800.");
        check_field("additional_headers", r#"{"x":"\ud800"}"#, surrogate);
        check_field("additional_headers", r#"{"\ud800":"x"}"#, surrogate);
        let set = Some("The header \"Host\" may not be set.");
        check_field("additional_headers", r#"{"Host":"x"}"#, set);
        let many: Vec<_> = (0..20_000).map(|_| r#""a":"""#).collect();
        let many = format!("{{{}}}", many.join(","));
        check_field("additional_headers", &many, Some("Ensure there are no more than 64 headers."));
    }
}
