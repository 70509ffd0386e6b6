//! The Durable Object of one account.
//!
//! It stores the roster of the account's webhooks, the idempotency records, the audit log, and
//! whether the account is disabled or being deleted, and it admits publishes. `domain::account` and
//! `domain::publish` decide what it answers. This room reads, writes and calls; it never sends an
//! event. Begin with `object`, then `calls`.

mod tables;
mod audit;
mod state;
mod erasure;
mod suspension;
mod maintenance;
mod admission;
mod calls;
mod object;
