//! A Durable Object's SQLite storage: statements, rows and transactions.
//!
//! `SqlCursor::one`, `to_array` and `next` let an exception of JavaScript cross Rust frames, which
//! kills the instance. So rows are read with `raw`, which catches the exceptions of each step. A
//! boolean would be stored as text, so a flag is stored as 0 or 1.

use domain::dispatch::StoreError;
use storage::database;
pub(crate) use storage::database::Row;
use storage::database::{Binding, Column, Database};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue, State};

/// The SQLite storage of one object.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    storage: SqlStorage,
    transactions: Transactions,
}

#[wasm_bindgen]
extern "C" {
    /// The part of `DurableObjectStorage` that `worker` does not bind.
    #[derive(Debug, Clone)]
    type Transactions;

    /// Runs `turn` in one transaction, which is rolled back if `turn` throws (Durable Objects,
    /// SQLite storage API: `transactionSync`).
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Transactions,
        turn: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<JsValue, JsValue>;
}

impl Sql {
    /// Opens the storage of the object with this state.
    pub(crate) fn new(state: &State) -> Self {
        let storage = state.storage();
        let transactions = JsValue::from(storage.as_raw()).unchecked_into();
        Self { storage: storage.sql(), transactions }
    }

    /// Runs a statement and returns its rows.
    pub(crate) fn run(
        &self,
        statement: &str,
        bindings: Vec<SqlStorageValue>,
    ) -> Result<Vec<Row>, StoreError> {
        let fault = |error: worker::Error| StoreError(error.to_string());
        let cursor = self.storage.exec(statement, bindings).map_err(fault)?;
        let row =
            |columns: Vec<SqlStorageValue>| Row::new(columns.into_iter().map(column).collect());
        cursor.raw().map(|columns| columns.map(row).map_err(fault)).collect()
    }

    /// The size of the database, in bytes, without free pages. Reading it reads no row.
    pub(crate) fn size(&self) -> u64 {
        u64::try_from(self.storage.database_size()).unwrap_or(u64::MAX)
    }

    /// Runs `turn` in one transaction. If it fails, nothing is written.
    pub(crate) fn transaction<T>(
        &self,
        turn: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut turn = Some(turn);
        let mut result = None;
        let committed = self.transactions.transaction_sync(&mut || {
            let Some(turn) = turn.take() else { return Ok(()) };
            let outcome = turn();
            let is_ok = outcome.is_ok();
            result = Some(outcome);
            if is_ok { Ok(()) } else { Err(JsValue::from_str("undone")) }
        });
        match (committed, result) {
            (Ok(_), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Err(error), _) => Err(StoreError(format!("not committed: {error:?}"))),
            (Ok(_), None) => Err(StoreError("the transaction did not run".to_owned())),
        }
    }
}

impl Database for Sql {
    fn run(&self, statement: &str, bindings: &[Binding<'_>]) -> Result<Vec<Row>, StoreError> {
        Self::run(self, statement, bindings.iter().map(value).collect())
    }
}

fn value(binding: &Binding<'_>) -> SqlStorageValue {
    match *binding {
        Binding::Integer(number) => SqlStorageValue::Integer(number),
        Binding::Text(text) => SqlStorageValue::String(text.to_owned()),
        Binding::Bytes(bytes) => SqlStorageValue::Blob(bytes.to_vec()),
    }
}

fn column(value: SqlStorageValue) -> Column {
    match value {
        SqlStorageValue::Integer(number) => Column::Integer(number),
        SqlStorageValue::String(text) => Column::Text(text),
        SqlStorageValue::Blob(bytes) => Column::Bytes(bytes),
        SqlStorageValue::Null | SqlStorageValue::Boolean(_) | SqlStorageValue::Float(_) => {
            Column::Null
        }
    }
}

/// A number as a binding, at most [`database::INTEGER_MAX`].
pub(crate) fn integer(number: impl TryInto<i64>) -> SqlStorageValue {
    value(&database::integer(number))
}
