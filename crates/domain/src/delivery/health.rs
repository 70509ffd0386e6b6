//! The health of a receiver, and its window: the number of attempts that it gets at a time.
//!
//! A healthy receiver gets up to `max_in_flight` attempts at a time. An outcome that tells of
//! overload halves the window, at most once per window's worth of attempts; then each window of
//! successes adds one. This is the additive increase and multiplicative decrease of TCP (RFC 5681).
//!
//! After five failed attempts in a row, over at least two deliveries, the receiver is in an
//! **outage**. During an outage, one attempt is in flight at a time, as a probe. The oldest
//! delivery is attempted on its own schedule, other deliveries rarely. The first success ends the
//! outage. The window then begins at 1, and each window of successes doubles it (slow start,
//! RFC 5681).
//!
//! Successes count only while at least half of the window is in use: a receiver that gets little
//! proves little (RFC 7661), and a healthy delivery writes nothing for the window.
//!
//! Failures of a single delivery never start an outage, so that delivery keeps the documented
//! schedule exactly.

use serde::{Deserialize, Serialize};

use super::track_record::TrackRecord;
use super::trimmed::Trimmed;
use super::verdict::Load;
use crate::base::{Delay, Seq, Timestamp};

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
    /// The window while it is smaller than `max_in_flight`.
    #[serde(default)]
    pub window: Option<Window>,
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
    /// The number of events that were refused because the backlog or the object was full.
    #[serde(default)]
    pub refused: u64,
    /// How far the history was trimmed because the object was too large.
    #[serde(default, skip_serializing_if = "Trimmed::is_nothing")]
    pub trimmed: Trimmed,
    /// The number of events that the webhook's filter left out, as far as it is stored.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub filtered: u64,
    /// The times of the leases in the second before the latest one. Kept only for a webhook with
    /// `max_per_second`.
    pub recent: Vec<Timestamp>,
    /// How the receiver has done so far.
    #[serde(default, skip_serializing_if = "TrackRecord::is_new")]
    pub track_record: TrackRecord,
}

fn is_zero(number: &impl PartialEq<u64>) -> bool {
    *number == 0
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
}

/// A window that is smaller than `max_in_flight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The number of attempts at a time, at least 1.
    pub size: usize,
    /// Whether the next window of successes doubles the size, instead of adding one.
    pub doubles: bool,
    /// The number of successes since the size last changed.
    successes: usize,
    /// The number of attempts that ended since the size was last halved. A window that was not
    /// halved counts as if enough had ended.
    since_halved: usize,
}

impl Window {
    /// The window after an outage.
    const FIRST: Self = Self { size: 1, doubles: true, successes: 0, since_halved: usize::MAX };

    const fn halved(size: usize) -> Self {
        let half = size / 2;
        let size = if half == 0 { 1 } else { half };
        Self { size, doubles: false, successes: 0, since_halved: 0 }
    }

    const fn record_success(&mut self) {
        self.since_halved = self.since_halved.saturating_add(1);
        self.successes = self.successes.saturating_add(1);
        if self.successes >= self.size {
            let more = if self.doubles { self.size } else { 1 };
            self.size = self.size.saturating_add(more);
            self.successes = 0;
        }
    }
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
    /// Returns the number of attempts that may be in flight at a time, given the webhook's
    /// `max_in_flight`.
    pub fn window_size(&self, max_in_flight: usize) -> usize {
        match (self.mode, self.window) {
            (Mode::Outage { .. }, _) => 1,
            (Mode::Normal, Some(window)) => window.size.min(max_in_flight),
            (Mode::Normal, None) => max_in_flight,
        }
    }

    /// Records a failed attempt of the delivery `seq`, which ended at `now`.
    pub fn record_failure(&mut self, seq: Seq, now: Timestamp, load: Load, max_in_flight: usize) {
        let is_same = self.only_failed == Some(seq);
        self.only_failed = (self.failed_in_row == 0 || is_same).then_some(seq);
        self.failed_in_row = self.failed_in_row.saturating_add(1);
        let is_over_several = self.only_failed.is_none();
        let is_outage = matches!(self.mode, Mode::Outage { .. });
        if is_outage || (self.failed_in_row >= OUTAGE_AFTER && is_over_several) {
            self.mode = Mode::Outage { last_end: now };
            self.window = None;
        } else if load == Load::Overload {
            self.record_overload(max_in_flight);
        }
    }

    fn record_overload(&mut self, max_in_flight: usize) {
        let size = self.window_size(max_in_flight);
        match &mut self.window {
            Some(window) if window.since_halved < size => {
                window.since_halved = window.since_halved.saturating_add(1);
            }
            window @ (Some(_) | None) => *window = Some(Window::halved(size)),
        }
    }

