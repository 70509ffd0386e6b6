//! The cached facts about the table `segment`, and how segments are read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::base::{Epoch, EventId, PURGE_EVERY, Seq, Timestamp};
use domain::delivery::{Backlog, Delivery};
use domain::dispatch::StoreError;

use crate::database::{Database, Row, integer};
use crate::row_counts::RowCounts;
use crate::segment;
use crate::segment::{Segment, Wanted, select_segments};
use crate::totals::{Totals, Undelivered};

/// Most bytes of a segment that takes further deliveries. With larger segments fewer rows are
/// purged, but each addition rewrites the whole row. A larger event has a segment of its own.
pub(crate) const SEGMENT_BYTES_MAX: usize = 16 * 1_024;

/// How many segments later the progress of a delivery may be written. With more of them, more
/// deliveries share a row when they succeed, but reading a delivery reads more rows.
pub(crate) const STEPS_NEAR: usize = 8;

/// By how many segments the order of event ids may differ from the order of acceptance. Each may
/// contain only one event, if events are large, and many publishers may publish at once.
pub(crate) const IDS_NEAR: usize = 64;

/// Most deliveries that wait and are cached: some more than are leased at once.
const WAITING_MAX: usize = 512;

/// The cached facts.
#[derive(Debug, Clone)]
pub(crate) struct Segments {
    /// The first segment, and the time at which its first delivery was accepted.
    pub(crate) first: Option<(Seq, Timestamp)>,
    /// The second segment.
    pub(crate) second: Option<Seq>,
    /// The last segment.
    pub(crate) last: Option<LastSegment>,
    /// The last segment and up to [`IDS_NEAR`] before it.
    pub(crate) near: VecDeque<NearSegment>,
    pub(crate) totals: Totals,
    /// The totals that are stored.
    pub(crate) stored_totals: Totals,
    /// The counts of the last segment's row, as they are stored. `None` if an earlier release wrote
    /// it.
    pub(crate) counts: Option<RowCounts>,
    /// The first deliveries of the last segment's epoch that wait.
    pub(crate) waiting: BTreeMap<Seq, Placed>,
    /// Every delivery of that epoch that waits and has a lower `seq` is in `waiting`.
    pub(crate) waiting_until: Seq,
    /// The deliveries in their first attempt.
    pub(crate) leased: BTreeMap<Seq, Placed>,
}

/// The last segment.
#[derive(Debug, Clone)]
pub(crate) struct LastSegment {
    pub(crate) first_seq: Seq,
    pub(crate) epoch: Epoch,
    /// The time at which its last delivery was accepted.
    accepted_at: Timestamp,
    /// The first `seq` after its last delivery.
    pub(crate) end: Seq,
    /// The length of its texts and payloads together.
    pub(crate) bytes: usize,
}

/// One of the last segments.
#[derive(Debug, Clone)]
pub(crate) struct NearSegment {
    pub(crate) first_seq: Seq,
    /// The greatest event id that is or was in this segment or an earlier one.
    pub(crate) newest_id: EventId,
}

/// A delivery that waits or is in its first attempt.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) delivery: Delivery,
    /// Its segment.
    pub(crate) row: Seq,
}

/// The segment that takes a new delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) row: Seq,
    /// Whether the segment does not exist yet.
    pub(crate) is_new: bool,
}

impl Segments {
    /// No segments.
    pub(crate) const EMPTY: Self = Self {
        first: None,
        second: None,
        last: None,
        near: VecDeque::new(),
        totals: Totals::EMPTY,
        stored_totals: Totals::EMPTY,
        counts: None,
        waiting: BTreeMap::new(),
        waiting_until: Seq::new(0),
        leased: BTreeMap::new(),
    };

    /// Loads the cached facts. Of the deliveries that wait, none is read yet.
    pub(crate) fn load(database: &dyn Database) -> Result<Self, StoreError> {
        let mut segments = Self::EMPTY;
        segments.load_first(database)?;
        let statement = "SELECT first_seq, newest_id FROM segment ORDER BY first_seq DESC LIMIT ?";
        for row in database.run(statement, &[integer(IDS_NEAR.saturating_add(1))])? {
            let near =
                NearSegment { first_seq: Seq::new(row.integer(0)?), newest_id: row.parsed(1)? };
            segments.near.push_front(near);
        }
        let Some(last) = segments.near.back().map(|last| last.first_seq) else {
            return Ok(segments);
        };
        segments.load_last(database, last)?;
        segments.waiting_until = segments.totals.open_from;
        for row in segments.totals.leased_in.iter().copied().chain([last]) {
            // A segment of the list may have been purged since.
            let read = read(database, row, 1, Wanted::Attempted)?.into_iter();
            for entry in read.filter(|it| it.first_seq == row).flat_map(|it| it.entries) {
                let delivery = entry.delivery;
                if delivery.open_lease().is_some() {
                    segments.leased.insert(delivery.seq, Placed { delivery, row });
                }
            }
        }
        Ok(segments)
    }

