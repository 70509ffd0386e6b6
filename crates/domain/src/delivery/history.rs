//! The history of a webhook: where its deliveries stand, and how a page of them is asked for.
//!
//! The newest stand first. A page is found by a cursor, which is the place of a delivery in the
//! order of acceptance, so pages stay put while new events arrive.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::attempt::{Attempt, AttemptResult, Cause};
use super::state::{Delivery, State};
use crate::base::cursor::page_size;
use crate::base::{Cursor, Epoch, EventId, Field, FieldErrors, PAGE_SIZE, Timestamp};
use crate::event::EventType;

/// Where a delivery stands, in its owner's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its next try is due some time.
    Waiting,
    /// A try is on its way.
    InFlight,
    /// It arrived.
    Delivered,
    /// The webhook was switched off before it arrived.
    Undelivered,
    /// It came while the webhook was switched off.
    Held,
}

impl Status {
    const ALL: [(&'static str, Self); 5] = [
        ("waiting", Self::Waiting),
        ("in_flight", Self::InFlight),
        ("delivered", Self::Delivered),
        ("undelivered", Self::Undelivered),
        ("held", Self::Held),
    ];

    /// Where a delivery stands while `epoch` is the webhook's.
    pub fn of(delivery: &Delivery, epoch: Epoch) -> Self {
        match delivery.state {
            State::Delivered { .. } => Self::Delivered,
            State::Leased(_) => Self::InFlight,
            State::Held => Self::Held,
            State::Scheduled { .. } if delivery.epoch == epoch => Self::Waiting,
            State::Scheduled { .. } => Self::Undelivered,
        }
    }
}

/// How many deliveries stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Waiting for a try.
    pub waiting: u64,
    /// On their way.
    pub in_flight: u64,
    /// Arrived.
    pub delivered: u64,
    /// Not arrived before the webhook was switched off.
    pub undelivered: u64,
    /// Come while it was.
    pub held: u64,
}

/// Which part of the history is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryQuery {
    /// Only those that stand there.
    pub status: Option<Status>,
    /// Only those of this type, whatever it is.
    pub event_type: Option<String>,
    /// Only those accepted at this time or later.
    pub after: Option<Timestamp>,
    /// Only those accepted before this time.
    pub before: Option<Timestamp>,
    /// Where to start.
    pub cursor: Cursor,
    /// At most so many.
    pub limit: usize,
}

impl HistoryQuery {
    /// Reads a query string, without its question mark. Of a repeated parameter the last counts.
    pub fn parse(query: &str) -> Result<Self, FieldErrors> {
        let mut parsed = Self {
            status: None,
            event_type: None,
            after: None,
            before: None,
            cursor: Cursor::Newest,
            limit: PAGE_SIZE,
        };
        let mut errors = FieldErrors::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "status" => parsed.status = errors.take(Field::Status, status(&value)),
                "event_type" => parsed.event_type = Some(value.into_owned()),
                "after" => {
                    parsed.after = errors.take(Field::After, Timestamp::parse_rfc3339(&value));
                }
                "before" => {
                    parsed.before = errors.take(Field::Before, Timestamp::parse_rfc3339(&value));
                }
                "cursor" => {
                    if let Some(cursor) = errors.take(Field::Cursor, Cursor::parse(&value)) {
                        parsed.cursor = cursor;
                    }
                }
                "page_size" => parsed.limit = page_size(&value),
                _ => {}
            }
        }
        if errors.is_empty() { Ok(parsed) } else { Err(errors) }
    }

    /// Whether a delivery is among those asked for, while `epoch` is the webhook's.
    pub fn wants(&self, delivery: &Delivery, epoch: Epoch) -> bool {
        self.status.is_none_or(|status| status == Status::of(delivery, epoch))
            && self.event_type.as_ref().is_none_or(|only| only == delivery.event_type.as_str())
            && self.after.is_none_or(|after| delivery.accepted_at >= after)
            && self.before.is_none_or(|before| delivery.accepted_at < before)
    }
}

fn status(text: &str) -> Result<Status, String> {
    let found = Status::ALL.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, status)| status).ok_or_else(|| format!("\"{text}\" is not a valid choice."))
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The deliveries, the newest first.
    pub results: Vec<DeliveryView>,
    /// Where the page of older ones starts.
    pub older: Option<Cursor>,
    /// Where the page of newer ones starts.
    pub newer: Option<Cursor>,
}

impl HistoryPage {
    /// The page of what was found for `query`, of which one more than its limit was asked for.
    pub fn new(query: &HistoryQuery, found: Vec<Delivery>, epoch: Epoch) -> Self {
        let (found, older, newer) = query.cursor.page(query.limit, found, |found| found.seq);
        let results = found.iter().map(|delivery| DeliveryView::new(delivery, epoch)).collect();
        Self { results, older, newer }
    }
}

/// One delivery as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    /// The event.
    pub event_id: EventId,
    /// Its type.
    pub event_type: EventType,
    /// Where it stands.
    pub status: Status,
    /// When the webhook accepted it (RFC 3339).
    pub accepted_at: String,
    /// When it arrived.
    pub delivered_at: Option<String>,
    /// When the next try is due.
    pub next_try_at: Option<String>,
    /// How many tries of its schedule were made.
    pub try_count: u32,
    /// Every try; only where one delivery is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries: Option<Vec<TryView>>,
}

impl DeliveryView {
    /// A delivery of a webhook whose epoch is `epoch`, without its tries.
    pub fn new(delivery: &Delivery, epoch: Epoch) -> Self {
        let status = Status::of(delivery, epoch);
        let (delivered_at, next_try_at) = match delivery.state {
            State::Delivered { at } => (Some(at.rfc3339()), None),
            State::Scheduled { due } if status == Status::Waiting => (None, Some(due.rfc3339())),
            State::Scheduled { .. } | State::Leased(_) | State::Held => (None, None),
        };
        Self {
            event_id: delivery.event_id.clone(),
            event_type: delivery.event_type.clone(),
            status,
            accepted_at: delivery.accepted_at.rfc3339(),
            delivered_at,
            next_try_at,
            try_count: delivery.tries,
            tries: None,
        }
    }

    /// The same with its tries.
    #[must_use]
    pub fn with_tries(mut self, attempts: Vec<Attempt>) -> Self {
        self.tries = Some(attempts.into_iter().map(TryView::new).collect());
        self
    }
}

/// One try as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryView {
    /// When it was made (RFC 3339).
    pub at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Why it was made.
    pub cause: Cause,
    /// What the receiver answered, if it did.
    pub http_status_code: Option<u16>,
    /// Why there is no answer, in words.
    pub fault: Option<String>,
    /// The start of the answer.
    pub answer: Option<String>,
}

impl TryView {
    fn new(attempt: Attempt) -> Self {
        let (http_status_code, fault, answer) = match attempt.result {
            AttemptResult::Answered(status, answer) => (Some(status), None, Some(answer)),
            AttemptResult::Failed(fault) => (None, Some(fault.to_string()), None),
            AttemptResult::Lost => (None, Some(LOST.to_owned()), None),
        };
        Self {
            at: attempt.at.rfc3339(),
            duration_ms: attempt.took.as_ms(),
            cause: attempt.cause,
            http_status_code,
            fault,
            answer,
        }
    }
}

const LOST: &str = "the outcome was lost: the dispatcher was restarted during the try";
