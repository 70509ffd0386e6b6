//! The Durable Object class of a webhook.
//!
//! Calls and alarms run transactions (see `state`). The object makes no attempts: it leases them to
//! couriers (`src/courier/`). A call leases to its caller; the alarm starts couriers for whatever
//! else is due. The object makes attempts itself only if couriers cannot be started.
//!
//! `alarm()` fails only if its transaction fails. The platform then repeats the alarm.

use std::rc::Rc;

use domain::base::{COURIER_ATTEMPTS_MAX, COURIERS_MAX};
use domain::rpc::WebhookCall;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object, web_sys};

use super::state::{AlarmState, Inner};
use crate::runtime::object_server;

/// The most attempts that one alarm starts. It is set again if more are due.
const ATTEMPTS_PER_ALARM: usize = COURIERS_MAX * COURIER_ATTEMPTS_MAX;

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
        // It has fired, so its time is read again.
        object_server::to_alarm(self.inner.wake(AlarmState::Unknown, ATTEMPTS_PER_ALARM).await)
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

    /// Answers a request to the object of a listener: a promise of a response.
    pub fn answer(&self, request: web_sys::Request) -> JsValue {
        let inner = Rc::clone(&self.inner);
        object_server::to_request(async move { inner.answer_request(request).await })
    }

    /// Takes a message of a listener's client.
    pub fn hear(&self, socket: JsValue, message: JsValue) -> JsValue {
        let inner = Rc::clone(&self.inner);
        object_server::to_event("message", async move { inner.hear(socket, message).await })
    }

    /// Takes the end of a listener's connection.
    #[wasm_bindgen(js_name = endConnection)]
    pub fn end_connection(&self, socket: JsValue) -> JsValue {
        let inner = Rc::clone(&self.inner);
        object_server::to_event("close", async move { inner.end_connection(socket).await })
    }
}