    fn load_last(&mut self, database: &dyn Database, first_seq: Seq) -> Result<(), StoreError> {
        let rows = database.run(
            "SELECT totals, epoch, \
             length(head) + length(traces) + length(outcomes) + length(body), head \
             FROM segment WHERE first_seq = ?",
            &[integer(first_seq.get())],
        )?;
        let Some(row) = rows.first() else { return Ok(()) };
        self.totals = Totals::from_text(row.text(0)?)?;
        self.stored_totals = self.totals.clone();
        self.counts = RowCounts::from_text(row.text(0)?)?;
        let (seq, accepted_at) = segment::last_of(row.text(3)?)?;
        self.last = Some(LastSegment {
            first_seq,
            epoch: Epoch::new(row.integer(1)?),
            accepted_at,
            end: seq.next(),
            bytes: row.integer(2)?,
        });
        Ok(())
    }

    /// Loads the first two segments.
    pub(crate) fn load_first(&mut self, database: &dyn Database) -> Result<(), StoreError> {
        let statement = "SELECT first_seq, accepted_at FROM segment ORDER BY first_seq LIMIT 2";
        let read = |row: &Row| {
            Ok::<_, StoreError>((Seq::new(row.integer(0)?), Timestamp::from_ms(row.integer(1)?)))
        };
        let rows = database.run(statement, &[])?;
        self.first = rows.first().map(read).transpose()?;
        self.second = rows.get(1).map(read).transpose()?.map(|(first_seq, _)| first_seq);
        Ok(())
    }

    /// Whether a new delivery may be added: `epoch` and `accepted_at` do not decrease, and its
    /// event's id is greater than all that are [`IDS_NEAR`] segments before the last or earlier.
    pub(crate) fn can_add(&self, delivery: &Delivery) -> bool {
        let Some(last) = &self.last else { return true };
        let oldest = self.near.front().filter(|_| self.near.len() > IDS_NEAR);
        last.epoch <= delivery.epoch
            && last.accepted_at <= delivery.accepted_at
            && oldest.is_none_or(|oldest| oldest.newest_id < delivery.event_id)
    }

    /// Adds a delivery of this size to the last segment, or to a new one. `is_waiting` is whether
    /// it waits.
    pub(crate) fn add(&mut self, delivery: &Delivery, bytes: usize, is_waiting: bool) -> Place {
        let Delivery { seq, epoch, accepted_at, .. } = *delivery;
        let end = self.last.as_ref().map_or(seq, |last| last.end);
        if self.last.as_ref().is_none_or(|last| last.epoch < epoch) {
            self.totals.end_epoch(self.open_from(), end);
            self.waiting.clear();
            self.waiting_until = end;
        }
        let grown = self.last.as_ref().filter(|last| {
            last.epoch == epoch
                && hour_end(last.accepted_at) == hour_end(accepted_at)
                && last.bytes.saturating_add(bytes) <= SEGMENT_BYTES_MAX
        });
        let place =
            Place { row: grown.map_or(end, |last| last.first_seq), is_new: grown.is_none() };
        let bytes = grown.map_or(0, |last| last.bytes).saturating_add(bytes);
        self.last =
            Some(LastSegment { first_seq: place.row, epoch, accepted_at, end: seq.next(), bytes });
        if place.is_new && self.first.is_some() {
            self.second.get_or_insert(place.row);
        }
        self.first.get_or_insert((place.row, accepted_at));
        let newest = self.near.back().map(|last| &last.newest_id).max(Some(&delivery.event_id));
        let newest_id = newest.unwrap_or(&delivery.event_id).clone();
        if place.is_new {
            self.near.push_back(NearSegment { first_seq: place.row, newest_id });
            if self.near.len() > IDS_NEAR.saturating_add(1) {
                self.near.pop_front();
            }
        } else if let Some(last) = self.near.back_mut() {
            last.newest_id = newest_id;
        }
        self.totals.moved = self.totals.moved.saturating_add(distance(end, seq));
        if is_waiting {
            self.totals.enter(delivery.bytes);
        }
        let is_full = is_waiting && self.waiting.len() >= WAITING_MAX;
        if self.waiting_until >= end && !is_full {
            self.waiting_until = seq.next();
            if is_waiting {
                let placed = Placed { delivery: delivery.clone(), row: place.row };
                self.waiting.insert(seq, placed);
            }
        }
        place
    }

    /// Returns a delivery that waits or is in its first attempt, if it is cached.
    pub(crate) fn cached(&self, seq: Seq) -> Option<&Placed> {
        self.leased.get(&seq).or_else(|| self.waiting.get(&seq))
    }

    /// Returns a `seq` below which no delivery of the last segment's epoch waits.
    fn open_from(&self) -> Seq {
        self.waiting.first_key_value().map_or(self.waiting_until, |(&seq, _)| seq)
    }

    /// Returns the first `seq` after the segments that may be deleted for lack of room: the start
    /// of the last segment, or of the first one with a delivery that waits or is leased.
    pub(crate) fn droppable_until(&self) -> Seq {
        let Some(last) = &self.last else { return Seq::new(0) };
        self.unsettled_from().map_or(last.first_seq, |unsettled| unsettled.min(last.first_seq))
    }

