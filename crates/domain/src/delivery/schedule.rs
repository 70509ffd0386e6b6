//! The retry schedule: when the next attempt of a delivery is due.
//!
//! The vendor's documentation: "an exponential back-off delay starting with a two-second delay,
//! doubling each time up to a maximum of a one-hour delay … up to 60 times (roughly two days)". The
//! delays are exact, as documented, unless the operator adds jitter.

use crate::base::{AccountId, Delay, Seq, WebhookId};
use crate::webhook::RetryOptions;

/// The delays between the attempts of one delivery, and the number of retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The delay before the first retry (`RETRY_BASE_MS`); each later one is twice as long.
    pub base: Delay,
    /// The longest delay (`RETRY_MAX_MS`).
    pub max: Delay,
    /// The number of retries after the first attempt (`RETRY_LIMIT`).
    pub retries: u32,
    /// What is added to a delay (`RETRY_JITTER`).
    pub jitter: Jitter,
}

/// A part of each delay that is added to it, so that webhooks that failed in the same moment are
/// not all retried in the same moment. How large it is follows from the webhook, the delivery and
/// the number of the attempt, as if by chance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Jitter {
    /// The largest part, in thousandths of the delay.
    thousandths: u16,
    /// The webhook.
    seed: u64,
}

impl Jitter {
    /// The largest jitter, in thousandths: half of the delay.
    pub const THOUSANDTHS_MAX: u16 = 500;

    /// A jitter of up to so many thousandths of each delay.
    pub const fn new(thousandths: u16) -> Self {
        Self { thousandths, seed: 0 }
    }

    /// Returns the longest time that is added to `delay`.
    pub fn longest(self, delay: Delay) -> Delay {
        Delay::from_ms(delay.as_ms().saturating_mul(u64::from(self.thousandths)) / 1_000)
    }

    /// Returns the time that is added to `delay`.
    fn of(self, delay: Delay, seq: Seq, attempts: u32) -> Delay {
        if self.thousandths == 0 {
            return Delay::ZERO;
        }
        let number = seq.get().rotate_left(32) ^ u64::from(attempts);
        let share = mixed(self.seed ^ mixed(number));
        let added = u128::from(self.longest(delay).as_ms()).saturating_mul(u128::from(share));
        // A share of 2^64.
        Delay::from_ms(u64::try_from(added >> 64).unwrap_or(u64::MAX))
    }
}

impl Schedule {
    /// The vendor's documented schedule: 2 s, 4 s, 8 s, … 3,600 s; 60 retries, 180,494 s in all.
    pub const DOCUMENTED: Self = Self {
        base: Delay::from_secs(2),
        max: Delay::from_secs(3_600),
        retries: 60,
        jitter: Jitter::new(0),
    };

    /// Returns the schedule of one webhook: its jitter differs from that of others.
    #[must_use]
    pub fn of_webhook(self, account: &AccountId, id: &WebhookId) -> Self {
        let names = account.as_str().bytes().chain([b'/']).chain(id.as_str().bytes());
        let seed = names.fold(0, |seed: u64, byte| mixed(seed ^ u64::from(byte)));
        Self { jitter: Jitter { seed, ..self.jitter }, ..self }
    }

    /// Returns this schedule with the parts that a webhook has of its own. A first delay that the
    /// webhook leaves to this schedule is no longer than the webhook's longest one.
    #[must_use]
    pub fn with(&self, own: RetryOptions) -> Self {
        let max = own.max.unwrap_or(self.max);
        Self {
            base: own.base.unwrap_or_else(|| self.base.min(max)),
            max,
            retries: own.limit.unwrap_or(self.retries),
            ..*self
        }
    }

    /// Returns the time from the first attempt to the last, if each fails at once, without jitter.
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

    /// Returns [`delay_with`](Self::delay_with) for a delivery, with its jitter. The jitter is
    /// added to what the receiver asked for as well.
    pub fn delay_of(&self, seq: Seq, attempts: u32, retry_after: Option<Delay>) -> Delay {
        let delay = self.delay_with(attempts, retry_after);
        delay.plus(self.jitter.of(delay, seq, attempts))
    }

    /// Returns the time from attempt number `attempts` to the last one, without jitter.
    pub fn rest_after(&self, attempts: u32) -> Delay {
        let delays = (attempts..=self.retries).map(|attempts| self.delay_after(attempts));
        delays.fold(Delay::ZERO, Delay::plus)
    }

