//! The simulation: the state machine of one webhook in thousands of random runs with faults.
//!
//! A `World` is a webhook, its object's storage, alarm and background tasks, and all that the
//! object talks to: owner, publisher, Workers, account, KV, receiver. Time jumps; nothing sleeps.
//!
//! Faults: a failing call of the store, a crash before or after a commit, a lost alarm, a lost call
//! or answer, a missing master key, a late or dead Worker, a broken receiver.
//!
//! Asserted at each transaction: a settled 2xx ends the attempts; no attempt is early, too many or
//! while the webhook may not send; leases obey the limits, the rate, the order and the outage; a
//! deactivation has a reason; a second wake-up changes nothing; in one run of ten SQLite equals the
//! model. At the end: each acknowledged event was delivered or is kept as undelivered; roster and
//! KV are current; operational events arrived once, in order; after the purge no alarm is set.
//!
//! Begin with `runs` and `scenarios`, then `world` and `transactions`. A failing run prints its
//! seed. Repeat it with `SEED=n cargo test -p storage --test native random_runs`. `SEEDS=n` sets
//! the number of runs, and `SQLITE_EVERY=1` adds SQLite to each.

mod world;
mod transactions;
mod background;
mod time;
mod actors;
mod secrets;
mod account;
mod workers;
mod receiver;
mod expectations;
mod leases;
mod outcomes;
mod operational_events;
mod final_checks;
mod scenarios;
mod runs;
