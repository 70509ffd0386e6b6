//! The storage twice: as maps, which are plainly right, and in SQLite as the object has it. Every
//! answer of the one must be the other's.

use std::collections::btree_map::Entry::Vacant;
use std::fmt::Debug;
use std::rc::Rc;

use ::storage;
use domain::base::{Cursor, Delay, Epoch, EventId, PAGE_SIZE, PURGE_EVERY, Seq, Timestamp};
use domain::delivery::{Attempt, Backlog, Counts, Delivery, Health, HistoryQuery, Recovery, Scope};
use domain::dispatch::{OpenLeases, Store, StoreError};
use domain::event::Payload;
use domain::webhook::Record;
use storage::SqlStore;

use super::memory::Memory;
use super::world::World;
use crate::lite::Lite;

/// The object's SQLite storage, and what its instance remembers of it.
#[derive(Debug)]
pub(crate) struct Disk {
    pub(crate) lite: Rc<Lite>,
    pub(crate) memory: Option<storage::Cache>,
}

impl Disk {
    pub(crate) fn new() -> Self {
        Self { lite: Rc::new(Lite::new()), memory: None }
    }

    /// Ends a turn, which is kept if it has gone well.
    pub(crate) fn end(&mut self, memory: Option<storage::Cache>) {
        self.lite.left.set(None);
        if memory.is_some() {
            self.lite.commit();
        } else {
            self.lite.roll_back();
        }
        self.memory = memory;
    }

    /// Asks both for everything: the storage by what is remembered of it, and by what it says
    /// itself to an instance that knows nothing.
    pub(crate) fn check(&self, model: &Memory) {
        for memory in [self.memory.clone(), None] {
            let mut model = model.clone();
            self.lite.begin();
            let written = self.lite.rows_written();
            let twin = Twin::open(&mut model, Some((&*self.lite, memory))).unwrap();
            twin.check_all();
            twin.flush().unwrap();
            assert_eq!(self.lite.rows_written(), written, "reading stores nothing");
            self.lite.roll_back();
        }
    }
}

impl World {
    /// Begins a turn of the disk, if there is one.
    pub(super) fn begin(&mut self) -> Option<(Rc<Lite>, Option<storage::Cache>)> {
        let disk = self.disk.as_mut()?;
        let fault_at = self.faulty && self.disk_chance.percent(3);
        disk.lite.left.set(fault_at.then(|| self.disk_chance.below(8)));
        disk.lite.begin();
        Some((Rc::clone(&disk.lite), disk.memory.take()))
    }

    /// Ends it, and sometimes looks at everything.
    pub(super) fn end(&mut self, memory: Option<storage::Cache>) {
        if let Some(disk) = &mut self.disk {
            disk.end(memory);
        }
    }

    pub(super) fn check_disk(&mut self) {
        if let Some(disk) =
            self.disk.as_ref().filter(|_| self.faulty && self.disk_chance.percent(3))
        {
            disk.check(&self.memory);
        }
    }
}

/// Both, in one turn. Without the second it is the model alone.
#[derive(Debug)]
pub(crate) struct Twin<'a> {
    pub(crate) model: &'a mut Memory,
    store: Option<SqlStore<'a>>,
}

/// What is purged together with what is up to so much younger.
const PAGE_SPAN: Delay = PURGE_EVERY.plus(Delay::from_secs(180));

