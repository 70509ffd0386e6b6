//! An account's object with its idempotency records in SQLite, as it answers calls, crashes and
//! starts again.

use domain::account::Bucket;
use domain::base::{Delay, Timestamp};
use domain::dispatch::StoreError;
use domain::publish::{
    Admission, KeyedRequest, KeyedWork, OpenPublishes, Plan, PublishLimits, Run, StepClock,
};
use storage::{KeyCache, KeyLimits, SqlKeyStore};

use crate::support::rng::Rng;
use crate::support::sqlite::SqliteDatabase;

/// A step on the records.
pub(super) type Step<'a, 'b> = KeyedWork<'a, SqlKeyStore<'b>>;

/// The object: its storage, and its memory while it runs.
pub(super) struct AccountObject {
    database: SqliteDatabase,
    memory: Option<Memory>,
    kept: Delay,
}

struct Memory {
    keys: KeyCache,
    open: OpenPublishes,
}

impl AccountObject {
    pub(super) fn new(kept: Delay) -> Self {
        Self { database: SqliteDatabase::new(), memory: None, kept }
    }

    fn limits(&self) -> KeyLimits {
        KeyLimits { kept: self.kept, bytes: u64::MAX }
    }

    fn start(&self, now: Timestamp, rng: &mut Rng) -> Memory {
        let keys = KeyCache::load(&self.database, 0, self.limits()).unwrap();
        Memory { keys, open: OpenPublishes::new(Run::new(now, rng.bytes())) }
    }

    /// Ends the run: the object is evicted.
    pub(super) fn evict(&mut self) {
        self.memory = None;
    }

    /// Runs a step as one transaction. `None`: nothing was committed. Otherwise also returns
    /// whether the caller gets the answer. With faults, a statement can fail, and the object can
    /// crash before and after the commit.
    pub(super) fn run<T>(
        &mut self,
        now: Timestamp,
        rng: &mut Rng,
        faulty: bool,
        step: impl FnOnce(&mut Step<'_, '_>) -> Result<T, StoreError>,
    ) -> Option<(T, bool)> {
        let mut memory = self.memory.take().unwrap_or_else(|| self.start(now, rng));
        if faulty && rng.percent(5) {
            self.database.statements_left.set(Some(rng.below(6)));
        }
        let clock = StepClock { now, kept: self.kept };
        self.database.begin();
        let answer = {
            let Memory { keys, open } = &mut memory;
            let mut store = SqlKeyStore::open(&self.database, keys, now, self.limits());
            step(&mut KeyedWork::new(&mut store, open, clock))
        };
        self.database.statements_left.set(None);
        let Some(answer) = answer.ok().filter(|_| !(faulty && rng.percent(3))) else {
            self.database.roll_back();
            return None;
        };
        self.database.commit();
        let is_answered = !(faulty && rng.percent(3));
        self.memory = is_answered.then_some(memory);
        Some((answer, is_answered))
    }

    /// Deletes some expired records and stores which publishes are complete, as the alarm does.
    pub(super) fn maintain(&mut self, now: Timestamp, rng: &mut Rng, limit: usize) {
        let mut memory = self.memory.take().unwrap_or_else(|| self.start(now, rng));
        self.database.begin();
        let limits = self.limits();
        let mut store = SqlKeyStore::open(&self.database, &mut memory.keys, now, limits);
        store.purge(limit).unwrap();
        let clock = StepClock { now, kept: self.kept };
        KeyedWork::new(&mut store, &mut memory.open, clock).store_complete().unwrap();
        self.database.commit();
        self.memory = Some(memory);
    }

    /// Returns what the account would answer to a request if it started now.
    pub(super) fn answer_after_restart(
        &self,
        now: Timestamp,
        rng: &mut Rng,
        keyed: KeyedRequest,
        plan: Plan,
    ) -> Admission {
        let Memory { mut keys, mut open } = self.start(now, rng);
        let clock = StepClock { now, kept: self.kept };
        self.database.begin();
        let mut store = SqlKeyStore::open(&self.database, &mut keys, now, self.limits());
        let mut work = KeyedWork::new(&mut store, &mut open, clock);
        let admission = work.admit(plan, Some(keyed), &mut no_limits()).unwrap();
        self.database.roll_back();
        admission
    }
}

/// The limits of an account that may publish as much as it likes.
pub(super) fn no_limits() -> PublishLimits {
    PublishLimits { is_disabled: false, bucket: Bucket::EMPTY, per_minute: 0 }
}
