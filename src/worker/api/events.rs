//! `/v1/events`: publishes events.

use std::rc::Rc;

use domain::base::{AccountId, EventId};
use domain::event::{Event, TraceContext, trace};
use domain::http::{Item, Problem, batch};
use domain::publish::{Fingerprint, KeyedRequest};

use super::call::Call;
use crate::courier::{Courier, Role};
use crate::runtime::incoming::Header;
use crate::worker::directory;
use crate::worker::error::{HandlerError, unavailable};
use crate::worker::publish::fanout::Publisher;
use crate::worker::publish::{batcher, fanout};
use crate::worker::response;
use crate::worker::response::Response;

impl Call<'_> {
    pub(crate) async fn publish(self, account: &AccountId) -> Result<Response, HandlerError> {
        let trace = self.trace();
        self.refuse_delivery()?;
        let key = self.idempotency_key()?;
        let body = self.json_body(self.config.event_bytes_max).await?;
        let mut event = Event::parse(body, &self.types_in_force().await?.types)?;
        event.trace = trace;
        let fingerprint = || Fingerprint::of(event.payload.as_bytes());
        let keyed = key.map(|key| KeyedRequest { key, fingerprint: fingerprint() });
        let courier = self.courier(account);
        let published = batcher::publish(self.publisher(&courier), event, keyed).await?;
        self.about_event(&published.id);
        directory::note_event(self.request, self.env, account);
        response::json(202, &published)
    }

    pub(crate) async fn publish_batch(self, account: &AccountId) -> Result<Response, HandlerError> {
        let trace = self.trace();
        self.refuse_delivery()?;
        let key = self.idempotency_key()?;
        let body = self.json_body(self.config.batch_bytes_max).await?;
        let keyed = key.map(|key| KeyedRequest { key, fingerprint: Fingerprint::of(&body) });
        let types = self.types_in_force().await?.types;
        let parsed = batch::parse(&body, &types, self.config.event_bytes_max)?;
        drop(body);
        let mut events = Vec::new();
        let mut keep = |event: Event| events.push(Event { trace: trace.clone(), ..event });
        let keep = |event: Result<Event, Problem>| event.map(&mut keep);
        let places: Vec<Result<(), Problem>> = parsed.into_iter().map(keep).collect();
        let answers = if events.is_empty() {
            Vec::new()
        } else {
            let courier = self.courier(account);
            let answers = fanout::publish(self.publisher(&courier), events, keyed).await?;
            directory::note_event(self.request, self.env, account);
            answers
        };
        let mut answers = answers.into_iter();
        let item = |place: Result<(), Problem>| {
            Item::new(place.and_then(|()| answers.next().unwrap_or_else(|| Err(unavailable()))))
        };
        response::json(200, &places.into_iter().map(item).collect::<Vec<_>>())
    }

    /// Returns a courier for the attempts of this request.
    fn courier(&self, account: &AccountId) -> Rc<Courier> {
        let (context, keep_alive) = (self.request.context(), self.request.keep_alive());
        Courier::new(self.env.clone(), account.clone(), Role::Publish, context, keep_alive)
    }

    fn publisher<'b>(&'b self, courier: &'b Rc<Courier>) -> Publisher<'b> {
        Publisher { env: self.env, account: courier.account(), courier: Some(courier) }
    }

    /// The trace that the request says it belongs to. It is noted for the log.
    fn trace(&self) -> Option<TraceContext> {
        let header = |header| self.incoming.header(header);
        let (parent, state) = (header(Header::Traceparent), header(Header::Tracestate));
        let trace = TraceContext::from_headers(parent, state);
        self.subject.borrow_mut().trace_id = trace.as_ref().map(|it| it.trace_id().to_owned());
        trace
    }

    /// Records the event that was published, for the telemetry, and the trace that it begins if the
    /// request named none.
    fn about_event(&self, id: &EventId) {
        let mut subject = self.subject.borrow_mut();
        subject.event = Some(id.clone());
        subject.trace_id.get_or_insert_with(|| trace::trace_id(None, id));
    }

    /// Refuses a delivery: a webhook that points at a dispatcher would publish its own events for
    /// ever.
    fn refuse_delivery(&self) -> Result<(), HandlerError> {
        if self.incoming.header(Header::WebhookId).is_none() {
            return Ok(());
        }
        let detail = "A delivery cannot be published: the request has a webhook-id header.";
        Err(Problem::bad_request(detail).into())
    }
}
