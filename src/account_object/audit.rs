//! The table of the audit log in an Account object: the latest entries, numbered in order.

use domain::account::{Action, AuditEntry, AuditPage, AuditQuery};
use domain::auth::Actor;
use domain::base::{AUDIT_ENTRIES_MAX, Cursor, PURGE_AT_ONCE_MAX, Seq, Timestamp, versioned};
use domain::dispatch::StoreError;

use super::tables::{exists, make};
use crate::runtime::sql::{Sql, integer};

const TABLES: [&str; 1] = ["CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY,
    body TEXT NOT NULL)"];

/// Adds an entry for a change. Beyond [`AUDIT_ENTRIES_MAX`], the oldest entry is deleted, or a few
/// if an older release kept more.
pub(crate) fn put(sql: &Sql, at: Timestamp, by: Actor, action: Action) -> Result<(), StoreError> {
    make(sql, &TABLES)?;
    let body = versioned::to_text(&AuditEntry::new(at, by, action))?;
    // The latest entry is never deleted, so the numbers only increase.
    sql.run("INSERT INTO audit (body) VALUES (?)", vec![body.into()])?;
    sql.run(
        "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE seq <= \
         (SELECT max(seq) FROM audit) - ? ORDER BY seq LIMIT ?)",
        vec![integer(AUDIT_ENTRIES_MAX), integer(PURGE_AT_ONCE_MAX)],
    )?;
    Ok(())
}

/// Reads a page of the log.
pub(crate) fn page(sql: &Sql, query: &AuditQuery) -> Result<AuditPage, StoreError> {
    if !exists(sql, "audit")? {
        return Ok(AuditPage::new(query, Vec::new()));
    }
    let (condition, order, from) = match query.cursor {
        Cursor::Newest => ("seq < ?", "DESC", i64::MAX),
        Cursor::OlderThan(seq) => ("seq < ?", "DESC", as_integer(seq)),
        Cursor::NewerThan(seq) => ("seq > ?", "ASC", as_integer(seq)),
    };
    let rows = sql.run(
        &format!("SELECT seq, body FROM audit WHERE {condition} ORDER BY seq {order} LIMIT ?"),
        vec![integer(from), integer(query.limit.saturating_add(1))],
    )?;
    let entries = rows.iter().map(|row| {
        Ok((Seq::new(row.integer(0)?), versioned::from_text::<AuditEntry>(row.text(1)?)?))
    });
    Ok(AuditPage::new(query, entries.collect::<Result<Vec<_>, StoreError>>()?))
}

fn as_integer(seq: Seq) -> i64 {
    i64::try_from(seq.get()).unwrap_or(i64::MAX)
}