impl<'a> Twin<'a> {
    pub(crate) fn open(
        model: &'a mut Memory,
        disk: Option<(&'a Lite, Option<storage::Cache>)>,
    ) -> Result<Self, StoreError> {
        let open = |(lite, memory): (&'a Lite, _)| SqlStore::open(lite, memory);
        Ok(Self { model, store: disk.map(open).transpose()? })
    }

    pub(crate) fn flush(self) -> Result<Option<storage::Cache>, StoreError> {
        self.store.map(SqlStore::flush).transpose()
    }

    fn same<T: PartialEq + Debug>(
        &self,
        expected: T,
        ask: impl FnOnce(&SqlStore<'a>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(store) = &self.store else { return Ok(expected) };
        assert_eq!(ask(store)?, expected);
        Ok(expected)
    }

    fn write(
        &mut self,
        put: impl FnOnce(&mut SqlStore<'a>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.store.as_mut().map_or(Ok(()), put)
    }

    /// The places of all deliveries that the storage has.
    fn places(&self) -> Result<Option<Vec<Seq>>, StoreError> {
        let Some(store) = &self.store else { return Ok(None) };
        let found = store.list(&query(Cursor::NewerThan(Seq::new(0)), usize::MAX - 1), ANY)?;
        Ok(Some(found.into_iter().map(|delivery| delivery.seq).collect()))
    }

    pub(crate) fn check_all(&self) {
        let all: Vec<Delivery> =
            self.model.deliveries.values().map(|(delivery, _)| delivery.clone()).collect();
        self.record().unwrap();
        self.health().unwrap();
        self.recovery().unwrap();
        self.leases().unwrap();
        self.oldest().unwrap();
        self.latest(10).unwrap();
        self.latest(usize::MAX).unwrap();
        for epoch in 0..3 {
            self.count(Epoch::new(epoch)).unwrap();
            self.next_due(Epoch::new(epoch)).unwrap();
        }
        for limit in [1, 3, PAGE_SIZE] {
            self.list(&query(Cursor::Newest, limit), ANY).unwrap();
            for delivery in all.iter().step_by(1 + all.len() / 5) {
                self.list(&query(Cursor::OlderThan(delivery.seq), limit), ANY).unwrap();
                self.list(&query(Cursor::NewerThan(delivery.seq), limit), ANY).unwrap();
            }
        }
        for delivery in all {
            assert_eq!(self.delivery(delivery.seq).unwrap().as_ref(), Some(&delivery));
            assert_eq!(self.find(&delivery.event_id).unwrap().as_ref(), Some(&delivery));
            self.payload(delivery.seq).unwrap().unwrap();
            self.attempts(delivery.seq).unwrap();
            self.delivery(Seq::new(delivery.seq.get() + 1)).unwrap();
        }
    }
}

const ANY: Epoch = Epoch::new(1);

pub(crate) const fn query(cursor: Cursor, limit: usize) -> HistoryQuery {
    HistoryQuery { status: None, event_type: None, after: None, before: None, cursor, limit }
}

impl Store for Twin<'_> {
    fn record(&self) -> Result<Option<Record>, StoreError> {
        self.same(self.model.record()?, |store| store.record())
    }

    fn health(&self) -> Result<Health, StoreError> {
        self.same(self.model.health()?, |store| store.health())
    }

    fn put_health(&mut self, health: &Health) -> Result<(), StoreError> {
        self.model.put_health(health)?;
        self.write(|store| store.put_health(health))
    }

    fn recovery(&self) -> Result<Option<Recovery>, StoreError> {
        self.same(self.model.recovery()?, |store| store.recovery())
    }

    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError> {
        self.model.put_recovery(recovery)?;
        self.write(|store| store.put_recovery(recovery))
    }

    fn next_missed(
        &self,
        scope: &Scope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError> {
        let expected = self.model.next_missed(scope, after, epoch)?;
        self.same(expected, |store| store.next_missed(scope, after, epoch))
    }

    fn count_missed(&self, scope: &Scope, epoch: Epoch) -> Result<u64, StoreError> {
        self.same(self.model.count_missed(scope, epoch)?, |store| store.count_missed(scope, epoch))
    }

    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError> {
        self.same(self.model.count_held(epoch)?, |store| store.count_held(epoch))
    }

    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        self.model.drop_oldest_held(epoch)?;
        self.write(|store| store.drop_oldest_held(epoch))
    }

    fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.model.put_record(record)?;
        self.write(|store| store.put_record(record))
    }

    /// What was purged or dropped may have had a higher place than what is left.
    fn next_seq(&self) -> Result<Seq, StoreError> {
        let lowest = self.model.next_seq()?;
        let Some(store) = &self.store else { return Ok(lowest) };
        let next = store.next_seq()?;
        assert!(next >= lowest, "{next:?} is taken");
        Ok(next)
    }

    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreError> {
        self.model.insert(delivery, payload)?;
        self.write(|store| store.insert(delivery, payload))
    }

    fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) -> Result<(), StoreError> {
        self.model.update(delivery, attempt)?;
        self.write(|store| store.update(delivery, attempt))
    }

    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError> {
        self.same(self.model.delivery(seq)?, |store| store.delivery(seq))
    }

    fn discard(&mut self, seq: Seq) -> Result<(), StoreError> {
        self.model.discard(seq)?;
        self.store.as_mut().map_or(Ok(()), |store| store.discard(seq))
    }

    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreError> {
        self.same(self.model.backlog(epoch)?, |store| store.backlog(epoch))
    }

    fn open_leases(&self) -> Result<OpenLeases, StoreError> {
        self.same(self.model.open_leases()?, |store| store.open_leases())
    }

    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError> {
        self.same(self.model.payload(seq)?, |store| store.payload(seq))
    }

    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        self.same(self.model.find(event_id)?, |store| store.find(event_id))
    }

    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        self.same(self.model.attempts(seq)?, |store| store.attempts(seq))
    }

    fn list(&self, query: &HistoryQuery, epoch: Epoch) -> Result<Vec<Delivery>, StoreError> {
        self.same(self.model.list(query, epoch)?, |store| store.list(query, epoch))
    }

    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        self.same(self.model.latest(limit)?, |store| store.latest(limit))
    }

    fn count(&self, epoch: Epoch) -> Result<Counts, StoreError> {
        self.same(self.model.count(epoch)?, |store| store.count(epoch))
    }

    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.same(self.model.resends(limit)?, |store| store.resends(limit))
    }

    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.same(self.model.due(epoch, now, limit)?, |store| store.due(epoch, now, limit))
    }

    fn oldest_waiting(&self, epoch: Epoch, is_fresh: bool) -> Result<Option<Delivery>, StoreError> {
        let expected = self.model.oldest_waiting(epoch, is_fresh)?;
        self.same(expected, |store| store.oldest_waiting(epoch, is_fresh))
    }

    fn first_tried(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError> {
        self.same(self.model.first_tried(epoch)?, |store| store.first_tried(epoch))
    }

    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError> {
        self.same(self.model.next_due(epoch)?, |store| store.next_due(epoch))
    }

    fn leases(&self) -> Result<Vec<Delivery>, StoreError> {
        self.same(self.model.leases()?, |store| store.leases())
    }

    /// The deliveries of a page are purged together, when the newest of them is.
    fn oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        let expected = self.model.oldest()?;
        let Some(store) = &self.store else { return Ok(expected) };
        let oldest = store.oldest()?;
        assert_eq!(oldest.is_some(), expected.is_some());
        if let (Some(oldest), Some(expected)) = (oldest, expected) {
            assert!(oldest.since(expected) <= PAGE_SPAN, "{oldest:?} is not {expected:?}");
        }
        Ok(oldest)
    }

    /// The model keeps what is purged later only because its page has younger ones.
    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        let all = self.model.clone();
        self.model.purge(before, limit)?;
        self.write(|store| store.purge(before, limit))?;
        let Some(places) = self.places()? else { return Ok(()) };
        let purged = self.model.deliveries.len();
        for (seq, (delivery, payload)) in all.deliveries {
            let accepted_at = delivery.accepted_at;
            if places.binary_search(&seq).is_err() {
                assert!(accepted_at < before, "{seq:?} was purged too early");
                self.model.deliveries.remove(&seq);
                self.model.history.remove(&seq);
            } else if let Vacant(place) = self.model.deliveries.entry(seq) {
                let is_young = before.since(accepted_at) <= PAGE_SPAN;
                assert!(is_young || purged >= limit, "{seq:?} was not purged");
                place.insert((delivery, payload));
                let attempts = all.history.get(&seq).map(|attempts| (seq, attempts.clone()));
                self.model.history.extend(attempts);
            }
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.model.clear()?;
        self.write(|store| store.clear())
    }
}
