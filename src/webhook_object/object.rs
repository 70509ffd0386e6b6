//! The Durable Object of one webhook: load, decide, store, then act.
//!
//! A turn is one synchronous step of the domain inside one transaction, with the alarm set before
//! anything is awaited; the runtime commits both together (output gates hold back every answer and
//! every outgoing `fetch` until then). What the turn decided is carried out afterwards, beside
//! whatever comes next: a hung send holds its slot and nothing else.
//!
//! `alarm()` fails only if its turn could not be stored; the platform then repeats it.

use std::rc::Rc;

use domain::rpc::WebhookCall;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::state::Inner;
use crate::runtime::object_server;

/// The object. What it keeps in memory is what its storage says.
#[durable_object(alarm)]
pub struct WebhookObject {
    inner: Rc<Inner>,
}

// `RefUnwindSafe` is asked for by the bindings, which catch no panic here: a trap ends the
// instance.
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
    /// Answers a call: a text, a promise of one, or nothing if it cannot.
    pub fn call(&self, path: String, body: String) -> JsValue {
        let inner = Rc::clone(&self.inner);
        object_server::to_call(path, async move |path| {
            inner.answer(WebhookCall::parse(path, &body)?).await
        })
    }
}
