//! Event types, and the list of those that can be published.
//!
//! The list is the vendor's, unless the operator of a platform with other events replaces it.

use core::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The type of a ping's test event. It can be neither published nor subscribed to.
pub const PING: &str = "PING";

/// The types of the events that the dispatcher publishes about a webhook. A webhook can subscribe
/// to each by its name, but a publisher cannot publish them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operational {
    /// The dispatcher deactivated the webhook.
    Deactivated,
    /// The receiver failed several times in a row.
    Failing,
    /// The receiver accepts events again.
    Recovered,
}

impl Operational {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Deactivated, Self::Failing, Self::Recovered];

    const fn name(self) -> &'static str {
        match self {
            Self::Deactivated => "WEBHOOK_DEACTIVATED",
            Self::Failing => "WEBHOOK_FAILING",
            Self::Recovered => "WEBHOOK_RECOVERED",
        }
    }

    /// The operational type with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The `event_type` of an account's alert webhook, which receives every operational event and no
/// others. No event has this type.
pub const ALERT: &str = "WEBHOOK_ALERT";

/// Why a text is not an event type that can be published.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventTypeError {
    /// The text does not match `^[A-Z][A-Z0-9_]{0,63}$`.
    #[error("{name:?} is not an event type: ^[A-Z][A-Z0-9_]{{0,63}}$")]
    Name {
        /// The text.
        name: String,
    },
    /// [`PING`] is in a list of types to publish.
    #[error("PING is reserved for the test event and cannot be in the list of event types")]
    Ping,
    /// An operational type is in a list of types to publish.
    #[error("{name} is reserved: the dispatcher itself publishes events of this type")]
    Operational {
        /// The name of the type.
        name: String,
    },
    /// [`ALERT`] is in a list of types to publish.
    #[error("{ALERT} is reserved: it says that a webhook is the alert of its account")]
    Alert,
    /// The list has no name.
    #[error("the list of event types is empty")]
    NoName,
}

/// The name of an event type: `^[A-Z][A-Z0-9_]{0,63}$`.
///
/// The name need not be in [`EventTypes`]: a stored name may have been removed from the list since.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventType(String);

impl EventType {
    /// The length of the longest name, in characters.
    pub const CHARS_MAX: usize = 64;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether only the dispatcher publishes events of this type.
    pub fn is_operational(&self) -> bool {
        Operational::named(&self.0).is_some()
    }

    /// Parses the name of a type that a platform publishes: not one that is reserved.
    pub fn to_publish(name: &str) -> Result<Self, EventTypeError> {
        if name == PING {
            return Err(EventTypeError::Ping);
        }
        if name == ALERT {
            return Err(EventTypeError::Alert);
        }
        if Operational::named(name).is_some() {
            return Err(EventTypeError::Operational { name: name.to_owned() });
        }
        Self::try_from(name.to_owned())
    }

    /// The type of an alert webhook: [`ALERT`].
    pub fn alert() -> Self {
        Self(ALERT.to_owned())
    }

    /// Whether this is [`ALERT`], the type of an alert webhook.
    pub fn is_alert(&self) -> bool {
        self.0 == ALERT
    }

    /// Whether a webhook that subscribes to `only` receives events of this type. `None` subscribes
    /// to every type except the operational ones: these require their own name, or [`ALERT`].
    pub fn is_received_by(&self, only: Option<&Self>) -> bool {
        match only {
            Some(only) if only.is_alert() => self.is_operational(),
            Some(only) => only == self,
            None => !self.is_operational(),
        }
    }
}

impl From<Operational> for EventType {
    fn from(kind: Operational) -> Self {
        Self(kind.name().to_owned())
    }
}

impl TryFrom<String> for EventType {
    type Error = EventTypeError;

    fn try_from(name: String) -> Result<Self, EventTypeError> {
        let legal = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        if name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.len() <= Self::CHARS_MAX
            && name.chars().all(legal)
        {
            Ok(Self(name))
        } else {
            Err(EventTypeError::Name { name })
        }
    }
}