    /// Returns the longest time from the first attempt to the last, with jitter.
    pub fn longest(&self) -> Delay {
        (1..=self.retries).fold(Delay::ZERO, |sum, attempts| {
            let delay = self.delay_after(attempts);
            sum.plus(delay).plus(self.jitter.longest(delay))
        })
    }
}

/// Mixes the bits of a number, so that similar numbers give different ones (`SplitMix64`, by
/// Sebastiano Vigna).
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
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
        let rest = |attempts| Schedule::DOCUMENTED.rest_after(attempts).as_ms() / 1_000;
        assert_eq!((rest(1), rest(2), rest(60)), (180_494, 180_492, 3_600));
        assert_eq!((rest(61), rest(u32::MAX)), (0, 0));
    }

    #[test]
    fn a_schedule_is_told_in_words() {
        let check = |base_ms: u64, max_ms: u64, retries: u32, expected: &str| {
            let (base, max) = (Delay::from_ms(base_ms), Delay::from_ms(max_ms));
            let schedule = Schedule { base, max, retries, ..Schedule::DOCUMENTED };
            assert_eq!(schedule.in_words(), expected);
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
        let (base, max) = (Delay::from_ms(3), Delay::from_ms(u64::MAX));
        let odd = Schedule { base, max, retries: 1, jitter: Jitter::new(500) };
        for attempts in [0, 1, 63, 64, 65, 1_000, u32::MAX] {
            assert!(odd.delay_after(attempts) >= Delay::from_ms(3), "{attempts}");
            assert!(odd.delay_of(Seq::new(u64::MAX), attempts, None) >= odd.delay_after(attempts));
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
    fn of_webhook(thousandths: u16, id: &str) -> Schedule {
        let schedule = Schedule { jitter: Jitter::new(thousandths), ..Schedule::DOCUMENTED };
        schedule.of_webhook(&"acme".parse().unwrap(), &id.parse().unwrap())
    }

    #[test]
    fn without_jitter_every_webhook_has_the_documented_delays() {
        for attempts in 1..=60 {
            let delay = of_webhook(0, "w1").delay_of(Seq::new(7), attempts, None);
            assert_eq!(delay, Schedule::DOCUMENTED.delay_after(attempts));
        }
        assert_eq!(of_webhook(0, "w1").longest(), Delay::from_secs(180_494));
        assert_eq!(of_webhook(500, "w1").longest(), Delay::from_secs(270_741));
    }

    #[test]
    fn jitter_is_added_and_never_more_than_its_part() {
        for thousandths in [1, 100, 250, 500] {
            for webhook in 0..50 {
                let schedule = of_webhook(thousandths, &format!("w{webhook}"));
                for attempts in [1, 2, 5, 12, 60] {
                    let delay = schedule.delay_after(attempts).as_ms();
                    let found = schedule.delay_of(Seq::new(1), attempts, None).as_ms();
                    let longest = delay + delay * u64::from(thousandths) / 1_000;
                    assert!((delay..=longest).contains(&found), "{found} of {delay}");
                }
            }
        }
        let asked = Some(Delay::from_secs(3_600));
        let found = of_webhook(500, "w1").delay_of(Seq::new(1), 1, asked);
        assert!(found > Delay::from_secs(3_600) && found <= Delay::from_secs(5_400), "{found:?}");
    }

    #[test]
    fn jitter_spreads_webhooks_deliveries_and_attempts() {
        let spread = |added: &[u64], longest: u64| {
            let count = u64::try_from(added.len()).unwrap();
            let distinct: std::collections::BTreeSet<_> = added.iter().collect();
            assert!(distinct.len() * 10 > added.len() * 9, "{added:?}");
            let mean = added.iter().sum::<u64>() / count;
            assert!((longest / 3..=longest * 2 / 3).contains(&mean), "{mean} of {longest}");
        };
        let hour = Schedule::DOCUMENTED.max.as_ms();
        let added = |id: &str, seq: u64, attempts: u32| {
            of_webhook(500, id).delay_of(Seq::new(seq), attempts, None).as_ms() - hour
        };
        spread(&(0..60).map(|n| added(&format!("w{n}"), 1, 20)).collect::<Vec<_>>(), hour / 2);
        spread(&(0..60).map(|n| added("w1", n, 20)).collect::<Vec<_>>(), hour / 2);
        spread(&(12..60).map(|n| added("w1", 1, n)).collect::<Vec<_>>(), hour / 2);
        assert_eq!(added("w1", 1, 20), added("w1", 1, 20), "the same each time it is computed");
    }
}
