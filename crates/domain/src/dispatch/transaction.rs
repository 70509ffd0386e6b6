//! One step of a webhook's state machine.
//!
//! A transaction reads and writes through [`Store`] and collects [`Effect`]s, which the platform
//! carries out after the commit. The other files of this room add the steps as methods.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use crate::base::{Delay, Epoch, EventId, FILTERED_SAVED_AT, LeaseToken, Seq, Timestamp, Version};
use crate::crypto::OpenError;
use crate::delivery::{
    AttemptResult, Backlog, Cause, Delivery, Excess, Fault, Outbound, Outcome, Rules, SendError,
};
use crate::event::{EventType, trace};
use crate::webhook::{OutboxEvent, Record, RosterChange, WebhookView};

/// Why the webhook of a listener was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerEnd {
    /// By its owner, as any webhook.
    Deleted,
    /// The client has said that it is done.
    Said,
    /// The client did not come back.
    Gone,
}

/// An action that the platform carries out after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Publish this version to the account's roster, and report the acknowledgement.
    PublishRoster(Version, RosterChange),
    /// Write this version of the public record to KV, or delete the record (`None`), and report the
    /// acknowledgement.
    PublishKv(Version, Option<Box<WebhookView>>),
    /// Publish an operational event, and report whether it was accepted.
    PublishOperational(Box<OutboxEvent>),
    /// Delete the object's storage: no other part refers to the webhook any more.
    Erase,
    /// Close the connection of a listener, whose webhook is deleted.
    CloseListener(ListenerEnd),
}

/// One leased attempt to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendJob {
    /// The delivery's position in the order of acceptance.
    pub seq: Seq,
    /// The number of the lease.
    pub token: LeaseToken,
    /// The event's id, for the log.
    pub event_id: EventId,
    /// The event's type, for the log.
    pub event_type: EventType,
    /// The number of attempts of the current schedule, this one included, for the log.
    pub number: u32,
    /// The reason for the attempt.
    pub cause: Cause,
    /// The time of the lease.
    pub at: Timestamp,
    /// The POST, or the reason why the attempt fails without one.
    pub request: Result<Outbound, SendError>,
}

impl SendJob {
    /// The longest duration of the attempt; `default` is that of the deployment.
    pub fn timeout(&self, default: Delay) -> Delay {
        self.request.as_ref().ok().and_then(|request| request.timeout).unwrap_or(default)
    }

    /// The ids of the trace and the span in the `traceparent` of the POST. An object of the
    /// previous release sends none.
    pub fn trace_ids(&self) -> Option<(&str, &str)> {
        trace::ids(self.request.as_ref().ok()?.header(trace::TRACEPARENT)?)
    }

    /// Makes the report of the attempt, with the webhook's secrets removed from the result.
    /// `diagnosis` is the class that was found for a connection that failed. `took` is the duration
    /// until the outcome was known.
    pub fn report(&self, outcome: Outcome, diagnosis: Option<Fault>, took: Delay) -> AttemptReport {
        let redact = |text| match &self.request {
            Ok(request) => request.redact(text),
            Err(_) => text,
        };
        let result = AttemptResult::of(&outcome, redact);
        let fault = Fault::of(&outcome, diagnosis);
        AttemptReport {
            seq: self.seq,
            token: self.token,
            at: self.at,
            took,
            outcome,
            result,
            fault,
        }
    }
}

/// The report of an attempt, to be settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptReport {
    /// The delivery's position in the order of acceptance.
    pub seq: Seq,
    /// The number of the lease.
    pub token: LeaseToken,
    /// The time of the lease.
    pub at: Timestamp,
    /// The duration until the outcome was known; settling may come later. 0 if a Worker of an
    /// earlier release omits it.
    #[serde(default)]
    pub took: Delay,
    /// The outcome, which is judged.
    pub outcome: Outcome,
    /// The result, which is stored.
    pub result: AttemptResult,
    /// The class of the failure; `None` after a success, and from a Worker of an earlier release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// The answer of a projection to a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledgement {
    /// The projection has this version or a newer one.
    Known,
    /// The roster refuses the new webhook, because the account has reached its limit.
    Full,
    /// There was no answer.
    Failed,
}

/// One transaction of a Webhook object.
#[derive(Debug)]
pub struct Transaction<'a, S> {
    pub(crate) store: &'a mut S,
    pub(crate) now: Timestamp,
    pub(crate) rules: &'a Rules,
    pub(crate) effects: Vec<Effect>,
    /// The reason why due deliveries were not leased, if the webhook's secrets do not open.
    pub(crate) locked: Option<OpenError>,
    /// The size of the backlog, if it has been counted.
    pub(crate) backlog: Option<Backlog>,
    /// The size of the object, in bytes.
    bytes: u64,
    /// Whether something was dropped because the object is too large.
    pub(crate) has_trimmed: bool,
    /// The most attempts in flight, whatever the window.
    pub(crate) in_flight_max: usize,
    /// The number of events that the filter left out and that are not stored yet.
    pub(crate) filtered: u64,
    /// Whether the client of a listener is connected.
    pub(crate) is_connected: bool,
}

