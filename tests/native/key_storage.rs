//! Idempotency records in the SQLite storage of an Account object: the rows that a key costs, the
//! work that one step does however many there are, and what happens when room is short.

use domain::account::Bucket;
use domain::base::{Delay, EventId, KEPT_PLAN_WEBHOOKS_MAX, PURGE_AT_ONCE_MAX, Timestamp};
use domain::dispatch::StoreError;
use domain::event::EventTypes;
use domain::publish::{
    Admission, Fingerprint, IdempotencyKey, KeyedRequest, KeyedWork, OpenPublishes, Plan,
    PlannedEvent, PublishLimits, Published, Run, StepClock,
};
use storage::{KeyCache, KeyLimits, SqlKeyStore};

use crate::support::rng::Rng;
use crate::support::sqlite::SqliteDatabase;

const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);
const KEPT: Delay = Delay::from_secs(24 * 3_600);
const HOUR: Delay = Delay::from_secs(3_600);

/// An account's object without faults.
struct Fixture {
    database: SqliteDatabase,
    memory: Option<(KeyCache, OpenPublishes)>,
    rng: Rng,
    now: Timestamp,
    limits: KeyLimits,
    /// The number of webhooks that get each event.
    webhooks: usize,
}

impl Fixture {
    fn new(bytes: u64) -> Self {
        Self {
            database: SqliteDatabase::new(),
            memory: None,
            rng: Rng::new(7),
            now: START,
            limits: KeyLimits { kept: KEPT, bytes },
            webhooks: 1,
        }
    }

    fn pass(&mut self, delay: Delay) {
        self.now = self.now.plus(delay);
    }

    fn evict(&mut self) {
        self.memory = None;
    }

    fn with_store<T>(
        &mut self,
        step: impl FnOnce(&mut SqlKeyStore<'_>, &mut OpenPublishes) -> Result<T, StoreError>,
    ) -> T {
        let (mut keys, mut open) = self.memory.take().unwrap_or_else(|| {
            let keys = KeyCache::load(&self.database, self.database.size(), self.limits).unwrap();
            (keys, OpenPublishes::new(Run::new(self.now, self.rng.bytes())))
        });
        let size = self.database.size();
        self.database.begin();
        let mut store = SqlKeyStore::open(&self.database, &mut keys, self.now, self.limits);
        store.make_room(size).unwrap();
        let answer = step(&mut store, &mut open).unwrap();
        self.database.commit();
        self.memory = Some((keys, open));
        answer
    }

    fn step<T>(
        &mut self,
        step: impl FnOnce(&mut KeyedWork<'_, SqlKeyStore<'_>>) -> Result<T, StoreError>,
    ) -> T {
        let clock = StepClock { now: self.now, kept: KEPT };
        self.with_store(|store, open| step(&mut KeyedWork::new(store, open, clock)))
    }

    fn admit(&mut self, key: &str) -> Admission {
        let types = EventTypes::documented();
        let event_type = types.get("QUIZ_COMPLETION").unwrap().clone();
        let id = EventId::new(self.now, self.rng.entropy());
        let group = |n: usize| vec![format!("w{n}").parse().unwrap()];
        let webhooks = self.webhooks;
        let groups = |_: &_| (0..webhooks).map(group).collect();
        let plan = Plan::new(vec![PlannedEvent { id, event_type }], groups);
        let mut limits = PublishLimits { is_disabled: false, bucket: Bucket::EMPTY, per_minute: 0 };
        self.step(|work| work.admit(plan, Some(request(key)), &mut limits))
    }

    /// Begins a publish, which must be new, and returns the answers if it ends as planned.
    fn begin(&mut self, key: &str) -> Vec<Published> {
        let admission = self.admit(key);
        let Admission::Open(plan) = admission else { panic!("{key}: {admission:?}") };
        plan.planned_answers()
    }

    fn finish(&mut self, outcomes: Vec<(String, Vec<Published>)>) {
        self.step(|work| {
            for (key, answers) in outcomes {
                work.finish(&IdempotencyKey::from_header(&key).unwrap(), answers)?;
            }
            work.store_complete()
        });
    }

    /// Publishes an event that ends as planned.
    fn publish(&mut self, key: &str) {
        let answers = self.begin(key);
        self.finish(vec![(key.to_owned(), answers)]);
    }

    fn is_known(&mut self, key: &str) -> bool {
        matches!(self.admit(key), Admission::Done(_))
    }

    fn purge(&mut self) {
        self.with_store(|store, _| store.purge(PURGE_AT_ONCE_MAX));
    }

    fn records(&self) -> i64 {
        self.database.number("SELECT count(*) FROM idempotency_record")
    }
}

fn request(key: &str) -> KeyedRequest {
    let key = IdempotencyKey::from_header(key).unwrap();
    KeyedRequest { key, fingerprint: Fingerprint::of(b"body") }
}

#[test]
fn a_key_costs_two_rows_with_its_outcome_and_its_purge() {
    // 100 publishes a second, each admitted alone; outcomes are reported every second.
    let mut account = Fixture::new(u64::MAX);
    for second in 0..20 {
        let mut outcomes = Vec::new();
        for n in 0..100 {
            account.pass(Delay::from_ms(10));
            let key = format!("{second}-{n}");
            let answers = account.begin(&key);
            outcomes.push((key, answers));
        }
        account.finish(outcomes);
    }
    account.evict();
    assert!(account.is_known("0-0") && account.is_known("19-99"));
    account.pass(KEPT.plus(HOUR).plus(Delay::from_secs(6 * 3_600)));
    while account.records() > 0 {
        account.purge();
    }
    let rows = account.database.rows_written();
    assert!(rows <= 2_000 * 2 + 25, "{rows} rows for 2,000 keys");
}

#[test]
fn an_outcome_that_was_not_planned_or_is_shorter_than_the_plan_costs_one_more_row() {
    let mut account = Fixture::new(u64::MAX);
    let rows_of_finish = |account: &mut Fixture, key: &str, is_planned: bool| {
        let mut answers = account.begin(key);
        if !is_planned {
            answers[0].webhooks -= 1;
        }
        let before = account.database.rows_written();
        account.finish(vec![(key.to_owned(), answers.clone())]);
        let rows = account.database.rows_written() - before;
        account.evict();
        assert_eq!(account.admit(key), Admission::Done(answers), "{key}");
        rows
    };
    // One row says which publishes are complete.
    account.webhooks = KEPT_PLAN_WEBHOOKS_MAX;
    assert_eq!(rows_of_finish(&mut account, "planned", true), 1);
    assert_eq!(rows_of_finish(&mut account, "refused", false), 2);
    account.webhooks = KEPT_PLAN_WEBHOOKS_MAX + 1;
    assert_eq!(rows_of_finish(&mut account, "long-plan", true), 2);
    let longest = "SELECT max(length(body)) FROM idempotency_record";
    assert!(account.database.number(longest) < 1_000);
}

#[test]
fn a_step_does_as_much_with_a_million_records_as_with_a_few() {
    let mut account = Fixture::new(u64::MAX);
    account.publish("first");
    account.publish("second");
    // Copies of a record that the product wrote, in four generations.
    account.database.number(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000000) \
         INSERT INTO idempotency_record (generation, key, body) \
         SELECT 1700000000000 + (n % 4) * 21600000, hex(n * 2654435761), \
         (SELECT body FROM idempotency_record WHERE key = 'first') FROM n RETURNING 1",
    );
    assert_eq!(account.records(), 1_000_002);
    account.evict();
    account.pass(Delay::from_secs(23 * 3_600));
    let work = |account: &mut Fixture, what: &str, steps_max: u64, rows_max: u64| {
        let before = (account.database.steps.get(), account.database.rows_written());
        match what {
            "start" => account.evict(),
            "repeat" => assert!(account.is_known("first")),
            "publish" => account.publish("new"),
            _ => account.purge(),
        }
        if what == "start" {
            assert!(account.is_known("second"));
        }
        let steps = account.database.steps.get() - before.0;
        let rows = account.database.rows_written() - before.1;
        assert!(steps <= steps_max, "{what}: {steps} steps");
        assert!(rows <= rows_max, "{what}: {rows} rows");
    };
    work(&mut account, "start", 300, 0);
    work(&mut account, "repeat", 150, 0);
    work(&mut account, "publish", 250, 2);
    // The first generation expires at once.
    account.pass(Delay::from_secs(8 * 3_600));
    let before = account.records();
    for _ in 0..3 {
        work(&mut account, "purge", 15_000, 500);
    }
    assert_eq!(account.records(), before - 1_500);
}

