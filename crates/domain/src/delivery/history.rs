//! The history of a webhook: the status of its deliveries, and the pages that list them.
//!
//! Deliveries are listed newest first. A cursor is a delivery's position in the order of
//! acceptance, so new events do not shift the pages.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::attempt::{Attempt, AttemptResult, Cause};
use super::fault::Fault;
use super::gate::{Gate, Next, WaitsFor};
use super::latest_filter::{self, LatestFilter, StatusCodes};
use super::state::{Delivery, State};
use crate::base::cursor::page_size;
use crate::base::{
    Cursor, Epoch, EventId, Field, FieldErrors, PAGE_SIZE, Seq, Timestamp, WebhookId,
};
use crate::event::{EventType, TraceContext, trace};

/// The status of a delivery in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waiting for its next attempt.
    Waiting,
    /// An attempt is in flight.
    InFlight,
    /// The receiver answered 2xx.
    Delivered,
    /// Not delivered before the webhook was deactivated, or skipped.
    Undelivered,
    /// Accepted while the dispatcher had deactivated the webhook.
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

    /// Returns the status of a delivery, given the webhook's current epoch.
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

/// The number of deliveries in each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Waiting for an attempt.
    pub waiting: u64,
    /// An attempt is in flight.
    pub in_flight: u64,
    /// Delivered.
    pub delivered: u64,
    /// Left undelivered by a deactivation or a skip.
    pub undelivered: u64,
    /// Accepted while the dispatcher had deactivated the webhook.
    pub held: u64,
}

/// A request for one page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryQuery {
    /// Only deliveries with this status.
    pub status: Option<Status>,
    /// Only events of this type. It need not be a known type.
    pub event_type: Option<String>,
    /// Only deliveries accepted at this time or later.
    pub after: Option<Timestamp>,
    /// Only deliveries accepted before this time.
    pub before: Option<Timestamp>,
    /// Only deliveries with such a latest attempt.
    #[serde(default, skip_serializing_if = "LatestFilter::is_any")]
    pub latest: LatestFilter,
    /// The start of the page.
    pub cursor: Cursor,
    /// The most deliveries on the page.
    pub limit: usize,
}

