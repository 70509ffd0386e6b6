//! The port to a SQLite database: statements with their bindings in, rows out.
//!
//! `src/runtime/sql.rs` implements it for Workers, the native tests with rusqlite.

use domain::dispatch::StoreError;

/// A database with an open transaction.
pub trait Database: core::fmt::Debug {
    /// Runs a statement and returns its rows.
    fn run(&self, statement: &str, bindings: &[Binding<'_>]) -> Result<Vec<Row>, StoreError>;
}

/// A value bound to a statement. Booleans are integers: 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding<'a> {
    /// An integer of at most [`INTEGER_MAX`].
    Integer(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// Greatest integer of a binding, 2^53 - 1; it also stands for "no bound". The runtime takes
/// bindings as JavaScript numbers, which are exact up to here.
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// Returns a number as a binding, at most [`INTEGER_MAX`].
pub fn integer(number: impl TryInto<i64>) -> Binding<'static> {
    Binding::Integer(number.try_into().unwrap_or(INTEGER_MAX).min(INTEGER_MAX))
}

/// A value in a column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// NULL, or a type that is never stored here.
    Null,
    /// An integer.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One row of a result. Columns are counted from 0.
#[derive(Debug)]
pub struct Row(Vec<Column>);

impl Row {
    /// Creates a row of these columns.
    pub const fn new(columns: Vec<Column>) -> Self {
        Self(columns)
    }

    /// Returns the integer in a column. Fails if the column has none or it does not fit `N`.
    pub fn integer<N: TryFrom<i64>>(&self, column: usize) -> Result<N, StoreError> {
        match self.0.get(column) {
            Some(&Column::Integer(number)) => {
                N::try_from(number).map_err(|_| StoreError(format!("column {column} out of range")))
            }
            _ => Err(StoreError(format!("column {column} is not a whole number"))),
        }
    }

    /// Returns the text in a column. Fails if the column has none.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.0.get(column) {
            Some(Column::Text(text)) => Ok(text),
            _ => Err(StoreError(format!("column {column} is not text"))),
        }
    }

    /// Returns the text in a column, `None` if it is NULL. Fails for other types.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(column) {
            Some(Column::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// Returns the bytes in a column, moved out of the row. Fails if the column has none.
    pub fn into_bytes(mut self, column: usize) -> Result<Vec<u8>, StoreError> {
        match self.0.get_mut(column) {
            Some(Column::Bytes(bytes)) => Ok(core::mem::take(bytes)),
            _ => Err(StoreError(format!("column {column} is not bytes"))),
        }
    }

    /// Returns the text in a column, parsed as `T`. Fails if it cannot be parsed.
    pub fn parsed<T: TryFrom<String>>(&self, column: usize) -> Result<T, StoreError> {
        let unreadable = |_| StoreError(format!("column {column} is unreadable"));
        T::try_from(self.text(column)?.to_owned()).map_err(unreadable)
    }
}
