//! publish

pub(crate) mod sender;
pub(crate) mod settle_batcher;
pub(crate) mod first_attempt;
pub(crate) mod fanout;
pub(crate) mod batcher;
