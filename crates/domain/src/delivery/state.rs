//! One delivery: one event for one webhook, through all its attempts.
//!
//! ```text
//!            accept                    2xx
//! event ──▶ Scheduled ──▶ Leased ──▶ Delivered
//!               ▲   lease    │ failed or lost
//!               └────────────┘
//! ```
//!
//! A deactivation begins a new epoch of the webhook and leaves its waiting deliveries unchanged.
//! They are undelivered because their epoch is over. A deactivation therefore writes no delivery,
//! whatever the size of the backlog.

use super::attempt::Cause;
use super::schedule::Schedule;
use crate::base::{
    Delay, Epoch, EventId, LOST_LAST_ATTEMPTS_MAX, LeaseToken, Seq, Timestamp, Version,
};
use crate::event::{EventType, TraceContext};

/// One event for one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The delivery's position in the order of acceptance.
    pub seq: Seq,
    /// The event's id.
    pub event_id: EventId,
    /// The event's type.
    pub event_type: EventType,
    /// The trace in which the event was published, if the publisher said one.
    pub trace: Option<TraceContext>,
    /// The size of the event in bytes; 0 once its body was discarded.
    pub bytes: u64,
    /// The time at which the webhook accepted the event.
    pub accepted_at: Timestamp,
    /// The epoch in which the delivery is attempted: the webhook's epoch at acceptance or at
    /// recovery, [`Epoch::SKIPPED`] after a skip. While it differs from the webhook's epoch, no
    /// attempt is scheduled.
    pub epoch: Epoch,
    /// The number of attempts of the current schedule. An attempt counts when it is leased; a
    /// resend does not count.
    pub attempts: u32,
    /// The number of the newest lease; 0 before the first.
    pub token: LeaseToken,
    /// The number of requested resends that are not leased yet.
    pub resends: u32,
    /// The state.
    pub state: State,
}

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waiting for the next attempt.
    Scheduled {
        /// The time at which the attempt is due.
        due: Timestamp,
    },
    /// An attempt is in flight, or its outcome was lost and the lease has not ended yet.
    Leased(Lease),
    /// The receiver answered 2xx.
    Delivered {
        /// The time at which the success was settled.
        at: Timestamp,
    },
    /// Accepted while the webhook was deactivated by the dispatcher; waits for a recovery.
    Held,
}

/// An open lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The end of the lease. Without an outcome by then, the attempt counts as lost.
    pub until: Timestamp,
    /// The version of the webhook's record at the time of the lease.
    pub version: Version,
    /// The reason for the attempt, and the state to return to if it fails.
    pub origin: LeaseOrigin,
}

/// The reason for a leased attempt, which decides the state to return to if it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseOrigin {
    /// The next attempt of the schedule.
    Schedule,
    /// A resend that replaces the next attempt of the schedule and leaves the attempt count as it
    /// is.
    Resend,
    /// The event was delivered at this time already: this is a resend, or the late success of an
    /// earlier attempt was settled meanwhile. If the attempt fails, the event stays delivered.
    Delivered(Timestamp),
    /// A resend of a held event. It stays held if the attempt fails.
    Held,
    /// The first attempt of a recovered delivery, on a new schedule.
    Recover,
}

/// What follows a lost attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterLoss {
    /// The delivery continues as after any failed attempt.
    Retry,
    /// The last attempt and all its repeats were lost.
    Exhausted,
}

impl Delivery {
    /// Leases the next attempt of the schedule and counts it.
    pub const fn lease(&mut self, until: Timestamp, version: Version) {
        self.attempts = self.attempts.saturating_add(1);
        self.token = self.token.next();
        self.state = State::Leased(Lease { until, version, origin: LeaseOrigin::Schedule });
    }

    /// Ends a lease whose attempt was not started. The attempt does not count and is due again at
    /// `now`; a resend waits again. The cause is that of the attempt, because an event that was
    /// delivered meanwhile no longer shows it.
    pub const fn hand_back(&mut self, lease: Lease, cause: Cause, now: Timestamp) {
        match cause {
            Cause::Schedule | Cause::Recover => self.attempts = self.attempts.saturating_sub(1),
            Cause::Resend => self.resends = self.resends.saturating_add(1),
        }
        self.state = match lease.origin {
            LeaseOrigin::Delivered(at) => State::Delivered { at },
            LeaseOrigin::Held => State::Held,
            LeaseOrigin::Schedule | LeaseOrigin::Resend | LeaseOrigin::Recover => {
                State::Scheduled { due: now }
            }
        };
    }

