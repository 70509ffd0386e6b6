//! One delivery: one event on its way to one webhook, over all its tries.
//!
//! ```text
//!            accept                    2xx
//! event ──▶ Scheduled ──▶ Leased ──▶ Delivered
//!               ▲   lease    │ failed or lost
//!               └────────────┘
//! ```
//!
//! A delivery that was waiting when its webhook was switched off stays as it is: its epoch is over,
//! and that makes it undelivered. So switching off writes no delivery, however many wait.

use super::schedule::Schedule;
use crate::base::{Delay, Epoch, EventId, LOST_LAST_TRIES_MAX, Seq, Timestamp, Token, Version};
use crate::event::EventType;

/// Who makes the try under a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The webhook's object.
    Object,
    /// The Worker that took the publish: a first try only.
    Worker,
}

/// One event on its way to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its place in the order of acceptance.
    pub seq: Seq,
    /// The event.
    pub event_id: EventId,
    /// The event's type.
    pub event_type: EventType,
    /// How long the event is, in bytes.
    pub bytes: u64,
    /// When the webhook accepted it.
    pub accepted_at: Timestamp,
    /// The epoch that accepted it. When that is over, so are its tries.
    pub epoch: Epoch,
    /// How many tries were made; a try counts when it is leased.
    pub tries: u32,
    /// The newest lease, 0 before the first.
    pub token: Token,
    /// How many sends somebody asked for that were not made yet.
    pub resends: u32,
    /// Where it stands.
    pub state: State,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waiting for its next try.
    Scheduled {
        /// When that is due.
        due: Timestamp,
    },
    /// A try is on its way, or was when something broke.
    Leased(Lease),
    /// It arrived.
    Delivered {
        /// When that became known.
        at: Timestamp,
    },
    /// It came while the dispatcher had the webhook switched off, and waits to be recovered.
    Held,
}

/// An open lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// When the outcome counts as lost.
    pub until: Timestamp,
    /// The webhook's version that is being tried.
    pub version: Version,
    /// What it interrupts.
    pub rest: LeaseOrigin,
    /// Who makes the try.
    pub holder: Holder,
}

/// What a lease interrupts, and what a try that fails goes back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseOrigin {
    /// The schedule: the try was the next of it.
    Schedule,
    /// The schedule, whose next try a resend replaced; the budget is as it was.
    Resend,
    /// A delivery: a resend of what had arrived at that time.
    Delivered(Timestamp),
    /// Being held: a resend of what came while the webhook was switched off.
    Held,
    /// The schedule, afresh: the first try of what is recovered.
    Recover,
}

/// What becomes of a delivery whose try was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterLoss {
    /// It is tried again.
    Again,
    /// The last try, and all its repeats, were lost.
    Exhausted,
}

impl Delivery {
    /// Takes the lease for the next try, which is thereby counted.
    pub const fn lease(&mut self, until: Timestamp, version: Version, holder: Holder) {
        self.tries = self.tries.saturating_add(1);
        self.token = self.token.next();
        self.state = State::Leased(Lease { until, version, rest: LeaseOrigin::Schedule, holder });
    }

    /// Ends a lease whose try was not begun: it was none, and is due.
    pub const fn hand_back(&mut self, now: Timestamp) {
        self.tries = self.tries.saturating_sub(1);
        self.state = State::Scheduled { due: now };
    }

    /// Takes the lease for a send that somebody asked for. It is not counted, and replaces the next
    /// try.
    pub const fn lease_resend(&mut self, until: Timestamp, version: Version) {
        let rest = match self.state {
            State::Delivered { at } => LeaseOrigin::Delivered(at),
            State::Held => LeaseOrigin::Held,
            State::Scheduled { .. } | State::Leased(_) => LeaseOrigin::Resend,
        };
        self.resends = self.resends.saturating_sub(1);
        self.token = self.token.next();
        self.state = State::Leased(Lease { until, version, rest, holder: Holder::Object });
    }

    /// Takes the lease for the first try of a fresh schedule in `epoch`.
    pub const fn lease_recovered(&mut self, epoch: Epoch, until: Timestamp, version: Version) {
        self.epoch = epoch;
        self.tries = 1;
        self.token = self.token.next();
        let (rest, holder) = (LeaseOrigin::Recover, Holder::Object);
        self.state = State::Leased(Lease { until, version, rest, holder });
    }

    /// Puts it back to wait until `due`.
    pub const fn wait_until(&mut self, due: Timestamp) {
        self.state = State::Scheduled { due };
    }

    /// Ends a lease whose try failed, as far as is known at `now`: the next try is due after its
    /// delay, or what had arrived stays delivered.
    pub fn fail(
        &mut self,
        lease: Lease,
        now: Timestamp,
        schedule: &Schedule,
        retry_after: Option<Delay>,
    ) {
        self.state = match lease.rest {
            LeaseOrigin::Delivered(at) => State::Delivered { at },
            LeaseOrigin::Held => State::Held,
            LeaseOrigin::Schedule | LeaseOrigin::Resend | LeaseOrigin::Recover => {
                State::Scheduled { due: now.plus(schedule.delay_with(self.tries, retry_after)) }
            }
        };
    }

    /// The outcome of the try under this lease will never be known. It counts, and the next follows
    /// after its delay; a last try is repeated, so that no webhook is switched off without
    /// evidence.
    pub fn lose(&mut self, lease: Lease, schedule: &Schedule) -> AfterLoss {
        self.fail(lease, lease.until, schedule, None);
        let tries_max = schedule.tries_max().saturating_add(LOST_LAST_TRIES_MAX);
        match lease.rest {
            LeaseOrigin::Schedule | LeaseOrigin::Recover if self.tries >= tries_max => {
                AfterLoss::Exhausted
            }
            LeaseOrigin::Schedule
            | LeaseOrigin::Recover
            | LeaseOrigin::Resend
            | LeaseOrigin::Delivered(_)
            | LeaseOrigin::Held => AfterLoss::Again,
        }
    }

    /// Whether it waits to be sent, or is on its way, while `epoch` is the webhook's.
    pub fn is_open(&self, epoch: Epoch) -> bool {
        match self.state {
            State::Scheduled { .. } => self.epoch == epoch,
            State::Leased(_) => true,
            State::Delivered { .. } | State::Held => false,
        }
    }

    /// The open lease, if there is one.
    pub const fn open_lease(&self) -> Option<Lease> {
        match self.state {
            State::Leased(lease) => Some(lease),
            State::Scheduled { .. } | State::Delivered { .. } | State::Held => None,
        }
    }

    /// When the open lease ends, if there is one.
    pub fn lease_end(&self) -> Option<Timestamp> {
        self.open_lease().map(|lease| lease.until)
    }

    /// Whether the schedule has no further try after the one under this lease.
    pub const fn is_last(&self, lease: Lease, schedule: &Schedule) -> bool {
        matches!(lease.rest, LeaseOrigin::Schedule | LeaseOrigin::Recover)
            && self.tries >= schedule.tries_max()
    }
}
