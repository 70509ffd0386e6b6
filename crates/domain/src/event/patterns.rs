//! The event types that a webhook takes, as a list of names and of beginnings of names.
//!
//! An entry that ends in `*` stands for every type whose name begins with the rest of the entry,
//! also for types that the platform adds later. The operational types must be asked for: an entry
//! takes them only if it begins with `OPERATIONAL_PREFIX`.

use core::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::event_type::{ALERT, EventType, EventTypeError, EventTypes, Operational};
use crate::base::EVENT_PATTERNS_MAX;

/// The beginning of the name of every operational type.
const OPERATIONAL_PREFIX: &str = "WEBHOOK_";

/// The end of an entry that stands for several types.
const WILDCARD: char = '*';

/// One entry of a list: `^[A-Z][A-Z0-9_]{0,63}\*?$`, or `*` for every type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventPattern(String);

impl EventPattern {
    /// The entry as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type that the entry names; `None` if it ends in `*`.
    pub fn single(&self) -> Option<EventType> {
        EventType::try_from(self.0.clone()).ok()
    }

    /// Whether the entry takes events of this type.
    pub fn takes(&self, event_type: &EventType) -> bool {
        match self.0.strip_suffix(WILDCARD) {
            None => self.0 == event_type.as_str(),
            Some(prefix) => {
                event_type.as_str().starts_with(prefix)
                    && (!event_type.is_operational() || prefix.starts_with(OPERATIONAL_PREFIX))
            }
        }
    }

    /// Whether the entry takes an event type that a webhook can subscribe to.
    fn takes_any(&self, types: &EventTypes) -> bool {
        self.0 == "*"
            || types.iter().any(|(event_type, _)| self.takes(event_type))
            || Operational::ALL.into_iter().any(|kind| self.takes(&kind.into()))
    }
}

impl TryFrom<String> for EventPattern {
    type Error = EventTypeError;

    fn try_from(text: String) -> Result<Self, EventTypeError> {
        match text.strip_suffix(WILDCARD) {
            Some("") => {}
            Some(prefix) => drop(EventType::try_from(prefix.to_owned())?),
            None => drop(EventType::try_from(text.clone())?),
        }
        Ok(Self(text))
    }
}

