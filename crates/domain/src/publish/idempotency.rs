//! Idempotency: a request that comes with a key is carried out once, however often it is sent.
//!
//! What was begun under a key is remembered before anything is done, with the ids it was given, so
//! a repeat does the same work on the same things, and what came of it once that is known, so a
//! repeat after that is answered as the first was. The key is good for the request that it came
//! with first, and for as long as deliveries are kept.

use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::fanout::{Plan, Published};
use crate::base::{Delay, EventId, Timestamp, WebhookId};
use crate::crypto::MasterKeys;
use crate::webhook::CreatedWebhook;

/// Why a header is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Nothing there.
    #[error("Idempotency-Key may not be empty.")]
    Empty,
    /// Too long.
    #[error("Idempotency-Key may not have more than {} characters.", IdempotencyKey::CHARS_MAX)]
    TooLong,
    /// A character that is not visible ASCII.
    #[error("Idempotency-Key may hold visible ASCII characters only.")]
    Character,
    /// It begins as a string in quotes and does not end as one.
    #[error("Idempotency-Key is not a string in double quotes.")]
    Quotes,
}

/// What a publisher calls a request, so that it can be repeated: visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The longest key, in characters.
    pub const CHARS_MAX: usize = 255;

    /// Reads the value of a header: a string of a structured field (RFC 8941 section 3.3.3), or the
    /// key itself.
    pub fn from_header(value: &str) -> Result<Self, KeyError> {
        match value.trim_matches([' ', '\t']).strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?.try_into(),
            None => value.trim_matches([' ', '\t']).to_owned().try_into(),
        }
    }

    /// The key under which a publish that came without one can be completed.
    pub fn of_event(id: &EventId) -> Self {
        Self(id.as_str().to_owned())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands between the quotes, of which the first was read.
fn unquoted(quoted: &str) -> Result<String, KeyError> {
    let mut key = String::new();
    let mut rest = quoted.chars();
    loop {
        match rest.next() {
            Some('"') if rest.as_str().is_empty() => return Ok(key),
            Some('\\') => match rest.next() {
                Some(escaped @ ('"' | '\\')) => key.push(escaped),
                _ => return Err(KeyError::Quotes),
            },
            Some('"') | None => return Err(KeyError::Quotes),
            Some(other) => key.push(other),
        }
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        if text.is_empty() {
            Err(KeyError::Empty)
        } else if !text.chars().all(|c| c.is_ascii_graphic()) {
            Err(KeyError::Character)
        } else if text.len() > Self::CHARS_MAX {
            Err(KeyError::TooLong)
        } else {
            Ok(Self(text))
        }
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

/// What tells a request's body from others: its SHA-256 or an HMAC, in hexadecimal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a body.
    pub fn of(body: &[u8]) -> Self {
        Self(hex(&Sha256::digest(body)))
    }

    /// The fingerprint of a body that may hold secrets. It is another one after the first master
    /// key has changed, and then a repeat counts as another request.
    pub fn keyed(ring: &MasterKeys, body: &[u8]) -> Self {
        ring.first().map_or_else(|| Self::of(body), |key| Self(hex(&key.mac(body))))
    }
}

fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write;
    let mut hex = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// A body may hold a password, which its hash could help to guess.
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(REDACTED)")
    }
}

/// A request that came with a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyed {
    /// The key.
    pub key: IdempotencyKey,
    /// What its body was.
    pub fingerprint: Fingerprint,
}

/// What is remembered of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// When it came first.
    pub at: Timestamp,
    /// What its body was.
    pub fingerprint: Fingerprint,
    /// What it asked for, and how far that is.
    pub work: Work,
}

/// What a request asked for, and how far that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Events that these webhooks may or may not have stored.
    Publishing(Plan),
    /// Events that were published, and what was answered.
    Published(Vec<Published>),
    /// A webhook that may or may not have been created.
    Creating(WebhookId),
    /// A webhook that was created, as it was then.
    Created(Box<CreatedWebhook>),
}

/// What a request with a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// The first with this key, as far as is remembered.
    First,
    /// The same as one before.
    Of(Work),
    /// Another than the one that this key came with first.
    Other,
}

