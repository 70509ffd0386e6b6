//! Whether an event matches a filter.
//!
//! An event is parsed only as far as filters ask for its parts, and each part once, however many
//! filters ask.

use super::condition::{Bound, Condition, Filter, Operand, Rule, Test};
use crate::json::{Content, Decimal, LazyValue};

impl Filter {
    /// Whether an event, which is a JSON object, matches.
    pub fn matches(&self, event: &LazyValue<'_>) -> bool {
        all_hold(&self.rules, Some(event))
    }
}

impl Condition {
    /// Whether the condition holds for a value of the event; `None` if there is none.
    pub(super) fn holds(&self, value: Option<&LazyValue<'_>>) -> bool {
        match self {
            Self::Value(operand) => any_element(value, &|value| equals(value, operand)),
            Self::Rules(rules) => all_hold(rules, value),
        }
    }
}

/// Whether the rules of an object hold for a value.
fn all_hold(rules: &[Rule], value: Option<&LazyValue<'_>>) -> bool {
    let of_whole = |rule: &&Rule| !rule.is_of_elements();
    rules.iter().filter(of_whole).all(|rule| rule.holds(value)) && hold_together(rules, value)
}

/// Whether the rules that an array is judged by its elements with hold for a value: for an array,
/// all for one and the same element.
pub(super) fn hold_together(rules: &[Rule], value: Option<&LazyValue<'_>>) -> bool {
    let of_elements = || rules.iter().filter(|rule| rule.is_of_elements());
    if of_elements().next().is_none() {
        return true;
    }
    // A list has no fields of its own.
    let hold = |value: &LazyValue<'_>| {
        let is_list = matches!(value.content(), Content::List(_));
        of_elements().all(|rule| {
            let is_field = matches!(rule, Rule::Field(..));
            !(is_field && is_list) && rule.holds(Some(value))
        })
    };
    match value {
        Some(value) => any_element(Some(value), &hold),
        None => of_elements().all(|rule| rule.holds(None)),
    }
}

/// Whether `holds` for a value, or for an element if it is a list, or an element of that one.
fn any_element(value: Option<&LazyValue<'_>>, holds: &impl Fn(&LazyValue<'_>) -> bool) -> bool {
    let Some(value) = value else { return false };
    holds(value)
        || match value.content() {
            Content::List(elements) => {
                elements.iter().any(|element| any_element(Some(element), holds))
            }
            Content::Null
            | Content::Bool(_)
            | Content::Number(_)
            | Content::Text(_)
            | Content::Object(_) => false,
        }
}

impl Rule {
    /// Whether the rule alone holds for a value.
    pub(super) fn holds(&self, value: Option<&LazyValue<'_>>) -> bool {
        match self {
            Self::Field(name, condition) => {
                condition.holds(value.and_then(|value| field(value, name)))
            }
            Self::Test(_, test) => value.is_some_and(|value| test.holds(value)),
            Self::NotTest(_, test) => !any_element(value, &|value| test.holds(value)),
            Self::Exist(exists) => value.is_some() == *exists,
            Self::And(conditions) => conditions.iter().all(|condition| condition.holds(value)),
            Self::Or(conditions) => conditions.iter().any(|condition| condition.holds(value)),
            Self::Not(condition) => !condition.holds(value),
        }
    }
}

/// The value of a field; `None` if the value is no object or has no such field.
pub(super) fn field<'a, 'v>(value: &'v LazyValue<'a>, name: &str) -> Option<&'v LazyValue<'a>> {
    match value.content() {
        Content::Object(members) => members.get(name),
        Content::Null
        | Content::Bool(_)
        | Content::Number(_)
        | Content::Text(_)
        | Content::List(_) => None,
    }
}

impl Test {
    /// Whether the comparison holds for a value, as it is: a list is not searched.
    fn holds(&self, value: &LazyValue<'_>) -> bool {
        match (self, value.content()) {
            (Self::Equal(operand), _) => equals(value, operand),
            (Self::OneOf(operands), _) => operands.iter().any(|operand| equals(value, operand)),
            (Self::Order(side, Bound::Number(bound)), Content::Number(number)) => {
                side.has(Decimal::new(number).cmp(&Decimal::new(bound)))
            }
            (Self::Order(side, Bound::Text(bound)), Content::Text(text)) => {
                side.has(text.as_ref().cmp(bound.as_str()))
            }
            (Self::StartsWith(starts), Content::Text(text)) => {
                starts.iter().any(|start| text.starts_with(start.as_str()))
            }
            (Self::EndsWith(ends), Content::Text(text)) => {
                ends.iter().any(|end| text.ends_with(end.as_str()))
            }
            (Self::Order(..) | Self::StartsWith(_) | Self::EndsWith(_), _) => false,
        }
    }
}

/// Whether a value equals an operand: the same kind, the same number or characters, the same
/// elements in their order, the same members in any order.
fn equals(value: &LazyValue<'_>, operand: &Operand) -> bool {
    match (value.content(), operand) {
        (Content::Null, Operand::Null) => true,
        (Content::Bool(one), Operand::Bool(other)) => one == other,
        (Content::Number(one), Operand::Number(other)) => Decimal::new(one) == Decimal::new(other),
        (Content::Text(one), Operand::Text(other)) => one == other,
        (Content::List(elements), Operand::List(operands)) => {
            elements.len() == operands.len()
                && elements.iter().zip(operands).all(|(element, operand)| equals(element, operand))
        }
        (Content::Object(members), Operand::Object(operands)) => {
            members.len() == operands.len()
                && operands.iter().all(|(name, operand)| {
                    members.get(name.as_str()).is_some_and(|member| equals(member, operand))
                })
        }
        (
            Content::Null
            | Content::Bool(_)
            | Content::Number(_)
            | Content::Text(_)
            | Content::List(_)
            | Content::Object(_),
            _,
        ) => false,
    }
}
