//! What a store needs of a database: statements with their bindings in, rows out.
//!
//! The runtime's SQLite is one (`sql`); the tests on the host bring another.

use domain::dispatch::StoreError;

/// A database with a transaction open.
pub trait Database: core::fmt::Debug {
    /// Runs a statement; answers its rows.
    fn run(&self, statement: &str, bindings: &[Binding<'_>]) -> Result<Vec<Row>, StoreError>;
}

/// A value that is handed in with a statement. There are no booleans: a flag is 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding<'a> {
    /// A whole number, far below 2^53, which is as far as the runtime's numbers are exact.
    Integer(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// The greatest whole number that a binding carries, which stands for "no bound" too: the runtime
/// takes bindings as numbers of JavaScript, which are exact up to here.
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// A number as a binding, at most [`INTEGER_MAX`].
pub fn integer(number: impl TryInto<i64>) -> Binding<'static> {
    Binding::Integer(number.try_into().unwrap_or(INTEGER_MAX).min(INTEGER_MAX))
}

/// A value in a column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// Nothing, or what no store here writes.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One row of an answer.
#[derive(Debug)]
pub struct Row(Vec<Column>);

impl Row {
    /// A row of these columns.
    pub const fn new(columns: Vec<Column>) -> Self {
        Self(columns)
    }

    /// The whole number in a column.
    pub fn integer<N: TryFrom<i64>>(&self, column: usize) -> Result<N, StoreError> {
        match self.0.get(column) {
            Some(&Column::Integer(number)) => {
                N::try_from(number).map_err(|_| StoreError(format!("column {column} out of range")))
            }
            _ => Err(StoreError(format!("column {column} is not a whole number"))),
        }
    }

    /// The text in a column.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.0.get(column) {
            Some(Column::Text(text)) => Ok(text),
            _ => Err(StoreError(format!("column {column} is not text"))),
        }
    }

    /// The text in a column, or that there is none.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(column) {
            Some(Column::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// The bytes in a column, taken out of the row.
    pub fn into_bytes(mut self, column: usize) -> Result<Vec<u8>, StoreError> {
        match self.0.get_mut(column) {
            Some(Column::Bytes(bytes)) => Ok(core::mem::take(bytes)),
            _ => Err(StoreError(format!("column {column} is not bytes"))),
        }
    }

    /// The text in a column, as the type that it is written for.
    pub fn parsed<T: TryFrom<String>>(&self, column: usize) -> Result<T, StoreError> {
        let unreadable = |_| StoreError(format!("column {column} is unreadable"));
        T::try_from(self.text(column)?.to_owned()).map_err(unreadable)
    }
}