impl From<EventType> for String {
    fn from(event_type: EventType) -> Self {
        event_type.0
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The documented types, each with the vendor's description of when it occurs.
///
/// `VILT_EVENT_REGISTRATION` is only in the vendor's OpenAPI, without a description.
const DOCUMENTED: [(&str, &str); 10] = [
    ("COURSE_ENROLLMENT", "Learner enrolls (or is enrolled) into a course"),
    ("DOMAIN_ENROLLMENT", "Learner creates an account on a training domain"),
    (
        "COURSE_COMPLETION",
        "Course is marked complete (by completing all required lessons or via an external event)",
    ),
    (
        "LESSON_COMPLETION",
        "Lesson is marked complete (through the learner action or via an external event)",
    ),
    (
        "PATH_COMPLETION",
        "Path is marked complete (by completing all courses in the path, or via an external event)",
    ),
    ("PATH_ENROLLMENT", "Learner enrolls (or is enrolled) into a Path"),
    (
        "QUIZ_COMPLETION",
        "Quiz Attempt is Completed (note: if the quiz has a manual graded Task associated, \
         this event will not trigger until the task is completed)",
    ),
    ("PURCHASE_FULFILLMENT", "Purchase event is fulfilled/completed"),
    ("DASHBOARD_TASK_CREATED", "A Task has been created that requires a review on the dashboard"),
    ("VILT_EVENT_REGISTRATION", "Learner registers for a virtual instructor-led training session"),
];

/// The description of a type that the vendor does not document.
const UNDOCUMENTED: &str = "The platform publishes an event of this type";

/// The list of event types that can be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTypes(Vec<(EventType, &'static str)>);

impl EventTypes {
    /// The vendor's ten types.
    pub fn documented() -> Self {
        Self(DOCUMENTED.iter().map(|&(name, when)| (EventType(name.to_owned()), when)).collect())
    }

    /// The types of a catalogue. Their descriptions are elsewhere.
    pub fn of_catalogue(names: impl IntoIterator<Item = EventType>) -> Self {
        Self(names.into_iter().map(|name| (name, UNDOCUMENTED)).collect())
    }

    /// Parses the types of another platform: names separated by commas or spaces.
    pub fn from_list(list: &str) -> Result<Self, EventTypeError> {
        let mut types: Vec<(EventType, &'static str)> = Vec::new();
        let parted = |c: char| c == ',' || c.is_ascii_whitespace();
        for name in list.split(parted).filter(|name| !name.is_empty()) {
            let event_type = EventType::to_publish(name)?;
            let documented = DOCUMENTED.iter().find(|(known, _)| *known == name);
            if types.iter().all(|(other, _)| *other != event_type) {
                types.push((event_type, documented.map_or(UNDOCUMENTED, |(_, when)| when)));
            }
        }
        if types.is_empty() { Err(EventTypeError::NoName) } else { Ok(Self(types)) }
    }

    /// The type with this name, if it is in the list.
    pub fn get(&self, name: &str) -> Option<&EventType> {
        self.0.iter().map(|(event_type, _)| event_type).find(|known| known.as_str() == name)
    }

    /// The type with this name, if a webhook can subscribe to it: a type of the list, an
    /// operational type or [`ALERT`].
    pub fn to_subscribe(&self, name: &str) -> Option<EventType> {
        let operational = Operational::named(name).map(EventType::from);
        let own = operational.or_else(|| (name == ALERT).then(EventType::alert));
        own.or_else(|| self.get(name).cloned())
    }

    /// Every type with the description of when it occurs.
    pub fn iter(&self) -> impl Iterator<Item = (&EventType, &'static str)> {
        self.0.iter().map(|(event_type, when)| (event_type, *when))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_checked() {
        let check = |name: &str, good: bool| {
            assert_eq!(EventType::try_from(name.to_owned()).is_ok(), good, "{name:?}");
        };
        check("A", true);
        check("COURSE_ENROLLMENT", true);
        check("V2_X", true);
        check(PING, true);
        check(&"A".repeat(64), true);
        check(&"A".repeat(65), false);
        check("", false);
        check("2X", false);
        check("_X", false);
        check("Course", false);
        check("A-B", false);
        check("A B", false);
        check("\u{c4}", false);
    }

    #[test]
    fn the_documents_types_stand_in_its_order() {
        let types = EventTypes::documented();
        let names: Vec<_> = types.iter().map(|(event_type, _)| event_type.as_str()).collect();
        assert_eq!(
            names.join(" "),
            "COURSE_ENROLLMENT DOMAIN_ENROLLMENT COURSE_COMPLETION LESSON_COMPLETION \
             PATH_COMPLETION PATH_ENROLLMENT QUIZ_COMPLETION PURCHASE_FULFILLMENT \
             DASHBOARD_TASK_CREATED VILT_EVENT_REGISTRATION"
        );
        for name in names {
            assert_eq!(EventType::try_from(name.to_owned()).unwrap().as_str(), name);
        }
        assert_eq!(types.get("PATH_COMPLETION").map(EventType::as_str), Some("PATH_COMPLETION"));
        assert_eq!(types.get("path_completion"), None);
        assert_eq!(types.get(PING), None);
    }

    #[test]
    fn a_list_replaces_the_documents() {
        let check = |list: &str, expected: Result<&[&str], EventTypeError>| {
            let types = EventTypes::from_list(list);
            let names = types.as_ref().map(|types| types.iter().map(|(t, _)| t.as_str()).collect());
            let expected = expected.map(<[&str]>::to_vec);
            assert_eq!(names.map_err(Clone::clone), expected, "{list:?}");
        };
        check("ORDER_PAID", Ok(&["ORDER_PAID"]));
        check("B,A", Ok(&["B", "A"]));
        check(" A, B\n,,C\tA ", Ok(&["A", "B", "C"]));
        check("", Err(EventTypeError::NoName));
        check(" , ", Err(EventTypeError::NoName));
        check("A,PING", Err(EventTypeError::Ping));
        let name = "WEBHOOK_FAILING".to_owned();
        check("A,WEBHOOK_FAILING", Err(EventTypeError::Operational { name }));
        check("A,WEBHOOK_ALERT", Err(EventTypeError::Alert));
        check("A,b C", Err(EventTypeError::Name { name: "b".to_owned() }));
    }

    #[test]
    fn an_operational_type_is_asked_for_by_its_name_whatever_the_list_is() {
        for types in [EventTypes::documented(), EventTypes::from_list("ORDER_PAID").unwrap()] {
            for name in ["WEBHOOK_DEACTIVATED", "WEBHOOK_FAILING", "WEBHOOK_RECOVERED"] {
                assert_eq!(types.get(name), None, "it is not published from outside");
                let event_type = types.to_subscribe(name).unwrap();
                assert!(event_type.is_operational() && event_type.as_str() == name);
                assert!(
                    event_type.is_received_by(Some(&event_type))
                        && !event_type.is_received_by(None)
                );
            }
            let (other, _) = types.iter().next().unwrap();
            assert_eq!(types.to_subscribe(other.as_str()).as_ref(), Some(other));
            assert!(
                !other.is_operational()
                    && other.is_received_by(None)
                    && other.is_received_by(Some(other))
            );
            assert!(!other.is_received_by(Some(&Operational::Failing.into())));
            assert_eq!(types.to_subscribe("WEBHOOK_DELETED"), None);
            assert_eq!(types.to_subscribe(PING), None);
        }
    }

    #[test]
    fn the_alert_gets_every_operational_event_and_nothing_else() {
        let types = EventTypes::documented();
        let alert = types.to_subscribe("WEBHOOK_ALERT").unwrap();
        assert!(alert.is_alert() && !alert.is_operational());
        assert_eq!(types.get("WEBHOOK_ALERT"), None, "no event is of this type");
        for kind in Operational::ALL {
            let event_type = EventType::from(kind);
            assert!(
                event_type.is_received_by(Some(&alert)) && !event_type.is_alert(),
                "{event_type}"
            );
        }
        for (other, _) in types.iter() {
            assert!(!other.is_received_by(Some(&alert)), "{other}");
        }
    }

    #[test]
    fn every_type_has_a_sentence() {
        let types = EventTypes::from_list("ORDER_PAID,COURSE_COMPLETION").unwrap();
        let sentences: Vec<_> = types.iter().map(|(_, when)| when).collect();
        assert_eq!(sentences[0], UNDOCUMENTED);
        assert!(sentences[1].starts_with("Course is marked complete"));
    }
}
