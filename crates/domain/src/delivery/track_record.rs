//! The track record of a receiver: whether the latest attempt failed, how many attempts failed
//! lately, and how many ever did.
//!
//! It is stored with the receiver's health, which is written at every failure anyway, so it costs
//! no row. The successes are not counted: what was accepted and has not failed has succeeded, so
//! the order of acceptance tells how many there were.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::base::Seq;

/// The number of latest deliveries over which a receiver is judged, as in the statistics.
pub const JUDGED_DELIVERIES: u64 = 1_000;

/// A receiver is degraded if fewer than this number of attempts succeed for each one that fails:
/// less than 95 % of them.
const SUCCESSES_PER_FAILURE: u64 = 19;

/// The most failures whose deliveries are remembered: one more than a receiver can have among
/// [`JUDGED_DELIVERIES`] without being degraded.
const FAILURES_MAX: usize = 53;

const _: () = assert!(
    53 * SUCCESSES_PER_FAILURE > JUDGED_DELIVERIES
        && 52 * SUCCESSES_PER_FAILURE < JUDGED_DELIVERIES,
    "so many failures decide, whatever succeeded"
);

/// The track record of a receiver. The default is that of one that has never failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrackRecord {
    /// Whether the latest attempt failed.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    last_failed: bool,
    /// The first delivery that counts: the first one after the webhook was activated.
    #[serde(skip_serializing_if = "is_first")]
    since: Seq,
    /// The deliveries of the latest failures, in ascending order; one occurs for each failure.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed: Vec<Seq>,
    /// How many attempts have ever failed, by class.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    failures: BTreeMap<Fault, u64>,
    /// How many deliveries were deleted without having arrived.
    #[serde(skip_serializing_if = "is_zero")]
    pub lost: u64,
}

impl Default for TrackRecord {
    fn default() -> Self {
        Self {
            last_failed: false,
            since: FIRST,
            failed: Vec::new(),
            failures: BTreeMap::new(),
            lost: 0,
        }
    }
}

/// The first delivery of a webhook.
const FIRST: Seq = Seq::new(1);

fn is_first(seq: &impl PartialEq<Seq>) -> bool {
    *seq == FIRST
}

fn is_zero(number: &impl PartialEq<u64>) -> bool {
    *number == 0
}

/// How well a receiver has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The latest attempt failed.
    Failing,
    /// The latest attempt succeeded, but fewer than 95 % of the latest ones.
    Degraded,
    /// Nearly all attempts succeed.
    Healthy,
}

impl TrackRecord {
    /// Whether nothing is to be stored.
    pub fn is_new(&self) -> bool {
        *self == Self::default()
    }

    /// Records a failed attempt of the delivery `seq`.
    pub fn record_failure(&mut self, seq: Seq, fault: Fault) {
        self.last_failed = true;
        let place = self.failed.partition_point(|known| *known <= seq);
        self.failed.insert(place, seq);
        if self.failed.len() > FAILURES_MAX {
            // The oldest delivery is the first that is judged no more.
            self.failed.remove(0);
        }
        let count = self.failures.entry(fault).or_default();
        *count = count.saturating_add(1);
    }

    /// Records a successful attempt.
    pub const fn record_success(&mut self) {
        self.last_failed = false;
    }

    /// Starts over with the delivery `next`: the webhook was activated. What is counted for ever
    /// stays.
    pub fn restart(&mut self, next: Seq) {
        let Self { failures, lost, .. } = core::mem::take(self);
        *self = Self { since: next, failures, lost, ..Self::default() };
    }

    /// How well the receiver has done. `next` is the delivery after the last one that was accepted.
    pub fn standing(&self, next: Seq) -> Standing {
        if self.last_failed {
            return Standing::Failing;
        }
        let first = next.get().saturating_sub(JUDGED_DELIVERIES).max(self.since.get());
        let deliveries = next.get().saturating_sub(first);
        let is_judged = |seq: &&Seq| (first..next.get()).contains(&seq.get());
        let failures = self.failed.iter().filter(is_judged).count();
        let failures = u64::try_from(failures).unwrap_or(u64::MAX);
        if deliveries < failures.saturating_mul(SUCCESSES_PER_FAILURE) {
            Standing::Degraded
        } else {
            Standing::Healthy
        }
    }

    /// How many attempts have ever failed, by class.
    pub const fn failures(&self) -> &BTreeMap<Fault, u64> {
        &self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records failures of these deliveries, then a success.
    fn after(failed: impl IntoIterator<Item = u64>) -> TrackRecord {
        let mut record = TrackRecord::default();
        for seq in failed {
            record.record_failure(Seq::new(seq), Fault::HttpStatus);
            assert_eq!(standing(&record, seq), Standing::Failing);
        }
        record.record_success();
        record
    }

    fn standing(record: &TrackRecord, accepted: u64) -> Standing {
        record.standing(Seq::new(accepted).next())
    }

    #[test]
    fn a_receiver_is_degraded_below_19_successes_for_a_failure() {
        assert_eq!(standing(&TrackRecord::default(), 0), Standing::Healthy);
        for (failed, accepted, expected) in [
            (vec![1], 1, Standing::Degraded),
            (vec![1], 18, Standing::Degraded),
            (vec![1], 19, Standing::Healthy),
            (vec![3, 3], 37, Standing::Degraded),
            (vec![3, 3], 38, Standing::Healthy),
            (vec![7; 52], 1_000, Standing::Healthy),
            (vec![7; 53], 1_000, Standing::Degraded),
            (vec![7; 5_000], 1_000, Standing::Degraded),
        ] {
            assert_eq!(standing(&after(failed.clone()), accepted), expected, "{failed:?}");
        }
    }

    #[test]
    fn only_the_latest_thousand_deliveries_are_judged() {
        let record = after(vec![10; 60]);
        assert_eq!(standing(&record, 1_009), Standing::Degraded);
        assert_eq!(standing(&record, 1_010), Standing::Healthy);
        // A late failure of an old delivery does not push out those of newer ones.
        let record = after([2_000; 53].into_iter().chain([1; 53]));
        assert_eq!(standing(&record, 2_000), Standing::Degraded);
    }

    #[test]
    fn an_activation_starts_over_but_the_counts_stay() {
        let mut record = after([1, 2, 3]);
        record.lost = 5;
        record.restart(Seq::new(4));
        assert_eq!(standing(&record, 3), Standing::Healthy);
        assert_eq!((record.failures()[&Fault::HttpStatus], record.lost), (3, 5));
        record.record_failure(Seq::new(4), Fault::Dns);
        record.record_success();
        assert_eq!(standing(&record, 21), Standing::Degraded, "18 deliveries since");
        assert_eq!(standing(&record, 22), Standing::Healthy);
        // A delivery from before counts no more.
        record.record_failure(Seq::new(2), Fault::Dns);
        record.record_success();
        assert_eq!(standing(&record, 22), Standing::Healthy);
        assert_eq!(record.failures()[&Fault::Dns], 2);
    }

    #[test]
    fn a_new_record_is_not_stored_and_another_one_is_read_back() {
        assert!(TrackRecord::default().is_new());
        assert_eq!(serde_json::to_string(&TrackRecord::default()).unwrap(), "{}");
        let mut record = after([3, 1]);
        record.lost = 2;
        let stored = r#"{"failed":[1,3],"failures":{"http_status":2},"lost":2}"#;
        assert_eq!(serde_json::to_string(&record).unwrap(), stored);
        assert_eq!(serde_json::from_str::<TrackRecord>(stored).unwrap(), record);
    }
}
