//! The syntax errors of JSON, in the words of Python's `json`, which the vendor's API uses. Errors
//! that Python does not report have messages of our own.

use core::fmt;

use thiserror::Error;

use crate::base::JSON_DEPTH_MAX;

/// The ways in which a body is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsonErrorKind {
    /// The bytes are not UTF-8.
    #[error("'utf-8' codec can't decode {bytes}: {reason}")]
    Utf8 {
        /// The invalid bytes.
        bytes: BadBytes,
        /// The reason, in Python's words.
        reason: &'static str,
    },
    /// The text starts with a byte order mark.
    #[error("Unexpected UTF-8 BOM (decode using utf-8-sig)")]
    ByteOrderMark,
    /// A comma is missing between two members or elements.
    #[error("Expecting ',' delimiter")]
    Comma,
    /// A colon is missing after a name.
    #[error("Expecting ':' delimiter")]
    Colon,
    /// A value is missing.
    #[error("Expecting value")]
    Value,
    /// A name is missing.
    #[error("Expecting property name enclosed in double quotes")]
    Name,
    /// More text follows the value.
    #[error("Extra data")]
    ExtraData,
    /// A string has no end.
    #[error("Unterminated string starting at")]
    UnterminatedString,
    /// A string contains a control character.
    #[error("Invalid control character at")]
    ControlCharacter,
    /// A backslash precedes a character that cannot be escaped.
    #[error("Invalid \\escape")]
    Escape,
    /// `\u` is not followed by four hexadecimal digits.
    #[error("Invalid \\uXXXX escape")]
    UnicodeEscape,
    /// The text contains `NaN` or an infinity.
    #[error("Out of range float values are not JSON compliant: '{0}'")]
    NotFinite(&'static str),
    /// Half of a surrogate pair. Receivers could not read it as a character.
    #[error("Surrogate characters are not allowed: U+{0:04X}")]
    Surrogate(u16),
    /// A number is beyond the range of a double.
    #[error("Number out of range")]
    NumberRange,
    /// The nesting is deeper than [`JSON_DEPTH_MAX`] levels.
    #[error("Nested too deeply, in {} levels or more", JSON_DEPTH_MAX + 1)]
    Depth,
    /// The parser refused the text, but the scanner found no error.
    #[error("Invalid JSON")]
    Other,
}

/// A sequence of bytes that is not UTF-8, formatted as Python does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBytes {
    /// The first byte.
    pub first: u8,
    /// The index of the first byte in the body.
    pub start: usize,
    /// The number of bytes.
    pub len: usize,
}

impl fmt::Display for BadBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, start, len } = self;
        if *len == 1 {
            write!(f, "byte {first:#04x} in position {start}")
        } else {
            let last = start.saturating_add(*len).saturating_sub(1);
            write!(f, "bytes in position {start}-{last}")
        }
    }
}
