//! The storage of a Webhook object: [`Store`] over SQLite.
//!
//! A delivery that arrives by its first try, which is nearly all, is written twice: to a slot,
//! whose row is used again and again, and to a page that it shares with others (`slots`, `pages`).
//! One that waits for its first try has a row without an index (`fresh`), all else one with several
//! (`rows`, `queue`). Between turns the object remembers what the
//! next turn asks for (`memory`); what a turn changes is written at its end (`draft`).
//!
//! The tables are made with the first record, so an object that was only looked at stores nothing.

pub mod database;
mod tables;
mod rows;
mod cache;
mod write_buffer;
mod pending;
mod in_flight;
mod segments;
mod segment_writes;
mod queue;
mod walk;
mod history;

use core::cell::{RefCell, RefMut};
use std::collections::{BTreeMap, BTreeSet};

use domain::base::{Epoch, EventId, Seq, Timestamp};
use domain::delivery::{Attempt, Backlog, Counts, Delivery, Health, HistoryQuery, Recovery, Scope};
use domain::dispatch::{OpenLeases, Store, StoreError};
use domain::event::Payload;
use domain::webhook::Record;

pub use crate::cache::Memory;
use crate::database::Database;
use crate::write_buffer::{Draft, Unsaved};

/// The storage of one Webhook object, inside one turn.
#[derive(Debug)]
pub struct SqlStore<'a> {
    draft: RefCell<Draft<'a>>,
}

impl<'a> SqlStore<'a> {
    /// The storage in `database`, whose transaction is open, with what is remembered of it.
    pub fn open(database: &'a dyn Database, memory: Option<Memory>) -> Result<Self, StoreError> {
        let memory = match memory {
            Some(memory) => memory,
            None => Memory::load(database)?,
        };
        let draft = Draft {
            database,
            memory,
            changes: BTreeMap::new(),
            unsaved: Unsaved::default(),
            discarded: BTreeSet::new(),
        };
        Ok(Self { draft: RefCell::new(draft) })
    }

    /// Writes what the turn has changed. What is then remembered holds once the transaction is
    /// committed.
    pub fn close(self) -> Result<Memory, StoreError> {
        let mut draft = self.draft.into_inner();
        draft.write()?;
        Ok(draft.memory)
    }

    fn draft(&self) -> RefMut<'_, Draft<'a>> {
        self.draft.borrow_mut()
    }
}

impl Store for SqlStore<'_> {
    fn record(&self) -> Result<Option<Record>, StoreError> {
        Ok(self.draft().memory.record.clone())
    }

    fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.draft().put_record(record)
    }

    fn health(&self) -> Result<Health, StoreError> {
        Ok(self.draft().memory.health.clone())
    }

    fn put_health(&mut self, health: &Health) -> Result<(), StoreError> {
        let mut draft = self.draft();
        draft.unsaved.health |= draft.memory.health != *health;
        draft.memory.health.clone_from(health);
        Ok(())
    }

    fn recovery(&self) -> Result<Option<Recovery>, StoreError> {
        Ok(self.draft().memory.recovery.clone())
    }

    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError> {
        let mut draft = self.draft();
        draft.unsaved.recovery |= draft.memory.recovery.as_ref() != Some(recovery);
        draft.memory.recovery = Some(recovery.clone());
        Ok(())
    }

    fn next_missed(
        &self,
        scope: &Scope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError> {
        self.draft().next_missed(scope, after, epoch)
    }

    fn count_missed(&self, scope: &Scope, epoch: Epoch) -> Result<u64, StoreError> {
        self.draft().count_missed(scope, epoch)
    }

    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError> {
        self.draft().count_held(epoch)
    }

    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        self.draft().drop_oldest_held(epoch)
    }

    fn next_seq(&self) -> Result<Seq, StoreError> {
        Ok(self.draft().memory.next_seq)
    }

    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreError> {
        self.draft().insert(delivery, payload);
        Ok(())
    }

    fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) -> Result<(), StoreError> {
        self.draft().update(delivery, attempt);
        Ok(())
    }

    fn discard(&mut self, seq: Seq) -> Result<(), StoreError> {
        self.draft().discard(seq)
    }

    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError> {
        self.draft().delivery(seq)
    }

    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError> {
        self.draft().payload(seq)
    }

    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        self.draft().find(event_id)
    }

    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        self.draft().attempts(seq)
    }

    fn list(&self, query: &HistoryQuery, epoch: Epoch) -> Result<Vec<Delivery>, StoreError> {
        self.draft().list(query, epoch)
    }

    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        self.draft().latest(limit)
    }

    fn count(&self, epoch: Epoch) -> Result<Counts, StoreError> {
        self.draft().count(epoch)
    }

    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreError> {
        self.draft().backlog(epoch)
    }

    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.draft().resends(limit)
    }

    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.draft().due(epoch, now, limit)
    }

    fn oldest_waiting(&self, epoch: Epoch, is_fresh: bool) -> Result<Option<Delivery>, StoreError> {
        self.draft().oldest_waiting(epoch, is_fresh)
    }

    fn first_tried(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError> {
        self.draft().first_tried(epoch)
    }

    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError> {
        self.draft().next_due(epoch)
    }

    fn leases(&self) -> Result<Vec<Delivery>, StoreError> {
        self.draft().leases()
    }

    fn open_leases(&self) -> Result<OpenLeases, StoreError> {
        self.draft().open_leases()
    }

    fn oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        self.draft().oldest()
    }

    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        self.draft().purge(before, limit)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.draft().clear()
    }
}
