//! The list of event types in a request: the field `event_types`, and what it means beside
//! `event_type`.

use thiserror::Error;

use super::field::{FieldError, Sent, elements};
use crate::event::{EventPatterns, EventTypes};
use crate::json::Kind;
use crate::webhook::WebhookChange;

/// The error for a list beside a type that is not the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("A list may not be set beside event_type.")]
pub(crate) struct BesideEventType;

impl Sent<'_> {
    /// Parses a list of event types. `null` means no list.
    pub(crate) fn event_types(self, types: &EventTypes) -> Result<EventPatterns, FieldError> {
        let json = match (self.kind(), &self) {
            (Kind::Null, _) => return Ok(EventPatterns::default()),
            (Kind::List, Sent::Nested(json)) => json,
            (kind, _) => return Err(FieldError::NotAList(kind)),
        };
        let elements = elements(json).map_err(|error| FieldError::in_string(&error))?;
        let entry = |(number, value)| match Sent::json(value) {
            Sent::Text(text) => Ok(text.into_owned()),
            Sent::Surrogate(unit) => Err(FieldError::Surrogate(unit)),
            Sent::Null | Sent::Bool(_) | Sent::Number(_) | Sent::Nested(_) | Sent::File => {
                Err(FieldError::EntryNotAString(number))
            }
        };
        let entries = (1..).zip(elements).map(entry).collect::<Result<_, _>>()?;
        Ok(EventPatterns::new(entries, types)?)
    }
}

/// Makes a list of one type without `*` the same as that `event_type`. Fails if a list and another
/// `event_type` are set.
pub(crate) fn normalize(change: &mut WebhookChange) -> Result<(), BesideEventType> {
    let Some(list) = change.event_types.as_ref().filter(|list| !list.is_empty()) else {
        return Ok(());
    };
    let single = list.single();
    match (&change.event_type, &single) {
        (Some(Some(only)), single) if single.as_ref() != Some(only) => return Err(BesideEventType),
        _ => {}
    }
    if single.is_some() {
        (change.event_type, change.event_types) = (Some(single), Some(EventPatterns::default()));
    }
    Ok(())
}
