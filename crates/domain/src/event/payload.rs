//! A published event.
//!
//! Only its `event_type` is read. The schema of the rest is the publisher's, and the bytes are
//! delivered exactly as published.

use core::fmt;
use std::borrow::Cow;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use thiserror::Error;

use super::event_type::{EventType, EventTypes, Operational};
use super::trace::TraceContext;
use crate::json::{JsonError, Kind, ValidateOnly, parse};

/// The bytes of an event exactly as published: a JSON object in UTF-8. `Debug` prints only the
/// length, because the content is about the publisher's users.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(Vec<u8>);

impl Payload {
    /// Wraps a payload that was accepted and stored before.
    pub fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text. What was accepted is UTF-8.
    pub fn as_text(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the bytes without copying them.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.0.len())
    }
}

/// Why a body is not an event.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventError {
    /// The body is not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The body is `null`.
    #[error("No data provided")]
    NoData,
    /// The body is JSON, but not an object.
    #[error("Invalid data. Expected a dictionary, but got {found}.")]
    NotAnObject {
        /// The kind of the value.
        found: Kind,
    },
    /// `event_type` is missing.
    #[error("This field is required.")]
    TypeMissing,
    /// `event_type` is `null`.
    #[error("This field may not be null.")]
    TypeNull,
    /// `event_type` is not a string.
    #[error("Not a valid string.")]
    TypeNotAString,
    /// `event_type` is there more than once. Receivers would not agree on which one counts.
    #[error("This field is there twice.")]
    TypeRepeated,
    /// `event_type` is `PING` or not in the list of event types.
    #[error("\"{name}\" is not a valid choice.")]
    TypeUnknown {
        /// The unknown type.
        name: String,
    },
    /// `event_type` is an operational type.
    #[error("\"{name}\" events are published by the dispatcher itself, and by nobody else.")]
    TypeOperational {
        /// The operational type.
        name: String,
    },
}

/// An event to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The event's type, which is in the list of event types.
    pub event_type: EventType,
    /// The event's bytes.
    pub payload: Payload,
    /// The trace in which it was published; `None` begins one.
    pub trace: Option<TraceContext>,
}

impl Event {
    /// Parses a published body: a JSON object whose top-level `event_type` is one of `types`.
    ///
    /// No tree of values is built, because this runs for every event, each with up to
    /// `MAX_EVENT_BYTES` (256 kB by default).
    pub fn parse(body: Vec<u8>, types: &EventTypes) -> Result<Self, EventError> {
        if body.is_empty() {
            // The vendor's API treats an empty body as an empty object.
            return Err(EventError::TypeMissing);
        }
        let found = Kind::of(&body);
        if found != Kind::Dict {
            parse::parse(&body, ValidateOnly)?;
            let nothing = found == Kind::Null;
            return Err(if nothing {
                EventError::NoData
            } else {
                EventError::NotAnObject { found }
            });
        }
        let name = parse::parse(&body, Top)?.name()?;
        match types.get(&name) {
            Some(event_type) => {
                let event_type = event_type.clone();
                Ok(Self { event_type, payload: Payload(body), trace: None })
            }
            None if Operational::named(&name).is_some() => {
                Err(EventError::TypeOperational { name: name.into_owned() })
            }
            None => Err(EventError::TypeUnknown { name: name.into_owned() }),
        }
    }
}

/// Reads an object and finds its `event_type`.
struct Top;

impl<'de> DeserializeSeed<'de> for Top {
    type Value = Found<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found::Nothing;
        while let Some(is_event_type) = members.next_key_seed(IsEventType)? {
            if is_event_type {
                let value = members.next_value_seed(TypeName)?;
                found = if matches!(found, Found::Nothing) { value } else { Found::Repeated };
            } else {
                members.next_value_seed(ValidateOnly)?;
            }
        }
        Ok(found)
    }
}

/// The value of an object's `event_type`.
enum Found<'de> {
    Nothing,
    Null,
    Name(Cow<'de, str>),
    Other,
    Repeated,
}

impl<'de> Found<'de> {
    fn name(self) -> Result<Cow<'de, str>, EventError> {
        match self {
            Self::Nothing => Err(EventError::TypeMissing),
            Self::Null => Err(EventError::TypeNull),
            Self::Other => Err(EventError::TypeNotAString),
            Self::Repeated => Err(EventError::TypeRepeated),
            Self::Name(name) => Ok(name),
        }
    }
}

/// Reads a member's name and returns whether it is `event_type`.
struct IsEventType;

impl<'de> DeserializeSeed<'de> for IsEventType {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsEventType {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == "event_type")
    }
}

/// Reads any value as the value of `event_type`.
struct TypeName;

