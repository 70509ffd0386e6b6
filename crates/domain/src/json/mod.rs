//! json

pub mod fault;
pub mod scan;
pub mod parse;

pub use self::fault::Fault;
pub use self::parse::{JsonError, Kind, Skim};
