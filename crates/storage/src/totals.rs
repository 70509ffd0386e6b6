//! Counts over all segments. They are stored with the last segment, which most transactions write
//! anyway, so counting reads no other segment and costs no row.

use domain::base::{Seq, StoredError, versioned};
use domain::delivery::Backlog;
use serde::{Deserialize, Serialize};

use crate::row_counts::RowCounts;

/// Most ranges of undelivered deliveries. One more, and the two oldest become one, which is then
/// searched as a whole.
const UNDELIVERED_MAX: usize = 8;

/// The counts over all segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Totals {
    /// Every delivery of the last segment's epoch that waits has this `seq` or a higher one.
    pub(crate) open_from: Seq,
    /// The number of deliveries of the last segment's epoch that wait.
    waiting: u64,
    /// The bytes of their events.
    waiting_bytes: u64,
    /// The number of `seq`s, from the first segment's to the last delivery's, whose deliveries are
    /// in no segment.
    pub(crate) moved: u64,
    /// The deliveries that waited when their epoch ended and are still here, the oldest first.
    pub(crate) undelivered: Vec<Undelivered>,
    /// No delivery with this `seq` or a higher one was ever leased.
    pub(crate) attempted_until: Seq,
    /// The segments, except the last one, with deliveries in their first attempt. Some of these
    /// attempts may have ended since.
    pub(crate) leased_in: Vec<Seq>,
}

/// The counts over all segments, and those of the row.
#[derive(Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    totals: &'a Totals,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<&'a RowCounts>,
}

/// Deliveries that waited when their epoch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Undelivered {
    /// They have this `seq` or a higher one.
    pub(crate) from: Seq,
    /// They have a lower `seq` than this one.
    pub(crate) until: Seq,
    /// Their number.
    pub(crate) count: u64,
}

impl Undelivered {
    /// Whether every `seq` of the range is an undelivered delivery.
    pub(crate) fn is_whole(&self) -> bool {
        self.until.get().saturating_sub(self.from.get()) == self.count
    }
}

impl Totals {
    /// The counts over no segment.
    pub(crate) const EMPTY: Self = Self {
        open_from: Seq::new(0),
        waiting: 0,
        waiting_bytes: 0,
        moved: 0,
        undelivered: Vec::new(),
        attempted_until: Seq::new(0),
        leased_in: Vec::new(),
    };

    /// Writes the column `totals` of the last segment, with the counts of its row.
    pub(crate) fn to_text(&self, counts: Option<&RowCounts>) -> Result<String, StoredError> {
        versioned::to_text(&Stored { totals: self, counts })
    }

    /// Reads the column `totals`.
    pub(crate) fn from_text(text: &str) -> Result<Self, StoredError> {
        versioned::from_text(text)
    }

    /// Returns the deliveries of the last segment's epoch that wait.
    pub(crate) const fn waiting(&self) -> Backlog {
        Backlog { deliveries: self.waiting, bytes: self.waiting_bytes }
    }

    /// Adds a delivery of the last segment's epoch that waits.
    pub(crate) const fn enter(&mut self, bytes: u64) {
        self.waiting = self.waiting.saturating_add(1);
        self.waiting_bytes = self.waiting_bytes.saturating_add(bytes);
    }

    /// Removes a delivery that waits, or waited when its epoch ended.
    pub(crate) fn leave(&mut self, seq: Seq, bytes: u64) {
        let mut ranges = self.undelivered.iter_mut();
        if let Some(range) = ranges.find(|range| range.from <= seq && seq < range.until) {
            range.count = range.count.saturating_sub(1);
            // A recovery takes them in this order, so the range stays a whole one.
            if seq == range.from {
                range.from = seq.next();
            }
            self.undelivered.retain(|range| range.count > 0);
        } else {
            self.waiting = self.waiting.saturating_sub(1);
            self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes);
        }
    }

    /// Returns a `seq` from which on no delivery below `seq` was ever leased, or `seq`.
    pub(crate) fn attempted_below(&self, seq: Seq) -> Seq {
        let mut until = seq.min(self.attempted_until);
        for range in self.undelivered.iter().rev().filter(|range| range.is_whole()) {
            if (range.from..=range.until).contains(&until) {
                until = range.from;
            }
        }
        until
    }

    /// Ends the epoch of the last segment. Its deliveries that wait have a `seq` from `from` up to,
    /// but not including, `until`.
    pub(crate) fn end_epoch(&mut self, from: Seq, until: Seq) {
        if self.waiting > 0 {
            self.undelivered.push(Undelivered { from, until, count: self.waiting });
        }
        (self.waiting, self.waiting_bytes) = (0, 0);
        if self.undelivered.len() > UNDELIVERED_MAX {
            let oldest = self.undelivered.remove(0);
            if let Some(next) = self.undelivered.first_mut() {
                next.from = oldest.from;
                next.count = next.count.saturating_add(oldest.count);
            }
        }
    }
}
