//! The retry schedule: when the next attempt of a delivery is due.
//!
//! The vendor's documentation: "an exponential back-off delay starting with a two-second delay,
//! doubling each time up to a maximum of a one-hour delay … up to 60 times (roughly two days)". The
//! delays are exact, without jitter, as documented.

use serde::{Deserialize, Serialize};

use crate::base::{Delay, RETRY_AFTER_MS_MAX, Timestamp};
use crate::webhook::RetryOptions;

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

    /// Returns this schedule with the parts that a webhook has of its own. A first delay that the
    /// webhook leaves to this schedule is no longer than the webhook's longest one.
    #[must_use]
    pub fn with(&self, own: RetryOptions) -> Self {
        let max = own.max.unwrap_or(self.max);
        Self {
            base: own.base.unwrap_or_else(|| self.base.min(max)),
            max,
            retries: own.limit.unwrap_or(self.retries),
        }
    }

    /// Returns the time from the first attempt to the last, if each fails at once.
    pub fn length(&self) -> Delay {
        self.delays().fold(Delay::ZERO, Delay::plus)
    }

    /// Returns this schedule with as many of its retries as `length` allows.
    #[must_use]
    pub fn within(self, length: Delay) -> Self {
        let ends = self.delays().scan(Delay::ZERO, |end, delay| {
            *end = end.plus(delay);
            Some(*end)
        });
        let fit = ends.take_while(|end| *end <= length).count();
        Self { retries: u32::try_from(fit).unwrap_or(u32::MAX), ..self }
    }

    /// Returns the delays before the retries, in order.
    fn delays(&self) -> impl Iterator<Item = Delay> {
        (1..=self.retries).map(|attempts| self.delay_after(attempts))
    }

    /// Returns the schedule in words, as `12 retries within 3 hours`. The time is rounded up.
    pub fn in_words(&self) -> String {
        match self.retries {
            0 => "no retries".to_owned(),
            1 => format!("1 retry within {}", words(self.length())),
            retries => format!("{retries} retries within {}", words(self.length())),
        }
    }

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

/// Returns a time span in words, rounded up, in a unit that fits at least twice: `90 seconds`,
/// `3 hours`.
pub fn words(span: Delay) -> String {
    const SECOND: u64 = 1_000;
    const UNITS: [(u64, &str); 4] = [
        (24 * 3_600 * SECOND, "days"),
        (3_600 * SECOND, "hours"),
        (60 * SECOND, "minutes"),
        (SECOND, "seconds"),
    ];
    let ms = span.as_ms();
    // Two days are told in hours, as the documentation does; a week in days.
    let fits = |(unit, name): &(u64, &str)| {
        let least = if *name == "days" { 7 } else { 2 };
        ms >= unit.saturating_mul(least)
    };
    match UNITS.into_iter().find(fits) {
        Some((unit, name)) => format!("{} {name}", ms.div_ceil(unit)),
        None => if ms <= SECOND { "1 second" } else { "2 seconds" }.to_owned(),
    }
}

/// Parses a `Retry-After` header (RFC 9110 section 10.2.3): whole seconds, or an HTTP date, which
/// is taken relative to `now`. The result is at most one hour. An invalid value counts as no
/// header.
pub fn retry_after(value: &str, now: Timestamp) -> Option<Delay> {
    let value = value.trim_matches([' ', '\t']);
    let asked = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large for `u64` exceeds the maximum anyway.
        Delay::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        let since_epoch = date.duration_since(std::time::SystemTime::UNIX_EPOCH).ok()?;
        Timestamp::from_ms(u64::try_from(since_epoch.as_millis()).ok()?).since(now)
    };
    Some(asked.min(Delay::from_ms(RETRY_AFTER_MS_MAX)))
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
    fn a_schedule_is_told_in_words() {
        let check = |base_ms: u64, max_ms: u64, retries: u32, expected: &str| {
            let (base, max) = (Delay::from_ms(base_ms), Delay::from_ms(max_ms));
            assert_eq!(Schedule { base, max, retries }.in_words(), expected);
        };
        check(2_000, 3_600_000, 60, "60 retries within 51 hours");
        check(2_000, 3_600_000, 12, "12 retries within 3 hours");
        check(2_000, 3_600_000, 0, "no retries");
        check(2_000, 3_600_000, 1, "1 retry within 2 seconds");
        check(1, 1, 1, "1 retry within 1 second");
        check(1_001, 1_001, 1, "1 retry within 2 seconds");
        check(50, 50, 60, "60 retries within 3 seconds");
        check(60_000, 60_000, 1, "1 retry within 60 seconds");
        check(60_000, 60_000, 2, "2 retries within 2 minutes");
        check(60_000, 60_000, 119, "119 retries within 119 minutes");
        check(60_000, 60_000, 120, "120 retries within 2 hours");
        check(3_600_000, 3_600_000, 167, "167 retries within 167 hours");
        check(3_600_000, 3_600_000, 168, "168 retries within 7 days");
        check(u64::MAX, u64::MAX, 9, "9 retries within 213503982335 days");
    }

    #[test]
    fn a_webhook_changes_parts_of_the_schedule() {
        let own = |limit: Option<u32>, base: Option<u64>, max: Option<u64>| {
            let (base, max) = (base.map(Delay::from_secs), max.map(Delay::from_secs));
            let schedule = Schedule::DOCUMENTED.with(RetryOptions { limit, base, max });
            (schedule.retries, schedule.base.as_ms() / 1_000, schedule.max.as_ms() / 1_000)
        };
        assert_eq!(own(None, None, None), (60, 2, 3_600));
        assert_eq!(own(Some(0), None, None), (0, 2, 3_600));
        assert_eq!(own(None, Some(10), Some(60)), (60, 10, 60));
        assert_eq!(own(None, None, Some(1)), (60, 1, 1));
    }

    #[test]
    fn a_schedule_is_cut_to_a_length() {
        let documented = Schedule::DOCUMENTED;
        assert_eq!(documented.length(), Delay::from_secs(180_494));
        for (secs, retries) in
            [(0, 0), (1, 0), (2, 1), (5, 1), (6, 2), (180_493, 59), (180_494, 60)]
        {
            assert_eq!(documented.within(Delay::from_secs(secs)).retries, retries, "{secs}");
        }
        let longer = Schedule { retries: 100, ..documented };
        let cut = longer.within(documented.length());
        assert_eq!(cut, documented);
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

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp::from_ms(946_684_739_000); // Fri, 31 Dec 1999 23:58:59 GMT
        let check = |value: &str, expected: Option<u64>| {
            assert_eq!(retry_after(value, now), expected.map(Delay::from_secs), "{value:?}");
        };
        check("120", Some(120));
        check(" 120\t", Some(120));
        check("0", Some(0));
        check("3600", Some(3_600));
        check("3601", Some(3_600));
        check("99999999999999999999999", Some(3_600));
        check("Fri, 31 Dec 1999 23:59:59 GMT", Some(60));
        check("Friday, 31-Dec-99 23:59:59 GMT", Some(60));
        check("Fri Dec 31 23:59:59 1999", Some(60));
        check("Fri, 31 Dec 1999 23:00:00 GMT", Some(0));
        check("Fri, 31 Dec 2049 23:59:59 GMT", Some(3_600));
        for ignored in ["", "-1", "1.5", "+5", "1e3", "soon", "120 s", "٣"] {
            check(ignored, None);
        }
    }
}
