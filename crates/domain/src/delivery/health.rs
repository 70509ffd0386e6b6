//! The health of a receiver, and the number of attempts that it allows at a time.
//!
//! A healthy receiver gets up to five attempts at a time from its object. After five failed
//! attempts in a row, over at least two deliveries, it is in an **outage**. During an outage, one
//! attempt is in flight at a time, as a probe. The oldest delivery is attempted on its own
//! schedule, other deliveries rarely. The first success ends the outage, and the backlog drains
//! with one attempt at a time, then two, four, five.
//!
//! Failures of a single delivery never start an outage, so that delivery keeps the documented
//! schedule exactly.

use serde::{Deserialize, Serialize};

use crate::base::{ATTEMPTS_IN_FLIGHT_MAX, Delay, Seq, Timestamp};

/// The failed attempts in a row that start an outage.
pub const OUTAGE_AFTER: u32 = 5;

/// In an outage, the shortest time between the end of the last failed attempt and the retry of a
/// delivery that is not the oldest.
pub const PROBE_RETRY_AFTER: Delay = Delay::from_secs(60);

/// In an outage, the shortest time between the end of the last failed attempt and the first attempt
/// of another delivery. A recovered receiver is noticed within this time after a new event.
pub const PROBE_FIRST_AFTER: Delay = Delay::from_secs(10);

/// The health of a receiver. The default is a healthy one, which is not stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The mode of sending.
    pub mode: Mode,
    /// The number of failed attempts in a row.
    pub failed_in_row: u32,
    /// Whether `WEBHOOK_FAILING` was published and `WEBHOOK_RECOVERED` was not yet.
    #[serde(rename = "is_told", default)]
    failing_published: bool,
    /// The delivery that all failures in a row belong to; `None` if there are several, or no
    /// failures.
    only_failed: Option<Seq>,
    /// The number of held events that were dropped, the oldest first, because of `HOLD_EVENTS`.
    pub dropped: u64,
    /// The number of events that were refused because the backlog was full.
    #[serde(default)]
    pub refused: u64,
    /// The times of the leases in the second before the latest one. Kept only for a webhook with
    /// `max_per_second`.
    pub recent: Vec<Timestamp>,
}

/// The mode of sending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything that is due is sent.
    #[default]
    Normal,
    /// One probe is sent at a time.
    Outage {
        /// The end of the last failed attempt.
        last_end: Timestamp,
    },
    /// The backlog after an outage is sent, a limited number at a time.
    Draining {
        /// The number of attempts at a time.
        #[serde(rename = "slots")]
        concurrency: usize,
    },
}

/// A change of health that is published as an operational event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// No change.
    None,
    /// [`OUTAGE_AFTER`] attempts in a row have failed.
    Failing,
    /// The receiver of a failing webhook answers again.
    Recovered,
}

impl Health {
    /// Returns the number of attempts that may be in flight at a time.
    pub const fn concurrency(&self) -> usize {
        match self.mode {
            Mode::Normal => ATTEMPTS_IN_FLIGHT_MAX,
            Mode::Outage { .. } => 1,
            Mode::Draining { concurrency } => concurrency,
        }
    }

    /// Records a failed attempt of the delivery `seq`, which ended at `now`.
    pub fn record_failure(&mut self, seq: Seq, now: Timestamp) {
        let is_same = self.only_failed == Some(seq);
        self.only_failed = (self.failed_in_row == 0 || is_same).then_some(seq);
        self.failed_in_row = self.failed_in_row.saturating_add(1);
        let is_over_several = self.only_failed.is_none();
        let is_outage = matches!(self.mode, Mode::Outage { .. });
        if is_outage || (self.failed_in_row >= OUTAGE_AFTER && is_over_several) {
            self.mode = Mode::Outage { last_end: now };
        }
    }

    /// Records a successful attempt.
    pub const fn record_success(&mut self) {
        self.failed_in_row = 0;
        self.only_failed = None;
        self.mode = match self.mode {
            Mode::Outage { .. } => Mode::Draining { concurrency: 1 },
            Mode::Draining { concurrency }
                if concurrency.saturating_mul(2) < ATTEMPTS_IN_FLIGHT_MAX =>
            {
                Mode::Draining { concurrency: concurrency.saturating_mul(2) }
            }
            Mode::Draining { .. } | Mode::Normal => Mode::Normal,
        };
    }

    /// Returns the change to publish after an attempt was recorded, and marks it as published.
    pub const fn transition(&mut self) -> Transition {
        match (self.failing_published, self.failed_in_row) {
            (false, OUTAGE_AFTER..) => {
                self.failing_published = true;
                Transition::Failing
            }
            (true, 0) => {
                self.failing_published = false;
                Transition::Recovered
            }
            (false | true, _) => Transition::None,
        }
    }

