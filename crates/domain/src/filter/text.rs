//! The text of a filter, as its owner wrote it, without the spaces between its parts.
//!
//! This is what is stored, sent and shown. It is parsed where an event is judged, so a number
//! keeps its digits and a text its escapes.

use std::sync::Arc;

use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// The text of a filter: a JSON object. Serialized as that object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilterText(Arc<str>);

impl FilterText {
    /// The text of a filter that was parsed, from the JSON that it was parsed from.
    pub(super) fn new(json: &str) -> Self {
        Self(compact(json).into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for FilterText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FilterText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(json.get().into()))
    }
}

/// Removes the space between the parts of a JSON text.
pub(super) fn compact(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for c in json.chars() {
        if !in_string && matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        compact.push(c);
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    compact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_space_between_parts_is_removed() {
        let json = " { \"a b\" : [ 1.0 , \"\\\" \\\\\" ,\n\"\\u00e9\t\"],\r\"c\":{ } } ";
        let expected = "{\"a b\":[1.0,\"\\\" \\\\\",\"\\u00e9\t\"],\"c\":{}}";
        assert_eq!(compact(json), expected);
        assert_eq!(compact(expected), expected);
    }

    #[test]
    fn a_text_is_written_as_the_object_that_it_is() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Holder {
            filter: Option<FilterText>,
        }
        let json = r#"{"filter":{"n":{"$gt":9223372036854775807,"$lt":1e400}}}"#;
        let holder: Holder = serde_json::from_str(json).unwrap();
        assert_eq!(
            holder.filter.as_ref().unwrap().as_str(),
            r#"{"n":{"$gt":9223372036854775807,"$lt":1e400}}"#
        );
        assert_eq!(serde_json::to_string(&holder).unwrap(), json);
        let none: Holder = serde_json::from_str(r#"{"filter":null}"#).unwrap();
        assert_eq!(none, Holder { filter: None });
    }
}
