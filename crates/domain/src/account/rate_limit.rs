//! The publish limit of an account: `PUBLISH_PER_MINUTE`.
//!
//! A leaky bucket holds one minute's events: each event fills it a little, and it drains at a
//! constant rate. A burst of one minute's events is admitted at once; after that, events are
//! admitted at the rate of the limit.

use crate::base::{Delay, Timestamp};

/// The units that one event fills. The bucket drains `per_minute` units each millisecond, which is
/// `per_minute` events each minute.
const EVENT: u64 = 60_000;

/// The leaky bucket of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// The filled units at time `at`.
    used: u64,
    at: Timestamp,
}

impl Bucket {
    /// A bucket before any event.
    pub const EMPTY: Self = Self { used: 0, at: Timestamp::EPOCH };

    /// Admits `events` events at `now`, under a limit of `per_minute` events a minute; 0 means no
    /// limit. The error is the time until they can be admitted.
    ///
    /// A batch of more than one minute's events never fits, so it is admitted when the bucket is
    /// empty.
    pub fn take(&mut self, events: usize, per_minute: u64, now: Timestamp) -> Result<(), Delay> {
        if per_minute == 0 {
            return Ok(());
        }
        let drained = now.since(self.at).as_ms().saturating_mul(per_minute);
        self.used = self.used.saturating_sub(drained);
        self.at = self.at.max(now);
        let cost = u64::try_from(events).unwrap_or(u64::MAX).saturating_mul(EVENT);
        let room = per_minute.saturating_mul(EVENT).saturating_sub(cost);
        if let Some(excess) = self.used.checked_sub(room).filter(|&excess| excess > 0) {
            return Err(Delay::from_ms(excess.div_ceil(per_minute)));
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
    fn one_minutes_events_are_admitted_at_once_and_later_ones_at_the_limits_rate() {
        let mut bucket = Bucket::EMPTY;
        for _ in 0..60 {
            assert_eq!(bucket.take(1, 60, START), Ok(()));
        }
        assert_eq!(bucket.take(1, 60, START), Err(Delay::from_secs(1)));
        assert_eq!(bucket.take(1, 60, at(999)), Err(Delay::from_ms(1)));
        assert_eq!(bucket.take(1, 60, at(1_000)), Ok(()));
        assert_eq!(bucket.take(3, 60, at(1_500)), Err(Delay::from_ms(2_500)));
        assert_eq!(bucket.take(3, 60, at(4_000)), Ok(()));
        // Refused events do not count.
        assert_eq!(bucket.take(60, 60, at(64_000)), Ok(()));
    }

    #[test]
    fn a_batch_larger_than_the_limit_is_admitted_when_the_bucket_is_empty() {
        let mut bucket = Bucket::EMPTY;
        assert_eq!(bucket.take(100, 10, START), Ok(()));
        assert_eq!(bucket.take(1, 10, START), Err(Delay::from_ms(91 * 6_000)));
        assert_eq!(bucket.take(100, 10, at(599_999)), Err(Delay::from_ms(1)));
        assert_eq!(bucket.take(100, 10, at(600_000)), Ok(()));
    }

    #[test]
    fn zero_is_no_limit_and_large_numbers_do_not_overflow() {
        let mut bucket = Bucket::EMPTY;
        assert_eq!(bucket.take(usize::MAX, 0, START), Ok(()));
        assert_eq!(bucket.take(usize::MAX, u64::MAX, START), Ok(()));
        assert!(bucket.take(1, 1_000_000_000, at(1)).is_err());
        // A clock that goes back drains nothing.
        let mut bucket = Bucket::EMPTY;
        assert_eq!(bucket.take(1, 1, START), Ok(()));
        assert_eq!(bucket.take(1, 1, Timestamp::EPOCH), Err(Delay::from_secs(60)));
        assert_eq!(bucket.take(1, 1, at(60_000)), Ok(()));
    }

    #[test]
    fn over_any_period_no_more_are_admitted_than_the_limit_and_one_burst() {
        let (mut bucket, mut admitted) = (Bucket::EMPTY, 0_u64);
        for ms in 0..=600_000 {
            admitted += u64::from(bucket.take(1, 77, at(ms)).is_ok());
        }
        // Ten minutes at the limit, and the burst at their start.
        assert_eq!(admitted, 77 * 10 + 77);
    }
}
