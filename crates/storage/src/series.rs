//! Counts deliveries by the time of acceptance.
//!
//! A call counts the deliveries from one `seq` down to another, in both tables, so each is counted
//! once even if it moves from one table to the other between two calls. A segment whose deliveries
//! were all accepted in one step is counted by its row's counts, any other one by reading it.

use core::ops::Range;
use std::collections::VecDeque;

use domain::base::{Delay, Epoch, Seq, Timestamp};
use domain::delivery::{Attempt, SeriesPart, SeriesQuery, Status, StepCounts};
use domain::dispatch::StoreError;

use crate::database::{Row, integer};
use crate::queue::{SEGMENT_AT, SEGMENTS_AT_ONCE};
use crate::row_counts::{RowCounts, Successes, add_all};
use crate::rows;
use crate::rows::{DELIVERED, HELD, LEASED, SCHEDULED};
use crate::segment::Wanted;
use crate::segments;
use crate::segments::STEPS_NEAR;
use crate::write_buffer::WriteBuffer;

/// Most segments that one call counts: some milliseconds.
const SEGMENTS_MAX: usize = 200;

/// Number of rows of segments that are listed at once.
const LISTED_AT_ONCE: usize = 50;

/// Most segments that one call reads, after the first one: some milliseconds.
const READ_MAX: usize = SEGMENTS_AT_ONCE;

/// Most rows of `delivery` that one call counts: some milliseconds.
const ROWS_MAX: usize = 1_000;

/// Number of rows of `delivery` that are read at once. Each may have 100 kB of attempts.
const ROWS_AT_ONCE: usize = 25;

/// Bytes of attempts in rows of `delivery` after which a call reads no further ones.
const HISTORY_BYTES_MAX: usize = 256 * 1_024;

/// How far the time of acceptance may fall from one row of `delivery` to a later one, because a
/// clock was set back.
const CLOCK_SKEW: Delay = Delay::from_secs(60);

/// The last row of `delivery` up to a `seq`, for [`WriteBuffer::seek`].
const DELIVERY_AT: &str =
    "SELECT seq, accepted_at FROM delivery WHERE seq <= ? ORDER BY seq DESC LIMIT 1";

/// A part of a series that is being counted.
#[derive(Debug)]
struct Counting<'q> {
    query: &'q SeriesQuery,
    /// The webhook's epoch.
    epoch: Epoch,
    /// The `seq`s that are counted.
    seqs: Range<Seq>,
    /// Whether anything is left below them.
    is_cut: bool,
    part: SeriesPart,
}

/// A delivery in a row of `delivery`.
#[derive(Debug)]
struct Counted {
    seq: Seq,
    accepted_at: Timestamp,
    status: Status,
    attempts: Vec<Attempt>,
}

/// The row of a segment.
#[derive(Debug)]
struct SegmentRow {
    first_seq: Seq,
    accepted_at: Timestamp,
    epoch: Epoch,
    counts: Option<RowCounts>,
}

/// Rows of segments that follow each other, in the order of `seq`.
#[derive(Debug, Default)]
struct SegmentRows {
    rows: VecDeque<SegmentRow>,
    /// How many of them begin within the part. The others only have outcomes of these.
    count: usize,
    /// Whether older ones may be in the series.
    is_cut: bool,
}

impl Counting<'_> {
    /// Leaves the deliveries below `seq` to the next part.
    fn cut(&mut self, seq: Seq) {
        self.seqs.start = self.seqs.start.max(seq);
        self.is_cut = true;
    }

    /// Adds a delivery, if it is in the part and in the series.
    fn add(&mut self, delivery: &Counted) {
        let Some(index) = self.query.index_of(delivery.accepted_at) else { return };
        if self.seqs.contains(&delivery.seq) {
            let step = self.part.steps.entry(index).or_default();
            step.count(delivery.status, &delivery.attempts);
        }
    }
}

impl SegmentRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            first_seq: Seq::new(row.integer(0)?),
            accepted_at: Timestamp::from_ms(row.integer(1)?),
            epoch: Epoch::new(row.integer(2)?),
            counts: RowCounts::from_text(row.text(3)?)?,
        })
    }
}

impl SegmentRows {
    /// The rows after the one at `index` that may have outcomes of it.
    fn following(&self, index: usize) -> impl Iterator<Item = &SegmentRow> {
        self.rows.iter().skip(index).skip(1).take(STEPS_NEAR)
    }

    /// How many of the following rows must be read with the one at `index`: up to the last one that
    /// has outcomes of it, or may have.
    fn reach(&self, index: usize, first_seq: Seq) -> usize {
        let concerns = |row: &SegmentRow| {
            row.counts.as_ref().is_none_or(|counts| counts.of_earlier.contains_key(&first_seq))
        };
        let concerned = self.following(index).enumerate().filter(|(_, row)| concerns(row));
        concerned.last().map_or(0, |(nearer, _)| nearer.saturating_add(1))
    }

