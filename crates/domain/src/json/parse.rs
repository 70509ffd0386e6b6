//! Parses JSON bodies, and explains why a body is not JSON.
//!
//! Serde parses. Only if it refuses a text, the slow scanner in [`scan`] reads the text again to
//! locate the error. Lines, columns and characters are counted as in Python's `json`, which the
//! vendor's API uses.

use core::fmt;
use core::str::Utf8Error;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use thiserror::Error;

use super::error_kind::{BadBytes, JsonErrorKind};
use super::scan;

/// The reason why a body is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct JsonError {
    /// The kind of the error.
    pub kind: JsonErrorKind,
    /// The position of the error, unless its kind has none.
    pub position: Option<Position>,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JSON parse error - {}", self.kind)?;
        match self.position {
            Some(Position { line, column, offset }) => {
                write!(f, ": line {line} column {column} (char {offset})")
            }
            None => Ok(()),
        }
    }
}

/// A position in a text, counted in characters as in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The offset, from 0.
    pub offset: usize,
}

impl Position {
    /// The position of byte `at` of `text`, or of the end if there is no such byte.
    fn new(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let last_line = before.rsplit('\n').next().unwrap_or(before);
        Self {
            line: before.matches('\n').count().saturating_add(1),
            column: last_line.chars().count().saturating_add(1),
            offset: before.chars().count(),
        }
    }
}

/// Parses a whole body with `seed`.
///
/// Every failure is reported as a syntax error of the body, so `seed` must not refuse any value
/// that the body can hold.
pub fn parse<'de, S: DeserializeSeed<'de>>(
    body: &'de [u8],
    seed: S,
) -> Result<S::Value, JsonError> {
    parse_text(utf8_text(body)?, seed)
}

/// The body without a byte order mark, which editors put before a text that they save. A parser may
/// ignore it (RFC 8259 section 8.1).
pub fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

/// Parses a whole text with `seed`, which must meet the condition of [`parse`].
pub fn parse_text<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Result<S::Value, JsonError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = seed.deserialize(&mut deserializer);
    parsed
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| explain(text, &error))
}

/// The kinds of JSON values, displayed as Python's type names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number without fraction or exponent.
    Int,
    /// Any other number.
    Float,
    /// A string.
    Str,
    /// An array.
    List,
    /// An object.
    Dict,
}

impl Kind {
    /// The kind of the value `json`, judged by its characters. The result for a text that is not
    /// JSON is arbitrary.
    pub fn of(json: &[u8]) -> Self {
        let json = json.trim_ascii();
        match json.first() {
            Some(b'{') => Self::Dict,
            Some(b'[') => Self::List,
            Some(b'"') => Self::Str,
            Some(b't' | b'f') => Self::Bool,
            Some(b'-' | b'0'..=b'9') if json.iter().any(|b| b".eE".contains(b)) => Self::Float,
            Some(b'-' | b'0'..=b'9') => Self::Int,
            _ => Self::Null,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "NoneType",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Str => "str",
            Self::List => "list",
            Self::Dict => "dict",
        })
    }
}

/// Accepts any value within the parser's nesting limit and discards it.
///
/// Unlike serde's `IgnoredAny`, it refuses half surrogate pairs and deep nesting.
#[derive(Debug, Clone, Copy)]
pub struct ValidateOnly;

impl<'de> DeserializeSeed<'de> for ValidateOnly {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValidateOnly {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_entry_seed(self, self)?.is_some() {}
        Ok(())
    }
}

fn utf8_text(body: &[u8]) -> Result<&str, JsonError> {
    let text = core::str::from_utf8(body).map_err(|error| not_utf8(body, error))?;
    if text.starts_with('\u{feff}') {
        let position = Some(Position::new(text, 0));
        return Err(JsonError { kind: JsonErrorKind::ByteOrderMark, position });
    }
    Ok(text)
}

fn not_utf8(body: &[u8], error: Utf8Error) -> JsonError {
    let start = error.valid_up_to();
    let rest = body.get(start..).unwrap_or_default();
    let first = rest.first().copied().unwrap_or_default();
    let (len, reason) = match error.error_len() {
        None => (rest.len(), "unexpected end of data"),
        Some(len) if matches!(first, 0xc2..=0xf4) => (len, "invalid continuation byte"),
        Some(len) => (len, "invalid start byte"),
    };
    let bytes = BadBytes { first, start, len };
    JsonError { kind: JsonErrorKind::Utf8 { bytes, reason }, position: None }
}

