//! Queries over the deliveries of both tables: lists, counts, and the purge.

use std::collections::VecDeque;

use domain::base::{Cursor, Epoch, Seq, Timestamp};
use domain::delivery::{Attempt, Counts, Delivery, HistoryQuery, Listed};
use domain::dispatch::StoreError;

use crate::database::integer;
use crate::delivery_cache::{DeliveryCache, Oldest};
use crate::queue::SEGMENTS_AT_ONCE;
use crate::rows;
use crate::rows::{HELD, LEASED, SCHEDULED};
use crate::segment::{Segment, Wanted};
use crate::segments::{Segments, distance, hour_end};
use crate::walk::{Direction, Walk};
use crate::write_buffer::WriteBuffer;

impl WriteBuffer<'_> {
    pub(crate) fn list(
        &mut self,
        query: &HistoryQuery,
        epoch: Epoch,
        max: usize,
    ) -> Result<Listed, StoreError> {
        self.write_segments()?;
        let direction = match query.cursor {
            Cursor::Newest => Direction::Down(Seq::new(u64::MAX)),
            Cursor::OlderThan(seq) => Direction::Down(seq),
            Cursor::NewerThan(seq) => Direction::Up(seq),
        };
        let mut walk = Walk::new(self, direction, Wanted::All);
        let mut listed = Listed::default();
        let (mut looked_at, mut last) = (0_usize, None);
        // No index serves the filter: the domain decides for each delivery.
        while listed.deliveries.len() <= query.limit {
            let Some(entry) = walk.next()? else { break };
            if looked_at == max {
                listed.reached = last;
                break;
            }
            looked_at = looked_at.saturating_add(1);
            last = Some(entry.delivery.seq);
            if !query.matches(&entry.delivery, epoch) {
                continue; // Its attempts need not be read.
            }
            let latest = rows::latest_attempt(&entry.history)?;
            if query.latest.matches(latest.as_ref()) {
                listed.deliveries.push((entry.delivery, latest));
            }
        }
        Ok(listed)
    }

    pub(crate) fn latest(
        &mut self,
        limit: usize,
    ) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        self.write_segments()?;
        let mut walk = Walk::new(self, Direction::Down(Seq::new(u64::MAX)), Wanted::Attempted);
        let mut latest = Vec::new();
        while latest.len() < limit {
            let Some(entry) = walk.next()? else { break };
            latest.push((entry.delivery, rows::attempts(&entry.history)?));
        }
        Ok(latest)
    }

    pub(crate) fn count(&mut self, epoch: Epoch) -> Result<Counts, StoreError> {
        let segments = &self.cache.segments;
        let is_current = segments.last.as_ref().is_some_and(|last| last.epoch == epoch);
        let waiting = segments.totals.waiting().deliveries;
        let undelivered = segments.undelivered(epoch).into_iter().map(|range| range.count);
        let mut counts = Counts {
            waiting: if is_current { waiting } else { 0 },
            in_flight: u64::try_from(segments.leased.len()).unwrap_or(u64::MAX),
            delivered: segments.delivered(),
            undelivered: undelivered.fold(0, u64::saturating_add),
            held: 0,
        };
        let statement = "SELECT state, epoch = ?1, count(*) FROM delivery GROUP BY 1, 2";
        for row in self.run(statement, &[integer(epoch.get())])? {
            let (state, is_current): (i64, i64) = (row.integer(0)?, row.integer(1)?);
            let count = match (state, is_current) {
                (SCHEDULED, 0) => &mut counts.undelivered,
                (SCHEDULED, _) => &mut counts.waiting,
                (LEASED, _) => &mut counts.in_flight,
                (HELD, _) => &mut counts.held,
                _ => &mut counts.delivered,
            };
            *count = count.saturating_add(row.integer(2)?);
        }
        Ok(counts)
    }

    /// Returns the time at which the oldest delivery was accepted. The first segment counts with
    /// the end of its hour, because its deliveries are purged together.
    pub(crate) fn oldest(&mut self) -> Result<Option<Timestamp>, StoreError> {
        if matches!(self.cache.deliveries.oldest, Oldest::Unknown) {
            let statement = "SELECT seq, accepted_at FROM delivery ORDER BY seq LIMIT 1";
            self.cache.deliveries.oldest = match self.run(statement, &[])?.first() {
                Some(row) => {
                    let accepted_at = Timestamp::from_ms(row.integer(1)?);
                    Oldest::Is(Seq::new(row.integer(0)?), accepted_at)
                }
                None => Oldest::None,
            };
        }
        let row = self.cache.deliveries.oldest.accepted_at();
        Ok(row.into_iter().chain(self.cache.segments.oldest()).min())
    }

    pub(crate) fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        // The inner SELECT reads the oldest rows by primary key, so no other index is needed.
        self.run(
            "DELETE FROM delivery WHERE accepted_at < ? \
             AND seq IN (SELECT seq FROM delivery ORDER BY seq LIMIT ?)",
            &[integer(before.as_ms()), integer(limit)],
        )?;
        self.cache.deliveries = DeliveryCache::default();
        let is_old = |segment: &Segment| hour_end(segment.accepted_at) <= before;
        self.purge_segments(is_old, u64::try_from(limit).unwrap_or(u64::MAX))
    }

    /// Deletes segments, the oldest first, until `limit` deliveries or more are gone. Stops at the
    /// first segment that is not `is_old`.
    pub(crate) fn purge_segments(
        &mut self,
        is_old: impl Fn(&Segment) -> bool,
        limit: u64,
    ) -> Result<(), StoreError> {
        let (mut until, mut count) = (Seq::new(0), 0_u64);
        let mut read = VecDeque::new();
        while count < limit {
            if read.is_empty() {
                read.extend(self.segments(until, SEGMENTS_AT_ONCE, Wanted::All)?);
            }
            let Some(segment) = read.pop_front().filter(&is_old) else { break };
            until = segment.end;
            let entries = u64::try_from(segment.entries.len()).unwrap_or(u64::MAX);
            count = count.saturating_add(entries.max(1));
            let moved = distance(segment.first_seq, segment.end).saturating_sub(entries);
            let totals = &mut self.cache.segments.totals;
            totals.moved = totals.moved.saturating_sub(moved);
            for delivery in segment.entries.into_iter().map(|entry| entry.delivery) {
                if delivery.attempts == 0 {
                    totals.leave(delivery.seq, delivery.bytes);
                }
            }
        }
        if count > 0 {
            self.run("DELETE FROM segment WHERE first_seq < ?", &[integer(until.get())])?;
            self.cache.segments.purged(self.database, until)?;
        }
        Ok(())
    }

    pub(crate) fn clear(&mut self) -> Result<(), StoreError> {
        self.writes.clear();
        self.steps.clear();
        self.added.clear();
        for table in ["delivery", "segment"] {
            self.run(&format!("DELETE FROM {table}"), &[])?;
        }
        self.cache.deliveries = DeliveryCache::default();
        self.cache.segments = Segments::EMPTY;
        Ok(())
    }
}
