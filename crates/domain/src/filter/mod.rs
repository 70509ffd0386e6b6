//! Filters: which events a webhook takes, by their content.
//!
//! This room decides what a filter may say, and whether an event matches it. It must not know who
//! judges, nor what becomes of an event that does not match (`publish`, `dispatch`). Begin with
//! [`condition`], which says what a filter means, then [`judge`].

pub mod condition;
pub mod fault;
pub mod text;
pub mod parse;
pub mod judge;
pub mod reason;

pub use self::condition::Filter;
pub use self::fault::{FilterFault, FilterFaultKind};
pub use self::reason::Reason;
pub use self::text::FilterText;