impl<'de> DeserializeSeed<'de> for TypeName {
    type Value = Found<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TypeName {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Found<'de>, E> {
        Ok(Found::Null)
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Found<'de>, E> {
        Ok(Found::Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Found<'de>, E> {
        Ok(Found::Name(Cow::Owned(name.to_owned())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found<'de>, E> {
        Ok(Found::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Found<'de>, E> {
        Ok(Found::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Found<'de>, E> {
        Ok(Found::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found<'de>, E> {
        Ok(Found::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Found<'de>, A::Error> {
        ValidateOnly.visit_seq(items).map(|()| Found::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Found<'de>, A::Error> {
        ValidateOnly.visit_map(members).map(|()| Found::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Result<&str, &str>) {
        let types = EventTypes::documented();
        let parsed = Event::parse(body.as_bytes().to_vec(), &types);
        if let Ok(event) = &parsed {
            assert_eq!(event.payload.as_bytes(), body.as_bytes());
        }
        let result = parsed.map(|event| event.event_type.to_string()).map_err(|e| e.to_string());
        assert_eq!(result.as_deref().map_err(String::as_str), expected, "{body}");
    }

    #[test]
    fn an_event_is_known_by_its_type() {
        let full = r#" {"event_type":"QUIZ_COMPLETION","timestamp":"2015-02-13T18:57:55.066+00:00",
            "user":{"first_name":"J\u00e4ne","tags":["\ud83d\ude00",-1.5e3,true,null]}} "#;
        check(full, Ok("QUIZ_COMPLETION"));
        check(r#"{"event_type":"COURSE_ENROLLMENT"}"#, Ok("COURSE_ENROLLMENT"));
        check(r#"{"x":{"event_type":1},"event_type":"PATH_COMPLETION"}"#, Ok("PATH_COMPLETION"));
        check(r#"{"event\u005ftype":"PATH\u005FCOMPLETION"}"#, Ok("PATH_COMPLETION"));
    }

    #[test]
    fn one_event_type_is_enough() {
        let path = r#""event_type":"PATH_COMPLETION""#;
        for twice in [
            format!("{{{path},{path}}}"),
            format!(r#"{{"event_type":5,{path}}}"#),
            format!(r#"{{{path},"event_type":null}}"#),
            format!(r#"{{{path},"event_type":"QUIZ_COMPLETION","event_type":[{{}}]}}"#),
            format!(r#"{{{path},"event\u005ftype":"PATH_COMPLETION"}}"#),
        ] {
            check(&twice, Err("This field is there twice."));
        }
        check(&format!(r#"{{{path},"a":1,"a":2,"Event_Type":3}}"#), Ok("PATH_COMPLETION"));
    }

    #[test]
    fn what_is_no_event_is_refused() {
        let not_an_object =
            |found| format!("Invalid data. Expected a dictionary, but got {found}.");
        check("[]", Err(&not_an_object("list")));
        check(r#" "x""#, Err(&not_an_object("str")));
        check("-5", Err(&not_an_object("int")));
        check("5e0", Err(&not_an_object("float")));
        check("true", Err(&not_an_object("bool")));
        check("null", Err("No data provided"));
        check("{}", Err("This field is required."));
        check("", Err("This field is required."));
        check(r#"{"Event_Type":"PATH_COMPLETION"}"#, Err("This field is required."));
        for value in ["5", "-5", "0.5", "true", "[]", "[[1]]", r#"{"a":{}}"#] {
            check(&format!(r#"{{"event_type":{value}}}"#), Err("Not a valid string."));
        }
        for name in ["", "NOPE", "path_completion", "PATH_COMPLETION ", "PING"] {
            let expected = format!("\"{name}\" is not a valid choice.");
            check(&format!(r#"{{"event_type":"{name}"}}"#), Err(&expected));
        }
        check(
            r#"{"event_type":"WEBHOOK_RECOVERED"}"#,
            Err("\"WEBHOOK_RECOVERED\" events are published by the dispatcher itself, \
                 and by nobody else."),
        );
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        let json = |message| format!("JSON parse error - {message}");
        check(" ", Err(&json("Expecting value: line 1 column 2 (char 1)")));
        check("[1", Err(&json("Expecting ',' delimiter: line 1 column 3 (char 2)")));
        check(
            r#"{"event_type":"PATH_COMPLETION"} x"#,
            Err(&json("Extra data: line 1 column 34 (char 33)")),
        );
        check(
            r#"{"event_type":"PATH_COMPLETION","x":"\udead"}"#,
            Err(&json("Surrogate characters are not allowed: U+DEAD: line 1 column 38 (char 37)")),
        );
        check(
            r#"{"event_type":[1,,2]}"#,
            Err(&json("Expecting value: line 1 column 18 (char 17)")),
        );
    }

    #[test]
    fn a_payload_is_not_printed() {
        let payload = Payload::from_stored(b"{\"user\":1}".to_vec());
        assert_eq!(format!("{payload:?}"), "Payload(10 bytes)");
    }
}
