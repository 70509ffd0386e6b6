//! `/v1/webhooks`: lists, creates, reads, changes, deletes and pings webhooks, and rotates their
//! signing secrets.
//!
//! A single webhook is read and changed at its object, which is always up to date. The list comes
//! from KV, which may lag behind.

use domain::account::Action;
use domain::base::{AccountId, EventId, LISTENERS_MAX, WebhookId};
use domain::crypto::{Opener, Owner, SealError, Sealer, SigningKey, SigningKeys};
use domain::delivery::{Outbound, PingResult, Post, PostError, ping};
use domain::dispatch::{Created, Rotated, Updated};
use domain::http::Problem;
use domain::request::{
    Body, BodyError, KnownFields, Rotation, SigningClaim, WebhookFilter, WebhookRequest,
};
use domain::rpc::{
    Create, Delete, DeleteIf, Read, ReadConfiguration, RotateSecret, Update, UpdateIf,
};
use domain::webhook::{
    CreatedView, CreatedWebhook, SigningView, WebhookAnswer, WebhookChange, WebhookView,
};

use super::call::{Call, listing};
use super::claim::Claimed;
use crate::courier;
use crate::courier::{Posted, Sender};
use crate::runtime::internal_error::InternalError;
use crate::runtime::kv::Records;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, entropy};
use crate::worker::directory;
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
        let (types, policy) = (self.types_in_force().await?.types, self.target_policy());
        let request = WebhookRequest::from_body(&body, self.webhook_rules(&types, &policy));
        let request = KnownFields::WEBHOOK.check(&body, self.config.unknown_fields, request)?;
        let (id, key) = match self.claim(account, &body).await? {
            Claimed::Open(id, key) => (id, key),
            Claimed::Done(webhook) => return self.show_created(account, *webhook).await,
        };
        let webhook = self.create(account, &id, request).await?;
        let webhook = self.finish_claim(account, key, webhook).await;
        self.show_created(account, webhook).await
    }

    /// Creates a webhook with this id.
    pub(crate) async fn create(
        &self,
        account: &AccountId,
        id: &WebhookId,
        request: WebhookRequest,
    ) -> Result<CreatedWebhook, HandlerError> {
        let is_listener = request.listener;
        match self.create_at_object(account, id, request).await? {
            Created::Now(webhook) => Ok(*webhook),
            Created::Full => {
                self.require_open(account).await?;
                let webhooks_max = self.config.webhooks_max;
                let webhooks = format!("{webhooks_max} webhooks");
                let listeners = format!("{LISTENERS_MAX} listeners or {webhooks}");
                let count = if is_listener { listeners } else { webhooks };
                let detail = format!("This account has {count}, the most it may have.");
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
            directory::note_use(self.request, self.env, account);
            self.record_action(account, Action::WebhookCreated { webhook: id.clone() }).await;
        }
        Ok(created)
    }

    pub(crate) async fn show_created(
        &self,
        account: &AccountId,
        mut webhook: CreatedWebhook,
    ) -> Result<Response, HandlerError> {
        self.about_webhook(&webhook.view.id);
        self.add_shares(account, &mut webhook.view).await;
        let tag = webhook.view.tag.take();
        Ok(response::json(201, &self.created_view(account, webhook)?)?.with_tag(tag))
    }

    /// Adds the webhooks with the same target to the view of a webhook that was written. The write
    /// stands even if the account does not say which they are.
    async fn add_shares(&self, account: &AccountId, view: &mut WebhookView) {
        view.shares_target_with =
            self.shares_target_with(account, &view.id).await.unwrap_or_default();
    }

    pub(crate) fn created_view(
        &self,
        account: &AccountId,
        mut webhook: CreatedWebhook,
    ) -> Result<CreatedView, HandlerError> {
        webhook.view.tag = None;
        let id = webhook.view.id.clone();
        let owner = Owner { account, webhook: &id };
        let opener = Opener { ring: &self.config.rules.master_keys, owner };
        // An idempotency record of an earlier release has no state.
        let webhook = CreatedWebhook { view: webhook.view.completed(), ..webhook };
        let shown = CreatedView::new(webhook, opener);
        Ok(shown.map_err(|error| Problem::locked(&error, RETRY_AFTER))?)
    }

    pub(crate) async fn read_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        let shares_target_with = self.shares_target_with(account, id).await?;
        let view = Object::Webhook(account, id).call(self.env, &Read {}).await?;
        let view = view.ok_or_else(Problem::not_found)?;
        response::webhook(200, WebhookView { shares_target_with, ..view })
    }

    pub(crate) async fn update_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        let is_disabled = self.is_disabled(account, id).await?;
        let body = self.webhook_body().await?;
        let (types, policy) = (self.types_in_force().await?.types, self.target_policy());
        let change = WebhookChange::from_body(&body, self.webhook_rules(&types, &policy));
        self.change(account, id, (&body, change), is_disabled).await
    }

    /// Changes a webhook at its object, and responds with the changed webhook.
    pub(crate) async fn change(
        &self,
        account: &AccountId,
        id: &WebhookId,
        (body, change): (&Body, Result<WebhookChange, BodyError>),
        is_disabled: bool,
    ) -> Result<Response, HandlerError> {
        let change = KnownFields::WEBHOOK.check(body, self.config.unknown_fields, change)?;
        self.check_claim(account, id, body).await?;
        let if_match = self.if_match()?;
        if is_disabled && change.active == Some(true) {
            return Err(Problem::suspended().into());
        }
        let change = self.seal(account, id, |sealer| change.seal(sealer))?;
        let object = Object::Webhook(account, id);
        let (answer, acknowledged) = match if_match {
            None => {
                let updated = object.call(self.env, &Update { change }).await?;
                (Some(updated.answer), updated.acknowledged)
            }
            Some(if_match) => {
                let updated = object.call(self.env, &UpdateIf { change, if_match }).await?;
                (updated.answer, updated.acknowledged)
            }
        };
        if let Some(Updated::Now { view, fields }) = &answer
            && let Some(action) = Action::of_update(id.clone(), fields.clone(), view.active)
        {
            self.record_action(account, action).await;
        }
        match answer {
            None => Err(Problem::precondition_failed().into()),
            Some(Updated::Gone) => Err(Problem::not_found().into()),
            Some(Updated::Invalid(errors)) => Err(errors.into()),
            Some(Updated::Now { mut view, .. }) if acknowledged => {
                self.add_shares(account, &mut view).await;
                response::webhook(200, *view)
            }
            // A webhook may still be suspended shortly after its account was enabled.
            Some(Updated::Suspended | Updated::Now { .. }) => Err(unavailable().into()),
        }
    }

    /// Checks what a change says about the webhook's signatures, which it cannot change.
    async fn check_claim(
        &self,
        account: &AccountId,
        id: &WebhookId,
        body: &Body,
    ) -> Result<(), HandlerError> {
        let Some(claim) = SigningClaim::of_change(body)? else { return Ok(()) };
        let signing = self.signing_keys(account, id).await?;
        let opener =
            Opener { ring: &self.config.rules.master_keys, owner: Owner { account, webhook: id } };
        let current = signing.current().open(opener).ok();
        Ok(claim.check(signing.algorithm(), current.as_ref())?)
    }

    async fn signing_keys(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<SigningKeys, HandlerError> {
        let object = Object::Webhook(account, id);
        let configuration = object.call(self.env, &ReadConfiguration {}).await?;
        Ok(configuration.ok_or_else(Problem::not_found)?.signing)
    }

    pub(crate) async fn delete_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let object = Object::Webhook(account, id);
        let (answer, acknowledged) = match self.if_match()? {
            None => {
                let deleted = object.call(self.env, &Delete {}).await?;
                (Some(deleted.answer), deleted.acknowledged)
            }
            Some(if_match) => {
                let deleted = object.call(self.env, &DeleteIf { if_match }).await?;
                (deleted.answer, deleted.acknowledged)
            }
        };
        if answer == Some(true) {
            self.record_action(account, Action::WebhookDeleted { webhook: id.clone() }).await;
        }
        match (answer, acknowledged) {
            (None, _) => Err(Problem::precondition_failed().into()),
            (Some(false), _) => Err(Problem::not_found().into()),
            (Some(true), true) => Ok(response::no_content()),
            (Some(true), false) => Err(unavailable().into()),
        }
    }

    pub(crate) async fn ping_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_sendable(account, id).await?;
        let now = clock::now();
        let types = self.types_in_force().await?;
        let payload = match ping::asked_type(self.query(), &types.types)? {
            Some(event_type) => {
                let definition = self.definition(&types, &event_type).await?;
                ping::test_event(&event_type, definition.as_ref(), now)
            }
            None => ping::payload(now),
        };
        let configuration =
            Object::Webhook(account, id).call(self.env, &ReadConfiguration {}).await?;
        let configuration = configuration.ok_or_else(Problem::not_found)?;
        let rules = &self.config.rules;
        let event_id = EventId::new(now, entropy::bytes()?);
        let post = Post {
            owner: Owner { account, webhook: id },
            configuration: &configuration,
            event_id: &event_id,
            trace: None,
            at: now,
        };
        let request = match Outbound::new(post, payload, rules) {
            Ok(request) => Ok(request),
            Err(PostError::Refused(error)) => Err(error),
            Err(PostError::Locked(error)) => {
                return Err(Problem::locked(&error, RETRY_AFTER).into());
            }
        };
        let timeout = rules.timeout_of(&configuration.delivery_options);
        let sender = Sender { env: self.env, account, webhook: id };
        let Posted { outcome, diagnosis, took } =
            courier::post(sender, request.as_ref().map_err(|error| *error), timeout, rules).await;
        let redact = |text| match &request {
            Ok(request) => request.redact(text),
            Err(_) => text,
        };
        response::json(200, &PingResult::new(event_id, took, &outcome, diagnosis, redact))
    }

    pub(crate) async fn rotate_secret(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let body = self.optional_json_body().await?;
        let rotation = self.checked(KnownFields::ROTATION, &body, Rotation::parse(&body))?;
        let object = Object::Webhook(account, id);
        // The algorithm of a webhook never changes, so it can be read before the rotation.
        let signing = self.signing_keys(account, id).await?;
        let owner = Owner { account, webhook: id };
        let opener = Opener { ring: &self.config.rules.master_keys, owner };
        let current = signing.current().open(opener).ok();
        if let Some(current) = current.filter(|current| rotation.repeats(current)) {
            return response::json(200, &SigningView::new(&current));
        }
        let grace = rotation.grace;
        let secret = rotation.secret(signing.algorithm(), entropy::bytes()?)?;
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
