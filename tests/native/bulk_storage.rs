//! Thousands of deliveries in the SQLite storage of one object: every answer equals the model's,
//! and few rows are written. The tables are described in `crates/storage/src/tables.rs`.

use domain::base::{
    Cursor, Delay, Epoch, EventId, LeaseToken, PURGE_EVERY, Seq, Timestamp, Version,
};
use domain::delivery::{
    Attempt, AttemptResult, Cause, Delivery, Excess, Gate, HistoryPage, HistoryQuery, State,
    Status, Trimmed,
};
use domain::dispatch::Store;
use domain::event::{EventTypes, Payload};

use crate::support::dual_store::{DualStore, ObjectStorage, query};
use crate::support::model_store::ModelStore;
use crate::support::rng::Rng;
use crate::support::sqlite::record;
use crate::support::traces::trace_of;

const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);
const EPOCH: Epoch = Epoch::new(1);

/// A storage with a clock, and the model that it is compared with.
struct Fixture {
    rng: Rng,
    now: Timestamp,
    epoch: Epoch,
    model: ModelStore,
    sqlite: ObjectStorage,
    types: EventTypes,
    /// Deliveries whose first attempt is in flight.
    open: Vec<Seq>,
}

impl Fixture {
    fn new(seed: u64) -> Self {
        let mut fixture = Self {
            rng: Rng::new(seed),
            now: START,
            epoch: EPOCH,
            model: ModelStore::default(),
            sqlite: ObjectStorage::new(),
            types: EventTypes::documented(),
            open: Vec::new(),
        };
        let record = record();
        fixture.transact(|store| store.put_record(&record).unwrap());
        fixture
    }