impl HistoryQuery {
    /// Parses a query string, without its question mark. Of a repeated parameter, the last one
    /// counts. Unknown parameters are ignored.
    pub fn parse(query: &str) -> Result<Self, FieldErrors> {
        let mut parsed = Self {
            status: None,
            event_type: None,
            after: None,
            before: None,
            latest: LatestFilter::default(),
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
                "http_status_code" => {
                    parsed.latest.status =
                        errors.take(Field::HttpStatusCode, StatusCodes::parse(&value));
                }
                "fault" => {
                    parsed.latest.fault = errors.take(Field::Fault, latest_filter::fault(&value));
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

    /// Whether there is any filter.
    pub fn has_filter(&self) -> bool {
        self.status.is_some()
            || self.event_type.is_some()
            || self.after.is_some()
            || self.before.is_some()
            || !self.latest.is_any()
    }

    /// Whether a delivery matches the filters but [`latest`](Self::latest), given the webhook's
    /// current epoch. That filter is for the caller to check: it needs the attempts.
    pub fn matches(&self, delivery: &Delivery, epoch: Epoch) -> bool {
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

/// The deliveries that were found for a page, in the direction of its cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// The deliveries, each with its latest attempt: one more than the limit if there are further
    /// pages.
    pub deliveries: Vec<(Delivery, Option<Attempt>)>,
    /// The last position that was looked at, if the search stopped before its end.
    pub reached: Option<Seq>,
}

/// The deliveries of a page, newest first, and the cursors of the older and the newer page.
type Page = (Vec<(Delivery, Option<Attempt>)>, Option<Cursor>, Option<Cursor>);

impl Listed {
    /// Makes the page of `query`, for which these deliveries were found.
    pub(crate) fn page(self, query: &HistoryQuery) -> Page {
        let Self { deliveries, reached } = self;
        query.cursor.page(query.limit, deliveries, reached, |(delivery, _)| delivery.seq)
    }
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The deliveries, newest first.
    pub results: Vec<DeliveryView>,
    /// The start of the page with older deliveries, if there are any.
    pub older: Option<Cursor>,
    /// The start of the page with newer deliveries, if there may be any.
    pub newer: Option<Cursor>,
}

impl HistoryPage {
    /// Makes the page of the deliveries that were found for `query`.
    pub fn new(query: &HistoryQuery, listed: Listed, epoch: Epoch, gate: &Gate) -> Self {
        let (found, older, newer) = listed.page(query);
        let view = |(delivery, latest): &(Delivery, Option<Attempt>)| {
            DeliveryView::new(delivery, epoch, gate).with_latest(latest.as_ref())
        };
        let results = found.iter().map(view).collect();
        Self { results, older, newer }
    }
}

/// A delivery in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    /// The event's id.
    pub event_id: EventId,
    /// The event's type.
    pub event_type: EventType,
    /// The status.
    pub status: Status,
    /// The time at which the webhook accepted the event (RFC 3339).
    pub accepted_at: String,
    /// The time at which the success was settled (RFC 3339), if the event is delivered.
    pub delivered_at: Option<String>,
    /// The time of the next attempt (RFC 3339), if the delivery waits for one and the time is
    /// known. It is later than the time of the answer.
    pub next_try_at: Option<String>,
    /// What a waiting delivery waits for, if the time is not known. An object of the previous
    /// release does not say.
    #[serde(default)]
    pub waits_for: Option<WaitsFor>,
    /// The number of attempts of the current schedule. A resend does not count.
    pub try_count: u32,
    /// The status code of the answer to the latest attempt, if there was one. An object of the
    /// previous release does not say, also for the next field.
    #[serde(default)]
    pub http_status_code: Option<u16>,
    /// The name of the [`Fault`] of the latest attempt, if that failed.
    #[serde(default)]
    pub fault: Option<String>,
    /// The id of the trace to which the event and all attempts belong. An object of the previous
    /// release does not say, also for the next field.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// The id of the span in which the event was published, if the publisher said it.
    #[serde(default)]
    pub parent_span_id: Option<String>,
    /// All attempts, the first one first. Only present when a single delivery is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries: Option<Vec<AttemptView>>,
}

impl DeliveryView {
    /// Makes the view of a delivery without its attempts, given the webhook's current epoch and
    /// what its deliveries wait for.
    pub fn new(delivery: &Delivery, epoch: Epoch, gate: &Gate) -> Self {
        let status = Status::of(delivery, epoch);
        let parent = delivery.trace.as_ref().map(TraceContext::parent_span_id);
        let delivered_at = match delivery.state {
            State::Delivered { at } => Some(at.rfc3339()),
            State::Scheduled { .. } | State::Leased(_) | State::Held => None,
        };
        let next = match status {
            Status::Waiting => gate.next(delivery),
            Status::InFlight | Status::Delivered | Status::Undelivered | Status::Held => {
                Next::default()
            }
        };
        Self {
            event_id: delivery.event_id.clone(),
            event_type: delivery.event_type.clone(),
            status,
            accepted_at: delivery.accepted_at.rfc3339(),
            delivered_at,
            next_try_at: next.at.map(Timestamp::rfc3339),
            waits_for: next.waits_for,
            try_count: delivery.attempts,
            http_status_code: None,
            fault: None,
            trace_id: Some(trace::trace_id(delivery.trace.as_ref(), &delivery.event_id)),
            parent_span_id: parent.map(str::to_owned),
            tries: None,
        }
    }

    /// Adds what the latest attempt ended with.
    #[must_use]
    pub fn with_latest(mut self, latest: Option<&Attempt>) -> Self {
        self.http_status_code = latest.and_then(|latest| latest.result.status());
        self.fault = latest.and_then(Attempt::fault).map(|fault| fault.as_str().to_owned());
        self
    }

    /// Adds the attempts, which were made for this webhook.
    #[must_use]
    pub fn with_attempts(self, attempts: Vec<Attempt>, webhook: &WebhookId) -> Self {
        let mut view = self.with_latest(attempts.last());
        let span_id = |at| trace::span_id(webhook, &view.event_id, at);
        let tries = attempts.into_iter().map(|it| AttemptView::new(span_id(it.at), it)).collect();
        view.tries = Some(tries);
        view
    }
}

/// An attempt in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptView {
    /// The time of the attempt (RFC 3339).
    pub at: String,
    /// The id of its span, which the `traceparent` of its POST had. An object of the previous
    /// release does not say.
    #[serde(default)]
    pub span_id: Option<String>,
    /// The duration in milliseconds.
    pub duration_ms: u64,
    /// The reason for the attempt.
    pub cause: Cause,
    /// The status code of the answer, if there was one.
    pub http_status_code: Option<u16>,
    /// The name of the [`Fault`], if the attempt failed. It is text, because an object of another
    /// release may know other ones.
    pub fault: Option<String>,
    /// The start of the answer's body.
    pub answer: Option<String>,
}

impl AttemptView {
    fn new(span_id: String, attempt: Attempt) -> Self {
        let fault = attempt.fault().map(Fault::as_str).map(str::to_owned);
        let (http_status_code, answer) = match attempt.result {
            AttemptResult::Answered(status, answer) => (Some(status), Some(answer)),
            AttemptResult::Failed(_) | AttemptResult::Lost => (None, None),
        };
        Self {
            at: attempt.at.rfc3339(),
            span_id: Some(span_id),
            duration_ms: attempt.took.as_ms(),
            cause: attempt.cause,
            http_status_code,
            fault,
            answer,
        }
    }
}