    /// Records a successful attempt. `in_flight` is the number of attempts in flight, this one
    /// included.
    pub fn record_success(&mut self, in_flight: usize, max_in_flight: usize) {
        self.failed_in_row = 0;
        self.only_failed = None;
        self.track_record.record_success();
        if matches!(self.mode, Mode::Outage { .. }) {
            self.mode = Mode::Normal;
            self.window = Some(Window::FIRST);
        } else if let Some(window) = &mut self.window
            && in_flight.saturating_mul(2) >= window.size
        {
            window.record_success();
        }
        self.window = self.window.filter(|window| window.size < max_in_flight);
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

    /// Returns the health after a deactivation: everything but the counters, the recent leases and
    /// the track record is reset.
    #[must_use]
    pub fn cleared(self) -> Self {
        let Self { dropped, refused, trimmed, recent, track_record, .. } = self;
        Self { dropped, refused, trimmed, recent, track_record, ..Self::default() }
    }

    /// Returns the health after the owner changed the webhook. Earlier failures no longer count,
    /// but after an outage the window begins at 1, and a published `WEBHOOK_FAILING` still gets its
    /// `WEBHOOK_RECOVERED`.
    #[must_use]
    pub fn renewed(self) -> Self {
        let window = match self.mode {
            Mode::Normal => self.window,
            Mode::Outage { .. } => Some(Window::FIRST),
        };
        Self { window, failing_published: self.failing_published, ..self.cleared() }
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

    /// The `max_in_flight` of the tests.
    const MAX: usize = 64;

    fn fail_with(health: &mut Health, seq: u64, load: Load) {
        health.record_failure(Seq::new(seq), NOW, load, MAX);
    }

    /// Records a success while the whole window is in use.
    fn succeed(health: &mut Health) {
        health.record_success(health.window_size(MAX), MAX);
    }

    fn after(failures: &[u64]) -> (Health, Vec<Transition>) {
        let mut health = Health::default();
        let fail = |&seq: &u64| {
            fail_with(&mut health, seq, Load::Unknown);
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
        let mut next = || {
            succeed(&mut health);
            health.transition()
        };
        assert_eq!((next(), next()), (Transition::Recovered, Transition::None));
        assert_eq!(health, Health::default(), "healthy needs no storage");
    }

    #[test]
    fn a_change_by_the_owner_is_no_recovery_and_hides_none() {
        let (health, _) = after(&[1, 1, 1, 1, 1]);
        let mut health = health.renewed();
        fail_with(&mut health, 1, Load::Unknown);
        assert_eq!(health.transition(), Transition::None);
        succeed(&mut health);
        assert_eq!(health.transition(), Transition::Recovered);
        // A deactivated webhook starts over.
        let (health, _) = after(&[1, 1, 1, 1, 1]);
        let mut health = health.cleared();
        succeed(&mut health);
        assert_eq!(health.transition(), Transition::None);
    }

    #[test]
    fn after_an_outage_each_window_of_successes_doubles_the_window() {
        let (mut health, _) = after(&[1, 2, 3, 4, 5]);
        assert_eq!(health.window_size(MAX), 1, "a probe");
        succeed(&mut health);
        for size in [1, 2, 4, 8, 16, 32] {
            for _ in 0..size {
                assert_eq!(health.window_size(MAX), size);
                succeed(&mut health);
            }
        }
        assert_eq!(health.window_size(MAX), MAX);
        assert_eq!(health.window, None, "an open window needs no storage");
    }

    #[test]
    fn overload_halves_the_window_once_per_window_and_each_window_of_successes_adds_one() {
        let mut health = Health::default();
        let overload = |health: &mut Health| {
            fail_with(health, 1, Load::Overload);
            health.window_size(MAX)
        };
        assert_eq!(overload(&mut health), 32);
        for _ in 0..32 {
            assert_eq!(overload(&mut health), 32, "the attempts that were in flight already");
        }
        assert_eq!(overload(&mut health), 16);
        for size in 16..MAX {
            for _ in 0..size {
                assert_eq!(health.window_size(MAX), size);
                succeed(&mut health);
            }
        }
        assert_eq!(health, Health::default());
        let mut health = Health::default();
        for _ in 0..1_000 {
            overload(&mut health);
        }
        assert_eq!(health.window_size(MAX), 1, "never less");
    }

    #[test]
    fn a_failure_that_is_not_about_the_load_keeps_the_window() {
        let mut health = Health::default();
        for _ in 0..1_000 {
            fail_with(&mut health, 1, Load::Unknown);
        }
        assert_eq!(health.window_size(MAX), MAX);
    }

    #[test]
    fn the_window_does_not_grow_while_it_is_hardly_used() {
        let (mut health, _) = after(&[1, 2, 3, 4, 5]);
        for _ in 0..1_000 {
            health.record_success(1, MAX);
        }
        assert_eq!(health.window_size(MAX), 4);
        let quiet = health.clone();
        health.record_success(1, MAX);
        assert_eq!(health, quiet, "nothing is written for it");
    }

    #[test]
    fn max_in_flight_bounds_every_window() {
        let (mut health, _) = after(&[1, 2, 3, 4, 5]);
        for _ in 0..1_000 {
            assert!(health.window_size(3) <= 3);
            health.record_success(3, 3);
        }
        assert_eq!(health.window_size(3), 3);
        health.record_failure(Seq::new(1), NOW, Load::Overload, 3);
        assert_eq!(health.window_size(3), 1);
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
