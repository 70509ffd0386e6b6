//! The tables of a Webhook object: [`Store`] over SQLite.
//!
//! They are made with the first record, so an object that was only looked at stores nothing.

use worker::SqlStorageValue;

use super::sql::{Row, Sql, integer};
use super::webhook_rows::{HELD, LEASED, SCHEDULED, attempts, delivery, line, place, standing};
use crate::domain::attempt::Attempt;
use crate::domain::backlog::Backlog;
use crate::domain::delivery::{Delivery, Epoch, Seq};
use crate::domain::event::Payload;
use crate::domain::health::Health;
use crate::domain::history::{Counts, Cursor, HistoryQuery};
use crate::domain::id::EventId;
use crate::domain::record::Record;
use crate::domain::recovery::{Missed, Recovery, Scope};
use crate::domain::store::{Store, StoreFault};
use crate::domain::stored;
use crate::domain::time::Timestamp;

/// The tables. `at` is when a scheduled delivery is due, when a lease ends, or when it was
/// delivered. Open deliveries are found by `delivery_open`; delivered ones have left it.
const TABLES: [&str; 10] = [
    "CREATE TABLE IF NOT EXISTS record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        body TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS health (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        body TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS recovery (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        body TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS delivery (
        seq INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        tries INTEGER NOT NULL,
        tried INTEGER NOT NULL,
        token INTEGER NOT NULL,
        state INTEGER NOT NULL,
        at INTEGER NOT NULL,
        version INTEGER NOT NULL,
        rest INTEGER NOT NULL,
        resends INTEGER NOT NULL DEFAULT 0,
        history TEXT NOT NULL DEFAULT '',
        payload BLOB NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS delivery_event ON delivery (event_id)",
    "CREATE INDEX IF NOT EXISTS delivery_leased ON delivery (at) WHERE state = 1",
    "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (epoch, at) WHERE state = 0",
    "CREATE INDEX IF NOT EXISTS delivery_order ON delivery (epoch, tried, seq) WHERE state = 0",
    "CREATE INDEX IF NOT EXISTS delivery_held ON delivery (epoch, seq) WHERE state = 3",
    "CREATE INDEX IF NOT EXISTS delivery_resend ON delivery (seq) WHERE resends > 0",
];

/// The columns of a delivery, in the order that [`delivery`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT seq, event_id, event_type, accepted_at, \
             epoch, tries, token, state, at, version, rest, resends, length(payload) \
             FROM delivery ",
            $rest
        )
    };
}

/// The storage of one Webhook object.
#[derive(Debug)]
pub(crate) struct SqlStore<'a> {
    sql: &'a Sql,
    /// Whether the tables are there.
    exists: bool,
}

impl<'a> SqlStore<'a> {
    /// The storage behind `sql`.
    pub(crate) fn open(sql: &'a Sql) -> Result<Self, StoreFault> {
        let found = sql.run("SELECT 1 FROM sqlite_master WHERE name = 'record'", Vec::new())?;
        Ok(Self { sql, exists: !found.is_empty() })
    }

    fn select(
        &self,
        statement: &str,
        bindings: Vec<SqlStorageValue>,
    ) -> Result<Vec<Row>, StoreFault> {
        if self.exists { self.sql.run(statement, bindings) } else { Ok(Vec::new()) }
    }
}

