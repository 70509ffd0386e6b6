//! The log line of a request and of an attempt, and a data point of each for the counters.
//!
//! They contain ids, numbers and patterns, and never a query, a header, a body or a key.

use core::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::request_context::RequestContext;
use crate::base::{AccountId, Delay, EventId, KeyId, WebhookId};
use crate::delivery::{Answer, Cause, Fault, Outcome};
use crate::dispatch::{AttemptReport, SendJob, Settled};
use crate::event::EventType;
use crate::webhook::DeactivateReason;

/// The route of a path that names nothing.
const UNKNOWN: &str = "unknown";

/// The index of a data point if the account is unknown. No account can have this name.
const NO_ACCOUNT: &str = "-";

/// An answered request.
#[derive(Debug, Clone, Copy)]
pub struct AnsweredRequest<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// The time until the answer.
    pub took: Delay,
    /// The platform's id of the request, if it has one.
    pub request_id: Option<&'a str>,
}

/// The log line of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename = "request")]
pub struct RequestLine<'a> {
    method: &'a str,
    route: &'static str,
    status: u16,
    duration_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_id: Option<&'a WebhookId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<&'a KeyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl<'a> RequestLine<'a> {
    /// Makes the line. Without a valid key the line has no ids, since a caller may put any text in
    /// their place.
    pub fn new(subject: &'a RequestContext, answered: AnsweredRequest<'a>) -> Self {
        let known = subject.by.as_ref().map(|_| subject);
        Self {
            method: answered.method,
            route: subject.route.unwrap_or(UNKNOWN),
            status: answered.status,
            duration_ms: answered.took.as_ms(),
            account: known.and_then(|subject| subject.account.as_ref()),
            by: subject.by.as_ref().map(ToString::to_string),
            webhook_id: known.and_then(|subject| subject.webhook.as_ref()),
            event_id: known.and_then(|subject| subject.event.as_ref()),
            trace_id: known.and_then(|subject| subject.trace_id.as_deref()),
            key_id: known.and_then(|subject| subject.key.as_ref()),
            request_id: answered.request_id,
        }
    }

    /// Whether the answer is a 5xx.
    pub const fn has_failed(&self) -> bool {
        self.status >= 500
    }

    /// The data point of the request.
    pub fn point(&self) -> Point {
        Point {
            index: index(self.account),
            blobs: ["request", self.route, &self.status.to_string(), self.method, ""]
                .map(str::to_owned),
            doubles: [1.0, as_f64(self.duration_ms), 0.0],
        }
    }
}

/// A settled attempt.
#[derive(Debug, Clone, Copy)]
pub struct SettledAttempt<'a> {
    /// The attempt.
    pub attempt: &'a SendJob,
    /// The account and the webhook; `None` once the webhook is deleted.
    pub owner: Option<(&'a AccountId, &'a WebhookId)>,
    /// The report of the attempt.
    pub report: &'a AttemptReport,
    /// The consequence of the outcome.
    pub settled: Settled,
}

/// The log line of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename = "try")]
pub struct AttemptLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_id: Option<&'a WebhookId>,
    event_id: &'a EventId,
    event_type: &'a EventType,
    /// The ids of the trace and the span in the `traceparent` of the POST; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_id: Option<&'a str>,
    #[serde(rename = "try")]
    number: u32,
    cause: Cause,
    /// The status of the answer; `null` without an answer.
    status: Option<u16>,
    /// The class of the failure; `null` after a success.
    fault: Option<Fault>,
    duration_ms: u64,
    became: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<DeactivateReason>,
}

impl<'a> AttemptLine<'a> {
    /// Makes the line.
    pub fn new(settled_attempt: SettledAttempt<'a>) -> Self {
        let SettledAttempt { attempt, owner, report, settled } = settled_attempt;
        let (trace_id, span_id) = attempt.trace_ids().unzip();
        let (became, retry_at, reason) = match settled {
            Settled::Delivered => ("delivered", None, None),
            Settled::Retried { due } => ("retried", Some(due.rfc3339()), None),
            Settled::Deactivated(reason) => ("deactivated", None, Some(reason)),
            Settled::Ignored => ("ignored", None, None),
        };
        Self {
            account: owner.map(|(account, _)| account),
            webhook_id: owner.map(|(_, webhook)| webhook),
            event_id: &attempt.event_id,
            event_type: &attempt.event_type,
            trace_id,
            span_id,
            number: attempt.number,
            cause: attempt.cause,
            status: match report.outcome {
                Outcome::Answered(Answer { status, .. }) => Some(status),
                Outcome::Failed(_) => None,
            },
            fault: report.fault,
            duration_ms: report.took.as_ms(),
            became,
            retry_at,
            reason,
        }
    }

    /// Whether the attempt failed.
    pub const fn has_failed(&self) -> bool {
        self.fault.is_some()
    }

