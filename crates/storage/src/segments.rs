//! Deliveries that arrived by their first try, many in one row: how they are found.
//!
//! Columns of the segments never fall from one to the next (see `tables`), so a segment is found by
//! halving, with a look at one row each time.

use std::collections::BTreeSet;

use domain::base::{Epoch, EventId, Seq, Timestamp, Token};
use domain::delivery::{Attempt, Delivery, State};
use domain::dispatch::StoreError;
use domain::event::EventType;

use crate::database::{Database, Row, integer};
use crate::placement::FLIGHT_MAX;

/// The first line of every head: the version of its form.
pub(crate) const VERSION: &str = "1";

/// What is remembered of the segments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Segments {
    /// The number of the first.
    pub(crate) begin: i64,
    /// The first that has a delivery, and when the newest of it was accepted.
    pub(crate) oldest: Option<(i64, Timestamp)>,
    pub(crate) last: Option<Last>,
}

/// The last segment.
#[derive(Debug, Clone)]
pub(crate) struct Last {
    pub(crate) n: i64,
    pub(crate) at: Timestamp,
    pub(crate) open_from: u64,
    pub(crate) high: u64,
    pub(crate) total: u64,
    pub(crate) size: u64,
    pub(crate) oldest: Timestamp,
    pub(crate) newest: Timestamp,
    pub(crate) newest_id: EventId,
    /// How many bytes it has.
    pub(crate) bytes: usize,
}

/// A delivery in a segment.
#[derive(Debug, Clone)]
pub(crate) struct SegmentEntry {
    pub(crate) delivery: Delivery,
    pub(crate) attempt: Attempt,
    /// How many bytes its payload has.
    pub(crate) bytes: usize,
}

/// Where a delivery is.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) n: i64,
    pub(crate) entry: SegmentEntry,
    /// Where in the body its payload begins.
    pub(crate) start: usize,
}

impl SegmentEntry {
    /// The line of a head that says what [`SegmentEntry::parse`] reads.
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
            tries: 1,
            token: Token::new(1),
            resends: 0,
            state: State::Delivered { at },
        };
        Ok(Self { delivery, attempt, bytes })
    }
}

/// The lines of a head, without that of the version.
pub(crate) fn lines_of(head: &str) -> Result<&str, StoreError> {
    let lines = head.strip_prefix(VERSION).and_then(|lines| lines.strip_prefix('\n'));
    lines.ok_or_else(|| StoreError("a segment is of an unknown version".to_owned()))
}

/// The deliveries that a head lists.
pub(crate) fn entries(head: &str) -> Result<Vec<SegmentEntry>, StoreError> {
    lines_of(head)?.lines().map(SegmentEntry::parse).collect()
}

/// The places of the deliveries in segments that have one at `seq` or higher, and maybe of others.
pub(crate) fn places_from(
    database: &dyn Database,
    segments: &Segments,
    seq: u64,
) -> Result<BTreeSet<Seq>, StoreError> {
    let mut places = BTreeSet::new();
    let Some(first) = segments.first(database, Bound::High, seq)? else { return Ok(places) };
    for row in database.run("SELECT head FROM segment WHERE n >= ?", &[integer(first)])? {
        places.extend(entries(row.text(0)?)?.into_iter().map(|entry| entry.delivery.seq));
    }
    Ok(places)
}

/// A column that never falls from one segment to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// When it was last written to.
    At,
    /// The lowest place that a later segment can have.
    OpenFrom,
    /// The highest place so far.
    High,
}

impl Segments {
    /// Reads what is remembered.
    pub(crate) fn load(database: &dyn Database) -> Result<Self, StoreError> {
        let mut segments = Self::default();
        let rows = database.run(
            "SELECT n, at, open_from, high, total, size, oldest, newest, newest_id, \
             length(head) + length(body) FROM segment ORDER BY n DESC LIMIT 1",
            &[],
        )?;
        let Some(row) = rows.first() else { return Ok(segments) };
        segments.last = Some(Last {
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

    /// Reads which is the first, and which the first that has a delivery.
    pub(crate) fn load_first(&mut self, database: &dyn Database) -> Result<(), StoreError> {
        let rows = database.run("SELECT n FROM segment ORDER BY n LIMIT 1", &[])?;
        let Some(row) = rows.first() else {
            *self = Self::default();
            return Ok(());
        };
        self.begin = row.integer(0)?;
        let statement = "SELECT n, newest FROM segment WHERE size > 0 ORDER BY n LIMIT 1";
        let rows = database.run(statement, &[])?;
        let read =
            |row: &Row| Ok::<_, StoreError>((row.integer(0)?, Timestamp::from_ms(row.integer(1)?)));
        self.oldest = rows.first().map(read).transpose()?;
        Ok(())
    }

    /// The first segment of which `bound` is at least `value`.
    pub(crate) fn first(
        &self,
        database: &dyn Database,
        bound: Bound,
        value: u64,
    ) -> Result<Option<i64>, StoreError> {
        let Some(last) = &self.last else { return Ok(None) };
        let (statement, of_last) = match bound {
            Bound::At => ("SELECT at FROM segment WHERE n = ?", last.at.as_ms()),
            Bound::OpenFrom => ("SELECT open_from FROM segment WHERE n = ?", last.open_from),
            Bound::High => ("SELECT high FROM segment WHERE n = ?", last.high),
        };
        if of_last < value {
            return Ok(None);
        }
        // All segments before `low` are below; `high` is not.
        let (mut low, mut high) = (self.begin, last.n);
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

/// When a delivery that arrived at `at` is written to a segment after one of `last`, if it may be:
/// the times of segments never fall, and it must be found again by the time in its event's id.
pub(crate) fn segment_time(
    accepted_at: Timestamp,
    at: Timestamp,
    last: Option<&Last>,
) -> Option<Timestamp> {
    let time = last.map_or(at, |last| last.at.max(at));
    (at >= accepted_at && time.since(accepted_at) <= FLIGHT_MAX).then_some(time)
}

impl Segments {
    pub(crate) fn wrote(&mut self, segment: Last) {
        if self.last.is_none() {
            self.begin = segment.n;
        }
        match &mut self.oldest {
            Some((n, newest)) if *n == segment.n => *newest = segment.newest,
            Some(_) => {}
            None => self.oldest = Some((segment.n, segment.newest)),
        }
        self.last = Some(segment);
    }
}
