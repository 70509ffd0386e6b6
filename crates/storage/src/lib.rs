//! The storage of a Webhook object: the port [`Store`], implemented over SQLite. The idempotency
//! records of an Account object are in `keys`.
//!
//! This crate decides in which table and row a delivery is stored. It decides nothing about the
//! delivery itself, and it does not know Workers: it reaches SQLite through [`Database`]. Begin
//! with `tables`, then `segment`, `segments` and `write_buffer`.
//!
//! A row is expensive, bytes are cheap. So events are appended to segments: one row holds many of
//! them, in the order of acceptance, and takes what happens to them as lines of text. Nearly every
//! delivery succeeds at its first attempt and never leaves its segment. All others are moved to a
//! row of their own with several indexes (`rows`, `queue`).
//!
//! # Invariants
//!
//! - Segments cover disjoint ranges of `seq` without a gap between them. A delivery is in the
//!   segment whose range contains its `seq`, or in the table `delivery`, never in both.
//! - All deliveries of a segment are of one epoch and were accepted in one hour of the clock. From
//!   one delivery to the next, epoch and time of acceptance never decrease. A new delivery that
//!   would break this goes to `delivery`.
//! - A delivery in a segment waits unchanged since its acceptance, is in its first attempt, or
//!   succeeded at it. Any other change moves it.
//! - A delivery's lines are in its own segment. Only its lease and its success may be in one of the
//!   next few segments instead: the last one is written anyway when events are accepted. The order
//!   of the lines does not matter.
//! - Of the counts over all segments (`totals`) only those in the last one are valid. Each
//!   transaction that changes them writes them. They tell where deliveries wait, are leased, or are
//!   undelivered, so no other segment is searched for these, and nothing is counted by reading.
//! - The counts of a segment's own row (`row_counts`) are exact. They have each line of the row,
//!   and a row that is not the last one gets a line of counts for each later change.
//! - An event's id is greater than every id that is more than a certain number of segments before
//!   it. So it is found by its id with one binary search. An id that would break this goes to
//!   `delivery`, which has an index.
//!
//! Between transactions the object caches what the next one reads (`cache`), so a healthy
//! transaction reads nothing and writes one row.
//!
//! The tables are created with the first record, so reading an object without a webhook stores
//! nothing.

pub mod database;
mod keys;
mod tables;
mod rows;
mod segment;
mod row_counts;
mod totals;
mod segments;
mod delivery_cache;
mod cache;
mod write_buffer;
mod flush;
mod segment_changes;
mod lookup;
mod changes;
mod queue;
mod walk;
mod history;
mod series;
mod trim;

use core::cell::{RefCell, RefMut};

use domain::base::{Epoch, EventId, Seq, Timestamp};
use domain::delivery::{
    Attempt, Backlog, Counts, Delivery, Excess, Health, HistoryQuery, Listed, Recovery,
    RecoveryScope, SeriesPart, SeriesQuery, Trimmed,
};
use domain::dispatch::{OpenLeases, Store, StoreError};
use domain::event::Payload;
use domain::webhook::Record;

pub use crate::cache::Cache;
use crate::database::Database;
pub use crate::keys::{KeyCache, KeyLimits, SqlKeyStore};
use crate::write_buffer::WriteBuffer;

/// The storage of one Webhook object, inside one transaction.
#[derive(Debug)]
pub struct SqlStore<'a> {
    buffer: RefCell<WriteBuffer<'a>>,
}

impl<'a> SqlStore<'a> {
    /// Opens the storage in `database`, which has a transaction open. `cache` is the result of the
    /// previous [`flush`](Self::flush); without it, the cache is loaded.
    pub fn open(database: &'a dyn Database, cache: Option<Cache>) -> Result<Self, StoreError> {
        let cache = match cache {
            Some(cache) => cache,
            None => Cache::load(database)?,
        };
        let buffer = WriteBuffer::new(database, cache);
        Ok(Self { buffer: RefCell::new(buffer) })
    }

    /// Writes all changes and returns the cache, which is valid once the transaction has been
    /// committed.
    pub fn flush(self) -> Result<Cache, StoreError> {
        let mut buffer = self.buffer.into_inner();
        buffer.write()?;
        Ok(buffer.cache)
    }

