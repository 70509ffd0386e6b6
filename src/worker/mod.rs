//! Room 2: the Workers runtime. Requests, storage, alarms, `fetch`, clock and chance come and go
//! here; every decision is made in [`crate::domain`].
//!
//! This file is where the runtime comes in, and where a fault of ours becomes an answer and a line
//! of the log.

mod api;
mod publish;
mod company;
mod first_try;
mod arrivals;
mod sweep;
mod auth;
mod body;
mod respond;
mod account_object;
mod account_store;
mod account_audit;
mod account_erasure;
mod webhook_object;
mod webhook_answer;
mod webhook_commit;
mod webhook_effects;
mod outbox;
pub mod webhook_store;
pub mod database;
mod sql;
mod alarm;
mod reply;
mod objects;
mod records;
mod courier;
mod config;
mod fault;
mod log;
mod telemetry;
mod clock;
mod entropy;
mod incoming;
mod io;
mod task;

use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};
use worker::{Context, Env, ScheduleContext, ScheduledEvent, event, web_sys, worker_sys};

use self::incoming::Incoming;
use self::log::Level;
use self::task::Request;

/// Answers one HTTP request. It is carried out to its end even if the caller breaks off: others may
/// wait for what it does (see `company.rs`), and what it has begun is not left half done.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, context: worker_sys::Context) -> JsValue {
    task::answer(async move {
        let incoming = Incoming::new(request);
        let request = Request::new(Context::new(context));
        let _kept = request.keep();
        api::handle(incoming, &env, &request).await.into_js()
    })
}

/// Runs on the cron trigger of `wrangler.toml`.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(fault) = sweep::sweep(&env).await {
        log::line(Level::Error, "sweep_failed", &[("fault", &fault.to_string())]);
    }
}
