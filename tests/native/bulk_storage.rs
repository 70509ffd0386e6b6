//! Thousands of deliveries in an object's storage, in pages or waiting: everything that is asked of
//! it is what a map would answer, and few rows are written.

use domain::base::{AccountId, Cursor, Delay, Epoch, EventId, Seq, Timestamp, Token, Version};
use domain::delivery::{
    Attempt, AttemptResult, Cause, Delivery, HistoryQuery, Holder, State, Status,
};
use domain::dispatch::Store;
use domain::event::{EventTypes, Payload};
use domain::webhook::{Outbox, Projection, Record, Stage};

use crate::simulation::chance::Chance;
use crate::simulation::memory::Memory;
use crate::simulation::twin::{Disk, Twin, query};

const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);
const EPOCH: Epoch = Epoch::new(1);

/// A storage that turns are taken with, and the map that it is compared with.
struct Bench {
    chance: Chance,
    now: Timestamp,
    epoch: Epoch,
    model: Memory,
    disk: Disk,
    types: EventTypes,
    open: Vec<Seq>,
}

impl Bench {
    fn new(seed: u64) -> Self {
        let mut bench = Self {
            chance: Chance::new(seed),
            now: START,
            epoch: EPOCH,
            model: Memory::default(),
            disk: Disk::new(),
            types: EventTypes::documented(),
            open: Vec::new(),
        };
        let record = record();
        bench.turn(|store| store.put_record(&record).unwrap());
        bench
    }

