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

use serde::{Deserialize, Serialize};

use super::event_type::EventType;
use super::id::EventId;
use super::limits::LOST_LAST_TRIES_MAX;
use super::schedule::Schedule;
use super::time::{Delay, Timestamp};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// The number `number`.
            pub const fn new(number: $inner) -> Self {
                Self(number)
            }

            /// The number as it is stored.
            pub const fn get(self) -> $inner {
                self.0
            }

            /// The one after.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }
    };
}

number!(
    /// The place of a delivery in the order in which its webhook accepted events; from 1.
    Seq(u64)
);
number!(
    /// Which version of a webhook's record; each change makes the next. From 1.
    Version(u32)
);
number!(
    /// A stretch of a webhook's life between two times it was switched off; from 1.
    Epoch(u32)
);
number!(
    /// Which lease of a delivery: the first, the second, …
    Token(u32)
);

/// One event on its way to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its place in the order of acceptance.
    pub seq: Seq,
    /// The event.
    pub event_id: EventId,
    /// The event's type.
    pub event_type: EventType,
    /// When the webhook accepted it.
    pub accepted_at: Timestamp,
    /// The epoch that accepted it. When that is over, so are its tries.
    pub epoch: Epoch,
    /// How many tries were made; a try counts when it is leased.
    pub tries: u32,
    /// The newest lease, 0 before the first.
    pub token: Token,
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
    Leased {
        /// When the outcome counts as lost.
        until: Timestamp,
        /// The webhook's version that is being tried.
        version: Version,
    },
    /// It arrived.
    Delivered {
        /// When that became known.
        at: Timestamp,
    },
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
    pub fn lease(&mut self, until: Timestamp, version: Version) {
        self.tries = self.tries.saturating_add(1);
        self.token = self.token.next();
        self.state = State::Leased { until, version };
    }

    /// Puts it back to wait until `due`.
    pub const fn wait_until(&mut self, due: Timestamp) {
        self.state = State::Scheduled { due };
    }

    /// The outcome of the try whose lease ended at `until` will never be known. It counts, and the
    /// next follows after its delay; a last try is repeated, so that no webhook is switched off
    /// without evidence.
    pub fn lose(&mut self, until: Timestamp, schedule: &Schedule) -> AfterLoss {
        self.wait_until(until.plus(schedule.delay_after(self.tries)));
        if self.tries < schedule.tries_max().saturating_add(LOST_LAST_TRIES_MAX) {
            AfterLoss::Again
        } else {
            AfterLoss::Exhausted
        }
    }

    /// When the open lease ends, if there is one.
    pub const fn lease_end(&self) -> Option<Timestamp> {
        match self.state {
            State::Leased { until, .. } => Some(until),
            State::Scheduled { .. } | State::Delivered { .. } => None,
        }
    }

    /// Whether the schedule has no further try.
    pub const fn is_exhausted(&self, schedule: &Schedule) -> bool {
        self.tries >= schedule.tries_max()
    }

    /// When the next try is due after one that failed at `now`.
    pub fn due_after_failure(
        &self,
        now: Timestamp,
        schedule: &Schedule,
        retry_after: Option<Delay>,
    ) -> Timestamp {
        now.plus(schedule.delay_with(self.tries, retry_after))
    }
}
