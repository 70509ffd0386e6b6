//! The idempotency records of an Account object: the port [`KeyStore`], implemented over SQLite.
//!
//! The platform bills every row written, every index entry and every deletion alike. So a record is
//! one row without an index entry, written once and deleted once. Records are grouped by
//! generation: the stretch of time in which they were stored. The rows are ordered by generation,
//! then by key, so old records are found without an index of their times, and a key is looked up in
//! as many places as there are generations.
//!
//! The tables are created when they are first written, so an unused account stores nothing.

use domain::base::{Delay, PURGE_AT_ONCE_MAX, Timestamp, versioned};
use domain::dispatch::StoreError;
use domain::publish::{IdempotencyKey, IdempotencyRecord, KeyStore, Run};

use crate::database::{Binding, Database, INTEGER_MAX, Row, integer};

/// The tables. `generation` is the start of a generation in milliseconds, later than that of the
/// generation before. In `complete_publishes`, every publish of `run` before `number` is complete.
const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS idempotency_record (
        generation INTEGER NOT NULL,
        key TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (generation, key)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS complete_publishes (
        run INTEGER PRIMARY KEY,
        number INTEGER NOT NULL)",
];

/// Longest time in which records are added to one generation. With it a day has five generations,
/// and a record is deleted at most this long after it has expired.
const GENERATION_SPAN: Delay = Delay::from_secs(6 * 3_600);

/// A generation also ends when it has this part of the bytes that the object may store. The oldest
/// generation is dropped first when room is needed, so newer records are safe from that.
const GENERATION_SHARE: u64 = 16;

/// Most generations that end by their size. A week has 30 others, and a statement takes 100
/// bindings (Durable Objects, SQL limits), so a key is looked up by one statement.
const GENERATIONS_MAX: usize = 64;

/// How long records are kept, and how large the object may become.
#[derive(Debug, Clone, Copy)]
pub struct KeyLimits {
    /// How long records are kept (`IDEMPOTENCY_HOURS`).
    pub kept: Delay,
    /// The size of the object, in bytes, from which the oldest records are dropped
    /// (`HISTORY_BYTES`).
    pub bytes: u64,
}

/// What the object caches of its idempotency records between transactions.
#[derive(Debug, Clone)]
pub struct KeyCache {
    has_tables: bool,
    /// The starts of the generations that have records, the oldest first.
    generations: Vec<Timestamp>,
    /// The bytes that were added to the last generation since the cache was loaded.
    bytes: u64,
}

impl KeyCache {
    /// Reads the cache. `size` is that of the database, in bytes.
    pub fn load(database: &dyn Database, size: u64, limits: KeyLimits) -> Result<Self, StoreError> {
        let exists = "SELECT 1 FROM sqlite_master WHERE name = 'idempotency_record'";
        let has_tables = !database.run(exists, &[])?.is_empty();
        let mut generations = Vec::new();
        let mut last = Timestamp::EPOCH;
        while has_tables && let Some(next) = first_generation(database, last)? {
            generations.push(next);
            last = next;
        }
        // How large the last generation has become is unknown. In a large database it has to end.
        let bytes = if size > limits.bytes / 2 { u64::MAX } else { 0 };
        Ok(Self { has_tables, generations, bytes })
    }

    /// The time at which the oldest generation is purged.
    pub fn next_purge(&self, kept: Delay) -> Option<Timestamp> {
        (!self.generations.is_empty()).then(|| self.expiry(0, kept))
    }

    /// The time at which the last record of a generation has expired: it was stored before the next
    /// generation began.
    fn expiry(&self, index: usize, kept: Delay) -> Timestamp {
        let start = |index: usize| self.generations.get(index).copied();
        let own_end = || start(index).unwrap_or(Timestamp::EPOCH).plus(GENERATION_SPAN);
        start(index.saturating_add(1)).unwrap_or_else(own_end).plus(kept)
    }
}

/// The start of the first generation that began later than `after`.
fn first_generation(
    database: &dyn Database,
    after: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let statement = "SELECT generation FROM idempotency_record WHERE generation > ? \
                     ORDER BY generation LIMIT 1";
    let rows = database.run(statement, &[integer(after.as_ms())])?;
    rows.first().map(|row| row.integer(0).map(Timestamp::from_ms)).transpose()
}

/// The idempotency records of an account, inside one transaction. If the transaction fails, the
/// cache must be dropped.
#[derive(Debug)]
pub struct SqlKeyStore<'a> {
    database: &'a dyn Database,
    cache: &'a mut KeyCache,
    now: Timestamp,
    limits: KeyLimits,
}

impl<'a> SqlKeyStore<'a> {
    /// Opens the records in `database`, which has a transaction open.
    pub const fn open(
        database: &'a dyn Database,
        cache: &'a mut KeyCache,
        now: Timestamp,
        limits: KeyLimits,
    ) -> Self {
        Self { database, cache, now, limits }
    }

    /// Deletes expired records, at most `limit`, and as many numbers of runs that have none left.
    pub fn purge(&mut self, limit: usize) -> Result<(), StoreError> {
        let expired = self.expired();
        if expired > 0 {
            self.delete_generations(expired, limit)?;
        }
        if !self.cache.has_tables {
            return Ok(());
        }
        // A run ended before the next one began. If that was before the oldest generation, none of
        // its records is left. Runs that began in the same millisecond are in no order.
        let oldest = self.cache.generations.first().copied().unwrap_or(self.now);
        let statement =
            "SELECT run FROM complete_publishes WHERE run < ? ORDER BY run DESC LIMIT 1";
        let rows = self.database.run(statement, &[integer(Run::first_at(oldest).get())])?;
        let Some(row) = rows.first() else { return Ok(()) };
        let end = Run::first_at(Run::from_stored(row.integer(0)?).started());
        self.database.run(
            "DELETE FROM complete_publishes WHERE run IN \
             (SELECT run FROM complete_publishes WHERE run < ? ORDER BY run LIMIT ?)",
            &[integer(end.get()), integer(limit)],
        )?;
        Ok(())
    }

