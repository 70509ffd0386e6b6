//! One storage kept twice: in the model and in SQLite. Every call goes to both, and the answers
//! must be equal.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::Vacant;
use std::fmt::Debug;
use std::rc::Rc;

use domain::base::{Cursor, Delay, Epoch, EventId, PAGE_SIZE, PURGE_EVERY, Seq, Timestamp};
use domain::delivery::{
    Attempt, Backlog, Counts, Delivery, Excess, Extent, Health, HistoryQuery, LatestFilter, Listed,
    Missed, Recovery, RecoveryScope, SeriesPart, SeriesQuery, StatusCodes, StepCounts, Trimmed,
    add_steps,
};
use domain::dispatch::{OpenLeases, Store, StoreError};
use domain::event::Payload;
use domain::webhook::{Record, Stage};
use storage::SqlStore;

use super::model_store::{ModelStore, is_over};
use super::sqlite::SqliteDatabase;

/// The SQLite storage of a Webhook object, and the cache that its running instance has of it.
#[derive(Debug)]
pub(crate) struct ObjectStorage {
    pub(crate) database: Rc<SqliteDatabase>,
    /// `None` after a start of the object, and during a transaction.
    pub(crate) cache: Option<storage::Cache>,
}

impl ObjectStorage {
    pub(crate) fn new() -> Self {
        Self { database: Rc::new(SqliteDatabase::new()), cache: None }
    }

    /// Ends a transaction: commits it if there is a new cache, otherwise rolls it back.
    pub(crate) fn end(&mut self, cache: Option<storage::Cache>) {
        self.database.statements_left.set(None);
        if cache.is_some() {
            self.database.commit();
        } else {
            self.database.roll_back();
        }
        self.cache = cache;
    }

    /// Compares all that can be read, first with the cache and then without it, as after a restart.
    pub(crate) fn check(&self, model: &ModelStore) {
        for cache in [self.cache.clone(), None] {
            let mut model = model.clone();
            self.database.begin();
            let written = self.database.rows_written();
            let store = DualStore::open(&mut model, Some((&*self.database, cache))).unwrap();
            store.compare_all();
            store.flush().unwrap();
            assert_eq!(self.database.rows_written(), written, "reading stores nothing");
            self.database.roll_back();
        }
    }
}

/// Both storages in one transaction. Without SQLite it is the model alone.
#[derive(Debug)]
pub(crate) struct DualStore<'a> {
    pub(crate) model: &'a mut ModelStore,
    store: Option<SqlStore<'a>>,
}

/// The largest difference in age within a segment, which is purged as a whole.
const SEGMENT_SPAN: Delay = PURGE_EVERY;
/// So many segments SQLite searches at least for the latest attempts. Each has a delivery or more.
const SEGMENTS_SEARCHED: usize = 128;