    fn buffer(&self) -> RefMut<'_, WriteBuffer<'a>> {
        self.buffer.borrow_mut()
    }
}

impl Store for SqlStore<'_> {
    fn record(&self) -> Result<Option<Record>, StoreError> {
        Ok(self.buffer().cache.record.clone())
    }

    fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.buffer().put_record(record)
    }

    fn health(&self) -> Result<Health, StoreError> {
        Ok(self.buffer().cache.health.clone())
    }

    fn put_health(&mut self, health: &Health) -> Result<(), StoreError> {
        let mut buffer = self.buffer();
        buffer.unsaved.health |= buffer.cache.health != *health;
        buffer.cache.health.clone_from(health);
        Ok(())
    }

    fn recovery(&self) -> Result<Option<Recovery>, StoreError> {
        Ok(self.buffer().cache.recovery.clone())
    }

    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError> {
        let mut buffer = self.buffer();
        buffer.unsaved.recovery |= buffer.cache.recovery.as_ref() != Some(recovery);
        buffer.cache.recovery = Some(recovery.clone());
        Ok(())
    }

    fn next_missed(
        &self,
        scope: &RecoveryScope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError> {
        self.buffer().next_missed(scope, after, epoch)
    }

    fn count_missed(&self, scope: &RecoveryScope, epoch: Epoch) -> Result<u64, StoreError> {
        self.buffer().count_missed(scope, epoch)
    }

    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError> {
        self.buffer().count_held(epoch)
    }

    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        self.buffer().drop_oldest_held(epoch)
    }

    fn next_seq(&self) -> Result<Seq, StoreError> {
        Ok(self.buffer().cache.next_seq)
    }

    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreError> {
        self.buffer().insert(delivery, payload)
    }

    fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) -> Result<(), StoreError> {
        self.buffer().update(delivery, attempt)
    }

    fn discard(&mut self, seq: Seq) -> Result<(), StoreError> {
        self.buffer().discard(seq)
    }

    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError> {
        self.buffer().delivery(seq)
    }

    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError> {
        self.buffer().payload(seq)
    }

    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        self.buffer().find(event_id)
    }

    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        self.buffer().attempts(seq)
    }

    fn list(&self, query: &HistoryQuery, epoch: Epoch, max: usize) -> Result<Listed, StoreError> {
        self.buffer().list(query, epoch, max)
    }

    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        self.buffer().latest(limit)
    }

    fn count(&self, epoch: Epoch) -> Result<Counts, StoreError> {
        self.buffer().count(epoch)
    }

    fn series(
        &self,
        query: &SeriesQuery,
        below: Option<Seq>,
        epoch: Epoch,
    ) -> Result<SeriesPart, StoreError> {
        self.buffer().series(query, below, epoch)
    }

    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreError> {
        self.buffer().backlog(epoch)
    }

    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.buffer().resends(limit)
    }

    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.buffer().due(epoch, now, limit)
    }

    fn oldest_waiting(
        &self,
        epoch: Epoch,
        never_attempted: bool,
    ) -> Result<Option<Delivery>, StoreError> {
        self.buffer().oldest_waiting(epoch, never_attempted)
    }

    fn first_due_retry(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError> {
        self.buffer().first_due_retry(epoch)
    }

    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError> {
        self.buffer().next_due(epoch)
    }

    fn leases(&self) -> Result<Vec<Delivery>, StoreError> {
        self.buffer().leases()
    }

    fn open_leases(&self) -> Result<OpenLeases, StoreError> {
        self.buffer().open_leases()
    }

    fn oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        self.buffer().oldest()
    }

    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        self.buffer().purge(before, limit)
    }

    fn can_trim(&self, trimmed: Trimmed, excess: Excess) -> Result<bool, StoreError> {
        Ok(self.buffer().can_trim(trimmed, excess))
    }

    fn trim(&mut self, trimmed: Trimmed, excess: Excess) -> Result<Trimmed, StoreError> {
        self.buffer().trim(trimmed, excess)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.buffer().clear()
    }
}
