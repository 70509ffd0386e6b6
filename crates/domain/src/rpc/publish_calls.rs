//! The calls about deliveries: [`Accept`] offers events to a Webhook object, [`Settle`] reports the
//! outcomes of attempts, and [`HandBack`] returns leases. The answers to the first two hand out
//! further attempts.
//!
//! Fields that an earlier release does not know have defaults, since Workers and objects of two
//! releases meet during a deployment.
//!
//! The body of [`Accept`] is a line of JSON, followed by the unchanged payloads, so that payloads
//! are neither escaped nor parsed.

use serde::{Deserialize, Serialize};

use super::attempts::{GrantedAttempt, LeasedAttempt, leased};
use super::call::{Call, CallError, json_call};
use crate::base::{EventId, LeaseToken, Seq};
use crate::delivery::Cause;
use crate::dispatch::{
    Acceptance, Accepted, AttemptReport, Grant, Judged, NewEvent, SendJob, Settled,
};
use crate::event::{Event, EventType, Payload, TraceContext};

/// Offers events to a webhook. Each event gets its own answer.
#[derive(Debug, Clone)]
pub struct Accept {
    /// The events, in the order in which they are to be stored.
    pub events: Vec<NewEvent>,
    /// The most attempts that the caller takes.
    pub attempts_max: usize,
    /// What the caller has judged by the webhook's filter, if it knows one.
    pub judged: Option<Judged>,
}

/// The answer to an [`Accept`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptAnswer {
    /// One answer for each event, in the same order.
    pub answers: Vec<Acceptance>,
    /// The first attempts of these events that the caller is to make.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantedAttempt>,
    /// Other due attempts that the caller is to make.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub due: Vec<LeasedAttempt>,
}

impl TryFrom<Accepted> for AcceptAnswer {
    type Error = CallError;

    fn try_from(accepted: Accepted) -> Result<Self, CallError> {
        let granted = |Grant { index, attempt }| GrantedAttempt::new(index, attempt);
        let grants = accepted.grants.into_iter().map(granted).collect();
        Ok(Self { answers: accepted.answers, grants, due: leased(accepted.due)? })
    }
}

/// Reports attempts that have ended, in the order of their ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settle {
    /// The reports.
    pub reports: Vec<AttemptReport>,
    /// The most attempts that the caller takes next.
    #[serde(default)]
    pub attempts_max: usize,
}

/// The answer to a [`Settle`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleAnswer {
    /// The consequence of each report, in their order.
    pub settled: Vec<Settled>,
    /// The attempts that the caller is to make next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub due: Vec<LeasedAttempt>,
}

impl SettleAnswer {
    /// Makes the answer. Fails if an event is not UTF-8, which no accepted event is.
    pub fn new(settled: Vec<Settled>, due: Vec<SendJob>) -> Result<Self, CallError> {
        Ok(Self { settled, due: leased(due)? })
    }
}

json_call!(Settle, "settle", SettleAnswer);

/// Gives back the leases of attempts that were not begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandBack {
    /// The position of each delivery, the token of its lease, and the cause of the attempt.
    pub leases: Vec<(Seq, LeaseToken, Cause)>,
}

json_call!(HandBack, "hand-back", ());

/// The line of JSON before the payloads of an [`Accept`].
#[derive(Debug, Serialize, Deserialize)]
struct AcceptHead {
    events: Vec<EventHead>,
    #[serde(default)]
    attempts_max: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    judged: Option<Judged>,
}

/// An event without its payload.
#[derive(Debug, Serialize, Deserialize)]
struct EventHead {
    id: EventId,
    event_type: EventType,
    /// The length of the payload in bytes.
    bytes: usize,
    hold: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<TraceContext>,
}

impl Call for Accept {
    type Answer = AcceptAnswer;
    const NAME: &'static str = "accept";

