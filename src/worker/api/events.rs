//! `/v1/events`: publishes events.

use std::rc::Rc;

use domain::base::AccountId;
use domain::event::Event;
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
        self.refuse_delivery()?;
        let key = self.idempotency_key()?;
        let body = self.json_body(self.config.event_bytes_max).await?;
        let event = Event::parse(body, &self.types_in_force().await?.types)?;
        let fingerprint = || Fingerprint::of(event.payload.as_bytes());
        let keyed = key.map(|key| KeyedRequest { key, fingerprint: fingerprint() });
        let courier = self.courier(account);
        let published = batcher::publish(self.publisher(&courier), event, keyed).await?;
        self.subject.borrow_mut().event = Some(published.id.clone());
        directory::note_event(self.request, self.env, account);
        response::json(202, &published)
    }

    pub(crate) async fn publish_batch(self, account: &AccountId) -> Result<Response, HandlerError> {
        self.refuse_delivery()?;
        let key = self.idempotency_key()?;
        let body = self.json_body(self.config.batch_bytes_max).await?;
        let keyed = key.map(|key| KeyedRequest { key, fingerprint: Fingerprint::of(&body) });
        let types = self.types_in_force().await?.types;
        let parsed = batch::parse(&body, &types, self.config.event_bytes_max)?;
        drop(body);
        let mut events = Vec::new();
        let keep = |event: Result<Event, Problem>| event.map(|event| events.push(event));
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
