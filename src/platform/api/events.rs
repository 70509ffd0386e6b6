//! `/v1/events` and `/v1/event-types`.

use serde::Serialize;
use worker::Response;

use super::{Call, RETRY_AFTER};
use crate::domain::event::Event;
use crate::domain::event_type::EventType;
use crate::domain::id::{AccountId, EventId};
use crate::domain::problem::Problem;
use crate::domain::queue::NewEvent;
use crate::platform::body::Stop;
use crate::platform::publish::{self, Published};
use crate::platform::{clock, entropy, respond};

/// The answer to a publish.
#[derive(Serialize)]
struct PublishedView<'a> {
    id: &'a EventId,
    event_type: &'a EventType,
    /// How many webhooks have stored the event.
    webhooks: usize,
    /// How many hold it, since the dispatcher switched them off; only where there are any.
    #[serde(skip_serializing_if = "is_zero")]
    held: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

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
        // A webhook that points at a dispatcher would feed itself for ever.
        if self.request.headers().has("webhook-id")? {
            let detail = "A delivery cannot be published: the request has a webhook-id header.";
            return Err(Problem::bad_request(detail).into());
        }
        let body = self.json_body(self.config.event_bytes_max).await?;
        let event = Event::parse(body, &self.config.event_types)?;
        let id = EventId::new(clock::now(), entropy::bytes()?);
        let event_type = event.event_type.clone();
        let new = NewEvent { id: id.clone(), event };
        let published = publish::publish(self.env, account, new).await;
        if !published.is_complete {
            return Err(Problem::unstored(&id, RETRY_AFTER).into());
        }
        let Published { stored: webhooks, held, .. } = published;
        let (id, event_type) = (&id, &event_type);
        respond::json(202, &PublishedView { id, event_type, webhooks, held })
    }
}
