//! Idempotency keys: a request with a key is carried out once, even if it is sent several times.
//!
//! Before anything else, a record with the ids of the new events or the new webhook is stored under
//! the key, so a repeat does the same work. Once the outcome is known, later repeats get the same
//! answer. A key belongs to the first request that has it, and its record is kept for
//! `IDEMPOTENCY_HOURS`.

use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::fanout::{Plan, Published};
use crate::base::{Delay, EventId, KEPT_PLAN_WEBHOOKS_MAX, Timestamp, WebhookId};
use crate::crypto::MasterKeys;
use crate::webhook::CreatedWebhook;

/// Why the value of an `Idempotency-Key` header is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The key is empty.
    #[error("Idempotency-Key may not be empty.")]
    Empty,
    /// The key has more than [`IdempotencyKey::CHARS_MAX`] characters.
    #[error("Idempotency-Key may not have more than {} characters.", IdempotencyKey::CHARS_MAX)]
    TooLong,
    /// The key has a character that is not visible ASCII.
    #[error("Idempotency-Key may hold visible ASCII characters only.")]
    Character,
    /// The value begins with a double quote but is not a valid quoted string.
    #[error("Idempotency-Key is not a string in double quotes.")]
    Quotes,
}

/// An idempotency key, which the client chooses: 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The longest key, in characters.
    pub const CHARS_MAX: usize = 255;

    /// Parses the value of a header: a string of a structured field (RFC 8941 section 3.3.3), or
    /// the bare key.
    pub fn from_header(value: &str) -> Result<Self, KeyError> {
        match value.trim_matches([' ', '\t']).strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?.try_into(),
            None => value.trim_matches([' ', '\t']).to_owned().try_into(),
        }
    }

    /// The key that completes a publish which came without a key: the event's id.
    pub fn of_event(id: &EventId) -> Self {
        Self(id.as_str().to_owned())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Parses a quoted string whose opening quote was already read.
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

/// Identifies the body of a request: its SHA-256 or an HMAC of it, in hexadecimal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The SHA-256 of a body.
    pub fn of(body: &[u8]) -> Self {
        Self(hex(&Sha256::digest(body)))
    }

    /// The fingerprint of a body that may contain secrets: an HMAC under the first master key, or
    /// the SHA-256 if there are no master keys. After the first master key has changed, a repeat
    /// counts as a different request.
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

/// Shows nothing: a body may contain a password, which its hash would help to guess.
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(REDACTED)")
    }
}

/// The idempotency key of a request, and the fingerprint of its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyedRequest {
    /// The key.
    pub key: IdempotencyKey,
    /// The fingerprint of the body.
    pub fingerprint: Fingerprint,
}

/// A run of an account's object: the time from its start to its end. Later runs have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Run(u64);

impl Run {
    /// Ids of a millisecond. Numbers of the object's storage are exact up to 2^53, and a time in
    /// milliseconds takes 41 bits of it.
    const IDS_PER_MS: u64 = 1_024;

    /// A new run. The random bytes distinguish it from one that began in the same millisecond.
    pub fn new(started: Timestamp, random: [u8; 2]) -> Self {
        let random = u64::from(u16::from_be_bytes(random)) % Self::IDS_PER_MS;
        Self(Self::first_at(started).0.saturating_add(random))
    }

    /// The least id of a run that began at `at`.
    pub const fn first_at(at: Timestamp) -> Self {
        Self(at.as_ms().saturating_mul(Self::IDS_PER_MS))
    }

    /// The run with this id.
    pub const fn from_stored(id: u64) -> Self {
        Self(id)
    }

    /// The time at which it began.
    pub const fn started(self) -> Timestamp {
        Timestamp::from_ms(self.0.div_euclid(Self::IDS_PER_MS))
    }

    /// The id as a number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// The number of a publish with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishNumber {
    /// The run that admitted it.
    pub run: Run,
    /// Its number within the run, from 0.
    pub number: u64,
}

/// The record that is stored under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// The time of the first request with the key.
    pub at: Timestamp,
    /// The fingerprint of that request's body.
    pub fingerprint: Fingerprint,
    /// The work of that request, and its progress.
    pub work: Work,
    /// The number of the publish. A publish that has begun is complete, as planned, once its number
    /// is known to be complete. `None` if it can be complete only by an outcome in `work`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<PublishNumber>,
}

