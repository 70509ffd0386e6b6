//! The tables of a Webhook object.
//!
//! The cost of a row decides their shape: the platform bills every row written, every index entry
//! and every deletion alike.

use domain::dispatch::StoreError;

use crate::database::Database;

/// The statements that create the tables and their indexes.
///
/// A delivery is added to the last `segment`, in the order of acceptance, and stays there while it
/// waits for its first attempt, during that attempt, and once the attempt has succeeded. All others
/// are in `delivery`.
///
/// In `delivery`, `at` is the time at which a scheduled delivery is due, a lease ends, a delivered
/// one was delivered, or a held one was accepted. `tried` is 1 if there was an attempt. `trace` is
/// empty if the event came without one. The values of `state` and `rest` are in `rows`.
const TABLES: [&str; 11] = [
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
        trace TEXT NOT NULL DEFAULT '',
        history TEXT NOT NULL DEFAULT '',
        payload BLOB NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS delivery_event ON delivery (event_id)",
    "CREATE INDEX IF NOT EXISTS delivery_leased ON delivery (at) WHERE state = 1",
    "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (epoch, at) WHERE state = 0",
    "CREATE INDEX IF NOT EXISTS delivery_order ON delivery (epoch, tried, seq) WHERE state = 0",
    "CREATE INDEX IF NOT EXISTS delivery_held ON delivery (epoch, seq) WHERE state = 3",
    "CREATE INDEX IF NOT EXISTS delivery_resend ON delivery (seq) WHERE resends > 0",
    // A segment contains deliveries from `first_seq` up to the next segment's, all of one epoch and
    // of one hour. `accepted_at` is the time of the first one. `newest_id` is the greatest event id
    // ever added to this segment or an earlier one. The texts are described in `segment`, `totals`
    // in `totals` and `row_counts`.
    "CREATE TABLE IF NOT EXISTS segment (
        first_seq INTEGER PRIMARY KEY,
        accepted_at INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        newest_id TEXT NOT NULL,
        totals TEXT NOT NULL,
        outcomes TEXT NOT NULL,
        head TEXT NOT NULL,
        traces TEXT NOT NULL DEFAULT '',
        body BLOB NOT NULL)",
];

/// Creates the tables that do not exist yet.
pub(crate) fn make(database: &dyn Database) -> Result<(), StoreError> {
    TABLES.iter().try_for_each(|statement| database.run(statement, &[]).map(drop))
}

/// The statements that add the columns of traces to tables that an earlier release has created. It
/// names the columns that it reads and writes, so it works on with them.
const TRACE_COLUMNS: [&str; 2] = [
    "ALTER TABLE delivery ADD COLUMN trace TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE segment ADD COLUMN traces TEXT NOT NULL DEFAULT ''",
];

/// Whether the tables exist. If an earlier release has created them, they get the new columns.
pub(crate) fn exist(database: &dyn Database) -> Result<bool, StoreError> {
    let statement = "SELECT sql FROM sqlite_master WHERE name = 'segment'";
    let rows = database.run(statement, &[])?;
    let Some(row) = rows.first() else { return Ok(false) };
    if !row.text(0)?.contains("traces") {
        TRACE_COLUMNS.iter().try_for_each(|statement| database.run(statement, &[]).map(drop))?;
    }
    Ok(true)
}