impl IdempotencyRecord {
    /// What a request is, when `memo` is what is stored under its key and memos are kept for
    /// `retention`.
    pub fn judge(
        memo: Option<Self>,
        fingerprint: &Fingerprint,
        now: Timestamp,
        retention: Delay,
    ) -> Repeat {
        match memo.filter(|memo| now < memo.at.plus(retention)) {
            None => Repeat::First,
            Some(memo) if memo.fingerprint == *fingerprint => Repeat::Of(memo.work),
            Some(_) => Repeat::Other,
        }
    }
}

/// The time of a step, and for how long memos are kept.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Now.
    pub now: Timestamp,
    /// `RETENTION_HOURS`
    pub retention: Delay,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
    const RETENTION: Delay = Delay::from_secs(168 * 3_600);

    fn check(header: &str, expected: Result<&str, KeyError>) {
        let key = IdempotencyKey::from_header(header);
        assert_eq!(key.as_ref().map(IdempotencyKey::as_str), expected.as_ref().map(|k| *k));
    }

    #[test]
    fn a_key_is_a_string_in_quotes_or_bare() {
        check("8e03978e-40d5-43dd-bc93-6894a57f9324", Ok("8e03978e-40d5-43dd-bc93-6894a57f9324"));
        check("\"8e03978e-40d5-43dd-bc93\"", Ok("8e03978e-40d5-43dd-bc93"));
        check(" \t\"a\" ", Ok("a"));
        check(r#""a\"b\\c""#, Ok(r#"a"b\c"#));
        check("a\"b", Ok("a\"b"));
        check("!~", Ok("!~"));
        check(&"x".repeat(255), Ok(&"x".repeat(255)));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        check("", Err(KeyError::Empty));
        check(" ", Err(KeyError::Empty));
        check("\"\"", Err(KeyError::Empty));
        for quotes in ["\"", "\"a", "\"a\"b\"", "\"a\" ;p=1", "\"a\", \"b\"", r#""a\""#, r#""\a""#]
        {
            check(quotes, Err(KeyError::Quotes));
        }
        for character in ["a b", "\"a b\"", "a, b", "é", "a\u{7f}", "\"\u{1}\"", "\u{a0}"] {
            check(character, Err(KeyError::Character));
        }
        check(&"x".repeat(256), Err(KeyError::TooLong));
    }

    #[test]
    fn the_fingerprint_is_sha_256_and_is_not_printed() {
        // FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let fingerprint = Fingerprint::of(b"abc");
        assert_eq!(serde_json::to_string(&fingerprint).unwrap(), format!("\"{expected}\""));
        assert_eq!(format!("{fingerprint:?}"), "Fingerprint(REDACTED)");
    }

    #[test]
    fn a_keyed_fingerprint_is_the_first_keys_own() {
        let ring = |text: &str| MasterKeys::parse(text).unwrap();
        let (old, new) = (
            "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "b:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        );
        let keyed = Fingerprint::keyed(&ring(old), b"abc");
        assert_eq!(keyed, Fingerprint::keyed(&ring(&format!("{old},{new}")), b"abc"));
        assert_ne!(keyed, Fingerprint::keyed(&ring(new), b"abc"));
        assert_ne!(keyed, Fingerprint::keyed(&ring(old), b"abd"));
        assert_ne!(keyed, Fingerprint::of(b"abc"));
        assert_eq!(Fingerprint::keyed(&MasterKeys::default(), b"abc"), Fingerprint::of(b"abc"));
    }

    #[test]
    fn a_key_is_good_for_one_request_and_for_the_retention() {
        let work = || Work::Creating("w1".parse().unwrap());
        let memo =
            || IdempotencyRecord { at: NOW, fingerprint: Fingerprint::of(b"a"), work: work() };
        let check =
            |memo: Option<IdempotencyRecord>, body: &[u8], now: Timestamp, expected: Repeat| {
                assert_eq!(
                    IdempotencyRecord::judge(memo, &Fingerprint::of(body), now, RETENTION),
                    expected
                );
            };
        let last = NOW.plus(RETENTION).minus(Delay::from_ms(1));
        check(None, b"a", NOW, Repeat::First);
        check(Some(memo()), b"a", NOW, Repeat::Of(work()));
        check(Some(memo()), b"b", NOW, Repeat::Other);
        check(Some(memo()), b"a", last, Repeat::Of(work()));
        check(Some(memo()), b"b", last, Repeat::Other);
        check(Some(memo()), b"b", NOW.plus(RETENTION), Repeat::First);
        // A clock that went back is no reason to do it again.
        check(Some(memo()), b"a", NOW.minus(Delay::from_secs(60)), Repeat::Of(work()));
    }
}
