//! A walk over the deliveries of all tables in the order of `seq`.

use std::collections::{BTreeMap, VecDeque};

use domain::base::Seq;
use domain::delivery::{Attempt, Delivery};
use domain::dispatch::StoreError;

use crate::database::integer;
use crate::pending::select_pending;
use crate::queue::ROWS_AT_ONCE;
use crate::rows::select;
use crate::segments::SegmentKey;
use crate::write_buffer::WriteBuffer;
use crate::{rows, segments};

/// Number of segments that one statement reads.
const SEGMENTS_AT_ONCE: usize = 32;

/// A delivery that a walk has found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) delivery: Delivery,
    history: History,
}

/// The attempts of a delivery, as its table stores them.
#[derive(Debug)]
enum History {
    /// The lines in the column `history`.
    Lines(String),
    /// The attempt of a delivery in a segment. A delivery in flight has none.
    AtMostOne(Option<Attempt>),
}

impl Found {
    /// Returns the delivery and its attempts.
    pub(crate) fn with_attempts(self) -> Result<(Delivery, Vec<Attempt>), StoreError> {
        let attempts = match self.history {
            History::Lines(lines) => rows::attempts(&lines)?,
            History::AtMostOne(attempt) => attempt.into_iter().collect(),
        };
        Ok((self.delivery, attempts))
    }
}

/// The direction of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Downwards, from the highest `seq` below this.
    Down(u64),
    /// Upwards, from the lowest `seq` above this.
    Up(u64),
}

/// Which rows of `delivery` and `pending` a walk reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// All rows, without their histories.
    WithoutHistory,
    /// The rows of deliveries that were attempted, with their histories.
    Attempted,
}

/// A walk over all deliveries. Nothing may be written during it.
#[derive(Debug)]
pub(crate) struct Walk<'a, 'd> {
    buffer: &'a WriteBuffer<'d>,
    direction: Direction,
    rows: Rows,
    in_flight: VecDeque<Found>,
    segments: SegmentWalk,
}

/// The part of a walk that reads `delivery` and `pending`.
#[derive(Debug)]
struct Rows {
    statement: &'static str,
    /// The `seq` beyond which the next statement reads, `None` after the last row.
    next: Option<i64>,
    ready: VecDeque<Found>,
}

/// The part of a walk that reads the segments.
#[derive(Debug)]
struct SegmentWalk {
    /// The next segment to read, `None` after the last one.
    next: Option<i64>,
    /// Deliveries of the segments read so far that a delivery of an unread segment may precede.
    held_back: BTreeMap<Seq, Found>,
    ready: VecDeque<Found>,
}

impl<'a, 'd> Walk<'a, 'd> {
    /// Begins a walk over the stored deliveries. All changes must have been written.
    pub(crate) fn new(
        buffer: &'a WriteBuffer<'d>,
        direction: Direction,
        depth: Depth,
    ) -> Result<Self, StoreError> {
        let open = buffer.cache.in_flight.open.values().map(|open| Found {
            delivery: open.delivery.clone(),
            history: History::AtMostOne(None),
        });
        let open = open.filter(|found| direction.takes(found.delivery.seq));
        let in_flight = if direction.is_down() { open.rev().collect() } else { open.collect() };
        let segments = &buffer.cache.segments;
        let first_segment = match direction {
            Direction::Down(below) => segments
                .find_first(buffer.database, SegmentKey::OpenFrom, below)?
                .or(segments.last.as_ref().map(|last| last.n)),
            Direction::Up(above) => {
                segments.find_first(buffer.database, SegmentKey::High, above.saturating_add(1))?
            }
        };
        let start = match direction {
            Direction::Down(start) | Direction::Up(start) => {
                i64::try_from(start).unwrap_or(i64::MAX)
            }
        };
        let rows = Rows {
            statement: statement(direction, depth),
            next: Some(start),
            ready: VecDeque::new(),
        };
        let segments =
            SegmentWalk { next: first_segment, held_back: BTreeMap::new(), ready: VecDeque::new() };
        Ok(Self { buffer, direction, rows, in_flight, segments })
    }

    /// Returns the next delivery.
    pub(crate) fn next(&mut self) -> Result<Option<Found>, StoreError> {
        if self.rows.ready.is_empty() {
            self.read_rows()?;
        }
        while self.segments.ready.is_empty() && self.segments.next.is_some() {
            self.read_segments()?;
        }
        let sources = [&mut self.rows.ready, &mut self.in_flight, &mut self.segments.ready];
        let is_down = self.direction.is_down();
        let nearest =
            sources.into_iter().filter(|source| !source.is_empty()).min_by_key(|source| {
                let seq = source.front().map_or(0, |found| found.delivery.seq.get());
                if is_down { u64::MAX.saturating_sub(seq) } else { seq }
            });
        Ok(nearest.and_then(VecDeque::pop_front))
    }

