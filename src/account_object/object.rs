//! The Durable Object class of an account.
//!
//! Every publish reads the roster, and its rows are few, so it is cached in memory. A change is
//! written to the storage first and to the cache second. A failed write drops the cache.
//!
//! The publish limit is kept only in memory: storing it would cost a row for each event, and an
//! object that receives publishes stays in memory.

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

/// The Durable Object of one account.
#[durable_object(alarm)]
pub struct AccountObject {
    inner: Rc<Inner>,
}

#[wasm_bindgen]
impl AccountObject {
    /// Answers a call: JSON text, a promise of it, or `undefined` after an error.
    pub fn call(&self, path: String, body: String) -> JsValue {
        let inner = Rc::clone(&self.inner);
        object_server::to_call(path, async move |path| {
            inner.answer(AccountCall::parse(path, &body)?).await
        })
    }
}

// The bindings require `RefUnwindSafe`. They catch no panic here: a trap ends the instance.
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