    /// Returns the counts of the deliveries of the segment at `index`, with their successes in
    /// other rows. `None` if a row is of an earlier release.
    fn counts(&self, index: usize) -> Option<(&RowCounts, Successes)> {
        let row = self.rows.get(index)?;
        let counts = row.counts.as_ref()?;
        let mut successes = counts.successes.clone();
        for other in self.following(index) {
            if let Some(more) = other.counts.as_ref()?.of_earlier.get(&row.first_seq) {
                add_all(&mut successes, more);
            }
        }
        Some((counts, successes))
    }
}

impl WriteBuffer<'_> {
    pub(crate) fn series(
        &mut self,
        query: &SeriesQuery,
        below: Option<Seq>,
        epoch: Epoch,
    ) -> Result<SeriesPart, StoreError> {
        self.write_segments()?;
        let below = below.map_or_else(|| self.end_of(query), Ok)?;
        let (seqs, part) = (Seq::new(0)..below, SeriesPart::default());
        let mut counting = Counting { query, epoch, seqs, is_cut: false, part };
        let rows = self.rows_to_count(&mut counting)?;
        self.count_segments(&mut counting)?;
        for delivery in &rows {
            counting.add(delivery);
        }
        let Counting { seqs, is_cut, part, .. } = counting;
        Ok(SeriesPart { below: is_cut.then_some(seqs.start), ..part })
    }

    /// Returns a `seq` below which all deliveries are that were accepted before the end of a
    /// series.
    fn end_of(&self, query: &SeriesQuery) -> Result<Seq, StoreError> {
        let segments = &self.cache.segments;
        let mut end = Seq::new(0);
        if let (Some((first, _)), Some(last)) = (segments.first, &segments.last) {
            end = self.seek(SEGMENT_AT, first..last.end, query.end())?.end;
        }
        let rows = Seq::new(0)..self.cache.next_seq;
        Ok(end.max(self.seek(DELIVERY_AT, rows, query.end().plus(CLOCK_SKEW))?.end))
    }

    /// Reads rows of `delivery`, the newest first.
    fn rows_to_count(&self, counting: &mut Counting<'_>) -> Result<Vec<Counted>, StoreError> {
        // Only what was delivered is counted by its attempts.
        let statement = "SELECT seq, accepted_at, epoch, state, \
             CASE WHEN state = 2 THEN history ELSE '' END \
             FROM delivery WHERE seq < ? ORDER BY seq DESC LIMIT ?";
        let oldest = counting.query.start().minus(CLOCK_SKEW);
        let (mut read, mut next, mut bytes) = (Vec::new(), counting.seqs.end, 0_usize);
        loop {
            let rows = self.run(statement, &[integer(next.get()), integer(ROWS_AT_ONCE)])?;
            for row in &rows {
                let accepted_at = Timestamp::from_ms(row.integer(1)?);
                if accepted_at < oldest {
                    return Ok(read);
                }
                let is_current = Epoch::new(row.integer(2)?) == counting.epoch;
                let status = match row.integer::<i64>(3)? {
                    DELIVERED => Status::Delivered,
                    LEASED => Status::InFlight,
                    HELD => Status::Held,
                    SCHEDULED if is_current => Status::Waiting,
                    _ => Status::Undelivered,
                };
                next = Seq::new(row.integer(0)?);
                bytes = bytes.saturating_add(row.text(4)?.len());
                let attempts = rows::attempts(row.text(4)?)?;
                read.push(Counted { seq: next, accepted_at, status, attempts });
            }
            if rows.len() < ROWS_AT_ONCE {
                return Ok(read);
            }
            if read.len() >= ROWS_MAX || bytes >= HISTORY_BYTES_MAX {
                counting.cut(next);
                return Ok(read);
            }
        }
    }

    /// Lists the rows of segments, the newest first, and those that may have outcomes of them.
    fn segment_rows(&self, counting: &Counting<'_>) -> Result<SegmentRows, StoreError> {
        const SELECT: &str = "SELECT first_seq, accepted_at, epoch, totals FROM segment";
        let mut found = SegmentRows::default();
        let below = counting.seqs.end;
        let statement = format!("{SELECT} WHERE first_seq >= ? ORDER BY first_seq LIMIT ?");
        for row in self.run(&statement, &[integer(below.get()), integer(STEPS_NEAR)])? {
            found.rows.push_back(SegmentRow::read(&row)?);
        }
        let statement = format!("{SELECT} WHERE first_seq < ? ORDER BY first_seq DESC LIMIT ?");
        let mut next = below;
        while found.count < SEGMENTS_MAX {
            let rows = self.run(&statement, &[integer(next.get()), integer(LISTED_AT_ONCE)])?;
            for row in &rows {
                let row = SegmentRow::read(row)?;
                next = row.first_seq;
                // Its last deliveries may be in the series, but none before it.
                let is_last =
                    row.accepted_at < counting.query.start() || next <= counting.seqs.start;
                found.rows.push_front(row);
                found.count = found.count.saturating_add(1);
                if is_last {
                    return Ok(found);
                }
            }
            if rows.len() < LISTED_AT_ONCE {
                return Ok(found);
            }
        }
        found.is_cut = true;
        Ok(found)
    }

    /// Counts the deliveries in segments, the newest first.
    fn count_segments(&mut self, counting: &mut Counting<'_>) -> Result<(), StoreError> {
        let Some(mut end) = self.cache.segments.last.as_ref().map(|last| last.end) else {
            return Ok(());
        };
        let listed = self.segment_rows(counting)?;
        if let Some(next) = listed.rows.get(listed.count) {
            end = next.first_seq;
        }
        let (mut unread, mut left): (Vec<Range<usize>>, _) = (Vec::new(), READ_MAX);
        for (index, row) in listed.rows.iter().enumerate().take(listed.count).rev() {
            if !self.count_row(counting, &listed, index, end) {
                let run = unread.last_mut().filter(|run| run.start == index.saturating_add(1));
                let reach = listed.reach(index, row.first_seq);
                let cost = if run.is_some() { 1 } else { reach.saturating_add(1) };
                if cost > left && left < READ_MAX {
                    counting.cut(end);
                    return self.read_and_count(counting, &listed, &unread);
                }
                left = left.saturating_sub(cost);
                match run {
                    Some(run) => run.start = index,
                    None => unread.push(index..index.saturating_add(1)),
                }
            }
            end = row.first_seq;
        }
        if listed.is_cut {
            counting.cut(end);
        }
        self.read_and_count(counting, &listed, &unread)
    }

    /// Counts the deliveries of the segment at `index`, whose last `seq` is below `end`, by the
    /// counts of its row. Returns whether that is possible.
    fn count_row(
        &self,
        counting: &mut Counting<'_>,
        listed: &SegmentRows,
        index: usize,
        end: Seq,
    ) -> bool {
        let Some(row) = listed.rows.get(index) else { return true };
        let Some((counts, successes)) = listed.counts(index) else { return false };
        let Some(last_accepted_at) = counts.last_accepted_at else { return false };
        let query = counting.query;
        if last_accepted_at < query.start() || query.end() <= row.accepted_at {
            return true;
        }
        let step = query.index_of(row.accepted_at);
        let is_whole = counting.seqs.start <= row.first_seq && end <= counting.seqs.end;
        let Some(step) = step.filter(|_| is_whole && step == query.index_of(last_accepted_at))
        else {
            return false;
        };
        let step = counting.part.steps.entry(step).or_default();
        let mut rest = counts.added.saturating_sub(counts.moved);
        for (class, count) in successes {
            let count = u64::try_from(count).unwrap_or_default();
            step.add_duration(class, count);
            step.delivered = step.delivered.saturating_add(count);
            rest = rest.saturating_sub(count);
        }
        self.count_rest(step, row, rest, counting.epoch);
        true
    }

    /// Counts the deliveries of a segment that have not arrived.
    fn count_rest(&self, step: &mut StepCounts, row: &SegmentRow, rest: u64, epoch: Epoch) {
        if rest == 0 {
            return;
        }
        let leased = self.cache.segments.leased.values();
        let in_flight = leased.filter(|leased| leased.row == row.first_seq).count();
        let in_flight = u64::try_from(in_flight).unwrap_or(u64::MAX);
        let open = if row.epoch == epoch { rest } else { in_flight.min(rest) };
        step.open = step.open.saturating_add(open);
        step.failed = step.failed.saturating_add(rest.saturating_sub(open));
    }

    /// Counts the deliveries of segments that must be read.
    fn read_and_count(
        &self,
        counting: &mut Counting<'_>,
        listed: &SegmentRows,
        unread: &[Range<usize>],
    ) -> Result<(), StoreError> {
        for run in unread {
            let Some(first) = listed.rows.get(run.start) else { continue };
            let reaches = run.clone().filter_map(|index| {
                let first_seq = listed.rows.get(index)?.first_seq;
                Some(index.saturating_add(1).saturating_add(listed.reach(index, first_seq)))
            });
            let following = reaches.max().unwrap_or_default().saturating_sub(run.end);
            let read = segments::read_with(
                self.database,
                first.first_seq,
                run.len(),
                following,
                Wanted::All,
            )?;
            for entry in read.into_iter().flat_map(|segment| segment.entries) {
                let delivery = entry.delivery;
                // The line of its lease may be in a row that was not read.
                let is_leased = self.cache.segments.leased.contains_key(&delivery.seq);
                counting.add(&Counted {
                    seq: delivery.seq,
                    accepted_at: delivery.accepted_at,
                    status: if is_leased {
                        Status::InFlight
                    } else {
                        Status::of(&delivery, counting.epoch)
                    },
                    attempts: rows::attempts(&entry.history)?,
                });
            }
        }
        Ok(())
    }
}
