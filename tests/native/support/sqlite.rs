//! SQLite on the host, as the storage of an object: in memory, with a fault at a chosen statement.

use std::cell::Cell;

use domain::dispatch::StoreError;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};
use storage::database::{Binding, Column, Database, Row};

#[derive(Debug)]
pub(crate) struct Lite {
    connection: Connection,
    /// How many more statements succeed; `None`: all.
    pub(crate) left: Cell<Option<u64>>,
    /// How many were run.
    pub(crate) statements: Cell<u64>,
}

struct Bound<'a>(Binding<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            // The runtime binds every number as JavaScript has it.
            #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "as there")]
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

impl Lite {
    pub(crate) fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.set_prepared_statement_cache_capacity(200);
        Self { connection, left: Cell::new(None), statements: Cell::new(0) }
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

    /// How many rows were written, those of indexes not counted.
    pub(crate) fn rows_written(&self) -> u64 {
        self.connection.total_changes()
    }

    pub(crate) fn number(&self, statement: &str) -> i64 {
        self.connection.query_row(statement, [], |row| row.get::<_, i64>(0)).unwrap()
    }
}

impl Database for Lite {
    fn run(&self, statement: &str, bindings: &[Binding<'_>]) -> Result<Vec<Row>, StoreError> {
        if self.left.get() == Some(0) {
            return Err(StoreError("injected".to_owned()));
        }
        self.left.set(self.left.get().map(|left| left - 1));
        self.statements.set(self.statements.get() + 1);
        assert!(bindings.len() <= 100, "the runtime takes no more bindings");
        // A statement that is wrong is no fault of the storage.
        let mut prepared = self.connection.prepare_cached(statement).unwrap();
        let columns = prepared.column_count();
        let bound = bindings.iter().map(|binding| Bound(*binding));
        let mut rows = prepared.query(params_from_iter(bound)).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|index| column(row.get_ref(index).unwrap()));
            found.push(Row::new(values.collect()));
        }
        Ok(found)
    }
}
