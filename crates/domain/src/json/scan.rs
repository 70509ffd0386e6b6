//! A scanner that finds the first syntax error of a text, as Python's `json` would.
//!
//! It runs only over texts that the parser has refused. It has the parser's limits, so the parser
//! accepts every text in which `find_error` finds no error. The messages are in
//! [`super::error_kind`].

use super::error_kind::JsonErrorKind;
use crate::base::JSON_DEPTH_MAX;

/// An error and the index of its byte.
type Found = (JsonErrorKind, usize);

/// Finds the first error of `text`.
///
/// Half surrogate pairs and numbers beyond the range of a double are not errors to Python. They are
/// reported only if there is no other error.
pub(crate) fn find_error(text: &str) -> Option<Found> {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        depth: 0,
        tolerated: None,
        pending_high_surrogate: None,
    };
    scanner.document().err().or(scanner.tolerated)
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// The index of the next byte.
    at: usize,
    /// The number of open arrays and objects.
    depth: usize,
    /// The first error that Python does not report.
    tolerated: Option<Found>,
    /// The high surrogate that was just read, and its index.
    pending_high_surrogate: Option<(u16, usize)>,
}

impl Scanner<'_> {
    fn document(&mut self) -> Result<(), Found> {
        self.skip_space();
        self.value()?;
        self.skip_space();
        if self.at < self.bytes.len() { Err((JsonErrorKind::ExtraData, self.at)) } else { Ok(()) }
    }

    fn value(&mut self) -> Result<(), Found> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'-' | b'0'..=b'9') if self.number() => Ok(()),
            _ => self.literal(),
        }
    }

    fn nested(&mut self, inside: fn(&mut Self) -> Result<(), Found>) -> Result<(), Found> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > JSON_DEPTH_MAX {
            return Err((JsonErrorKind::Depth, self.at));
        }
        self.advance(1);
        self.skip_space();
        inside(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn object(&mut self) -> Result<(), Found> {
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err((JsonErrorKind::Name, self.at));
            }
            self.string()?;
            self.skip_space();
            if !self.take(b':') {
                return Err((JsonErrorKind::Colon, self.at));
            }
            self.skip_space();
            self.value()?;
            if self.end_or_comma(b'}')? {
                return Ok(());
            }
        }
    }

    fn array(&mut self) -> Result<(), Found> {
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.value()?;
            if self.end_or_comma(b']')? {
                return Ok(());
            }
        }
    }

    /// Reads the end of an array or object and returns true, or a comma with the space after it and
    /// returns false.
    fn end_or_comma(&mut self, end: u8) -> Result<bool, Found> {
        self.skip_space();
        if self.take(end) {
            return Ok(true);
        }
        if !self.take(b',') {
            return Err((JsonErrorKind::Comma, self.at));
        }
        self.skip_space();
        Ok(false)
    }

    fn string(&mut self) -> Result<(), Found> {
        let start = self.at;
        self.advance(1);
        loop {
            let at = self.at;
            self.advance(1);
            match self.bytes.get(at) {
                None => return Err((JsonErrorKind::UnterminatedString, start)),
                Some(b'\\') => self.escape(start, at)?,
                Some(b'"') => {
                    self.end_surrogate_pair();
                    return Ok(());
                }
                Some(..=0x1f) => return Err((JsonErrorKind::ControlCharacter, at)),
                Some(_) => self.end_surrogate_pair(),
            }
        }
    }

    /// Reads the rest of the escape whose backslash is at `backslash`.
    fn escape(&mut self, string_start: usize, backslash: usize) -> Result<(), Found> {
        let at = self.at;
        self.advance(1);
        match self.bytes.get(at) {
            None => Err((JsonErrorKind::UnterminatedString, string_start)),
            Some(b'u') => {
                // Like Python, require a character after the four digits before they are checked.
                let end = self.at.saturating_add(4);
                let digits = self.text.get(self.at..end).filter(|_| end < self.bytes.len());
                let unit = digits
                    .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|digits| u16::from_str_radix(digits, 16).ok())
                    .ok_or((JsonErrorKind::UnicodeEscape, at))?;
                self.advance(4);
                self.utf16_unit(unit, backslash);
                Ok(())
            }
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.end_surrogate_pair();
                Ok(())
            }
            Some(_) => Err((JsonErrorKind::Escape, backslash)),
        }
    }

    /// Takes a UTF-16 unit of an escape, and notes a surrogate that has no other half.
    fn utf16_unit(&mut self, unit: u16, at: usize) {
        match unit {
            0xdc00..=0xdfff if self.pending_high_surrogate.take().is_some() => {}
            0xdc00..=0xdfff => self.note(JsonErrorKind::Surrogate(unit), at),
            _ => {
                self.end_surrogate_pair();
                self.pending_high_surrogate =
                    (0xd800..=0xdbff).contains(&unit).then_some((unit, at));
            }
        }
    }

    /// Notes the pending high surrogate, if there is one: its other half is missing.
    fn end_surrogate_pair(&mut self) {
        if let Some((unit, at)) = self.pending_high_surrogate.take() {
            self.note(JsonErrorKind::Surrogate(unit), at);
        }
    }

    fn note(&mut self, kind: JsonErrorKind, at: usize) {
        self.tolerated.get_or_insert((kind, at));
    }

    /// Reads the longest number that starts here. Returns false if there is none.
    fn number(&mut self) -> bool {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            self.at = start;
            return false;
        }
        self.optional(|scanner| scanner.take(b'.'));
        self.optional(|scanner| {
            let mark = scanner.take(b'e') || scanner.take(b'E');
            if mark && !scanner.take(b'+') {
                scanner.take(b'-');
            }
            mark
        });
        let number = self.text.get(start..self.at).and_then(|number| number.parse::<f64>().ok());
        if number.is_none_or(f64::is_infinite) {
            self.note(JsonErrorKind::NumberRange, start);
        }
        true
    }

    /// Reads an optional part of a number: a `mark` followed by digits.
    fn optional(&mut self, mark: fn(&mut Self) -> bool) {
        let start = self.at;
        if !mark(self) || self.digits() == 0 {
            self.at = start;
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.advance(1);
        }
        self.at.saturating_sub(start)
    }

    fn literal(&mut self) -> Result<(), Found> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let find = |words: [&'static str; 3]| words.into_iter().find(|w| rest.starts_with(w));
        if let Some(word) = find(["NaN", "Infinity", "-Infinity"]) {
            return Err((JsonErrorKind::NotFinite(word), self.at));
        }
        let word = find(["null", "true", "false"]).ok_or((JsonErrorKind::Value, self.at))?;
        self.advance(word.len());
        Ok(())
    }

    fn advance(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.advance(1);
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.advance(usize::from(found));
        found
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}
