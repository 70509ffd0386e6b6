//! One step of a webhook's state machine.
//!
//! A transaction reads and writes through [`Store`] and collects [`Effect`]s, which the platform
//! carries out after the commit. The other files of this room add the steps as methods.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use crate::base::{Delay, Epoch, EventId, Seq, Timestamp, Token, Version};
use crate::crypto::OpenError;
use crate::delivery::{
    AttemptResult, Backlog, Cause, Delivery, Outbound, Outcome, Rules, SendError,
};
use crate::event::EventType;
use crate::webhook::{OutboxEvent, Record, RosterChange, WebhookView};

/// What the platform does after a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make one try and settle its outcome.
    Send(Box<SendJob>),
    /// Tell the account's roster, and report what became of it.
    PublishRoster(Version, RosterChange),
    /// Write the public record to KV, or delete it (`None`), and report what became of it.
    PublishKv(Version, Option<Box<WebhookView>>),
    /// Publish an operational event, and report whether it was accepted.
    Announce(Box<OutboxEvent>),
    /// Empty the object's storage: nothing refers to it any more.
    Erase,
}

/// One try that a turn has leased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendJob {
    /// The delivery.
    pub seq: Seq,
    /// The lease.
    pub token: Token,
    /// The event, for the log.
    pub event_id: EventId,
    /// Its type, for the log.
    pub event_type: EventType,
    /// How many tries of the delivery's schedule were made with this one, for the log.
    pub number: u32,
    /// Why it is made.
    pub cause: Cause,
    /// When it was leased.
    pub at: Timestamp,
    /// The POST, or why there is none to make.
    pub request: Result<Outbound, SendError>,
}

impl SendJob {
    /// What to settle once its outcome is known, which took so long.
    pub fn settlement(&self, outcome: Outcome, took: Delay) -> AttemptReport {
        let redact = |text| match &self.request {
            Ok(request) => request.redact(text),
            Err(_) => text,
        };
        let result = AttemptResult::of(&outcome, redact);
        AttemptReport { seq: self.seq, token: self.token, at: self.at, took, outcome, result }
    }
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptReport {
    /// The delivery.
    pub seq: Seq,
    /// The lease.
    pub token: Token,
    /// When the try was leased.
    pub at: Timestamp,
    /// How long it took until the outcome was known. It is settled later, in company. A Worker of
    /// an earlier release does not tell.
    #[serde(default)]
    pub took: Delay,
    /// What decides.
    pub outcome: Outcome,
    /// What is kept of it.
    pub result: AttemptResult,
}

/// What a place said to a publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledgement {
    /// It knows this version, or a newer one.
    Known,
    /// It does not take another webhook: the account has as many as it may have.
    Full,
    /// It did not answer.
    Failed,
}

/// One step of a Webhook object.
#[derive(Debug)]
pub struct Transaction<'a, S> {
    pub(crate) store: &'a mut S,
    pub(crate) now: Timestamp,
    pub(crate) rules: &'a Rules,
    pub(crate) effects: Vec<Effect>,
    /// Why due deliveries were not leased, if their secrets do not open.
    pub(crate) locked: Option<OpenError>,
    /// What waits or is on its way, if that is known.
    pub(crate) backlog: Option<Backlog>,
}

impl<'a, S: Store> Transaction<'a, S> {
    /// A turn that happens at `now`.
    pub const fn new(store: &'a mut S, now: Timestamp, rules: &'a Rules) -> Self {
        Self { store, now, rules, effects: Vec::new(), locked: None, backlog: None }
    }

    /// Why deliveries wait although they are due, for the log.
    pub const fn locked(&self) -> Option<&OpenError> {
        self.locked.as_ref()
    }

    /// What is to be done, in order.
    pub fn into_effects(self) -> Vec<Effect> {
        self.effects
    }

    pub(crate) fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.store.put_record(record)
    }

    /// The same turn, told what the backlog is, if that is known.
    #[must_use]
    pub fn with_backlog(self, backlog: Option<Backlog>) -> Self {
        Self { backlog, ..self }
    }

    /// What the backlog is after this turn, if that is known.
    pub const fn backlog(&self) -> Option<Backlog> {
        self.backlog
    }

    /// Whether an event that comes now is one too many.
    pub(crate) fn is_backlog_full(&mut self, epoch: Epoch) -> Result<bool, StoreError> {
        let backlog = match self.backlog {
            Some(backlog) => backlog,
            None => self.store.backlog(epoch)?,
        };
        self.backlog = Some(backlog);
        Ok(backlog.is_full(self.rules))
    }

    /// Notes where a delivery stands now that `was_open` before.
    pub(crate) fn note_backlog(&mut self, was_open: bool, delivery: &Delivery, epoch: Epoch) {
        let Some(backlog) = &mut self.backlog else { return };
        match (was_open, delivery.is_open(epoch)) {
            (false, true) => backlog.enter(delivery.bytes),
            (true, false) => backlog.leave(delivery.bytes),
            (false, false) | (true, true) => {}
        }
    }

    /// So much has changed at once that it has to be counted again.
    pub(crate) const fn forget_backlog(&mut self) {
        self.backlog = None;
    }
}
