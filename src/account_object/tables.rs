//! The tables of an Account object: the roster, the suspension and the erasure. Those of the
//! idempotency records are in `crates/storage/src/keys.rs`.
//!
//! A table is created when it is first written, so an unused account stores nothing.

use domain::account::{Erasure, ErasureRecord, Roster, Suspension};
use domain::base::{AccountId, Timestamp, Version, WebhookId, versioned};
use domain::dispatch::StoreError;
use domain::webhook::{RosterChange, RosterEntry, RoutingState, SuspensionNotice};
use serde::de::DeserializeOwned;
use worker::SqlStorageValue;

use crate::runtime::sql::{Row, Sql, integer};

const ROSTER_TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS entry (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        routing_state TEXT NOT NULL,
        event_type TEXT,
        target TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS removed (
        id TEXT PRIMARY KEY,
        at INTEGER NOT NULL) WITHOUT ROWID",
];

const NOTICE_TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS notice (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        account TEXT NOT NULL,
        number INTEGER NOT NULL,
        suspended INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS acknowledged (
        id TEXT PRIMARY KEY,
        number INTEGER NOT NULL) WITHOUT ROWID",
];

const ERASURE_TABLES: [&str; 1] = ["CREATE TABLE IF NOT EXISTS erasure (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    account TEXT NOT NULL,
    body TEXT NOT NULL)"];

/// Whether a table exists.
pub(crate) fn exists(sql: &Sql, table: &str) -> Result<bool, StoreError> {
    let statement = "SELECT 1 FROM sqlite_master WHERE name = ?";
    Ok(!sql.run(statement, vec![table.into()])?.is_empty())
}

/// Whether there is any table: whether anything was ever stored. The platform has tables of its
/// own.
pub(crate) fn are_any(sql: &Sql) -> Result<bool, StoreError> {
    let statement = "SELECT 1 FROM sqlite_master WHERE substr(name, 1, 4) <> '_cf_' LIMIT 1";
    Ok(!sql.run(statement, Vec::new())?.is_empty())
}

/// Creates the tables that do not exist yet.
pub(crate) fn make(sql: &Sql, tables: &[&str]) -> Result<(), StoreError> {
    tables.iter().try_for_each(|statement| sql.run(statement, Vec::new()).map(drop))
}

/// Whether the table of the entries has a column for what most webhooks do not have. It gets the
/// column with the first webhook that needs it. Earlier releases ignore it.
fn has_column(sql: &Sql, column: &str) -> Result<bool, StoreError> {
    let statement = "SELECT 1 FROM sqlite_master WHERE name = 'entry' AND instr(sql, ?) > 0";
    Ok(!sql.run(statement, vec![format!("{column} TEXT").into()])?.is_empty())
}

/// Reads the roster.
pub(crate) fn roster(sql: &Sql) -> Result<Roster, StoreError> {
    if !exists(sql, "entry")? {
        return Ok(Roster::default());
    }
    let filter = if has_column(sql, "filter")? { "filter" } else { "NULL" };
    let options = if has_column(sql, "options")? { "options" } else { "NULL" };
    let columns = format!("id, version, routing_state, event_type, target, {filter}, {options}");
    let entries = sql.run(&format!("SELECT {columns} FROM entry"), Vec::new())?;
    let removed = sql.run("SELECT id, at FROM removed", Vec::new())?;
    let removed =
        removed.iter().map(|row| Ok((row.parsed(0)?, Timestamp::from_ms(row.integer(1)?))));
    Ok(Roster::from_stored(
        entries.iter().map(entry).collect::<Result<Vec<_>, StoreError>>()?,
        removed.collect::<Result<Vec<_>, StoreError>>()?,
    ))
}

fn entry(row: &Row) -> Result<RosterEntry, StoreError> {
    Ok(RosterEntry {
        id: row.parsed(0)?,
        version: Version::new(row.integer(1)?),
        routing_state: routing_state(row.text(2)?)?,
        event_type: match row.optional_text(3)? {
            Some(_) => Some(row.parsed(3)?),
            None => None,
        },
        target: row.text(4)?.to_owned(),
        filter: row.optional_text(5)?.map(json).transpose()?,
        options: row.optional_text(6)?.map(json).transpose()?.unwrap_or_default(),
    })
}

/// Reads a value that is stored as JSON.
fn json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError(error.to_string()))
}

/// Writes a change of the roster.
pub(crate) fn put_change(
    sql: &Sql,
    change: &RosterChange,
    now: Timestamp,
) -> Result<(), StoreError> {
    make(sql, &ROSTER_TABLES)?;
    match change {
        RosterChange::Put(entry) => put_entry(sql, entry)?,
        RosterChange::Remove(id) => {
            sql.run("DELETE FROM entry WHERE id = ?", vec![id.as_str().into()])?;
            sql.run(
                "INSERT OR REPLACE INTO removed (id, at) VALUES (?, ?)",
                vec![id.as_str().into(), integer(now.as_ms())],
            )?;
            forget_acknowledged(sql, id)?;
        }
    }
    Ok(())
}