impl<'a, S: Store> Transaction<'a, S> {
    /// Begins a transaction at `now`.
    pub const fn new(store: &'a mut S, now: Timestamp, rules: &'a Rules) -> Self {
        Self {
            store,
            now,
            rules,
            effects: Vec::new(),
            locked: None,
            backlog: None,
            bytes: 0,
            has_trimmed: false,
            in_flight_max: usize::MAX,
            filtered: 0,
            is_connected: false,
        }
    }

    /// Returns the reason why due deliveries were not leased, for the log.
    pub const fn locked(&self) -> Option<&OpenError> {
        self.locked.as_ref()
    }

    /// Returns the effects, in the order in which they are to be carried out.
    pub fn into_effects(self) -> Vec<Effect> {
        self.effects
    }

    pub(crate) fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.store.put_record(record)
    }

    /// Sets the size of the backlog as the previous transaction left it, if it has been counted.
    #[must_use]
    pub fn with_backlog(self, backlog: Option<Backlog>) -> Self {
        Self { backlog, ..self }
    }

    /// Sets the size of the object, in bytes. It may be that of a moment ago.
    #[must_use]
    pub fn with_bytes(self, bytes: u64) -> Self {
        Self { bytes, ..self }
    }

    /// Returns by how much the object is too large, `None` if it is not.
    pub(crate) fn excess(&self) -> Option<Excess> {
        let bytes = self.bytes.saturating_sub(self.rules.history_bytes);
        (bytes > 0).then(|| Excess { bytes, is_full: self.is_full() })
    }

    /// Whether the object has room for outcomes only.
    pub(crate) const fn is_full(&self) -> bool {
        self.bytes >= self.rules.object_bytes_max()
    }

    /// Limits the attempts in flight further than the webhook's window.
    #[must_use]
    pub fn with_in_flight_max(self, in_flight_max: usize) -> Self {
        Self { in_flight_max, ..self }
    }

    /// Sets the number of filtered out events that the previous transaction did not store.
    #[must_use]
    pub fn with_filtered(self, filtered: u64) -> Self {
        Self { filtered, ..self }
    }

    /// Sets whether the client of a listener is connected. Of no other webhook it is asked.
    #[must_use]
    pub fn with_connection(self, is_connected: bool) -> Self {
        Self { is_connected, ..self }
    }

    /// Returns the number of filtered out events that this transaction has not stored.
    pub const fn filtered(&self) -> u64 {
        self.filtered
    }

    /// Counts events that the webhook's filter left out. Their number is stored once it is worth a
    /// row.
    pub fn count_filtered(&mut self, events: u64) -> Result<(), StoreError> {
        self.filtered = self.filtered.saturating_add(events);
        if self.filtered < FILTERED_SAVED_AT {
            return Ok(());
        }
        let mut health = self.store.health()?;
        health.filtered = health.filtered.saturating_add(core::mem::take(&mut self.filtered));
        self.store.put_health(&health)
    }

    /// Returns the size of the backlog after this transaction, if it has been counted.
    pub const fn backlog(&self) -> Option<Backlog> {
        self.backlog
    }

    /// Whether the backlog is full. Counts it if necessary.
    pub(crate) fn is_backlog_full(&mut self, epoch: Epoch) -> Result<bool, StoreError> {
        let backlog = match self.backlog {
            Some(backlog) => backlog,
            None => self.store.backlog(epoch)?,
        };
        self.backlog = Some(backlog);
        Ok(backlog.is_full(self.rules))
    }

    /// Updates the backlog for a changed delivery. `was_in_backlog` is its
    /// [`Delivery::is_in_backlog`] before the change.
    pub(crate) fn update_backlog(
        &mut self,
        was_in_backlog: bool,
        delivery: &Delivery,
        epoch: Epoch,
    ) {
        let Some(backlog) = &mut self.backlog else { return };
        match (was_in_backlog, delivery.is_in_backlog(epoch)) {
            (false, true) => backlog.enter(delivery.bytes),
            (true, false) => backlog.leave(delivery.bytes),
            (false, false) | (true, true) => {}
        }
    }

    /// Marks the backlog as not counted, after a change of many deliveries at once.
    pub(crate) const fn invalidate_backlog(&mut self) {
        self.backlog = None;
    }
}
