//! Why an event does not match a filter, for whoever writes the filter.

use serde::{Deserialize, Serialize};

use super::condition::{Condition, Filter, Rule};
use super::fault::pointer_to;
use super::judge::{field, hold_together};
use crate::json::{Content, LazyValue};

/// Most characters of a value that a reason quotes. A longer one is cut.
const QUOTED_CHARS_MAX: usize = 80;

/// Why an event does not match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The place in the filter of the first rule that does not hold: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What the event has there, in words.
    pub detail: String,
}

impl Reason {
    fn new(detail: String) -> Self {
        Self { pointer: String::new(), detail }
    }

    fn under(self, name: &str) -> Self {
        Self { pointer: pointer_to(name, &self.pointer), ..self }
    }
}

impl Filter {
    /// The reason why an event does not match; `None` if it does.
    pub fn reason(&self, event: &LazyValue<'_>) -> Option<Reason> {
        reason_of_rules(&self.rules, &Part { value: Some(event), pointer: String::new() })
    }
}

/// A part of the event, and its place there.
struct Part<'a, 'v> {
    value: Option<&'v LazyValue<'a>>,
    pointer: String,
}

impl Part<'_, '_> {
    fn field(&self, name: &str) -> Self {
        let pointer = [self.pointer.as_str(), &pointer_to(name, "")].concat();
        Self { value: self.value.and_then(|value| field(value, name)), pointer }
    }

    fn is_list(&self) -> bool {
        self.value.is_some_and(|value| matches!(value.content(), Content::List(_)))
    }

    /// Says what the event has here.
    fn found(&self) -> Reason {
        let Self { value, pointer } = self;
        let found = match value {
            None => "nothing".to_owned(),
            Some(value) => match value.content() {
                Content::Object(_) => "an object".to_owned(),
                Content::List(_) => "a list".to_owned(),
                Content::Null | Content::Bool(_) | Content::Number(_) | Content::Text(_) => {
                    quoted(value.json())
                }
            },
        };
        Reason::new(format!("The event has {found} at {pointer}."))
    }

    /// Says what the event has here that does not match.
    fn unmatched(&self) -> Reason {
        let Self { pointer, .. } = self;
        if self.is_list() {
            Reason::new(format!("No element of the list at {pointer} matches."))
        } else {
            self.found()
        }
    }
}

fn quoted(json: &str) -> String {
    match json.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => format!("{}…", json.get(..end).unwrap_or_default()),
        None => json.to_owned(),
    }
}

/// The reason of the first rule that does not hold for a part.
fn reason_of_rules(rules: &[Rule], part: &Part<'_, '_>) -> Option<Reason> {
    let is_by_elements = |rule: &&Rule| rule.is_of_elements() && part.is_list();
    let mut whole = rules.iter().filter(|rule| !is_by_elements(rule));
    if let Some(rule) = whole.find(|rule| !rule.holds(part.value)) {
        return Some(rule.reason(part).under(rule.name()));
    }
    if hold_together(rules, part.value) {
        return None;
    }
    // Each may hold for some element, but all of them do for none.
    let mut of_elements = rules.iter().filter(is_by_elements);
    match (of_elements.next(), of_elements.next()) {
        (Some(only), None) => Some(part.unmatched().under(only.name())),
        (_, _) => Some(part.unmatched()),
    }
}

impl Condition {
    /// The reason why the condition does not hold for a part.
    fn reason(&self, part: &Part<'_, '_>) -> Reason {
        let reason = match self {
            Self::Value(_) => None,
            Self::Rules(rules) => reason_of_rules(rules, part),
        };
        reason.unwrap_or_else(|| part.unmatched())
    }
}

impl Rule {
    /// The reason why the rule does not hold for a part as a whole.
    fn reason(&self, part: &Part<'_, '_>) -> Reason {
        match self {
            Self::Field(name, condition) => condition.reason(&part.field(name)),
            Self::And(conditions) => {
                let mut all = conditions.iter().enumerate();
                let failing = all.find(|(_, condition)| !condition.holds(part.value));
                failing.map_or_else(
                    || part.found(),
                    |(index, condition)| condition.reason(part).under(&index.to_string()),
                )
            }
            Self::Or(_) => Reason::new("The event matches none of these.".to_owned()),
            Self::Not(_) => Reason::new("The event matches what it must not match.".to_owned()),
            Self::Test(..) | Self::NotTest(..) | Self::Exist(_) => part.found(),
        }
    }
}
