//! SQLite on the host, in place of a Webhook object's database: in memory, with a fault injected at
//! a chosen statement.

use std::cell::Cell;

use domain::base::{AccountId, Version};
use domain::dispatch::StoreError;
use domain::webhook::{ListedState, Outbox, Projection, Record, Stage};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, StatementStatus, ToSql, params_from_iter};
use storage::database::{Binding, Column, Database, Row};

/// A database in memory. Its SQL is that of `crates/storage`.
#[derive(Debug)]
pub(crate) struct SqliteDatabase {
    connection: Connection,
    /// Number of statements that succeed before all others fail. `None`: all succeed.
    pub(crate) statements_left: Cell<Option<u64>>,
    /// Number of statements run so far.
    pub(crate) statements: Cell<u64>,
    /// Number of steps of SQLite's virtual machine so far: the work, whatever the machine's speed.
    pub(crate) steps: Cell<u64>,
}

/// A binding as `rusqlite` takes it.
struct Bound<'a>(Binding<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            // The runtime binds every number as a JavaScript number.
            #[expect(
                clippy::as_conversions,
                clippy::cast_precision_loss,
                reason = "as in the runtime"
            )]
            Binding::Integer(number) => ToSqlOutput::Owned(Value::Real(number as f64)),
            Binding::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Binding::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

fn column(value: ValueRef<'_>) -> Column {
    match value {
        ValueRef::Null => Column::Null,
        ValueRef::Integer(number) => Column::Integer(number),
        ValueRef::Real(number) => panic!("{number} is no whole number"),
        ValueRef::Text(text) => Column::Text(String::from_utf8(text.to_vec()).unwrap()),
        ValueRef::Blob(bytes) => Column::Bytes(bytes.to_vec()),
    }
}

impl SqliteDatabase {
    pub(crate) fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.set_prepared_statement_cache_capacity(200);
        Self {
            connection,
            statements_left: Cell::new(None),
            statements: Cell::new(0),
            steps: Cell::new(0),
        }
    }

    pub(crate) fn begin(&self) {
        self.connection.execute_batch("BEGIN").unwrap();
    }

    pub(crate) fn commit(&self) {
        self.connection.execute_batch("COMMIT").unwrap();
    }

    pub(crate) fn roll_back(&self) {
        self.connection.execute_batch("ROLLBACK").unwrap();
    }

    /// Returns the number of rows written so far, without index entries.
    pub(crate) fn rows_written(&self) -> u64 {
        self.connection.total_changes()
    }

    /// Returns the size of the database in bytes, without free pages, as the runtime counts it.
    pub(crate) fn size(&self) -> u64 {
        let pages = "SELECT (SELECT page_count FROM pragma_page_count) \
                     - (SELECT freelist_count FROM pragma_freelist_count)";
        let page_size = "SELECT page_size FROM pragma_page_size";
        u64::try_from(self.number(pages) * self.number(page_size)).unwrap()
    }

    /// Makes some rows of segments look as if an earlier release had written them: every second
    /// one, or all but every second one. The object must be started anew.
    pub(crate) fn forget_counts(&self, every_second: bool) {
        let last = self.number("SELECT coalesce(max(first_seq), 0) FROM segment");
        for (condition, totals) in [("=", "json_remove(totals, '$.record.counts')"), ("<", "''")] {
            let statement = format!(
                "UPDATE segment SET totals = {totals} \
                 WHERE first_seq {condition} {last} AND first_seq % 2 = {}",
                u8::from(every_second)
            );
            self.connection.execute(&statement, []).unwrap();
        }
    }

    /// Runs a statement.
    pub(crate) fn execute(&self, statement: &str) {
        self.connection.execute(statement, []).unwrap();
    }

    /// Runs a query that returns one text.
    pub(crate) fn text(&self, statement: &str) -> String {
        self.connection.query_row(statement, [], |row| row.get::<_, String>(0)).unwrap()
    }

    /// Runs a query that returns one number.
    pub(crate) fn number(&self, statement: &str) -> i64 {
        self.connection.query_row(statement, [], |row| row.get::<_, i64>(0)).unwrap()
    }
}

impl Database for SqliteDatabase {
    fn run(&self, statement: &str, bindings: &[Binding<'_>]) -> Result<Vec<Row>, StoreError> {
        if self.statements_left.get() == Some(0) {
            return Err(StoreError("injected".to_owned()));
        }
        self.statements_left.set(self.statements_left.get().map(|left| left - 1));
        self.statements.set(self.statements.get() + 1);
        assert!(bindings.len() <= 100, "the runtime takes no more bindings");
        // Invalid SQL is a bug, not a storage fault: it panics.
        let mut prepared = self.connection.prepare_cached(statement).unwrap();
        let columns = prepared.column_count();
        let bound = bindings.iter().map(|binding| Bound(*binding));
        let mut rows = prepared.query(params_from_iter(bound)).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|index| column(row.get_ref(index).unwrap()));
            found.push(Row::new(values.collect()));
        }
        drop(rows);
        let steps = prepared.reset_status(StatementStatus::VmStep);
        self.steps.set(self.steps.get() + u64::try_from(steps).unwrap());
        Ok(found)
    }
}

/// Returns a record, which the storage needs before it takes deliveries.
pub(crate) fn record() -> Record {
    Record {
        account: AccountId::default_account(),
        id: "w1".parse().unwrap(),
        version: Version::new(1),
        stage: Stage::Deleting,
        roster: Projection::NEW,
        kv: Projection::NEW,
        outbox: Outbox::NEW,
        untried: false,
        listed: ListedState::NEW,
        disconnected_at: None,
    }
}
