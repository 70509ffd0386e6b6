//! The world's own book: of each event, what was promised and what was POSTed.

use domain::base::Timestamp;

/// The world's own book of one event.
#[derive(Debug)]
pub(super) struct Expectation {
    pub(super) accepted_at: Timestamp,
    /// Whether the publisher was told that it is stored.
    pub(super) promised: bool,
    /// Tries of the schedule that runs, and of all of them.
    pub(super) leases: u32,
    pub(super) leases_ever: u32,
    pub(super) not_before: Timestamp,
    /// Whether a 2xx was settled.
    pub(super) settled: bool,
    /// Whether the receiver ever answered 2xx.
    pub(super) received: bool,
    /// Failures that judged nothing, each of which may cost one more try.
    pub(super) unjudged: u32,
    /// How many sends were asked for, and how many were leased for that.
    pub(super) asked: u32,
    pub(super) resent: u32,
    /// How many outcomes became known after the lease was over.
    pub(super) late: u32,
    /// How many leases were handed back.
    pub(super) handed_back: u32,
}

impl Expectation {
    pub(super) const fn new(accepted_at: Timestamp) -> Self {
        Self {
            accepted_at,
            promised: false,
            leases: 0,
            leases_ever: 0,
            not_before: Timestamp::EPOCH,
            settled: false,
            received: false,
            unjudged: 0,
            asked: 0,
            resent: 0,
            late: 0,
            handed_back: 0,
        }
    }

    /// A try was not begun, so it was none.
    pub(super) const fn hand_back(&mut self, not_before: Timestamp) {
        self.handed_back += 1;
        self.leases -= 1;
        self.not_before = not_before;
    }

    /// It was not taken back: the turn was not stored.
    pub(super) const fn hand_back_failed(&mut self, not_before: Timestamp) {
        self.handed_back -= 1;
        self.leases += 1;
        self.not_before = not_before;
    }
}