impl Store for SqlStore<'_> {
    fn record(&self) -> Result<Option<Record>, StoreFault> {
        let rows = self.select("SELECT body FROM record", Vec::new())?;
        rows.first().map(|row| Ok(Record::from_text(row.text(0)?)?)).transpose()
    }

    fn put_record(&mut self, record: &Record) -> Result<(), StoreFault> {
        if !self.exists {
            for statement in TABLES {
                self.sql.run(statement, Vec::new())?;
            }
            self.exists = true;
        }
        let body = SqlStorageValue::String(record.to_text()?);
        self.sql.run("INSERT OR REPLACE INTO record (only, body) VALUES (1, ?)", vec![body])?;
        Ok(())
    }

    fn next_seq(&self) -> Result<Seq, StoreFault> {
        let rows = self.select("SELECT coalesce(max(seq), 0) + 1 FROM delivery", Vec::new())?;
        rows.first().map_or(Ok(Seq::new(1)), |row| row.integer(0).map(Seq::new))
    }

    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreFault> {
        let mut bindings = vec![
            integer(delivery.seq.get()),
            SqlStorageValue::from(delivery.event_id.as_str()),
            SqlStorageValue::from(delivery.event_type.as_str()),
            integer(delivery.accepted_at.as_ms()),
        ];
        bindings.extend(standing(delivery));
        bindings.push(SqlStorageValue::Blob(payload.as_bytes().to_vec()));
        self.sql.run(
            "INSERT INTO delivery (seq, event_id, event_type, accepted_at, \
             epoch, tries, tried, token, state, at, version, rest, resends, payload) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            bindings,
        )?;
        Ok(())
    }

    fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) -> Result<(), StoreFault> {
        let mut bindings = standing(delivery);
        bindings.push(SqlStorageValue::String(attempt.map(line).transpose()?.unwrap_or_default()));
        bindings.push(integer(delivery.seq.get()));
        self.sql.run(
            "UPDATE delivery SET epoch = ?, tries = ?, tried = ?, token = ?, state = ?, at = ?, \
             version = ?, rest = ?, resends = ?, history = history || ? WHERE seq = ?",
            bindings,
        )?;
        Ok(())
    }

    fn discard(&mut self, seq: Seq) -> Result<(), StoreFault> {
        self.sql
            .run("UPDATE delivery SET payload = x'' WHERE seq = ?", vec![integer(seq.get())])?;
        Ok(())
    }

    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreFault> {
        let rows = self.select(select!("WHERE seq = ?"), vec![integer(seq.get())])?;
        rows.first().map(delivery).transpose()
    }

    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreFault> {
        let statement = "SELECT payload FROM delivery WHERE seq = ?";
        let row = self.select(statement, vec![integer(seq.get())])?.pop();
        row.map(|row| row.into_bytes(0).map(Payload::from_stored)).transpose()
    }

    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreFault> {
        let rows = self.select(select!("WHERE event_id = ?"), vec![event_id.as_str().into()])?;
        rows.first().map(delivery).transpose()
    }

    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreFault> {
        let statement = "SELECT history FROM delivery WHERE seq = ?";
        let rows = self.select(statement, vec![integer(seq.get())])?;
        rows.first().map_or(Ok(Vec::new()), |row| attempts(row.text(0)?))
    }

    fn list(&self, query: &HistoryQuery, epoch: Epoch) -> Result<Vec<Delivery>, StoreFault> {
        let (start, statement) = match query.cursor {
            Cursor::Newest => (i64::MAX, select!("WHERE seq < ? ORDER BY seq DESC LIMIT ?")),
            Cursor::OlderThan(seq) => {
                (place(seq), select!("WHERE seq < ? ORDER BY seq DESC LIMIT ?"))
            }
            Cursor::NewerThan(seq) => (place(seq), select!("WHERE seq > ? ORDER BY seq LIMIT ?")),
        };
        let (mut found, mut start) = (Vec::new(), start);
        // Whole rows are judged in the domain, a stretch at a time: a filter has no index, and a
        // statement that returned all would hold all in memory.
        while found.len() <= query.limit {
            let rows = self.select(statement, vec![integer(start), integer(STRETCH)])?;
            let Some(last) = rows.last() else { break };
            start = last.integer(0)?;
            for row in &rows {
                let delivery = delivery(row)?;
                if query.wants(&delivery, epoch) {
                    found.push(delivery);
                }
            }
        }
        found.truncate(query.limit.saturating_add(1));
        Ok(found)
    }

    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreFault> {
        let rows = self.select(
            "SELECT seq, event_id, event_type, accepted_at, epoch, tries, token, state, at, \
             version, rest, resends, length(payload), history FROM delivery \
             WHERE token > 0 ORDER BY seq DESC LIMIT ?",
            vec![integer(limit)],
        )?;
        rows.iter().map(|row| Ok((delivery(row)?, attempts(row.text(13)?)?))).collect()
    }

    fn count(&self, epoch: Epoch) -> Result<Counts, StoreFault> {
        let statement = "SELECT state, epoch = ?, count(*) FROM delivery GROUP BY 1, 2";
        let mut counts = Counts::default();
        for row in self.select(statement, vec![integer(epoch.get())])? {
            let (state, is_current): (i64, i64) = (row.integer(0)?, row.integer(1)?);
            let slot = match (state, is_current) {
                (SCHEDULED, 0) => &mut counts.undelivered,
                (SCHEDULED, _) => &mut counts.waiting,
                (LEASED, _) => &mut counts.in_flight,
                (HELD, _) => &mut counts.held,
                _ => &mut counts.delivered,
            };
            *slot = slot.saturating_add(row.integer(2)?);
        }
        Ok(counts)
    }

    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreFault> {
        // The length of a blob stands before it: no page of the payloads is read.
        let rows = self.select(
            "SELECT count(*), coalesce(sum(bytes), 0) FROM ( \
             SELECT length(payload) AS bytes FROM delivery WHERE state = 0 AND epoch = ? \
             UNION ALL SELECT length(payload) FROM delivery WHERE state = 1)",
            vec![integer(epoch.get())],
        )?;
        let backlog =
            |row: &Row| Ok(Backlog { deliveries: row.integer(0)?, bytes: row.integer(1)? });
        rows.first().map_or(Ok(Backlog::default()), backlog)
    }

    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreFault> {
        let rows = self.select(
            select!("WHERE resends > 0 AND state != 1 ORDER BY seq LIMIT ?"),
            vec![integer(limit)],
        )?;
        rows.iter().map(delivery).collect()
    }

    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreFault> {
        let rows = self.select(
            select!("WHERE state = 0 AND epoch = ? AND at <= ? ORDER BY at, seq LIMIT ?"),
            vec![integer(epoch.get()), integer(now.as_ms()), integer(limit)],
        )?;
        rows.iter().map(delivery).collect()
    }

    fn oldest_waiting(&self, epoch: Epoch, is_fresh: bool) -> Result<Option<Delivery>, StoreFault> {
        const FIRST: &str =
            select!("WHERE state = 0 AND epoch = ? AND tried = ? ORDER BY seq LIMIT 1");
        let mut oldest: Option<Delivery> = None;
        for tried in 0..=u8::from(!is_fresh) {
            let rows = self.select(FIRST, vec![integer(epoch.get()), integer(tried)])?;
            let found = rows.first().map(delivery).transpose()?;
            oldest = oldest.into_iter().chain(found).min_by_key(|delivery| delivery.seq);
        }
        Ok(oldest)
    }

    fn first_tried(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreFault> {
        // In an outage few have been tried, so those are sorted rather than indexed by time too.
        let rows = self.select(
            select!("WHERE state = 0 AND epoch = ? AND tried = 1 ORDER BY at, seq LIMIT 1"),
            vec![integer(epoch.get())],
        )?;
        rows.first().map(delivery).transpose()
    }

    fn health(&self) -> Result<Health, StoreFault> {
        let rows = self.select("SELECT body FROM health", Vec::new())?;
        rows.first().map_or(Ok(Health::default()), |row| Ok(stored::from_text(row.text(0)?)?))
    }

    fn put_health(&mut self, health: &Health) -> Result<(), StoreFault> {
        let body = SqlStorageValue::String(stored::to_text(health)?);
        self.select("INSERT OR REPLACE INTO health (only, body) VALUES (1, ?)", vec![body])?;
        Ok(())
    }

    fn recovery(&self) -> Result<Option<Recovery>, StoreFault> {
        let rows = self.select("SELECT body FROM recovery", Vec::new())?;
        rows.first().map(|row| Ok(stored::from_text(row.text(0)?)?)).transpose()
    }

    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreFault> {
        let body = SqlStorageValue::String(stored::to_text(recovery)?);
        self.select("INSERT OR REPLACE INTO recovery (only, body) VALUES (1, ?)", vec![body])?;
        Ok(())
    }

    fn next_missed(
        &self,
        scope: &Scope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreFault> {
        let mut after = after;
        // A stretch at a time, as in `list`.
        loop {
            let statement = select!("WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?");
            let until = integer(scope.until.get());
            let rows =
                self.select(statement, vec![integer(after.get()), until, integer(STRETCH)])?;
            for row in &rows {
                let delivery = delivery(row)?;
                after = delivery.seq;
                if scope.wants(&delivery, epoch) {
                    return Ok(Some(delivery));
                }
            }
            if rows.is_empty() {
                return Ok(None);
            }
        }
    }

    fn count_missed(&self, scope: &Scope, epoch: Epoch) -> Result<u64, StoreFault> {
        let (held, undelivered) = match scope.missed {
            Missed::Held => (1, 0),
            Missed::Undelivered => (0, 1),
            Missed::All => (1, 1),
        };
        let rows = self.select(
            "SELECT count(*) FROM delivery WHERE seq <= ? AND accepted_at >= ? \
             AND ((state = 3 AND ? = 1) OR (state = 0 AND epoch != ? AND ? = 1))",
            vec![
                integer(scope.until.get()),
                integer(scope.since.unwrap_or(Timestamp::EPOCH).as_ms()),
                integer(held),
                integer(epoch.get()),
                integer(undelivered),
            ],
        )?;
        rows.first().map_or(Ok(0), |row| row.integer(0))
    }

    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreFault> {
        let statement = "SELECT count(*) FROM delivery WHERE state = 3 AND epoch = ?";
        let rows = self.select(statement, vec![integer(epoch.get())])?;
        rows.first().map_or(Ok(0), |row| row.integer(0))
    }

    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreFault> {
        self.select(
            "DELETE FROM delivery WHERE seq = \
             (SELECT min(seq) FROM delivery WHERE state = 3 AND epoch = ?)",
            vec![integer(epoch.get())],
        )?;
        Ok(())
    }

    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreFault> {
        let rows = self.select(
            "SELECT at FROM delivery WHERE state = 0 AND epoch = ? ORDER BY at LIMIT 1",
            vec![integer(epoch.get())],
        )?;
        rows.first().map(|row| row.integer(0).map(Timestamp::from_ms)).transpose()
    }

    fn leases(&self) -> Result<Vec<Delivery>, StoreFault> {
        let rows = self.select(select!("WHERE state = 1 ORDER BY at, seq"), Vec::new())?;
        rows.iter().map(delivery).collect()
    }

    fn oldest(&self) -> Result<Option<Timestamp>, StoreFault> {
        let statement = "SELECT accepted_at FROM delivery ORDER BY seq LIMIT 1";
        let rows = self.select(statement, Vec::new())?;
        rows.first().map(|row| row.integer(0).map(Timestamp::from_ms)).transpose()
    }

    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreFault> {
        // The inner select walks from the oldest and stops: no index, no scan.
        self.select(
            "DELETE FROM delivery WHERE accepted_at < ? \
             AND seq IN (SELECT seq FROM delivery ORDER BY seq LIMIT ?)",
            vec![integer(before.as_ms()), integer(limit)],
        )?;
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StoreFault> {
        self.select("DELETE FROM delivery", Vec::new())?;
        Ok(())
    }
}

/// How many rows of the history are looked at by one statement.
const STRETCH: i64 = 1_000;
