//! The HTTP API: from a request to its handler, and from what comes of it to a response.
//!
//! The order of refusals is the vendor's: 404 and 405 after authentication, what the client wants
//! to read (406) first. Each handler is one short method of [`Call`], in the file of its resource.

mod accounts;
mod alert;
mod audit;
mod claim;
mod deliveries;
mod events;
mod import;
mod keys;
mod metrics;
mod webhooks;

use std::cell::RefCell;

use domain::auth::{Access, Actor, KeyRecord};
use domain::base::WebhookId;
use domain::config::Config;
use domain::http::{PageQuery, PageWindow, Problem, Route, negotiate};
use domain::telemetry::lines::request_id;
use domain::telemetry::{Answered, RequestContext, RequestLine};
use domain::webhook::Listing;
use futures_util::FutureExt;
use worker::{Env, Url};

use super::auth::Caller;
use super::response::Response;
use super::{auth, body, response};
use crate::runtime::executor::Request;
use crate::runtime::incoming::{Header, Incoming};
use crate::runtime::{clock, config, telemetry};
use crate::worker::error::HandlerError;

/// Answers a request, whatever it is, and writes it down.
pub(crate) async fn handle(incoming: Incoming, env: &Env, request: &Request) -> Response {
    let began = clock::now();
    let subject = RefCell::default();
    let answer = answer(&incoming, env, request, &subject).await;
    let subject = subject.into_inner();
    if let Some(id) = subject.by.as_ref().and_then(Actor::key).cloned() {
        // Only now, so that nobody waits for it.
        auth::note_use(request, env, id);
    }
    let response = answer.unwrap_or_else(|stop| response::problem(stop.into_problem()));
    let answered = Answered {
        method: incoming.method(),
        status: response.status,
        took: clock::now().since(began),
        request_id: request_id(incoming.header(Header::CfRay)),
    };
    telemetry::request(env, &RequestLine::new(&subject, answered));
    if incoming.method() == "HEAD" { response.without_body() } else { response }
}

/// `subject` becomes what the request is about, as far as that is found out.
async fn answer(
    incoming: &Incoming,
    env: &Env,
    request: &Request,
    subject: &RefCell<RequestContext>,
) -> Result<Response, HandlerError> {
    let Ok(url) = Url::parse(incoming.url()) else {
        return Err(Problem::bad_request("The request's URL or Host header is not valid.").into());
    };
    subject.replace(RequestContext::of(url.path()));
    let accept = incoming.header(Header::Accept);
    let route = match Route::parse(incoming.method(), url.path()) {
        Ok(Route::Options { allow }) => return Ok(response::options(allow)),
        ref route if !is_acceptable(route.as_ref().ok(), accept) => {
            return Err(Problem::not_acceptable().into());
        }
        Ok(Route::Health) => return response::json(200, &serde_json::json!({"status": "ok"})),
        Ok(route) => route,
        Err(error) => {
            if error.access() != Access::Open {
                authenticate(incoming, env, subject).await?;
            }
            return Err(error.into());
        }
    };
    let caller = authenticate(incoming, env, subject).await?;
    let actor = caller.actor.clone();
    let config = config::config(env)?;
    Call { incoming, env, request, config: &config, url, actor, subject }
        .dispatch(route, caller)
        .await
}

/// Whether what the route answers is what the client wants to read. Problems are always JSON.
fn is_acceptable(route: Option<&Route>, accept: Option<&str>) -> bool {
    negotiate::accepts_json(accept)
        || route == Some(&Route::ReadMetrics) && negotiate::accepts_openmetrics(accept)
}

/// Finds out who is calling, and notes it.
async fn authenticate(
    incoming: &Incoming,
    env: &Env,
    subject: &RefCell<RequestContext>,
) -> Result<Caller, HandlerError> {
    let caller = auth::authenticate(incoming, env).await?;
    let mut subject = subject.borrow_mut();
    subject.by = Some(caller.actor.clone());
    if let Some(account) = caller.account() {
        subject.account = Some(account.clone());
    }
    Ok(caller)
}

/// One authenticated request, and what its handler needs.
struct Call<'a> {
    incoming: &'a Incoming,
    env: &'a Env,
    request: &'a Request,
    config: &'a Config,
    url: Url,
    actor: Actor,
    subject: &'a RefCell<RequestContext>,
}