    fn turn<T>(&mut self, step: impl FnOnce(&mut Twin<'_>) -> T) -> T {
        let memory = self.disk.memory.take();
        self.disk.lite.begin();
        let mut twin = Twin::open(&mut self.model, Some((&*self.disk.lite, memory))).unwrap();
        let answer = step(&mut twin);
        let memory = twin.flush().unwrap();
        self.disk.end(memory);
        answer
    }

    fn pass(&mut self, ms: u64) {
        self.now = self.now.plus(Delay::from_ms(ms));
    }

    fn payload(&mut self, bytes_max: u64) -> Payload {
        let count = usize::try_from(self.chance.below(bytes_max)).unwrap();
        let byte = |chance: &mut Chance| u8::try_from(chance.below(256)).unwrap();
        Payload::from_stored((0..count).map(|_| byte(&mut self.chance)).collect())
    }

    /// Accepts events in one turn, whose ids were made up to `skew_ms` earlier or later, and leases
    /// their first tries.
    fn accept(&mut self, count: usize, skew_ms: u64, bytes_max: u64) -> Vec<Seq> {
        let seqs = self.add(count, skew_ms, bytes_max, true);
        self.open.extend(&seqs);
        seqs
    }

    /// Accepts events that wait for their first try.
    fn wait(&mut self, count: usize, skew_ms: u64) -> Vec<Seq> {
        self.add(count, skew_ms, 500, false)
    }

    fn add(&mut self, count: usize, skew_ms: u64, bytes_max: u64, is_leased: bool) -> Vec<Seq> {
        let mut new = Vec::new();
        for _ in 0..count {
            let made_at = self.now.minus(Delay::from_ms(skew_ms));
            let made_at = made_at.plus(Delay::from_ms(self.chance.below(2 * skew_ms + 1)));
            let id = EventId::new(made_at, self.chance.entropy());
            new.push((id, self.payload(bytes_max)));
        }
        let (now, event_type) = (self.now, self.types.get("QUIZ_COMPLETION").unwrap().clone());
        let epoch = self.epoch;
        self.turn(|store| {
            let insert = |(event_id, payload): (EventId, Payload)| {
                assert_eq!(store.find(&event_id).unwrap(), None);
                let seq = store.next_seq().unwrap();
                let mut delivery = Delivery {
                    seq,
                    event_id,
                    event_type: event_type.clone(),
                    accepted_at: now,
                    epoch,
                    bytes: u64::try_from(payload.as_bytes().len()).unwrap(),
                    tries: 0,
                    token: Token::new(0),
                    resends: 0,
                    state: State::Scheduled { due: now },
                };
                if is_leased {
                    let until = now.plus(Delay::from_secs(15));
                    delivery.lease(until, Version::new(1), Holder::Worker);
                }
                store.insert(&delivery, &payload).unwrap();
                seq
            };
            new.into_iter().map(insert).collect()
        })
    }

    /// Takes a lease of deliveries, each in a turn of its own.
    fn lease(&mut self, seqs: &[Seq]) {
        let until = self.now.plus(Delay::from_secs(15));
        for &seq in seqs {
            self.turn(|store| {
                let mut delivery = store.delivery(seq).unwrap().unwrap();
                delivery.lease(until, Version::new(1), Holder::Object);
                store.update(&delivery, None).unwrap();
            });
        }
    }

    /// Settles tries in one turn.
    fn settle(&mut self, seqs: &[Seq], status: u16) {
        self.open.retain(|seq| !seqs.contains(seq));
        let now = self.now;
        let (at, took) = (now.minus(Delay::from_ms(7)), Delay::from_ms(7));
        // An answer that looks like a line of a page.
        let result = AttemptResult::Answered(status, "[1,\"x\"]\n[2,".to_owned());
        let attempt = Attempt { at, took, cause: Cause::Schedule, result };
        self.turn(|store| {
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

    /// Asks for another send of any delivery.
    fn resend(&mut self) {
        let seqs: Vec<Seq> = self.model.deliveries.keys().copied().collect();
        let seq = self.chance.pick(&seqs);
        self.open.retain(|&open| open != seq);
        self.turn(|store| {
            let mut delivery = store.delivery(seq).unwrap().unwrap();
            delivery.resends += 1;
            store.update(&delivery, None).unwrap();
        });
    }

    fn settle_some(&mut self) {
        let mut seqs = std::mem::take(&mut self.open);
        let kept =
            seqs.split_off(seqs.len() - usize::from(self.chance.percent(30)).min(seqs.len()));
        for group in seqs.chunks(1 + usize::try_from(self.chance.below(40)).unwrap()) {
            let status = if self.chance.percent(4) { 500 } else { 200 };
            self.settle(group, status);
        }
        self.open.extend(kept);
    }

    fn rows_written(&self) -> u64 {
        self.disk.lite.rows_written()
    }

    /// What every kind of question answers, before and after a restart.
    fn check(&self) {
        self.disk.check(&self.model);
    }
}

fn record() -> Record {
    Record {
        account: AccountId::default_account(),
        id: "w1".parse().unwrap(),
        version: Version::new(1),
        stage: Stage::Deleting,
        roster: Projection::NEW,
        kv: Projection::NEW,
        outbox: Outbox::NEW,
    }
}

#[test]
fn thousands_of_deliveries_are_found_listed_and_purged() {
    for seed in 0..4 {
        let mut bench = Bench::new(seed);
        for round in 0..150 {
            let (count, skew_ms) =
                (1 + bench.chance.below(20), bench.chance.pick(&[0, 40, 90_000]));
            let bytes_max = bench.chance.pick(&[50, 3_000]);
            bench.accept(usize::try_from(count).unwrap(), skew_ms, bytes_max);
            let ms = bench.chance.pick(&[1, 50, 50, 3_000, 130_000]);
            bench.pass(ms);
            bench.settle_some();
            match bench.chance.below(12) {
                0 => bench.disk.memory = None,
                1 | 2 => bench.resend(),
                3 => bench.pass(7_200_000),
                _ => {}
            }
            if round % 50 == 49 {
                bench.check();
            }
        }
        assert!(bench.disk.lite.number("SELECT max(n) FROM segment") > 40, "many pages");
        assert!(bench.disk.lite.number("SELECT count(*) FROM in_flight") < 60, "few slots");
        filters(&mut bench);
        purge(&mut bench);
    }
}

fn filters(bench: &mut Bench) {
    let middle = bench.now.minus(Delay::from_ms(bench.now.since(START).as_ms() / 2));
    bench.turn(|store| {
        for status in [Status::Delivered, Status::InFlight, Status::Waiting] {
            for cursor in [Cursor::Newest, Cursor::OlderThan(Seq::new(400))] {
                let query = HistoryQuery {
                    status: Some(status),
                    before: Some(middle),
                    ..query(cursor, 100)
                };
                store.list(&query, EPOCH).unwrap();
            }
        }
    });
}

/// What is purged goes from the oldest on, in portions; what is left is as it was.
fn purge(bench: &mut Bench) {
    let all = bench.model.deliveries.len();
    let half = bench.now.minus(Delay::from_ms(bench.now.since(START).as_ms() / 2));
    for before in [half, bench.now.plus(Delay::from_ms(1))] {
        while bench.model.deliveries.values().any(|(delivery, _)| {
            delivery.accepted_at.plus(Delay::from_secs(4_000)) < before || before > bench.now
        }) {
            let left = bench.model.deliveries.len();
            bench.turn(|store| store.purge(before, 100).unwrap());
            assert!(bench.model.deliveries.len() < left, "nothing was purged of {left}");
            bench.disk.memory = bench.disk.memory.take().filter(|_| left.is_multiple_of(2));
        }
        bench.check();
        assert!(bench.model.deliveries.len() < all);
    }
    for table in ["in_flight", "segment", "delivery"] {
        assert_eq!(bench.disk.lite.number(&format!("SELECT count(*) FROM {table}")), 0);
    }
    bench.open.clear();
    let [seq] = bench.accept(1, 0, 50)[..] else { panic!() };
    bench.settle(&[seq], 200);
    bench.check();
}

/// The rows that deliveries cost over their whole lives, when `group` settle together. Neither
/// table has an index that they touch, so these are all that the platform counts but the alarm's.
fn rows_of_a_life(count: usize, group: usize, ms: u64) -> f64 {
    let mut bench = Bench::new(1);
    let before = bench.rows_written();
    let statements = bench.disk.lite.statements.get();
    for _ in 0..count / group {
        for _ in 0..group {
            bench.accept(1, 2, 1_000);
            bench.pass(ms);
        }
        let open = bench.open.clone();
        bench.settle(&open, 200);
    }
    let statements = bench.disk.lite.statements.get() - statements;
    let expected = u64::try_from(count + count / group).unwrap();
    // The model's questions have no statements: all is in memory.
    assert_eq!(statements, expected, "one for each accept, and one for each page");
    let until = bench.now.plus(Delay::from_ms(1));
    while !bench.model.deliveries.is_empty() {
        bench.turn(|store| store.purge(until, 500).unwrap());
    }
    let rows = bench.rows_written() - before;
    f64::from(u32::try_from(rows).unwrap()) / f64::from(u32::try_from(count).unwrap())
}

#[test]
fn a_healthy_delivery_costs_two_rows_alone_and_little_more_than_one_in_company() {
    let alone = rows_of_a_life(600, 1, 20);
    assert!((2.0..2.2).contains(&alone), "{alone} rows");
    let in_company = rows_of_a_life(600, 10, 10);
    assert!((1.1..1.17).contains(&in_company), "{in_company} rows");
}

#[test]
fn thousands_that_wait_are_found_listed_and_purged() {
    for seed in 0..4 {
        let mut bench = Bench::new(seed);
        let mut waiting = Vec::new();
        for round in 0..60 {
            let (count, skew_ms) =
                (1 + bench.chance.below(40), bench.chance.pick(&[0, 40, 20_000, 90_000]));
            waiting.extend(bench.wait(usize::try_from(count).unwrap(), skew_ms));
            let ms = bench.chance.pick(&[0, 50, 3_000, 1_200_000]);
            bench.pass(ms);
            match bench.chance.below(16) {
                0 => bench.disk.memory = None,
                1 => bench.resend(),
                2 => bench.epoch = Epoch::new(bench.epoch.get() + 1),
                3 => bench.now = bench.now.minus(Delay::from_ms(500)),
                4 | 5 => {
                    let some = usize::try_from(bench.chance.below(10)).unwrap();
                    let first: Vec<Seq> = waiting.drain(..some.min(waiting.len())).collect();
                    bench.lease(&first);
                    bench.settle(&first, 500);
                }
                6 => {
                    bench.accept(3, 0, 500);
                    bench.settle_some();
                }
                _ => {}
            }
            let (epoch, now) = (bench.epoch, bench.now);
            bench.turn(|store| {
                store.due(epoch, now, 7).unwrap();
                store.oldest_waiting(epoch, true).unwrap();
                store.first_tried(epoch).unwrap();
                store.next_due(epoch).unwrap();
                store.oldest().unwrap();
            });
            if round % 20 == 19 {
                bench.check();
            }
        }
        assert!(bench.disk.lite.number("SELECT count(*) FROM pending") > 300, "many wait");
        assert!(bench.disk.lite.number("SELECT count(DISTINCT epoch) FROM pending") > 1);
        purge(&mut bench);
        assert_eq!(bench.disk.lite.number("SELECT count(*) FROM pending"), 0);
    }
}

#[test]
fn one_that_waits_costs_a_row_and_reads_nothing() {
    let mut bench = Bench::new(1);
    bench.wait(1, 0);
    let (epoch, now) = (bench.epoch, bench.now);
    let look = |bench: &mut Bench| {
        bench.turn(|store| {
            store.due(epoch, now.minus(Delay::from_ms(1)), 5).unwrap();
            store.next_due(epoch).unwrap();
            store.oldest().unwrap();
        });
    };
    look(&mut bench);
    let (before, statements) = (bench.rows_written(), bench.disk.lite.statements.get());
    for _ in 0..100 {
        bench.wait(1, 0);
        look(&mut bench);
    }
    assert_eq!(bench.rows_written() - before, 100);
    assert_eq!(bench.disk.lite.statements.get() - statements, 100);
    assert_eq!(bench.disk.lite.number("SELECT count(*) FROM pending"), 101);
}

#[test]
fn what_a_turn_changes_twice_is_written_once() {
    let mut bench = Bench::new(1);
    let [seq] = bench.accept(1, 0, 50)[..] else { panic!() };
    let (before, now) = (bench.rows_written(), bench.now);
    let attempt = Attempt {
        at: now,
        took: Delay::from_ms(1),
        cause: Cause::Schedule,
        result: AttemptResult::Answered(200, String::new()),
    };
    // It is passed over and arrives all the same: no page holds what is of another epoch.
    bench.turn(|store| {
        let mut delivery = store.delivery(seq).unwrap().unwrap();
        delivery.epoch = Epoch::OVER;
        store.update(&delivery, None).unwrap();
        delivery.state = State::Delivered { at: now };
        store.update(&delivery, Some(&attempt)).unwrap();
    });
    assert_eq!(bench.rows_written() - before, 2, "its row, and its slot's deletion");
    bench.check();
    let before = bench.rows_written();
    let [seq] = bench.accept(1, 0, 50)[..] else { panic!() };
    bench.settle(&[seq], 200);
    assert_eq!(bench.rows_written() - before, 2);
    // Sent again, and leased for that in the same turn.
    let before = bench.rows_written();
    bench.turn(|store| {
        let mut delivery = store.delivery(seq).unwrap().unwrap();
        delivery.resends = 1;
        store.update(&delivery, None).unwrap();
        assert_eq!(store.resends(5).unwrap().len(), 1);
        delivery.lease_resend(now.plus(Delay::from_secs(15)), Version::new(1));
        store.update(&delivery, None).unwrap();
        assert_eq!(store.leases().unwrap().len(), 1);
        assert_eq!(store.resends(5).unwrap().len(), 0);
    });
    assert_eq!(bench.rows_written() - before, 3, "its page, its slot, and a row of its own");
    bench.check();
}
