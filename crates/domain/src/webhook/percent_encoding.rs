//! Percent-encoding of what a path or a query may not contain (RFC 3986 section 2.1).
//!
//! URL parsers of the WHATWG leave `[`, `]`, `|`, `^` and some others as they are, and a `%` that
//! begins no escape too.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Percent-encodes every byte of a path or a query that RFC 3986 does not allow there. What is
/// encoded already stays as it is, so encoding twice is the same as encoding once.
pub(crate) fn encoded(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_kept = |(at, byte): (usize, &u8)| match byte {
        b'%' => is_escape(bytes, at),
        _ => is_allowed(*byte),
    };
    if bytes.iter().enumerate().all(is_kept) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    for (at, byte) in bytes.iter().enumerate() {
        if is_kept((at, byte)) {
            out.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Cow::Owned(out)
}

/// Whether the `%` at `at` begins an escape: two hexadecimal digits follow.
fn is_escape(bytes: &[u8], at: usize) -> bool {
    let digit = |after| bytes.get(at.saturating_add(after)).is_some_and(u8::is_ascii_hexdigit);
    digit(1) && digit(2)
}

/// The characters of `pchar`, and `/` and `?` (RFC 3986 sections 3.3 and 3.4).
const fn is_allowed(byte: u8) -> bool {
    matches!(
        byte,
        b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-' | b'.' | b'_' | b'~'
            | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
            | b':' | b'@' | b'/' | b'?'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_allowed_is_encoded() {
        let check = |text: &str, expected: &str| {
            assert_eq!(encoded(text), expected, "{text:?}");
            assert_eq!(encoded(expected), expected, "{text:?}, encoded twice");
        };
        let allowed = "/AZaz09-._~!$&'()*+,;=:@?%20%aF";
        check(allowed, allowed);
        check("", "");
        check("[]{}|^`\"<>\\# ", "%5B%5D%7B%7D%7C%5E%60%22%3C%3E%5C%23%20");
        check("\u{e9}\u{7f}\0", "%C3%A9%7F%00");
        check("100%", "100%25");
        check("%", "%25");
        check("%a", "%25a");
        check("%zz%2g%%41", "%25zz%252g%25%41");
    }

    #[test]
    fn every_byte_is_allowed_or_encoded() {
        for byte in 0..=127_u8 {
            let text = char::from(byte).to_string();
            let out = encoded(&text).into_owned();
            let expected = format!("%{byte:02X}");
            assert!(out == text || out == expected, "{text:?}: {out}");
            assert_eq!(encoded(&out), out, "{text:?}");
        }
    }
}
