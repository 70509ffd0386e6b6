//! A webhook's filter in a request, and the request that tests a filter with an event.

use core::marker::PhantomData;

use serde::Serialize;
use serde_json::value::RawValue;

use super::body;
use super::body::{BodyError, check_depth};
use super::field::{FieldError, Sent};
use crate::base::{Field, FieldErrors};
use crate::filter::{Filter, FilterFault, FilterFaultKind, FilterText, Reason};
use crate::json::{JsonErrorKind, Kind, LazyValue, ValidateOnly, parse, without_mark};

impl Sent<'_> {
    /// Parses a filter. `null` means none.
    pub(crate) fn filter(self) -> Result<Option<FilterText>, FieldError> {
        match (self.kind(), &self) {
            (Kind::Null, _) => Ok(None),
            (Kind::Dict, Self::Nested(json)) => Ok(FilterText::parse(json)?),
            (kind, _) => Err(FilterFault::new(FilterFaultKind::NotAnObject(kind)).into()),
        }
    }

    /// Parses a filter from a form, whose value is JSON text. Empty text means none.
    pub(crate) fn form_filter(self) -> Result<Option<FilterText>, FieldError> {
        if self.is_blank() {
            return Ok(None);
        }
        let Self::Text(text) = self else { return Err(FieldError::NotJson) };
        check_depth(text.as_bytes())?;
        Sent::json(parse::parse_text(&text, PhantomData::<&RawValue>)?).filter()
    }
}

/// A request to test a filter with an event.
#[derive(Debug)]
pub struct FilterTest {
    filter: Filter,
    /// The text of the event.
    event: String,
}

/// The answer to a [`FilterTest`].
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FilterVerdict {
    matches: bool,
    reason: Option<Reason>,
}

impl FilterTest {
    /// Parses a body. The event may be any object, even without a type.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let body = if without_mark(body).is_empty() { b"{}" } else { body };
        let fields = body::members(body)?;
        check_depth(without_mark(body))?;
        let mut errors = FieldErrors::default();
        let sent = |name: &str| fields.get(name).copied().ok_or(FieldError::Required);
        let filter = sent("filter").and_then(|json| Sent::json(json).filter());
        let filter = errors.take(Field::Filter, filter);
        let event = errors.take(Field::Event, sent("event").and_then(event));
        match (filter, event) {
            (Some(filter), Some(event)) => {
                let filter = filter.map_or_else(Filter::default, |text| Filter::from_stored(&text));
                Ok(Self { filter, event: event.get().to_owned() })
            }
            _ => Err(errors.into()),
        }
    }

    /// Whether the event matches, and why not.
    pub fn verdict(&self) -> FilterVerdict {
        let event = LazyValue::new(&self.event);
        let reason = self.filter.reason(&event);
        FilterVerdict { matches: self.filter.matches(&event), reason }
    }
}

fn event(json: &RawValue) -> Result<&RawValue, FieldError> {
    let kind = Kind::of(json.get().as_bytes());
    if kind != Kind::Dict {
        return Err(FieldError::NotADictionary(kind));
    }
    match parse::parse_text(json.get(), ValidateOnly).map_err(|error| error.kind) {
        Err(JsonErrorKind::Surrogate(unit)) => Err(FieldError::Surrogate(unit)),
        // A filter compares any number, even one that no receiver could read.
        Ok(()) | Err(_) => Ok(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> String {
        match FilterTest::parse(body.as_bytes()) {
            Ok(test) => serde_json::to_string(&test.verdict()).unwrap(),
            Err(BodyError::Json(error)) => error.to_string(),
            Err(BodyError::Fields(errors)) => serde_json::to_string(&errors).unwrap(),
        }
    }

    #[test]
    fn a_test_says_whether_an_event_matches_and_why_not() {
        let required = r#"["This field is required."]"#;
        let dictionary = "Expected a dictionary of items but got type";
        for (body, expected) in [
            (r#"{"filter":{"a":1},"event":{"a":1.0}}"#, r#"{"matches":true,"reason":null}"#.into()),
            (
                r#"{"filter":{"a":{"$gt":1}},"event":{"a":1}}"#,
                concat!(
                    r#"{"matches":false,"reason":"#,
                    r#"{"pointer":"/a/$gt","detail":"The event has 1 at /a."}}"#,
                )
                .to_owned(),
            ),
            (r#"{"filter":null,"event":{}}"#, r#"{"matches":true,"reason":null}"#.to_owned()),
            (r#"{"filter":{},"event":{}}"#, r#"{"matches":true,"reason":null}"#.to_owned()),
            (
                r#"{"filter":{"n":{"$lt":1e400}},"event":{"n":1e399}}"#,
                r#"{"matches":true,"reason":null}"#.to_owned(),
            ),
            ("", format!(r#"{{"filter":{required},"event":{required}}}"#)),
            (r#"{"filter":{}}"#, format!(r#"{{"event":{required}}}"#)),
            (
                r#"{"filter":{"a":{"$ge":1}},"event":[]}"#,
                format!(
                    "{{\"filter\":[\"/a/$ge: {}\"],\"event\":[\"{dictionary} \\\"list\\\".\"]}}",
                    FilterFaultKind::UnknownOperator
                ),
            ),
            (
                r#"{"filter":"{}","event":null}"#,
                format!(
                    "{{\"filter\":[\"{dictionary} \\\"str\\\".\"],\
                     \"event\":[\"{dictionary} \\\"NoneType\\\".\"]}}"
                ),
            ),
            (
                r#"{"filter":{},"event":{"a":["\udead"]}}"#,
                r#"{"event":["Surrogate characters are not allowed: U+DEAD."]}"#.to_owned(),
            ),
            (
                "{\"filter\":",
                "JSON parse error - Expecting value: line 1 column 11 (char 10)".to_owned(),
            ),
            (
                "[]",
                r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#
                    .to_owned(),
            ),
        ] {
            assert_eq!(answer(body), expected, "{body}");
        }
        let deep =
            format!(r#"{{"filter":{{}},"event":{{"a":{}{}}}}}"#, "[".repeat(200), "]".repeat(200));
        assert!(answer(&deep).starts_with("JSON parse error - Nested too deeply"), "{deep}");
    }
}
