//! Calls to Durable Objects: their names, and one typed call.

use domain::base::{AccountId, WebhookId};
use domain::rpc::Call;
use worker::Env;

use super::internal_error::InternalError;
use super::{config, io};

/// Most objects asked at a time by one publish. The platform holds back what exceeds its
/// connections; this bounds what waits in memory.
pub(crate) const CALLS_AT_ONCE: usize = 20;

/// A Durable Object, by what it is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Object<'a> {
    /// The object of one webhook.
    Webhook(&'a AccountId, &'a WebhookId),
    /// The roster of one account.
    Account(&'a AccountId),
}

impl Object<'_> {
    /// Makes a call and waits for its answer.
    pub(crate) async fn call<C: Call>(
        self,
        env: &Env,
        call: &C,
    ) -> Result<C::Answer, InternalError> {
        let answer = self.ask(env, C::NAME, &C::path(), &call.encode()?).await?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// What [`call`](Self::call) does for every call alike: it is there once, not once for each.
    async fn ask(
        self,
        env: &Env,
        call: &str,
        path: &str,
        body: &str,
    ) -> Result<String, InternalError> {
        let message = self.message(config::config(env)?.jurisdiction, path, body);
        let answer = io::call(env, &message).await;
        answer.map_err(|fault| InternalError::Object(format!("{call}: {fault}")))
    }

    /// A call as it is handed to the runtime: see [`io::call`]. An object of the same name in
    /// another jurisdiction is another one (Durable Objects, data location). An account's id has no
    /// slash, so no two pairs share a name.
    fn message(self, jurisdiction: Option<&str>, path: &str, body: &str) -> String {
        let jurisdiction = jurisdiction.unwrap_or_default();
        match self {
            Self::Webhook(account, id) => {
                format!("WEBHOOK_OBJECT\n{jurisdiction}\n{account}/{id}\n{path}\n{body}")
            }
            Self::Account(account) => {
                format!("ACCOUNT_OBJECT\n{jurisdiction}\n{account}\n{path}\n{body}")
            }
        }
    }
}
