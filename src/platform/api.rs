//! The HTTP API: one short handler for each route.

use serde::Serialize;
use worker::{Env, Method, Request, Response, Url};

use super::auth::{self, Caller};
use super::body::{self, Stop};
use super::fault::Fault;
use super::log::{self, Level};
use super::objects::Object;
use super::publish;
use super::records::Records;
use super::{clock, config, courier, entropy};
use crate::domain::command::{Configure, Create, Delete, Holds, Read, Update};
use crate::domain::config::Config;
use crate::domain::event::Event;
use crate::domain::event_type::{EventType, EventTypes};
use crate::domain::id::{AccountId, EventId, KeyId, WebhookId};
use crate::domain::keys::{self, KeyHash, KeyRecord, MintedKey};
use crate::domain::lifecycle::{Created, Updated};
use crate::domain::mint::MintRequest;
use crate::domain::negotiate::{self, BodyKind};
use crate::domain::outbound::Outbound;
use crate::domain::paging::{PageQuery, PageWindow};
use crate::domain::ping::{self, PingResult};
use crate::domain::problem::Problem;
use crate::domain::queue::NewEvent;
use crate::domain::route::Route;
use crate::domain::scope::Access;
use crate::domain::target::TargetPolicy;
use crate::domain::time::Delay;
use crate::domain::verdict::Outcome;
use crate::domain::view::Listing;
use crate::domain::webhook::{NewWebhook, WebhookChange};

/// How long a caller that was answered 503 should wait before it asks again.
const RETRY_AFTER: Delay = Delay::from_secs(2);

/// Answers a request, whatever it is.
pub(crate) async fn handle(request: Request, env: &Env) -> worker::Result<Response> {
    let is_head = request.method() == Method::Head;
    let response = match answer(request, env).await {
        Ok(response) => response,
        Err(Stop::Problem(problem)) => render_problem(&problem)?,
        Err(Stop::Fault(fault)) => {
            log::line(Level::Error, "request_failed", &[("fault", &fault.to_string())]);
            render_problem(&unavailable())?
        }
    };
    if is_head { without_body(response) } else { Ok(response) }
}

/// What a handler needs.
struct Call<'a> {
    request: Request,
    env: &'a Env,
    config: &'a Config,
    url: Url,
}

async fn answer(request: Request, env: &Env) -> Result<Response, Stop> {
    let url = request.url().map_err(fault)?;
    let method = request.inner().method();
    let route = match Route::parse(&method, url.path()) {
        Ok(route) => route,
        Err(error) => {
            if error.access() != Access::Open {
                auth::authenticate(&request, env).await?;
            }
            return Err(error.into());
        }
    };
    if let Route::Options { allow } = route {
        return no_content(Some(allow));
    }
    let accept = request.headers().get("Accept").ok().flatten();
    if !negotiate::accepts_json(accept.as_deref()) {
        return Err(Stop::Problem(Problem::not_acceptable()));
    }
    if matches!(route, Route::Health) {
        return json(200, &serde_json::json!({"status": "ok"}));
    }
    let caller = auth::authenticate(&request, env).await?;
    let config = config::config(env).map_err(Stop::Fault)?;
    Call { request, env, config: &config, url }.dispatch(route, caller).await
}

