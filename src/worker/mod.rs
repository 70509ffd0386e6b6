//! The Worker, the stateless part: it answers HTTP requests and the cron trigger.
//!
//! The room authenticates callers, reads requests, calls the objects, makes first attempts and
//! builds responses. It must not decide about webhooks, deliveries or accounts. It stores only API
//! keys, their last uses and the position of the sweep, all in KV. Begin with `api` (its file
//! `dispatch.rs`), then `publish`.

pub(crate) mod error;
pub(crate) mod body;
pub(crate) mod response;
pub(crate) mod auth;
pub(crate) mod directory;
pub(crate) mod publish;
pub(crate) mod api;
pub(crate) mod maintenance;
