//! The Durable Object of one webhook: its deliveries, their attempts and its alarm.
//!
//! Load, decide, store, then act: every call and alarm is a turn of `domain::dispatch` in one
//! transaction, and its effects are carried out afterwards. The room decides nothing about a
//! delivery; it groups commits, sends and reports. Begin with `object`, then `calls` and `state`.

mod commands;
mod state;
mod outbox;
mod effects;
mod group_commit;
mod calls;
mod object;
