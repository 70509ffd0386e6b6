//! The body of a request: JSON or a form, and why it is refused.

use core::marker::PhantomData;
use std::collections::HashMap;

use serde_json::value::RawValue;
use thiserror::Error;

use crate::base::{Delay, Field, FieldErrors};
use crate::json::{JsonError, JsonErrorKind, Kind, ValidateOnly, parse, without_mark};

/// A request body. It may contain secrets, so it has no `Debug`.
pub enum Body {
    /// JSON without a byte order mark. An empty body means an empty object.
    Json(Vec<u8>),
    /// The names and values of a form, in their order.
    Form(Vec<(String, FormValue)>),
}

impl Body {
    /// A body of JSON.
    pub fn json(mut bytes: Vec<u8>) -> Self {
        let mark = bytes.len().saturating_sub(without_mark(&bytes).len());
        bytes.drain(..mark);
        Self::Json(bytes)
    }

    /// The bytes that identify the body: equal for every repeat of a request. A form is written as
    /// JSON, because its multipart boundary differs in each request.
    pub fn canonical(&self) -> Vec<u8> {
        match self {
            Self::Json(json) => json.clone(),
            Self::Form(fields) => {
                let fields = fields.iter().map(|(name, value)| match value {
                    FormValue::Text(text) => (name, Some(text)),
                    FormValue::File => (name, None),
                });
                // Writing pairs of strings as JSON cannot fail.
                serde_json::to_vec(&fields.collect::<Vec<_>>()).unwrap_or_default()
            }
        }
    }
}

/// Checks that a body is nested no deeper than a JSON body may be. Parsing raw values does not
/// bound their depth.
pub(crate) fn check_depth(body: &[u8]) -> Result<(), JsonError> {
    match parse::parse(body, ValidateOnly) {
        Err(error) if error.kind == JsonErrorKind::Depth => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Parses a body that must be one JSON object, and returns its members. Of a repeated name the last
/// one counts, which [`KnownFields`](super::KnownFields) refuses.
pub fn members(body: &[u8]) -> Result<HashMap<String, &RawValue>, BodyError> {
    let value = parse::parse(without_mark(body), PhantomData::<&RawValue>)?.get();
    let kind = Kind::of(value.as_bytes());
    if kind != Kind::Dict {
        return Err(not_an_object(kind));
    }
    Ok(parse::parse_text(value, PhantomData::<HashMap<String, &RawValue>>)?)
}

/// The error for a JSON body that is not an object.
pub(crate) fn not_an_object(kind: Kind) -> BodyError {
    let sentence = format!("Invalid data. Expected a dictionary, but got {kind}.");
    FieldErrors::one(Field::NonFieldErrors, sentence).into()
}

/// A value of a form.
pub enum FormValue {
    /// Text.
    Text(String),
    /// A file, which is invalid for every field.
    File,
}

/// Why a body is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyError {
    /// The body is not valid JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The body is not an object, or some of its fields are invalid.
    #[error("fields are wrong")]
    Fields(FieldErrors),
}

impl From<FieldErrors> for BodyError {
    fn from(errors: FieldErrors) -> Self {
        Self::Fields(errors)
    }
}

/// Why a number of seconds is refused. The bounds are in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum SecondsError {
    #[error("A valid integer is required.")]
    NotAnInteger,
    #[error("Ensure this value is greater than or equal to {0}.")]
    TooShort(u64),
    #[error("Ensure this value is less than or equal to {0}.")]
    TooLong(u64),
}

/// Parses a whole number of seconds, from `min` to `max`.
pub(crate) fn seconds(value: &RawValue, min: Delay, max: Delay) -> Result<Delay, SecondsError> {
    let number: serde_json::Number =
        serde_json::from_str(value.get()).map_err(|_| SecondsError::NotAnInteger)?;
    if number.is_f64() {
        return Err(SecondsError::NotAnInteger);
    }
    let too_short = SecondsError::TooShort(min.as_ms() / 1_000);
    match number.as_u64().map(Delay::from_secs) {
        None => Err(too_short),
        Some(span) if span < min => Err(too_short),
        Some(span) if span > max => Err(SecondsError::TooLong(max.as_ms() / 1_000)),
        Some(span) => Ok(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_say_the_same_are_written_alike() {
        let form = |fields: [(&str, Option<&str>); 2]| {
            let fields = fields.map(|(name, text)| {
                let value = text.map_or(FormValue::File, |text| FormValue::Text(text.to_owned()));
                (name.to_owned(), value)
            });
            Body::Form(fields.into()).canonical()
        };
        assert_eq!(form([("a", Some("b")), ("c", None)]), br#"[["a","b"],["c",null]]"#);
        for other in [[("a", Some("b,c")), ("c", None)], [("a", Some("b")), ("c", Some(""))]] {
            assert_ne!(form(other), form([("a", Some("b")), ("c", None)]));
        }
        assert_eq!(Body::Json(b"{ }".to_vec()).canonical(), b"{ }");
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_body() {
        for (bytes, expected) in [
            ("\u{feff}{ }", "{ }"),
            ("{ }", "{ }"),
            ("\u{feff}", ""),
            ("\u{feff}\u{feff}", "\u{feff}"),
        ] {
            assert_eq!(Body::json(bytes.into()).canonical(), expected.as_bytes(), "{bytes:?}");
        }
        assert_eq!(members("\u{feff}{\"a\":1}".as_bytes()).unwrap().len(), 1);
        assert!(members("{\u{feff}\"a\":1}".as_bytes()).is_err());
    }
}
