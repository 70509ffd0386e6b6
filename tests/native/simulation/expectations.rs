//! The expectations of the test, kept apart from the object's storage: for each event, the promise
//! to its publisher and the attempts that were made.

use domain::base::Timestamp;
use domain::delivery::Cause;

/// The expectations of one event.
#[derive(Debug)]
pub(super) struct Expectation {
    pub(super) accepted_at: Timestamp,
    /// Whether the publisher got the answer that the event is stored.
    pub(super) acknowledged: bool,
    /// Number of attempts on the current schedule. A recovery starts a new one.
    pub(super) leases: u32,
    /// Number of attempts on all schedules, without resends.
    pub(super) leases_ever: u32,
    /// Earliest time of the next attempt on the schedule.
    pub(super) not_before: Timestamp,
    /// Whether a 2xx was settled.
    pub(super) settled: bool,
    /// Whether the receiver ever answered 2xx.
    pub(super) received: bool,
    /// Number of attempts allowed beyond the schedule: one for each failed last attempt that did
    /// not deactivate the webhook.
    pub(super) extra_attempts: u32,
    /// Number of resends requested.
    pub(super) resends_requested: u32,
    /// Number of resends leased.
    pub(super) resends_leased: u32,
    /// Number of outcomes that were reported after their lease had ended.
    pub(super) late_outcomes: u32,
    /// Number of leases handed back by couriers.
    pub(super) handed_back: u32,
    /// Number of resends among them.
    pub(super) resends_handed_back: u32,
}

impl Expectation {
    pub(super) const fn new(accepted_at: Timestamp) -> Self {
        Self {
            accepted_at,
            acknowledged: false,
            leases: 0,
            leases_ever: 0,
            not_before: Timestamp::EPOCH,
            settled: false,
            received: false,
            extra_attempts: 0,
            resends_requested: 0,
            resends_leased: 0,
            late_outcomes: 0,
            handed_back: 0,
            resends_handed_back: 0,
        }
    }

    /// Notes that a lease was handed back: its attempt does not count, and a resend still waits.
    pub(super) fn hand_back(&mut self, cause: Cause) {
        self.handed_back += 1;
        self.not_before = Timestamp::EPOCH;
        if cause == Cause::Resend {
            self.resends_handed_back += 1;
        } else {
            self.leases -= 1;
        }
    }
}
