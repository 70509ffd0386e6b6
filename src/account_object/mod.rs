//! account_object

mod tables;
mod audit;
mod erasure;
pub(crate) mod object;
