//! `/v1/webhooks`: list, create, read, change, delete, ping.
//!
//! One webhook is read and changed at its object, which is exact; the list comes from KV.

use worker::{Response, Url};

use super::claim::Claimed;
use super::{Call, listing, unavailable};
use crate::domain::command::{Configure, Create, Delete, Holds, Read, Update};
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::lifecycle::{Created, Updated};
use crate::domain::negotiate::BodyKind;
use crate::domain::outbound::Outbound;
use crate::domain::ping::{self, PingResult};
use crate::domain::problem::Problem;
use crate::domain::target::TargetPolicy;
use crate::domain::verdict::Outcome;
use crate::domain::webhook::{NewWebhook, WebhookChange};
use crate::domain::wire::Body;
use crate::platform::body::{self, Stop};
use crate::platform::objects::Object;
use crate::platform::records::Records;
use crate::platform::{clock, courier, respond};

impl Call<'_> {
    pub(super) async fn list_webhooks(self, account: &AccountId) -> Result<Response, Stop> {
        let records = Records::open(self.env)?;
        let ids = records.webhook_ids(account).await?;
        let window = self.page(ids.len())?;
        let page = ids.get(window.range.clone()).unwrap_or_default();
        let records = records.webhooks(account, page).await?;
        let results = records.into_iter().map(|record| record.webhook).collect();
        respond::json(200, &listing(ids.len(), window, results))
    }

    pub(super) async fn create_webhook(mut self, account: &AccountId) -> Result<Response, Stop> {
        let body = self.webhook_body().await?;
        let webhook =
            NewWebhook::from_body(&body, &self.config.event_types, &self.target_policy())?;
        let (id, key) = match self.claim(account, &body).await? {
            Claimed::Open(id, key) => (id, key),
            Claimed::Done(view) => return respond::json(201, &view),
        };
        let object = Object::Webhook(account, &id);
        let call = Create { account: account.clone(), id: id.clone(), webhook };
        match object.call(self.env, &call).await? {
            Created::Now(view) | Created::Before(view) => {
                respond::json(201, &self.finish_claim(account, key, view).await)
            }
            Created::Full => {
                let webhooks_max = self.config.webhooks_max;
                let detail =
                    format!("This account has {webhooks_max} webhooks, the most it may have.");
                Err(Problem::refused(detail).into())
            }
            Created::Failed => Err(unavailable().into()),
        }
    }

    pub(super) async fn read_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, Stop> {
        self.must_hold(account, id).await?;
        let view = Object::Webhook(account, id).call(self.env, &Read {}).await?;
        respond::json(200, &view.ok_or_else(Problem::not_found)?)
    }

    pub(super) async fn update_webhook(
        mut self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, Stop> {
        self.must_hold(account, id).await?;
        let body = self.webhook_body().await?;
        let change =
            WebhookChange::from_body(&body, &self.config.event_types, &self.target_policy())?;
        let updated = Object::Webhook(account, id).call(self.env, &Update { change }).await?;
        match updated.answer {
            Updated::Gone => Err(Problem::not_found().into()),
            Updated::Invalid(errors) => Err(errors.into()),
            Updated::Suspended => Err(Problem::suspended().into()),
            Updated::Now(view) if updated.acknowledged => respond::json(200, &view),
            Updated::Now(_) => Err(unavailable().into()),
        }
    }

    pub(super) async fn delete_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, Stop> {
        self.must_hold(account, id).await?;
        let deleted = Object::Webhook(account, id).call(self.env, &Delete {}).await?;
        match (deleted.answer, deleted.acknowledged) {
            (false, _) => Err(Problem::not_found().into()),
            (true, true) => Ok(respond::no_content()?),
            (true, false) => Err(unavailable().into()),
        }
    }

    pub(super) async fn ping_webhook(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, Stop> {
        self.must_send(account, id).await?;
        let configuration = Object::Webhook(account, id).call(self.env, &Configure {}).await?;
        let configuration = configuration.ok_or_else(Problem::not_found)?;
        let rules = &self.config.rules;
        let outcome = match Outbound::new(&configuration, ping::payload(clock::now()), rules) {
            Ok(request) => courier::send(&request, rules.timeout).await,
            Err(fault) => Outcome::Failed(fault),
        };
        respond::json(200, &PingResult::of(&outcome))
    }

    /// Asks the roster before a webhook's object is opened: opening one that does not exist would
    /// make a file for it.
    pub(super) async fn must_hold(&self, account: &AccountId, id: &WebhookId) -> Result<(), Stop> {
        let holds = Holds { id: id.clone() };
        if Object::Account(account).call(self.env, &holds).await? {
            Ok(())
        } else {
            Err(Problem::not_found().into())
        }
    }

    async fn webhook_body(&mut self) -> Result<Body, Stop> {
        let content_type = self.content_type()?;
        let bytes = body::read(&mut self.request, self.config.body_bytes_max).await?;
        let kind = BodyKind::of_webhook(content_type.as_deref(), bytes.is_empty())?;
        body::parse(kind, content_type.as_deref(), bytes).await
    }

    /// The rules for targets, with the host that this request came to among our own.
    fn target_policy(&self) -> TargetPolicy {
        let mut policy = self.config.rules.targets.clone();
        policy.own_hosts.extend(own_host(&self.url));
        policy
    }
}

fn own_host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port_or_known_default().map_or(host.to_owned(), |port| format!("{host}:{port}")))
}
