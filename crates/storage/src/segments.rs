//! The table `segment`: deliveries that succeeded at their first attempt, many in one row. This
//! file finds segments and reads their heads.
//!
//! Some columns never decrease from one segment to the next (see `tables`), so a segment is found
//! by binary search, which reads one row at each step.

use std::collections::BTreeSet;

use domain::base::{Epoch, EventId, LeaseToken, Seq, Timestamp};
use domain::delivery::{Attempt, Delivery, State};
use domain::dispatch::StoreError;
use domain::event::EventType;

use crate::database::{Database, Row, integer};
use crate::placement::FLIGHT_MAX;

/// The first line of every head: the version of its format.
pub(crate) const VERSION: &str = "1";

/// The cached facts about the table `segment`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Segments {
    /// The number of the first segment.
    pub(crate) first: i64,
    /// The first segment that contains a delivery: its number, and the time at which the newest of
    /// its deliveries was accepted.
    pub(crate) oldest: Option<(i64, Timestamp)>,
    /// The last segment.
    pub(crate) last: Option<LastSegment>,
}

/// The last segment. Its fields are the columns of its row (see `tables`).
#[derive(Debug, Clone)]
pub(crate) struct LastSegment {
    pub(crate) n: i64,
    pub(crate) at: Timestamp,
    pub(crate) open_from: u64,
    pub(crate) high: u64,
    pub(crate) total: u64,
    pub(crate) size: u64,
    pub(crate) oldest: Timestamp,
    pub(crate) newest: Timestamp,
    pub(crate) newest_id: EventId,
    /// The length of `head` and `body` together, in bytes.
    pub(crate) bytes: usize,
}

/// A delivery in a segment.
#[derive(Debug, Clone)]
pub(crate) struct SegmentEntry {
    pub(crate) delivery: Delivery,
    pub(crate) attempt: Attempt,
    /// The length of its payload, in bytes.
    pub(crate) bytes: usize,
}

/// A delivery that was found in a segment.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) n: i64,
    pub(crate) entry: SegmentEntry,
    /// The offset of its payload in the body, in bytes.
    pub(crate) start: usize,
}

impl SegmentEntry {
    /// Returns the line of a head that [`SegmentEntry::parse`] reads. `bytes` is the payload's
    /// length.
    pub(crate) fn line(
        delivery: &Delivery,
        at: Timestamp,
        attempt: &Attempt,
        bytes: usize,
    ) -> Result<String, StoreError> {
        let fields = (
            delivery.seq,
            delivery.event_id.as_str(),
            delivery.event_type.as_str(),
            delivery.accepted_at,
            delivery.epoch,
            at,
            attempt,
            bytes,
        );
        let mut line =
            serde_json::to_string(&fields).map_err(|error| StoreError(error.to_string()))?;
        line.push('\n');
        Ok(line)
    }

    fn parse(line: &str) -> Result<Self, StoreError> {
        type Fields = (Seq, EventId, EventType, Timestamp, Epoch, Timestamp, Attempt, usize);
        let (seq, event_id, event_type, accepted_at, epoch, at, attempt, bytes): Fields =
            serde_json::from_str(line)
                .map_err(|_| StoreError("a segment's line is unreadable".to_owned()))?;
        let delivery = Delivery {
            seq,
            event_id,
            event_type,
            accepted_at,
            epoch,
            bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
            attempts: 1,
            token: LeaseToken::new(1),
            resends: 0,
            state: State::Delivered { at },
        };
        Ok(Self { delivery, attempt, bytes })
    }
}

/// Returns the lines of a head after the version.
pub(crate) fn lines_of(head: &str) -> Result<&str, StoreError> {
    let lines = head.strip_prefix(VERSION).and_then(|lines| lines.strip_prefix('\n'));
    lines.ok_or_else(|| StoreError("a segment is of an unknown version".to_owned()))
}

/// Reads the deliveries in a head.
pub(crate) fn entries(head: &str) -> Result<Vec<SegmentEntry>, StoreError> {
    lines_of(head)?.lines().map(SegmentEntry::parse).collect()
}

/// Returns the sequence numbers of all deliveries in the first segment whose `high` is at least
/// `seq`, and in the segments after it. They include every delivery from `seq` on that is in a
/// segment.
pub(crate) fn seqs_from(
    database: &dyn Database,
    segments: &Segments,
    seq: u64,
) -> Result<BTreeSet<Seq>, StoreError> {
    let mut seqs = BTreeSet::new();
    let Some(first) = segments.find_first(database, SegmentKey::High, seq)? else {
        return Ok(seqs);
    };
    for row in database.run("SELECT head FROM segment WHERE n >= ?", &[integer(first)])? {
        seqs.extend(entries(row.text(0)?)?.into_iter().map(|entry| entry.delivery.seq));
    }
    Ok(seqs)
}