impl Call<'_> {
    async fn dispatch(self, route: Route, caller: Caller) -> Result<Response, Stop> {
        let access = route.access();
        if access == Access::Admin {
            caller.admin()?;
            return self.dispatch_admin(route).await;
        }
        let account = caller.account(access)?;
        match route {
            Route::Ping => Response::empty().map_err(fault),
            Route::EventTypes => event_types(&self.config.event_types),
            Route::ListWebhooks => self.list_webhooks(&account).await,
            Route::CreateWebhook => self.create_webhook(account).await,
            Route::ReadWebhook(id) => self.read_webhook(&account, &id).await,
            Route::UpdateWebhook(id) => self.update_webhook(&account, &id).await,
            Route::DeleteWebhook(id) => self.delete_webhook(&account, &id).await,
            Route::PingWebhook(id) => self.ping_webhook(&account, &id).await,
            Route::Publish => self.publish(&account).await,
            Route::Health
            | Route::Options { .. }
            | Route::MintKey
            | Route::ListKeys
            | Route::RevokeKey(_) => Err(Stop::Problem(Problem::not_found())),
        }
    }

    async fn dispatch_admin(self, route: Route) -> Result<Response, Stop> {
        match route {
            Route::MintKey => self.mint_key().await,
            Route::ListKeys => self.list_keys().await,
            Route::RevokeKey(id) => self.revoke_key(&id).await,
            _ => Err(Stop::Problem(Problem::not_found())),
        }
    }

    async fn list_webhooks(self, account: &AccountId) -> Result<Response, Stop> {
        let records = Records::open(self.env).map_err(Stop::Fault)?;
        let ids = records.webhook_ids(account).await.map_err(Stop::Fault)?;
        let window = self.page_query().window(&self.base(), self.query(), ids.len())?;
        let page = ids.get(window.range.clone()).unwrap_or_default();
        let records = records.webhooks(account, page).await.map_err(Stop::Fault)?;
        let results = records.into_iter().map(|record| record.webhook).collect();
        json(200, &listing(ids.len(), window, results))
    }

    async fn create_webhook(mut self, account: AccountId) -> Result<Response, Stop> {
        let body = self.body().await?;
        let policy = self.target_policy();
        let webhook = NewWebhook::from_body(&body, &self.config.event_types, &policy)?;
        let id = WebhookId::new(clock::now(), entropy::bytes().map_err(Stop::Fault)?);
        let call = Create { account: account.clone(), id: id.clone(), webhook };
        let created = Object::Webhook(&account, &id).call(self.env, &call).await;
        match created.map_err(Stop::Fault)? {
            Created::Now(view) => json(201, &view),
            Created::Full => Err(Stop::Problem(webhooks_full(self.config.webhooks_max))),
            Created::Failed => Err(Stop::Problem(unavailable())),
        }
    }

    async fn read_webhook(self, account: &AccountId, id: &WebhookId) -> Result<Response, Stop> {
        self.must_hold(account, id).await?;
        let view = Object::Webhook(account, id).call(self.env, &Read {}).await;
        let view = view.map_err(Stop::Fault)?.ok_or_else(Problem::not_found)?;
        json(200, &view)
    }

    async fn update_webhook(
        mut self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, Stop> {
        self.must_hold(account, id).await?;
        let body = self.body().await?;
        let policy = self.target_policy();
        let change = WebhookChange::from_body(&body, &self.config.event_types, &policy)?;
        let updated = Object::Webhook(account, id).call(self.env, &Update { change }).await;
        let updated = updated.map_err(Stop::Fault)?;
        match updated.answer {
            Updated::Gone => Err(Stop::Problem(Problem::not_found())),
            Updated::Invalid(errors) => Err(errors.into()),
            Updated::Now(view) if updated.acknowledged => json(200, &view),
            Updated::Now(_) => Err(Stop::Problem(unavailable())),
        }
    }

    async fn delete_webhook(self, account: &AccountId, id: &WebhookId) -> Result<Response, Stop> {
        self.must_hold(account, id).await?;
        let deleted = Object::Webhook(account, id).call(self.env, &Delete {}).await;
        let deleted = deleted.map_err(Stop::Fault)?;
        match (deleted.answer, deleted.acknowledged) {
            (false, _) => Err(Stop::Problem(Problem::not_found())),
            (true, true) => no_content(None),
            (true, false) => Err(Stop::Problem(unavailable())),
        }
    }

    async fn ping_webhook(self, account: &AccountId, id: &WebhookId) -> Result<Response, Stop> {
        self.must_hold(account, id).await?;
        let configuration = Object::Webhook(account, id).call(self.env, &Configure {}).await;
        let configuration = configuration.map_err(Stop::Fault)?.ok_or_else(Problem::not_found)?;
        let rules = &self.config.rules;
        let payload = ping::payload(clock::now());
        let outcome = match Outbound::new(&configuration, payload, rules) {
            Ok(request) => courier::send(&request, rules.timeout).await,
            Err(fault) => Outcome::Failed(fault),
        };
        json(200, &PingResult::of(&outcome))
    }

    async fn publish(mut self, account: &AccountId) -> Result<Response, Stop> {
        if self.request.headers().has("webhook-id").unwrap_or(false) {
            return Err(Stop::Problem(Problem::bad_request(DELIVERY_PUBLISHED)));
        }
        negotiate::check_json(self.content_type().as_deref())?;
        let body = body::read(&mut self.request, self.config.event_bytes_max).await?;
        let event = Event::parse(body, &self.config.event_types)?;
        let id = EventId::new(clock::now(), entropy::bytes().map_err(Stop::Fault)?);
        let event_type = event.event_type.clone();
        let new = NewEvent { id: id.clone(), event };
        let published = publish::publish(self.env, account, new).await;
        if !published.is_complete {
            return Err(Stop::Problem(Problem::unstored(&id, RETRY_AFTER)));
        }
        let answer =
            PublishAnswer { id: &id, event_type: event_type.as_str(), webhooks: published.stored };
        json(202, &answer)
    }

    async fn mint_key(mut self) -> Result<Response, Stop> {
        negotiate::check_json(self.content_type().as_deref())?;
        let body = body::read(&mut self.request, self.config.body_bytes_max).await?;
        let asked = MintRequest::parse(&body)?;
        let key = keys::mint(entropy::bytes().map_err(Stop::Fault)?);
        let hash = KeyHash::of(&key);
        let record = KeyRecord {
            id: hash.id().map_err(|error| Stop::Fault(Fault::Runtime(error.to_string())))?,
            account: asked.account,
            name: asked.name,
            scopes: asked.scopes,
            created_at: clock::now(),
        };
        let records = Records::open(self.env).map_err(Stop::Fault)?;
        records.put_key(&hash, &record).await.map_err(Stop::Fault)?;
        json(201, &MintedKey::new(&record, &key))
    }

    async fn list_keys(self) -> Result<Response, Stop> {
        let records = Records::open(self.env).map_err(Stop::Fault)?;
        let keys = records.keys().await.map_err(Stop::Fault)?;
        let window = self.page_query().window(&self.base(), self.query(), keys.len())?;
        let results = keys.get(window.range.clone()).unwrap_or_default().to_vec();
        json(200, &listing(keys.len(), window, results))
    }

    async fn revoke_key(self, id: &KeyId) -> Result<Response, Stop> {
        let records = Records::open(self.env).map_err(Stop::Fault)?;
        match records.delete_key(id).await.map_err(Stop::Fault)? {
            true => no_content(None),
            false => Err(Stop::Problem(Problem::not_found())),
        }
    }

    /// Asks the roster before a webhook's object is opened: opening one that does not exist would
    /// make a file for it.
    async fn must_hold(&self, account: &AccountId, id: &WebhookId) -> Result<(), Stop> {
        let holds = Object::Account(account).call(self.env, &Holds { id: id.clone() }).await;
        match holds.map_err(Stop::Fault)? {
            true => Ok(()),
            false => Err(Stop::Problem(Problem::not_found())),
        }
    }

    async fn body(&mut self) -> Result<crate::domain::wire::Body, Stop> {
        let content_type = self.content_type();
        let bytes = body::read(&mut self.request, self.config.body_bytes_max).await?;
        let kind = BodyKind::of_webhook(content_type.as_deref(), bytes.is_empty())?;
        body::parse(kind, content_type.as_deref(), bytes).await
    }

    fn content_type(&self) -> Option<String> {
        self.request.headers().get("Content-Type").ok().flatten()
    }

    /// The rules for targets, with the host that this request came to among our own.
    fn target_policy(&self) -> TargetPolicy {
        let mut policy = self.config.rules.targets.clone();
        policy.own_hosts.extend(own_host(&self.url));
        policy
    }

    fn base(&self) -> String {
        let mut base = self.url.clone();
        base.set_query(None);
        base.set_fragment(None);
        base.to_string()
    }

    fn query(&self) -> &str {
        self.url.query().unwrap_or_default()
    }

    fn page_query(&self) -> PageQuery {
        PageQuery::parse(self.query())
    }
}

