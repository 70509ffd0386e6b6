//! json

pub mod fault;
pub mod scan;
pub mod parse;

pub use self::fault::JsonErrorKind;
pub use self::parse::{JsonError, Kind, ValidateOnly};
