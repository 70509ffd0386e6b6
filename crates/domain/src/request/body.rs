//! A request body, and why it is refused as a whole.

use core::marker::PhantomData;
use std::collections::HashMap;

use serde_json::value::RawValue;
use thiserror::Error;

use crate::base::{Delay, Field, FieldErrors};
use crate::json::{JsonError, Kind, parse};

/// A request body. It may hold secrets, so it has no `Debug`.
pub enum Body {
    /// JSON, or nothing: an empty body is an empty object.
    Json(Vec<u8>),
    /// The pairs of a form, in their order.
    Form(Vec<(String, FormValue)>),
}

impl Body {
    /// What two writings of the same body have in common: a form's boundary is another each time.
    pub fn canonical(&self) -> Vec<u8> {
        match self {
            Self::Json(json) => json.clone(),
            Self::Form(fields) => {
                let fields = fields.iter().map(|(name, value)| match value {
                    FormValue::Text(text) => (name, Some(text)),
                    FormValue::File => (name, None),
                });
                // Pairs of strings cannot fail to become JSON.
                serde_json::to_vec(&fields.collect::<Vec<_>>()).unwrap_or_default()
            }
        }
    }
}

/// The members of a body that is one JSON object.
pub fn members(body: &[u8]) -> Result<HashMap<String, &RawValue>, BodyError> {
    let value = parse::parse(body, PhantomData::<&RawValue>)?.get();
    let kind = Kind::of(value.as_bytes());
    if kind != Kind::Dict {
        return Err(no_dictionary(kind));
    }
    Ok(parse::parse_text(value, PhantomData::<HashMap<String, &RawValue>>)?)
}

/// What is said of a body that is no JSON object.
pub(crate) fn no_dictionary(kind: Kind) -> BodyError {
    let sentence = format!("Invalid data. Expected a dictionary, but got {kind}.");
    FieldErrors::one(Field::NonFieldErrors, sentence).into()
}

/// A value of a form.
pub enum FormValue {
    /// A text.
    Text(String),
    /// A file, which no field of a webhook is.
    File,
}

/// Why a body is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyError {
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Fields are wrong.
    #[error("fields are wrong")]
    Fields(FieldErrors),
}

impl From<FieldErrors> for BodyError {
    fn from(errors: FieldErrors) -> Self {
        Self::Fields(errors)
    }
}

/// Why a number of seconds is not taken. The bounds are in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum SecondsError {
    #[error("A valid integer is required.")]
    NotAnInteger,
    #[error("Ensure this value is greater than or equal to {0}.")]
    TooShort(u64),
    #[error("Ensure this value is less than or equal to {0}.")]
    TooLong(u64),
}

/// Reads a span from `min` to `max`.
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
}
