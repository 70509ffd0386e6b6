//! Pings: the test event of a ping, and the answer to its sender.

use serde::Serialize;
use url::form_urlencoded;

use super::attempt::AttemptResult;
use super::fault::Fault;
use super::verdict::Outcome;
use crate::base::{Delay, EventId, Field, FieldErrors, Timestamp};
use crate::event::{EventType, EventTypes, PING, Payload, Sample, TypeDefinition};

/// The answer to a ping: what an attempt shows, and the `message` of the vendor's API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PingResult {
    /// Whether the receiver answered 2xx.
    pub succeeded: bool,
    /// The id of the ping's event, its `webhook-id`.
    pub event_id: EventId,
    /// The duration in milliseconds.
    pub duration_ms: u64,
    /// The status code of the answer, if there was one.
    pub http_status_code: Option<u16>,
    /// The class of the failure, if it failed.
    pub fault: Option<Fault>,
    /// The start of the answer's body, if there was an answer.
    pub answer: Option<String>,
    /// The outcome in words.
    pub message: String,
}

impl PingResult {
    /// Makes the answer for an outcome that was known after `took`. `diagnosis` is the class that
    /// was found for a connection that failed. `redact` removes the webhook's secrets from a text.
    pub fn new(
        event_id: EventId,
        took: Delay,
        outcome: &Outcome,
        diagnosis: Option<Fault>,
        redact: impl FnOnce(String) -> String,
    ) -> Self {
        let fault = Fault::of(outcome, diagnosis);
        let how = if fault.is_none() { "succeeded" } else { "failed" };
        let (http_status_code, answer, message) = match AttemptResult::of(outcome, redact) {
            AttemptResult::Answered(status, answer) => {
                let message = format!("Ping {how}: the receiver answered {status}.");
                (Some(status), Some(answer), message)
            }
            AttemptResult::Failed(error) => (None, None, format!("Ping {how}: {error}.")),
            AttemptResult::Lost => (None, None, format!("Ping {how}.")),
        };
        Self {
            succeeded: fault.is_none(),
            event_id,
            duration_ms: took.as_ms(),
            http_status_code,
            fault,
            answer,
            message,
        }
    }
}

/// Returns the type whose sample a ping is to send; `None` for a `PING`. `query` is the query
/// string without its question mark. A type that is not in the list is an error.
pub fn asked_type(query: &str, types: &EventTypes) -> Result<Option<EventType>, FieldErrors> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let name = pairs.filter(|(name, _)| name == "event_type").last();
    let Some((_, name)) = name.filter(|(_, value)| !value.is_empty()) else { return Ok(None) };
    let Some(event_type) = types.get(&name) else {
        let sentence = format!("\"{name}\" is not a valid choice.");
        return Err(FieldErrors::one(Field::EventType, sentence));
    };
    Ok(Some(event_type.clone()))
}

/// Returns the test event of a type at `now`: its sample, marked `"test": true`. `definition` is
/// that of the catalogue, if there is one. A type without a sample has a minimal event.
pub fn test_event(
    event_type: &EventType,
    definition: Option<&TypeDefinition>,
    now: Timestamp,
) -> Payload {
    let now = now.rfc3339();
    let text = match (definition, Sample::of_type(event_type.as_str())) {
        (Some(definition), _) => definition.test_event(event_type, &now),
        (None, Some(sample)) => sample.test_event(&now),
        (None, None) => TypeDefinition::default().test_event(event_type, &now),
    };
    Payload::from_stored(text.into_bytes())
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
    use crate::delivery::verdict::{Answer, SendError};

    #[test]
    fn a_ping_reports_what_an_attempt_shows() {
        let check = |outcome: Outcome, expected: &str| {
            let (id, took) = ("e1".parse().unwrap(), Delay::from_ms(12));
            let mask = |text: String| text.replace("tuna", "********");
            let result = PingResult::new(id, took, &outcome, Some(Fault::Refused), mask);
            let start = r#""event_id":"e1","duration_ms":12,"#;
            let expected = expected.replace("…", start);
            assert_eq!(serde_json::to_string(&result).unwrap(), expected);
        };
        let answered = |status| {
            let body = b"a tuna".to_vec();
            Outcome::Answered(Answer::received(status, "", SignalHeaders::default(), body))
        };
        check(
            answered(204),
            concat!(
                r#"{"succeeded":true,…"http_status_code":204,"fault":null,"#,
                r#""answer":"a ********","message":"Ping succeeded: the receiver answered 204."}"#,
            ),
        );
        check(
            answered(302),
            concat!(
                r#"{"succeeded":false,…"http_status_code":302,"fault":"redirect","#,
                r#""answer":"a ********","message":"Ping failed: the receiver answered 302."}"#,
            ),
        );
        check(
            Outcome::Failed(SendError::Timeout),
            concat!(
                r#"{"succeeded":false,…"http_status_code":null,"fault":"timeout_answer","#,
                r#""answer":null,"message":"Ping failed: no answer in time."}"#,
            ),
        );
        check(
            Outcome::Failed(SendError::Connection),
            concat!(
                r#"{"succeeded":false,…"http_status_code":null,"fault":"refused","answer":null,"#,
                r#""message":"Ping failed: the connection failed or broke before an answer."}"#,
            ),
        );
    }

    #[test]
    fn a_ping_sends_the_sample_that_is_asked_for() {
        let now = Timestamp::from_ms(1_423_853_875_066);
        let check = |query: &str, types: &EventTypes, start: &str| {
            let event = match asked_type(query, types).unwrap() {
                Some(event_type) => test_event(&event_type, None, now),
                None => payload(now),
            };
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
            let errors = asked_type(&format!("event_type={name}"), &types).unwrap_err();
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
