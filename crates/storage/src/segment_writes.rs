//! Writes of the table `segment`: deliveries are added, taken out and purged.
//!
//! A payload is copied from its `in_flight` row to its segment inside the database.

use domain::base::{Delay, PURGE_EVERY, Seq, Timestamp};
use domain::delivery::{Attempt, Delivery, State};
use domain::dispatch::StoreError;

use crate::database::{Binding, integer};
use crate::in_flight::InFlightRow;
use crate::segments::{
    LastSegment, Located, SegmentEntry, Segments, VERSION, lines_of, segment_time,
};
use crate::write_buffer::{Change, WriteBuffer};

/// A segment with at most this many bytes takes further deliveries. With larger segments there are
/// fewer to purge, but each addition rewrites the whole row.
const GROWS_TO_BYTES: usize = 16 * 1_024;

/// A segment takes deliveries that were accepted within this time of its oldest one. They are
/// purged together, and purges run at this interval.
const GROWS_FOR: Delay = PURGE_EVERY;

/// Most deliveries that one statement adds to a segment: the runtime allows 100 bindings in a
/// statement.
const AT_ONCE_MAX: usize = 32;

/// Most payload bytes that one statement adds to a segment, unless a single payload is longer: the
/// runtime allows 2 MB in a row.
const AT_ONCE_BYTES_MAX: usize = 512 * 1_024;

/// A delivery in flight that succeeded and moves to a segment.
#[derive(Debug)]
pub(crate) struct FirstSuccess {
    seq: Seq,
    at: Timestamp,
    attempt: Attempt,
}

/// The segment that a statement is about to write.
struct SegmentWrite {
    segment: LastSegment,
    /// Whether the last segment grows. If not, this is a new one.
    is_grown: bool,
    /// The lines to append to its head.
    lines: String,
}

