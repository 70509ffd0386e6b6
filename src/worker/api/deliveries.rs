//! The delivery history of a webhook: lists and reads deliveries, resends, skips and recovers them,
//! and reads the statistics. Also finds the deliveries of one event.

use domain::account::Action;
use domain::base::{AccountId, Cursor, EventId, Field, FieldErrors, RESENT_AT_ONCE_MAX, WebhookId};
use domain::delivery::{DeliveryView, HistoryQuery};
use domain::dispatch::{Recovered, Resent, ResentMany, Sent, SentRequest, Skipped};
use domain::http::Problem;
use domain::request::{KnownFields, RecoverRequest};
use domain::rpc::{
    FindDelivery, ListDeliveries, ListWebhooks, ReadRecovery, ReadSent, ReadStats, Recover, Resend,
    ResendMany, Skip,
};
use futures_util::{StreamExt, stream};
use serde::{Serialize, Serializer};

use super::call::Call;
use crate::runtime::internal_error::InternalError;
use crate::runtime::object_client::{CALLS_AT_ONCE, Object};
use crate::worker::error::HandlerError;
use crate::worker::publish::filtered_counts;
use crate::worker::response::Response;
use crate::worker::{body, response};

/// A page of deliveries, the newest first.
#[derive(Serialize)]
struct DeliveryList {
    /// The URL of the page with older deliveries, if there is one.
    next: Option<String>,
    /// The URL of the page with newer deliveries, if there is one.
    previous: Option<String>,
    results: Vec<DeliveryView>,
}

/// The answer to a resend of many deliveries.
#[derive(Serialize)]
struct ResentView {
    /// How many are sent again.
    resent: usize,
    /// The URL of the call that goes on, if there may be more.
    next: Option<String>,
}

/// The deliveries of an event.
#[derive(Serialize)]
struct EventView {
    id: EventId,
    deliveries: Vec<WebhookDelivery>,
}

#[derive(Serialize)]
struct WebhookDelivery {
    webhook: WebhookId,
    #[serde(flatten)]
    delivery: DeliveryView,
}

