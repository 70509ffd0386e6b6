//! The Durable Object class of a webhook.
//!
//! Calls and alarms run transactions (see `state`). Attempts are made after the commit, in the
//! background, so a receiver that does not respond blocks no call and no alarm. Its attempt only
//! counts towards the limit of attempts in flight.
//!
//! `alarm()` fails only if its transaction fails. The platform then repeats the alarm.

use std::rc::Rc;

use domain::rpc::WebhookCall;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::state::Inner;
use crate::runtime::object_server;

/// The Durable Object of one webhook. Its state in memory is a cache of its storage.
#[durable_object(alarm)]
pub struct WebhookObject {
    inner: Rc<Inner>,
}

// The bindings require `RefUnwindSafe`. They catch no panic here: a trap ends the instance.
impl core::panic::RefUnwindSafe for WebhookObject {}

impl DurableObject for WebhookObject {
    fn new(state: State, env: Env) -> Self {
        Self { inner: Rc::new(Inner::new(state, env)) }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        object_server::to_fetch()
    }

    async fn alarm(&self) -> Result<Response> {
        object_server::to_alarm(self.inner.wake().await)
    }
}

#[wasm_bindgen]
impl WebhookObject {
    /// Answers a call: JSON text, a promise of it, or `undefined` after an error.
    pub fn call(&self, path: String, body: String) -> JsValue {
        let inner = Rc::clone(&self.inner);
        object_server::to_call(path, async move |path| {
            inner.answer(WebhookCall::parse(path, &body)?).await
        })
    }
}
