//! A webhook dispatcher at the edge, as a Cloudflare Worker.
//!
//! The [`domain`] crate decides, the [`storage`] crate stores the deliveries of a Webhook object,
//! and this crate connects both to Workers. A request enters here and goes to `worker`, which calls
//! the Durable Objects in `account_object` and `webhook_object`. A `courier` makes the attempts.
//! All of them use `runtime`.

mod runtime;
mod courier;
mod worker;
mod account_object;
mod webhook_object;

use ::worker::wasm_bindgen::prelude::wasm_bindgen;
use ::worker::wasm_bindgen::{self, JsValue};
use ::worker::{Context, Env, ScheduleContext, ScheduledEvent, event, web_sys, worker_sys};

use crate::runtime::executor::{self, Request};
use crate::runtime::incoming::Incoming;
use crate::runtime::log::{self, Level};
use crate::worker::{api, maintenance};

/// Answers one HTTP request. The request is carried out to its end even if the client disconnects:
/// other requests may wait for its batch (`worker/publish/batcher.rs`), and no work is left half
/// done.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, context: worker_sys::Context) -> JsValue {
    executor::answer(async move {
        let incoming = Incoming::new(request);
        let request = Request::new(Context::new(context));
        let _keep_alive = request.keep_alive();
        api::handle(incoming, &env, &request).await.into_js()
    })
}

/// Makes the attempts in `order`, after its answer. Returns whether it has taken them.
#[wasm_bindgen]
pub fn courier(order: &str, env: Env, context: worker_sys::Context) -> bool {
    let request = Request::new(Context::new(context));
    let run = || courier::run(env, order, request.context(), request.keep_alive());
    match executor::enter(run) {
        Ok(()) => true,
        Err(error) => {
            log::line(Level::Error, "order_unreadable", &[("error", &error.to_string())]);
            false
        }
    }
}

/// Runs on the cron trigger of `wrangler.toml`.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(error) = maintenance::sweep(&env).await {
        log::line(Level::Error, "sweep_failed", &[("error", &error.to_string())]);
    }
}
