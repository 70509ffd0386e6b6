//! The simulation: the state machine of one webhook in thousands of random runs with faults.
//!
//! A `World` is a webhook, its object's storage, alarm and background tasks, and everything that
//! the object communicates with: owner, publisher, couriers, account, KV, receiver. Nothing sleeps:
//! time jumps to the next deadline.
//!
//! In one run of seven the object is soon too large.
//!
//! Faults: a failing call of the store, a crash before or after a commit, a lost alarm, a lost call
//! or answer, a missing master key, a late or dead courier, a broken receiver.
//!
//! Checks at each transaction:
//!
//! - No attempt follows a settled 2xx, comes too early, exceeds the schedule, or is made while the
//!   webhook may not send.
//! - The webhook stores an event exactly if its configuration takes the event's type.
//! - Leases obey the receiver's window, the rate, the order and the rules of an outage.
//! - An outcome justifies each deactivation, by the owner's options.
//! - A listener is attempted only while its client is connected, and stays for its grace.
//! - An inactive webhook holds what it misses exactly if its record says so.
//! - No event is stored that the filter in force leaves out, and no other is refused for it.
//! - An outcome justifies each deactivation.
//! - A second wake-up changes nothing.
//! - What the owner reads about waiting deliveries is a time ahead, or the reason for the wait.
//! - In one run of ten, SQLite has the same content as the model.
//!
//! Checks at the end of a run:
//!
//! - Each acknowledged event was delivered, or is stored as undelivered.
//! - The roster and KV have the latest version.
//! - The operational events arrived once, in order.
//! - After the purge no alarm is set.
//!
//! Begin with `runs`, `scenarios` and `option_scenarios`, then `world` and `transactions`. A
//! failing run prints its seed. Repeat it with
//! `SEED=n cargo test -p storage --test native random_runs`. `SEEDS=n` sets the number of runs, and
//! `SQLITE_EVERY=1` adds SQLite to each.

mod world;
mod transactions;
mod background;
mod time;
mod actors;
mod secrets;
mod filters;
mod account;
mod options;
mod couriers;
mod receiver;
mod traces;
mod expectations;
mod leases;
mod outcomes;
mod operational_events;
mod final_checks;
mod scenarios;
mod recovery_scenarios;
mod size_scenarios;
mod option_scenarios;
mod signals;
mod waiting;
mod listeners;
mod runs;
