//! JSON bodies: parsing them, and reporting where they are not JSON.
//!
//! This room decides which texts are accepted as JSON, how a syntax error is reported (in the words
//! of Python's `json`, which the vendor's API uses), and which of two numbers is greater. It must
//! not know what a body means. Begin with [`parse`]; [`scan`] runs only after the parser has
//! refused a text.

pub mod error_kind;
pub mod scan;
pub mod parse;
pub mod decimal;
pub mod lazy;
pub mod object;

pub use self::decimal::Decimal;
pub use self::error_kind::JsonErrorKind;
pub use self::lazy::{Content, LazyValue};
pub use self::object::members;
pub use self::parse::{JsonError, Kind, ValidateOnly, without_mark};
