//! The retry schedule: when the next attempt of a delivery is due.
//!
//! The vendor's documentation: "an exponential back-off delay starting with a two-second delay,
//! doubling each time up to a maximum of a one-hour delay … up to 60 times (roughly two days)". The
//! delays are exact, without jitter, as documented.

use serde::{Deserialize, Serialize};

use crate::base::Delay;

/// The delays between the attempts of one delivery, and the number of retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The delay before the first retry (`RETRY_BASE_MS`); each later one is twice as long.
    pub base: Delay,
    /// The longest delay (`RETRY_MAX_MS`).
    pub max: Delay,
    /// The number of retries after the first attempt (`RETRY_LIMIT`).
    pub retries: u32,
}

impl Schedule {
    /// The vendor's documented schedule: 2 s, 4 s, 8 s, … 3,600 s; 60 retries, 180,494 s in all.
    pub const DOCUMENTED: Self =
        Self { base: Delay::from_secs(2), max: Delay::from_secs(3_600), retries: 60 };

    /// Returns the number of attempts of a delivery: the first and its retries.
    pub const fn attempts_max(&self) -> u32 {
        self.retries.saturating_add(1)
    }

    /// Returns the delay after failed attempt number `attempts`. 0 is treated as 1: a resend can
    /// fail before the first attempt.
    pub fn delay_after(&self, attempts: u32) -> Delay {
        let doublings = attempts.saturating_sub(1);
        // `checked_shl` is `None` from 64 doublings on. `max` has long been reached by then.
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        Delay::from_ms(self.base.as_ms().saturating_mul(factor)).min(self.max)
    }

    /// Returns [`delay_after`](Self::delay_after), or the receiver's `Retry-After` if that is
    /// longer.
    pub fn delay_with(&self, attempts: u32, retry_after: Option<Delay>) -> Delay {
        self.delay_after(attempts).max(retry_after.unwrap_or(Delay::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_delay_to_the_second() {
        let delays: Vec<u64> =
            (1..=60).map(|attempts| Schedule::DOCUMENTED.delay_after(attempts).as_ms()).collect();
        let doubling = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048];
        for (index, &delay_ms) in delays.iter().enumerate() {
            let expected_secs = doubling.get(index).copied().unwrap_or(3_600);
            assert_eq!(delay_ms, expected_secs * 1_000, "before retry {}", index + 1);
        }
        assert_eq!(delays.iter().sum::<u64>(), 180_494_000);
        assert_eq!(Schedule::DOCUMENTED.attempts_max(), 61);
    }

    #[test]
    fn no_number_of_attempts_overflows() {
        let odd = Schedule { base: Delay::from_ms(3), max: Delay::from_ms(u64::MAX), retries: 1 };
        for attempts in [0, 1, 63, 64, 65, 1_000, u32::MAX] {
            assert!(odd.delay_after(attempts) >= Delay::from_ms(3), "{attempts}");
        }
    }

    #[test]
    fn a_receiver_can_ask_for_a_longer_delay_but_not_a_shorter_one() {
        let schedule = Schedule::DOCUMENTED;
        let asked = |secs| Some(Delay::from_secs(secs));
        assert_eq!(schedule.delay_with(1, asked(120)), Delay::from_secs(120));
        assert_eq!(schedule.delay_with(10, asked(1)), Delay::from_secs(1_024));
        assert_eq!(schedule.delay_with(1, None), Delay::from_secs(2));
    }
}
