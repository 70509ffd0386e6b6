//! The Durable Object of one account: its roster, what it remembers of requests with a key, and
//! whether it is disabled, which its alarm tells each webhook.
//!
//! The rows of the roster are few and asked for at every publish, so they are kept in memory as
//! well; storage comes first and memory after it, and a failed write drops the memory. What was
//! published lately is in memory only: to write it down would cost a row for each event, and an
//! object that is published to stays in memory.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use domain::account::Bucket;
use domain::rpc::AccountCall;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::state::Inner;
use crate::runtime::object_server;
use crate::runtime::sql::Sql;

/// The object.
#[durable_object(alarm)]
pub struct AccountObject {
    inner: Rc<Inner>,
}

#[wasm_bindgen]
impl AccountObject {
    /// Answers a call: a text, a promise of one, or nothing if it cannot.
    pub fn call(&self, path: String, body: String) -> JsValue {
        let inner = Rc::clone(&self.inner);
        object_server::to_call(path, async move |path| {
            inner.answer(AccountCall::parse(path, &body)?).await
        })
    }
}

impl core::panic::RefUnwindSafe for AccountObject {}

impl DurableObject for AccountObject {
    fn new(state: State, env: Env) -> Self {
        let sql = Sql::new(&state);
        let inner =
            Inner { state, env, sql, cached: RefCell::new(None), bucket: Cell::new(Bucket::EMPTY) };
        Self { inner: Rc::new(inner) }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        object_server::to_fetch()
    }

    async fn alarm(&self) -> Result<Response> {
        object_server::to_alarm(self.inner.run_maintenance().await)
    }
}
