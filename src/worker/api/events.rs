//! `/v1/events` and `/v1/event-types`.

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Call, unavailable};
use crate::domain::batch::{self, Item};
use crate::domain::event::Event;
use crate::domain::event_type::EventType;
use crate::domain::id::AccountId;
use crate::domain::idempotency::{Fingerprint, Keyed};
use crate::domain::problem::Problem;
use crate::domain::sample::Sample;
use crate::platform::body::Stop;
use crate::platform::fault::Fault;
use crate::platform::first_try::Publisher;
use crate::platform::incoming::Header;
use crate::platform::respond::Response;
use crate::platform::{company, publish, respond};

#[derive(Serialize)]
struct EventTypeView<'a> {
    event_type: &'a EventType,
    triggered_when: &'a str,
}

/// One sample, in the vendor's envelope.
#[derive(Serialize)]
struct Samples {
    results: [Box<RawValue>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

impl Call<'_> {
    pub(super) fn read_sample(self, sample: Sample) -> Result<Response, Stop> {
        if self.config.event_types.get(sample.event_type).is_none() {
            return Err(Problem::not_found().into());
        }
        let event = RawValue::from_string(sample.event())?;
        respond::json(200, &Samples { results: [event], note: sample.note() })
    }

    pub(super) fn list_event_types(self) -> Result<Response, Stop> {
        let view = |(event_type, triggered_when)| EventTypeView { event_type, triggered_when };
        respond::json(200, &self.config.event_types.iter().map(view).collect::<Vec<_>>())
    }

    pub(super) async fn publish(self, account: &AccountId) -> Result<Response, Stop> {
        self.refuse_delivery()?;
        let key = self.idempotency_key()?;
        let body = self.json_body(self.config.event_bytes_max).await?;
        let event = Event::parse(body, &self.config.event_types)?;
        let told = match key {
            None => company::publish(self.publisher(account), event).await?,
            Some(key) => {
                let fingerprint = Fingerprint::of(event.payload.as_bytes());
                let keyed = Some(Keyed { key, fingerprint });
                let told = publish::publish(self.publisher(account), vec![event], keyed).await?;
                told.into_iter()
                    .next()
                    .ok_or_else(|| Fault::Object("nothing is told of the event".to_owned()))??
            }
        };
        self.subject.borrow_mut().event = Some(told.id.clone());
        respond::json(202, &told)
    }

    pub(super) async fn publish_batch(self, account: &AccountId) -> Result<Response, Stop> {
        self.refuse_delivery()?;
        let key = self.idempotency_key()?;
        let body = self.json_body(self.config.batch_bytes_max).await?;
        let keyed = key.map(|key| Keyed { key, fingerprint: Fingerprint::of(&body) });
        let (types, event_bytes_max) = (&self.config.event_types, self.config.event_bytes_max);
        let parsed = batch::parse(&body, types, event_bytes_max)?;
        drop(body);
        let mut events = Vec::new();
        let keep = |event: Result<Event, Problem>| event.map(|event| events.push(event));
        let places: Vec<Result<(), Problem>> = parsed.into_iter().map(keep).collect();
        let told = if events.is_empty() {
            Vec::new()
        } else {
            // A batch would exceed the connections of its Worker.
            let publisher = Publisher { request: None, ..self.publisher(account) };
            publish::publish(publisher, events, keyed).await?
        };
        let mut told = told.into_iter();
        let item = |place: Result<(), Problem>| {
            Item::new(place.and_then(|()| told.next().unwrap_or_else(|| Err(unavailable()))))
        };
        respond::json(200, &places.into_iter().map(item).collect::<Vec<_>>())
    }

    fn publisher<'b>(&'b self, account: &'b AccountId) -> Publisher<'b> {
        Publisher { env: self.env, request: Some(self.request), account }
    }

    /// A webhook that points at a dispatcher would feed itself for ever.
    fn refuse_delivery(&self) -> Result<(), Stop> {
        if self.incoming.header(Header::WebhookId).is_none() {
            return Ok(());
        }
        let detail = "A delivery cannot be published: the request has a webhook-id header.";
        Err(Problem::bad_request(detail).into())
    }
}
