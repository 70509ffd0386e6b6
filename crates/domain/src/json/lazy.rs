//! A JSON value that is parsed as far as it is read: each object and list once, when first asked
//! for, and its parts not before they are asked for.
//!
//! Numbers stay as they are written. The text must be JSON already.

use core::cell::OnceCell;
use core::fmt;
use core::marker::PhantomData;
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::parse::{JsonError, Kind, parse_text};

/// A value whose text is known to be JSON.
#[derive(Debug)]
pub struct LazyValue<'a> {
    json: &'a str,
    content: OnceCell<Content<'a>>,
}

/// The content of a value. The parts of a list or an object are not parsed yet.
#[derive(Debug)]
pub enum Content<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(&'a str),
    /// A string, without its escapes.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<LazyValue<'a>>),
    /// An object. If a name is repeated, the last member counts.
    Object(BTreeMap<Cow<'a, str>, LazyValue<'a>>),
}

impl<'a> LazyValue<'a> {
    /// The value with this text, which must be JSON. Another text has an arbitrary content.
    pub fn new(json: &'a str) -> Self {
        Self { json: json.trim_ascii(), content: OnceCell::new() }
    }

    /// The value's text.
    pub const fn json(&self) -> &'a str {
        self.json
    }

    /// The value's content.
    pub fn content(&self) -> &Content<'a> {
        self.content.get_or_init(|| self.parse().unwrap_or(Content::Null))
    }

    fn parse(&self) -> Result<Content<'a>, JsonError> {
        Ok(match Kind::of(self.json.as_bytes()) {
            Kind::Null => Content::Null,
            Kind::Bool => Content::Bool(self.json == "true"),
            Kind::Int | Kind::Float => Content::Number(self.json),
            Kind::Str => Content::Text(text(self.json)?),
            Kind::List => {
                Content::List(elements(self.json)?.into_iter().map(LazyValue::new).collect())
            }
            Kind::Dict => {
                // Not collected, which would bring a sort of its own into the module.
                let mut object = BTreeMap::new();
                for (name, json) in members(self.json)? {
                    object.insert(name, LazyValue::new(json));
                }
                Content::Object(object)
            }
        })
    }
}

/// Parses a JSON string. It is copied only if it has an escape.
pub fn text(json: &str) -> Result<Cow<'_, str>, JsonError> {
    parse_text(json, Text)
}

/// Parses a JSON object into the names and the texts of its members, in their order. Repeated names
/// are kept.
pub fn members(json: &str) -> Result<Vec<(Cow<'_, str>, &str)>, JsonError> {
    parse_text(json, Members)
}

/// Parses a JSON list into the texts of its elements.
pub fn elements(json: &str) -> Result<Vec<&str>, JsonError> {
    let elements = parse_text(json, PhantomData::<Vec<&RawValue>>)?;
    Ok(elements.into_iter().map(RawValue::get).collect())
}

#[derive(Clone, Copy)]
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

struct Members;

impl<'de> DeserializeSeed<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de str)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = object.next_key_seed(Text)? {
            members.push((name, object.next_value::<&RawValue>()?.get()));
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member<'a, 'b>(value: &'b LazyValue<'a>, name: &str) -> &'b LazyValue<'a> {
        let Content::Object(members) = value.content() else { panic!("{}", value.json()) };
        &members[name]
    }

    #[test]
    fn a_value_is_read_part_by_part() {
        let json = " {\"a\":[1.50,\"x\\u00e9\",null,{}],\"b\\n\": true,\"a\":[ 1e400 , \"y\"]}\n";
        let value = LazyValue::new(json);
        assert_eq!(value.json(), json.trim());
        assert!(matches!(member(&value, "b\n").content(), Content::Bool(true)));
        // The last of the repeated names counts.
        let Content::List(list) = member(&value, "a").content() else { panic!("{json}") };
        assert!(matches!(list[0].content(), Content::Number("1e400")));
        assert!(matches!(list[1].content(), Content::Text(Cow::Borrowed("y"))));
        assert_eq!(list.len(), 2);
    }

    #[test]
    fn only_an_escape_is_copied() {
        assert!(matches!(text("\"a é\""), Ok(Cow::Borrowed("a é"))));
        assert!(matches!(text(r#""\u0061\ud83d\ude00""#), Ok(Cow::Owned(text)) if text == "a😀"));
        assert!(text(r#""\ud83d""#).is_err());
    }

    #[test]
    fn members_keep_their_order_and_repeats() {
        let members = members(r#"{"b": [1, 2], "a" :3,"b":"4"}"#).unwrap();
        assert_eq!(members, [("b".into(), "[1, 2]"), ("a".into(), "3"), ("b".into(), "\"4\"")]);
        assert_eq!(elements("[ 1, {\"a\":[2]} ,[]]"), Ok(vec!["1", "{\"a\":[2]}", "[]"]));
    }
}
