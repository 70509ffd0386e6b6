//! The catalogue: the event types that the operator has defined, in place of the built-in ones.
//!
//! A platform describes its own events here, each with an example and a JSON Schema. Both are shown
//! to the owners of webhooks and not enforced. Samples and pings are made from the example.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::event_type::EventType;
use crate::json;

/// JSON as the operator wrote it, with every digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// The JSON of a value.
    pub fn of(value: &RawValue) -> Self {
        Self(value.get().to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // It was parsed before.
        RawValue::from_string(self.0.clone()).unwrap_or_default().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value: Box<RawValue> = Deserialize::deserialize(deserializer)?;
        Ok(Self(value.get().to_owned()))
    }
}

/// What the operator says of an event type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeDefinition {
    /// When an event of this type is published.
    pub description: String,
    /// An example, which is a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<JsonText>,
    /// A JSON Schema of the events. It is not enforced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<JsonText>,
    /// Whether the type is not to be used any more. Its events are published as before.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub deprecated: bool,
}

impl TypeDefinition {
    /// A sample event of this type: the example with its `event_type`.
    pub fn sample(&self, event_type: &EventType) -> String {
        self.event(event_type, "", &["event_type"])
    }

    /// A test event, marked `"test": true` and sent at `now` (RFC 3339).
    pub fn test_event(&self, event_type: &EventType, now: &str) -> String {
        let own = format!(r#","test":true,"timestamp":"{now}""#);
        self.event(event_type, &own, &["event_type", "test", "timestamp"])
    }

    /// An event with `own` members, and those of the example but for `replaced` ones.
    fn event(&self, event_type: &EventType, own: &str, replaced: &[&str]) -> String {
        let mut event = format!(r#"{{"event_type":"{event_type}"{own}"#);
        let example = self.example.as_ref().map_or("{}", JsonText::as_str);
        for (name, value) in json::members(example).unwrap_or_default() {
            if !replaced.contains(&name.as_str()) {
                // Writing a string as JSON cannot fail.
                let name = serde_json::to_string(&name).unwrap_or_default();
                for part in [",", &name, ":", value.get()] {
                    event.push_str(part);
                }
            }
        }
        event.push('}');
        event
    }
}

/// An event type in the list of types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventTypeView {
    /// The name, as it was before there was a catalogue.
    event_type: EventType,
    /// The description, as it was before there was a catalogue.
    triggered_when: String,
    /// The name.
    name: EventType,
    /// When an event of this type is published.
    description: String,
    /// An example event, if there is one.
    example: Option<JsonText>,
    /// A JSON Schema of the events, if there is one.
    schema: Option<JsonText>,
    /// Whether the type is not to be used any more.
    deprecated: bool,
}

impl EventTypeView {
    /// The view of a type.
    pub fn new(name: EventType, definition: TypeDefinition) -> Self {
        let TypeDefinition { description, example, schema, deprecated } = definition;
        Self {
            event_type: name.clone(),
            triggered_when: description.clone(),
            name,
            description,
            example,
            schema,
            deprecated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(example: &str) -> TypeDefinition {
        let example = RawValue::from_string(example.to_owned()).unwrap();
        TypeDefinition { example: Some(JsonText::of(&example)), ..TypeDefinition::default() }
    }

    fn order() -> EventType {
        EventType::try_from("ORDER_PAID".to_owned()).unwrap()
    }

    #[test]
    fn a_sample_is_the_example_with_every_digit() {
        let check = |example: &str, sample: &str, test: &str| {
            let definition = definition(example);
            assert_eq!(definition.sample(&order()), sample);
            assert_eq!(definition.test_event(&order(), "now"), test);
        };
        check(
            r#"{ "id": 9223372036854775808.50, "a\u00e4\"b": [1, 2] }"#,
            r#"{"event_type":"ORDER_PAID","id":9223372036854775808.50,"aä\"b":[1, 2]}"#,
            concat!(
                r#"{"event_type":"ORDER_PAID","test":true,"timestamp":"now","#,
                r#""id":9223372036854775808.50,"aä\"b":[1, 2]}"#,
            ),
        );
        check(
            r#"{"event_type":"ORDER_PAID","timestamp":"then","test":false,"x":null}"#,
            r#"{"event_type":"ORDER_PAID","timestamp":"then","test":false,"x":null}"#,
            r#"{"event_type":"ORDER_PAID","test":true,"timestamp":"now","x":null}"#,
        );
        check(
            "{}",
            r#"{"event_type":"ORDER_PAID"}"#,
            r#"{"event_type":"ORDER_PAID","test":true,"timestamp":"now"}"#,
        );
        let none = TypeDefinition::default();
        assert_eq!(none.sample(&order()), r#"{"event_type":"ORDER_PAID"}"#);
    }

    #[test]
    fn a_definition_is_stored_as_it_was_written() {
        let stored = concat!(
            r#"{"description":"An order is paid","example":{"n": 1.10 },"#,
            r#""schema":{"type":"object"},"deprecated":true}"#,
        );
        let definition: TypeDefinition = serde_json::from_str(stored).unwrap();
        assert!(definition.deprecated);
        assert_eq!(serde_json::to_string(&definition).unwrap(), stored);
        let least = r#"{"description":""}"#;
        assert_eq!(
            serde_json::from_str::<TypeDefinition>(least).unwrap(),
            TypeDefinition::default()
        );
        let view = serde_json::to_string(&EventTypeView::new(order(), definition)).unwrap();
        assert_eq!(
            view,
            concat!(
                r#"{"event_type":"ORDER_PAID","triggered_when":"An order is paid","#,
                r#""name":"ORDER_PAID","description":"An order is paid","example":{"n": 1.10 },"#,
                r#""schema":{"type":"object"},"deprecated":true}"#,
            )
        );
    }
}
