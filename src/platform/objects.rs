//! Calls to Durable Objects: their names, and one typed call.

use worker::Env;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast, JsValue};

use super::fault::Fault;
use super::{config, io};
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

    fn namespace(self, env: &Env) -> Result<JsValue, Fault> {
        let namespace = env.durable_object(self.binding())?;
        let Some(jurisdiction) = config::config(env)?.jurisdiction else {
            return Ok(namespace.into());
        };
        let whole: Namespace = JsValue::from(namespace).unchecked_into();
        Ok(whole.jurisdiction(jurisdiction).map_err(worker::Error::from)?)
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
        let answer = self.ask(env, C::NAME, &C::path(), &call.encode()?).await?;
        Ok(call::from_json(&answer)?)
    }

    /// What [`call`](Self::call) does for every call alike: it is there once, not once for each.
    async fn ask(self, env: &Env, name: &str, path: &str, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let answer = io::call(&self.namespace(env)?, &self.name(), path, body).await;
        answer.map_err(|error| Fault::Object(format!("{name}: {error}")))
    }
}
