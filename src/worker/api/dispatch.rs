//! The entry to the HTTP API: finds the route and the caller of a request, and calls the handler.
//!
//! Errors are checked in the order of the vendor's API: 406, then authentication, then 404 and 405.

use std::cell::RefCell;

use domain::auth::{Access, Actor};
use domain::http::{MetricsFormat, Problem, Route, negotiate};
use domain::request::{UnknownFields, check_parameters};
use domain::telemetry::lines::{new_request_id, request_id};
use domain::telemetry::{AnsweredRequest, RequestContext, RequestLine};
use futures_util::FutureExt;
use worker::{Env, Url};

use super::call::Call;
use super::portal_page;
use crate::runtime::executor::Request;
use crate::runtime::incoming::{Header, Incoming};
use crate::runtime::{clock, config, entropy, telemetry};
use crate::worker::auth::Caller;
use crate::worker::error::HandlerError;
use crate::worker::response::Response;
use crate::worker::{auth, response};

/// The path of the dashboard, which a browser wants that asks for `/`.
const DASHBOARD: &str = "/dashboard";

/// Awaits the handler of a route. Each handler is a separate future on the heap, so a request does
/// not reserve room for the largest of them, and the runtime compiles only the handlers that are
/// called.
macro_rules! handle {
    (
        $call:ident, $route:ident,
        $($variant:ident$(($($field:ident),+))? => $handler:ident($($argument:expr),*),)+
    ) => {
        match $route {
            $(
                Route::$variant$(($($field),+))? => {
                    $call.$handler($($argument),*).boxed_local().await
                }
            )+
            // Answered before this.
            Route::Health | Route::Ping | Route::Options { .. } => Err(Problem::not_found().into()),
        }
    };
}

/// Answers a request and records it in the telemetry.
pub(crate) async fn handle(incoming: Incoming, env: &Env, request: &Request) -> Response {
    let began = clock::now();
    let subject = RefCell::default();
    let answer = answer(&incoming, env, request, &subject).await;
    let subject = subject.into_inner();
    if let Some(id) = subject.by.as_ref().and_then(Actor::key).cloned() {
        // Recorded after the request is handled, so that it causes no delay.
        auth::record_use(request, env, id);
    }
    let ray = request_id(incoming.header(Header::CfRay)).map(str::to_owned);
    let (response, id) = match answer {
        Ok(response) => (response, ray),
        Err(error) => {
            let id = ray.unwrap_or_else(made_request_id);
            (response::problem(error.into_problem(Some(&id)), &id), Some(id))
        }
    };
    let answered = AnsweredRequest {
        method: incoming.method(),
        status: response.status,
        took: clock::now().since(began),
        request_id: id.as_deref(),
    };
    telemetry::request(env, &RequestLine::new(&subject, answered));
    if incoming.method() == "HEAD" { response.without_body() } else { response }
}

/// Makes the id of a failed request, which the platform gave none.
fn made_request_id() -> String {
    new_request_id(entropy::bytes().unwrap_or_default())
}

/// Routes and answers a request. Records in `subject` what the request concerns, as far as that
/// becomes known.
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
    if let Some(page) = portal_page::answer(incoming, env, &url).await? {
        return Ok(page);
    }
    let accept = incoming.header(Header::Accept);
    if url.path() == "/" && is_read(incoming) && negotiate::wants_html(accept) {
        return Ok(response::redirect(DASHBOARD));
    }
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

/// Whether the request only reads.
fn is_read(incoming: &Incoming) -> bool {
    matches!(incoming.method(), "GET" | "HEAD")
}

/// Whether the client accepts the media type of the response. Errors are always JSON.
fn is_acceptable(route: Option<&Route>, accept: Option<&str>) -> bool {
    match route {
        Some(Route::ReadMetrics) => MetricsFormat::preferred(accept).is_some(),
        // The path of a file names its type.
        Some(Route::ExportDeliveries(..)) => true,
        _ => negotiate::accepts_json(accept),
    }
}

/// Authenticates the caller, and records it in `subject`.
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

impl Call<'_> {
    async fn dispatch(self, route: Route, caller: Caller) -> Result<Response, HandlerError> {
        let standing = (route == Route::Ping).then(|| caller.standing());
        let account = &caller.allowed(route.access())?;
        if self.config.unknown_fields == UnknownFields::Refuse {
            check_parameters(self.query(), route.parameters())?;
        }
        if let Some(standing) = standing {
            return response::json(200, &standing);
        }
        handle! {
            self, route,
            EventTypes => list_event_types(),
            ReadSample(sample) => read_sample(sample),
            ListWebhooks => list_webhooks(account),
            CreateWebhook => create_webhook(account),
            Listen => listen(account),
            ReadWebhook(id) => read_webhook(account, &id),
            UpdateWebhook(id) => update_webhook(account, &id),
            DeleteWebhook(id) => delete_webhook(account, &id),
            PingWebhook(id) => ping_webhook(account, &id),
            RotateSecret(id) => rotate_secret(account, &id),
            ReadStats(id) => read_stats(account, &id),
            ReadSeries(id) => read_series(account, &id),
            ReadRecovery(id) => read_recovery(account, &id),
            Recover(id) => recover(account, &id),
            ListDeliveries(id) => list_deliveries(account, &id),
            ExportDeliveries(id, format) => export_deliveries(account, &id, format),
            ResendMany(id) => resend_many(account, &id),
            ReadDelivery(id, event) => read_delivery(account, &id, event),
            ReadSent(id, event) => read_sent(account, &id, event),
            Resend(id, event) => resend(account, &id, event),
            Skip(id, event) => skip(account, &id, event),
            Publish => publish(account),
            PublishBatch => publish_batch(account),
            TestFilter => test_filter(),
            ReadEvent(id) => read_event(account, id),
            ReadAlert => read_alert(account),
            PutAlert => put_alert(account),
            DeleteAlert => delete_alert(account),
            ReadAudit => read_audit(account),
            ReadMetrics => read_metrics(),
            MintKey => mint_key(),
            ListKeys => list_keys(),
            RevokeKey(id) => revoke_key(&id),
            ReadEventType(name) => read_event_type(name),
            PutEventType(name) => put_event_type(name),
            DeleteEventType(name) => delete_event_type(name),
            ListAccounts => list_accounts(),
            ReadAccount(account) => read_account(account),
            DeleteAccount(account) => delete_account(account),
            DisableAccount(account) => disable_account(account, true),
            EnableAccount(account) => disable_account(account, false),
            MakePortal(account) => make_portal(account),
            ImportWebhooks(account) => import(account),
        }
    }
}
