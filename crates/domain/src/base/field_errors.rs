//! Validation errors of a request, by field, collected so that all are reported at once.
//!
//! Serialized like the vendor's: `{"field": ["sentence", …]}`, with the fields in the vendor's
//! order.

use core::fmt;
use core::fmt::Display;
use std::collections::BTreeMap;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{IntoDeserializer as _, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The fields that can be invalid, in the order in which they are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The id of an imported webhook.
    Id,
    /// The URL to which a webhook's events are sent.
    TargetUrl,
    /// Whether a webhook is active.
    Active,
    /// The event type that a webhook receives, or the type of an event.
    EventType,
    /// The user name for the receiver's basic authentication.
    BasicAuthUsername,
    /// The password for the receiver's basic authentication.
    BasicAuthPassword,
    /// Additional headers of every POST to a webhook.
    AdditionalHeaders,
    /// The most attempts per second.
    MaxPerSecond,
    /// The most attempts in flight at a time.
    MaxInFlight,
    /// Whether events are sent in order.
    Ordered,
    /// Whether 408, 425 and 429 are retried.
    #[serde(rename = "retry_4xx")]
    Retry4xx,
    /// The event types that a webhook receives, as a list.
    EventTypes,
    /// Which events a webhook takes, by their content.
    Filter,
    /// The longest duration of an attempt.
    TimeoutMs,
    /// The retry schedule of a webhook.
    Retry,
    /// Whether an answer of 4xx deactivates a webhook.
    #[serde(rename = "deactivate_on_4xx")]
    DeactivateOn4xx,
    /// Whether a webhook holds what it misses while its owner has deactivated it.
    HoldWhilePaused,
    /// The metadata of a webhook.
    Metadata,
    /// The event of a test of a filter.
    Event,
    /// The secret that signs a webhook's deliveries.
    SigningSecret,
    /// The algorithm that signs a webhook's deliveries.
    Signature,
    /// How long a rotated signing secret keeps signing, in seconds.
    GraceSeconds,
    /// The account of an API key.
    Account,
    /// The name of an API key or of a webhook.
    Name,
    /// The scopes of an API key.
    Scopes,
    /// The time at which an API key expires.
    ExpiresAt,
    /// The lifetime of a portal link, in seconds.
    ExpiresInSeconds,
    /// Where the dashboard of a portal link leads back to.
    ReturnUrl,
    /// The description of an event type.
    Description,
    /// The example of an event type.
    Example,
    /// The JSON Schema of an event type.
    Schema,
    /// Whether an event type is deprecated.
    Deprecated,
    /// List filter: the state of webhooks.
    State,
    /// History filter: the status of deliveries.
    Status,
    /// History filter: the status code of the answer to the latest attempt.
    HttpStatusCode,
    /// History filter: the class of failure of the latest attempt.
    Fault,
    /// Lower bound of a recovery: deliveries accepted at this time or later.
    Since,
    /// History filter: deliveries accepted at this time or later.
    After,
    /// History filter: deliveries accepted before this time.
    Before,
    /// Begin of a series.
    From,
    /// End of a series.
    To,
    /// The length of a step of a series, in seconds.
    Step,
    /// The cursor of a page.
    Cursor,
    /// The body as a whole.
    NonFieldErrors,
}

impl Field {
    /// The field of this name.
    pub fn named(name: &str) -> Option<Self> {
        let name: StrDeserializer<'_, Error> = name.into_deserializer();
        Self::deserialize(name).ok()
    }
}

/// The errors of a request by field; empty if the request is valid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors {
    known: BTreeMap<Field, Vec<String>>,
    /// The errors of names that no field has. They are reported last.
    unknown: BTreeMap<String, Vec<String>>,
}

impl FieldErrors {
    /// One error on one field.
    pub fn one(field: Field, sentence: impl Display) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// Adds an error on a field.
    pub fn add(&mut self, field: Field, sentence: impl Display) {
        self.known.entry(field).or_default().push(sentence.to_string());
    }

