//! The calls of a publish: [`Accept`] offers events to a Webhook object, and the others report the
//! first attempts that the object left to the Worker.
//!
//! The body of [`Accept`] is a line of JSON, followed by the unchanged payloads, so that payloads
//! are neither escaped nor parsed.

use serde::{Deserialize, Serialize};

use super::call::{Call, CallError, json_call};
use crate::base::{EventId, LeaseToken, Seq, Timestamp};
use crate::delivery::{Cause, Envelope};
use crate::dispatch::{Acceptance, Accepted, AttemptReport, Grant, NewEvent, SendJob, Settled};
use crate::event::{Event, EventType, Payload};

/// Offers events to a webhook. Each event gets its own answer.
#[derive(Debug, Clone)]
pub struct Accept {
    /// The events, in the order in which they are to be stored.
    pub events: Vec<NewEvent>,
    /// Whether the caller can make first attempts.
    pub worker_sends: bool,
}

/// The answer to an [`Accept`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptAnswer {
    /// One answer for each event, in the same order.
    pub answers: Vec<Acceptance>,
    /// The first attempts that the caller is to make.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantedAttempt>,
}

/// A first attempt that the Worker is to make. The payload is missing, since the Worker has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedAttempt {
    /// The index of its event in the [`Accept`].
    pub index: usize,
    /// The number of the delivery.
    pub seq: Seq,
    /// The token of the lease.
    pub token: LeaseToken,
    /// The time at which the lease began.
    at: Timestamp,
    /// The POST without its body.
    envelope: Envelope,
}

impl GrantedAttempt {
    /// The attempt, with the payload of its event.
    pub fn into_attempt(self, event: &NewEvent) -> SendJob {
        let Self { seq, token, at, envelope, .. } = self;
        SendJob {
            seq,
            token,
            event_id: event.id.clone(),
            event_type: event.event.event_type.clone(),
            number: 1,
            cause: Cause::Schedule,
            at,
            request: Ok(envelope.with_body(event.event.payload.clone())),
        }
    }
}

impl From<Accepted> for AcceptAnswer {
    fn from(accepted: Accepted) -> Self {
        let granted = |Grant { index, attempt }: Grant| {
            let SendJob { seq, token, at, request, .. } = attempt;
            let envelope = request.ok()?.into_envelope();
            Some(GrantedAttempt { index, seq, token, at, envelope })
        };
        let grants = accepted.grants.into_iter().filter_map(granted).collect();
        Self { answers: accepted.answers, grants }
    }
}

/// Reports first attempts that have ended, in the order of their ends. The answer has an entry for
/// each.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settle {
    /// The reports.
    pub reports: Vec<AttemptReport>,
}

json_call!(Settle, "settle", Vec<Settled>);

/// Gives back the lease of a granted attempt that was not begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandBack {
    /// The number of the delivery.
    pub seq: Seq,
    /// The token of the lease.
    pub token: LeaseToken,
}

json_call!(HandBack, "hand-back", ());

/// The line of JSON before the payloads of an [`Accept`].
#[derive(Debug, Serialize, Deserialize)]
struct AcceptHead {
    events: Vec<EventHead>,
    worker_sends: bool,
}

/// An event without its payload.
#[derive(Debug, Serialize, Deserialize)]
struct EventHead {
    id: EventId,
    event_type: EventType,
    /// The length of the payload in bytes.
    bytes: usize,
    hold: bool,
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
        };
        let events = self.events.iter().map(head).collect();
        let head = AcceptHead { events, worker_sends: self.worker_sends };
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
        let mut events = Vec::with_capacity(head.events.len());
        for EventHead { id, event_type, bytes, hold } in head.events {
            let (payload, after) = rest.split_at_checked(bytes).ok_or_else(malformed)?;
            rest = after;
            let payload = Payload::from_stored(payload.as_bytes().to_vec());
            events.push(NewEvent { id, event: Event { event_type, payload }, hold });
        }
        let worker_sends = head.worker_sends;
        if rest.is_empty() { Ok(Self { events, worker_sends }) } else { Err(malformed()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::event::EventTypes;

    fn new_event(byte: u8, payload: &[u8]) -> NewEvent {
        let event_type = EventTypes::documented().get("QUIZ_COMPLETION").unwrap().clone();
        let payload = Payload::from_stored(payload.to_vec());
        let id = EventId::new(Timestamp::from_ms(1_700_000_000_000), [byte; 10]);
        NewEvent { id, event: Event { event_type, payload }, hold: byte == 2 }
    }

    #[test]
    fn accepted_events_travel_byte_for_byte() {
        let events =
            vec![new_event(1, b"{\n\"a\" : 1}\n"), new_event(2, b""), new_event(3, b"\xc3\xa9\n")];
        let body = Accept { events: events.clone(), worker_sends: true }.encode().unwrap();
        let back = Accept::decode(&body).unwrap();
        assert_eq!(back.events, events);
        assert!(back.worker_sends);
        for (end, _) in body.char_indices() {
            assert!(Accept::decode(&body[..end]).is_err(), "cut at {end}");
        }
        assert!(Accept::decode(&(body + "x")).is_err());
    }
}
