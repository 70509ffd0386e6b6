//! The tables of a Webhook object.
//!
//! What each row costs decides their shape: the platform bills every row written, every entry of an
//! index and every deletion alike.

use domain::dispatch::StoreError;

use crate::database::Database;

/// A healthy delivery stands in `in_flight` while its first try is on its way, and then in a
/// `segment` together with others. One that waits for its first try since it came stands in
/// `pending`; all else in `delivery`. A slot's row is used again and again, so the row alone does
/// not say whether what it holds is still on its way: the segments do, since what is in a segment
/// has arrived.
///
/// In `delivery`, `at` is when a scheduled one is due, when a lease ends, or when it was delivered.
const TABLES: [&str; 14] = [
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
    "CREATE TABLE IF NOT EXISTS in_flight (
        slot INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL,
        event_id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        until INTEGER NOT NULL,
        version INTEGER NOT NULL,
        holder INTEGER NOT NULL,
        payload BLOB NOT NULL)",
    // `seq`, `accepted_at` and `epoch` never fall from one row to the next. `newest_id` is the
    // greatest event id in this row or an earlier one.
    "CREATE TABLE IF NOT EXISTS pending (
        seq INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        newest_id TEXT NOT NULL,
        payload BLOB NOT NULL)",
    // `at`, `open_from`, `high`, `total` and `newest_id` never fall from one segment to the next,
    // so that segments are found by halving:
    //   at         when it was last written to
    //   open_from  every delivery in a later segment has this place or a higher one, and every
    // slot              that holds a lower one is free
    //   high       the highest place in this segment or an earlier one
    //   total      how many deliveries were ever put into this segment or an earlier one
    //   newest_id  the greatest event id in this segment or an earlier one
    // `size` is how many deliveries it has now, `gone` how many were taken out, `oldest` and
    // `newest` when the first and the last of them were accepted. `head` has a line of JSON for
    // each delivery after one with the version of the form; `body` has their payloads, end to end.
    "CREATE TABLE IF NOT EXISTS segment (
        n INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        open_from INTEGER NOT NULL,
        high INTEGER NOT NULL,
        total INTEGER NOT NULL,
        size INTEGER NOT NULL,
        gone INTEGER NOT NULL DEFAULT 0,
        oldest INTEGER NOT NULL,
        newest INTEGER NOT NULL,
        newest_id TEXT NOT NULL,
        head TEXT NOT NULL,
        body BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS segment_gone ON segment (gone) WHERE gone > 0",
];

/// Makes the tables that are not there.
pub(crate) fn make(database: &dyn Database) -> Result<(), StoreError> {
    TABLES.iter().try_for_each(|statement| database.run(statement, &[]).map(drop))
}

/// Whether the tables are there.
pub(crate) fn exist(database: &dyn Database) -> Result<bool, StoreError> {
    let statement = "SELECT 1 FROM sqlite_master WHERE name = 'record'";
    Ok(!database.run(statement, &[])?.is_empty())
}