    /// The data point of the attempt.
    pub fn point(&self) -> Point {
        let webhook = self.webhook_id.map_or("", WebhookId::as_str);
        let status = self.status.map(|status| status.to_string());
        let outcome = status.as_deref().or(self.fault.map(Fault::as_str)).unwrap_or_default();
        Point {
            index: index(self.account),
            blobs: ["try", self.event_type.as_str(), self.became, outcome, webhook]
                .map(str::to_owned),
            doubles: [1.0, as_f64(self.duration_ms), f64::from(self.number)],
        }
    }
}

/// A data point of Workers Analytics Engine. Its columns have no names, so requests and attempts
/// use each column for similar values.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The account. The platform samples by this column.
    pub index: String,
    /// Of a request: `request`, the route, the status, the method, and empty text. Of an attempt:
    /// `try`, the event type, what became of the delivery, the status or else the class of the
    /// failure, and the webhook.
    pub blobs: [String; 5],
    /// The number 1, so that a sum counts points; the duration in milliseconds; and the number of
    /// the attempt, or 0.
    pub doubles: [f64; 3],
}

/// The most bytes of an index (Workers Analytics Engine, limits).
const INDEX_BYTES_MAX: usize = 96;

/// The bytes of a hash that tell long names apart.
const HASH_BYTES: usize = 8;

/// The index of a point: the account. The end of a name that is too long is replaced by its hash,
/// after a `~`, which no name has.
fn index(account: Option<&AccountId>) -> String {
    let name = account.map_or(NO_ACCOUNT, AccountId::as_str);
    if name.len() <= INDEX_BYTES_MAX {
        return name.to_owned();
    }
    let mut index: String = name.chars().take(INDEX_BYTES_MAX - 2 * HASH_BYTES - 1).collect();
    index.push('~');
    for byte in Sha256::digest(name.as_bytes()).into_iter().take(HASH_BYTES) {
        // Writing to a string cannot fail.
        let _ = write!(index, "{byte:02x}");
    }
    index
}

/// A duration in milliseconds as a floating-point number, at most 49 days.
fn as_f64(ms: u64) -> f64 {
    f64::from(u32::try_from(ms).unwrap_or(u32::MAX))
}

/// Makes the id of a failed request that the platform gave none: 16 hexadecimal digits.
pub fn new_request_id(entropy: [u8; 8]) -> String {
    format!("{:016x}", u64::from_be_bytes(entropy))
}

