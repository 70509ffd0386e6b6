//! A Durable Object's SQLite storage: statements, rows and transactions.
//!
//! Only what is safe across wasm is used. `SqlCursor::one`, `to_array` and `next` let an exception
//! of JavaScript cross Rust frames and kill the instance, so rows are read with `raw`, whose steps
//! are caught. Booleans would be stored as text, so there are none: a flag is 0 or 1.

use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue, State};

use crate::domain::store::StoreFault;

/// The statements of one object.
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

    /// Runs `turn` as one transaction, undone if it throws (Durable Objects, SQLite storage API:
    /// `transactionSync`).
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Transactions,
        turn: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<JsValue, JsValue>;
}

impl Sql {
    /// The storage of the object with this state.
    pub(crate) fn new(state: &State) -> Self {
        let storage = state.storage();
        let transactions = JsValue::from(storage.as_raw()).unchecked_into();
        Self { storage: storage.sql(), transactions }
    }

    /// Runs a statement; answers its rows.
    pub(crate) fn run(
        &self,
        statement: &str,
        bindings: Vec<SqlStorageValue>,
    ) -> Result<Vec<Row>, StoreFault> {
        let fault = |error: worker::Error| StoreFault(error.to_string());
        let cursor = self.storage.exec(statement, bindings).map_err(fault)?;
        cursor.raw().map(|row| row.map(Row).map_err(fault)).collect()
    }

    /// Runs `turn` as one transaction. If it fails, nothing of it was written.
    pub(crate) fn transaction<T>(
        &self,
        turn: impl FnOnce() -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
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
            (Err(error), _) => Err(StoreFault(format!("not committed: {error:?}"))),
            (Ok(_), None) => Err(StoreFault("the transaction did not run".to_owned())),
        }
    }
}

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row(Vec<SqlStorageValue>);

impl Row {
    /// The whole number in a column.
    pub(crate) fn integer<N: TryFrom<i64>>(&self, column: usize) -> Result<N, StoreFault> {
        match self.0.get(column) {
            Some(&SqlStorageValue::Integer(number)) => {
                N::try_from(number).map_err(|_| StoreFault(format!("column {column} out of range")))
            }
            _ => Err(StoreFault(format!("column {column} is not a whole number"))),
        }
    }

    /// The text in a column.
    pub(crate) fn text(&self, column: usize) -> Result<&str, StoreFault> {
        match self.0.get(column) {
            Some(SqlStorageValue::String(text)) => Ok(text),
            _ => Err(StoreFault(format!("column {column} is not text"))),
        }
    }

    /// The text in a column, or that there is none.
    pub(crate) fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreFault> {
        match self.0.get(column) {
            Some(SqlStorageValue::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// The bytes in a column, taken out of the row.
    pub(crate) fn into_bytes(mut self, column: usize) -> Result<Vec<u8>, StoreFault> {
        match self.0.get_mut(column) {
            Some(SqlStorageValue::Blob(bytes)) => Ok(core::mem::take(bytes)),
            _ => Err(StoreFault(format!("column {column} is not bytes"))),
        }
    }

    /// The text in a column, as the type that it is written for.
    pub(crate) fn parsed<T: TryFrom<String>>(&self, column: usize) -> Result<T, StoreFault> {
        let unreadable = |_| StoreFault(format!("column {column} is unreadable"));
        T::try_from(self.text(column)?.to_owned()).map_err(unreadable)
    }
}

/// A number as a binding. Every number that is stored is far below 2^53, which is as far as the
/// runtime's numbers are exact.
pub(crate) fn integer(number: impl TryInto<i64>) -> SqlStorageValue {
    SqlStorageValue::Integer(number.try_into().unwrap_or(i64::MAX))
}
