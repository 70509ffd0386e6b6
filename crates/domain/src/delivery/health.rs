//! How a receiver is doing, and what that allows.
//!
//! While it answers, five sends may be in flight. After five failed tries in a row over at least
//! two events it is in **outage**: one at a time is tried, the oldest event on its own schedule,
//! others seldom. The first success ends that, and the backlog drains with one send in flight, then
//! two, four, five.
//!
//! A receiver that fails a single event is never in outage: the documented schedule is exact.

use serde::{Deserialize, Serialize};

use crate::base::{Delay, SENDS_IN_FLIGHT_MAX, Seq, Timestamp};

/// So many tries must fail in a row for an outage.
pub const OUTAGE_AFTER: u32 = 5;

/// In an outage, an event that was tried before waits at least so long after the last POST ended,
/// unless it is the oldest.
pub const PROBE_TRIED_AFTER: Delay = Delay::from_secs(60);

/// In an outage, an event that was never tried waits so long: recovery is noticed within this time
/// of the next event.
pub const PROBE_FRESH_AFTER: Delay = Delay::from_secs(10);

/// How a receiver is doing. Healthy is the default, and needs no storage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// What may be sent.
    pub mode: Mode,
    /// How many tries have failed in a row.
    pub failed_in_row: u32,
    /// Whether its owner was told that it is failing, and not yet that it has recovered.
    #[serde(default)]
    is_told: bool,
    /// The event of the first of them, while all are of the same.
    only_failed: Option<Seq>,
    /// How many held events were dropped, the oldest first, because there were too many.
    pub dropped: u64,
    /// How many events were refused because the backlog was full.
    #[serde(default)]
    pub refused: u64,
    /// When the latest leases of a webhook with a rate were taken; within a second.
    pub recent: Vec<Timestamp>,
}

/// What may be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything that is due.
    #[default]
    Normal,
    /// One probe at a time.
    Outage {
        /// When the last POST ended.
        last_end: Timestamp,
    },
    /// The backlog after an outage, so many at a time.
    Draining {
        /// How many.
        slots: usize,
    },
}

/// What a settled try changed about the receiver that its owner is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// Nothing.
    None,
    /// It has failed [`OUTAGE_AFTER`] times in a row.
    Failing,
    /// It has answered again.
    Recovered,
}

impl Health {
    /// How many sends may be in flight.
    pub const fn slots(&self) -> usize {
        match self.mode {
            Mode::Normal => SENDS_IN_FLIGHT_MAX,
            Mode::Outage { .. } => 1,
            Mode::Draining { slots } => slots,
        }
    }

    /// A try of `seq` failed at `now`.
    pub fn failed(&mut self, seq: Seq, now: Timestamp) {
        let is_same = self.only_failed == Some(seq);
        self.only_failed = (self.failed_in_row == 0 || is_same).then_some(seq);
        self.failed_in_row = self.failed_in_row.saturating_add(1);
        let is_over_several = self.only_failed.is_none();
        let is_outage = matches!(self.mode, Mode::Outage { .. });
        if is_outage || (self.failed_in_row >= OUTAGE_AFTER && is_over_several) {
            self.mode = Mode::Outage { last_end: now };
        }
    }

    /// A try succeeded.
    pub const fn succeeded(&mut self) {
        self.failed_in_row = 0;
        self.only_failed = None;
        self.mode = match self.mode {
            Mode::Outage { .. } => Mode::Draining { slots: 1 },
            Mode::Draining { slots } if slots.saturating_mul(2) < SENDS_IN_FLIGHT_MAX => {
                Mode::Draining { slots: slots.saturating_mul(2) }
            }
            Mode::Draining { .. } | Mode::Normal => Mode::Normal,
        };
    }

    /// What there is to tell after a try has failed or succeeded; from then on it counts as told.
    pub const fn transition(&mut self) -> Transition {
        match (self.is_told, self.failed_in_row) {
            (false, OUTAGE_AFTER..) => {
                self.is_told = true;
                Transition::Failing
            }
            (true, 0) => {
                self.is_told = false;
                Transition::Recovered
            }
            (false | true, _) => Transition::None,
        }
    }

