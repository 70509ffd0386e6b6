//! The HTTP API: one handler per route.
//!
//! The room authenticates a request, has its body checked by `domain::request`, calls the objects,
//! and builds the response with `domain::http`. It must not decide about deliveries. Begin with
//! `dispatch`; each handler is one short method of `Call`, in the file of its resource.

mod call;
mod audit;
mod accounts;
mod claim;
mod event_types;
mod export;
mod webhooks;
mod listen;
mod alert;
mod deliveries;
mod series;
mod events;
mod filters;
mod import;
mod keys;
mod metrics;
mod portal_page;
mod dispatch;

pub(crate) use self::dispatch::handle;
