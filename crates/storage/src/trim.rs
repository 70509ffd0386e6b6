//! Drops what is kept only for later questions, when the object has become too large: first the
//! bodies of what was delivered, then its history, both from the oldest on.
//!
//! Bodies go up to the segment that is not over yet, then whole segments are deleted. A delivery of
//! those segments that was not delivered is moved to the table `delivery`. In that table only what
//! was delivered is dropped, in the same order of `seq`.
//!
//! Each call does a bounded part. [`Trimmed`] says how far the earlier ones came, so nothing
//! is looked at twice.

use domain::base::{Seq, Timestamp};
use domain::delivery::{Delivery, Excess, Extent, State, Trimmed};
use domain::dispatch::StoreError;

use crate::cache::Cache;
use crate::database::integer;
use crate::delivery_cache::Oldest;
use crate::segment::{Outcome, Segment, Wanted};
use crate::write_buffer::WriteBuffer;

/// Most segments that one call changes or deletes: about 1 MB, some milliseconds.
const SEGMENTS_MAX: usize = 64;

/// Most rows of `delivery` that one call looks at.
const ROWS_MAX: usize = 500;

/// Bytes of bodies, in either table, after which a call drops no further ones. It limits the work
/// if events are large.
const BYTES_MAX: u64 = 2 * 1_024 * 1_024;

/// Number of undelivered deliveries after which a call deletes no further segment. Each is moved to
/// a row with indexes.
const MOVED_MAX: usize = 100;

/// What is dropped of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Body,
    All,
}

/// The rows of `delivery` of which one call drops something.
#[derive(Debug)]
struct RowsOver {
    /// They have a lower `seq`.
    until: Seq,
    /// The time at which the newest of them was accepted.
    newest: Option<Timestamp>,
    /// The bytes of their bodies.
    bytes: u64,
}

/// The condition of the rows of `delivery` from one `seq` up to another whose history may be
/// dropped.
macro_rules! where_over {
    ($more:literal) => {
        concat!("WHERE seq >= ? AND seq < ? AND state = 2 AND resends = 0", $more)
    };
}

