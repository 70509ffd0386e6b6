//! What can be wrong with a text that should be JSON, in the words of Python's `json`, which stands
//! behind the vendor's API. Where Python has no words, because it lets the text pass, the words are
//! our own.

use core::fmt;

use thiserror::Error;

use crate::base::JSON_DEPTH_MAX;

/// The ways in which a body is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsonErrorKind {
    /// The bytes are no UTF-8.
    #[error("'utf-8' codec can't decode {bytes}: {reason}")]
    Utf8 {
        /// Which bytes.
        bytes: BadBytes,
        /// What is wrong with them.
        reason: &'static str,
    },
    /// A byte order mark stands in front.
    #[error("Unexpected UTF-8 BOM (decode using utf-8-sig)")]
    ByteOrderMark,
    /// No comma between two members.
    #[error("Expecting ',' delimiter")]
    Comma,
    /// No colon after a name.
    #[error("Expecting ':' delimiter")]
    Colon,
    /// No value where one must be.
    #[error("Expecting value")]
    Value,
    /// No name where one must be.
    #[error("Expecting property name enclosed in double quotes")]
    Name,
    /// Something follows the value.
    #[error("Extra data")]
    ExtraData,
    /// A string without an end.
    #[error("Unterminated string starting at")]
    UnterminatedString,
    /// A control character inside a string.
    #[error("Invalid control character at")]
    ControlCharacter,
    /// A backslash before a character that it cannot precede.
    #[error("Invalid \\escape")]
    Escape,
    /// `\u` without four hexadecimal digits.
    #[error("Invalid \\uXXXX escape")]
    UnicodeEscape,
    /// `NaN` or an infinity.
    #[error("Out of range float values are not JSON compliant: '{0}'")]
    NotFinite(&'static str),
    /// Half of a surrogate pair: no receiver could read it as a character.
    #[error("Surrogate characters are not allowed: U+{0:04X}")]
    Surrogate(u16),
    /// A number beyond the range of a double.
    #[error("Number out of range")]
    NumberRange,
    /// More levels than [`JSON_DEPTH_MAX`].
    #[error("Nested too deeply, in {} levels or more", JSON_DEPTH_MAX + 1)]
    Depth,
    /// Refused by the parser and by none of the above.
    #[error("Invalid JSON")]
    Other,
}

/// Bytes that are no UTF-8, told as Python tells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBytes {
    /// The first of them.
    pub first: u8,
    /// Its index.
    pub start: usize,
    /// How many there are.
    pub len: usize,
}

impl fmt::Display for BadBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, start, len } = self;
        if *len == 1 {
            write!(f, "byte {first:#04x} in position {start}")
        } else {
            write!(f, "bytes in position {start}-{}", start + len - 1)
        }
    }
}