    /// Adds an error on a name, which need not be that of a field.
    pub fn add_named(&mut self, name: &str, sentence: impl Display) {
        self.of(name).push(sentence.to_string());
    }

    fn of(&mut self, name: &str) -> &mut Vec<String> {
        match Field::named(name) {
            Some(field) => self.known.entry(field).or_default(),
            None => self.unknown.entry(name.to_owned()).or_default(),
        }
    }

    /// Adds all errors of `other`.
    pub fn add_all(&mut self, other: Self) {
        for (field, sentences) in other.known {
            self.known.entry(field).or_default().extend(sentences);
        }
        for (name, sentences) in other.unknown {
            self.unknown.entry(name).or_default().extend(sentences);
        }
    }

    /// Returns the value of `result`, or adds its error and returns `None`.
    pub fn take<T, E: Display>(&mut self, field: Field, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(field, error)).ok()
    }

    /// Returns the value of `result`, or adds all its errors and returns `None`.
    pub fn take_all<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        result.map_err(|errors| self.add_all(errors)).ok()
    }

    /// Whether there is no error.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.unknown.is_empty()
    }

    /// The invalid fields with their errors, in the vendor's order, without the unknown names.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &[String])> {
        self.known.iter().map(|(field, sentences)| (*field, sentences.as_slice()))
    }
}

impl Serialize for FieldErrors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, sentences) in &self.known {
            map.serialize_entry(field, sentences)?;
        }
        for (name, sentences) in &self.unknown {
            map.serialize_entry(name, sentences)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for FieldErrors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByName)
    }
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = FieldErrors;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of lists of sentences")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldErrors, A::Error> {
        let mut errors = FieldErrors::default();
        while let Some((name, sentences)) = map.next_entry::<String, Vec<String>>()? {
            errors.of(&name).extend(sentences);
        }
        Ok(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_reported_in_the_vendors_order() {
        let mut errors = FieldErrors::one(Field::NonFieldErrors, "x");
        errors.add(Field::AdditionalHeaders, "a");
        errors.add(Field::EventType, "b");
        errors.add(Field::AdditionalHeaders, "c");
        errors.add(Field::TargetUrl, "d");
        let written = serde_json::to_string(&errors).unwrap();
        assert_eq!(
            written,
            concat!(
                r#"{"target_url":["d"],"event_type":["b"],"#,
                r#""additional_headers":["a","c"],"non_field_errors":["x"]}"#,
            )
        );
        assert_eq!(serde_json::from_str::<FieldErrors>(&written).unwrap(), errors);
    }

    #[test]
    fn an_error_is_taken_and_a_value_is_given() {
        let mut errors = FieldErrors::default();
        assert_eq!(errors.take(Field::Active, Ok::<_, String>(1)), Some(1));
        assert!(errors.is_empty());
        assert_eq!(errors.take(Field::Active, Err::<u8, _>("no")), None);
        assert_eq!(errors, FieldErrors::one(Field::Active, "no"));
        assert_eq!(errors.take_all::<u8>(Err(FieldErrors::one(Field::Active, "never"))), None);
        let written = serde_json::to_string(&errors).unwrap();
        assert_eq!(written, r#"{"active":["no","never"]}"#);
    }

    #[test]
    fn a_name_without_a_field_is_reported_last() {
        let mut errors = FieldErrors::one(Field::NonFieldErrors, "x");
        errors.add_named("event_typs", "a");
        errors.add_named("retry_4xx", "b");
        errors.add_named("Active", "c");
        errors.add_all(FieldErrors::one(Field::TargetUrl, "d"));
        let written = serde_json::to_string(&errors).unwrap();
        let expected = concat!(
            r#"{"target_url":["d"],"retry_4xx":["b"],"non_field_errors":["x"],"#,
            r#""Active":["c"],"event_typs":["a"]}"#
        );
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_str::<FieldErrors>(&written).unwrap(), errors);
        let mut named = FieldErrors::default();
        named.add_named("x", "y");
        assert!(!named.is_empty());
    }
}