impl Call<'_> {
    /// Each handler is a future of its own on the heap: a request has no room for the largest of
    /// them, and the runtime compiles only those that are called.
    async fn dispatch(self, route: Route, caller: Caller) -> Result<Response, HandlerError> {
        let account = &caller.allowed(route.access())?;
        match route {
            Route::Ping => Ok(response::empty()),
            Route::EventTypes => self.list_event_types(),
            Route::ListWebhooks => self.list_webhooks(account).boxed_local().await,
            Route::CreateWebhook => self.create_webhook(account).boxed_local().await,
            Route::ReadWebhook(id) => self.read_webhook(account, &id).boxed_local().await,
            Route::ReadSample(sample) => self.read_sample(sample),
            Route::UpdateWebhook(id) => self.update_webhook(account, &id).boxed_local().await,
            Route::DeleteWebhook(id) => self.delete_webhook(account, &id).boxed_local().await,
            Route::PingWebhook(id) => self.ping_webhook(account, &id).boxed_local().await,
            Route::RotateSecret(id) => self.rotate_secret(account, &id).boxed_local().await,
            Route::ReadStats(id) => self.read_stats(account, &id).boxed_local().await,
            Route::ReadRecovery(id) => self.read_recovery(account, &id).boxed_local().await,
            Route::Recover(id) => self.recover(account, &id).boxed_local().await,
            Route::ListDeliveries(id) => self.list_deliveries(account, &id).boxed_local().await,
            Route::ReadDelivery(id, event) => {
                self.read_delivery(account, &id, event).boxed_local().await
            }
            Route::Resend(id, event) => self.resend(account, &id, event).boxed_local().await,
            Route::Skip(id, event) => self.skip(account, &id, event).boxed_local().await,
            Route::Publish => self.publish(account).boxed_local().await,
            Route::PublishBatch => self.publish_batch(account).boxed_local().await,
            Route::ReadEvent(id) => self.read_event(account, id).boxed_local().await,
            Route::ReadAlert => self.read_alert(account).boxed_local().await,
            Route::PutAlert => self.put_alert(account).boxed_local().await,
            Route::DeleteAlert => self.delete_alert(account).boxed_local().await,
            Route::ReadAudit => self.read_audit(account).boxed_local().await,
            Route::ReadMetrics => self.read_metrics().boxed_local().await,
            Route::MintKey => self.mint_key().boxed_local().await,
            Route::ListKeys => self.list_keys().boxed_local().await,
            Route::RevokeKey(id) => self.revoke_key(&id).boxed_local().await,
            Route::ReadAccount(account) => self.read_account(account).boxed_local().await,
            Route::DeleteAccount(account) => self.delete_account(account).boxed_local().await,
            Route::DisableAccount(account) => {
                self.disable_account(account, true).boxed_local().await
            }
            Route::EnableAccount(account) => {
                self.disable_account(account, false).boxed_local().await
            }
            Route::MakePortal(account) => self.make_portal(account).boxed_local().await,
            Route::ImportWebhooks(account) => self.import(account).boxed_local().await,
            // Answered before anybody was asked who they are.
            Route::Health | Route::Options { .. } => Err(Problem::not_found().into()),
        }
    }

    /// Notes which webhook the request turned out to be about.
    fn about_webhook(&self, id: &WebhookId) {
        self.subject.borrow_mut().webhook = Some(id.clone());
    }

    /// Notes which key the request turned out to be about.
    fn about_key(&self, key: &KeyRecord) {
        let mut subject = self.subject.borrow_mut();
        (subject.account, subject.key) = (Some(key.account.clone()), Some(key.id.clone()));
    }

    /// The whole body of a call that takes JSON only.
    async fn json_body(&self, bytes_max: usize) -> Result<Vec<u8>, HandlerError> {
        negotiate::check_json(self.incoming.header(Header::ContentType))?;
        body::read(self.incoming, bytes_max).await
    }

    /// The same where everything may be left out, and so the body too.
    async fn optional_json_body(&self) -> Result<Vec<u8>, HandlerError> {
        let body = body::read(self.incoming, self.config.body_bytes_max).await?;
        if !body.is_empty() {
            negotiate::check_json(self.incoming.header(Header::ContentType))?;
        }
        Ok(body)
    }

    /// The part of a list of `count` items that the query asks for.
    fn page(&self, count: usize) -> Result<PageWindow, HandlerError> {
        Ok(PageQuery::parse(self.query()).window(self.base().as_str(), self.query(), count)?)
    }

    /// The request's URL without its query.
    fn base(&self) -> Url {
        let mut base = self.url.clone();
        base.set_query(None);
        base
    }

    fn query(&self) -> &str {
        self.url.query().unwrap_or_default()
    }
}

fn listing<T>(count: usize, window: PageWindow, results: Vec<T>) -> Listing<T> {
    Listing { count, next: window.next, previous: window.previous, results }
}
