//! The trace of an event, by W3C Trace Context (<https://www.w3.org/TR/trace-context/>).
//!
//! A publisher may say in which trace it publishes. Every attempt of the event is a span of that
//! trace. An event without a trace begins one. Ids of that trace and of all spans are computed from
//! what is stored anyway, so they need no storage and never change.

use core::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::base::{
    EventId, TRACESTATE_CHARS_MAX, TRACESTATE_LONG_MEMBER_CHARS, TRACESTATE_MEMBERS_MAX, Timestamp,
    WebhookId,
};

/// The header with the trace and the span of its sender.
pub const TRACEPARENT: &str = "traceparent";

/// The header with what tracing systems add to a trace.
pub const TRACESTATE: &str = "tracestate";

/// The length of a `traceparent` of version 00, and of what later versions have in common with it.
const TRACEPARENT_CHARS: usize = 55;

/// The flags that are passed on: `sampled`, and `random` of level 2. The specification reserves all
/// others and has them cleared.
const FLAGS_PASSED_ON: u8 = 0b11;

/// The flags of a trace that begins here: sampled. The receivers' samplers follow their parent by
/// default, so they would record nothing of an unsampled trace.
const FLAGS_OF_NEW: &str = "01";

/// The trace in which an event was published: the publisher's `traceparent`, in the form of version
/// 00, and after a space its `tracestate`, if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TraceContext(String);

/// A stored text is not a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a trace")]
pub struct TraceError;

impl TraceContext {
    /// Reads the headers of a publish. `None` without a valid `traceparent`: then the event begins
    /// a trace, and the `tracestate` means nothing. An invalid `tracestate` is left out.
    pub fn from_headers(parent: Option<&str>, state: Option<&str>) -> Option<Self> {
        let parent = parent_of(parent?.trim_matches(is_space))?;
        Some(Self(match state.and_then(state_of) {
            Some(state) if !state.is_empty() => format!("{parent} {state}"),
            Some(_) | None => parent,
        }))
    }

    /// The id of the trace, 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        self.field(1)
    }

    /// The id of the span in which the event was published, 16 hexadecimal digits.
    pub fn parent_span_id(&self) -> &str {
        self.field(2)
    }

    /// The text that is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn field(&self, index: usize) -> &str {
        self.0.split(['-', ' ']).nth(index).unwrap_or_default()
    }

    /// The `tracestate`, if there is one.
    pub fn state(&self) -> Option<&str> {
        self.0.split_once(' ').map(|(_, state)| state)
    }
}

impl TryFrom<String> for TraceContext {
    type Error = TraceError;

    fn try_from(text: String) -> Result<Self, TraceError> {
        let (parent, state) = text.split_once(' ').unwrap_or((&text, ""));
        Self::from_headers(Some(parent), Some(state)).ok_or(TraceError)
    }
}

impl From<TraceContext> for String {
    fn from(trace: TraceContext) -> Self {
        trace.0
    }
}

/// The id of the trace of an event, 32 hexadecimal digits. Without a trace of its publisher, it is
/// the start of the SHA-256 of the event's id. The bytes of the id itself would do as well, but
/// begin with the time, and some samplers take the first bytes for random.
pub fn trace_id(trace: Option<&TraceContext>, event_id: &EventId) -> String {
    trace.map_or_else(|| hash(event_id.as_str(), 16), |trace| trace.trace_id().to_owned())
}

/// The id of the span of an attempt at `at`, 16 hexadecimal digits.
pub fn span_id(webhook: &WebhookId, event_id: &EventId, at: Timestamp) -> String {
    hash(&format!("{webhook}/{event_id}/{}", at.as_ms()), 8)
}

/// The `traceparent` of an attempt at `at`.
pub fn parent(
    trace: Option<&TraceContext>,
    webhook: &WebhookId,
    event_id: &EventId,
    at: Timestamp,
) -> String {
    let (trace_id, span_id) = (trace_id(trace, event_id), span_id(webhook, event_id, at));
    let flags = trace.map_or(FLAGS_OF_NEW, |trace| trace.field(3));
    format!("00-{trace_id}-{span_id}-{flags}")
}

/// The ids of the trace and the span in a `traceparent`. `None` for any other text, which an
/// earlier release let owners send under this name.
pub fn ids(parent: &str) -> Option<(&str, &str)> {
    parent_of(parent)?;
    let mut fields = parent.split('-').skip(1);
    Some((fields.next()?, fields.next()?))
}

