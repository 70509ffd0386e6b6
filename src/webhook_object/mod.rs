//! The Durable Object of one webhook: its deliveries, their attempts and its alarm.
//!
//! Every call and every alarm loads, decides, stores and then acts: a step of `domain::dispatch`
//! runs in one transaction, and its effects are carried out after the commit. The room groups calls
//! into commits, makes attempts and publishes projections and operational events. It decides
//! nothing about a delivery. Begin with `object`, then `calls` and `state`.

mod commands;
mod client;
mod state;
mod outbox;
mod effects;
mod group_commit;
mod calls;
mod listener;
mod object;
