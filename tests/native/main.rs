//! The tests on the host, without the Workers runtime: one binary, one module per subject.
//!
//! | module | tests |
//! |---|---|
//! | `simulation` | a webhook's state machine in random runs with faults, and in scenarios |
//! | `idempotency` | repeated publishes under a key, in random runs with faults |
//! | `key_storage` | idempotency records in SQLite: rows written, work of a step, little room |
//! | `bulk_storage` | thousands of deliveries in SQLite, and the rows they write |
//! | `series` | deliveries over time: the work of a call, with many deliveries |
//! | `storage_operations` | random operations on the storage, with faults |
//! | `stored_formats`, `stored_account_formats` | the exact text of every stored record |
//! | `stored_traces` | traces of events in storage, also beside an earlier release |
//! | `crypto` | signatures, key rotation, sealed secrets |
//! | `alert` | the alert of an account, created and changed |
//! | `webhook_options` | the options of a webhook, in JSON and in forms |
//! | `filters` | what filters match: tables, properties, and a slow reference |
//! | `target_urls` | which target URLs are accepted: the table `tests/vectors/ssrf-urls.tsv` |
//! | `properties` | rules that hold for every input, by `proptest` |
//! | `parser_fuzz` | no input makes a parser panic, by `proptest` |
//! | `portal_page` | `/portal` has the headers of the dashboard's own page |
//! | `contract` | `contract/openapi.json` agrees with the code |
//! | `rooms`, `tidy` | the order of files and imports; the style of the source |
//! | `support` | no tests: the storage model, SQLite on the host, random numbers |
//!
//! Read `simulation/mod.rs` first, then `simulation/scenarios.rs`: they show what a webhook does.
//! `cargo test -p storage --test native NAME` runs the tests whose path contains `NAME`.

#![allow(clippy::arithmetic_side_effects, reason = "an overflow fails the test")]

// `#[cfg(test)]` tells Clippy that the helpers are test code.
#[cfg(test)]
mod support;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod key_storage;
#[cfg(test)]
mod bulk_storage;
#[cfg(test)]
mod series;
#[cfg(test)]
mod storage_operations;
#[cfg(test)]
mod stored_formats;
#[cfg(test)]
mod stored_traces;
mod stored_account_formats;
#[cfg(test)]
mod crypto;
#[cfg(test)]
mod alert;
#[cfg(test)]
mod webhook_options;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod target_urls;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod parser_fuzz;
#[cfg(test)]
mod portal_page;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod tidy;