/// The first bytes of the SHA-256 of a text, in hexadecimal. That all are zero, which no id may be,
/// is as likely as guessing the id.
fn hash(text: &str, bytes: usize) -> String {
    let mut hex = String::with_capacity(bytes.saturating_mul(2));
    for byte in Sha256::digest(text).into_iter().take(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Reads a `traceparent` (section 3.2) and returns it in the form of version 00. A later version
/// may add fields, which are dropped, since this one cannot pass them on.
fn parent_of(header: &str) -> Option<String> {
    let (known, more) = header.split_at_checked(TRACEPARENT_CHARS)?;
    let mut fields = known.split('-');
    let mut field = |digits: usize| {
        let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        fields.next().filter(|field| field.len() == digits && field.bytes().all(is_digit))
    };
    let (version, trace_id, span_id, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
    let is_id = |id: &str| id.bytes().any(|digit| digit != b'0');
    let may_have_more = version != "00" && more.starts_with('-');
    if version == "ff" || !is_id(trace_id) || !is_id(span_id) || !(more.is_empty() || may_have_more)
    {
        return None;
    }
    let flags = u8::from_str_radix(flags, 16).ok()? & FLAGS_PASSED_ON;
    Some(format!("00-{trace_id}-{span_id}-{flags:02x}"))
}

/// Reads a `tracestate` (section 3.3): members, separated by commas, of which none may be invalid.
/// Of one that is too long the long members go first, then the last ones.
fn state_of(header: &str) -> Option<String> {
    let members = || {
        let members = header.split(',').map(|member| member.trim_matches(is_space));
        members.filter(|member| !member.is_empty())
    };
    let (mut count, mut chars) = (0_usize, 0_usize);
    for member in members() {
        if !is_member(member) {
            return None;
        }
        count = count.saturating_add(1);
        chars = chars.saturating_add(member.len()).saturating_add(1);
    }
    if count > TRACESTATE_MEMBERS_MAX {
        return None;
    }
    // Each is counted with a comma, and the first has none.
    let chars_max = TRACESTATE_CHARS_MAX.saturating_add(1);
    let member_max =
        if chars > chars_max { TRACESTATE_LONG_MEMBER_CHARS } else { TRACESTATE_CHARS_MAX };
    let mut state = String::new();
    for member in members().filter(|member| member.len() <= member_max) {
        if state.len().saturating_add(member.len()) >= TRACESTATE_CHARS_MAX && !state.is_empty() {
            break;
        }
        if !state.is_empty() {
            state.push(',');
        }
        state.push_str(member);
    }
    Some(state)
}

/// Whether a member of a `tracestate` is a key and a value of the characters that they may have.
fn is_member(member: &str) -> bool {
    let is_of_key = |b: u8| {
        b.is_ascii_lowercase()
            || b.is_ascii_digit()
            || matches!(b, b'_' | b'-' | b'*' | b'/' | b'@')
    };
    let is_of_value = |b: u8| matches!(b, b' '..=b'~') && b != b'=';
    member.split_once('=').is_some_and(|(key, value)| {
        !key.is_empty()
            && key.bytes().all(is_of_key)
            && !value.is_empty()
            && value.bytes().all(is_of_value)
    })
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn read(parent: &str, state: Option<&str>) -> Option<String> {
        TraceContext::from_headers(Some(parent), state).map(String::from)
    }

    /// The vectors of section 3.2 and of the W3C's test suite (`test_traceparent_*`).
    #[test]
    fn a_traceparent_is_read_as_the_specification_says() {
        let good = |header: &str, flags: &str| {
            let expected = Some(format!("00-{TRACE}-{SPAN}-{flags}"));
            assert_eq!(read(header, None), expected, "{header:?}");
        };
        good(&format!("00-{TRACE}-{SPAN}-01"), "01");
        good(&format!("00-{TRACE}-{SPAN}-00"), "00");
        good(&format!(" \t00-{TRACE}-{SPAN}-01\t "), "01");
        // `random` of level 2 is passed on; flags without a meaning are cleared.
        good(&format!("00-{TRACE}-{SPAN}-03"), "03");
        good(&format!("00-{TRACE}-{SPAN}-ff"), "03");
        good(&format!("00-{TRACE}-{SPAN}-0c"), "00");
        // A later version is read as far as it is known.
        good(&format!("01-{TRACE}-{SPAN}-01"), "01");
        good(&format!("cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like"), "01");
        good(&format!("fe-{TRACE}-{SPAN}-01-"), "01");
        for bad in [
            String::new(),
            "00".to_owned(),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-01-what-the-future-will-be-like"),
            format!("00-{TRACE}-{SPAN}-01-"),
            format!("00-{TRACE}-{SPAN}-01."),
            format!("cc-{TRACE}-{SPAN}-01.what-the-future-will-not-be-like"),
            format!("cc-{TRACE}-{SPAN}-01what"),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{}-01", SPAN.to_uppercase()),
            format!("00-{TRACE}-{SPAN}-0A"),
            format!("0A-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-001"),
            format!("0-{TRACE}-{SPAN}-01"),
            format!("000-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", &TRACE[1..]),
            format!("00-{TRACE}0-{}-01", &SPAN[1..]),
            format!("00-{}.-{SPAN}-01", &TRACE[1..]),
            format!("00-{TRACE}-{}.-01", &SPAN[1..]),
            format!("00-{TRACE}-{SPAN}-.0"),
            format!("00-{TRACE}-{SPAN}-+1"),
            format!("00_{TRACE}_{SPAN}_01"),
            format!("00-{TRACE}-00f067aa0ba902\u{e9}-01"),
            // Two headers, which arrive as one.
            format!("00-{TRACE}-{SPAN}-01, 00-{TRACE}-{SPAN}-01"),
            format!("01-{TRACE}-{SPAN}-01, 01-{TRACE}-{SPAN}-01"),
        ] {
            assert_eq!(read(&bad, Some("a=1")), None, "{bad:?}");
        }
        assert_eq!(TraceContext::from_headers(None, Some("a=1")), None);
    }

    #[test]
    fn a_tracestate_is_kept_unless_it_is_invalid() {
        let check = |state: &str, expected: &str| {
            let parent = format!("00-{TRACE}-{SPAN}-01");
            let kept = read(&parent, Some(state)).unwrap();
            let expected = format!("{parent} {expected}");
            assert_eq!(kept, expected.trim_end(), "{state:?}");
        };
        check("congo=t61rcWkgMzE", "congo=t61rcWkgMzE");
        check("rojo=00f067aa0ba902b7, congo=a b ", "rojo=00f067aa0ba902b7,congo=a b");
        check(
            "\tfw529a3039@dt=FfAFTwk8gABQ;x ,, 0a*/-_=!",
            "fw529a3039@dt=FfAFTwk8gABQ;x,0a*/-_=!",
        );
        for invalid in ["", " ", ",", "a", "a=", "=1", "A=1", "a =1", "a=1=2", "a=\u{e9}", "a=1,b"]
        {
            check(invalid, "");
        }
        let many = |count: usize| (0..count).map(|n| format!("k{n}=1")).collect::<Vec<_>>();
        check(&many(32).join(","), &many(32).join(","));
        check(&many(33).join(","), "");
    }

    #[test]
    fn a_long_tracestate_loses_its_long_members_and_then_its_last() {
        let check = |lengths: &[usize], kept: &[usize]| {
            let member = |(index, length): (usize, &usize)| {
                format!(
                    "{}={}",
                    char::from(b'a' + u8::try_from(index).unwrap()),
                    "x".repeat(length - 2)
                )
            };
            let members: Vec<String> = lengths.iter().enumerate().map(member).collect();
            let state = state_of(&members.join(", ")).unwrap();
            assert!(state.len() <= TRACESTATE_CHARS_MAX);
            let expected: Vec<&str> = kept.iter().map(|&index| members[index].as_str()).collect();
            assert_eq!(state, expected.join(","));
        };
        check(&[512], &[0]);
        check(&[513], &[]);
        check(&[128, 128, 128, 125], &[0, 1, 2, 3]);
        check(&[128, 128, 128, 126], &[0, 1, 2]);
        check(&[129, 128, 128, 128], &[1, 2, 3]);
        check(&[100, 300, 100, 100, 100], &[0, 2, 3, 4]);
        check(&[100, 100, 100, 100, 100, 100], &[0, 1, 2, 3, 4]);
    }

    #[test]
    fn each_attempt_is_a_span_of_the_trace_of_its_event() {
        let (webhook, other) = ("w1".parse().unwrap(), "w2".parse().unwrap());
        let event: EventId = "e1".parse().unwrap();
        let text = format!("00-{TRACE}-{SPAN}-00");
        let given = TraceContext::from_headers(Some(&text), Some("a=1")).unwrap();
        assert_eq!((given.trace_id(), given.parent_span_id()), (TRACE, SPAN));
        assert_eq!(given.state(), Some("a=1"));
        let sent = |trace: Option<&TraceContext>, webhook: &WebhookId, at_ms: u64| {
            parent(trace, webhook, &event, Timestamp::from_ms(at_ms))
        };
        let first = sent(Some(&given), &webhook, 1);
        assert_eq!(first, sent(Some(&given), &webhook, 1), "it can be shown later");
        let span = span_id(&webhook, &event, Timestamp::from_ms(1));
        assert_eq!(first, format!("00-{TRACE}-{span}-00"));
        for other in [sent(Some(&given), &webhook, 2), sent(Some(&given), &other, 1)] {
            assert_ne!(other, first);
            assert_eq!(ids(&other).unwrap().0, TRACE);
        }
        // A trace that begins here.
        let new = sent(None, &webhook, 1);
        assert_eq!(ids(&new), Some((trace_id(None, &event).as_str(), span.as_str())));
        assert!(new.ends_with("-01"), "{new}");
        assert!(TraceContext::from_headers(Some(&new), None).is_some(), "{new}");
    }

    #[test]
    fn a_stored_trace_that_cannot_be_read_is_an_error() {
        for text in ["\"\"", "\"x\"", "1"] {
            assert!(serde_json::from_str::<TraceContext>(text).is_err(), "{text}");
        }
    }
}
