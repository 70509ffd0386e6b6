//! The typed calls from the Worker to its Durable Objects, and from object to object, as both ends
//! see them. A secret travels sealed.
//!
//! A call is a POST to `/{CALLS_VERSION}/{NAME}`; body and answer are JSON, but for `accept`, whose
//! payloads follow the JSON as raw bytes so that they are neither escaped nor scanned. Worker and
//! objects of different releases may talk to each other for minutes: an unknown version is refused,
//! never guessed at.

use serde::{Deserialize, Serialize};

use super::call::{Call, CallError, calls, json_call};
use super::event::{Event, Payload};
use super::event_type::EventType;
use super::history::{DeliveryView, HistoryPage, HistoryQuery};
use super::id::{AccountId, EventId, WebhookId};
use super::kept::Closed;
use super::lifecycle::{Created, Rotated, Updated};
use super::queue::{Acceptance, NewEvent};
use super::recover::Recovered;
use super::recovery::{Missed, RecoveryView};
use super::resend::Resent;
use super::roster::RosterChange;
use super::signing_keys::SigningKey;
use super::stats::Stats;
use super::time::{Delay, Timestamp};
use super::view::WebhookView;
use super::webhook::{Configuration, NewWebhook, WebhookChange};

calls! {
    /// What a Webhook object answers.
    WebhookCall {
        /// Create the webhook.
        Create,
        /// Show it.
        Read,
        /// Show its configuration.
        Configure,
        /// Change it.
        Update,
        /// Put another signing key in force.
        RotateSecret,
        /// Delete it.
        Delete,
        /// Take in events.
        Accept,
        /// Do what is due, if an alarm was lost.
        Touch,
        /// Show a page of the history.
        History,
        /// Show one delivery.
        FindDelivery,
        /// Send one again.
        Resend,
        /// Show the numbers.
        Numbers,
        /// Recover what was missed.
        Recover,
        /// Show how far that is.
        Progress,
    }
}

calls! {
    /// What an Account object answers.
    AccountCall {
        /// A Webhook object's report.
        Report,
        /// Does the account have this webhook?
        Holds,
        /// Who gets an event of this type?
        Route,
        /// Which webhooks does the account have?
        Members,
    }
}

/// Creates the webhook that the object is named for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Create {
    /// Whose it is.
    pub account: AccountId,
    /// Its id.
    pub id: WebhookId,
    /// What it is to be.
    pub webhook: Closed<NewWebhook>,
}

json_call!(Create, "create", Created);

/// Shows the webhook as its owner sees it; `None` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Read {}

json_call!(Read, "read", Option<WebhookView>);

/// Shows the configuration, its secrets sealed, for a ping; `None` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Configure {}

json_call!(Configure, "configure", Option<Configuration>);

/// Changes the webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Update {
    /// The change.
    pub change: Closed<WebhookChange>,
}

/// An answer that also says whether the roster knows of the change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Routed<T> {
    /// What the object did.
    pub answer: T,
    /// Whether the roster has acknowledged it. If not, the object goes on trying.
    pub acknowledged: bool,
}

json_call!(Update, "update", Routed<Updated>);

/// Puts another signing key in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RotateSecret {
    /// The key.
    pub key: Closed<SigningKey>,
    /// How long the one before goes on signing.
    pub grace: Delay,
}

json_call!(RotateSecret, "rotate-secret", Routed<Rotated>);

/// Deletes the webhook; `false` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delete {}

json_call!(Delete, "delete", Routed<bool>);

/// Does what is due and arms the alarm again, should the platform have lost it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Touch {}

json_call!(Touch, "touch", ());

/// Shows a page of the history; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct History {
    /// Which part.
    pub query: HistoryQuery,
}

json_call!(History, "history", Option<HistoryPage>);

/// Shows one delivery with its tries; `None` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindDelivery {
    /// The event.
    pub event_id: EventId,
}

