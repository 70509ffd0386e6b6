//! Pings: the test event of a ping, and the answer to its sender.

use serde::Serialize;
use url::form_urlencoded;

use super::verdict::{Answer, Outcome};
use crate::base::{Field, FieldErrors, Timestamp};
use crate::event::{EventTypes, PING, Payload, Sample};

/// The answer to a ping. Its fields are those of the vendor's API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PingResult {
    /// Whether the receiver answered 2xx.
    pub succeeded: bool,
    /// The receiver's status code; 0 without an answer.
    pub http_status_code: u16,
    /// The outcome in words.
    pub message: String,
}

impl PingResult {
    /// Makes the answer for an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Answered(Answer { status, .. }) => {
                let succeeded = (200..300).contains(status);
                let how = if succeeded { "succeeded" } else { "failed" };
                let message = format!("Ping {how}: the receiver answered {status}.");
                Self { succeeded, http_status_code: *status, message }
            }
            Outcome::Failed(fault) => Self {
                succeeded: false,
                http_status_code: 0,
                message: format!("Ping failed: {fault}."),
            },
        }
    }
}

/// Returns the event of a ping at `now`. `query` is the query string, without its question mark.
///
/// With `event_type`, the event is the sample of that type, or a minimal event for a type without a
/// sample. Without it, the event is a `PING`. An unknown type is an error.
pub fn test_event(query: &str, types: &EventTypes, now: Timestamp) -> Result<Payload, FieldErrors> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let name = pairs.filter(|(name, _)| name == "event_type").last();
    let Some((_, name)) = name.filter(|(_, value)| !value.is_empty()) else {
        return Ok(payload(now));
    };
    let Some(event_type) = types.get(&name) else {
        let sentence = format!("\"{name}\" is not a valid choice.");
        return Err(FieldErrors::one(Field::EventType, sentence));
    };
    let now = now.rfc3339();
    let text = match Sample::of_type(event_type.as_str()) {
        Some(sample) => sample.test_event(&now),
        None => format!(r#"{{"event_type":"{event_type}","test":true,"timestamp":"{now}"}}"#),
    };
    Ok(Payload::from_stored(text.into_bytes()))
}

/// Returns the body of a `PING` event at `now`. The timestamp is in RFC 3339, as in all events.
pub fn payload(now: Timestamp) -> Payload {
    let text = format!(r#"{{"event_type":"{PING}","timestamp":"{}"}}"#, now.rfc3339());
    Payload::from_stored(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::signals::SignalHeaders;
    use crate::delivery::verdict::SendError;

    #[test]
    fn a_ping_reports_the_answer() {
        let answered = |status| {
            let headers = SignalHeaders::default();
            PingResult::of(&Outcome::Answered(Answer::received(status, "", headers, vec![])))
        };
        assert!(answered(204).succeeded);
        assert!(!answered(302).succeeded);
        assert_eq!(answered(410).message, "Ping failed: the receiver answered 410.");
        let timeout = PingResult::of(&Outcome::Failed(SendError::Timeout));
        assert_eq!(timeout.http_status_code, 0);
        assert_eq!(timeout.message, "Ping failed: no answer in time.");
    }

    #[test]
    fn a_ping_sends_the_sample_that_is_asked_for() {
        let now = Timestamp::from_ms(1_423_853_875_066);
        let check = |query: &str, types: &EventTypes, start: &str| {
            let event = test_event(query, types, now).unwrap();
            let text = String::from_utf8(event.as_bytes().to_vec()).unwrap();
            assert!(text.starts_with(start), "{query}: {text}");
        };
        let types = EventTypes::documented();
        for query in ["", "event_type=", "other=1", "event_type=X&event_type="] {
            check(query, &types, r#"{"event_type":"PING","timestamp":"2015-"#);
        }
        let course = r#"{"event_type":"COURSE_ENROLLMENT","test":true,"timestamp":"2015-02-13T"#;
        check("event_type=COURSE_ENROLLMENT", &types, course);
        check("event_type=X&event_type=COURSE%5FENROLLMENT", &types, course);
        let own = EventTypes::from_list("ORDER_PAID").unwrap();
        let order = r#"{"event_type":"ORDER_PAID","test":true,"timestamp":"2015-02-13T"#;
        check("event_type=ORDER_PAID", &own, order);
        for name in ["ORDER_PAID", "PING", "course_enrollment", "WEBHOOK_FAILING"] {
            let errors = test_event(&format!("event_type={name}"), &types, now).unwrap_err();
            let sentence = format!("\"{name}\" is not a valid choice.");
            assert_eq!(errors, FieldErrors::one(Field::EventType, sentence));
        }
    }

    #[test]
    fn a_ping_is_an_event_of_its_own_type() {
        let payload = payload(Timestamp::from_ms(1_423_853_875_066));
        assert_eq!(
            String::from_utf8_lossy(payload.as_bytes()),
            r#"{"event_type":"PING","timestamp":"2015-02-13T18:57:55.066+00:00"}"#
        );
    }
}