/// The platform's id of a request, from its header `CF-Ray`: 16 hexadecimal digits, and optionally
/// the data center. `None` for any other text, which the platform has not set.
pub fn request_id(header: Option<&str>) -> Option<&str> {
    header.filter(|text| {
        let (id, data_center) = text.split_once('-').unwrap_or((text, "XXX"));
        let is_hex = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
        (id.len(), data_center.len()) == (16, 3)
            && id.bytes().all(is_hex)
            && data_center.bytes().all(|c| c.is_ascii_uppercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Actor;
    use crate::base::{LeaseToken, Seq, Timestamp};
    use crate::delivery::{Answer, Outbound, SendError, SignalHeaders};

    fn answered(method: &str, status: u16) -> AnsweredRequest<'_> {
        AnsweredRequest { method, status, took: Delay::from_ms(12), request_id: None }
    }

    fn check(line: &impl Serialize, expected: &str) {
        assert_eq!(serde_json::to_string(line).unwrap(), expected);
    }

    #[test]
    fn a_line_has_the_pattern_and_the_ids() {
        let mut subject = RequestContext::of("/v1/webhooks/w1/deliveries/e1");
        subject.by = Some(Actor::Key("0a".parse().unwrap()));
        subject.account = Some("acme".parse().unwrap());
        let answered = AnsweredRequest { request_id: Some("r1"), ..answered("GET", 200) };
        let line = RequestLine::new(&subject, answered);
        check(
            &line,
            concat!(
                r#"{"event":"request","method":"GET","#,
                r#""route":"/v1/webhooks/{id}/deliveries/{event_id}","status":200,"#,
                r#""duration_ms":12,"account":"acme","by":"0a","webhook_id":"w1","#,
                r#""event_id":"e1","request_id":"r1"}"#,
            ),
        );
        let blobs = ["request", "/v1/webhooks/{id}/deliveries/{event_id}", "200", "GET", ""];
        let point = line.point();
        assert_eq!((point.index.as_str(), point.doubles), ("acme", [1.0, 12.0, 0.0]));
        assert_eq!(point.blobs, blobs);
    }

    #[test]
    fn a_line_without_a_valid_key_has_no_ids() {
        let subject = RequestContext::of("/v1/admin/accounts/5ec2e7");
        let line = RequestLine::new(&subject, answered("GET", 401));
        check(
            &line,
            concat!(
                r#"{"event":"request","method":"GET","#,
                r#""route":"/v1/admin/accounts/{account}","status":401,"duration_ms":12}"#,
            ),
        );
        assert_eq!(line.point().index, "-");
        let subject = RequestContext::of("/5ec2e7");
        let line = RequestLine::new(&subject, answered("POST", 404));
        check(
            &line,
            concat!(
                r#"{"event":"request","method":"POST","#,
                r#""route":"unknown","status":404,"duration_ms":12}"#,
            ),
        );
    }

    fn attempt(request: Result<Outbound, SendError>) -> SendJob {
        SendJob {
            seq: Seq::new(1),
            token: LeaseToken::new(1),
            event_id: "e1".parse().unwrap(),
            event_type: EventType::try_from("ORDER_PAID".to_owned()).unwrap(),
            number: 3,
            cause: Cause::Schedule,
            at: Timestamp::from_ms(0),
            request,
        }
    }

    #[test]
    fn an_attempt_line_has_the_outcome_and_its_consequence() {
        let (account, webhook) = ("acme".parse().unwrap(), "w1".parse().unwrap());
        let attempt = attempt(Err(SendError::TargetRefused));
        let status = |status| {
            Outcome::Answered(Answer::received(status, "", SignalHeaders::default(), vec![]))
        };
        let check = |outcome: &Outcome, settled, outcome_json: &str, blobs: [&str; 2]| {
            let report = attempt.report(outcome.clone(), Some(Fault::Dns), Delay::from_ms(7));
            let owner = Some((&account, &webhook));
            let settled_attempt =
                SettledAttempt { attempt: &attempt, owner, report: &report, settled };
            let line = AttemptLine::new(settled_attempt);
            let start = concat!(
                r#"{"event":"try","account":"acme","webhook_id":"w1","event_id":"e1","#,
                r#""event_type":"ORDER_PAID","try":3,"cause":"schedule","status":"#,
            );
            check(&line, &format!("{start}{outcome_json}}}"));
            let point = line.point();
            assert_eq!((point.index.as_str(), point.doubles), ("acme", [1.0, 7.0, 3.0]));
            assert_eq!(point.blobs, ["try", "ORDER_PAID", blobs[0], blobs[1], "w1"]);
        };
        check(
            &status(204),
            Settled::Delivered,
            r#"204,"fault":null,"duration_ms":7,"became":"delivered""#,
            ["delivered", "204"],
        );
        check(
            &Outcome::Failed(SendError::Timeout),
            Settled::Retried { due: Timestamp::from_ms(1_000) },
            concat!(
                r#"null,"fault":"timeout_answer","duration_ms":7,"became":"retried","#,
                r#""retry_at":"1970-01-01T00:00:01.000+00:00""#,
            ),
            ["retried", "timeout_answer"],
        );
        check(
            &Outcome::Failed(SendError::Connection),
            Settled::Ignored,
            r#"null,"fault":"dns","duration_ms":7,"became":"ignored""#,
            ["ignored", "dns"],
        );
        check(
            &status(410),
            Settled::Deactivated(DeactivateReason::Http4xxResponse),
            concat!(
                r#"410,"fault":"http_status","duration_ms":7,"became":"deactivated","#,
                r#""reason":"HTTP_4XX_RESPONSE""#,
            ),
            ["deactivated", "410"],
        );
    }

    #[test]
    fn a_made_id_looks_like_one_of_the_platform() {
        let id = new_request_id([0, 1, 2, 3, 4, 5, 6, 0xff]);
        assert_eq!((id.as_str(), request_id(Some(&id))), ("00010203040506ff", Some(id.as_str())));
    }

    #[test]
    fn every_account_has_an_index_that_fits() {
        let of = |name: &str| index(Some(&name.parse().unwrap()));
        assert_eq!(of("Acme.EU"), "Acme.EU");
        assert_eq!(of(&"a".repeat(96)), "a".repeat(96));
        let long = |end: &str| of(&format!("{}{end}", "a".repeat(100)));
        assert_eq!(long("").len(), INDEX_BYTES_MAX);
        assert_ne!(long("b"), long("c"));
        assert!(long("b").contains('~'));
    }

    #[test]
    fn only_an_id_of_the_platform_is_logged() {
        let check = |text: &str, is_logged: bool| {
            assert_eq!(request_id(Some(text)).is_some(), is_logged, "{text}");
        };
        check("8b1f0c6e53d9a7f2-FRA", true);
        check("8b1f0c6e53d9a7f2", true);
        check("8b1f0c6e53d9a7f2-fra", false);
        check("8b1f0c6e53d9a7f2-FRA-X", false);
        check("8B1F0C6E53D9A7F2-FRA", false);
        check("whk_secret", false);
        check("", false);
        assert_eq!(request_id(None), None);
    }
}
