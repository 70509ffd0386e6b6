//! The Durable Object of one account: its roster.
//!
//! The rows are few and asked for at every publish, so they are kept in memory as well; storage
//! comes first and memory after it, and a failed write drops the memory.

use std::cell::RefCell;

use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorageValue, State, durable_object,
};

use super::fault::Fault;
use super::sql::{Sql, integer};
use super::{alarm, clock, config, reply};
use crate::domain::command::{AccountCall, Report, Reported};
use crate::domain::delivery::Version;
use crate::domain::roster::{Entry, Roster, RosterChange, Ruling, Standing};
use crate::domain::store::StoreFault;
use crate::domain::time::Timestamp;

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS entry (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        standing TEXT NOT NULL,
        event_type TEXT,
        target TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS removed (
        id TEXT PRIMARY KEY,
        at INTEGER NOT NULL) WITHOUT ROWID",
];

/// The object.
#[durable_object(alarm)]
pub struct AccountObject {
    state: State,
    env: Env,
    sql: Sql,
    roster: RefCell<Option<Roster>>,
}

impl core::panic::RefUnwindSafe for AccountObject {}

impl DurableObject for AccountObject {
    fn new(state: State, env: Env) -> Self {
        let sql = Sql::new(&state);
        Self { state, env, sql, roster: RefCell::new(None) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let path = request.path();
        let body = request.bytes().await?;
        let answer = match AccountCall::parse(&path, &body) {
            Ok(call) => self.answer(call).await,
            Err(error) => Err(Fault::from(error)),
        };
        reply::to_call(&path, answer)
    }

    async fn alarm(&self) -> Result<Response> {
        reply::to_alarm(self.forget().await)
    }
}

impl AccountObject {
    async fn answer(&self, call: AccountCall) -> Result<Vec<u8>, Fault> {
        match call {
            AccountCall::Report(call) => reply::encode(&call, &self.report(&call).await?),
            AccountCall::Holds(call) => {
                reply::encode(&call, &self.with_roster(|roster| roster.holds(&call.id))?)
            }
            AccountCall::Members(call) => {
                reply::encode(&call, &self.with_roster(|roster| roster.members())?)
            }
            AccountCall::Route(call) => {
                reply::encode(&call, &self.with_roster(|roster| roster.route(&call.event_type))?)
            }
        }
    }

    async fn report(&self, call: &Report) -> Result<Reported, Fault> {
        let webhooks_max = config::config(&self.env)?.webhooks_max;
        let armed = alarm::armed(&self.state).await?;
        match self.with_roster(|roster| roster.rule(&call.change, webhooks_max))? {
            Ruling::Known => Ok(Reported::Known),
            Ruling::Full => Ok(Reported::Full),
            Ruling::Apply => {
                let now = clock::now();
                self.write(|sql| store(sql, &call.change, now))?;
                self.with_roster(|roster| roster.apply(call.change.clone(), now))?;
                self.arm(armed, now).await?;
                Ok(Reported::Known)
            }
        }
    }

    /// Forgets old removals, and wakes again for the next.
    async fn forget(&self) -> Result<(), Fault> {
        let armed = alarm::armed(&self.state).await?;
        let now = clock::now();
        let gone = self.with_roster(|roster| roster.forget(now))?;
        self.write(|sql| {
            for id in &gone {
                sql.run("DELETE FROM removed WHERE id = ?", vec![id.as_str().into()])?;
            }
            Ok(())
        })?;
        self.arm(armed, now).await
    }

    async fn arm(&self, armed: Option<Timestamp>, now: Timestamp) -> Result<(), Fault> {
        let wakeup = self.with_roster(|roster| roster.next_wakeup())?;
        alarm::arm(&self.state, armed, wakeup, now).await
    }

    fn write(&self, step: impl FnOnce(&Sql) -> Result<(), StoreFault>) -> Result<(), Fault> {
        let written = self.sql.transaction(|| step(&self.sql));
        if written.is_err() {
            self.roster.replace(None);
        }
        Ok(written?)
    }

    fn with_roster<T>(&self, ask: impl FnOnce(&mut Roster) -> T) -> Result<T, Fault> {
        let mut slot = self.roster.borrow_mut();
        let roster = match slot.take() {
            Some(roster) => roster,
            None => load(&self.sql)?,
        };
        Ok(ask(slot.insert(roster)))
    }
}

/// Reads the rows. An account that nothing was ever reported to has no tables, and gets none.
fn load(sql: &Sql) -> Result<Roster, StoreFault> {
    if sql.run("SELECT 1 FROM sqlite_master WHERE name = 'entry'", Vec::new())?.is_empty() {
        return Ok(Roster::default());
    }
    let entries = sql.run("SELECT id, version, standing, event_type, target FROM entry", vec![])?;
    let entries = entries.iter().map(|row| {
        Ok(Entry {
            id: row.parsed(0)?,
            version: Version::new(row.integer(1)?),
            standing: standing(row.text(2)?)?,
            event_type: match row.optional_text(3)? {
                Some(_) => Some(row.parsed(3)?),
                None => None,
            },
            target: row.text(4)?.to_owned(),
        })
    });
    let removed = sql.run("SELECT id, at FROM removed", Vec::new())?;
    let removed =
        removed.iter().map(|row| Ok((row.parsed(0)?, Timestamp::from_ms(row.integer(1)?))));
    Ok(Roster::from_stored(
        entries.collect::<Result<Vec<_>, StoreFault>>()?,
        removed.collect::<Result<Vec<_>, StoreFault>>()?,
    ))
}

fn store(sql: &Sql, change: &RosterChange, now: Timestamp) -> Result<(), StoreFault> {
    for statement in TABLES {
        sql.run(statement, Vec::new())?;
    }
    match change {
        RosterChange::Put(entry) => {
            let event_type = entry.event_type.as_ref().map(|only| only.as_str().to_owned());
            sql.run(
                "INSERT OR REPLACE INTO entry (id, version, standing, event_type, target) \
                 VALUES (?, ?, ?, ?, ?)",
                vec![
                    entry.id.as_str().into(),
                    integer(entry.version.get()),
                    standing_name(entry.standing).into(),
                    SqlStorageValue::from(event_type),
                    entry.target.as_str().into(),
                ],
            )?;
        }
        RosterChange::Remove(id) => {
            sql.run("DELETE FROM entry WHERE id = ?", vec![id.as_str().into()])?;
            sql.run(
                "INSERT OR REPLACE INTO removed (id, at) VALUES (?, ?)",
                vec![id.as_str().into(), integer(now.as_ms())],
            )?;
        }
    }
    Ok(())
}

const fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Holding => "holding",
        Standing::Off => "off",
    }
}

fn standing(name: &str) -> Result<Standing, StoreFault> {
    match name {
        "active" => Ok(Standing::Active),
        "holding" => Ok(Standing::Holding),
        "off" => Ok(Standing::Off),
        unknown => Err(StoreFault(format!("unknown standing {unknown:?}"))),
    }
}