impl<'a> DualStore<'a> {
    pub(crate) fn open(
        model: &'a mut ModelStore,
        sqlite: Option<(&'a SqliteDatabase, Option<storage::Cache>)>,
    ) -> Result<Self, StoreError> {
        let open = |(database, cache): (&'a SqliteDatabase, _)| SqlStore::open(database, cache);
        Ok(Self { model, store: sqlite.map(open).transpose()? })
    }

    /// Writes the changes to SQLite and returns its new cache.
    pub(crate) fn flush(self) -> Result<Option<storage::Cache>, StoreError> {
        self.store.map(SqlStore::flush).transpose()
    }

    /// Asserts that SQLite answers as the model does.
    fn compare<T: PartialEq + Debug>(
        &self,
        expected: T,
        read: impl FnOnce(&SqlStore<'a>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(store) = &self.store else { return Ok(expected) };
        assert_eq!(read(store)?, expected);
        Ok(expected)
    }

    /// Applies a change to SQLite that the model has already.
    fn write(
        &mut self,
        change: impl FnOnce(&mut SqlStore<'a>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.store.as_mut().map_or(Ok(()), change)
    }

    /// Returns all deliveries in SQLite, in the order of `seq`.
    fn stored(&self) -> Result<Option<BTreeMap<Seq, Delivery>>, StoreError> {
        let Some(store) = &self.store else { return Ok(None) };
        let all = query(Cursor::NewerThan(Seq::new(0)), usize::MAX - 1);
        let found = store.list(&all, ANY, usize::MAX)?.deliveries;
        Ok(Some(found.into_iter().map(|(delivery, _)| (delivery.seq, delivery)).collect()))
    }

    /// Drops what SQLite has dropped, and checks that it was allowed to.
    fn follow_trimming(&mut self, before: Trimmed, after: Trimmed) -> Result<(), StoreError> {
        let Some(stored) = self.stored()? else { return Ok(()) };
        let is_within = |delivery: &Delivery, extent: Extent| {
            let is_older = extent.since.is_some_and(|since| delivery.accepted_at < since);
            is_older && delivery.seq < extent.until
        };
        for delivery in self.model.select(|_| true) {
            let now = stored.get(&delivery.seq);
            if now == Some(&delivery) {
                continue;
            }
            assert!(is_over(&delivery), "{delivery:?} is still needed");
            if now.is_some() {
                assert!(is_within(&delivery, after.bodies), "{delivery:?}");
                self.model.discard(delivery.seq)?;
                assert_eq!(now.cloned(), self.model.delivery(delivery.seq)?);
            } else {
                assert!(is_within(&delivery, after.history), "{delivery:?}");
                self.model.deliveries.remove(&delivery.seq);
                self.model.history.remove(&delivery.seq);
            }
        }
        let passed = before.bodies.until..after.bodies.until;
        let mut passed = self.model.deliveries.range(passed).map(|(_, (delivery, _))| delivery);
        assert!(passed.all(|it| !is_over(it) || it.is_discarded()), "a body was left behind");
        Ok(())
    }

    /// Compares series with short and with long steps, of all deliveries and of some.
    fn compare_series(&self, all: &[Delivery], epoch: Epoch) {
        let times = || all.iter().map(|delivery| delivery.accepted_at);
        let (Some(first), Some(last)) = (times().min(), times().max()) else { return };
        let middle = all[all.len() / 2].accepted_at;
        for (from, to, secs) in [
            (first, last, 3_600),
            (first, last, 86_400),
            (first, middle, 420),
            (middle, last, 60),
            (middle, middle, 60),
        ] {
            let to = to.plus(Delay::from_ms(1));
            let query = SeriesQuery::new(from, to, Delay::from_secs(secs));
            self.series(&query, None, epoch).unwrap();
        }
        let query = SeriesQuery::new(first, last, Delay::from_secs(3_600));
        self.series(&query, Some(all[all.len() / 2].seq), epoch).unwrap();
    }

    /// Compares every kind of read.
    pub(crate) fn compare_all(&self) {
        let all: Vec<Delivery> =
            self.model.deliveries.values().map(|(delivery, _)| delivery.clone()).collect();
        self.record().unwrap();
        self.health().unwrap();
        self.recovery().unwrap();
        self.leases().unwrap();
        self.oldest().unwrap();
        self.latest(10).unwrap();
        self.latest(usize::MAX).unwrap();
        // No delivery is of a later epoch than the webhook.
        let webhook = match self.model.record().unwrap().map(|record| record.stage) {
            Some(Stage::Live(webhook)) => webhook.epoch,
            Some(Stage::Creating { .. } | Stage::Deleting) | None => ANY,
        };
        let newest = all.iter().map(|delivery| delivery.epoch).fold(webhook, Epoch::max);
        for epoch in [newest, newest.next()] {
            self.compare_series(&all, epoch);
            self.count(epoch).unwrap();
            self.backlog(epoch).unwrap();
            self.next_due(epoch).unwrap();
            self.oldest_waiting(epoch, true).unwrap();
            self.due(epoch, Timestamp::from_ms(u64::MAX), usize::MAX).unwrap();
            for missed in [Missed::Held, Missed::Undelivered, Missed::All] {
                let middle = all.get(all.len() / 2).map(|delivery| delivery.accepted_at);
                for (since, latest) in [
                    (None, LatestFilter::default()),
                    (middle, LatestFilter::default()),
                    (None, FAILED_5XX),
                ] {
                    let scope = RecoveryScope { missed, since, latest, until: Seq::new(u64::MAX) };
                    self.count_missed(&scope, epoch).unwrap();
                    for delivery in all.iter().step_by(1 + all.len() / 5) {
                        self.next_missed(&scope, delivery.seq, epoch).unwrap();
                    }
                }
            }
        }
        for (limit, max) in [(1, 2), (3, usize::MAX), (PAGE_SIZE, usize::MAX), (PAGE_SIZE, 7)] {
            self.list(&query(Cursor::Newest, limit), ANY, max).unwrap();
            for delivery in all.iter().step_by(1 + all.len() / 5) {
                self.list(&query(Cursor::OlderThan(delivery.seq), limit), ANY, max).unwrap();
                self.list(&query(Cursor::NewerThan(delivery.seq), limit), ANY, max).unwrap();
            }
        }
        for delivery in all.iter().step_by(1 + all.len() / 100) {
            assert_eq!(self.delivery(delivery.seq).unwrap().as_ref(), Some(delivery));
            assert_eq!(self.find(&delivery.event_id).unwrap().as_ref(), Some(delivery));
            self.payload(delivery.seq).unwrap().unwrap();
            self.attempts(delivery.seq).unwrap();
            self.delivery(Seq::new(delivery.seq.get() + 1)).unwrap();
        }
    }
}

/// Deliveries whose latest attempt was answered with 5xx.
pub(crate) const FAILED_5XX: LatestFilter =
    LatestFilter { status: Some(StatusCodes::Class(5)), fault: None };

/// The epoch matters only to queries by status.
const ANY: Epoch = Epoch::new(1);

/// A history query without filters.
pub(crate) const fn query(cursor: Cursor, limit: usize) -> HistoryQuery {
    let latest = LatestFilter { status: None, fault: None };
    HistoryQuery {
        status: None,
        event_type: None,
        after: None,
        before: None,
        latest,
        cursor,
        limit,
    }
}

impl Store for DualStore<'_> {
    fn record(&self) -> Result<Option<Record>, StoreError> {
        self.compare(self.model.record()?, |store| store.record())
    }

    fn health(&self) -> Result<Health, StoreError> {
        self.compare(self.model.health()?, |store| store.health())
    }

    fn put_health(&mut self, health: &Health) -> Result<(), StoreError> {
        self.model.put_health(health)?;
        self.write(|store| store.put_health(health))
    }

    fn recovery(&self) -> Result<Option<Recovery>, StoreError> {
        self.compare(self.model.recovery()?, |store| store.recovery())
    }

    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError> {
        self.model.put_recovery(recovery)?;
        self.write(|store| store.put_recovery(recovery))
    }

    fn next_missed(
        &self,
        scope: &RecoveryScope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError> {
        let expected = self.model.next_missed(scope, after, epoch)?;
        self.compare(expected, |store| store.next_missed(scope, after, epoch))
    }

    fn count_missed(&self, scope: &RecoveryScope, epoch: Epoch) -> Result<u64, StoreError> {
        self.compare(self.model.count_missed(scope, epoch)?, |store| {
            store.count_missed(scope, epoch)
        })
    }

    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError> {
        self.compare(self.model.count_held(epoch)?, |store| store.count_held(epoch))
    }

    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        self.model.drop_oldest_held(epoch)?;
        self.write(|store| store.drop_oldest_held(epoch))
    }

    fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.model.put_record(record)?;
        self.write(|store| store.put_record(record))
    }

    /// SQLite may be ahead: the highest `seq` may belong to a delivery that is purged or dropped.
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
        self.compare(self.model.delivery(seq)?, |store| store.delivery(seq))
    }

    fn discard(&mut self, seq: Seq) -> Result<(), StoreError> {
        self.model.discard(seq)?;
        self.write(|store| store.discard(seq))
    }

    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreError> {
        self.compare(self.model.backlog(epoch)?, |store| store.backlog(epoch))
    }

    fn open_leases(&self) -> Result<OpenLeases, StoreError> {
        self.compare(self.model.open_leases()?, |store| store.open_leases())
    }

    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError> {
        self.compare(self.model.payload(seq)?, |store| store.payload(seq))
    }

    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        self.compare(self.model.find(event_id)?, |store| store.find(event_id))
    }

    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        self.compare(self.model.attempts(seq)?, |store| store.attempts(seq))
    }

    fn list(&self, query: &HistoryQuery, epoch: Epoch, max: usize) -> Result<Listed, StoreError> {
        self.compare(self.model.list(query, epoch, max)?, |store| store.list(query, epoch, max))
    }

    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        let expected = self.model.latest(limit)?;
        let Some(store) = &self.store else { return Ok(expected) };
        let latest = store.latest(limit)?;
        // SQLite may stop at a bound. It may not leave one out.
        assert!(latest.len() == expected.len() || self.model.len() > SEGMENTS_SEARCHED);
        assert_eq!(latest, expected[..latest.len()]);
        Ok(expected)
    }

    fn count(&self, epoch: Epoch) -> Result<Counts, StoreError> {
        self.compare(self.model.count(epoch)?, |store| store.count(epoch))
    }

    /// SQLite may count in several parts.
    fn series(
        &self,
        query: &SeriesQuery,
        below: Option<Seq>,
        epoch: Epoch,
    ) -> Result<SeriesPart, StoreError> {
        let expected = self.model.series(query, below, epoch)?;
        let Some(store) = &self.store else { return Ok(expected) };
        let (mut steps, mut next) = (BTreeMap::new(), below);
        loop {
            let part = store.series(query, next, epoch)?;
            add_steps(&mut steps, &part.steps);
            let Some(below) = part.below else { break };
            assert!(next.is_none_or(|next| below < next), "{below:?} is no progress");
            next = Some(below);
        }
        steps.retain(|_, counts| *counts != StepCounts::default());
        assert_eq!(steps, expected.steps, "{query:?}");
        Ok(expected)
    }

    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.compare(self.model.resends(limit)?, |store| store.resends(limit))
    }

    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.compare(self.model.due(epoch, now, limit)?, |store| store.due(epoch, now, limit))
    }

    fn oldest_waiting(
        &self,
        epoch: Epoch,
        never_attempted: bool,
    ) -> Result<Option<Delivery>, StoreError> {
        let expected = self.model.oldest_waiting(epoch, never_attempted)?;
        self.compare(expected, |store| store.oldest_waiting(epoch, never_attempted))
    }

    fn first_due_retry(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError> {
        self.compare(self.model.first_due_retry(epoch)?, |store| store.first_due_retry(epoch))
    }

    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError> {
        self.compare(self.model.next_due(epoch)?, |store| store.next_due(epoch))
    }

    fn leases(&self) -> Result<Vec<Delivery>, StoreError> {
        self.compare(self.model.leases()?, |store| store.leases())
    }

    /// SQLite may be later by [`SEGMENT_SPAN`]: a segment counts as old as its newest delivery.
    fn oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        let expected = self.model.oldest()?;
        let Some(store) = &self.store else { return Ok(expected) };
        let oldest = store.oldest()?;
        assert_eq!(oldest.is_some(), expected.is_some());
        if let (Some(oldest), Some(expected)) = (oldest, expected) {
            assert!(oldest.since(expected) <= SEGMENT_SPAN, "{oldest:?} is not {expected:?}");
        }
        Ok(oldest)
    }

    /// SQLite may keep a delivery longer because its segment has younger ones, and may purge more
    /// or fewer at once. The model follows.
    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        let all = self.model.clone();
        self.model.purge(before, limit)?;
        self.write(|store| store.purge(before, limit))?;
        let Some(stored) = self.stored()? else { return Ok(()) };
        let is_progress = stored.len() < all.deliveries.len();
        for (seq, (delivery, payload)) in all.deliveries {
            let accepted_at = delivery.accepted_at;
            if !stored.contains_key(&seq) {
                assert!(accepted_at < before, "{seq:?} was purged too early");
                self.model.deliveries.remove(&seq);
                self.model.history.remove(&seq);
            } else if let Vacant(entry) = self.model.deliveries.entry(seq) {
                let is_young = before.since(accepted_at) <= SEGMENT_SPAN;
                assert!(is_young || is_progress, "{seq:?} was not purged");
                entry.insert((delivery, payload));
                let attempts = all.history.get(&seq).map(|attempts| (seq, attempts.clone()));
                self.model.history.extend(attempts);
            }
        }
        Ok(())
    }

    /// SQLite keeps what follows the first delivery that is not over, and usually the last segment.
    fn can_trim(&self, trimmed: Trimmed, excess: Excess) -> Result<bool, StoreError> {
        let Some(store) = &self.store else { return self.model.can_trim(trimmed, excess) };
        store.can_trim(trimmed, excess)
    }

    /// SQLite may drop more or less at once. The model follows.
    fn trim(&mut self, trimmed: Trimmed, excess: Excess) -> Result<Trimmed, StoreError> {
        let Some(store) = &mut self.store else { return self.model.trim(trimmed, excess) };
        let after = store.trim(trimmed, excess)?;
        self.follow_trimming(trimmed, after)?;
        Ok(after)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.model.clear()?;
        self.write(|store| store.clear())
    }
}
