//! A walk over the deliveries of both tables in the order of `seq`.

use std::collections::VecDeque;

use domain::base::Seq;
use domain::dispatch::StoreError;

use crate::database::integer;
use crate::queue::{ROWS_AT_ONCE, SEGMENTS_AT_ONCE};
use crate::rows;
use crate::rows::select;
use crate::segment::{Entry, Wanted};
use crate::write_buffer::WriteBuffer;

/// Most segments that a walk over attempted deliveries reads: some milliseconds.
const ATTEMPTED_SEGMENTS_MAX: usize = 8 * SEGMENTS_AT_ONCE;

/// The direction of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Downwards, from the highest `seq` below this.
    Down(Seq),
    /// Upwards, from the lowest `seq` above this.
    Up(Seq),
}

/// A walk over deliveries. Nothing may be written during it.
#[derive(Debug)]
pub(crate) struct Walk<'a, 'd> {
    buffer: &'a mut WriteBuffer<'d>,
    direction: Direction,
    wanted: Wanted,
    rows: Source,
    segments: Source,
    /// How many segments may still be read.
    segments_left: usize,
    /// Where the walk ends because no further segment may be read.
    stops_at: Option<Seq>,
}

/// The deliveries of one table, as far as they are read.
#[derive(Debug)]
struct Source {
    ready: VecDeque<Entry>,
    /// Where the next statement begins to read, `None` at the end.
    next: Option<Seq>,
}

impl<'a, 'd> Walk<'a, 'd> {
    pub(crate) fn new(
        buffer: &'a mut WriteBuffer<'d>,
        direction: Direction,
        wanted: Wanted,
    ) -> Self {
        let (rows, segments) = match direction {
            Direction::Down(below) => (below, below),
            Direction::Up(above) => (above, above.next()),
        };
        let source = |next| Source { ready: VecDeque::new(), next: Some(next) };
        let (rows, segments) = (source(rows), source(segments));
        let segments_left = match wanted {
            Wanted::All => usize::MAX,
            Wanted::Attempted => ATTEMPTED_SEGMENTS_MAX,
        };
        Self { buffer, direction, wanted, rows, segments, segments_left, stops_at: None }
    }

    /// Returns the next delivery.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, StoreError> {
        while self.rows.ready.is_empty() && self.rows.next.is_some() {
            self.read_rows()?;
        }
        while self.segments.ready.is_empty() && self.segments.next.is_some() {
            self.read_segments()?;
        }
        let first = |source: &Source| source.ready.front().map(|entry| entry.delivery.seq);
        let is_row_first = match (first(&self.rows), first(&self.segments), self.direction) {
            (Some(row), Some(segment), Direction::Down(_)) => row > segment,
            (Some(row), Some(segment), Direction::Up(_)) => row < segment,
            (row, None, _) => row.is_some(),
            (None, Some(_), _) => false,
        };
        let source = if is_row_first { &mut self.rows } else { &mut self.segments };
        let next = source.ready.pop_front();
        Ok(next.filter(|entry| self.stops_at.is_none_or(|end| entry.delivery.seq >= end)))
    }

    fn read_rows(&mut self) -> Result<(), StoreError> {
        let Some(start) = self.rows.next.take() else { return Ok(()) };
        let statement = match self.direction {
            Direction::Down(_) => {
                select!(", history", "WHERE seq < ? AND token >= ? ORDER BY seq DESC LIMIT ?")
            }
            Direction::Up(_) => {
                select!(", history", "WHERE seq > ? AND token >= ? ORDER BY seq LIMIT ?")
            }
        };
        let token = u8::from(self.wanted == Wanted::Attempted);
        let bindings = [integer(start.get()), integer(token), integer(ROWS_AT_ONCE)];
        for row in self.buffer.run(statement, &bindings)? {
            let delivery = rows::delivery(&row)?;
            self.rows.next = Some(delivery.seq);
            self.rows.ready.push_back(Entry { delivery, history: row.text(14)?.to_owned() });
        }
        Ok(())
    }

    fn read_segments(&mut self) -> Result<(), StoreError> {
        let Some(start) = self.segments.next.take() else { return Ok(()) };
        let Direction::Down(_) = self.direction else {
            let read = self.buffer.segments(start, SEGMENTS_AT_ONCE, self.wanted)?;
            self.segments.next = read.last().map(|last| last.end);
            let entries = read.into_iter().flat_map(|segment| segment.entries);
            self.segments.ready.extend(entries.filter(|entry| entry.delivery.seq >= start));
            return Ok(());
        };
        let totals = &self.buffer.cache.segments.totals;
        let start = match self.wanted {
            Wanted::All => start,
            Wanted::Attempted => totals.attempted_below(start),
        };
        let rows = self.buffer.run(
            "SELECT first_seq FROM segment WHERE first_seq < ? ORDER BY first_seq DESC LIMIT ?",
            &[integer(start.get()), integer(SEGMENTS_AT_ONCE)],
        )?;
        let Some(lowest) = rows.last() else { return Ok(()) };
        let lowest = Seq::new(lowest.integer(0)?);
        self.segments_left = self.segments_left.saturating_sub(rows.len());
        self.segments.next = Some(lowest);
        if self.segments_left == 0 {
            self.stops_at = self.segments.next.take();
        }
        let read = self.buffer.segments(lowest, rows.len(), self.wanted)?;
        let entries = read.into_iter().flat_map(|segment| segment.entries).rev();
        self.segments.ready.extend(entries.filter(|entry| entry.delivery.seq < start));
        Ok(())
    }
}
