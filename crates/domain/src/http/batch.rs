//! A batch of events: a JSON array, whose elements are published unchanged, byte for byte.
//!
//! Each element gets its own answer, with the status that it would get alone.

use core::marker::PhantomData;

use serde::Serialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::problem::Problem;
use crate::base::{BATCH_EVENTS_MAX, Field, FieldErrors};
use crate::event::{Event, EventTypes};
use crate::json::{JsonError, Kind, ValidateOnly, parse};
use crate::publish::Published;

/// Why a body is not a batch.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BatchError {
    /// The body is not valid JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The body is not an array.
    #[error("Expected a list of items but got type \"{found}\".")]
    NotAList {
        /// The kind of the value.
        found: Kind,
    },
    /// The array is empty.
    #[error("This list may not be empty.")]
    Empty,
    /// The array has more than [`BATCH_EVENTS_MAX`] elements.
    #[error("Ensure this field has no more than {BATCH_EVENTS_MAX} elements.")]
    TooMany,
}

impl From<BatchError> for Problem {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Json(error) => error.into(),
            BatchError::NotAList { .. } | BatchError::Empty | BatchError::TooMany => {
                FieldErrors::one(Field::NonFieldErrors, error).into()
            }
        }
    }
}

/// Parses a batch. Returns the event of each element, or why it is invalid, in order.
pub fn parse(
    body: &[u8],
    types: &EventTypes,
    event_bytes_max: usize,
) -> Result<Vec<Result<Event, Problem>>, BatchError> {
    let found = if body.is_empty() { Kind::Dict } else { Kind::of(body) };
    if found != Kind::List {
        if !body.is_empty() {
            parse::parse(body, ValidateOnly)?;
        }
        return Err(BatchError::NotAList { found });
    }
    let elements = parse::parse(body, PhantomData::<Vec<&RawValue>>)?;
    match elements.len() {
        0 => return Err(BatchError::Empty),
        1..=BATCH_EVENTS_MAX => {}
        _ => return Err(BatchError::TooMany),
    }
    let event = |element: &RawValue| {
        let bytes = element.get().as_bytes();
        if bytes.len() > event_bytes_max {
            return Err(Problem::too_large(event_bytes_max));
        }
        Ok(Event::parse(bytes.to_vec(), types)?)
    };
    Ok(elements.into_iter().map(event).collect())
}

/// The answer for one element.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Item {
    /// The event was published.
    Published {
        /// The status, 202.
        status: u16,
        /// The answer to the publisher.
        #[serde(flatten)]
        published: Published,
    },
    /// The event was not published: the body of the problem, with its status.
    Problem(Box<RawValue>),
}

impl Item {
    /// The answer for an element with this outcome.
    pub fn new(result: Result<Published, Problem>) -> Self {
        match result {
            Ok(published) => Self::Published { status: 202, published },
            Err(problem) => Self::Problem(problem.into_item()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(body: &str) -> Result<Vec<String>, String> {
        let parsed = parse(body.as_bytes(), &EventTypes::documented(), 64);
        let parsed = parsed.map_err(|error| error.to_string())?;
        let item = |event: Result<Event, Problem>| match event {
            Ok(event) => String::from_utf8(event.payload.into_bytes()).unwrap(),
            Err(problem) => serde_json::to_string(&Item::new(Err(problem))).unwrap(),
        };
        Ok(parsed.into_iter().map(item).collect())
    }

    #[test]
    fn events_are_kept_as_they_stand_in_the_array() {
        let first = "{ \"event_type\" :\n\"QUIZ_COMPLETION\", \"x\": 1.0e2 }";
        let second = r#"{"x":[{}],"event_type":"PATH_COMPLETION"}"#;
        let body = format!(" [\t{first} ,{second}\n] ");
        assert_eq!(items(&body).unwrap(), [first, second]);
    }

    #[test]
    fn a_bad_element_has_the_answer_that_it_would_get_alone() {
        let good = r#"{"event_type":"QUIZ_COMPLETION"}"#;
        let large = format!(r#"{{"event_type":"QUIZ_COMPLETION","x":"{}"}}"#, "x".repeat(64));
        let json = |message, at, char| {
            format!(
                r#""detail":"JSON parse error - {message}: line 1 column {at} (char {char})"}}"#
            )
        };
        let dictionary = "Invalid data. Expected a dictionary, but got list.";
        let surrogate = json("Surrogate characters are not allowed: U+D800", 7, 6);
        let size = "Request body is too large: at most 64 bytes are allowed.";
        for (element, status, rest) in [
            ("{}", 400, r#""event_type":["This field is required."]}"#),
            (r#"{"event_type":"X"}"#, 400, r#""event_type":["\"X\" is not a valid choice."]}"#),
            ("null", 400, r#""non_field_errors":["No data provided"]}"#),
            ("[]", 400, &format!(r#""non_field_errors":["{dictionary}"]}}"#)),
            (r#"{"x":"\ud800"}"#, 400, &surrogate),
            (r#"{"x":1e999}"#, 400, &json("Number out of range", 6, 5)),
            (&large, 413, &format!(r#""detail":"{size}"}}"#)),
        ] {
            let body = format!("[{good},{element},{good}]");
            let expected = format!(r#"{{"status":{status},{rest}"#);
            assert_eq!(items(&body).unwrap(), [good, &expected, good], "{element}");
        }
    }

    #[test]
    fn what_is_no_list_of_events_is_refused_as_a_whole() {
        let check = |body: &str, expected: &str| assert_eq!(items(body).unwrap_err(), expected);
        let type_of = |kind| format!("Expected a list of items but got type \"{kind}\".");
        check("", &type_of("dict"));
        check("{}", &type_of("dict"));
        check(" 5", &type_of("int"));
        check("null", &type_of("NoneType"));
        check("[ ]", "This list may not be empty.");
        let good = r#"{"event_type":"QUIZ_COMPLETION"}"#;
        let many = |count| format!("[{}]", vec![good; count].join(","));
        assert_eq!(items(&many(100)).unwrap().len(), 100);
        check(&many(101), "Ensure this field has no more than 100 elements.");
        let json = |message| format!("JSON parse error - {message}");
        check("[", &json("Expecting value: line 1 column 2 (char 1)"));
        check(
            "{",
            &json("Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        );
        check(
            &format!("[{good} {good}]"),
            &json("Expecting ',' delimiter: line 1 column 35 (char 34)"),
        );
        check(&format!("[{good}] x"), &json("Extra data: line 1 column 36 (char 35)"));
        let depth = "Nested too deeply, in 128 levels or more: line 1 column 128 (char 127)";
        check(&"[".repeat(100_000), &json(depth));
    }
}