#[derive(Serialize)]
struct PublishAnswer<'a> {
    id: &'a EventId,
    event_type: &'a str,
    webhooks: usize,
}

#[derive(Serialize)]
struct EventTypeView<'a> {
    event_type: &'a EventType,
    triggered_when: &'a str,
}

fn event_types(types: &EventTypes) -> Result<Response, Stop> {
    let view = |(event_type, triggered_when)| EventTypeView { event_type, triggered_when };
    json(200, &types.iter().map(view).collect::<Vec<_>>())
}

fn listing<T>(count: usize, window: PageWindow, results: Vec<T>) -> Listing<T> {
    Listing { count, next: window.next, previous: window.previous, results }
}

const DELIVERY_PUBLISHED: &str = "A delivery cannot be published: the request has a webhook-id header, as the POST of a webhook does.";

fn webhooks_full(webhooks_max: usize) -> Problem {
    Problem::refused(format!("This account has {webhooks_max} webhooks, the most it may have."))
}

fn unavailable() -> Problem {
    Problem::unavailable("Service temporarily unavailable, try again later.", RETRY_AFTER)
}

fn own_host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port_or_known_default().map_or(host.to_owned(), |port| format!("{host}:{port}")))
}

fn json(status: u16, value: &impl Serialize) -> Result<Response, Stop> {
    let text = serde_json::to_string(value).map_err(|error| Stop::Fault(error.into()))?;
    render(status, &text, &[]).map_err(fault)
}

fn no_content(allow: Option<&str>) -> Result<Response, Stop> {
    let mut response = Response::empty().map_err(fault)?.with_status(204);
    if let Some(allow) = allow {
        response.headers_mut().set("Allow", allow).map_err(fault)?;
    }
    Ok(response)
}

fn render_problem(problem: &Problem) -> worker::Result<Response> {
    render(problem.status, &problem.body, &problem.headers)
}

fn render(status: u16, body: &str, headers: &[(&'static str, String)]) -> worker::Result<Response> {
    let mut response = Response::ok(body)?.with_status(status);
    response.headers_mut().set("Content-Type", "application/json")?;
    for (name, value) in headers {
        response.headers_mut().set(name, value)?;
    }
    Ok(response)
}

fn without_body(response: Response) -> worker::Result<Response> {
    let (headers, status) = (response.headers().clone(), response.status_code());
    Ok(Response::empty()?.with_status(status).with_headers(headers))
}

fn fault(error: worker::Error) -> Stop {
    Stop::Fault(Fault::from(error))
}