impl WriteBuffer<'_> {
    /// Returns the success of a delivery in flight, if the delivery may be added to a segment: it
    /// succeeded at its first attempt, in the epoch that accepted it, and within the time that
    /// [`segment_time`] allows.
    pub(crate) fn first_success(&self, change: &Change) -> Option<FirstSuccess> {
        let Delivery { seq, accepted_at, epoch, attempts, token, resends, state, .. } =
            change.delivery;
        let open = self.cache.in_flight.open.get(&seq)?;
        let is_first = attempts == 1 && token.get() == 1 && resends == 0;
        let (State::Delivered { at }, [attempt]) = (state, change.attempts.as_slice()) else {
            return None;
        };
        segment_time(accepted_at, at, self.cache.segments.last.as_ref())?;
        let is_plain = is_first && epoch == open.delivery.epoch;
        is_plain.then(|| FirstSuccess { seq, at, attempt: attempt.clone() })
    }

    /// Adds deliveries to segments, which frees their `in_flight` rows. `next` is the lowest `seq`
    /// that will be put into an `in_flight` row from now on.
    pub(crate) fn write_segments(
        &mut self,
        successes: Vec<FirstSuccess>,
        next: Seq,
    ) -> Result<(), StoreError> {
        let mut group: Vec<(InFlightRow, FirstSuccess)> = Vec::new();
        let mut bytes = 0_usize;
        for success in successes {
            let Some(open) = self.cache.in_flight.open.remove(&success.seq) else {
                return Err(StoreError("a delivery is not in its slot".to_owned()));
            };
            bytes = bytes.saturating_add(open.bytes);
            if group.len() == AT_ONCE_MAX || (!group.is_empty() && bytes > AT_ONCE_BYTES_MAX) {
                // This delivery is in flight until the next group is written.
                let next = next.min(success.seq);
                self.write_segment(&group, next)?;
                group.clear();
                bytes = open.bytes;
            }
            group.push((open, success));
        }
        if group.is_empty() { Ok(()) } else { self.write_segment(&group, next) }
    }

    /// Adds one group of deliveries to a segment with a single statement.
    fn write_segment(
        &mut self,
        group: &[(InFlightRow, FirstSuccess)],
        next: Seq,
    ) -> Result<(), StoreError> {
        let open = self.cache.in_flight.open.first_key_value().map(|(&seq, _)| seq);
        let open_from = open.map_or(next, |open| open.min(next)).get();
        let Some(SegmentWrite { segment, is_grown, lines }) =
            self.next_segment(group, open_from)?
        else {
            return Ok(());
        };
        let payloads =
            vec!["(SELECT payload FROM in_flight WHERE slot = ?)"; group.len()].join(" || ");
        let statement = if is_grown {
            format!(
                "UPDATE segment SET at = ?, open_from = ?, high = ?, total = ?, size = ?, \
                 oldest = ?, newest = ?, newest_id = ?, head = head || ?, \
                 body = CAST(body || {payloads} AS BLOB) WHERE n = ?"
            )
        } else {
            format!(
                "INSERT INTO segment (at, open_from, high, total, size, oldest, newest, newest_id, \
                 head, body, n) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST({payloads} AS BLOB), ?)"
            )
        };
        let mut bindings = vec![
            integer(segment.at.as_ms()),
            integer(segment.open_from),
            integer(segment.high),
            integer(segment.total),
            integer(segment.size),
            integer(segment.oldest.as_ms()),
            integer(segment.newest.as_ms()),
            Binding::Text(segment.newest_id.as_str()),
            Binding::Text(&lines),
        ];
        bindings.extend(group.iter().map(|(open, _)| integer(open.number)));
        bindings.push(integer(segment.n));
        self.database.run(&statement, &bindings)?;
        self.cache.in_flight.free.extend(group.iter().map(|(open, _)| open.number));
        self.cache.segments.written(segment);
        Ok(())
    }

    /// Returns the segment that takes a group of deliveries: the last one if it may grow, else a
    /// new one.
    fn next_segment(
        &self,
        group: &[(InFlightRow, FirstSuccess)],
        open_from: u64,
    ) -> Result<Option<SegmentWrite>, StoreError> {
        let last = self.cache.segments.last.as_ref();
        let accepted = || group.iter().map(|(open, _)| open.delivery.accepted_at);
        let grown = last.filter(|last| {
            let mut since = accepted().map(|at| at.since(last.oldest));
            last.bytes <= GROWS_TO_BYTES && since.all(|since| since < GROWS_FOR)
        });
        let mut lines = if grown.is_some() { String::new() } else { format!("{VERSION}\n") };
        for (open, success) in group {
            lines += &SegmentEntry::line(&open.delivery, success.at, &success.attempt, open.bytes)?;
        }
        let times = group.iter().map(|(_, success)| success.at);
        let seqs = group.iter().map(|(_, success)| success.seq.get());
        let ids = group.iter().map(|(open, _)| &open.delivery.event_id);
        let (Some(at), Some(high), Some(oldest), Some(newest), Some(newest_id)) = (
            times.chain(last.map(|last| last.at)).max(),
            seqs.chain(last.map(|last| last.high)).max(),
            accepted().chain(grown.map(|last| last.oldest)).min(),
            accepted().chain(grown.map(|last| last.newest)).max(),
            ids.chain(last.map(|last| &last.newest_id)).max(),
        ) else {
            return Ok(None);
        };
        let count = u64::try_from(group.len()).unwrap_or(u64::MAX);
        let payloads = group.iter().map(|(open, _)| open.bytes);
        let bytes = payloads.fold(lines.len(), usize::saturating_add);
        let segment = LastSegment {
            n: last.map_or(0, |last| last.n).saturating_add(i64::from(grown.is_none())),
            at,
            open_from,
            high,
            total: last.map_or(0, |last| last.total).saturating_add(count),
            size: grown.map_or(0, |last| last.size).saturating_add(count),
            oldest,
            newest,
            newest_id: newest_id.clone(),
            bytes: grown.map_or(0, |last| last.bytes).saturating_add(bytes),
        };
        Ok(Some(SegmentWrite { segment, is_grown: grown.is_some(), lines }))
    }

    /// Takes a delivery out of its segment and returns its payload.
    pub(crate) fn remove_from_segment(&mut self, located: &Located) -> Result<Vec<u8>, StoreError> {
        let missing = || StoreError("a segment is missing".to_owned());
        let Located { n, entry, start } = located;
        let statement = "SELECT head, body FROM segment WHERE n = ?";
        let row = self.run(statement, &[integer(*n)])?.pop().ok_or_else(missing)?;
        let line_start = format!("[{},", entry.delivery.seq.get());
        let others = lines_of(row.text(0)?)?.lines().filter(|line| !line.starts_with(&line_start));
        let mut head = format!("{VERSION}\n");
        for line in others {
            head += line;
            head.push('\n');
        }
        let mut body = row.into_bytes(1)?;
        let end = start.saturating_add(entry.bytes);
        if end > body.len() {
            return Err(StoreError("a segment is cut off".to_owned()));
        }
        let payload = body.drain(*start..end).collect();
        self.database.run(
            "UPDATE segment SET size = size - 1, gone = gone + 1, head = ?, body = ? WHERE n = ?",
            &[Binding::Text(&head), Binding::Bytes(&body), integer(*n)],
        )?;
        // The delivery's `in_flight` row counts as free only because the delivery is in a segment,
        // so it must be deleted.
        let statement = "DELETE FROM in_flight WHERE seq = ? RETURNING slot";
        for row in self.run(statement, &[integer(entry.delivery.seq.get())])? {
            let number: i64 = row.integer(0)?;
            self.cache.in_flight.free.retain(|&free| free != number);
        }
        self.cache.segments = Segments::load(self.database)?;
        Ok(payload)
    }

    /// Deletes segments, the oldest first, until `limit` deliveries or more are gone. Stops at the
    /// first segment with a delivery that was accepted at `before` or later. The `in_flight` rows
    /// of the deleted deliveries must have been purged.
    pub(crate) fn purge_segments(
        &mut self,
        before: Timestamp,
        limit: usize,
    ) -> Result<(), StoreError> {
        let statement = "SELECT n, newest, size FROM segment ORDER BY n LIMIT ?";
        let (mut until, mut count) = (None, 0_usize);
        for row in self.run(statement, &[integer(limit)])? {
            let size: usize = row.integer(2)?;
            if (size > 0 && Timestamp::from_ms(row.integer(1)?) >= before) || count >= limit {
                break;
            }
            count = count.saturating_add(size);
            until = Some(row.integer::<i64>(0)?);
        }
        if let Some(until) = until {
            self.run("DELETE FROM segment WHERE n <= ?", &[integer(until)])?;
            self.cache.segments.load_first(self.database)?;
        }
        Ok(())
    }
}
