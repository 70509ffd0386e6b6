//! Series of a webhook with many deliveries: each call does a bounded part of the work, and all
//! calls together count every delivery once.
//!
//! `DELIVERIES=1000000 cargo test -p storage --test native series -- --nocapture` shows how long
//! the calls take with a million.

use std::time::{Duration, Instant};

use domain::base::{Delay, Epoch, EventId, LeaseToken, Seq, Timestamp, Version};
use domain::delivery::{
    Attempt, AttemptResult, Cause, CountedSteps, Delivery, SeriesQuery, State, StepCounts,
    add_steps,
};
use domain::dispatch::Store;
use domain::event::{EventTypes, Payload};
use storage::SqlStore;

use crate::support::dual_store::ObjectStorage;
use crate::support::rng::Rng;
use crate::support::sqlite::record;

const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);
const EPOCH: Epoch = Epoch::new(1);
/// The time in which all deliveries are accepted.
const RANGE: Delay = Delay::from_secs(48 * 3_600);
/// Number of deliveries that are accepted in one transaction.
const AT_ONCE: u64 = 50;

/// The bounds of one call, whatever there is: statements, and steps of SQLite's virtual machine.
const STATEMENTS_MAX: u64 = 150;
const STEPS_MAX: u64 = 30_000;

fn transact<T>(object: &mut ObjectStorage, step: impl FnOnce(&mut SqlStore<'_>) -> T) -> T {
    object.database.begin();
    let mut store = SqlStore::open(&*object.database, object.cache.take()).unwrap();
    let answer = step(&mut store);
    let cache = store.flush().unwrap();
    object.end(Some(cache));
    answer
}

/// Returns an object with so many deliveries. One of a hundred is retried.
fn object_with(count: u64) -> ObjectStorage {
    let mut object = ObjectStorage::new();
    let mut rng = Rng::new(1);
    let event_type = EventTypes::documented().get("QUIZ_COMPLETION").unwrap().clone();
    transact(&mut object, |store| store.put_record(&record()).unwrap());
    for first in (0..count).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let now = START.plus(Delay::from_ms(RANGE.as_ms() / count * first));
        let seqs: Vec<Seq> = transact(&mut object, |store| {
            let accept = |_| {
                let seq = store.next_seq().unwrap();
                let mut delivery = Delivery {
                    seq,
                    event_id: EventId::new(now, rng.entropy()),
                    event_type: event_type.clone(),
                    trace: None,
                    accepted_at: now,
                    epoch: EPOCH,
                    bytes: 30,
                    attempts: 0,
                    token: LeaseToken::new(0),
                    resends: 0,
                    state: State::Scheduled { due: now },
                };
                delivery.lease(now.plus(Delay::from_secs(15)), Version::new(1));
                store.insert(&delivery, &Payload::from_stored(vec![b'x'; 30])).unwrap();
                seq
            };
            (0..AT_ONCE).map(accept).collect()
        });
        transact(&mut object, |store| {
            for seq in seqs {
                let mut delivery = store.delivery(seq).unwrap().unwrap();
                let is_success = seq.get() % 100 != 0;
                let status = if is_success { 200 } else { 503 };
                let attempt = Attempt {
                    at: now,
                    took: Delay::from_ms(20 + rng.below(200)),
                    cause: Cause::Schedule,
                    result: AttemptResult::Answered(status, String::new()),
                    fault: None,
                };
                delivery.state = if is_success {
                    State::Delivered { at: now }
                } else {
                    State::Scheduled { due: now.plus(Delay::from_secs(2)) }
                };
                store.update(&delivery, Some(&attempt)).unwrap();
            }
        });
    }
    object
}

/// Counts a series and checks the bounds of each call. Returns the sum and the number of calls.
#[expect(clippy::disallowed_methods, reason = "the tests run on the host, which has a clock")]
fn count(object: &mut ObjectStorage, what: &str, query: &SeriesQuery) -> (StepCounts, usize) {
    let (mut steps, mut below, mut calls) = (CountedSteps::new(), None, 0);
    let mut longest = Duration::ZERO;
    loop {
        let database = object.database.clone();
        let before = (database.statements.get(), database.steps.get());
        let start = Instant::now();
        let part = transact(object, |store| store.series(query, below, EPOCH).unwrap());
        longest = longest.max(start.elapsed());
        calls += 1;
        let statements = database.statements.get() - before.0;
        assert!(statements <= STATEMENTS_MAX, "{what}: {statements} statements");
        let work = database.steps.get() - before.1;
        assert!(work <= STEPS_MAX, "{what}: {work} steps");
        add_steps(&mut steps, &part.steps);
        below = part.below;
        if below.is_none() {
            break;
        }
    }
    println!("{what}: {calls} calls of up to {longest:?}");
    let mut sum = StepCounts::default();
    for counts in steps.values() {
        sum.add(counts);
    }
    (sum, calls)
}

#[test]
fn a_call_does_a_bounded_part_whatever_there_is() {
    let deliveries = std::env::var("DELIVERIES").ok().map(|text| text.parse().unwrap());
    let deliveries: u64 = deliveries.unwrap_or(60_000);
    let mut object = object_with(deliveries);
    let end = START.plus(RANGE);
    let of = |ago: u64, step: u64| {
        let from = end.minus(Delay::from_secs(ago));
        SeriesQuery::new(from, end, Delay::from_secs(step))
    };
    let whole = SeriesQuery::new(START, end, Delay::from_secs(3_600));
    let is_all = |(sum, calls): (StepCounts, usize), calls_max: u64| {
        assert_eq!((sum.delivered, sum.open), (deliveries - deliveries / 100, deliveries / 100));
        assert_eq!(sum.durations.values().sum::<u64>(), sum.delivered);
        assert!(calls <= usize::try_from(calls_max).unwrap(), "{calls} calls");
    };
    is_all(count(&mut object, "whole", &whole), 4 + deliveries / 20_000);
    let (sum, calls) = count(&mut object, "the last hour", &of(3_600, 60));
    assert!(sum.delivered > deliveries / 60, "{sum:?}");
    assert!(calls <= 8 || deliveries > 60_000, "{calls} calls");
    let (sum, calls) = count(&mut object, "the last ten minutes", &of(600, 60));
    assert!(sum.delivered > 0 && calls == 1, "{calls} calls");
    let (sum, calls) = count(
        &mut object,
        "before all",
        &SeriesQuery::new(
            Timestamp::from_ms(1),
            START.minus(Delay::from_secs(86_400)),
            Delay::from_secs(86_400),
        ),
    );
    assert_eq!((sum, calls), (StepCounts::default(), 1));

    let (sum, _) = count(&mut object, "minutes", &of(4 * 3_600, 60));
    assert!(sum.delivered > deliveries / 15, "{sum:?}");

    // As an earlier release wrote them.
    object.database.forget_counts(true);
    object.database.forget_counts(false);
    object.cache = None;
    is_all(count(&mut object, "without counts", &whole), 10 + deliveries / 500);
}