    fn read_rows(&mut self) -> Result<(), StoreError> {
        let Some(start) = self.rows.next.take() else { return Ok(()) };
        let rows =
            self.buffer.run(self.rows.statement, &[integer(start), integer(ROWS_AT_ONCE)])?;
        for row in &rows {
            let history = History::Lines(row.text(13)?.to_owned());
            self.rows.ready.push_back(Found { delivery: rows::delivery(row)?, history });
        }
        self.rows.next = rows.last().map(|row| row.integer(0)).transpose()?;
        Ok(())
    }

    /// Reads the next segments. A delivery is ready once no delivery of an unread segment can
    /// precede it.
    fn read_segments(&mut self) -> Result<(), StoreError> {
        let Some(next) = self.segments.next.take() else { return Ok(()) };
        let is_down = self.direction.is_down();
        let statement = if is_down { SEGMENTS_DOWN } else { SEGMENTS_UP };
        let one_more = integer(SEGMENTS_AT_ONCE.saturating_add(1));
        let rows = self.buffer.run(statement, &[integer(next), one_more])?;
        let mut bound = None;
        for (index, row) in rows.iter().enumerate() {
            if index == SEGMENTS_AT_ONCE {
                self.segments.next = Some(row.integer(0)?);
                // This segment is unread. Neither it nor one before it has a `seq` above its
                // `high`.
                bound = if is_down { Some(row.integer(1)?) } else { bound };
                break;
            }
            // No segment after this one has a `seq` below its `open_from`.
            bound = if is_down { None } else { Some(row.integer(2)?) };
            for entry in segments::entries(row.text(3)?)? {
                if self.direction.takes(entry.delivery.seq) {
                    let history = History::AtMostOne(Some(entry.attempt));
                    let found = Found { delivery: entry.delivery, history };
                    self.segments.held_back.insert(found.delivery.seq, found);
                }
            }
        }
        let bound = bound.filter(|_| self.segments.next.is_some()).map(Seq::new);
        let held_back = &mut self.segments.held_back;
        match bound {
            None if is_down => {
                self.segments.ready.extend(core::mem::take(held_back).into_values().rev());
            }
            None => self.segments.ready.extend(core::mem::take(held_back).into_values()),
            Some(high) if is_down => {
                let ready = held_back.split_off(&high.next());
                self.segments.ready.extend(ready.into_values().rev());
            }
            Some(open_from) => {
                let later = held_back.split_off(&open_from);
                self.segments.ready.extend(core::mem::replace(held_back, later).into_values());
            }
        }
        Ok(())
    }
}

impl Direction {
    const fn is_down(self) -> bool {
        matches!(self, Self::Down(_))
    }

    const fn takes(self, seq: Seq) -> bool {
        match self {
            Self::Down(below) => seq.get() < below,
            Self::Up(above) => seq.get() > above,
        }
    }
}

const SEGMENTS_DOWN: &str =
    "SELECT n, high, open_from, head FROM segment WHERE n <= ? ORDER BY n DESC LIMIT ?";

const SEGMENTS_UP: &str =
    "SELECT n, high, open_from, head FROM segment WHERE n >= ? ORDER BY n LIMIT ?";

const fn statement(direction: Direction, depth: Depth) -> &'static str {
    macro_rules! all_rows {
        ($where:literal, $order:literal) => {
            concat!(select!(", ''", $where), " UNION ALL ", select_pending!(", ''", $where), $order)
        };
    }
    match (direction, depth) {
        (Direction::Down(_), Depth::WithoutHistory) => {
            all_rows!("WHERE seq < ?1", " ORDER BY 1 DESC LIMIT ?2")
        }
        (Direction::Up(_), Depth::WithoutHistory) => {
            all_rows!("WHERE seq > ?1", " ORDER BY 1 LIMIT ?2")
        }
        (Direction::Down(_), Depth::Attempted) => {
            select!(", history", "WHERE seq < ? AND token > 0 ORDER BY seq DESC LIMIT ?")
        }
        (Direction::Up(_), Depth::Attempted) => {
            select!(", history", "WHERE seq > ? AND token > 0 ORDER BY seq LIMIT ?")
        }
    }
}
