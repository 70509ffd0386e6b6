//! The tables of a Webhook object.
//!
//! The cost of a row decides their shape: the platform bills every row written, every index entry
//! and every deletion alike.

use domain::dispatch::StoreError;

use crate::database::Database;

/// The statements that create the tables and their indexes.
///
/// A delivery whose first attempt begins at its acceptance is in `in_flight` during that attempt,
/// and in a `segment` with others once the attempt has succeeded. A delivery that waits for its
/// first attempt is in `pending`. All others are in `delivery`. The exact conditions are in
/// `placement`.
///
/// A row of `in_flight` is kept for reuse, so the row alone does not say whether its delivery is
/// still in flight. The segments do: a delivery that is in a segment is no longer in flight.
///
/// In `delivery`, `at` is the time at which a scheduled delivery is due, a lease ends, a delivered
/// one was delivered, or a held one was accepted. `tried` is 1 if there was an attempt. The values
/// of `state` and `rest` are in `rows`.
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
        payload BLOB NOT NULL)",
    // `seq`, `accepted_at` and `epoch` never decrease from one row to the next. `newest_id` is the
    // greatest event id in this row or an earlier one.
    "CREATE TABLE IF NOT EXISTS pending (
        seq INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        newest_id TEXT NOT NULL,
        payload BLOB NOT NULL)",
    // `at`, `open_from`, `high`, `total` and `newest_id` never decrease from one segment to the
    // next, so a segment is found by binary search:
    //   at         the latest time at which a delivery of this segment or an earlier one succeeded
    //   open_from  every delivery in a later segment has this `seq` or a higher one, and every
    //              row of `in_flight` with a lower one is free
    //   high       the highest `seq` in this segment or an earlier one
    //   total      the number of deliveries ever added to this segment or an earlier one
    //   newest_id  the greatest event id in this segment or an earlier one
    // `size` is the number of deliveries in the segment now, `gone` the number of those taken out.
    // `oldest` and `newest` are the first and the last time of acceptance. The first line of `head`
    // is the version of its format; a line of JSON for each delivery follows. `body` is the
    // concatenation of their payloads.
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

/// Creates the tables that do not exist yet.
pub(crate) fn make(database: &dyn Database) -> Result<(), StoreError> {
    TABLES.iter().try_for_each(|statement| database.run(statement, &[]).map(drop))
}

/// Whether the tables exist.
pub(crate) fn exist(database: &dyn Database) -> Result<bool, StoreError> {
    let statement = "SELECT 1 FROM sqlite_master WHERE name = 'record'";
    Ok(!database.run(statement, &[])?.is_empty())
}
