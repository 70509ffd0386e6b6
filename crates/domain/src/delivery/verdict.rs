//! The verdict: what the outcome of an attempt means for its delivery and its webhook.
//!
//! An outcome is data, not an error, whatever the receiver answers. The rules are those of the
//! vendor's documentation: 5xx is retried, any 4xx deactivates the webhook. What is not the
//! receiver's answer is retried, and what the receiver asks for is done. `docs/RECEIVING.md` lists
//! the rules.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::retry_after::retry_after;
use super::signals::{SignalHeaders, Signals, Wish};
use crate::base::{Delay, Timestamp};
use crate::webhook::{DeactivateReason, DeliveryOptions};

/// The outcome of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// An HTTP answer, from the receiver or from a proxy in front of it.
    Answered(Answer),
    /// No answer came.
    Failed(SendError),
}

/// An HTTP answer, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The status code. It may be any number.
    pub status: u16,
    /// The value of the `Retry-After` header.
    pub retry_after: Option<String>,
    /// What the answer says beside its status.
    #[serde(default, skip_serializing_if = "Signals::are_none")]
    pub signals: Signals,
    /// The start of the body in UTF-8, of at most [`crate::base::ANSWER_BYTES_MAX`] bytes as they
    /// were sent.
    pub body: Vec<u8>,
}

impl Answer {
    /// Makes the answer that a receiver sent. `retry_after` is empty if the header is absent.
    pub fn received(
        status: u16,
        retry_after: &str,
        headers: SignalHeaders<'_>,
        body: Vec<u8>,
    ) -> Self {
        let retry_after = (!retry_after.is_empty()).then(|| retry_after.to_owned());
        let signals = Signals::of(status, headers, &body);
        Self { status, retry_after, signals, body }
    }
}

impl Outcome {
    /// Returns what a failure tells of the receiver's load. Cloudflare answers 520 to 524 for a
    /// receiver that refuses or breaks the connection or does not answer in time.
    pub const fn load(&self) -> Load {
        match self {
            Self::Failed(SendError::Timeout | SendError::Connection)
            | Self::Answered(Answer { status: 429 | 502..=504 | 520..=524, .. }) => Load::Overload,
            Self::Failed(SendError::TargetRefused) | Self::Answered(_) => Load::Unknown,
        }
    }

    /// Returns the part of the outcome that [`judge`] reads. The body is kept only if it is an
    /// error of the platform, so the report to the Webhook object stays small.
    #[must_use]
    pub fn decisive(self) -> Self {
        match self {
            Self::Answered(answer) if !is_platform_error(&answer.body) => {
                Self::Answered(Answer { body: Vec::new(), ..answer })
            }
            outcome @ (Self::Answered(_) | Self::Failed(_)) => outcome,
        }
    }
}

/// What an outcome tells of the receiver's load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// The receiver, or something in front of it, is overloaded or cannot be reached.
    Overload,
    /// The failure is about the event, or says nothing about the load.
    Unknown,
}

/// The reason why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendError {
    /// No answer within `DELIVERY_TIMEOUT_MS`.
    Timeout,
    /// The connection was refused or broke, the host name did not resolve, or the certificate was
    /// invalid. The runtime does not distinguish these; the [`Fault`](super::fault::Fault) does, as
    /// far as it can be found out.
    Connection,
    /// The current rules forbid the stored target. Nothing was sent.
    TargetRefused,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "no answer in time",
            Self::Connection => "the connection failed or broke before an answer",
            Self::TargetRefused => "the target URL is not allowed",
        })
    }
}

/// The consequence of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The delivery succeeded.
    Delivered,
    /// The delivery succeeded, and the receiver wants no further one: the webhook is deactivated.
    DeliveredLast(DeactivateReason),
    /// The receiver does not want this event: it is not sent again.
    Abort,
    /// The delivery is retried. If this was the last attempt, the webhook is deactivated instead.
    Retry {
        /// The shortest delay that the receiver asked for.
        retry_after: Option<Delay>,
        /// The reason for the deactivation after the last attempt.
        exhausted: DeactivateReason,
    },
    /// The webhook is deactivated at once.
    Deactivate(DeactivateReason),
}

