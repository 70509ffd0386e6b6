//! Every decision of the dispatcher, as pure functions and values.
//!
//! This crate has no input or output, no clock, no randomness and no `async`: it does not depend on
//! `worker` or `getrandom`. The caller passes in `now`, random bytes and facts, and gets back
//! values: what to answer, store and send, and when to wake up. The tests therefore run the whole
//! product on the host, under simulated faults.
//!
//! "The vendor" in comments is the platform whose documented webhook API this product reproduces:
//! fields, texts of errors, event types and the retry schedule.
//!
//! Each module is a room. A room imports only from rooms above it; `tests/native/rooms.rs` checks
//! this. Begin with [`dispatch`], the state machine of one webhook.

#![forbid(unsafe_code)]

pub mod base;
pub mod json;
pub mod crypto;
pub mod event;
pub mod filter;
pub mod webhook;
pub mod delivery;
pub mod dispatch;
pub mod auth;
pub mod account;
pub mod publish;
pub mod rpc;
pub mod request;
pub mod http;
pub mod telemetry;
pub mod config;
