//! A sample event of each documented type, and the names of samples.
//!
//! The vendor has published one body, that of `COURSE_ENROLLMENT`. The others are composed from the
//! field names of the vendor's API, and a note says so.

use super::event_type::EventType;

/// A sample event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The sample's event type.
    pub event_type: &'static str,
    slug: &'static str,
    /// A JSON object of the members beside `event_type` and `timestamp`.
    rest: &'static str,
}

/// The type whose body the vendor has published.
const PUBLISHED: &str = "COURSE_ENROLLMENT";

/// The timestamp of the published body.
const TIMESTAMP: &str = "2015-02-13T18:57:55.066475+00:00";

const fn sample(slug: &'static str, event_type: &'static str, rest: &'static str) -> Sample {
    Sample { event_type, slug, rest }
}

/// The samples. A slug is the vendor's name for a sample, which can differ from the event type.
const SAMPLES: [Sample; 10] = [
    sample(
        "course-enrollment",
        "COURSE_ENROLLMENT",
        include_str!("samples/course-enrollment.json"),
    ),
    sample(
        "domain-enrollment",
        "DOMAIN_ENROLLMENT",
        include_str!("samples/domain-enrollment.json"),
    ),
    sample(
        "course-completion",
        "COURSE_COMPLETION",
        include_str!("samples/course-completion.json"),
    ),
    sample(
        "lesson-completion",
        "LESSON_COMPLETION",
        include_str!("samples/lesson-completion.json"),
    ),
    sample("path-completion", "PATH_COMPLETION", include_str!("samples/path-completion.json")),
    sample("path-enrollment", "PATH_ENROLLMENT", include_str!("samples/path-enrollment.json")),
    sample("quiz-completion", "QUIZ_COMPLETION", include_str!("samples/quiz-completion.json")),
    sample(
        "purchase-fulfillment",
        "PURCHASE_FULFILLMENT",
        include_str!("samples/purchase-fulfillment.json"),
    ),
    sample(
        "dashboard-task-created",
        "DASHBOARD_TASK_CREATED",
        include_str!("samples/dashboard-task-created.json"),
    ),
    sample(
        "vilt-registration",
        "VILT_EVENT_REGISTRATION",
        include_str!("samples/vilt-registration.json"),
    ),
];

/// The name of a sample in a path: the event type in lower case with hyphens, or the vendor's name
/// for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleName(String);

impl SampleName {
    /// Parses a part of a path; `None` if no sample can have this name.
    pub fn parse(text: &str) -> Option<Self> {
        let is_legal = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let is_name =
            (1..=EventType::CHARS_MAX).contains(&text.len()) && text.bytes().all(is_legal);
        is_name.then(|| Self(text.to_owned()))
    }

    /// Whether this is the sample of an event type.
    pub fn is_of(&self, event_type: &EventType) -> bool {
        let name = event_type.as_str();
        let vendors = Sample::of_type(name).map(|sample| sample.slug);
        self.0 == name.to_ascii_lowercase().replace('_', "-") || vendors == Some(self.0.as_str())
    }
}

impl Sample {
    /// The sample of this event type.
    pub fn of_type(event_type: &str) -> Option<Self> {
        SAMPLES.into_iter().find(|sample| sample.event_type == event_type)
    }

    /// The note that a response shows beside the sample; `None` for the published body.
    pub fn note(self) -> Option<&'static str> {
        (self.event_type != PUBLISHED).then_some(
            "An example: only the event_type and timestamp of this event are documented.",
        )
    }

    /// The sample event as JSON.
    pub fn event(self) -> String {
        self.json("", TIMESTAMP)
    }

    /// The sample as a test event, marked `"test": true` and sent at `now` (RFC 3339).
    pub fn test_event(self, now: &str) -> String {
        self.json(r#""test":true,"#, now)
    }

    fn json(self, mark: &str, timestamp: &str) -> String {
        let rest = self.rest.trim().strip_prefix('{').unwrap_or("}");
        let event_type = self.event_type;
        format!(r#"{{"event_type":"{event_type}",{mark}"timestamp":"{timestamp}",{rest}"#)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::event::event_type::EventTypes;
    use crate::event::payload::Event;

    #[test]
    fn every_documented_type_has_a_sample_that_can_be_published() {
        let types = EventTypes::documented();
        for (event_type, _) in types.iter() {
            let sample = Sample::of_type(event_type.as_str()).unwrap();
            assert!(SampleName::parse(sample.slug).unwrap().is_of(event_type));
            let event = Event::parse(sample.event().into_bytes(), &types).unwrap();
            assert_eq!(event.event_type, *event_type);
            let event: Value = serde_json::from_str(&sample.event()).unwrap();
            assert_eq!(event["timestamp"], TIMESTAMP);
            assert!(event["test"].is_null() && event["domain"]["id"].is_string());
            let test: Value = serde_json::from_str(&sample.test_event("now")).unwrap();
            assert_eq!((&test["test"], &test["timestamp"]), (&Value::Bool(true), &"now".into()));
            assert_eq!(sample.note().is_none(), sample.event_type == "COURSE_ENROLLMENT");
        }
        assert_eq!(types.iter().count(), SAMPLES.len());
    }

    #[test]
    fn a_sample_has_the_name_of_its_type_and_that_of_the_vendor() {
        let types = EventTypes::from_list("VILT_EVENT_REGISTRATION ORDER_PAID V2_X").unwrap();
        let of = |name: &str| -> Option<String> {
            let name = SampleName::parse(name)?;
            let mut found = types.iter().filter(|(event_type, _)| name.is_of(event_type));
            found.next().map(|(event_type, _)| event_type.to_string())
        };
        for (name, expected) in [
            ("vilt-registration", Some("VILT_EVENT_REGISTRATION")),
            ("vilt-event-registration", Some("VILT_EVENT_REGISTRATION")),
            ("order-paid", Some("ORDER_PAID")),
            ("v2-x", Some("V2_X")),
            ("order", None),
            ("order_paid", None),
            ("ORDER-PAID", None),
            ("", None),
            ("order-paid ", None),
        ] {
            assert_eq!(of(name).as_deref(), expected, "{name:?}");
        }
        assert_eq!(SampleName::parse(&"a".repeat(65)), None);
    }
}