#[test]
fn when_room_is_short_the_oldest_keys_go_and_the_newest_are_known() {
    const LIMIT: u64 = 1_024 * 1_024;
    let mut account = Fixture::new(LIMIT);
    let mut largest = 0;
    let mut keys = Vec::new();
    // Ten times as much as there is room for, all within an hour.
    for n in 0..25_000_u64 {
        account.pass(Delay::from_ms(50));
        let key = format!("{:016x}", account.rng.next());
        account.publish(&key);
        keys.push(key);
        if n % 997 == 0 {
            account.evict();
        }
        largest = largest.max(account.database.size());
    }
    let written = account.database.number("SELECT sum(length(body)) FROM idempotency_record");
    assert!(u64::try_from(written).unwrap() > LIMIT / 2, "{written} bytes are kept");
    assert!(largest < LIMIT + 65_536, "{largest} bytes");
    let known: Vec<bool> = keys.iter().rev().take(1_000).map(|key| account.is_known(key)).collect();
    assert!(known.iter().all(|known| *known), "a new key was dropped");
}

#[test]
fn a_week_of_generations_is_one_lookup() {
    let mut account = Fixture::new(16 * 1_000);
    account.limits.kept = Delay::from_secs(168 * 3_600);
    for n in 0..400 {
        account.pass(Delay::from_secs(1_500));
        // `make_room` does not get to see the size.
        let (mut keys, mut open) = account.memory.take().unwrap_or_else(|| {
            let keys = KeyCache::load(&account.database, 0, account.limits).unwrap();
            (keys, OpenPublishes::new(Run::first_at(account.now)))
        });
        let clock = StepClock { now: account.now, kept: account.limits.kept };
        let mut store =
            SqlKeyStore::open(&account.database, &mut keys, account.now, account.limits);
        let plan = Plan::new(Vec::new(), |_| Vec::new());
        let mut limits = PublishLimits { is_disabled: false, bucket: Bucket::EMPTY, per_minute: 0 };
        for key in 0..8 {
            // The database of the tests allows as many bindings as the runtime.
            let keyed = Some(request(&format!("{n}-{key}-{}", "x".repeat(100))));
            let mut work = KeyedWork::new(&mut store, &mut open, clock);
            work.admit(plan.clone(), keyed, &mut limits).unwrap();
        }
        account.memory = Some((keys, open));
    }
    let generations = "SELECT count(DISTINCT generation) FROM idempotency_record";
    let generations = account.database.number(generations);
    assert!((80..=95).contains(&generations), "{generations}");
}
