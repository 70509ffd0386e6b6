//! The context of an authenticated request, and helpers that handlers share.

use std::cell::RefCell;

use domain::auth::{Actor, KeyRecord};
use domain::base::{AccountId, Cursor, WebhookId};
use domain::config::Config;
use domain::event::EventTypes;
use domain::http::{BodyKind, PageQuery, PageWindow, Problem, negotiate, paging};
use domain::request::{Body, BodyError, KnownFields, WebhookRules};
use domain::rpc::{HasWebhook, Membership};
use domain::telemetry::RequestContext;
use domain::webhook::{IfMatch, Listing, TargetPolicy};
use worker::{Env, Url};

use crate::runtime::executor::Request;
use crate::runtime::incoming::{Header, Incoming};
use crate::runtime::object_client::Object;
use crate::worker::body;
use crate::worker::error::HandlerError;

/// An authenticated request and what its handler needs.
pub(crate) struct Call<'a> {
    pub(crate) incoming: &'a Incoming,
    pub(crate) env: &'a Env,
    pub(crate) request: &'a Request,
    pub(crate) config: &'a Config,
    pub(crate) url: Url,
    pub(crate) actor: Actor,
    pub(crate) subject: &'a RefCell<RequestContext>,
}

impl Call<'_> {
    /// Fails with 404 if the account does not have this webhook. Handlers check the roster before
    /// they call a Webhook object, because a call for an unknown id would create an object and its
    /// file.
    pub(crate) async fn require_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<(), HandlerError> {
        self.membership(account, id, false).await.map(|_| ())
    }

    /// Like [`require_webhook`](Self::require_webhook), but returns the ids of the account's other
    /// webhooks with the same target. `None` from an account of the previous release.
    pub(crate) async fn shares_target_with(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Option<Vec<WebhookId>>, HandlerError> {
        self.membership(account, id, true).await
    }

    async fn membership(
        &self,
        account: &AccountId,
        id: &WebhookId,
        shares: bool,
    ) -> Result<Option<Vec<WebhookId>>, HandlerError> {
        let call = HasWebhook { id: id.clone(), shares };
        match Object::Account(account).call(self.env, &call).await? {
            Membership::Known(false) => Err(Problem::not_found().into()),
            Membership::Known(true) => Ok(None),
            Membership::Shares(others) => Ok(Some(others)),
        }
    }

    pub(crate) async fn webhook_body(&self) -> Result<Body, HandlerError> {
        let content_type = self.incoming.header(Header::ContentType);
        let bytes = body::read(self.incoming, self.config.body_bytes_max).await?;
        let kind = BodyKind::of_webhook(content_type, bytes.is_empty())?;
        body::parse(kind, content_type, bytes).await
    }

    /// Returns what was parsed from a body, or the errors of its values and of its names.
    pub(crate) fn checked<T>(
        &self,
        known: KnownFields,
        body: &[u8],
        parsed: Result<T, BodyError>,
    ) -> Result<T, BodyError> {
        known.check_json(body, self.config.unknown_fields, parsed)
    }

    /// The states of a webhook to which the request applies, if it names any.
    pub(crate) fn if_match(&self) -> Result<Option<IfMatch>, HandlerError> {
        let header = self.incoming.header(Header::IfMatch);
        let parsed = header.map(IfMatch::parse).transpose();
        Ok(parsed.map_err(Problem::bad_request)?)
    }

    /// The rules for target URLs. The host of this request counts as one of the dispatcher's own.
    pub(crate) fn target_policy(&self) -> TargetPolicy {
        let mut policy = self.config.rules.targets.clone();
        policy.own_hosts.extend(own_host(&self.url));
        policy
    }

    /// The rules for requests that create or change a webhook, with these event types and targets.
    pub(crate) const fn webhook_rules<'a>(
        &'a self,
        event_types: &'a EventTypes,
        targets: &'a TargetPolicy,
    ) -> WebhookRules<'a> {
        WebhookRules { event_types, targets, schedule: &self.config.rules.schedule }
    }

    pub(crate) fn cursor_link(&self, cursor: Cursor) -> String {
        let cursor = cursor.text();
        paging::link_with(self.base().as_str(), self.query(), "cursor", cursor.as_deref())
    }

    /// Records the webhook that the request concerns, for the telemetry.
    pub(crate) fn about_webhook(&self, id: &WebhookId) {
        self.subject.borrow_mut().webhook = Some(id.clone());
    }

    /// Records the API key that the request concerns, for the telemetry.
    pub(crate) fn about_key(&self, key: &KeyRecord) {
        let mut subject = self.subject.borrow_mut();
        (subject.account, subject.key) = (Some(key.account.clone()), Some(key.id.clone()));
    }

    /// Reads the body of a request that must be JSON.
    pub(crate) async fn json_body(&self, bytes_max: usize) -> Result<Vec<u8>, HandlerError> {
        negotiate::check_json(self.incoming.header(Header::ContentType))?;
        body::read(self.incoming, bytes_max).await
    }

    /// Reads the body of a request that must be JSON or empty.
    pub(crate) async fn optional_json_body(&self) -> Result<Vec<u8>, HandlerError> {
        let body = body::read(self.incoming, self.config.body_bytes_max).await?;
        if !body.is_empty() {
            negotiate::check_json(self.incoming.header(Header::ContentType))?;
        }
        Ok(body)
    }

    /// The page that the query selects from a list of `count` items.
    pub(crate) fn page(&self, count: usize) -> Result<PageWindow, HandlerError> {
        Ok(PageQuery::parse(self.query()).window(self.base().as_str(), self.query(), count)?)
    }

    /// The request's URL without its query.
    pub(crate) fn base(&self) -> Url {
        let mut base = self.url.clone();
        base.set_query(None);
        base
    }

    pub(crate) fn query(&self) -> &str {
        self.url.query().unwrap_or_default()
    }
}

pub(crate) fn listing<T>(count: usize, window: PageWindow, results: Vec<T>) -> Listing<T> {
    Listing { count, next: window.next, previous: window.previous, results }
}

fn own_host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port_or_known_default().map_or(host.to_owned(), |port| format!("{host}:{port}")))
}