/// Reports a refusal of `text` in the vendor's words.
fn explain(text: &str, error: &serde_json::Error) -> JsonError {
    let (kind, at) = scan::find_error(text).unwrap_or_else(|| {
        // A fallback: the scanner is meant to find every error that the parser finds.
        let line_start = text.split_inclusive('\n').take(error.line().saturating_sub(1));
        let line_start = line_start.map(str::len).sum::<usize>();
        let at = line_start.saturating_add(error.column().saturating_sub(1));
        (JsonErrorKind::Other, at)
    });
    let has_position = !matches!(kind, JsonErrorKind::NotFinite(_));
    let position = has_position.then(|| Position::new(text, at));
    JsonError { kind, position }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::JSON_DEPTH_MAX;

    fn check(body: &[u8], expected: &str) {
        let error = parse(body, ValidateOnly).expect_err(expected);
        let body = String::from_utf8_lossy(body);
        assert_eq!(error.to_string(), format!("JSON parse error - {expected}"), "{body:?}");
    }

    #[test]
    fn errors_are_reported_as_in_python() {
        let table = include_str!("../../../../tests/vectors/json-faults.tsv");
        for row in table.lines().skip(1) {
            let (body, expected) = row.split_once('\t').unwrap();
            let body: String = serde_json::from_str(&format!("\"{body}\"")).unwrap();
            check(body.as_bytes(), expected);
        }
    }

    #[test]
    fn invalid_utf8_is_reported_as_in_python() {
        let cases: [(&[u8], &str); 10] = [
            (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
            (
                b"{\"a\":\"\xe2(\"}",
                "'utf-8' codec can't decode byte 0xe2 in position 6: invalid continuation byte",
            ),
            (
                b"{\"a\":\"\xe2\x82(\"}",
                "'utf-8' codec can't decode bytes in position 6-7: invalid continuation byte",
            ),
            (
                b"\"\xe2\x82",
                "'utf-8' codec can't decode bytes in position 1-2: unexpected end of data",
            ),
            (
                b"\"\xf0\x9f\x98",
                "'utf-8' codec can't decode bytes in position 1-3: unexpected end of data",
            ),
            (
                b"\"\xc3",
                "'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end of data",
            ),
            (
                b"\"\xed\xa0\x80\"",
                "'utf-8' codec can't decode byte 0xed in position 1: invalid continuation byte",
            ),
            (
                b"\"\xc0\xaf\"",
                "'utf-8' codec can't decode byte 0xc0 in position 1: invalid start byte",
            ),
            (b"\xf5", "'utf-8' codec can't decode byte 0xf5 in position 0: invalid start byte"),
            (
                b"\xf4\x90",
                "'utf-8' codec can't decode byte 0xf4 in position 0: invalid continuation byte",
            ),
        ];
        for (body, expected) in cases {
            check(body, expected);
        }
    }

    #[test]
    fn errors_that_python_accepts_have_own_messages() {
        let pair = "Surrogate characters are not allowed: U+";
        check(br#""\ud800""#, &format!("{pair}D800: line 1 column 2 (char 1)"));
        check(br#"["\udc00"]"#, &format!("{pair}DC00: line 1 column 3 (char 2)"));
        check(br#""\ud83d\ud83d\ude00""#, &format!("{pair}D83D: line 1 column 2 (char 1)"));
        check(br#"{"\uD83Dx":1}"#, &format!("{pair}D83D: line 1 column 3 (char 2)"));
        check(b"[1, -1e999]", "Number out of range: line 1 column 5 (char 4)");
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |levels| ["[".repeat(levels), "]".repeat(levels)].concat();
        let depth = "Nested too deeply, in 128 levels or more: line 1 column 128 (char 127)";
        assert_eq!(parse(nested(JSON_DEPTH_MAX).as_bytes(), ValidateOnly), Ok(()));
        check(nested(JSON_DEPTH_MAX + 1).as_bytes(), depth);
        check("[".repeat(100_000).as_bytes(), depth);
        check(
            r#"{"a":"#.repeat(100_000).as_bytes(),
            &depth.replace("128 (char 127)", "636 (char 635)"),
        );
    }

    #[test]
    fn json_passes() {
        for text in [
            "null",
            " {} ",
            "[]",
            "0",
            "-0.5e+10",
            "\"\"",
            "{\"a\":[1,{\"a\":null}],\"a\":false}",
            "\"\\u00e9\\n\\/\\b\"",
            "\"\\ud83d\\ude00\"",
            "\"\u{7f}\"",
            "123456789012345678901234567890",
        ] {
            assert_eq!(parse(text.as_bytes(), ValidateOnly), Ok(()), "{text}");
        }
    }
}
