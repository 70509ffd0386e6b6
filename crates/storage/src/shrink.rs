//! Drops what is kept only for later questions, when the object has become too large: first the
//! bodies of what was delivered, then its history, both from the oldest on.
//!
//! Bodies go up to the segment that is not over yet, then whole segments are deleted. A delivery of
//! those segments that was not delivered is moved to the table `delivery`. In that table only what
//! was delivered is dropped, in the same order of `seq`.
//!
//! Each call does a bounded part. The totals say how far the earlier ones came, so nothing is
//! looked at twice.

use domain::base::{Seq, Timestamp};
use domain::delivery::{Delivery, State};
use domain::dispatch::{StoreError, WholeSince};

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

/// What is dropped next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextToDrop {
    Bodies,
    History,
}

/// The condition of the rows of `delivery` from one `seq` up to another whose history may be
/// dropped.
macro_rules! where_over {
    ($more:literal) => {
        concat!("WHERE seq >= ? AND seq < ? AND state = 2 AND resends = 0", $more)
    };
}

impl WriteBuffer<'_> {
    /// Returns since when bodies and history are whole.
    pub(crate) const fn whole_since(&self) -> WholeSince {
        let totals = &self.cache.segments.totals;
        WholeSince { bodies: totals.bodies.since, history: totals.history.since }
    }

    /// Returns what is dropped next, `None` if nothing is left.
    pub(crate) fn next_to_drop(&self) -> Option<NextToDrop> {
        let segments = &self.cache.segments;
        let end = segments.droppable_until();
        if segments.totals.bodies.until < end {
            return Some(NextToDrop::Bodies);
        }
        segments.second.filter(|&second| second <= end).map(|_| NextToDrop::History)
    }

    pub(crate) fn shrink(&mut self) -> Result<(), StoreError> {
        match self.next_to_drop() {
            Some(NextToDrop::Bodies) => self.drop_bodies(),
            Some(NextToDrop::History) => self.drop_history(),
            None => Ok(()),
        }
    }

    /// Drops bodies from where the last call ended.
    fn drop_bodies(&mut self) -> Result<(), StoreError> {
        let end = self.cache.segments.droppable_until();
        let from = self.cache.segments.totals.bodies.until;
        let segments = self.segments(from, SEGMENTS_MAX, Wanted::All)?;
        let (mut until, mut bytes) = (from, 0_u64);
        for segment in &segments {
            if bytes >= BYTES_MAX {
                break;
            }
            until = segment.end;
            bytes = bodies(segment).fold(bytes, |sum, delivery| sum.saturating_add(delivery.bytes));
        }
        // The last one is in no segment that is over, or there is none.
        until = if until == from { end } else { until.min(end) };
        let (until, mut newest) = self.rows_over(from, until, NextToDrop::Bodies)?;
        self.run(
            concat!("UPDATE delivery SET payload = x'' ", where_over!(" AND length(payload) > 0")),
            &[integer(from.get()), integer(until.get())],
        )?;
        for segment in segments.iter().take_while(|segment| segment.end <= until) {
            for Delivery { seq, accepted_at, .. } in bodies(segment) {
                newest = newest.max(Some(*accepted_at));
                self.cut(segment.first_seq, *seq, &Outcome::Discarded(*seq))?;
            }
        }
        self.cache.segments.totals.bodies.advance(until, newest);
        Ok(())
    }

    /// Deletes the oldest segments.
    fn drop_history(&mut self) -> Result<(), StoreError> {
        let end = self.cache.segments.droppable_until();
        let from = self.cache.segments.totals.history.until;
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
        let (until, mut newest) = self.rows_over(from, until, NextToDrop::History)?;
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
                    self.take_out(segment.first_seq, &delivery, "")?;
                }
            }
        }
        self.purge_segments(|segment| segment.end <= until, u64::MAX)?;
        self.cache.segments.totals.history.advance(until, newest);
        Ok(())
    }

    /// Returns how far one call may go through the rows of `delivery`, at most to `until`, and the
    /// time at which the newest of them of which something is dropped was accepted.
    fn rows_over(
        &self,
        from: Seq,
        until: Seq,
        what: NextToDrop,
    ) -> Result<(Seq, Option<Timestamp>), StoreError> {
        let rows = self.run(
            "SELECT seq, accepted_at, state = 2 AND resends = 0, length(payload) FROM delivery \
             WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?",
            &[integer(from.get()), integer(until.get()), integer(ROWS_MAX.saturating_add(1))],
        )?;
        let (mut newest, mut bytes) = (None, 0_u64);
        for (index, row) in rows.iter().enumerate() {
            if index >= ROWS_MAX || bytes >= BYTES_MAX {
                return Ok((Seq::new(row.integer(0)?), newest));
            }
            let length: u64 = row.integer(3)?;
            let is_dropped =
                row.integer::<i64>(2)? == 1 && (what == NextToDrop::History || length > 0);
            if is_dropped {
                newest = newest.max(Some(Timestamp::from_ms(row.integer(1)?)));
                bytes = bytes.saturating_add(length);
            }
        }
        Ok((until, newest))
    }
}

/// Whether a delivery in a segment was delivered.
const fn is_over(delivery: &Delivery) -> bool {
    matches!(delivery.state, State::Delivered { .. })
}

/// Returns the deliveries of a segment whose bodies may be dropped.
fn bodies(segment: &Segment) -> impl Iterator<Item = &Delivery> {
    let deliveries = segment.entries.iter().map(|entry| &entry.delivery);
    deliveries.filter(|delivery| is_over(delivery) && delivery.bytes > 0)
}
