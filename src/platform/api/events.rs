//! `/v1/events` and `/v1/event-types`.

use serde::Serialize;
use worker::Response;

use super::Call;
use crate::domain::event::Event;
use crate::domain::event_type::EventType;
use crate::domain::id::AccountId;
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, Keyed};
use crate::domain::problem::Problem;
use crate::platform::body::Stop;
use crate::platform::fault::Fault;
use crate::platform::{publish, respond};

#[derive(Serialize)]
struct EventTypeView<'a> {
    event_type: &'a EventType,
    triggered_when: &'a str,
}

impl Call<'_> {
    pub(super) fn list_event_types(self) -> Result<Response, Stop> {
        let view = |(event_type, triggered_when)| EventTypeView { event_type, triggered_when };
        respond::json(200, &self.config.event_types.iter().map(view).collect::<Vec<_>>())
    }

    pub(super) async fn publish(mut self, account: &AccountId) -> Result<Response, Stop> {
        self.refuse_delivery()?;
        let key = self.idempotency_key()?;
        let body = self.json_body(self.config.event_bytes_max).await?;
        let event = Event::parse(body, &self.config.event_types)?;
        let fingerprint = || Fingerprint::of(event.payload.as_bytes());
        let keyed = key.map(|key| Keyed { key, fingerprint: fingerprint() });
        let told = publish::publish(self.env, account, vec![event], keyed).await?.pop();
        match told.ok_or_else(|| Fault::Object("nothing is told of the event".to_owned()))? {
            Ok(published) => respond::json(202, &published),
            Err(problem) => Err(problem.into()),
        }
    }

    /// A webhook that points at a dispatcher would feed itself for ever.
    fn refuse_delivery(&self) -> Result<(), Stop> {
        if !self.request.headers().has("webhook-id")? {
            return Ok(());
        }
        let detail = "A delivery cannot be published: the request has a webhook-id header.";
        Err(Problem::bad_request(detail).into())
    }

    pub(super) fn idempotency_key(&self) -> Result<Option<IdempotencyKey>, Stop> {
        let header = self.request.headers().get("Idempotency-Key")?;
        let key = header.map(|header| IdempotencyKey::from_header(&header)).transpose();
        Ok(key.map_err(Problem::bad_request)?)
    }
}