    /// Returns the start of the first segment with a delivery that waits or is leased. Its first
    /// ones may still be settled.
    pub(crate) fn unsettled_from(&self) -> Option<Seq> {
        let start =
            |placed: &BTreeMap<Seq, Placed>| placed.first_key_value().map(|(_, placed)| placed.row);
        let waiting = (self.totals.waiting().deliveries > 0)
            .then(|| start(&self.waiting).unwrap_or(self.waiting_until));
        waiting.into_iter().chain(start(&self.leased)).min()
    }

    /// Returns the segment that the progress of a delivery in `row` may be written to instead: the
    /// last one, if it is near and has room.
    pub(crate) fn near_last(&self, row: Seq) -> Option<Seq> {
        let last = self.last.as_ref().filter(|last| last.bytes <= SEGMENT_BYTES_MAX)?;
        let mut near = self.near.iter().rev().take(STEPS_NEAR.saturating_add(1));
        near.any(|near| near.first_seq == row).then_some(last.first_seq)
    }

    /// Returns the totals to be stored now.
    pub(crate) fn current_totals(&self) -> Totals {
        let last = self.last.as_ref().map(|last| last.first_seq);
        let rows: BTreeSet<Seq> = self.leased.values().map(|leased| leased.row).collect();
        let mut totals = self.totals.clone();
        totals.open_from = self.open_from();
        totals.leased_in = rows.into_iter().filter(|&row| Some(row) != last).collect();
        totals
    }

    /// Returns the backlog of the webhook's current epoch.
    pub(crate) fn backlog(&self, epoch: Epoch) -> Backlog {
        let is_current = self.last.as_ref().is_some_and(|last| last.epoch == epoch);
        let mut backlog = if is_current { self.totals.waiting() } else { Backlog::default() };
        for leased in self.leased.values() {
            backlog.enter(leased.delivery.bytes);
        }
        backlog
    }

    /// Returns where undelivered deliveries are, given the webhook's current epoch.
    pub(crate) fn undelivered(&self, epoch: Epoch) -> Vec<Undelivered> {
        let mut totals = self.totals.clone();
        if let Some(last) = self.last.as_ref().filter(|last| last.epoch != epoch) {
            totals.end_epoch(self.open_from(), last.end);
        }
        totals.undelivered
    }

    /// Returns the number of deliveries in segments that succeeded.
    pub(crate) fn delivered(&self) -> u64 {
        let (Some((first, _)), Some(last)) = (self.first, &self.last) else { return 0 };
        let undelivered = self.totals.undelivered.iter().map(|range| range.count);
        undelivered
            .chain([self.totals.moved, self.totals.waiting().deliveries])
            .chain(u64::try_from(self.leased.len()))
            .fold(distance(first, last.end), u64::saturating_sub)
    }

    /// Returns the end of the hour in which the deliveries of the first segment were accepted.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        self.first.map(|(_, accepted_at)| hour_end(accepted_at))
    }

    /// Records that the segments before `until` were deleted. `until` is the end of a segment.
    pub(crate) fn purged(&mut self, database: &dyn Database, until: Seq) -> Result<(), StoreError> {
        self.leased.retain(|&seq, _| seq >= until);
        self.waiting.retain(|&seq, _| seq >= until);
        self.waiting_until = self.waiting_until.max(until);
        self.near.retain(|near| near.first_seq >= until);
        self.load_first(database)?;
        if self.near.is_empty() {
            *self = Self::EMPTY;
        }
        Ok(())
    }
}

/// Returns the distance between two `seq`s, of which `from` is the lower one.
pub(crate) const fn distance(from: Seq, until: Seq) -> u64 {
    until.get().saturating_sub(from.get())
}

/// Returns the end of the hour in which the deliveries of a segment were accepted.
pub(crate) const fn hour_end(accepted_at: Timestamp) -> Timestamp {
    let hour = PURGE_EVERY.as_ms();
    Timestamp::from_ms(accepted_at.as_ms().saturating_add(1).next_multiple_of(hour))
}

/// Reads up to `count` segments: the one with `seq`, or else the first one after it, and those that
/// follow.
pub(crate) fn read(
    database: &dyn Database,
    seq: Seq,
    count: usize,
    wanted: Wanted,
) -> Result<Vec<Segment>, StoreError> {
    // The outcomes of the last ones may be in those that follow.
    read_with(database, seq, count, STEPS_NEAR, wanted)
}

/// Like [`read`], with the outcomes in so many of the segments that follow.
pub(crate) fn read_with(
    database: &dyn Database,
    seq: Seq,
    count: usize,
    following: usize,
    wanted: Wanted,
) -> Result<Vec<Segment>, StoreError> {
    let statement = select_segments!(
        "WHERE first_seq >= \
         coalesce((SELECT max(first_seq) FROM segment WHERE first_seq <= ?1), 0) \
         ORDER BY first_seq LIMIT ?2"
    );
    let limit = count.saturating_add(following);
    let rows = database.run(statement, &[integer(seq.get()), integer(limit)])?;
    segment::decode(&rows, count, wanted)
}
