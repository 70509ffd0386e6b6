//! `/v1/webhooks`: lists, creates, reads, changes, deletes and pings webhooks, and rotates their
//! signing secrets.
//!
//! A single webhook is read and changed at its object, which is always up to date. The list comes
//! from KV, which may lag behind.

use domain::account::Action;
use domain::base::{AccountId, EventId, WebhookId};
use domain::crypto::{Opener, Owner, SealError, Sealer, SigningKey};
use domain::delivery::{Outbound, Outcome, PingResult, Post, PostError, ping};
use domain::dispatch::{Created, Rotated, Updated};
use domain::http::Problem;
use domain::request::{Rotation, WebhookFilter, WebhookRequest};
use domain::rpc::{Create, Delete, Read, ReadConfiguration, RotateSecret, Update};
use domain::webhook::{CreatedView, CreatedWebhook, SigningView, WebhookAnswer, WebhookChange};

use super::call::{Call, listing};
use super::claim::Claimed;
use crate::runtime::internal_error::InternalError;
use crate::runtime::kv::Records;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, entropy, io};
use crate::worker::error::{HandlerError, RETRY_AFTER, unavailable};
use crate::worker::response;
use crate::worker::response::Response;

impl Call<'_> {
    pub(crate) async fn list_webhooks(self, account: &AccountId) -> Result<Response, HandlerError> {
        let filter = WebhookFilter::parse(self.query())?;
        let records = Records::open(self.env)?;
        let ids = records.webhook_ids(account).await?;
        if !filter.matches_all() {
            // The filter needs the records; an account has at most `MAX_WEBHOOKS` of them and an
            // alert.
            let all = records.webhooks(account, &ids).await?;
            let mut found: Vec<_> = all.into_iter().map(|record| record.webhook).collect();
            found.retain(|webhook| filter.matches(webhook));
            let count = found.len();
            let window = self.page(count)?;
            let page = found.drain(window.range.clone());
            let results: Vec<WebhookAnswer> = page.map(WebhookAnswer::from).collect();
            return response::json(200, &listing(count, window, results));
        }
        let window = self.page(ids.len())?;
        let page = ids.get(window.range.clone()).unwrap_or_default();
        let records = records.webhooks(account, page).await?;
        let results: Vec<WebhookAnswer> =
            records.into_iter().map(|record| record.webhook.into()).collect();
        response::json(200, &listing(ids.len(), window, results))
    }

    pub(crate) async fn create_webhook(
        self,
        account: &AccountId,
    ) -> Result<Response, HandlerError> {
        let body = self.webhook_body().await?;
        let request = WebhookRequest::from_body(&body, self.webhook_rules(&self.target_policy()))?;
        let (id, key) = match self.claim(account, &body).await? {
            Claimed::Open(id, key) => (id, key),
            Claimed::Done(webhook) => return self.show_created(account, *webhook),
        };
        let webhook = self.create(account, &id, request).await?;
        let webhook = self.finish_claim(account, key, webhook).await;
        self.show_created(account, webhook)
    }

    /// Creates a webhook with this id.
    pub(crate) async fn create(
        &self,
        account: &AccountId,
        id: &WebhookId,
        request: WebhookRequest,
    ) -> Result<CreatedWebhook, HandlerError> {
        match self.create_at_object(account, id, request).await? {
            Created::Now(webhook) => Ok(*webhook),
            Created::Full => {
                self.require_open(account).await?;
                let webhooks_max = self.config.webhooks_max;
                let detail =
                    format!("This account has {webhooks_max} webhooks, the most it may have.");
                Err(Problem::refused(detail).into())
            }
            Created::Failed => Err(unavailable().into()),
        }
    }

    /// Creates a webhook at its object, and adds the creation to the audit log.
    pub(crate) async fn create_at_object(
        &self,
        account: &AccountId,
        id: &WebhookId,
        request: WebhookRequest,
    ) -> Result<Created, HandlerError> {
        let secret = request.signing.clone().secret(entropy::bytes()?);
        let webhook = request.signed_with(&secret);
        let webhook = self.seal(account, id, |sealer| webhook.seal(sealer))?;
        let call = Create { account: account.clone(), id: id.clone(), webhook };
        let created = Object::Webhook(account, id).call(self.env, &call).await?;
        if let Created::Now(_) = &created {
            self.record_action(account, Action::WebhookCreated { webhook: id.clone() }).await;
        }
        Ok(created)
    }

    pub(crate) fn show_created(
        &self,
        account: &AccountId,
        webhook: CreatedWebhook,
    ) -> Result<Response, HandlerError> {
        self.about_webhook(&webhook.view.id);
        response::json(201, &self.created_view(account, webhook)?)
    }

    pub(crate) fn created_view(
        &self,
        account: &AccountId,
        webhook: CreatedWebhook,
    ) -> Result<CreatedView, HandlerError> {
        let id = webhook.view.id.clone();
        let owner = Owner { account, webhook: &id };
        let opener = Opener { ring: &self.config.rules.master_keys, owner };
        let shown = CreatedView::new(webhook, opener);
        Ok(shown.map_err(|error| Problem::locked(&error, RETRY_AFTER))?)
    }

    pub(crate) async fn read_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let view = Object::Webhook(account, id).call(self.env, &Read {}).await?;
        response::json(200, &WebhookAnswer::from(view.ok_or_else(Problem::not_found)?))
    }

    pub(crate) async fn update_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        let is_disabled = self.is_disabled(account, id).await?;
        let body = self.webhook_body().await?;
        let change = WebhookChange::from_body(&body, self.webhook_rules(&self.target_policy()))?;
        self.change(account, id, change, is_disabled).await
    }

    /// Changes a webhook at its object, and responds with the changed webhook.
    pub(crate) async fn change(
        &self,
        account: &AccountId,
        id: &WebhookId,
        change: WebhookChange,
        is_disabled: bool,
    ) -> Result<Response, HandlerError> {
        if is_disabled && change.active == Some(true) {
            return Err(Problem::suspended().into());
        }
        let change = self.seal(account, id, |sealer| change.seal(sealer))?;
        let updated = Object::Webhook(account, id).call(self.env, &Update { change }).await?;
        if let Updated::Now { view, fields } = &updated.answer
            && let Some(action) = Action::of_update(id.clone(), fields.clone(), view.active)
        {
            self.record_action(account, action).await;
        }
        match updated.answer {
            Updated::Gone => Err(Problem::not_found().into()),
            Updated::Invalid(errors) => Err(errors.into()),
            Updated::Now { view, .. } if updated.acknowledged => {
                response::json(200, &WebhookAnswer::from(*view))
            }
            // A webhook may still be suspended shortly after its account was enabled.
            Updated::Suspended | Updated::Now { .. } => Err(unavailable().into()),
        }
    }

    pub(crate) async fn delete_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let deleted = Object::Webhook(account, id).call(self.env, &Delete {}).await?;
        if deleted.answer {
            self.record_action(account, Action::WebhookDeleted { webhook: id.clone() }).await;
        }
        match (deleted.answer, deleted.acknowledged) {
            (false, _) => Err(Problem::not_found().into()),
            (true, true) => Ok(response::no_content()),
            (true, false) => Err(unavailable().into()),
        }
    }

    pub(crate) async fn ping_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_sendable(account, id).await?;
        let now = clock::now();
        let payload = ping::test_event(self.query(), &self.config.event_types, now)?;
        let configuration =
            Object::Webhook(account, id).call(self.env, &ReadConfiguration {}).await?;
        let configuration = configuration.ok_or_else(Problem::not_found)?;
        let rules = &self.config.rules;
        let post = Post {
            owner: Owner { account, webhook: id },
            configuration: &configuration,
            event_id: &EventId::new(now, entropy::bytes()?),
            at: now,
        };
        let outcome = match Outbound::new(post, payload, rules) {
            Ok(request) => {
                io::send(&request, rules.timeout_of(&configuration.delivery_options)).await
            }
            Err(PostError::Refused(error)) => Outcome::Failed(error),
            Err(PostError::Locked(error)) => {
                return Err(Problem::locked(&error, RETRY_AFTER).into());
            }
        };
        response::json(200, &PingResult::of(&outcome))
    }

    pub(crate) async fn rotate_secret(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let body = self.optional_json_body().await?;
        let rotation = Rotation::parse(&body)?;
        let object = Object::Webhook(account, id);
        // The algorithm of a webhook never changes, so it can be read before the rotation.
        let view = object.call(self.env, &Read {}).await?.ok_or_else(Problem::not_found)?;
        let grace = rotation.grace;
        let secret = rotation.secret(view.algorithm(), entropy::bytes()?)?;
        let key = self.seal(account, id, |sealer| SigningKey::new(&secret).seal(sealer))?;
        // A stored rotation succeeds even if the roster has not acknowledged it: nothing in the
        // roster depends on it, and the secret is shown only in this response.
        match object.call(self.env, &RotateSecret { key, grace }).await?.answer {
            Rotated::Now => {
                self.record_action(account, Action::SecretRotated { webhook: id.clone() }).await;
                response::json(200, &SigningView::new(&secret))
            }
            Rotated::Refused(error) => Err(Problem::conflict(error).into()),
            Rotated::Gone => Err(Problem::not_found().into()),
        }
    }

    /// Seals the secrets that are sent to a webhook's object.
    fn seal<T>(
        &self,
        account: &AccountId,
        id: &WebhookId,
        seal: impl FnOnce(&mut Sealer<'_>) -> Result<T, SealError>,
    ) -> Result<T, HandlerError> {
        let owner = Owner { account, webhook: id };
        let mut nonces = || entropy::bytes().ok();
        let mut sealer = Sealer::new(&self.config.rules.master_keys, owner, &mut nonces);
        seal(&mut sealer).map_err(|error| match error {
            SealError::NoMasterKey => Problem::no_master_key(RETRY_AFTER).into(),
            SealError::Failed => InternalError::Runtime(error.to_string()).into(),
        })
    }
}
