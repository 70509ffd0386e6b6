//! Helpers of several test modules. No tests are here.
//!
//! `model_store` is the storage of a Webhook object as plain maps. `sqlite` runs the product's SQL
//! on the host. `dual_store` applies every call to both and asserts that they agree.

pub(crate) mod rng;
pub(crate) mod sqlite;
pub(crate) mod model_store;
pub(crate) mod dual_store;
