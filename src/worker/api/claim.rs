//! `Idempotency-Key`: the header, and the creation of a webhook under it.

use super::Call;
use crate::domain::account_call::{ClaimWebhook, FinishWebhook};
use crate::domain::claim::Claim;
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, Keyed};
use crate::domain::problem::Problem;
use crate::domain::view::CreatedWebhook;
use crate::domain::wire_body::Body;
use crate::platform::body::Stop;
use crate::platform::incoming::Header;
use crate::platform::log::{self, Level};
use crate::platform::objects::Object;
use crate::platform::{clock, entropy};

/// What a request to create a webhook comes to.
pub(super) enum Claimed {
    /// Create this one, if it is not there; under this key, if it came with one.
    Open(WebhookId, Option<IdempotencyKey>),
    /// It was created before, and this was the answer.
    Done(Box<CreatedWebhook>),
}

impl Call<'_> {
    /// The request's key, if it has one.
    pub(super) fn idempotency_key(&self) -> Result<Option<IdempotencyKey>, Stop> {
        let header = self.incoming.header(Header::IdempotencyKey);
        let key = header.map(IdempotencyKey::from_header).transpose();
        Ok(key.map_err(Problem::bad_request)?)
    }

    /// Which webhook the request is to create. With a key, the account remembers it beforehand.
    pub(super) async fn claim(&self, account: &AccountId, body: &Body) -> Result<Claimed, Stop> {
        let id = WebhookId::new(clock::now(), entropy::bytes()?);
        let Some(key) = self.idempotency_key()? else { return Ok(Claimed::Open(id, None)) };
        let fingerprint = Fingerprint::keyed(&self.config.rules.key_ring, &body.canonical());
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
    pub(super) async fn finish_claim(
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