    fn transact<T>(&mut self, step: impl FnOnce(&mut DualStore<'_>) -> T) -> T {
        let cache = self.sqlite.cache.take();
        self.sqlite.database.begin();
        let database = &*self.sqlite.database;
        let mut store = DualStore::open(&mut self.model, Some((database, cache))).unwrap();
        let answer = step(&mut store);
        let cache = store.flush().unwrap();
        self.sqlite.end(cache);
        answer
    }

    fn advance(&mut self, ms: u64) {
        self.now = self.now.plus(Delay::from_ms(ms));
    }

    fn payload(&mut self, bytes_max: u64) -> Payload {
        let count = usize::try_from(self.rng.below(bytes_max)).unwrap();
        let byte = |rng: &mut Rng| u8::try_from(rng.below(256)).unwrap();
        Payload::from_stored((0..count).map(|_| byte(&mut self.rng)).collect())
    }

    /// Accepts events in one transaction and leases their first attempts. The times of their ids
    /// are up to `skew_ms` earlier or later than now.
    fn accept_leased(&mut self, count: usize, skew_ms: u64, bytes_max: u64) -> Vec<Seq> {
        let seqs = self.add(count, skew_ms, bytes_max, true);
        self.open.extend(&seqs);
        seqs
    }

    /// Accepts events that wait for their first attempt.
    fn accept_waiting(&mut self, count: usize, skew_ms: u64) -> Vec<Seq> {
        self.add(count, skew_ms, 500, false)
    }

    fn add(&mut self, count: usize, skew_ms: u64, bytes_max: u64, is_leased: bool) -> Vec<Seq> {
        let mut new = Vec::new();
        for _ in 0..count {
            let created_at = self.now.minus(Delay::from_ms(skew_ms));
            let created_at = created_at.plus(Delay::from_ms(self.rng.below(2 * skew_ms + 1)));
            let id = EventId::new(created_at, self.rng.entropy());
            new.push((id, self.payload(bytes_max)));
        }
        let (now, event_type) = (self.now, self.types.get("QUIZ_COMPLETION").unwrap().clone());
        let epoch = self.epoch;
        self.transact(|store| {
            let insert = |(event_id, payload): (EventId, Payload)| {
                assert_eq!(store.find(&event_id).unwrap(), None);
                let seq = store.next_seq().unwrap();
                let mut delivery = Delivery {
                    seq,
                    trace: trace_of(&event_id),
                    event_id,
                    event_type: event_type.clone(),
                    accepted_at: now,
                    epoch,
                    bytes: u64::try_from(payload.as_bytes().len()).unwrap(),
                    attempts: 0,
                    token: LeaseToken::new(0),
                    resends: 0,
                    state: State::Scheduled { due: now },
                };
                if is_leased {
                    let until = now.plus(Delay::from_secs(15));
                    delivery.lease(until, Version::new(1));
                }
                store.insert(&delivery, &payload).unwrap();
                seq
            };
            new.into_iter().map(insert).collect()
        })
    }

    /// Leases deliveries, each in its own transaction.
    fn lease(&mut self, seqs: &[Seq]) {
        let until = self.now.plus(Delay::from_secs(15));
        for &seq in seqs {
            self.transact(|store| {
                let mut delivery = store.delivery(seq).unwrap().unwrap();
                delivery.lease(until, Version::new(1));
                store.update(&delivery, None).unwrap();
            });
        }
    }

    /// Settles attempts in one transaction.
    fn settle(&mut self, seqs: &[Seq], status: u16) {
        self.open.retain(|seq| !seqs.contains(seq));
        let now = self.now;
        let took = Delay::from_ms(self.rng.pick(&[0, 3, 7, 7, 90, 2_000]));
        let at = now.minus(took);
        // An answer that looks like lines of a segment.
        let result = AttemptResult::Answered(status, "[1,\"x\"]\n[2,".to_owned());
        let attempt = Attempt { at, took, cause: Cause::Schedule, result, fault: None };
        self.transact(|store| {
            for &seq in seqs {
                let mut delivery = store.delivery(seq).unwrap().unwrap();
                delivery.state = match status {
                    200 => State::Delivered { at: now },
                    _ => State::Scheduled { due: now.plus(Delay::from_secs(2)) },
                };
                store.update(&delivery, Some(&attempt)).unwrap();
            }
        });
    }

    /// Requests a resend of a random delivery.
    fn resend(&mut self) {
        let seqs: Vec<Seq> = self.model.deliveries.keys().copied().collect();
        let seq = self.rng.pick(&seqs);
        self.open.retain(|&open| open != seq);
        self.transact(|store| {
            let mut delivery = store.delivery(seq).unwrap().unwrap();
            delivery.resends += 1;
            store.update(&delivery, None).unwrap();
        });
    }

    /// Settles the open attempts in groups, most with success. Some stay open.
    fn settle_some(&mut self) {
        let mut seqs = std::mem::take(&mut self.open);
        let kept = seqs.split_off(seqs.len() - usize::from(self.rng.percent(30)).min(seqs.len()));
        for group in seqs.chunks(1 + usize::try_from(self.rng.below(40)).unwrap()) {
            let status = if self.rng.percent(4) { 500 } else { 200 };
            self.settle(group, status);
        }
        self.open.extend(kept);
    }

    fn rows_written(&self) -> u64 {
        self.sqlite.database.rows_written()
    }

    /// Compares every kind of read with the model, before and after a restart.
    fn check(&self) {
        self.sqlite.check(&self.model);
    }
}

#[test]
fn thousands_of_delivered_events_are_found_listed_and_purged() {
    for seed in 0..4 {
        let mut fixture = Fixture::new(seed);
        for round in 0..150 {
            let (count, skew_ms) = (1 + fixture.rng.below(20), fixture.rng.pick(&[0, 40, 90_000]));
            let bytes_max = fixture.rng.pick(&[50, 3_000]);
            fixture.accept_leased(usize::try_from(count).unwrap(), skew_ms, bytes_max);
            let ms = fixture.rng.pick(&[1, 50, 50, 3_000, 130_000]);
            fixture.advance(ms);
            fixture.settle_some();
            match fixture.rng.below(12) {
                0 => fixture.sqlite.cache = None,
                1 | 2 => fixture.resend(),
                3 => fixture.advance(7_200_000),
                _ => {}
            }
            if round % 50 == 49 {
                fixture.check();
            }
        }
        let segments = fixture.sqlite.database.number("SELECT count(*) FROM segment");
        assert!(segments > 40, "{segments} segments");
        list_with_filters(&mut fixture);
        purge(&mut fixture);
    }
}

#[test]
fn pages_that_stop_early_lead_to_every_match_once() {
    let mut fixture = Fixture::new(5);
    let mut expected = Vec::new();
    for _ in 0..8 {
        let delivered = fixture.accept_leased(45, 0, 100);
        fixture.advance(1_000);
        fixture.settle(&delivered, 200);
        expected.extend(fixture.accept_waiting(2, 0));
    }
    let of = |cursor| HistoryQuery { status: Some(Status::Waiting), ..query(cursor, 4) };
    let ids = |fixture: &Fixture, seqs: &[Seq]| -> Vec<EventId> {
        seqs.iter().map(|seq| fixture.model.deliveries[seq].0.event_id.clone()).collect()
    };
    let upwards = ids(&fixture, &expected);
    for is_upwards in [false, true] {
        let start = if is_upwards { Cursor::NewerThan(Seq::new(0)) } else { Cursor::Newest };
        let (mut cursor, mut found, mut pages) = (Some(start), Vec::new(), 0);
        while let Some(at) = cursor {
            let page = fixture.transact(|store| {
                let (listed, gate) = (store.list(&of(at), EPOCH, 10).unwrap(), Gate::open(START));
                HistoryPage::new(&of(at), listed, EPOCH, &gate)
            });
            let results = page.results.into_iter().map(|delivery| delivery.event_id);
            found.extend(if is_upwards {
                results.rev().collect()
            } else {
                results.collect::<Vec<_>>()
            });
            cursor = if is_upwards { page.newer } else { page.older };
            pages += 1;
        }
        if !is_upwards {
            found.reverse();
        }
        assert_eq!(found, upwards);
        assert!(pages > 35, "each page looks at ten of 376 deliveries: {pages}");
    }
}

/// Lists with every filter.
fn list_with_filters(fixture: &mut Fixture) {
    let middle = fixture.now.minus(Delay::from_ms(fixture.now.since(START).as_ms() / 2));
    fixture.transact(|store| {
        for status in [Status::Delivered, Status::InFlight, Status::Waiting] {
            for cursor in [Cursor::Newest, Cursor::OlderThan(Seq::new(400))] {
                let query = HistoryQuery {
                    status: Some(status),
                    before: Some(middle),
                    ..query(cursor, 100)
                };
                store.list(&query, EPOCH, usize::MAX).unwrap();
                store.list(&query, EPOCH, 50).unwrap();
            }
        }
    });
}

/// Purges the older half and then all, in portions, and compares what is left.
fn purge(fixture: &mut Fixture) {
    let all = fixture.model.deliveries.len();
    let half = fixture.now.minus(Delay::from_ms(fixture.now.since(START).as_ms() / 2));
    for before in [half, fixture.now.plus(PURGE_EVERY)] {
        while fixture.model.deliveries.values().any(|(delivery, _)| {
            delivery.accepted_at.plus(Delay::from_secs(4_000)) < before || before > fixture.now
        }) {
            let left = fixture.model.deliveries.len();
            fixture.transact(|store| store.purge(before, 100).unwrap());
            assert!(fixture.model.deliveries.len() < left, "nothing was purged of {left}");
            fixture.sqlite.cache = fixture.sqlite.cache.take().filter(|_| left.is_multiple_of(2));
        }
        fixture.check();
        assert!(fixture.model.deliveries.len() < all);
    }
    for table in ["segment", "delivery"] {
        assert_eq!(fixture.sqlite.database.number(&format!("SELECT count(*) FROM {table}")), 0);
    }
    fixture.open.clear();
    let [seq] = fixture.accept_leased(1, 0, 50)[..] else { panic!() };
    fixture.settle(&[seq], 200);
    fixture.check();
}

/// Returns the rows written for a delivery from its acceptance to its purge, if `group` deliveries
/// settle together. They touch no index, so the platform bills these rows and those of the alarm.
fn rows_per_delivery(count: usize, group: usize, ms: u64) -> f64 {
    let mut fixture = Fixture::new(1);
    let before = fixture.rows_written();
    let statements = fixture.sqlite.database.statements.get();
    for _ in 0..count / group {
        for _ in 0..group {
            fixture.accept_leased(1, 2, 1_000);
            fixture.advance(ms);
        }
        let open = fixture.open.clone();
        fixture.settle(&open, 200);
    }
    let statements = fixture.sqlite.database.statements.get() - statements;
    let expected = u64::try_from(count + count / group).unwrap();
    // The reads need no statement: everything is in the cache.
    assert_eq!(statements, expected, "one for each accept, and one for each segment");
    let until = fixture.now.plus(PURGE_EVERY);
    while !fixture.model.deliveries.is_empty() {
        fixture.transact(|store| store.purge(until, 500).unwrap());
    }
    let rows = fixture.rows_written() - before;
    f64::from(u32::try_from(rows).unwrap()) / f64::from(u32::try_from(count).unwrap())
}

#[test]
fn a_delivery_writes_two_rows_alone_and_little_more_than_one_in_a_group() {
    let alone = rows_per_delivery(600, 1, 20);
    assert!((2.0..2.2).contains(&alone), "{alone} rows");
    let in_group = rows_per_delivery(600, 10, 10);
    assert!((1.1..1.17).contains(&in_group), "{in_group} rows");
}

#[test]
fn thousands_of_waiting_events_are_found_listed_and_purged() {
    for seed in 0..4 {
        let mut fixture = Fixture::new(seed);
        let mut waiting = Vec::new();
        for round in 0..60 {
            let (count, skew_ms) =
                (1 + fixture.rng.below(40), fixture.rng.pick(&[0, 40, 20_000, 90_000]));
            waiting.extend(fixture.accept_waiting(usize::try_from(count).unwrap(), skew_ms));
            let ms = fixture.rng.pick(&[0, 50, 3_000, 1_200_000]);
            fixture.advance(ms);
            match fixture.rng.below(16) {
                0 => fixture.sqlite.cache = None,
                1 => fixture.resend(),
                2 => fixture.epoch = Epoch::new(fixture.epoch.get() + 1),
                3 => fixture.now = fixture.now.minus(Delay::from_ms(500)),
                4 | 5 => {
                    let some = usize::try_from(fixture.rng.below(10)).unwrap();
                    let first: Vec<Seq> = waiting.drain(..some.min(waiting.len())).collect();
                    fixture.lease(&first);
                    fixture.settle(&first, 500);
                }
                6 => {
                    fixture.accept_leased(3, 0, 500);
                    fixture.settle_some();
                }
                _ => {}
            }
            let (epoch, now) = (fixture.epoch, fixture.now);
            fixture.transact(|store| {
                store.due(epoch, now, 7).unwrap();
                store.oldest_waiting(epoch, true).unwrap();
                store.first_due_retry(epoch).unwrap();
                store.next_due(epoch).unwrap();
                store.oldest().unwrap();
            });
            if round % 20 == 19 {
                fixture.check();
            }
        }
        assert!(fixture.sqlite.database.number("SELECT count(DISTINCT epoch) FROM segment") > 1);
        assert!(fixture.sqlite.database.number("SELECT count(*) FROM segment") > 15);
        purge(&mut fixture);
    }
}

#[test]
fn a_waiting_event_writes_one_row_and_reads_nothing() {
    let mut fixture = Fixture::new(1);
    fixture.accept_waiting(1, 0);
    let (epoch, now) = (fixture.epoch, fixture.now);
    let read_queue = |fixture: &mut Fixture| {
        fixture.transact(|store| {
            store.due(epoch, now.minus(Delay::from_ms(1)), 5).unwrap();
            store.next_due(epoch).unwrap();
            store.oldest().unwrap();
        });
    };
    read_queue(&mut fixture);
    let (before, statements) = (fixture.rows_written(), fixture.sqlite.database.statements.get());
    for _ in 0..100 {
        fixture.accept_waiting(1, 0);
        read_queue(&mut fixture);
    }
    assert_eq!(fixture.rows_written() - before, 100);
    assert_eq!(fixture.sqlite.database.statements.get() - statements, 100);
}

#[test]
fn a_delivery_that_a_transaction_changes_twice_takes_its_segment_once() {
    let mut fixture = Fixture::new(1);
    let [seq] = fixture.accept_leased(1, 0, 50)[..] else { panic!() };
    let (before, now) = (fixture.rows_written(), fixture.now);
    let attempt = Attempt {
        at: now,
        took: Delay::from_ms(1),
        cause: Cause::Schedule,
        result: AttemptResult::Answered(200, String::new()),
        fault: None,
    };
    // It is skipped and delivered all the same. Only the current epoch is stored in segments.
    fixture.transact(|store| {
        let mut delivery = store.delivery(seq).unwrap().unwrap();
        delivery.epoch = Epoch::SKIPPED;
        store.update(&delivery, None).unwrap();
        delivery.state = State::Delivered { at: now };
        store.update(&delivery, Some(&attempt)).unwrap();
    });
    assert_eq!(
        fixture.rows_written() - before,
        3,
        "its segment, and its row in `delivery`, which is added and changed"
    );
    fixture.check();
    let before = fixture.rows_written();
    let [seq] = fixture.accept_leased(1, 0, 50)[..] else { panic!() };
    fixture.settle(&[seq], 200);
    assert_eq!(fixture.rows_written() - before, 2);
    // A resend, requested and leased in the same transaction.
    let before = fixture.rows_written();
    fixture.transact(|store| {
        let mut delivery = store.delivery(seq).unwrap().unwrap();
        delivery.resends = 1;
        store.update(&delivery, None).unwrap();
        assert_eq!(store.resends(5).unwrap().len(), 1);
        delivery.lease_resend(now.plus(Delay::from_secs(15)), Version::new(1));
        store.update(&delivery, None).unwrap();
        assert_eq!(store.leases().unwrap().len(), 1);
        assert_eq!(store.resends(5).unwrap().len(), 0);
    });
    assert_eq!(
        fixture.rows_written() - before,
        3,
        "its segment, and its row in `delivery`, which is added and changed"
    );
    fixture.check();
}

#[test]
fn a_step_drops_a_bounded_part_of_the_oldest_and_keeps_what_was_not_delivered() {
    let mut fixture = Fixture::new(5);
    let mut undelivered = Vec::new();
    for round in 0..150 {
        fixture.accept_leased(20, 2, 1_000);
        let open = fixture.open.clone();
        fixture.settle(&open, 200);
        if round == 60 {
            undelivered = fixture.accept_waiting(250, 0);
            fixture.epoch = fixture.epoch.next();
        }
        fixture.advance(20);
    }
    let excess = Excess { bytes: u64::MAX, is_full: false };
    let (mut trimmed, mut sizes) = (Trimmed::default(), Vec::new());
    while fixture.transact(|store| store.can_trim(trimmed, excess).unwrap()) {
        let rows = fixture.rows_written();
        trimmed = fixture.transact(|store| store.trim(trimmed, excess).unwrap());
        // A row for each of 64 segments, changed or deleted, and for what is moved out of them.
        let rows = fixture.rows_written() - rows;
        assert!(rows <= 64 + 64 + 100 + 50, "{rows} rows");
        sizes.push(fixture.sqlite.database.size());
    }
    assert!(sizes.len() >= 5, "{sizes:?}");
    assert!(sizes.last() < sizes.first().map(|size| size / 4).as_ref(), "{sizes:?}");
    let (model, last) = (&fixture.model, fixture.model.deliveries.keys().next_back().unwrap());
    assert!(undelivered.iter().all(|seq| model.deliveries.contains_key(seq)));
    assert!((last.get() - 300..last.get()).contains(&trimmed.history.until.get()), "{trimmed:?}");
    assert!(model.len() < undelivered.len() + 300, "{} are left", model.len());
    fixture.sqlite.check(&fixture.model);
}
