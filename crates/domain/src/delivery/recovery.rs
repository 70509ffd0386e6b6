//! Recovering what a webhook missed while it was switched off.
//!
//! A recovery takes up the deliveries that were held or undelivered, in the order of acceptance,
//! one at a time and at a bounded rate, each with a fresh schedule; one that fails again waits on
//! that schedule like any other while the recovery goes on. It pauses in an outage and ends when
//! the webhook is switched off.

use serde::{Deserialize, Serialize};

use super::state::{Delivery, State};
use crate::base::{Delay, Epoch, Seq, Timestamp};

/// What a recovery takes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Which deliveries.
    pub missed: Missed,
    /// Only those accepted at this time or later.
    pub since: Option<Timestamp>,
    /// None that were accepted after this one.
    pub until: Seq,
}

/// Which deliveries were missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// Those that came while the webhook was switched off.
    Held,
    /// Those that had come before.
    Undelivered,
    /// Both.
    #[default]
    All,
}

impl Scope {
    /// Whether a delivery is taken up, while `epoch` is the webhook's.
    pub fn wants(&self, delivery: &Delivery, epoch: Epoch) -> bool {
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

/// A recovery and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// What it takes up.
    pub scope: Scope,
    /// When it was asked for.
    pub started_at: Timestamp,
    /// How many deliveries there were to take up.
    pub total: u64,
    /// How many were taken up.
    pub taken: u64,
    /// How many of these arrived at their first try.
    pub delivered: u64,
    /// The last one taken up.
    pub cursor: Seq,
    /// The next is not taken up before.
    pub next_at: Timestamp,
    /// Where it stands.
    pub state: RecoveryState,
}

/// Where a recovery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryState {
    /// The next may be taken up.
    Ready,
    /// The first try of the one at the cursor is on its way.
    InFlight,
    /// All were taken up.
    Done,
    /// The webhook was switched off.
    Stopped,
}

impl Recovery {
    /// A recovery of `total` deliveries that was asked for at `now`.
    pub const fn new(scope: Scope, total: u64, now: Timestamp) -> Self {
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

    /// Whether it still has something to do.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, RecoveryState::Ready | RecoveryState::InFlight)
    }

    /// The delivery at `seq` was taken up at `now`; the next follows after `pause` at the earliest.
    pub const fn take(&mut self, seq: Seq, now: Timestamp, pause: Delay) {
        self.taken = self.taken.saturating_add(1);
        self.cursor = seq;
        self.next_at = now.plus(pause);
        self.state = RecoveryState::InFlight;
    }

    /// The first try of the one at the cursor has ended.
    pub const fn first_try_ended(&mut self, is_delivered: bool) {
        if is_delivered {
            self.delivered = self.delivered.saturating_add(1);
        }
        if self.is_running() {
            self.state = RecoveryState::Ready;
        }
    }
}

/// A recovery as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryView {
    /// `running`, `done`, `stopped`, or `none` if none was ever asked for.
    pub state: String,
    /// When it was asked for (RFC 3339).
    pub started_at: Option<String>,
    /// How many deliveries there were to take up.
    pub total: u64,
    /// How many were taken up.
    pub taken: u64,
    /// How many of these arrived at their first try; the others go on on their schedules.
    pub delivered: u64,
}

impl RecoveryView {
    /// What is shown of a recovery, or of there being none.
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