fn put_entry(sql: &Sql, entry: &RosterEntry) -> Result<(), StoreError> {
    let event_type = entry.event_type.as_ref().map(|only| only.as_str().to_owned());
    let mut columns = "id, version, routing_state, event_type, target".to_owned();
    let mut values = vec![
        entry.id.as_str().into(),
        integer(entry.version.get()),
        routing_state_name(entry.routing_state).into(),
        SqlStorageValue::from(event_type),
        entry.target.as_str().into(),
    ];
    // The row is replaced, so a column that is left out, if there is one, becomes empty.
    let mut put_column = |column: &str, value: String| {
        if !has_column(sql, column)? {
            sql.run(&format!("ALTER TABLE entry ADD COLUMN {column} TEXT"), Vec::new())?;
        }
        columns.push_str(", ");
        columns.push_str(column);
        values.push(value.into());
        Ok::<_, StoreError>(())
    };
    if let Some(filter) = &entry.filter {
        put_column("filter", filter.as_str().to_owned())?;
    }
    if !entry.options.is_default() {
        let options = serde_json::to_string(&entry.options);
        put_column("options", options.map_err(|error| StoreError(error.to_string()))?)?;
    }
    let places = vec!["?"; values.len()].join(", ");
    let statement = format!("INSERT OR REPLACE INTO entry ({columns}) VALUES ({places})");
    sql.run(&statement, values).map(drop)
}

/// Deletes the row that says that a webhook was removed.
pub(crate) fn forget_removal(sql: &Sql, id: &str) -> Result<(), StoreError> {
    sql.run("DELETE FROM removed WHERE id = ?", vec![id.into()]).map(drop)
}

/// Deletes every row of a webhook whose object stores nothing any more.
pub(crate) fn erase_webhook(sql: &Sql, id: &WebhookId) -> Result<(), StoreError> {
    make(sql, &ROSTER_TABLES)?;
    sql.run("DELETE FROM entry WHERE id = ?", vec![id.as_str().into()])?;
    forget_removal(sql, id.as_str())?;
    forget_acknowledged(sql, id)
}

fn forget_acknowledged(sql: &Sql, id: &WebhookId) -> Result<(), StoreError> {
    if exists(sql, "acknowledged")? {
        sql.run("DELETE FROM acknowledged WHERE id = ?", vec![id.as_str().into()])?;
    }
    Ok(())
}

/// Reads the suspension: the notice in force, and which webhooks have acknowledged it.
pub(crate) fn suspension(sql: &Sql) -> Result<Suspension, StoreError> {
    if !exists(sql, "notice")? {
        return Ok(Suspension::default());
    }
    let rows = sql.run("SELECT number, suspended FROM notice", Vec::new())?;
    let notice = match rows.first() {
        Some(row) => {
            SuspensionNotice { number: row.integer(0)?, suspended: row.integer::<u8>(1)? == 1 }
        }
        None => SuspensionNotice::default(),
    };
    let acknowledged = sql.run("SELECT id, number FROM acknowledged", Vec::new())?;
    let acknowledged = acknowledged.iter().map(|row| Ok((row.parsed(0)?, row.integer(1)?)));
    Ok(Suspension::from_stored(notice, acknowledged.collect::<Result<Vec<_>, StoreError>>()?))
}

/// Returns the account's id, which is stored when the account is first disabled.
pub(crate) fn account(sql: &Sql) -> Result<Option<AccountId>, StoreError> {
    if !exists(sql, "notice")? {
        return Ok(None);
    }
    let rows = sql.run("SELECT account FROM notice", Vec::new())?;
    rows.first().map(|row| row.parsed(0)).transpose()
}

/// Stores the notice in force.
pub(crate) fn put_notice(
    sql: &Sql,
    account: &AccountId,
    notice: SuspensionNotice,
) -> Result<(), StoreError> {
    make(sql, &NOTICE_TABLES)?;
    sql.run(
        "INSERT OR REPLACE INTO notice (only, account, number, suspended) VALUES (1, ?, ?, ?)",
        vec![account.as_str().into(), integer(notice.number), integer(u8::from(notice.suspended))],
    )?;
    Ok(())
}

/// Records that a webhook has acknowledged a notice.
pub(crate) fn put_acknowledged(
    sql: &Sql,
    id: &WebhookId,
    notice: SuspensionNotice,
) -> Result<(), StoreError> {
    sql.run(
        "INSERT OR REPLACE INTO acknowledged (id, number) VALUES (?, ?)",
        vec![id.as_str().into(), integer(notice.number)],
    )?;
    Ok(())
}

/// Reads the erasure, if one is in progress.
pub(crate) fn erasure(sql: &Sql) -> Result<Option<Erasure>, StoreError> {
    let Some((_, body)) = erasure_row(sql)? else { return Ok(None) };
    Ok(Some(Erasure::from_stored(versioned::from_text(&body)?)))
}

/// Reads the row of the erasure: the account's id, and the state as text.
pub(crate) fn erasure_row(sql: &Sql) -> Result<Option<(AccountId, String)>, StoreError> {
    if !exists(sql, "erasure")? {
        return Ok(None);
    }
    let rows = sql.run("SELECT account, body FROM erasure", Vec::new())?;
    rows.first().map(|row| Ok((row.parsed(0)?, row.text(1)?.to_owned()))).transpose()
}

/// Stores the state of the erasure.
pub(crate) fn put_erasure(
    sql: &Sql,
    account: &AccountId,
    record: ErasureRecord,
) -> Result<(), StoreError> {
    make(sql, &ERASURE_TABLES)?;
    sql.run(
        "INSERT OR REPLACE INTO erasure (only, account, body) VALUES (1, ?, ?)",
        vec![account.as_str().into(), versioned::to_text(&record)?.into()],
    )?;
    Ok(())
}

const fn routing_state_name(routing_state: RoutingState) -> &'static str {
    match routing_state {
        RoutingState::Active => "active",
        RoutingState::Held => "held",
        RoutingState::Disabled => "disabled",
    }
}

fn routing_state(name: &str) -> Result<RoutingState, StoreError> {
    match name {
        "active" => Ok(RoutingState::Active),
        "held" => Ok(RoutingState::Held),
        "disabled" => Ok(RoutingState::Disabled),
        unknown => Err(StoreError(format!("unknown routing_state {unknown:?}"))),
    }
}
