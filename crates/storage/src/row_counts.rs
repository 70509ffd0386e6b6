//! What the row of a segment counts, so that a series need not read what is in it.
//!
//! The column `totals` has the counts of its row beside the counts over all segments. It is a line
//! of JSON. A row that is not the last any more gets another line for each later change; the sum of
//! all lines is valid. Earlier releases wrote no counts: then the segment itself must be read.
//!
//! After a rollback, an earlier release writes the last row without counts. What it writes to
//! others, mostly deliveries that it moves out of the few segments before, is not in their counts.

use std::collections::BTreeMap;

use domain::base::{Seq, StoredError, Timestamp, versioned};
use domain::delivery::{Delivery, DurationClass};
use serde::{Deserialize, Serialize};

/// How many first attempts succeeded, by their duration. What is taken back has a negative number.
pub(crate) type Successes = BTreeMap<DurationClass, i64>;

/// The counts of a row, or a change of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowCounts {
    /// The number of deliveries that were added.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) added: u64,
    /// The time at which the last of them was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_accepted_at: Option<Timestamp>,
    /// The number of deliveries that were moved to the table `delivery`.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) moved: u64,
    /// The successes of deliveries of this segment that are in its row, less those of deliveries
    /// that were moved.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) successes: Successes,
    /// The successes in this row of deliveries of earlier segments, by the segment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) of_earlier: BTreeMap<Seq, Successes>,
}

fn is_none(count: &impl PartialEq<u64>) -> bool {
    *count == 0
}

/// The part of the column `totals` that is read and written here.
#[derive(Serialize, Deserialize)]
struct Stored<T> {
    counts: T,
}

impl RowCounts {
    /// Whether nothing is counted.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Counts a new delivery.
    pub(crate) fn add(&mut self, delivery: &Delivery) {
        self.added = self.added.saturating_add(1);
        self.last_accepted_at = self.last_accepted_at.max(Some(delivery.accepted_at));
    }

    /// Counts a delivery that is moved. `success` is the duration of its attempt if that succeeded.
    pub(crate) fn take_out(&mut self, success: Option<DurationClass>) {
        self.moved = self.moved.saturating_add(1);
        if let Some(class) = success {
            add_to(&mut self.successes, class, -1);
        }
    }

    /// Counts a success in the row `row` of a delivery of the segment `of`.
    pub(crate) fn succeed(&mut self, row: Seq, of: Seq, class: DurationClass) {
        let successes =
            if row == of { &mut self.successes } else { self.of_earlier.entry(of).or_default() };
        add_to(successes, class, 1);
    }

    /// Adds a later change.
    pub(crate) fn change(&mut self, change: &Self) {
        self.added = self.added.saturating_add(change.added);
        self.last_accepted_at = self.last_accepted_at.max(change.last_accepted_at);
        self.moved = self.moved.saturating_add(change.moved);
        add_all(&mut self.successes, &change.successes);
        for (&of, successes) in &change.of_earlier {
            add_all(self.of_earlier.entry(of).or_default(), successes);
        }
    }

    /// Writes a line of the column `totals`.
    pub(crate) fn to_text(&self) -> Result<String, StoredError> {
        versioned::to_text(&Stored { counts: self })
    }

    /// Reads the column `totals`. Returns `None` if the row is of an earlier release.
    pub(crate) fn from_text(totals: &str) -> Result<Option<Self>, StoredError> {
        let mut lines = totals.split('\n');
        let Some(first) = lines.next().filter(|first| !first.is_empty()) else { return Ok(None) };
        let Stored::<Option<Self>> { counts: Some(mut counts) } = versioned::from_text(first)?
        else {
            return Ok(None);
        };
        for line in lines {
            let Stored { counts: change } = versioned::from_text(line)?;
            counts.change(&change);
        }
        Ok(Some(counts))
    }
}

/// Adds what `more` counts.
pub(crate) fn add_all(sum: &mut Successes, more: &Successes) {
    for (&class, &count) in more {
        add_to(sum, class, count);
    }
}

fn add_to(sum: &mut Successes, class: DurationClass, count: i64) {
    let sum = sum.entry(class).or_default();
    *sum = sum.saturating_add(count);
}
