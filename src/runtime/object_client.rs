//! Calls to Durable Objects: their names, and the typed call.

use domain::base::{AccountId, WebhookId};
use domain::rpc::Call;
use worker::Env;

use super::internal_error::InternalError;
use super::{config, io};

/// The most objects called at a time by one request. The platform queues calls that exceed its
/// connections; this limit bounds the memory that they need.
pub(crate) const CALLS_AT_ONCE: usize = 20;

/// A Durable Object, identified by its purpose.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Object<'a> {
    /// The object of one webhook.
    Webhook(&'a AccountId, &'a WebhookId),
    /// The object of one account.
    Account(&'a AccountId),
}

impl Object<'_> {
    /// Makes a call and waits for its answer.
    pub(crate) async fn call<C: Call>(
        self,
        env: &Env,
        call: &C,
    ) -> Result<C::Answer, InternalError> {
        let answer = self.call_text(env, C::NAME, &C::path(), &call.encode()?).await?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// The part of [`call`](Self::call) that does not depend on the type of the call, so that it is
    /// compiled once.
    async fn call_text(
        self,
        env: &Env,
        call: &str,
        path: &str,
        body: &str,
    ) -> Result<String, InternalError> {
        let message = format!("{}\n{path}\n{body}", self.address(env)?);
        let answer = io::call(env, &message).await;
        answer.map_err(|error| InternalError::Object(format!("{call}: {error}")))
    }

    /// Returns the lines by which [`io::call`] finds the object: the binding, the jurisdiction and
    /// the name. Objects of the same name in different jurisdictions are different objects (Durable
    /// Objects, data location). An account id contains no slash, so each pair of account and
    /// webhook has its own name.
    pub(crate) fn address(self, env: &Env) -> Result<String, InternalError> {
        let jurisdiction = config::config(env)?.jurisdiction.unwrap_or_default();
        Ok(match self {
            Self::Webhook(account, id) => format!("WEBHOOK_OBJECT\n{jurisdiction}\n{account}/{id}"),
            Self::Account(account) => format!("ACCOUNT_OBJECT\n{jurisdiction}\n{account}"),
        })
    }
}
