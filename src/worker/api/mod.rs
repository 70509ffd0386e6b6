//! The HTTP API: one handler per route.
//!
//! A request is authenticated, its body read and checked by `domain::request`, the objects called,
//! and the answer shaped by `domain::http`. The handlers decide nothing about deliveries. Begin
//! with `dispatch`; each handler is one short method of `Call`, in the file of its resource.

mod call;
mod audit;
mod accounts;
mod claim;
mod webhooks;
mod alert;
mod deliveries;
mod events;
mod import;
mod keys;
mod metrics;
mod dispatch;

pub(crate) use self::dispatch::handle;
