//! The publish limit of an account: `PUBLISH_PER_MINUTE`.
//!
//! A bucket that holds a minute's events: each event fills it a little, and it empties evenly. So
//! a burst of a minute's worth passes at once, and after that as many pass as the limit says.

use crate::base::{Delay, Timestamp};

/// How much of the bucket one event takes: it empties by the limit in each millisecond.
const EVENT: u64 = 60_000;

/// The events of the last minute, as far as they count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    used: u64,
    at: Timestamp,
}

impl Bucket {
    /// One that nothing was published into.
    pub const EMPTY: Self = Self { used: 0, at: Timestamp::EPOCH };

    /// Takes in `events` events that are published at `now`, if no more than `per_minute` a minute
    /// may be; 0 is no limit. An error says after what time they can be.
    ///
    /// More at once than a minute's events pass when the bucket is empty: they would never fit.
    pub fn take(&mut self, events: usize, per_minute: u64, now: Timestamp) -> Result<(), Delay> {
        if per_minute == 0 {
            return Ok(());
        }
        let emptied = now.since(self.at).as_ms().saturating_mul(per_minute);
        self.used = self.used.saturating_sub(emptied);
        self.at = self.at.max(now);
        let cost = u64::try_from(events).unwrap_or(u64::MAX).saturating_mul(EVENT);
        let room = per_minute.saturating_mul(EVENT).saturating_sub(cost);
        if self.used > room {
            return Err(Delay::from_ms((self.used - room).div_ceil(per_minute)));
        }
        self.used = self.used.saturating_add(cost);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn at(ms: u64) -> Timestamp {
        START.plus(Delay::from_ms(ms))
    }

    #[test]
    fn a_minutes_events_pass_at_once_and_then_as_many_as_the_limit_says() {
        let mut bucket = Bucket::EMPTY;
        for _ in 0..60 {
            assert_eq!(bucket.take(1, 60, START), Ok(()));
        }
        assert_eq!(bucket.take(1, 60, START), Err(Delay::from_secs(1)));
        assert_eq!(bucket.take(1, 60, at(999)), Err(Delay::from_ms(1)));
        assert_eq!(bucket.take(1, 60, at(1_000)), Ok(()));
        assert_eq!(bucket.take(3, 60, at(1_500)), Err(Delay::from_ms(2_500)));
        assert_eq!(bucket.take(3, 60, at(4_000)), Ok(()));
        // What was refused does not count.
        assert_eq!(bucket.take(60, 60, at(64_000)), Ok(()));
    }

    #[test]
    fn a_batch_larger_than_the_limit_passes_when_nothing_else_did() {
        let mut bucket = Bucket::EMPTY;
        assert_eq!(bucket.take(100, 10, START), Ok(()));
        assert_eq!(bucket.take(1, 10, START), Err(Delay::from_ms(91 * 6_000)));
        assert_eq!(bucket.take(100, 10, at(599_999)), Err(Delay::from_ms(1)));
        assert_eq!(bucket.take(100, 10, at(600_000)), Ok(()));
    }

    #[test]
    fn no_limit_is_no_limit_and_large_numbers_do_no_harm() {
        let mut bucket = Bucket::EMPTY;
        assert_eq!(bucket.take(usize::MAX, 0, START), Ok(()));
        assert_eq!(bucket.take(usize::MAX, u64::MAX, START), Ok(()));
        assert!(bucket.take(1, 1_000_000_000, at(1)).is_err());
        // A clock that goes back empties nothing.
        let mut bucket = Bucket::EMPTY;
        assert_eq!(bucket.take(1, 1, START), Ok(()));
        assert_eq!(bucket.take(1, 1, Timestamp::EPOCH), Err(Delay::from_secs(60)));
        assert_eq!(bucket.take(1, 1, at(60_000)), Ok(()));
    }

    #[test]
    fn over_any_stretch_of_time_no_more_pass_than_the_limit_and_one_burst() {
        let (mut bucket, mut passed) = (Bucket::EMPTY, 0_u64);
        for ms in 0..=600_000 {
            passed += u64::from(bucket.take(1, 77, at(ms)).is_ok());
        }
        // Ten minutes, and the burst at their start.
        assert_eq!(passed, 77 * 10 + 77);
    }
}