/// The work of a request with a key, and its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A publish that has begun: the webhooks of the plan may or may not have stored the events.
    Publishing(Plan),
    /// A publish that is complete, with its answer.
    Published(Vec<Published>),
    /// A creation that has begun: the webhook may or may not exist.
    Creating(WebhookId),
    /// A creation that is complete, with the webhook as it was created.
    Created(Box<CreatedWebhook>),
}

/// How a request relates to the record of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// The first request with this key: there is no record, or it has expired.
    New,
    /// A repeat of the recorded request, with that request's work.
    Same(Work),
    /// A different request: the recorded one had another body.
    Different,
}

impl IdempotencyRecord {
    /// A record without a number.
    pub const fn new(at: Timestamp, fingerprint: Fingerprint, work: Work) -> Self {
        Self { at, fingerprint, work, number: None }
    }

    /// The outcome of a publish that has begun, if it ends as planned. `None` if that outcome has
    /// to be stored because it is much shorter than the plan.
    pub fn planned_outcome(&self) -> Option<Vec<Published>> {
        let Work::Publishing(plan) = &self.work else { return None };
        (plan.webhooks() <= KEPT_PLAN_WEBHOOKS_MAX).then(|| plan.planned_answers())
    }

    /// The record of a publish that is known to be complete: it has ended as planned unless the
    /// record has another outcome.
    #[must_use]
    pub fn completed(self) -> Self {
        let Work::Publishing(plan) = &self.work else { return self };
        Self { work: Work::Published(plan.planned_answers()), ..self }
    }

    /// Compares a request with `record`, the record of its key. Records expire after `kept`.
    pub fn compare(
        record: Option<Self>,
        fingerprint: &Fingerprint,
        now: Timestamp,
        kept: Delay,
    ) -> Comparison {
        match record.filter(|record| now < record.at.plus(kept)) {
            None => Comparison::New,
            Some(record) if record.fingerprint == *fingerprint => Comparison::Same(record.work),
            Some(_) => Comparison::Different,
        }
    }
}

/// The time of a step, and how long idempotency records are kept.
#[derive(Debug, Clone, Copy)]
pub struct StepClock {
    /// The current time.
    pub now: Timestamp,
    /// How long records are kept: `IDEMPOTENCY_HOURS`.
    pub kept: Delay,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
    const KEPT: Delay = Delay::from_secs(24 * 3_600);

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
    fn a_key_is_good_for_one_request_and_for_its_time() {
        let work = || Work::Creating("w1".parse().unwrap());
        let record = || IdempotencyRecord::new(NOW, Fingerprint::of(b"a"), work());
        let check = |record: Option<IdempotencyRecord>,
                     body: &[u8],
                     now: Timestamp,
                     expected: Comparison| {
            assert_eq!(
                IdempotencyRecord::compare(record, &Fingerprint::of(body), now, KEPT),
                expected
            );
        };
        let last = NOW.plus(KEPT).minus(Delay::from_ms(1));
        check(None, b"a", NOW, Comparison::New);
        check(Some(record()), b"a", NOW, Comparison::Same(work()));
        check(Some(record()), b"b", NOW, Comparison::Different);
        check(Some(record()), b"a", last, Comparison::Same(work()));
        check(Some(record()), b"b", last, Comparison::Different);
        check(Some(record()), b"b", NOW.plus(KEPT), Comparison::New);
        // A record stays valid when the clock goes back.
        check(Some(record()), b"a", NOW.minus(Delay::from_secs(60)), Comparison::Same(work()));
    }

    #[test]
    fn runs_are_in_the_order_of_their_start_and_exact_numbers() {
        let first = Run::new(NOW, [0, 7]);
        let same_ms = Run::new(NOW, [255, 255]);
        let later = Run::new(NOW.plus(Delay::from_ms(1)), [0, 0]);
        assert_eq!((first.started(), same_ms.started()), (NOW, NOW));
        assert!(Run::first_at(NOW) < first && first < same_ms && same_ms < later);
        let year_2200 = Run::new(Timestamp::from_ms(7_258_118_400_000), [255, 255]);
        assert!(year_2200.get() < 1 << 53);
    }
}