impl From<EventPattern> for String {
    fn from(pattern: EventPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a list of event types is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventPatternsError {
    /// The list has too many entries.
    #[error("Ensure there are no more than {EVENT_PATTERNS_MAX} entries.")]
    TooMany,
    /// This entry is or matches no type that a webhook can subscribe to.
    #[error("\"{0}\" is not a valid choice.")]
    NotAChoice(String),
}

/// A list of entries, each once, in the order in which they were given. The default is empty, which
/// means that there is no list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventPatterns(Vec<EventPattern>);

impl EventPatterns {
    /// Checks the entries of a new list, and drops repeated ones. Each must take a type of `types`
    /// or an operational one.
    pub fn new(entries: Vec<String>, types: &EventTypes) -> Result<Self, EventPatternsError> {
        if entries.len() > EVENT_PATTERNS_MAX {
            return Err(EventPatternsError::TooMany);
        }
        let mut patterns: Vec<EventPattern> = Vec::with_capacity(entries.len());
        for entry in entries {
            let known = EventPattern::try_from(entry.clone())
                .ok()
                .filter(|pattern| entry != ALERT && pattern.takes_any(types));
            let Some(pattern) = known else { return Err(EventPatternsError::NotAChoice(entry)) };
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
        Ok(Self(patterns))
    }

    /// Whether there is no list.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The only type that the list takes, if it has one entry without `*`.
    pub fn single(&self) -> Option<EventType> {
        match self.0.as_slice() {
            [only] => only.single(),
            _ => None,
        }
    }

    /// Whether a webhook with this list receives events of this type. Without a list it receives
    /// those of the type `only`, or of every type but the operational ones.
    pub fn receive(&self, event_type: &EventType, only: Option<&EventType>) -> bool {
        if self.is_empty() {
            event_type.is_received_by(only)
        } else {
            self.0.iter().any(|pattern| pattern.takes(event_type))
        }
    }

    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = &EventPattern> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Option<EventPattern> {
        EventPattern::try_from(text.to_owned()).ok()
    }

    #[test]
    fn an_entry_is_a_name_or_its_beginning() {
        for good in ["*", "A*", "COURSE_*", "COURSE_COMPLETION", "COURSE_COMPLETION*", "V2_*"] {
            assert_eq!(pattern(good).unwrap().as_str(), good);
        }
        let long = "A".repeat(65);
        for bad in ["", "**", "A**", "*A", "A*B", "a*", "_*", "2*", " *", "A *", "A*\n", &long] {
            assert_eq!(pattern(bad), None, "{bad:?}");
        }
        assert!(pattern(&format!("{}*", "A".repeat(64))).is_some());
    }

    #[test]
    fn an_entry_takes_the_types_that_begin_with_it() {
        let check = |entry: &str, taken: &[&str], others: &[&str]| {
            let entry = pattern(entry).unwrap();
            let takes =
                |name: &&str| entry.takes(&EventType::try_from((*name).to_owned()).unwrap());
            assert!(taken.iter().all(takes), "{entry}");
            assert!(!others.iter().any(takes), "{entry}");
        };
        check("COURSE_*", &["COURSE_COMPLETION", "COURSE_"], &["COURSE", "XCOURSE_A", "WEBHOOK_A"]);
        check("COURSE*", &["COURSE", "COURSES", "COURSE_COMPLETION"], &["COURS"]);
        check("A", &["A"], &["AB"]);
        check("*", &["A", "WEBHOOK_OWN"], &["WEBHOOK_FAILING", "WEBHOOK_DEACTIVATED"]);
        check("W*", &["WA", "WEBHOOK_OWN"], &["WEBHOOK_FAILING"]);
        check("WEBHOOK*", &["WEBHOOKS"], &["WEBHOOK_FAILING"]);
        check("WEBHOOK_*", &["WEBHOOK_FAILING", "WEBHOOK_RECOVERED", "WEBHOOK_OWN"], &["A"]);
        check("WEBHOOK_F*", &["WEBHOOK_FAILING"], &["WEBHOOK_RECOVERED"]);
        check("WEBHOOK_FAILING", &["WEBHOOK_FAILING"], &["WEBHOOK_RECOVERED"]);
    }

    #[test]
    fn every_operational_type_begins_alike() {
        for kind in Operational::ALL {
            assert!(EventType::from(kind).as_str().starts_with(OPERATIONAL_PREFIX), "{kind:?}");
        }
    }

    #[test]
    fn each_entry_of_a_list_takes_something() {
        let documented = EventTypes::documented();
        let new = |entries: &[&str], types: &EventTypes| {
            let entries = entries.iter().map(|entry| (*entry).to_owned());
            EventPatterns::new(entries.collect(), types)
        };
        let shown = |patterns: &EventPatterns| {
            patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let list = new(&["COURSE_*", "QUIZ_COMPLETION", "COURSE_*"], &documented).unwrap();
        assert_eq!((shown(&list).as_str(), list.single()), ("COURSE_* QUIZ_COMPLETION", None));
        let single = new(&["QUIZ_COMPLETION", "QUIZ_COMPLETION"], &documented).unwrap();
        assert_eq!(single.single().unwrap().as_str(), "QUIZ_COMPLETION");
        assert_eq!(new(&["QUIZ_*"], &documented).unwrap().single(), None);
        assert!(new(&[], &documented).unwrap().is_empty());
        for good in ["*", "WEBHOOK_*", "WEBHOOK_FAILING", "V*"] {
            assert_eq!(shown(&new(&[good], &documented).unwrap()), good);
        }
        for bad in ["COURSES_*", "NOPE", "PING", "PING*", "WEBHOOK_ALERT", "course_*", "", "A*B"] {
            let error = EventPatternsError::NotAChoice(bad.to_owned());
            assert_eq!(new(&["COURSE_*", bad], &documented), Err(error));
        }
        let own = EventTypes::from_list("ORDER_PAID").unwrap();
        assert!(new(&["ORDER_*"], &own).is_ok() && new(&["COURSE_*"], &own).is_err());
        assert!(new(&["*"; EVENT_PATTERNS_MAX], &own).is_ok());
        let too_many = new(&["*"; EVENT_PATTERNS_MAX + 1], &own);
        assert_eq!(too_many, Err(EventPatternsError::TooMany));
    }
}
