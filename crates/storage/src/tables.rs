//! The tables of a Webhook object.
//!
//! What each row costs decides their shape: the platform bills every row written, every entry of an
//! index and every deletion alike.

use domain::dispatch::StoreError;

use crate::database::Database;

/// A healthy delivery stands in `slot` while its first try is on its way, and then in a `page`
/// together with others. One that waits for its first try since it came stands in `fresh`; all else
/// in `delivery`. A slot's row is used again and again, so the row alone does not say whether what
/// it holds is still on its way: the pages do, since what is in a page has arrived.
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
    "CREATE TABLE IF NOT EXISTS slot (
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
    "CREATE TABLE IF NOT EXISTS fresh (
        seq INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        newest_id TEXT NOT NULL,
        payload BLOB NOT NULL)",
    // `at`, `open_from`, `high`, `total` and `newest_id` never fall from one page to the next, so
    // that pages are found by halving:
    //   at         when it was last written to
    //   open_from  every delivery in a later page has this place or a higher one, and every slot
    //              that holds a lower one is free
    //   high       the highest place in this page or an earlier one
    //   total      how many deliveries were ever put into this page or an earlier one
    //   newest_id  the greatest event id in this page or an earlier one
    // `size` is how many deliveries it has now, `gone` how many were taken out, `oldest` and
    // `newest` when the first and the last of them were accepted. `head` has a line of JSON for
    // each delivery after one with the version of the form; `body` has their payloads, end to end.
    "CREATE TABLE IF NOT EXISTS page (
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
    "CREATE INDEX IF NOT EXISTS page_gone ON page (gone) WHERE gone > 0",
];

/// Makes the tables that are not there.
pub(crate) fn make(database: &dyn Database) -> Result<(), StoreError> {
    TABLES.iter().try_for_each(|statement| database.run(statement, &[]).map(drop))
}

/// How many of the tables that every release has and of those that came later are there.
pub(crate) fn present(database: &dyn Database) -> Result<(usize, usize), StoreError> {
    let rows = database.run(
        "SELECT name FROM sqlite_master WHERE name IN ('record', 'slot', 'page', 'fresh')",
        &[],
    )?;
    let mut found = (0, 0);
    for row in rows {
        let count = if row.text(0)? == "record" { &mut found.0 } else { &mut found.1 };
        *count += 1;
    }
    Ok(found)
}