    /// Deletes records of the oldest generation if the database, of `size` bytes, has become too
    /// large. Returns whether it has. These are more bytes than a call adds, so the database does
    /// not grow further.
    pub fn make_room(&mut self, size: u64) -> Result<bool, StoreError> {
        if size <= self.limits.bytes || self.cache.generations.is_empty() {
            return Ok(false);
        }
        self.delete_generations(1, PURGE_AT_ONCE_MAX)?;
        Ok(true)
    }

    /// The number of generations whose records have all expired. They are the oldest ones.
    fn expired(&self) -> usize {
        let is_expired = |index: &usize| self.cache.expiry(*index, self.limits.kept) <= self.now;
        (0..self.cache.generations.len()).take_while(is_expired).count()
    }

    /// Deletes the first `limit` records of the `count` oldest generations.
    fn delete_generations(&mut self, count: usize, limit: usize) -> Result<(), StoreError> {
        let end =
            self.cache.generations.get(count).map_or(INTEGER_MAX.unsigned_abs(), |s| s.as_ms());
        self.database.run(
            "DELETE FROM idempotency_record WHERE (generation, key) IN \
             (SELECT generation, key FROM idempotency_record WHERE generation < ? \
             ORDER BY generation, key LIMIT ?)",
            &[integer(end), integer(limit)],
        )?;
        match first_generation(self.database, Timestamp::EPOCH)? {
            Some(first) => self.cache.generations.retain(|start| *start >= first),
            None => self.cache.generations.clear(),
        }
        Ok(())
    }

    /// Reads these columns of the newest row of a key.
    fn newest(&self, columns: &str, key: &IdempotencyKey) -> Result<Option<Row>, StoreError> {
        let live = self.cache.generations.get(self.expired()..).unwrap_or_default();
        if live.is_empty() {
            return Ok(None);
        }
        let places = vec!["?"; live.len()].join(",");
        let statement = format!(
            "SELECT {columns} FROM idempotency_record \
             WHERE generation IN ({places}) AND key = ? ORDER BY generation DESC LIMIT 1"
        );
        let mut bindings: Vec<_> = live.iter().map(|start| integer(start.as_ms())).collect();
        bindings.push(Binding::Text(key.as_str()));
        Ok(self.database.run(&statement, &bindings)?.into_iter().next())
    }

    /// The generation to which records are added now.
    fn generation(&mut self) -> Timestamp {
        let KeyCache { generations, bytes, .. } = &mut *self.cache;
        let is_large = *bytes >= self.limits.bytes / GENERATION_SHARE;
        match generations.last() {
            Some(&last)
                if self.now < last.plus(GENERATION_SPAN)
                    && !(is_large && generations.len() < GENERATIONS_MAX) =>
            {
                last
            }
            last => {
                let after_last = last.map(|last| last.plus(Delay::from_ms(1)));
                let start = after_last.map_or(self.now, |after| after.max(self.now));
                generations.push(start);
                *bytes = 0;
                start
            }
        }
    }

    fn make_tables(&mut self) -> Result<(), StoreError> {
        if !self.cache.has_tables {
            TABLES.iter().try_for_each(|statement| self.database.run(statement, &[]).map(drop))?;
            self.cache.has_tables = true;
        }
        Ok(())
    }
}

impl KeyStore for SqlKeyStore<'_> {
    fn record(&self, key: &IdempotencyKey) -> Result<Option<IdempotencyRecord>, StoreError> {
        let row = self.newest("body", key)?;
        row.map(|row| Ok(versioned::from_text(row.text(0)?)?)).transpose()
    }

    fn insert(
        &mut self,
        key: &IdempotencyKey,
        record: &IdempotencyRecord,
    ) -> Result<(), StoreError> {
        self.make_tables()?;
        let generation = self.generation();
        let body = versioned::to_text(record)?;
        self.database.run(
            "INSERT OR REPLACE INTO idempotency_record (generation, key, body) VALUES (?, ?, ?)",
            &[integer(generation.as_ms()), Binding::Text(key.as_str()), Binding::Text(&body)],
        )?;
        let bytes = body.len().saturating_add(key.as_str().len());
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.cache.bytes = self.cache.bytes.saturating_add(bytes);
        Ok(())
    }

    fn update(
        &mut self,
        key: &IdempotencyKey,
        record: &IdempotencyRecord,
    ) -> Result<(), StoreError> {
        let Some(row) = self.newest("generation", key)? else { return Ok(()) };
        let body = versioned::to_text(record)?;
        self.database.run(
            "UPDATE idempotency_record SET body = ? WHERE generation = ? AND key = ?",
            &[Binding::Text(&body), Binding::Integer(row.integer(0)?), Binding::Text(key.as_str())],
        )?;
        Ok(())
    }

    fn complete_before(&self, run: Run) -> Result<Option<u64>, StoreError> {
        if !self.cache.has_tables {
            return Ok(None);
        }
        let statement = "SELECT number FROM complete_publishes WHERE run = ?";
        let rows = self.database.run(statement, &[integer(run.get())])?;
        rows.first().map(|row| row.integer(0)).transpose()
    }

    fn put_complete_before(&mut self, run: Run, number: u64) -> Result<(), StoreError> {
        self.make_tables()?;
        self.database.run(
            "INSERT OR REPLACE INTO complete_publishes (run, number) VALUES (?, ?)",
            &[integer(run.get()), integer(number)],
        )?;
        Ok(())
    }
}
