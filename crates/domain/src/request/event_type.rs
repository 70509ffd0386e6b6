//! The request body that defines an event type, which the operator sends.

use serde_json::value::RawValue;
use thiserror::Error;

use super::body;
use super::body::BodyError;
use super::field::{FieldError, Sent};
use crate::base::{Field, FieldErrors, TYPE_DESCRIPTION_CHARS_MAX};
use crate::event::{EventType, JsonText, TypeDefinition};
use crate::json;
use crate::json::Kind;

/// Why a field of the request is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum DefinitionError {
    #[error("Ensure this field has no more than {TYPE_DESCRIPTION_CHARS_MAX} characters.")]
    TooLong,
    #[error("Control characters are not allowed.")]
    Control,
    #[error("Expected a dictionary of items but got type \"{0}\".")]
    NotADictionary(Kind),
    #[error("Its event_type must be \"{0}\", or left out.")]
    OtherType(EventType),
    #[error(transparent)]
    Field(#[from] FieldError),
}

/// Applies a request to what is defined of a type. A field that is left out keeps its value, `null`
/// clears it. The errors of all fields are reported together.
pub fn define(
    event_type: &EventType,
    body: &[u8],
    stored: Option<TypeDefinition>,
) -> Result<TypeDefinition, BodyError> {
    let mut definition = stored.unwrap_or_default();
    if body.is_empty() {
        return Ok(definition);
    }
    let fields = body::members(body)?;
    let mut errors = FieldErrors::default();
    if let Some(value) = fields.get("description")
        && let Some(description) = errors.take(Field::Description, description(value))
    {
        definition.description = description;
    }
    if let Some(value) = fields.get("example")
        && let Some(example) = errors.take(Field::Example, example(value, event_type))
    {
        definition.example = example;
    }
    if let Some(value) = fields.get("schema")
        && let Some(schema) = errors.take(Field::Schema, object(value))
    {
        definition.schema = schema;
    }
    if let Some(value) = fields.get("deprecated")
        && let Some(deprecated) = errors.take(Field::Deprecated, Sent::json(value).flag())
    {
        definition.deprecated = deprecated;
    }
    if errors.is_empty() { Ok(definition) } else { Err(errors.into()) }
}

fn description(value: &RawValue) -> Result<String, DefinitionError> {
    let text = match Sent::json(value) {
        Sent::Null => return Ok(String::new()),
        Sent::Text(text) => text.trim().to_owned(),
        Sent::Surrogate(unit) => return Err(FieldError::Surrogate(unit).into()),
        Sent::Bool(_) | Sent::Number(_) | Sent::Nested(_) | Sent::File => {
            return Err(FieldError::NotAString.into());
        }
    };
    if text.chars().count() > TYPE_DESCRIPTION_CHARS_MAX {
        return Err(DefinitionError::TooLong);
    }
    // A description may have several lines.
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(DefinitionError::Control);
    }
    Ok(text)
}

/// Parses an example: an event of this type.
fn example(value: &RawValue, of: &EventType) -> Result<Option<JsonText>, DefinitionError> {
    let Some(example) = object(value)? else { return Ok(None) };
    let is_of_other_type = |(name, value): (String, &RawValue)| {
        let named = serde_json::from_str::<String>(value.get());
        name == "event_type" && named.ok().as_deref() != Some(of.as_str())
    };
    // The value is known to be an object. Its names may still have half of a surrogate pair.
    let members = json::members(example.as_str()).map_err(|_| FieldError::Surrogate(0xd800))?;
    if members.into_iter().any(is_of_other_type) {
        return Err(DefinitionError::OtherType(of.clone()));
    }
    Ok(Some(example))
}

/// Parses an object. `null` is none.
fn object(value: &RawValue) -> Result<Option<JsonText>, DefinitionError> {
    let kind = Kind::of(value.get().as_bytes());
    let object = (kind == Kind::Dict).then(|| JsonText::of(value));
    let is_valid = object.is_some() || kind == Kind::Null;
    if is_valid { Ok(object) } else { Err(DefinitionError::NotADictionary(kind)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> EventType {
        EventType::try_from("ORDER_PAID".to_owned()).unwrap()
    }

    fn defined(body: &str, stored: Option<TypeDefinition>) -> Result<String, String> {
        match define(&order(), body.as_bytes(), stored) {
            Ok(definition) => Ok(serde_json::to_string(&definition).unwrap()),
            Err(BodyError::Fields(errors)) => Err(serde_json::to_string(&errors).unwrap()),
            Err(BodyError::Json(error)) => Err(error.to_string()),
        }
    }

    #[test]
    fn everything_may_be_left_out() {
        for body in ["", "{}", r#"{"description":null,"example":null,"schema":null}"#] {
            assert_eq!(defined(body, None).unwrap(), r#"{"description":""}"#, "{body}");
        }
    }

    #[test]
    fn what_is_left_out_is_kept_and_null_clears() {
        let all = concat!(
            r#"{"description":"An order is paid","example":{"n":1.0},"schema":{"a":[]},"#,
            r#""deprecated":true}"#,
        );
        let stored = define(&order(), all.as_bytes(), None).unwrap();
        assert_eq!(defined("{}", Some(stored.clone())).unwrap(), all);
        let changed = defined(r#"{"deprecated":false,"schema":null}"#, Some(stored)).unwrap();
        assert_eq!(changed, r#"{"description":"An order is paid","example":{"n":1.0}}"#);
    }

    #[test]
    fn each_field_has_its_sentences() {
        let check = |body: &str, field: &str, sentence: &str| {
            let expected = serde_json::json!({ field: [sentence] }).to_string();
            assert_eq!(defined(body, None).unwrap_err(), expected, "{body}");
        };
        for value in ["5", "true", "[]", "{}"] {
            let body = format!(r#"{{"description":{value}}}"#);
            check(&body, "description", "Not a valid string.");
        }
        let long = format!(r#"{{"description":"{}"}}"#, "ä".repeat(1_001));
        check(&long, "description", "Ensure this field has no more than 1000 characters.");
        assert!(defined(&long.replace("ää", "ä"), None).is_ok());
        assert!(defined(r#"{"description":"a\nb"}"#, None).is_ok());
        let control = "Control characters are not allowed.";
        check(r#"{"description":"a\u0000"}"#, "description", control);
        let surrogate = "Surrogate characters are not allowed: U+D800.";
        check(r#"{"description":"\ud800"}"#, "description", surrogate);
        for field in ["example", "schema"] {
            for (value, kind) in [("5", "int"), ("[]", "list"), ("\"{}\"", "str")] {
                let sentence = format!("Expected a dictionary of items but got type \"{kind}\".");
                check(&format!(r#"{{"{field}":{value}}}"#), field, &sentence);
            }
        }
        let other = "Its event_type must be \"ORDER_PAID\", or left out.";
        for value in [r#""ORDER_SENT""#, "null", "5", r#""order_paid""#] {
            let body = format!(r#"{{"example":{{"event_type":{value}}}}}"#);
            check(&body, "example", other);
        }
        assert!(defined(r#"{"example":{"event_type":"ORDER_PAID"}}"#, None).is_ok());
        check(r#"{"deprecated":"maybe"}"#, "deprecated", "Must be a valid boolean.");
        let both = defined(r#"{"description":5,"schema":5}"#, None).unwrap_err();
        assert!(both.contains("description") && both.contains("schema"), "{both}");
        assert!(defined("[]", None).unwrap_err().contains("Expected a dictionary"));
        assert!(defined("{", None).unwrap_err().contains("JSON parse error"));
    }
}
