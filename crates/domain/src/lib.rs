//! Room 1: every decision of the dispatcher, pure.
//!
//! The promise of this room: no input or output, no clock, no chance, no `async`. Whoever calls
//! hands in `now`, random bytes and facts, and gets back values: what to answer, what to store,
//! what to send, when to wake up. So the whole product can be run on the host, under simulated
//! faults.
//!
//! The modules stand in reading order; each imports only from those above it.

#![forbid(unsafe_code)]

pub mod time;
pub mod limits;
mod lately;
pub mod id;
pub mod secret;
pub mod key_ring;
pub mod seal;
pub mod kept;
pub mod json_fault;
mod json_scan;
pub mod json;
pub mod event_type;
pub mod event;
pub mod sample;
pub mod address;
pub mod field_errors;
pub mod target;
pub mod headers;
pub mod basic_auth;
pub mod signing;
pub mod signing_keys;
pub mod flow;
pub mod webhook;
mod closing;
pub mod opened;
pub mod wire_body;
mod wire_field;
mod wire_seconds;
pub mod wire_signing;
pub mod wire;
pub mod view;
pub mod webhook_filter;
pub mod paging;
pub mod scope;
pub mod actor;
pub mod credentials;
mod resource;
pub mod route;
pub mod subject;
pub mod negotiate;
pub mod problem;
pub mod keys;
pub mod key_use;
pub mod mint;
pub mod portal;
pub mod rotation;
pub mod schedule;
pub mod rules;
pub mod verdict;
pub mod outbound;
pub mod ping;
pub mod attempt;
pub mod delivery;
pub mod history;
pub mod health;
pub mod recovery;
pub mod roster;
pub mod suspension;
mod pace;
pub mod outbox;
pub mod stored;
pub mod record;
pub mod record_form;
pub mod key_form;
pub mod key_cache;
pub mod audit;
pub mod erasure;
pub mod backlog;
pub mod store;
pub mod turn;
pub mod adoption;
mod backlog_count;
mod discard;
pub mod operational;
pub mod recover_request;
pub mod recover;
pub mod lease;
pub mod settle;
pub mod telemetry;
pub mod queue;
pub mod fanout;
pub mod first_tries;
pub mod idempotency;
pub mod throttle;
pub mod admission;
pub mod company;
pub mod claim;
pub mod batch;
pub mod resend;
pub mod stats;
pub mod lifecycle;
pub mod suspend;
pub mod call;
pub mod accept_call;
pub mod command;
pub mod account_call;
pub mod metrics;
pub mod import;
pub mod config;