/// Judges an outcome that is known at `now`. Of the owner's options, `retry_4xx` retries 408, 425
/// and 429, because they mean "not now"; without `deactivate_on_4xx`, every 4xx is retried but 410,
/// which means "gone".
pub fn judge(outcome: &Outcome, now: Timestamp, options: &DeliveryOptions) -> Verdict {
    let retry = |exhausted, retry_after| Verdict::Retry { retry_after, exhausted };
    let answer = match outcome {
        Outcome::Answered(answer) => answer,
        Outcome::Failed(_) => return retry(DeactivateReason::RetryCount, None),
    };
    let asked = answer.retry_after.as_deref().and_then(|value| retry_after(value, now));
    match (answer.status, answer.signals.wish) {
        // What the receiver says is the same as with a 410: it wants no further event.
        (200..=299, Some(Wish::Disable)) => {
            return Verdict::DeliveredLast(DeactivateReason::Http4xxResponse);
        }
        (200..=299, _) => return Verdict::Delivered,
        (_, Some(Wish::Disable)) => return Verdict::Deactivate(DeactivateReason::Http4xxResponse),
        (_, Some(Wish::AbortMessage)) => return Verdict::Abort,
        (_, None) => {}
    }
    match answer.status {
        300..=399 => retry(DeactivateReason::TooManyRedirects, asked),
        408 | 425 | 429 if options.retry_4xx => retry(DeactivateReason::RetryCount, asked),
        status @ 400..=499
            if !answer.signals.is_challenge
                && !is_platform_error(&answer.body)
                && (options.deactivate_on_4xx || status == 410) =>
        {
            Verdict::Deactivate(DeactivateReason::Http4xxResponse)
        }
        _ => retry(DeactivateReason::RetryCount, asked),
    }
}

/// Whether the body of a 4xx is Cloudflare's own refusal to send instead of the receiver's answer:
/// direct IP access (1003), a loop (1019), host not accessible (1021), a Cloudflare address (1024),
/// another Worker of the same zone (1042).
pub(crate) fn is_platform_error(body: &[u8]) -> bool {
    matches!(error_code(body), Some("1003" | "1019" | "1021" | "1024" | "1042"))
}

