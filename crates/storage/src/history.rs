//! Queries over the deliveries of all tables: lists, counts, and the purge.

use domain::base::{Cursor, Epoch, Seq, Timestamp};
use domain::delivery::{Attempt, Counts, Delivery, HistoryQuery, Listed};
use domain::dispatch::StoreError;

use crate::database::integer;
use crate::delivery_cache::{DeliveryCache, Oldest};
use crate::in_flight::InFlight;
use crate::pending::Pending;
use crate::rows;
use crate::rows::{HELD, LEASED, SCHEDULED};
use crate::segments::Segments;
use crate::walk::{Depth, Direction, Walk};
use crate::write_buffer::WriteBuffer;

impl WriteBuffer<'_> {
    pub(crate) fn attempts(&mut self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        self.write_deliveries()?;
        let statement = "SELECT history FROM delivery WHERE seq = ?";
        if let Some(row) = self.run(statement, &[integer(seq.get())])?.first() {
            return rows::attempts(row.text(0)?);
        }
        if self.cache.in_flight.open.contains_key(&seq) {
            return Ok(Vec::new());
        }
        Ok(self.locate(seq)?.map(|located| located.entry.attempt).into_iter().collect())
    }

    pub(crate) fn list(
        &mut self,
        query: &HistoryQuery,
        epoch: Epoch,
        max: usize,
    ) -> Result<Listed, StoreError> {
        self.write_deliveries()?;
        let direction = match query.cursor {
            Cursor::Newest => Direction::Down(u64::MAX),
            Cursor::OlderThan(seq) => Direction::Down(seq.get()),
            Cursor::NewerThan(seq) => Direction::Up(seq.get()),
        };
        let mut walk = Walk::new(self, direction, Depth::WithoutHistory)?;
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
            if query.matches(&entry.delivery, epoch) {
                listed.deliveries.push(entry.delivery);
            }
        }
        Ok(listed)
    }

    pub(crate) fn latest(
        &mut self,
        limit: usize,
    ) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        self.write_deliveries()?;
        let mut walk = Walk::new(self, Direction::Down(u64::MAX), Depth::Attempted)?;
        let mut latest = Vec::new();
        while latest.len() < limit {
            let Some(found) = walk.next()? else { break };
            latest.push(found.with_attempts()?);
        }
        Ok(latest)
    }

    pub(crate) fn count(&mut self, epoch: Epoch) -> Result<Counts, StoreError> {
        self.write_deliveries()?;
        let mut counts = Counts {
            in_flight: u64::try_from(self.cache.in_flight.open.len()).unwrap_or(u64::MAX),
            delivered: self.count_segments()?,
            ..Counts::default()
        };
        let statement = "SELECT state, epoch = ?1, count(*) FROM delivery GROUP BY 1, 2 \
             UNION ALL SELECT 0, epoch = ?1, count(*) FROM pending GROUP BY 2";
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

    /// Returns the time at which the oldest delivery was accepted. The oldest segment counts with
    /// its newest delivery, because its deliveries are purged together.
    pub(crate) fn oldest(&mut self) -> Result<Option<Timestamp>, StoreError> {
        if matches!(self.cache.deliveries.oldest, Oldest::Unknown) {
            self.cache.deliveries.oldest =
                self.first_row("SELECT seq, accepted_at FROM delivery ORDER BY seq LIMIT 1")?;
        }
        if matches!(self.cache.pending.oldest, Oldest::Unknown) {
            self.cache.pending.oldest =
                self.first_row("SELECT seq, accepted_at FROM pending ORDER BY seq LIMIT 1")?;
        }
        let row = self.cache.deliveries.oldest.accepted_at();
        let pending = self.cache.pending.oldest.accepted_at();
        let in_flight =
            self.cache.in_flight.open.values().next().map(|open| open.delivery.accepted_at);
        let segment = self.cache.segments.oldest.map(|(_, newest)| newest);
        let changed = self.changes.values().next().map(|change| change.delivery.accepted_at);
        Ok(row.into_iter().chain(pending).chain(in_flight).chain(segment).chain(changed).min())
    }

    fn first_row(&self, statement: &str) -> Result<Oldest, StoreError> {
        let rows = self.run(statement, &[])?;
        let Some(row) = rows.first() else { return Ok(Oldest::None) };
        Ok(Oldest::Is(Seq::new(row.integer(0)?), Timestamp::from_ms(row.integer(1)?)))
    }

    pub(crate) fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        self.write_deliveries()?;
        // The inner SELECT reads the oldest rows by primary key, so no other index is needed.
        for statement in [
            "DELETE FROM delivery WHERE accepted_at < ? \
             AND seq IN (SELECT seq FROM delivery ORDER BY seq LIMIT ?)",
            "DELETE FROM pending WHERE accepted_at < ? \
             AND seq IN (SELECT seq FROM pending ORDER BY seq LIMIT ?)",
        ] {
            self.run(statement, &[integer(before.as_ms()), integer(limit)])?;
        }
        self.cache.pending.purged();
        self.cache.deliveries = DeliveryCache::default();
        // The `in_flight` rows come first: a free row whose segment is gone would count as in
        // flight when the cache is loaded.
        self.purge_in_flight(before)?;
        self.purge_segments(before, limit)
    }

    /// Deletes the `in_flight` rows whose delivery was accepted before `before`, also the free
    /// ones: a free row still contains its last payload, which may not be kept longer than the
    /// delivery.
    pub(crate) fn purge_in_flight(&mut self, before: Timestamp) -> Result<(), StoreError> {
        let rows = self.run(
            "DELETE FROM in_flight WHERE accepted_at < ? RETURNING slot, seq",
            &[integer(before.as_ms())],
        )?;
        for row in rows {
            let number: i64 = row.integer(0)?;
            self.cache.in_flight.free.retain(|&free| free != number);
            let seq = Seq::new(row.integer(1)?);
            if self.cache.in_flight.open.get(&seq).is_some_and(|open| open.number == number) {
                self.cache.in_flight.open.remove(&seq);
            }
        }
        Ok(())
    }

    pub(crate) fn clear(&mut self) -> Result<(), StoreError> {
        self.changes.clear();
        for table in ["delivery", "in_flight", "segment", "pending"] {
            self.run(&format!("DELETE FROM {table}"), &[])?;
        }
        self.cache.deliveries = DeliveryCache::default();
        self.cache.in_flight = InFlight::default();
        self.cache.segments = Segments::default();
        self.cache.pending = Pending::default();
        Ok(())
    }
}
