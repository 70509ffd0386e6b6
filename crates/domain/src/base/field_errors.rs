//! What is wrong with each field of a request, all at once.
//!
//! Written as the vendor writes it: `{"field": ["sentence", …]}`, fields in the vendor's order
//! whatever order the faults were found in.

use core::fmt::Display;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The fields that can be wrong, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The id of a webhook that is imported.
    Id,
    /// Where a webhook's events go.
    TargetUrl,
    /// Whether a webhook is switched on.
    Active,
    /// Which events a webhook gets; the type of an event.
    EventType,
    /// The user name that a webhook's receiver wants.
    BasicAuthUsername,
    /// The password that a webhook's receiver wants.
    BasicAuthPassword,
    /// More headers that a webhook's receiver wants.
    AdditionalHeaders,
    /// How many sends may begin in a second.
    MaxPerSecond,
    /// Whether events are sent in their order.
    Ordered,
    /// Whether some 4xx are retried.
    #[serde(rename = "retry_4xx")]
    Retry4xx,
    /// What a webhook's deliveries are signed with.
    SigningSecret,
    /// How they are signed.
    Signature,
    /// How long a rotated signing secret goes on signing.
    GraceSeconds,
    /// The account of an API key.
    Account,
    /// The name of an API key.
    Name,
    /// What an API key may do.
    Scopes,
    /// From when on an API key opens nothing.
    ExpiresAt,
    /// How long a portal link opens.
    ExpiresInSeconds,
    /// A filter of the history: where deliveries stand.
    Status,
    /// What a recovery takes up: accepted at this time or later.
    Since,
    /// A filter of the history: accepted at this time or later.
    After,
    /// A filter of the history: accepted before this time.
    Before,
    /// Where a page starts.
    Cursor,
    /// No field: the body as a whole.
    NonFieldErrors,
}

/// Sentences on fields. Empty while nothing is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(BTreeMap<Field, Vec<String>>);

impl FieldErrors {
    /// One sentence on one field.
    pub fn one(field: Field, sentence: impl Display) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// Adds a sentence on a field.
    pub fn add(&mut self, field: Field, sentence: impl Display) {
        self.0.entry(field).or_default().push(sentence.to_string());
    }

    /// The value of `result`, or nothing once its error is added.
    pub fn take<T, E: Display>(&mut self, field: Field, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(field, error)).ok()
    }

    /// The value of `result`, or nothing once all its errors are added.
    pub fn take_all<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        let add = |errors: Self| {
            for (field, sentences) in errors.0 {
                self.0.entry(field).or_default().extend(sentences);
            }
        };
        result.map_err(add).ok()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every field that is wrong and the sentences on it, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &[String])> {
        self.0.iter().map(|(field, sentences)| (*field, sentences.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_in_the_vendors_order() {
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