json_call!(FindDelivery, "delivery", Option<DeliveryView>);

/// Sends a delivery again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resend {
    /// The event.
    pub event_id: EventId,
}

json_call!(Resend, "resend", Resent);

/// Shows the numbers; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Numbers {}

json_call!(Numbers, "stats", Option<Stats>);

/// Begins a recovery of what was missed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recover {
    /// Which deliveries.
    pub missed: Missed,
    /// Only those accepted at this time or later.
    pub since: Option<Timestamp>,
}

json_call!(Recover, "recover", Recovered);

/// Shows how far the recovery is; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Progress {}

json_call!(Progress, "progress", Option<RecoveryView>);

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
}

impl Call for Accept {
    type Answer = Vec<Acceptance>;
    const NAME: &'static str = "accept";

    fn encode(&self) -> Result<Vec<u8>, CallError> {
        let head = |new: &NewEvent| EventHead {
            id: new.id.clone(),
            event_type: new.event.event_type.clone(),
            bytes: new.event.payload.as_bytes().len(),
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
        for EventHead { id, event_type, bytes } in head.events {
            let (payload, after) = rest.split_at_checked(bytes).ok_or_else(malformed)?;
            rest = after;
            let payload = Payload::from_stored(payload.to_vec());
            events.push(NewEvent { id, event: Event { event_type, payload } });
        }
        if rest.is_empty() { Ok(Self { events }) } else { Err(malformed()) }
    }
}

/// A Webhook object's report about its row on the roster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// The row, or its removal.
    pub change: RosterChange,
}

/// What the roster says to a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reported {
    /// It knows this, or better.
    Known,
    /// The account has as many webhooks as it may have.
    Full,
}

json_call!(Report, "report", Reported);

/// Asks whether the account has a webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Holds {
    /// The webhook.
    pub id: WebhookId,
}

json_call!(Holds, "holds", bool);

/// Asks who gets an event: a group for each target, in it the webhooks to ask, in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Route {
    /// The event's type.
    pub event_type: EventType,
}

json_call!(Route, "route", Vec<Vec<WebhookId>>);

/// Asks for all webhooks of the account, the oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Members {}

json_call!(Members, "members", Vec<WebhookId>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event_type::EventTypes;

    fn new_event(byte: u8, payload: &[u8]) -> NewEvent {
        let event_type = EventTypes::documented().get("QUIZ_COMPLETION").unwrap().clone();
        let payload = Payload::from_stored(payload.to_vec());
        let id = EventId::new(Timestamp::from_ms(1_700_000_000_000), [byte; 10]);
        NewEvent { id, event: Event { event_type, payload } }
    }

    #[test]
    fn accepted_events_travel_byte_for_byte() {
        let events =
            vec![new_event(1, b"{\n\"a\" : 1}\n"), new_event(2, b""), new_event(3, b"\xc3\xa9\n")];
        let body = Accept { events: events.clone() }.encode().unwrap();
        let WebhookCall::Accept(back) = WebhookCall::parse("/1/accept", &body).unwrap() else {
            panic!("another call")
        };
        assert_eq!(back.events, events);
        for end in 0..body.len() {
            assert!(Accept::decode(&body[..end]).is_err(), "cut at {end}");
        }
        assert!(Accept::decode(&[body, b"x".to_vec()].concat()).is_err());
    }

    #[test]
    fn a_call_of_another_release_is_refused() {
        for path in ["/0/read", "/2/read", "/1/reads", "/read", "", "/1/report"] {
            let error = WebhookCall::parse(path, b"{}").unwrap_err();
            assert_eq!(error, CallError::Unknown { path: path.to_owned() });
        }
        assert!(matches!(WebhookCall::parse("/1/read", b"{}"), Ok(WebhookCall::Read(_))));
        assert!(matches!(WebhookCall::parse("/1/read", b"["), Err(CallError::Malformed(_))));
    }
}
