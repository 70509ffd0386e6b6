//! `Idempotency-Key`: the header, and the creation of a webhook under a key.

use domain::base::{AccountId, WebhookId};
use domain::http::Problem;
use domain::publish::{Claim, Fingerprint, IdempotencyKey, KeyedRequest};
use domain::request::Body;
use domain::rpc::{ClaimWebhook, FinishWebhook};
use domain::webhook::CreatedWebhook;

use super::call::Call;
use crate::runtime::incoming::Header;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, entropy, log};
use crate::worker::error::HandlerError;

/// The account's decision about a request that creates a webhook.
pub(crate) enum Claimed {
    /// Create the webhook with this id, unless it exists. The key is that of the request, if it has
    /// one.
    Open(WebhookId, Option<IdempotencyKey>),
    /// The response of an earlier request with the same key.
    Done(Box<CreatedWebhook>),
}

impl Call<'_> {
    /// Reads the idempotency key of the request, if it has one.
    pub(crate) fn idempotency_key(&self) -> Result<Option<IdempotencyKey>, HandlerError> {
        let header = self.incoming.header(Header::IdempotencyKey);
        let key = header.map(IdempotencyKey::from_header).transpose();
        Ok(key.map_err(Problem::bad_request)?)
    }

    /// Chooses the id of the webhook to create. With a key, the account stores the id before the
    /// creation.
    pub(crate) async fn claim(
        &self,
        account: &AccountId,
        body: &Body,
    ) -> Result<Claimed, HandlerError> {
        let id = WebhookId::new(clock::now(), entropy::bytes()?);
        let Some(key) = self.idempotency_key()? else { return Ok(Claimed::Open(id, None)) };
        let fingerprint = Fingerprint::keyed(&self.config.rules.master_keys, &body.canonical());
        let keyed = KeyedRequest { key: key.clone(), fingerprint };
        match Object::Account(account).call(self.env, &ClaimWebhook { keyed, id }).await? {
            Claim::Open(id) => Ok(Claimed::Open(id, Some(key))),
            Claim::Done(view) => Ok(Claimed::Done(view)),
            Claim::Deleted => Err(Problem::account_deleted().into()),
            Claim::KeyReused => Err(Problem::key_used().into()),
        }
    }

    /// Reports a created webhook to the account, and returns the webhook to show in the response.
    /// The webhook exists even if the report fails: a repeat finds it.
    pub(crate) async fn finish_claim(
        &self,
        account: &AccountId,
        key: Option<IdempotencyKey>,
        webhook: CreatedWebhook,
    ) -> CreatedWebhook {
        let Some(key) = key else { return webhook };
        let call = FinishWebhook { key, webhook: Box::new(webhook) };
        match Object::Account(account).call(self.env, &call).await {
            Ok(webhook) => webhook,
            Err(error) => {
                let fields =
                    [("webhook_id", call.webhook.view.id.as_str()), ("error", &error.to_string())];
                log::line(Level::Error, "finish_failed", &fields);
                *call.webhook
            }
        }
    }
}