/// The request of an attempt.
#[derive(Serialize)]
struct SentView {
    at: String,
    method: &'static str,
    url: String,
    #[serde(serialize_with = "as_object")]
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl From<SentRequest> for SentView {
    fn from(SentRequest { at, url, headers, body }: SentRequest) -> Self {
        Self { at, method: "POST", url, headers, body }
    }
}

/// Writes pairs as a JSON object, in their order.
fn as_object<S: Serializer>(pairs: &[(String, String)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

impl Call<'_> {
    pub(crate) async fn list_deliveries(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        let query = HistoryQuery::parse(self.query())?;
        self.require_webhook(account, id).await?;
        let page = Object::Webhook(account, id).call(self.env, &ListDeliveries { query }).await?;
        let page = page.ok_or_else(Problem::not_found)?;
        let link = |cursor: Option<Cursor>| cursor.map(|cursor| self.cursor_link(cursor));
        let (next, previous) = (link(page.older), link(page.newer));
        response::json(200, &DeliveryList { next, previous, results: page.results })
    }

    pub(crate) async fn read_delivery(
        self,
        account: &AccountId,
        id: &WebhookId,
        event_id: EventId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let call = FindDelivery { event_id };
        let delivery = Object::Webhook(account, id).call(self.env, &call).await?;
        response::json(200, &delivery.ok_or_else(Problem::not_found)?)
    }

    pub(crate) async fn read_sent(
        self,
        account: &AccountId,
        id: &WebhookId,
        event_id: EventId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        match Object::Webhook(account, id).call(self.env, &ReadSent { event_id }).await? {
            Sent::Now(request) => response::json(200, &SentView::from(*request)),
            Sent::NotYet => Err(Problem::conflict(NOT_SENT).into()),
            Sent::Unknown => Err(Problem::conflict(UNKNOWN_REQUEST).into()),
            Sent::Gone => Err(Problem::not_found().into()),
        }
    }

    pub(crate) async fn resend(
        self,
        account: &AccountId,
        id: &WebhookId,
        event_id: EventId,
    ) -> Result<Response, HandlerError> {
        self.require_sendable(account, id).await?;
        let call = Resend { event_id: event_id.clone() };
        match Object::Webhook(account, id).call(self.env, &call).await? {
            Resent::Now(delivery) => {
                let (webhook, event) = (id.clone(), event_id);
                self.record_action(account, Action::DeliveryResent { webhook, event }).await;
                response::json(202, &delivery)
            }
            Resent::Inactive => Err(Problem::conflict(INACTIVE).into()),
            Resent::Discarded => Err(Problem::conflict(DISCARDED).into()),
            Resent::Gone => Err(Problem::not_found().into()),
        }
    }

    pub(crate) async fn resend_many(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        let query =
            HistoryQuery { limit: RESENT_AT_ONCE_MAX, ..HistoryQuery::parse(self.query())? };
        if !query.has_filter() {
            return Err(FieldErrors::one(Field::NonFieldErrors, NO_FILTER).into());
        }
        self.require_sendable(account, id).await?;
        match Object::Webhook(account, id).call(self.env, &ResendMany { query }).await? {
            ResentMany::Now { resent, older } => {
                if resent > 0 {
                    let action = Action::DeliveriesResent { webhook: id.clone(), count: resent };
                    self.record_action(account, action).await;
                }
                let next = older.map(|cursor| self.cursor_link(cursor));
                response::json(202, &ResentView { resent, next })
            }
            ResentMany::Inactive => Err(Problem::conflict(INACTIVE).into()),
            ResentMany::Gone => Err(Problem::not_found().into()),
        }
    }

    pub(crate) async fn skip(
        self,
        account: &AccountId,
        id: &WebhookId,
        event_id: EventId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let call = Skip { event_id: event_id.clone() };
        match Object::Webhook(account, id).call(self.env, &call).await? {
            Skipped::Now(delivery) => {
                let (webhook, event) = (id.clone(), event_id);
                self.record_action(account, Action::DeliverySkipped { webhook, event }).await;
                response::json(200, &delivery)
            }
            Skipped::Settled => Err(Problem::conflict(SETTLED).into()),
            Skipped::Gone => Err(Problem::not_found().into()),
        }
    }

    pub(crate) async fn read_stats(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let filtered = filtered_counts::take(account, id);
        let stats = Object::Webhook(account, id).call(self.env, &ReadStats { filtered }).await?;
        response::json(200, &stats.ok_or_else(Problem::not_found)?)
    }

    pub(crate) async fn recover(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_sendable(account, id).await?;
        let body = body::read(self.incoming, self.config.body_bytes_max).await?;
        let asked = self.checked(KnownFields::RECOVERY, &body, RecoverRequest::parse(&body));
        let RecoverRequest { missed, since, latest } = asked?;
        let call = Recover { missed, since, latest };
        match Object::Webhook(account, id).call(self.env, &call).await? {
            Recovered::Now(progress) => {
                self.record_action(account, Action::RecoveryBegun { webhook: id.clone() }).await;
                response::json(202, &progress)
            }
            Recovered::Running => Err(Problem::conflict("A recovery is running already.").into()),
            Recovered::Inactive => Err(Problem::conflict(INACTIVE).into()),
            Recovered::Gone => Err(Problem::not_found().into()),
        }
    }

    pub(crate) async fn read_recovery(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        self.require_webhook(account, id).await?;
        let progress = Object::Webhook(account, id).call(self.env, &ReadRecovery {}).await?;
        response::json(200, &progress.ok_or_else(Problem::not_found)?)
    }

    /// Calls every webhook of the account, because any of them may have matched the event when it
    /// was published.
    pub(crate) async fn read_event(
        self,
        account: &AccountId,
        id: EventId,
    ) -> Result<Response, HandlerError> {
        let members = Object::Account(account).call(self.env, &ListWebhooks {}).await?;
        let (env, call) = (self.env, &FindDelivery { event_id: id.clone() });
        let answers: Vec<Result<_, InternalError>> = stream::iter(members)
            .map(|webhook| async move {
                let delivery = Object::Webhook(account, &webhook).call(env, call).await?;
                Ok(delivery.map(|delivery| WebhookDelivery { webhook, delivery }))
            })
            .buffered(CALLS_AT_ONCE)
            .collect()
            .await;
        let found: Result<Vec<_>, InternalError> =
            answers.into_iter().filter_map(Result::transpose).collect();
        let deliveries = found?;
        if deliveries.is_empty() {
            return Err(Problem::event_not_found().into());
        }
        response::json(200, &EventView { id, deliveries })
    }
}

const NO_FILTER: &str =
    "Say which deliveries: status, event_type, after, before, http_status_code or fault.";

const NOT_SENT: &str = "No try of this delivery has ended yet.";

const UNKNOWN_REQUEST: &str =
    "The webhook's target is not allowed any more, or its secrets cannot be read.";

const SETTLED: &str = "The delivery neither waits for a try nor is on its way.";

const DISCARDED: &str =
    "The body of a delivery that has arrived is not kept here, so it cannot be sent again.";

const INACTIVE: &str =
    "The webhook is switched off, so nothing is sent to it. Re-activate it first.";
