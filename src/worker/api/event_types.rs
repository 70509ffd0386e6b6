//! `/v1/event-types` and `/v1/admin/event-types`: the types in force, and the catalogue in which
//! the operator defines them. Also the samples of events.

use std::rc::Rc;

use domain::base::EVENT_TYPES_MAX;
use domain::event::{
    EventType, EventTypeView, EventTypes, JsonText, Sample, SampleName, TypeDefinition,
};
use domain::http::Problem;
use domain::request;
use serde::Serialize;
use serde_json::value::RawValue;

use super::call::Call;
use crate::runtime::kv::Records;
use crate::worker::error::HandlerError;
use crate::worker::response;
use crate::worker::response::Response;

/// The event types in force.
pub(crate) struct TypesInForce {
    pub(crate) types: Rc<EventTypes>,
    /// Whether they are those of the catalogue, and not the built-in ones.
    is_catalogue: bool,
}

/// A sample event, in the vendor's envelope.
#[derive(Serialize)]
struct Samples {
    results: [Box<RawValue>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

impl Call<'_> {
    /// Returns the event types in force: those of the catalogue, or the built-in ones while nothing
    /// is defined.
    pub(crate) async fn types_in_force(&self) -> Result<TypesInForce, HandlerError> {
        Ok(match Records::open(self.env)?.catalogue().await? {
            Some(types) => TypesInForce { types, is_catalogue: true },
            None => {
                TypesInForce { types: Rc::clone(&self.config.event_types), is_catalogue: false }
            }
        })
    }

    /// Reads what the catalogue says of a type; `None` for a built-in type.
    pub(crate) async fn definition(
        &self,
        of: &TypesInForce,
        event_type: &EventType,
    ) -> Result<Option<TypeDefinition>, HandlerError> {
        if !of.is_catalogue {
            return Ok(None);
        }
        Ok(Records::open(self.env)?.event_type(event_type).await?)
    }

    pub(crate) async fn list_event_types(self) -> Result<Response, HandlerError> {
        let in_force = self.types_in_force().await?;
        let defined = if in_force.is_catalogue {
            Records::open(self.env)?.event_types().await?
        } else {
            in_force.types.iter().map(built_in).collect()
        };
        let view = |(name, definition)| EventTypeView::new(name, definition);
        response::json(200, &defined.into_iter().map(view).collect::<Vec<_>>())
    }

    pub(crate) async fn read_sample(self, sample: SampleName) -> Result<Response, HandlerError> {
        let in_force = self.types_in_force().await?;
        let found = in_force.types.iter().find(|(event_type, _)| sample.is_of(event_type));
        let (event_type, _) = found.ok_or_else(Problem::not_found)?;
        let built_in = Sample::of_type(event_type.as_str()).filter(|_| !in_force.is_catalogue);
        let (event, note) = if let Some(sample) = built_in {
            (sample.event(), sample.note())
        } else {
            let definition = self.definition(&in_force, event_type).await?;
            (definition.unwrap_or_default().sample(event_type), None)
        };
        let event = RawValue::from_string(event)?;
        response::json(200, &Samples { results: [event], note })
    }

    pub(crate) async fn read_event_type(self, name: EventType) -> Result<Response, HandlerError> {
        let definition = Records::open(self.env)?.event_type(&name).await?;
        let definition = definition.ok_or_else(Problem::not_found)?;
        response::json(200, &EventTypeView::new(name, definition))
    }

    pub(crate) async fn put_event_type(self, name: EventType) -> Result<Response, HandlerError> {
        let body = self.optional_json_body().await?;
        let records = Records::open(self.env)?;
        let stored = records.event_type(&name).await?;
        let status = if stored.is_some() { 200 } else { 201 };
        let definition = request::define(&name, &body, stored)?;
        if status == 201 && records.type_names().await?.len() >= EVENT_TYPES_MAX {
            let detail = format!("There are {EVENT_TYPES_MAX} event types, the most there may be.");
            return Err(Problem::refused(detail).into());
        }
        records.put_event_type(&name, &definition).await?;
        response::json(status, &EventTypeView::new(name, definition))
    }

    /// Deletes a type that no webhook names. A webhook of the last minute may not be seen.
    pub(crate) async fn delete_event_type(self, name: EventType) -> Result<Response, HandlerError> {
        let records = Records::open(self.env)?;
        if records.event_type(&name).await?.is_none() {
            return Err(Problem::not_found().into());
        }
        if records.all_labels().await?.iter().any(|label| label.names(&name)) {
            return Err(Problem::event_type_in_use().into());
        }
        records.delete_event_type(&name).await?;
        Ok(response::no_content())
    }
}

/// The definition of a built-in type.
fn built_in((event_type, description): (&EventType, &'static str)) -> (EventType, TypeDefinition) {
    let sample = Sample::of_type(event_type.as_str());
    let example = sample.and_then(|sample| RawValue::from_string(sample.event()).ok());
    let definition = TypeDefinition {
        description: description.to_owned(),
        example: example.map(|example| JsonText::of(&example)),
        ..TypeDefinition::default()
    };
    (event_type.clone(), definition)
}
