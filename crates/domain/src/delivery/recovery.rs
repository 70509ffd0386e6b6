//! Recovery: delivering what a webhook missed while it was deactivated.
//!
//! A recovery attempts the held and undelivered deliveries in the order of acceptance, one at a
//! time, at a limited rate, each on a new schedule. After a failure, the delivery waits for its
//! next attempt like any other, and the recovery continues with the next delivery. On an ordered
//! webhook, the recovery waits until the failed delivery is delivered or skipped. On any other, it
//! pauses during an outage. A recovery stops when the webhook is deactivated.

use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::latest_filter::LatestFilter;
use super::state::{Delivery, State};
use crate::base::{Delay, Epoch, Seq, Timestamp};

/// The deliveries that a recovery covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryScope {
    /// The kind of deliveries.
    pub missed: Missed,
    /// Only deliveries accepted at this time or later.
    pub since: Option<Timestamp>,
    /// Only deliveries with such a latest attempt.
    #[serde(default, skip_serializing_if = "LatestFilter::is_any")]
    pub latest: LatestFilter,
    /// Only deliveries up to this position in the order of acceptance.
    pub until: Seq,
}

/// A kind of missed deliveries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// Events accepted while the dispatcher had deactivated the webhook.
    Held,
    /// Deliveries that a deactivation or a skip left undelivered.
    Undelivered,
    /// Both kinds.
    #[default]
    All,
}

impl RecoveryScope {
    /// Whether the recovery covers a delivery, given the webhook's current epoch, if its latest
    /// attempt is wanted.
    pub fn covers(&self, delivery: &Delivery, epoch: Epoch) -> bool {
        let is_missed = match (delivery.state, self.missed) {
            (State::Held, Missed::Held | Missed::All) => true,
            (State::Scheduled { .. }, Missed::Undelivered | Missed::All) => delivery.epoch != epoch,
            (State::Held, Missed::Undelivered)
            | (State::Scheduled { .. }, Missed::Held)
            | (State::Leased(_) | State::Delivered { .. }, _) => false,
        };
        is_missed
            && delivery.seq <= self.until
            && self.since.is_none_or(|since| delivery.accepted_at >= since)
    }
}

/// A recovery and its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// The deliveries that it covers.
    pub scope: RecoveryScope,
    /// The time at which it was requested.
    pub started_at: Timestamp,
    /// The number of deliveries that it covered at the start.
    pub total: u64,
    /// The number of deliveries attempted so far.
    pub taken: u64,
    /// The number of these that were delivered with their first attempt.
    pub delivered: u64,
    /// The position of the last delivery attempted; 0 before the first.
    pub cursor: Seq,
    /// The earliest time for the next delivery.
    pub next_at: Timestamp,
    /// The state.
    pub state: RecoveryState,
}

/// The state of a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryState {
    /// The next delivery may be attempted.
    Ready,
    /// The first attempt of the delivery at the cursor is in flight.
    InFlight,
    /// All deliveries were attempted.
    Done,
    /// The webhook was deactivated.
    Stopped,
}

impl Recovery {
    /// Makes a recovery of `total` deliveries, requested at `now`.
    pub const fn new(scope: RecoveryScope, total: u64, now: Timestamp) -> Self {
        Self {
            scope,
            started_at: now,
            total,
            taken: 0,
            delivered: 0,
            cursor: Seq::new(0),
            next_at: now,
            state: RecoveryState::Ready,
        }
    }

    /// Whether the recovery is neither done nor stopped.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, RecoveryState::Ready | RecoveryState::InFlight)
    }

    /// Records that the delivery at `seq` is not covered, because of its latest attempt.
    pub const fn pass(&mut self, seq: Seq) {
        self.cursor = seq;
    }

    /// Records that the delivery at `seq` was leased at `now`. The next follows after `pause` at
    /// the earliest.
    pub const fn take(&mut self, seq: Seq, now: Timestamp, pause: Delay) {
        self.taken = self.taken.saturating_add(1);
        self.cursor = seq;
        self.next_at = now.plus(pause);
        self.state = RecoveryState::InFlight;
    }

    /// Whether the recovery has passed a delivery that it covers now, because its `latest` attempt,
    /// leased at `leased_at`, before the recovery was requested, has only failed since.
    pub fn has_passed(
        &self,
        delivery: &Delivery,
        latest: &Attempt,
        epoch: Epoch,
        leased_at: Timestamp,
    ) -> bool {
        let is_past = match self.state {
            RecoveryState::Ready | RecoveryState::InFlight => delivery.seq <= self.cursor,
            RecoveryState::Done => true,
            RecoveryState::Stopped => false,
        };
        is_past
            && leased_at <= self.started_at
            && self.scope.covers(delivery, epoch)
            && self.scope.latest.matches(Some(latest))
    }

    /// Records that a delivery that it had passed is attempted too.
    pub const fn add_passed(&mut self) {
        self.total = self.total.saturating_add(1);
        self.taken = self.taken.saturating_add(1);
    }

    /// Records the end of the first attempt of the delivery at the cursor.
    pub const fn first_attempt_ended(&mut self, is_delivered: bool) {
        if is_delivered {
            self.delivered = self.delivered.saturating_add(1);
        }
        if self.is_running() {
            self.state = RecoveryState::Ready;
        }
    }
}

/// A recovery in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryView {
    /// `running`, `done`, `stopped`, or `none` if no recovery was requested.
    pub state: String,
    /// The time at which it was requested (RFC 3339).
    pub started_at: Option<String>,
    /// The number of deliveries that it covered at the start.
    pub total: u64,
    /// The number of deliveries attempted so far.
    pub taken: u64,
    /// The number of these that were delivered with their first attempt. The others are retried.
    pub delivered: u64,
}

impl RecoveryView {
    /// Makes the view of a recovery; `None` if there was none.
    pub fn new(recovery: Option<&Recovery>) -> Self {
        let state = match recovery.map(|recovery| recovery.state) {
            None => "none",
            Some(RecoveryState::Ready | RecoveryState::InFlight) => "running",
            Some(RecoveryState::Done) => "done",
            Some(RecoveryState::Stopped) => "stopped",
        };
        Self {
            state: state.to_owned(),
            started_at: recovery.map(|recovery| recovery.started_at.rfc3339()),
            total: recovery.map_or(0, |recovery| recovery.total),
            taken: recovery.map_or(0, |recovery| recovery.taken),
            delivered: recovery.map_or(0, |recovery| recovery.delivered),
        }
    }
}
