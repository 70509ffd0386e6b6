//! Validation errors of a request, by field, collected so that all are reported at once.
//!
//! Serialized like the vendor's: `{"field": ["sentence", …]}`, with the fields in the vendor's
//! order.

use core::fmt::Display;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// Which events a webhook takes, by their content.
    Filter,
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
    /// The name of an API key.
    Name,
    /// The scopes of an API key.
    Scopes,
    /// The time at which an API key expires.
    ExpiresAt,
    /// The lifetime of a portal link, in seconds.
    ExpiresInSeconds,
    /// History filter: the status of deliveries.
    Status,
    /// Lower bound of a recovery: deliveries accepted at this time or later.
    Since,
    /// History filter: deliveries accepted at this time or later.
    After,
    /// History filter: deliveries accepted before this time.
    Before,
    /// The cursor of a page.
    Cursor,
    /// The body as a whole.
    NonFieldErrors,
}

/// The errors of a request by field; empty if the request is valid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(BTreeMap<Field, Vec<String>>);

impl FieldErrors {
    /// One error on one field.
    pub fn one(field: Field, sentence: impl Display) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// Adds an error on a field.
    pub fn add(&mut self, field: Field, sentence: impl Display) {
        self.0.entry(field).or_default().push(sentence.to_string());
    }

    /// Returns the value of `result`, or adds its error and returns `None`.
    pub fn take<T, E: Display>(&mut self, field: Field, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(field, error)).ok()
    }

    /// Returns the value of `result`, or adds all its errors and returns `None`.
    pub fn take_all<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        let add = |errors: Self| {
            for (field, sentences) in errors.0 {
                self.0.entry(field).or_default().extend(sentences);
            }
        };
        result.map_err(add).ok()
    }

    /// Whether there is no error.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The invalid fields with their errors, in the vendor's order.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &[String])> {
        self.0.iter().map(|(field, sentences)| (*field, sentences.as_slice()))
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
        assert_eq!(errors.iter().next().unwrap().1, ["no", "never"]);
    }
}