/// The code in a body like `error code: 1016`, by which Cloudflare says why it has not sent.
pub(crate) fn error_code(body: &[u8]) -> Option<&str> {
    let code = body.trim_ascii().strip_prefix(b"error code: ")?;
    let is_code = code.len() == 4 && code.iter().all(u8::is_ascii_digit);
    core::str::from_utf8(code).ok().filter(|_| is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn answer(status: u16, body: &str) -> Outcome {
        let headers = SignalHeaders::default();
        Outcome::Answered(Answer::received(status, "", headers, body.as_bytes().to_vec()))
    }

    const fn retried(exhausted: DeactivateReason) -> Verdict {
        Verdict::Retry { retry_after: None, exhausted }
    }

    #[test]
    fn every_status_has_its_verdict() {
        for status in 0..=999 {
            let expected = match status / 100 {
                2 => Verdict::Delivered,
                3 => retried(DeactivateReason::TooManyRedirects),
                4 => Verdict::Deactivate(DeactivateReason::Http4xxResponse),
                _ => retried(DeactivateReason::RetryCount),
            };
            assert_eq!(
                judge(&answer(status, ""), NOW, &DeliveryOptions::default()),
                expected,
                "status {status}"
            );
        }
    }

    #[test]
    fn retry_4xx_retries_408_425_and_429() {
        for status in 400..=499 {
            let expected = match status {
                408 | 425 | 429 => retried(DeactivateReason::RetryCount),
                _ => Verdict::Deactivate(DeactivateReason::Http4xxResponse),
            };
            assert_eq!(judge(&answer(status, ""), NOW, &retry_4xx()), expected, "status {status}");
        }
    }

    fn retry_4xx() -> DeliveryOptions {
        options(true, true)
    }

    fn options(retry_4xx: bool, deactivate_on_4xx: bool) -> DeliveryOptions {
        DeliveryOptions { retry_4xx, deactivate_on_4xx, ..DeliveryOptions::default() }
    }

    #[test]
    fn without_deactivate_on_4xx_every_4xx_but_410_is_retried() {
        for retry_4xx in [false, true] {
            let options = options(retry_4xx, false);
            for status in 0..=999 {
                let expected = match status {
                    200..=299 => Verdict::Delivered,
                    300..=399 => retried(DeactivateReason::TooManyRedirects),
                    410 => Verdict::Deactivate(DeactivateReason::Http4xxResponse),
                    _ => retried(DeactivateReason::RetryCount),
                };
                assert_eq!(judge(&answer(status, ""), NOW, &options), expected, "status {status}");
            }
        }
    }

    #[test]
    fn every_fault_is_retried() {
        for fault in [SendError::Timeout, SendError::Connection, SendError::TargetRefused] {
            let expected = retried(DeactivateReason::RetryCount);
            assert_eq!(
                judge(&Outcome::Failed(fault), NOW, &DeliveryOptions::default()),
                expected,
                "{fault}"
            );
        }
    }

    #[test]
    fn platform_errors_are_retried() {
        for code in ["1003", "1019", "1021", "1024", "1042"] {
            for body in [format!("error code: {code}"), format!("error code: {code}\n")] {
                let expected = retried(DeactivateReason::RetryCount);
                assert_eq!(
                    judge(&answer(403, &body), NOW, &DeliveryOptions::default()),
                    expected,
                    "{body}"
                );
                let decisive = answer(403, &body).decisive();
                assert_eq!(
                    judge(&decisive, NOW, &DeliveryOptions::default()),
                    expected,
                    "{body}, as it is reported"
                );
            }
        }
        for body in ["error code: 1016", "error code: 10031", "an error code: 1003", "1003", ""] {
            let expected = Verdict::Deactivate(DeactivateReason::Http4xxResponse);
            assert_eq!(
                judge(&answer(403, body), NOW, &DeliveryOptions::default()),
                expected,
                "{body}"
            );
            assert_eq!(
                judge(&answer(403, body).decisive(), NOW, &DeliveryOptions::default()),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn retry_after_counts_on_retried_answers() {
        let options = options(true, false);
        for status in [503, 500, 302, 600, 404, 429] {
            let headers = SignalHeaders::default();
            let outcome = Outcome::Answered(Answer::received(status, "120", headers, Vec::new()));
            let Verdict::Retry { retry_after, .. } = judge(&outcome, NOW, &options) else {
                panic!("{status} is retried")
            };
            assert_eq!(retry_after, Some(Delay::from_secs(120)), "{status}");
        }
    }

    #[test]
    fn a_challenge_is_retried_whatever_its_status() {
        for status in [403, 404, 429, 503] {
            let mitigated = ["challenge", "", ""];
            let headers = SignalHeaders { mitigated, ..SignalHeaders::default() };
            let answer = Answer::received(status, "", headers, b"<html>".to_vec());
            let outcome = Outcome::Answered(answer);
            for outcome in [outcome.clone(), outcome.decisive()] {
                let expected = retried(DeactivateReason::RetryCount);
                assert_eq!(judge(&outcome, NOW, &DeliveryOptions::default()), expected, "{status}");
            }
        }
    }

    #[test]
    fn what_the_receiver_asks_for_is_done() {
        let reason = DeactivateReason::Http4xxResponse;
        let judged = |status: u16, webhook_delivery: &str, mitigated: &str| {
            let mitigated = [mitigated, "", ""];
            let headers = SignalHeaders { webhook_delivery, mitigated };
            let answer = Answer::received(status, "120", headers, Vec::new());
            judge(&Outcome::Answered(answer).decisive(), NOW, &DeliveryOptions::default())
        };
        assert_eq!(judged(200, "disable", ""), Verdict::DeliveredLast(reason));
        assert_eq!(judged(204, "abort-message", ""), Verdict::Delivered);
        for status in [302, 400, 403, 410, 429, 500, 503, 999] {
            assert_eq!(judged(status, "disable", ""), Verdict::Deactivate(reason), "{status}");
            assert_eq!(judged(status, "abort-message", ""), Verdict::Abort, "{status}");
        }
        assert_eq!(judged(403, "abort-message", "challenge"), Verdict::Abort);
    }
}
