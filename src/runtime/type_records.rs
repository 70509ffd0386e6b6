//! The records of event types in KV, and the isolate's cache of which types there are.
//!
//! Every publish needs the list of types. So that it costs nothing while no type is defined, each
//! change also writes one record that says when the catalogue last changed, and only that record is
//! read once a minute. The list of types is read when it says something new.

use std::cell::RefCell;
use std::rc::Rc;

use domain::base::{EVENT_TYPES_KEPT, EVENT_TYPES_SETTLE, Timestamp, versioned};
use domain::event::{EventType, EventTypes, TypeDefinition};

use super::internal_error::InternalError;
use super::kv::Records;
use super::log::Level;
use super::{clock, log};

/// What an isolate knows of the catalogue.
#[derive(Debug, Clone)]
struct Known {
    /// When KV was last asked.
    asked_at: Timestamp,
    /// When the catalogue last changed; `None` if nothing was ever defined.
    changed_at: Option<Timestamp>,
    /// The types of the catalogue; `None` if it has none.
    types: Option<Rc<EventTypes>>,
}

thread_local! {
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
}

impl Records {
    /// Returns the types of the catalogue, which the isolate caches for a minute; `None` if no type
    /// is defined.
    pub(crate) async fn catalogue(&self) -> Result<Option<Rc<EventTypes>>, InternalError> {
        let (known, now) = (KNOWN.with_borrow(Clone::clone), clock::now());
        if let Some(known) = known.as_ref().filter(|it| now < it.asked_at.plus(EVENT_TYPES_KEPT)) {
            return Ok(known.types.clone());
        }
        let known = match (self.read_catalogue(known.as_ref(), now).await, known) {
            (Ok(known), _) => known,
            (Err(error), Some(known)) => {
                // Publishing goes on with what was known while KV does not answer.
                log::line(Level::Error, "event_types_failed", &[("error", &error.to_string())]);
                Known { asked_at: now, ..known }
            }
            (Err(error), None) => return Err(error),
        };
        let types = known.types.clone();
        KNOWN.replace(Some(known));
        Ok(types)
    }

    /// Reads which types there are, unless they are those that are known.
    async fn read_catalogue(
        &self,
        known: Option<&Known>,
        now: Timestamp,
    ) -> Result<Known, InternalError> {
        let changed_at = self.changed_at().await?;
        let is_settled = changed_at.is_none_or(|at| at.plus(EVENT_TYPES_SETTLE) < now);
        let types = match known.filter(|known| is_settled && known.changed_at == changed_at) {
            Some(known) => known.types.clone(),
            None if changed_at.is_none() => None,
            None => types_of(self.type_names().await?),
        };
        Ok(Known { asked_at: now, changed_at, types })
    }

    /// Reads what is defined of a type.
    pub(crate) async fn event_type(
        &self,
        name: &EventType,
    ) -> Result<Option<TypeDefinition>, InternalError> {
        let text = self.0.get(&type_key(name)).text().await?;
        Ok(text.map(|text| versioned::from_text(&text)).transpose()?)
    }

    /// Reads all definitions, in the order of the names.
    pub(crate) async fn event_types(
        &self,
    ) -> Result<Vec<(EventType, TypeDefinition)>, InternalError> {
        let keys: Vec<String> = self.type_names().await?.iter().map(type_key).collect();
        let found = self.texts(&keys).await?.into_iter();
        found
            .filter_map(|(key, text)| Some((name_of(&key)?, text)))
            .map(|(name, text)| Ok((name, versioned::from_text(&text)?)))
            .collect()
    }

    /// Lists the names of all defined types.
    pub(crate) async fn type_names(&self) -> Result<Vec<EventType>, InternalError> {
        let entries = self.entries(PREFIX).await?;
        Ok(entries.iter().filter_map(|entry| name_of(&entry.name)).collect())
    }

    /// Writes the definition of a type.
    pub(crate) async fn put_event_type(
        &self,
        name: &EventType,
        definition: &TypeDefinition,
    ) -> Result<(), InternalError> {
        self.0.put(&type_key(name), versioned::to_text(definition)?)?.execute().await?;
        let mut names = self.type_names().await?;
        if !names.contains(name) {
            names.push(name.clone());
        }
        self.note_change(names).await
    }

    /// Deletes the definition of a type.
    pub(crate) async fn delete_event_type(&self, name: &EventType) -> Result<(), InternalError> {
        self.0.delete(&type_key(name)).await?;
        let mut names = self.type_names().await?;
        names.retain(|other| other != name);
        self.note_change(names).await
    }

    /// Stores that the catalogue has changed. This isolate knows its types at once, though KV may
    /// list others for a while.
    async fn note_change(&self, names: Vec<EventType>) -> Result<(), InternalError> {
        let now = clock::now();
        self.0.put(CHANGED, versioned::to_text(&now)?)?.execute().await?;
        let known = Known { asked_at: now, changed_at: Some(now), types: types_of(names) };
        KNOWN.replace(Some(known));
        Ok(())
    }

    async fn changed_at(&self) -> Result<Option<Timestamp>, InternalError> {
        let text = self.0.get(CHANGED).text().await?;
        Ok(text.map(|text| versioned::from_text(&text)).transpose()?)
    }
}

fn types_of(names: Vec<EventType>) -> Option<Rc<EventTypes>> {
    (!names.is_empty()).then(|| Rc::new(EventTypes::of_catalogue(names)))
}

const PREFIX: &str = "event-type:";

/// The record of the last change.
const CHANGED: &str = "event-types";

fn type_key(name: &EventType) -> String {
    format!("{PREFIX}{name}")
}

fn name_of(key: &str) -> Option<EventType> {
    EventType::to_publish(key.strip_prefix(PREFIX)?).ok()
}
