//! Random operations on the storage of one object, several in each transaction, with faults and
//! restarts: SQLite agrees with the model after each of them.
//!
//! The simulation does what a webhook does, to few and small events. Here the operations come in
//! any order, the events fill many segments, and the clock and the event ids go astray.
//!
//! `SEED=n cargo test -p storage --test native storage_operations` repeats one run, `SEEDS=n` sets
//! their number.

use std::rc::Rc;

use domain::base::{
    Cursor, Delay, Epoch, EventId, LeaseToken, PURGE_EVERY, Seq, Timestamp, Version,
};
use domain::delivery::{
    Attempt, AttemptResult, Cause, Delivery, Excess, Fault, HistoryQuery, LatestFilter,
    LeaseOrigin, Missed, RecoveryScope, SeriesQuery, State, Status,
};
use domain::dispatch::{Store, StoreError};
use domain::event::{EventType, EventTypes, Payload};

use crate::support::dual_store::{DualStore, FAILED_5XX, ObjectStorage, query};
use crate::support::model_store::ModelStore;
use crate::support::rng::Rng;
use crate::support::sqlite::record;
use crate::support::traces::trace_of;

const SEEDS: u64 = 40;

/// The caller of the storage.
struct Caller {
    rng: Rng,
    now: Timestamp,
    epoch: Epoch,
    event_type: EventType,
}

#[test]
fn storages_agree_after_every_operation() {
    let number = |variable| std::env::var(variable).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SEEDS").unwrap_or(SEEDS),
    };
    for seed in seeds {
        if let Err(panic) = std::panic::catch_unwind(|| run(seed)) {
            eprintln!("the run of SEED={seed} failed");
            std::panic::resume_unwind(panic);
        }
    }
}

fn run(seed: u64) {
    let mut caller = Caller {
        rng: Rng::new(seed),
        now: Timestamp::from_ms(1_700_000_000_000),
        epoch: Epoch::new(1),
        event_type: EventTypes::documented().get("QUIZ_COMPLETION").unwrap().clone(),
    };
    let mut model = ModelStore::default();
    let mut sqlite = ObjectStorage::new();
    transact(&mut model, &mut sqlite, None, |store| store.put_record(&record()));
    for _ in 0..150 {
        let fault = caller.rng.percent(5).then(|| caller.rng.below(8));
        let operations = 1 + caller.rng.below(4);
        transact(&mut model, &mut sqlite, fault, |store| {
            (0..operations).try_for_each(|_| caller.operate(store))
        });
        if caller.rng.percent(8) {
            sqlite.cache = None; // a restart
        }
        if caller.rng.percent(2) {
            sqlite.database.forget_counts(caller.rng.percent(50));
            sqlite.cache = None;
        }
        if caller.rng.percent(3) {
            sqlite.check(&model);
        }
        let ms = caller.rng.pick(&[0, 1, 20, 20, 500, 60_000, 900_000, 3_600_000]);
        caller.now = caller.now.plus(Delay::from_ms(ms));
        if caller.rng.percent(2) {
            caller.now = caller.now.minus(Delay::from_ms(300));
        }
    }
    sqlite.check(&model);
    let all = caller.now.plus(PURGE_EVERY);
    while !model.deliveries.is_empty() {
        transact(&mut model, &mut sqlite, None, |store| store.purge(all, 50));
    }
    for table in ["segment", "delivery"] {
        assert_eq!(sqlite.database.number(&format!("SELECT count(*) FROM {table}")), 0);
    }
}

