//! The call that hands events to a Webhook object.
//!
//! Its payloads follow a line of JSON as raw bytes, so that they are neither escaped nor scanned.

use serde::{Deserialize, Serialize};

use super::call::{Call, CallError};
use super::event::{Event, Payload};
use super::event_type::EventType;
use super::id::EventId;
use super::queue::{Acceptance, NewEvent};

/// Takes in events, in their order; each is answered for itself.
#[derive(Debug, Clone)]
pub struct Accept {
    /// The events.
    pub events: Vec<NewEvent>,
}

/// The JSON line that stands before the payloads of an [`Accept`].
#[derive(Debug, Serialize, Deserialize)]
struct AcceptHead {
    events: Vec<EventHead>,
}

#[derive(Debug, Serialize, Deserialize)]
struct EventHead {
    id: EventId,
    event_type: EventType,
    /// How many bytes its payload has.
    bytes: usize,
    hold: bool,
}

impl Call for Accept {
    type Answer = Vec<Acceptance>;
    const NAME: &'static str = "accept";

    fn encode(&self) -> Result<Vec<u8>, CallError> {
        let head = |new: &NewEvent| EventHead {
            id: new.id.clone(),
            event_type: new.event.event_type.clone(),
            bytes: new.event.payload.as_bytes().len(),
            hold: new.hold,
        };
        let head = AcceptHead { events: self.events.iter().map(head).collect() };
        let mut body = serde_json::to_vec(&head)?;
        body.push(b'\n');
        for new in &self.events {
            body.extend_from_slice(new.event.payload.as_bytes());
        }
        Ok(body)
    }

    fn decode(body: &[u8]) -> Result<Self, CallError> {
        let malformed = || CallError::Malformed("lengths do not add up".to_owned());
        let end = body.iter().position(|&byte| byte == b'\n').ok_or_else(malformed)?;
        let (head, payloads) = body.split_at_checked(end).ok_or_else(malformed)?;
        let mut rest = payloads.get(1..).ok_or_else(malformed)?;
        let head: AcceptHead = serde_json::from_slice(head)?;
        let mut events = Vec::with_capacity(head.events.len());
        for EventHead { id, event_type, bytes, hold } in head.events {
            let (payload, after) = rest.split_at_checked(bytes).ok_or_else(malformed)?;
            rest = after;
            let payload = Payload::from_stored(payload.to_vec());
            events.push(NewEvent { id, event: Event { event_type, payload }, hold });
        }
        if rest.is_empty() { Ok(Self { events }) } else { Err(malformed()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event_type::EventTypes;
    use crate::domain::time::Timestamp;

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
        let body = Accept { events: events.clone() }.encode().unwrap();
        let back = Accept::decode(&body).unwrap();
        assert_eq!(back.events, events);
        for end in 0..body.len() {
            assert!(Accept::decode(&body[..end]).is_err(), "cut at {end}");
        }
        assert!(Accept::decode(&[body, b"x".to_vec()].concat()).is_err());
    }
}