    fn encode(&self) -> Result<String, CallError> {
        let head = |new: &NewEvent| EventHead {
            id: new.id.clone(),
            event_type: new.event.event_type.clone(),
            bytes: new.event.payload.as_bytes().len(),
            hold: new.hold,
            trace: new.event.trace.clone(),
        };
        let events = self.events.iter().map(head).collect();
        let Self { attempts_max, judged, .. } = *self;
        let head = AcceptHead { events, attempts_max, judged };
        let mut body = serde_json::to_string(&head)?;
        body.push('\n');
        for new in &self.events {
            let payload = core::str::from_utf8(new.event.payload.as_bytes());
            body.push_str(payload.map_err(|error| CallError::Malformed(error.to_string()))?);
        }
        Ok(body)
    }

    fn decode(body: &str) -> Result<Self, CallError> {
        let malformed = || CallError::Malformed("lengths do not add up".to_owned());
        let (head, mut rest) = body.split_once('\n').ok_or_else(malformed)?;
        let head: AcceptHead = serde_json::from_str(head)?;
        let AcceptHead { events: heads, attempts_max, judged } = head;
        let mut events = Vec::with_capacity(heads.len());
        for EventHead { id, event_type, bytes, hold, trace } in heads {
            let (payload, after) = rest.split_at_checked(bytes).ok_or_else(malformed)?;
            rest = after;
            let payload = Payload::from_stored(payload.as_bytes().to_vec());
            events.push(NewEvent { id, event: Event { event_type, payload, trace }, hold });
        }
        if rest.is_empty() { Ok(Self { events, attempts_max, judged }) } else { Err(malformed()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Timestamp, Version};
    use crate::event::EventTypes;

    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 a=1,b=2";

    fn new_event(byte: u8, payload: &[u8]) -> NewEvent {
        let event_type = EventTypes::documented().get("QUIZ_COMPLETION").unwrap().clone();
        let payload = Payload::from_stored(payload.to_vec());
        let id = EventId::new(Timestamp::from_ms(1_700_000_000_000), [byte; 10]);
        let trace = Some(TRACE.to_owned().try_into().unwrap()).filter(|_| byte == 3);
        NewEvent { id, event: Event { event_type, payload, trace }, hold: byte == 2 }
    }

    #[test]
    fn accepted_events_travel_byte_for_byte() {
        let events =
            vec![new_event(1, b"{\n\"a\" : 1}\n"), new_event(2, b""), new_event(3, b"\xc3\xa9\n")];
        let judged = Judged { version: Version::new(7), filtered: 3 };
        let call = Accept { events: events.clone(), attempts_max: 3, judged: Some(judged) };
        let body = call.encode().unwrap();
        let back = Accept::decode(&body).unwrap();
        assert_eq!(back.events, events);
        assert_eq!((back.attempts_max, back.judged), (3, Some(judged)));
        let unjudged = Accept { judged: None, ..call }.encode().unwrap();
        assert!(!unjudged.contains("judged"), "a webhook without a filter costs nothing");
        assert_eq!(body.matches("trace").count(), 1, "an event without a trace costs nothing");
        for (end, _) in body.char_indices() {
            assert!(Accept::decode(&body[..end]).is_err(), "cut at {end}");
        }
        assert!(Accept::decode(&(body + "x")).is_err());
    }

    #[test]
    fn calls_and_answers_of_an_earlier_release_are_read() {
        let settle = Settle::decode(r#"{"reports":[]}"#).unwrap();
        assert_eq!(settle.attempts_max, 0, "a caller that knows nothing of attempts gets none");
        let answer: SettleAnswer = serde_json::from_str(r#"{"settled":["Delivered"]}"#).unwrap();
        assert_eq!(answer, SettleAnswer { settled: vec![Settled::Delivered], due: Vec::new() });
        let answer: AcceptAnswer = serde_json::from_str(r#"{"answers":["Stored"]}"#).unwrap();
        assert!(answer.grants.is_empty() && answer.due.is_empty());
        let accept = Accept::decode("{\"events\":[]}\n").unwrap();
        assert_eq!((accept.attempts_max, accept.judged), (0, None));
        // Fields of a later release are ignored.
        assert!(Settle::decode(r#"{"reports":[],"attempts_max":2,"new":1}"#).is_ok());
    }
}
