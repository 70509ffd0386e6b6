//! `Idempotency-Key`: the header, and the creation of a webhook under it.

use domain::base::{AccountId, WebhookId};
use domain::http::Problem;
use domain::publish::{Claim, Fingerprint, IdempotencyKey, Keyed};
use domain::request::Body;
use domain::rpc::{ClaimWebhook, FinishWebhook};
use domain::webhook::CreatedWebhook;

use super::call::Call;
use crate::runtime::incoming::Header;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, entropy, log};
use crate::worker::error::HandlerError;

/// What a request to create a webhook comes to.
pub(crate) enum Claimed {
    /// Create this one, if it is not there; under this key, if it came with one.
    Open(WebhookId, Option<IdempotencyKey>),
    /// It was created before, and this was the answer.
    Done(Box<CreatedWebhook>),
}

impl Call<'_> {
    /// The request's key, if it has one.
    pub(crate) fn idempotency_key(&self) -> Result<Option<IdempotencyKey>, HandlerError> {
        let header = self.incoming.header(Header::IdempotencyKey);
        let key = header.map(IdempotencyKey::from_header).transpose();
        Ok(key.map_err(Problem::bad_request)?)
    }

    /// Which webhook the request is to create. With a key, the account remembers it beforehand.
    pub(crate) async fn claim(
        &self,
        account: &AccountId,
        body: &Body,
    ) -> Result<Claimed, HandlerError> {
        let id = WebhookId::new(clock::now(), entropy::bytes()?);
        let Some(key) = self.idempotency_key()? else { return Ok(Claimed::Open(id, None)) };
        let fingerprint = Fingerprint::keyed(&self.config.rules.master_keys, &body.canonical());
        let keyed = Keyed { key: key.clone(), fingerprint };
        match Object::Account(account).call(self.env, &ClaimWebhook { keyed, id }).await? {
            Claim::Open(id) => Ok(Claimed::Open(id, Some(key))),
            Claim::Done(view) => Ok(Claimed::Done(view)),
            Claim::Deleted => Err(Problem::account_deleted().into()),
            Claim::OtherRequest => Err(Problem::key_used().into()),
        }
    }

    /// Reports a webhook that was created, and answers what its owner is to be told. The webhook is
    /// there whether or not the account hears of it: a repeat would find it.
    pub(crate) async fn finish_claim(
        &self,
        account: &AccountId,
        key: Option<IdempotencyKey>,
        webhook: CreatedWebhook,
    ) -> CreatedWebhook {
        let Some(key) = key else { return webhook };
        let call = FinishWebhook { key, webhook };
        match Object::Account(account).call(self.env, &call).await {
            Ok(webhook) => webhook,
            Err(fault) => {
                let fields =
                    [("webhook_id", call.webhook.view.id.as_str()), ("fault", &fault.to_string())];
                log::line(Level::Error, "finish_failed", &fields);
                call.webhook
            }
        }
    }
}
