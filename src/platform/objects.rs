//! Calls to Durable Objects: their names, and one typed call.

use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast, JsValue};
use worker::{Env, Method, ObjectNamespace, Request, RequestInit};

use super::config;
use super::fault::Fault;
use crate::domain::call::{self, Call};
use crate::domain::id::{AccountId, WebhookId};

/// A Durable Object, by what it is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Object<'a> {
    /// The object of one webhook.
    Webhook(&'a AccountId, &'a WebhookId),
    /// The roster of one account.
    Account(&'a AccountId),
}

#[wasm_bindgen]
extern "C" {
    /// The part of `DurableObjectNamespace` that `worker` does not bind.
    type Namespace;

    /// The same namespace, whose objects run and store in a jurisdiction (Durable Objects, data
    /// location). An object of the same name in another jurisdiction is another one.
    #[wasm_bindgen(method, catch)]
    fn jurisdiction(this: &Namespace, name: &str) -> Result<JsValue, JsValue>;
}

impl Object<'_> {
    fn binding(self) -> &'static str {
        match self {
            Self::Webhook(..) => "WEBHOOK_OBJECT",
            Self::Account(_) => "ACCOUNT_OBJECT",
        }
    }

    fn namespace(self, env: &Env) -> Result<ObjectNamespace, Fault> {
        let namespace = env.durable_object(self.binding())?;
        let Some(jurisdiction) = config::config(env)?.jurisdiction else { return Ok(namespace) };
        let whole: Namespace = JsValue::from(namespace).unchecked_into();
        let restricted = whole.jurisdiction(jurisdiction).map_err(worker::Error::from)?;
        Ok(ObjectNamespace::unchecked_from_js(restricted))
    }

    /// An account's id has no slash, so no two pairs share a name.
    fn name(self) -> String {
        match self {
            Self::Webhook(account, id) => format!("{account}/{id}"),
            Self::Account(account) => account.to_string(),
        }
    }

    /// Makes a call and waits for its answer.
    pub(crate) async fn call<C: Call>(self, env: &Env, call: &C) -> Result<C::Answer, Fault> {
        let answer = self.post(env, C::NAME, &C::path(), &call.encode()?).await?;
        Ok(call::from_json(&answer)?)
    }

    /// What [`call`](Self::call) does for every call alike: it is there once, not once for each.
    async fn post(self, env: &Env, name: &str, path: &str, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let body = js_sys::Uint8Array::from(body);
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(JsValue::from(body)));
        // The host is never looked up: the stub is the address.
        let request = Request::new_with_init(&format!("https://object{path}"), &init)?;
        let stub = self.namespace(env)?.get_by_name(&self.name())?;
        let answer = stub.fetch_with_request(request).await;
        let mut answer = answer.map_err(|error| Fault::Object(error.to_string()))?;
        if answer.status_code() != 200 {
            let status = answer.status_code();
            return Err(Fault::Object(format!("{name} answered {status}")));
        }
        Ok(answer.bytes().await?)
    }
}