    /// Leases a resend. It is not counted and replaces the next attempt of the schedule.
    pub const fn lease_resend(&mut self, until: Timestamp, version: Version) {
        let origin = match self.state {
            State::Delivered { at } => LeaseOrigin::Delivered(at),
            State::Held => LeaseOrigin::Held,
            State::Scheduled { .. } | State::Leased(_) => LeaseOrigin::Resend,
        };
        self.resends = self.resends.saturating_sub(1);
        self.token = self.token.next();
        self.state = State::Leased(Lease { until, version, origin });
    }

    /// Leases the first attempt of a new schedule in `epoch`.
    pub const fn lease_recovered(&mut self, epoch: Epoch, until: Timestamp, version: Version) {
        self.epoch = epoch;
        self.attempts = 1;
        self.token = self.token.next();
        self.state = State::Leased(Lease { until, version, origin: LeaseOrigin::Recover });
    }

    /// Begins a new schedule in `epoch`, whose first attempt is due at `now`.
    pub const fn restart(&mut self, epoch: Epoch, now: Timestamp) {
        self.epoch = epoch;
        self.attempts = 0;
        self.state = State::Scheduled { due: now };
    }

    /// Ends a lease whose attempt failed at `now`. A delivered or held event returns to that state;
    /// otherwise the next attempt is due after the schedule's delay, or after `retry_after` if that
    /// is longer.
    pub fn fail_lease(
        &mut self,
        lease: Lease,
        now: Timestamp,
        schedule: &Schedule,
        retry_after: Option<Delay>,
    ) {
        self.state = match lease.origin {
            LeaseOrigin::Delivered(at) => State::Delivered { at },
            LeaseOrigin::Held => State::Held,
            LeaseOrigin::Schedule | LeaseOrigin::Resend | LeaseOrigin::Recover => {
                let delay = schedule.delay_of(self.seq, self.attempts, retry_after);
                State::Scheduled { due: now.plus(delay) }
            }
        };
    }

    /// Ends a lease whose outcome was lost. The attempt counts as failed at the end of its lease. A
    /// lost last attempt is repeated up to [`LOST_LAST_ATTEMPTS_MAX`] times, because a webhook is
    /// not deactivated without evidence.
    pub fn lose_lease(&mut self, lease: Lease, schedule: &Schedule) -> AfterLoss {
        self.fail_lease(lease, lease.until, schedule, None);
        let attempts_max = schedule.attempts_max().saturating_add(LOST_LAST_ATTEMPTS_MAX);
        match lease.origin {
            LeaseOrigin::Schedule | LeaseOrigin::Recover if self.attempts >= attempts_max => {
                AfterLoss::Exhausted
            }
            LeaseOrigin::Schedule
            | LeaseOrigin::Recover
            | LeaseOrigin::Resend
            | LeaseOrigin::Delivered(_)
            | LeaseOrigin::Held => AfterLoss::Retry,
        }
    }

    /// Whether the delivery counts towards the backlog: it waits in the webhook's current `epoch`,
    /// or it is leased in any epoch.
    pub fn is_in_backlog(&self, epoch: Epoch) -> bool {
        match self.state {
            State::Scheduled { .. } => self.epoch == epoch,
            State::Leased(_) => true,
            State::Delivered { .. } | State::Held => false,
        }
    }

    /// Returns the open lease, if there is one.
    pub const fn open_lease(&self) -> Option<Lease> {
        match self.state {
            State::Leased(lease) => Some(lease),
            State::Scheduled { .. } | State::Delivered { .. } | State::Held => None,
        }
    }

    /// Returns the end of the open lease, if there is one.
    pub fn lease_end(&self) -> Option<Timestamp> {
        self.open_lease().map(|lease| lease.until)
    }

    /// Whether the attempt under this lease is the last of the schedule.
    pub const fn is_last(&self, lease: Lease, schedule: &Schedule) -> bool {
        matches!(lease.origin, LeaseOrigin::Schedule | LeaseOrigin::Recover)
            && self.attempts >= schedule.attempts_max()
    }
}