/// Runs a transaction in both storages. If a statement fails, neither has changed.
fn transact(
    model: &mut ModelStore,
    sqlite: &mut ObjectStorage,
    fault: Option<u64>,
    step: impl FnOnce(&mut DualStore<'_>) -> Result<(), StoreError>,
) {
    let before = model.clone();
    let database = Rc::clone(&sqlite.database);
    database.begin();
    database.statements_left.set(fault);
    let opened = DualStore::open(model, Some((&*database, sqlite.cache.take())));
    let stored = opened.and_then(|mut store| step(&mut store).and_then(|()| store.flush()));
    assert!(fault.is_some() || stored.is_ok(), "{stored:?}");
    if stored.is_err() {
        *model = before;
    }
    sqlite.end(stored.ok().flatten());
}

impl Caller {
    fn operate(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        match self.rng.below(100) {
            0..=24 => self.accept(store, State::Scheduled { due: self.now }, true),
            25..=36 => self.accept(store, State::Scheduled { due: self.now }, false),
            37..=39 => self.accept(store, State::Held, false),
            40..=50 => self.lease_due(store),
            51..=70 => self.settle(store, 200),
            71..=75 => self.settle(store, 500),
            76 => self.succeed_late(store),
            77 => self.hand_back(store),
            78..=80 => self.request_resend(store),
            81..=82 => self.lease_resends(store),
            83 => self.skip(store),
            84 => {
                self.epoch = self.epoch.next();
                Ok(())
            }
            85..=87 => self.recover(store),
            88 => self.drop_held(store),
            89..=90 => {
                let age = Delay::from_secs(3_600 * (1 + self.rng.below(20)));
                store.purge(self.now.minus(age), 30)
            }
            92..=93 => self.trim(store),
            91 => self.lose_leases(store),
            _ => self.read(store),
        }
    }

    /// Returns a random delivery for which `is_wanted` holds.
    fn pick(
        &mut self,
        store: &DualStore<'_>,
        is_wanted: impl Fn(&Delivery) -> bool,
    ) -> Option<Delivery> {
        let all = store.model.deliveries.values().map(|(delivery, _)| delivery);
        let found: Vec<&Delivery> = all.filter(|delivery| is_wanted(delivery)).collect();
        (!found.is_empty()).then(|| self.rng.pick(&found).clone())
    }

    fn attempt(&mut self, result: AttemptResult) -> Attempt {
        let took = Delay::from_ms(self.rng.pick(&[0, 1, 7, 90, 90, 2_000]));
        Attempt { at: self.now.minus(took), took, cause: Cause::Schedule, result, fault: None }
    }

    fn accept(
        &mut self,
        store: &mut DualStore<'_>,
        state: State,
        is_leased: bool,
    ) -> Result<(), StoreError> {
        let count = if self.rng.percent(5) { 40 } else { 1 + self.rng.below(4) };
        for _ in 0..count {
            let ago = self.rng.pick(&[0, 0, 0, 30, 5_000]);
            let ago = if self.rng.percent(2) { 900_000_000 } else { ago };
            let event_id = EventId::new(self.now.minus(Delay::from_ms(ago)), self.rng.entropy());
            let bytes_max = self.rng.pick(&[30, 500, 4_000, 20_000]);
            let bytes = 1 + self.rng.below(bytes_max);
            let byte = u8::try_from(self.rng.below(256)).unwrap();
            let payload = Payload::from_stored(vec![byte; usize::try_from(bytes).unwrap()]);
            assert_eq!(store.find(&event_id)?, None);
            let mut delivery = Delivery {
                seq: store.next_seq()?,
                trace: trace_of(&event_id),
                event_id,
                event_type: self.event_type.clone(),
                bytes,
                accepted_at: self.now,
                epoch: self.epoch,
                attempts: 0,
                token: LeaseToken::new(0),
                resends: 0,
                state,
            };
            if is_leased {
                delivery.lease(self.now.plus(Delay::from_secs(15)), Version::new(1));
            }
            store.insert(&delivery, &payload)?;
        }
        Ok(())
    }

    fn lease_due(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        let limit = self.rng.pick(&[1, 3, 30]);
        for mut delivery in store.due(self.epoch, self.now, limit)? {
            store.payload(delivery.seq)?;
            let until = self.now.plus(Delay::from_secs(15));
            delivery.lease(until, Version::new(2));
            store.update(&delivery, None)?;
        }
        Ok(())
    }

    /// Settles some open leases.
    fn settle(&mut self, store: &mut DualStore<'_>, status: u16) -> Result<(), StoreError> {
        let attempt = self.attempt(AttemptResult::Answered(status, "[1,\"x\"]\n{\"m\":1}".into()));
        for _ in 0..self.rng.pick(&[1, 2, 30]) {
            let leased = self.pick(store, |delivery| delivery.open_lease().is_some());
            let Some(Delivery { seq, .. }) = leased else { return Ok(()) };
            let mut delivery = store.delivery(seq)?.unwrap();
            delivery.state = match status {
                200 => State::Delivered { at: self.now },
                _ => State::Scheduled { due: self.now.plus(Delay::from_secs(2)) },
            };
            store.update(&delivery, Some(&attempt))?;
            let may_discard = status == 200 && delivery.resends == 0 && delivery.bytes > 0;
            if may_discard && self.rng.percent(20) {
                store.discard(seq)?;
                store.payload(seq)?;
            }
        }
        Ok(())
    }

    /// Settles the success of an attempt that counted as lost.
    fn succeed_late(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        let is_wanted = |it: &Delivery| it.token.get() > 0 && it.open_lease().is_none();
        let Some(mut delivery) = self.pick(store, is_wanted) else { return Ok(()) };
        delivery.state = State::Delivered { at: self.now };
        let attempt = self.attempt(AttemptResult::Answered(200, String::new()));
        store.update(&delivery, Some(&attempt))
    }

    fn hand_back(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        let is_wanted = |it: &Delivery| it.open_lease().is_some() && it.attempts > 0;
        let Some(mut delivery) = self.pick(store, is_wanted) else { return Ok(()) };
        let lease = delivery.open_lease().unwrap();
        let cause = match lease.origin {
            LeaseOrigin::Schedule => Cause::Schedule,
            LeaseOrigin::Recover => Cause::Recover,
            LeaseOrigin::Resend | LeaseOrigin::Delivered(_) | LeaseOrigin::Held => Cause::Resend,
        };
        delivery.hand_back(lease, cause, self.now);
        store.update(&delivery, None)
    }

    fn request_resend(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        let Some(mut delivery) = self.pick(store, |it| it.bytes > 0) else { return Ok(()) };
        delivery.resends += 1;
        store.update(&delivery, None)
    }

    fn lease_resends(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        for mut delivery in store.resends(2)? {
            store.payload(delivery.seq)?;
            delivery.lease_resend(self.now.plus(Delay::from_secs(15)), Version::new(3));
            store.update(&delivery, None)?;
        }
        Ok(())
    }

    fn skip(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        let epoch = self.epoch;
        let is_wanted = |it: &Delivery| it.is_in_backlog(epoch);
        let Some(mut delivery) = self.pick(store, is_wanted) else { return Ok(()) };
        delivery.epoch = Epoch::SKIPPED;
        store.update(&delivery, None)
    }

    fn recover(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        let scope = self.scope(store)?;
        store.count_missed(&scope, self.epoch)?;
        let mut after = Seq::new(0);
        for _ in 0..self.rng.below(4) {
            let missed = store.next_missed(&scope, after, self.epoch)?;
            let Some(mut delivery) = missed else { return Ok(()) };
            after = delivery.seq;
            store.payload(after)?;
            let until = self.now.plus(Delay::from_secs(15));
            delivery.lease_recovered(self.epoch, until, Version::new(4));
            store.update(&delivery, None)?;
        }
        Ok(())
    }

    fn scope(&mut self, store: &DualStore<'_>) -> Result<RecoveryScope, StoreError> {
        let missed = self.rng.pick(&[Missed::Held, Missed::Undelivered, Missed::All]);
        let ago = Delay::from_secs(self.rng.below(40_000));
        let since = self.rng.percent(50).then(|| self.now.minus(ago));
        let latest = self.latest_filter();
        Ok(RecoveryScope { missed, since, latest, until: store.next_seq()? })
    }

    fn latest_filter(&mut self) -> LatestFilter {
        self.rng.pick(&[
            LatestFilter::default(),
            FAILED_5XX,
            LatestFilter { status: None, fault: Some(Fault::Lost) },
        ])
    }

    fn drop_held(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        if store.count_held(self.epoch)? > 0 {
            store.drop_oldest_held(self.epoch)?;
        }
        Ok(())
    }

    /// Ends the leases that have expired.
    fn lose_leases(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        let attempt = self.attempt(AttemptResult::Lost);
        for mut delivery in store.leases()? {
            if delivery.lease_end().is_some_and(|until| until <= self.now) {
                delivery.state = State::Scheduled { due: self.now };
                store.update(&delivery, Some(&attempt))?;
            }
        }
        Ok(())
    }

    /// Drops what there is no room for: some of it, or all of it.
    fn trim(&mut self, store: &mut DualStore<'_>) -> Result<(), StoreError> {
        let steps = self.rng.pick(&[1, 1, 3, 1_000]);
        let bytes = self.rng.pick(&[1, 5_000, 1_000_000]);
        let excess = Excess { bytes, is_full: self.rng.percent(30) };
        for step in 0..steps {
            assert!(step < 500, "it never ends");
            let mut health = store.health()?;
            if !store.can_trim(health.trimmed, excess)? {
                break;
            }
            health.trimmed = store.trim(health.trimmed, excess)?;
            store.put_health(&health)?;
        }
        Ok(())
    }

    /// Reads, which compares the answers.
    fn read(&mut self, store: &DualStore<'_>) -> Result<(), StoreError> {
        let (epoch, now) = (self.epoch, self.now);
        match self.rng.below(7) {
            0 => {
                store.find(&EventId::new(self.now, self.rng.entropy()))?;
                let Some(Delivery { seq, event_id, .. }) = self.pick(store, |_| true) else {
                    return Ok(());
                };
                store.find(&event_id)?;
                store.delivery(seq)?;
                store.payload(seq)?;
                store.attempts(seq).map(drop)
            }
            1 => {
                let cursor = match (self.pick(store, |_| true), self.rng.below(3)) {
                    (Some(delivery), 0) => Cursor::NewerThan(delivery.seq),
                    (Some(delivery), 1) => Cursor::OlderThan(delivery.seq),
                    _ => Cursor::Newest,
                };
                let after = self.scope(store)?.since;
                let statuses = [Status::Waiting, Status::Delivered, Status::Undelivered];
                let status = self.rng.percent(50).then(|| self.rng.pick(&statuses));
                let (limit, latest) = (self.rng.pick(&[1, 20]), self.latest_filter());
                let query = HistoryQuery { status, after, latest, ..query(cursor, limit) };
                let max = self.rng.pick(&[1, 20, usize::MAX]);
                store.list(&query, epoch, max).map(drop)
            }
            2 => {
                store.latest(30)?;
                store.count(epoch).map(drop)
            }
            3 => {
                store.oldest_waiting(epoch, true)?;
                store.oldest_waiting(epoch, false)?;
                store.first_due_retry(epoch)?;
                store.next_due(epoch).map(drop)
            }
            4 => {
                store.due(epoch, now, 40)?;
                store.backlog(epoch).map(drop)
            }
            5 => {
                let step = Delay::from_secs(self.rng.pick(&[60, 900, 7_200]));
                let since = |ago: u64| now.minus(Delay::from_secs(ago));
                let (from, to) = (self.rng.below(80_000), self.rng.below(9_000));
                let query = SeriesQuery::new(since(from + to), since(to), step);
                store.series(&query, None, epoch).map(drop)
            }
            _ => {
                store.open_leases()?;
                store.oldest().map(drop)
            }
        }
    }
}