    /// The webhook was switched off: what comes after starts clean.
    #[must_use]
    pub fn cleared(self) -> Self {
        let Self { dropped, refused, recent, .. } = self;
        Self { dropped, refused, recent, ..Self::default() }
    }

    /// The owner has changed something about the receiver: what went before says nothing, but a
    /// backlog still drains slowly, and one who was told that it fails waits for its recovery.
    #[must_use]
    pub fn renewed(self) -> Self {
        let mode = match self.mode {
            Mode::Normal => Mode::Normal,
            Mode::Outage { .. } | Mode::Draining { .. } => Mode::Draining { slots: 1 },
        };
        Self { mode, is_told: self.is_told, ..self.cleared() }
    }

    /// How many leases may be taken at `now` by a webhook that allows `per_second`.
    pub fn allowance(&self, per_second: u32, now: Timestamp) -> usize {
        let per_second = usize::try_from(per_second).unwrap_or(usize::MAX);
        let since = now.minus(SECOND);
        per_second.saturating_sub(self.recent.iter().filter(|&&at| at > since).count())
    }

    /// When the next lease may be taken by a webhook that allows `per_second`.
    pub fn next_allowed(&self, per_second: u32, now: Timestamp) -> Timestamp {
        if self.allowance(per_second, now) > 0 {
            return now;
        }
        self.recent.iter().min().map_or(now, |first| first.plus(SECOND))
    }

    /// Notes a lease taken at `now`.
    pub fn leased(&mut self, now: Timestamp) {
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
            health.failed(Seq::new(seq), NOW);
            health.transition()
        };
        let told = failures.iter().map(fail).collect();
        (health, told)
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
    fn the_owner_is_told_once_at_five_in_a_row_and_once_at_recovery() {
        let (mut health, told) = after(&[1, 1, 1, 1, 1, 1]);
        let failing = told.iter().filter(|told| **told == Transition::Failing).count();
        assert_eq!((failing, told[4]), (1, Transition::Failing));
        let mut succeed = || {
            health.succeeded();
            health.transition()
        };
        assert_eq!((succeed(), succeed()), (Transition::Recovered, Transition::None));
        assert_eq!(health, Health::default(), "healthy needs no storage");
    }

    #[test]
    fn a_change_by_the_owner_is_no_recovery_and_hides_none() {
        let (health, _) = after(&[1, 1, 1, 1, 1]);
        let mut health = health.renewed();
        health.failed(Seq::new(1), NOW);
        assert_eq!(health.transition(), Transition::None);
        health.succeeded();
        assert_eq!(health.transition(), Transition::Recovered);
        // One that was switched off starts anew.
        let (health, _) = after(&[1, 1, 1, 1, 1]);
        let mut health = health.cleared();
        health.succeeded();
        assert_eq!(health.transition(), Transition::None);
    }

    #[test]
    fn a_backlog_drains_with_one_two_four_and_five() {
        let (mut health, _) = after(&[1, 2, 3, 4, 5]);
        assert_eq!(health.slots(), 1);
        let mut slots = Vec::new();
        for _ in 0..4 {
            health.succeeded();
            slots.push(health.slots());
        }
        assert_eq!(slots, [1, 2, 4, 5]);
        assert_eq!(health.mode, Mode::Normal);
    }

    #[test]
    fn a_rate_counts_the_leases_of_the_last_second() {
        let mut health = Health::default();
        assert_eq!(health.allowance(2, NOW), 2);
        health.leased(NOW);
        health.leased(NOW.plus(Delay::from_ms(400)));
        let later = |ms| NOW.plus(Delay::from_ms(ms));
        assert_eq!(health.allowance(2, later(999)), 0);
        assert_eq!(health.next_allowed(2, later(999)), later(1_000));
        assert_eq!(health.allowance(2, later(1_000)), 1);
        assert_eq!(health.allowance(2, later(1_400)), 2);
    }
}