    /// Returns the health after a deactivation: everything but the counters and the recent leases
    /// is reset.
    #[must_use]
    pub fn cleared(self) -> Self {
        let Self { dropped, refused, recent, .. } = self;
        Self { dropped, refused, recent, ..Self::default() }
    }

    /// Returns the health after the owner changed the webhook. Earlier failures no longer count,
    /// but a backlog still drains slowly, and a published `WEBHOOK_FAILING` still gets its
    /// `WEBHOOK_RECOVERED`.
    #[must_use]
    pub fn renewed(self) -> Self {
        let mode = match self.mode {
            Mode::Normal => Mode::Normal,
            Mode::Outage { .. } | Mode::Draining { .. } => Mode::Draining { concurrency: 1 },
        };
        Self { mode, failing_published: self.failing_published, ..self.cleared() }
    }

    /// Returns the number of leases that the rate `per_second` allows at `now`.
    pub fn allowance(&self, per_second: u32, now: Timestamp) -> usize {
        let per_second = usize::try_from(per_second).unwrap_or(usize::MAX);
        let since = now.minus(SECOND);
        per_second.saturating_sub(self.recent.iter().filter(|&&at| at > since).count())
    }

    /// Returns the earliest time for another lease under the rate `per_second`.
    pub fn next_allowed(&self, per_second: u32, now: Timestamp) -> Timestamp {
        if self.allowance(per_second, now) > 0 {
            return now;
        }
        self.recent.iter().min().map_or(now, |first| first.plus(SECOND))
    }

    /// Records a lease taken at `now`.
    pub fn record_lease(&mut self, now: Timestamp) {
        self.recent.retain(|&at| at > now.minus(SECOND));
        self.recent.push(now);
    }
}

const SECOND: Delay = Delay::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn after(failures: &[u64]) -> (Health, Vec<Transition>) {
        let mut health = Health::default();
        let fail = |&seq: &u64| {
            health.record_failure(Seq::new(seq), NOW);
            health.transition()
        };
        let transitions = failures.iter().map(fail).collect();
        (health, transitions)
    }

    #[test]
    fn five_failures_in_a_row_over_two_events_are_an_outage() {
        let outage = Mode::Outage { last_end: NOW };
        for (failures, mode) in [
            (&[1, 2, 1, 2][..], Mode::Normal),
            (&[1, 1, 1, 1, 1, 1, 1, 1], Mode::Normal),
            (&[1, 1, 1, 1, 2], outage),
            (&[1, 2, 3, 4, 5], outage),
            (&[1, 1, 1, 1, 1, 1, 2], outage),
        ] {
            assert_eq!(after(failures).0.mode, mode, "{failures:?}");
        }
    }

    #[test]
    fn failing_and_recovered_are_published_once_each() {
        let (mut health, transitions) = after(&[1, 1, 1, 1, 1, 1]);
        let failing =
            transitions.iter().filter(|transition| **transition == Transition::Failing).count();
        assert_eq!((failing, transitions[4]), (1, Transition::Failing));
        let mut succeed = || {
            health.record_success();
            health.transition()
        };
        assert_eq!((succeed(), succeed()), (Transition::Recovered, Transition::None));
        assert_eq!(health, Health::default(), "healthy needs no storage");
    }

    #[test]
    fn a_change_by_the_owner_is_no_recovery_and_hides_none() {
        let (health, _) = after(&[1, 1, 1, 1, 1]);
        let mut health = health.renewed();
        health.record_failure(Seq::new(1), NOW);
        assert_eq!(health.transition(), Transition::None);
        health.record_success();
        assert_eq!(health.transition(), Transition::Recovered);
        // A deactivated webhook starts over.
        let (health, _) = after(&[1, 1, 1, 1, 1]);
        let mut health = health.cleared();
        health.record_success();
        assert_eq!(health.transition(), Transition::None);
    }

    #[test]
    fn a_backlog_drains_with_one_two_four_and_five() {
        let (mut health, _) = after(&[1, 2, 3, 4, 5]);
        assert_eq!(health.concurrency(), 1);
        let mut concurrency = Vec::new();
        for _ in 0..4 {
            health.record_success();
            concurrency.push(health.concurrency());
        }
        assert_eq!(concurrency, [1, 2, 4, 5]);
        assert_eq!(health.mode, Mode::Normal);
    }

    #[test]
    fn a_rate_counts_the_leases_of_the_last_second() {
        let mut health = Health::default();
        assert_eq!(health.allowance(2, NOW), 2);
        health.record_lease(NOW);
        health.record_lease(NOW.plus(Delay::from_ms(400)));
        let later = |ms| NOW.plus(Delay::from_ms(ms));
        assert_eq!(health.allowance(2, later(999)), 0);
        assert_eq!(health.next_allowed(2, later(999)), later(1_000));
        assert_eq!(health.allowance(2, later(1_000)), 1);
        assert_eq!(health.allowance(2, later(1_400)), 2);
    }
}