/// A column that never decreases from one segment to the next, as the key of a search.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SegmentKey {
    /// The latest time at which a delivery succeeded so far.
    At,
    /// The lowest `seq` that a later segment can contain.
    OpenFrom,
    /// The highest `seq` so far.
    High,
}

impl Segments {
    /// Loads the cached facts.
    pub(crate) fn load(database: &dyn Database) -> Result<Self, StoreError> {
        let mut segments = Self::default();
        let rows = database.run(
            "SELECT n, at, open_from, high, total, size, oldest, newest, newest_id, \
             length(head) + length(body) FROM segment ORDER BY n DESC LIMIT 1",
            &[],
        )?;
        let Some(row) = rows.first() else { return Ok(segments) };
        segments.last = Some(LastSegment {
            n: row.integer(0)?,
            at: Timestamp::from_ms(row.integer(1)?),
            open_from: row.integer(2)?,
            high: row.integer(3)?,
            total: row.integer(4)?,
            size: row.integer(5)?,
            oldest: Timestamp::from_ms(row.integer(6)?),
            newest: Timestamp::from_ms(row.integer(7)?),
            newest_id: row.parsed(8)?,
            bytes: row.integer(9)?,
        });
        segments.load_first(database)?;
        Ok(segments)
    }

    /// Loads the number of the first segment, and the first segment that contains a delivery.
    pub(crate) fn load_first(&mut self, database: &dyn Database) -> Result<(), StoreError> {
        let rows = database.run("SELECT n FROM segment ORDER BY n LIMIT 1", &[])?;
        let Some(row) = rows.first() else {
            *self = Self::default();
            return Ok(());
        };
        self.first = row.integer(0)?;
        let statement = "SELECT n, newest FROM segment WHERE size > 0 ORDER BY n LIMIT 1";
        let rows = database.run(statement, &[])?;
        let read =
            |row: &Row| Ok::<_, StoreError>((row.integer(0)?, Timestamp::from_ms(row.integer(1)?)));
        self.oldest = rows.first().map(read).transpose()?;
        Ok(())
    }

    /// Returns the number of the first segment in which `column` is at least `value`.
    pub(crate) fn find_first(
        &self,
        database: &dyn Database,
        column: SegmentKey,
        value: u64,
    ) -> Result<Option<i64>, StoreError> {
        let Some(last) = &self.last else { return Ok(None) };
        let (statement, of_last) = match column {
            SegmentKey::At => ("SELECT at FROM segment WHERE n = ?", last.at.as_ms()),
            SegmentKey::OpenFrom => ("SELECT open_from FROM segment WHERE n = ?", last.open_from),
            SegmentKey::High => ("SELECT high FROM segment WHERE n = ?", last.high),
        };
        if of_last < value {
            return Ok(None);
        }
        // Every segment before `low` has less than `value`; the segment `high` has at least
        // `value`.
        let (mut low, mut high) = (self.first, last.n);
        while low < high {
            let middle = low.midpoint(high);
            let rows = database.run(statement, &[integer(middle)])?;
            let row = rows.first().ok_or_else(|| StoreError("a segment is missing".to_owned()))?;
            if row.integer::<u64>(0)? < value {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        Ok(Some(low))
    }
}

/// Returns the new `at` of the segment to which a delivery is added, or `None` if it may not be
/// added to a segment. `at` is the time at which it succeeded, `last` the last segment so far.
///
/// The times of segments never decrease. The new time may be at most [`FLIGHT_MAX`] after the
/// delivery's acceptance, because the delivery is found by the time in its event's id.
pub(crate) fn segment_time(
    accepted_at: Timestamp,
    at: Timestamp,
    last: Option<&LastSegment>,
) -> Option<Timestamp> {
    let time = last.map_or(at, |last| last.at.max(at));
    (at >= accepted_at && time.since(accepted_at) <= FLIGHT_MAX).then_some(time)
}

impl Segments {
    /// Records that `segment` was written.
    pub(crate) fn written(&mut self, segment: LastSegment) {
        if self.last.is_none() {
            self.first = segment.n;
        }
        match &mut self.oldest {
            Some((n, newest)) if *n == segment.n => *newest = segment.newest,
            Some(_) => {}
            None => self.oldest = Some((segment.n, segment.newest)),
        }
        self.last = Some(segment);
    }
}
