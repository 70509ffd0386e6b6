//! The storage inside one transaction.
//!
//! Changes of segments are collected and written at the end, because they share rows: each segment
//! is written at most once. The cache has them already, so most queries need not wait for that. A
//! query that must read segments writes them first. Changes of the table `delivery` are written at
//! once.

use core::ops::Range;
use std::collections::BTreeMap;

use domain::base::{Epoch, EventId, Seq, Timestamp};
use domain::delivery::{Delivery, DurationClass};
use domain::dispatch::StoreError;
use domain::webhook::Record;

use crate::cache::Cache;
use crate::database::{Binding, Database, Row};
use crate::row_counts::RowCounts;
use crate::segment::{Entry, Wanted};
use crate::{rows, segment, tables};

/// The storage inside one transaction: the cache and the changes that are not written yet.
#[derive(Debug)]
pub(crate) struct WriteBuffer<'a> {
    pub(crate) database: &'a dyn Database,
    pub(crate) cache: Cache,
    pub(crate) unsaved: Unsaved,
    /// The changed segments, by their first `seq`.
    pub(crate) writes: BTreeMap<Seq, SegmentWrite>,
    /// The lines that are not assigned to a segment yet.
    pub(crate) steps: Vec<Step>,
    /// The new deliveries in `writes`: their segment, and the position of the payload in `body`.
    pub(crate) added: BTreeMap<Seq, (Seq, Range<usize>)>,
}

/// The changes of a segment.
#[derive(Debug, Default)]
pub(crate) struct SegmentWrite {
    /// The columns `accepted_at` and `epoch`, if the segment is new.
    pub(crate) new: Option<(Timestamp, Epoch)>,
    /// The column `newest_id`, if deliveries are added.
    pub(crate) newest_id: Option<EventId>,
    /// The lines to append to `head`.
    pub(crate) head: String,
    /// The lines to append to `traces`.
    pub(crate) traces: String,
    /// The lines to append to `outcomes`.
    pub(crate) outcomes: String,
    /// The payloads to append to `body`.
    pub(crate) body: Vec<u8>,
    /// The stored payloads, if they were read.
    pub(crate) payloads: Option<Payloads>,
    /// The change of the row's counts.
    pub(crate) counts: RowCounts,
    /// Whether the column `totals` must be written.
    pub(crate) has_totals: bool,
}

/// The payloads of a segment.
#[derive(Debug)]
pub(crate) struct Payloads {
    /// The deliveries and the lengths of their payloads, in the order of `seq`.
    pub(crate) lengths: Vec<(Seq, usize)>,
    pub(crate) body: Vec<u8>,
    /// Whether a payload was cut out.
    pub(crate) is_cut: bool,
}

/// A line of `outcomes` that may be written to the delivery's segment or to the last one.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) seq: Seq,
    /// The delivery's segment.
    pub(crate) row: Seq,
    pub(crate) line: String,
    /// The duration of the attempt if the line is about a success.
    pub(crate) success: Option<DurationClass>,
}

/// Which of the tables with a single row must be written.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    pub(crate) record: bool,
    pub(crate) health: bool,
    pub(crate) recovery: bool,
}

impl SegmentWrite {
    /// Whether there is anything to write.
    pub(crate) fn is_changed(&self) -> bool {
        self.has_totals || !self.head.is_empty() || !self.outcomes.is_empty()
    }
}

impl Payloads {
    /// Reads the columns of [`segment::select_segments`], and `body`.
    pub(crate) fn read(row: Row) -> Result<Self, StoreError> {
        let segments = segment::decode(core::slice::from_ref(&row), 1, Wanted::All)?;
        let mut lengths = Vec::new();
        for Entry { delivery, .. } in segments.into_iter().flat_map(|segment| segment.entries) {
            lengths.push((delivery.seq, usize::try_from(delivery.bytes).unwrap_or(usize::MAX)));
        }
        Ok(Self { lengths, body: row.into_bytes(6)?, is_cut: false })
    }

    /// Returns the position of a delivery's payload: its index in `lengths`, and its bytes in
    /// `body`.
    pub(crate) fn find(&self, seq: Seq) -> Option<(usize, Range<usize>)> {
        let index = self.lengths.binary_search_by_key(&seq, |&(seq, _)| seq).ok()?;
        let mut lengths = self.lengths.iter().map(|&(_, length)| length);
        let start = lengths.by_ref().take(index).fold(0_usize, usize::saturating_add);
        let end = start.saturating_add(lengths.next()?);
        self.body.get(start..end).map(|_| (index, start..end))
    }
}

impl<'a> WriteBuffer<'a> {
    /// Opens the storage with its cache.
    pub(crate) fn new(database: &'a dyn Database, cache: Cache) -> Self {
        Self {
            database,
            cache,
            unsaved: Unsaved::default(),
            writes: BTreeMap::new(),
            steps: Vec::new(),
            added: BTreeMap::new(),
        }
    }

    /// Runs a statement. Returns no rows if the tables do not exist.
    pub(crate) fn run(
        &self,
        statement: &str,
        bindings: &[Binding<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        if self.cache.exists { self.database.run(statement, bindings) } else { Ok(Vec::new()) }
    }

    /// Runs a statement that returns rows of `delivery`, with the columns of [`rows::select`].
    pub(crate) fn rows(
        &self,
        statement: &str,
        bindings: &[Binding<'_>],
    ) -> Result<Vec<Delivery>, StoreError> {
        self.run(statement, bindings)?.iter().map(rows::delivery).collect()
    }

    /// Replaces the record. The first one creates the tables.
    pub(crate) fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        if !self.cache.exists {
            tables::make(self.database)?;
            self.cache.exists = true;
        }
        if self.cache.record.as_ref() != Some(record) {
            self.cache.record = Some(record.clone());
            self.unsaved.record = true;
        }
        Ok(())
    }
}