impl WriteBuffer<'_> {
    /// Whether there is anything left to drop or to look at.
    pub(crate) fn can_trim(&self, trimmed: Trimmed, excess: Excess) -> bool {
        trimmed.bodies.until < self.bodies_end(trimmed, excess) || self.can_drop_history()
    }

    /// Whether the first segment may be deleted.
    fn can_drop_history(&self) -> bool {
        let segments = &self.cache.segments;
        segments.second.is_some_and(|second| second <= segments.droppable_until())
    }

    /// Returns the first `seq` after those whose bodies may be dropped. The newest ones, from the
    /// start of the last segment on, go only if the object is full, so that it accepts no events,
    /// or if nothing else is left to drop: each event would be a call if they always went.
    fn bodies_end(&self, trimmed: Trimmed, excess: Excess) -> Seq {
        let Cache { segments, next_seq, .. } = &self.cache;
        let older = segments.droppable_until();
        let has_more = trimmed.bodies.until < older || self.can_drop_history();
        if has_more && !excess.is_full {
            older
        } else {
            segments.unsettled_from().unwrap_or(*next_seq)
        }
    }

    pub(crate) fn trim(
        &mut self,
        mut trimmed: Trimmed,
        excess: Excess,
    ) -> Result<Trimmed, StoreError> {
        let end = self.bodies_end(trimmed, excess);
        let mut freed = 0;
        if trimmed.bodies.until < end {
            freed = self.drop_bodies(&mut trimmed.bodies, end)?;
        }
        // New bodies may come faster than calls: those must not keep the history from its turn.
        if trimmed.bodies.until >= end && freed < excess.bytes && self.can_drop_history() {
            self.drop_history(&mut trimmed.history)?;
        }
        Ok(trimmed)
    }

    /// Drops bodies from where the last call ended, at most up to `end`. Returns their bytes.
    fn drop_bodies(&mut self, bodies: &mut Extent, end: Seq) -> Result<u64, StoreError> {
        let from = bodies.until;
        let segments = self.segments(from, SEGMENTS_MAX, Wanted::All)?;
        let (mut until, mut bytes) = (from, 0_u64);
        for segment in &segments {
            if bytes >= BYTES_MAX {
                break;
            }
            until = segment.end;
            bytes =
                bodies_of(segment).fold(bytes, |sum, delivery| sum.saturating_add(delivery.bytes));
        }
        // After the last segment there are only rows.
        until = if until == from { end } else { until.min(end) };
        let RowsOver { until, mut newest, bytes: mut freed } =
            self.rows_over(from, until, Part::Body)?;
        self.run(
            concat!("UPDATE delivery SET payload = x'' ", where_over!(" AND length(payload) > 0")),
            &[integer(from.get()), integer(until.get())],
        )?;
        for segment in &segments {
            for Delivery { seq, accepted_at, bytes, .. } in bodies_of(segment) {
                if (from..until).contains(seq) {
                    newest = newest.max(Some(*accepted_at));
                    freed = freed.saturating_add(*bytes);
                    self.cut(segment.first_seq, *seq, &Outcome::Discarded(*seq))?;
                }
            }
        }
        bodies.advance(until, newest);
        Ok(freed)
    }

    /// Deletes the oldest segments.
    fn drop_history(&mut self, history: &mut Extent) -> Result<(), StoreError> {
        let end = self.cache.segments.droppable_until();
        let from = history.until;
        let segments = self.segments(Seq::new(0), SEGMENTS_MAX, Wanted::All)?;
        let (mut until, mut moved) = (from, 0_usize);
        for segment in segments.iter().take_while(|segment| segment.end <= end) {
            if moved >= MOVED_MAX {
                break;
            }
            until = segment.end;
            let undelivered = segment.entries.iter().filter(|entry| !is_over(&entry.delivery));
            moved = moved.saturating_add(undelivered.count());
        }
        let RowsOver { until, mut newest, .. } = self.rows_over(from, until, Part::All)?;
        self.run(
            concat!("DELETE FROM delivery ", where_over!("")),
            &[integer(from.get()), integer(until.get())],
        )?;
        self.cache.deliveries.oldest = Oldest::Unknown;
        for segment in segments.into_iter().take_while(|segment| segment.end <= until) {
            for delivery in segment.entries.into_iter().map(|entry| entry.delivery) {
                if is_over(&delivery) {
                    newest = newest.max(Some(delivery.accepted_at));
                } else {
                    self.cache.segments.totals.leave(delivery.seq, delivery.bytes);
                    self.take_out(segment.first_seq, &delivery, "", "")?;
                }
            }
        }
        self.purge_segments(|segment| segment.end <= until, u64::MAX)?;
        history.advance(until, newest);
        Ok(())
    }

    /// Returns the rows of `delivery` from `from` on, at most up to `until`, of which one call
    /// drops something.
    fn rows_over(&self, from: Seq, until: Seq, part: Part) -> Result<RowsOver, StoreError> {
        let rows = self.run(
            "SELECT seq, accepted_at, state = 2 AND resends = 0, length(payload) FROM delivery \
             WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?",
            &[integer(from.get()), integer(until.get()), integer(ROWS_MAX.saturating_add(1))],
        )?;
        let mut over = RowsOver { until, newest: None, bytes: 0 };
        for (index, row) in rows.iter().enumerate() {
            if index >= ROWS_MAX || over.bytes >= BYTES_MAX {
                over.until = Seq::new(row.integer(0)?);
                break;
            }
            let length: u64 = row.integer(3)?;
            let is_over = row.integer::<i64>(2)? == 1;
            if is_over && (part == Part::All || length > 0) {
                over.newest = over.newest.max(Some(Timestamp::from_ms(row.integer(1)?)));
                over.bytes = over.bytes.saturating_add(length);
            }
        }
        Ok(over)
    }
}

/// Whether a delivery in a segment was delivered.
const fn is_over(delivery: &Delivery) -> bool {
    matches!(delivery.state, State::Delivered { .. })
}

/// Returns the deliveries of a segment whose bodies may be dropped.
fn bodies_of(segment: &Segment) -> impl Iterator<Item = &Delivery> {
    let deliveries = segment.entries.iter().map(|entry| &entry.delivery);
    deliveries.filter(|delivery| is_over(delivery) && delivery.bytes > 0)
}
