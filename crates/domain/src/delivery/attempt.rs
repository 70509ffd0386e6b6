//! The stored form of one attempt: its time, duration, cause and result.
//!
//! Owners read it to find out why events are not delivered. It contains the start of the receiver's
//! answer with the webhook's secrets removed, because a receiver may echo the request.

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::verdict::{Outcome, SendError};
use crate::base::{Delay, Timestamp};

/// The most bytes of a receiver's answer that are stored.
pub const EXCERPT_BYTES_MAX: usize = 1_024;

/// One attempt, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The time of the lease.
    pub at: Timestamp,
    /// The duration until the outcome was known. For a lost attempt, the duration of its lease.
    pub took: Delay,
    /// The reason for the attempt.
    pub cause: Cause,
    /// The result.
    pub result: AttemptResult,
    /// The class of the failure; `None` after a success, and in what an earlier release stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

impl Attempt {
    /// The class of the failure; `None` if the attempt succeeded.
    pub fn fault(&self) -> Option<Fault> {
        self.fault.or_else(|| self.result.fault())
    }
}

/// The reason for an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The attempt was due.
    Schedule,
    /// A resend was requested.
    Resend,
    /// A recovery attempted a delivery that the webhook missed.
    Recover,
}

/// The result of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptResult {
    /// An HTTP answer: its status, and the start of its body as text.
    Answered(u16, String),
    /// No answer.
    Failed(SendError),
    /// The outcome is unknown: its report never reached the Webhook object, for example because the
    /// object or the Worker was restarted during the attempt.
    Lost,
}

impl AttemptResult {
    /// Makes the stored result of an outcome. `redact` removes the webhook's secrets from a text.
    pub fn of(outcome: &Outcome, redact: impl FnOnce(String) -> String) -> Self {
        match outcome {
            Outcome::Answered(answer) => {
                let text = redact(String::from_utf8_lossy(&answer.body).into_owned());
                Self::Answered(answer.status, excerpt(text))
            }
            Outcome::Failed(fault) => Self::Failed(*fault),
        }
    }

    /// The class of the failure, as far as the result shows it; `None` after a success.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Answered(status, text) => Fault::of_answer(*status, text.as_bytes()),
            Self::Failed(error) => Fault::of(&Outcome::Failed(*error), None),
            Self::Lost => Some(Fault::Lost),
        }
    }

    /// The status code of the answer, if there was one.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Answered(status, _) => Some(*status),
            Self::Failed(_) | Self::Lost => None,
        }
    }

    /// Whether the receiver answered 2xx.
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Answered(200..=299, _))
    }
}

/// Returns the first [`EXCERPT_BYTES_MAX`] bytes of a text, or a few less at a character boundary.
fn excerpt(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(EXCERPT_BYTES_MAX));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::signals::SignalHeaders;
    use crate::delivery::verdict::Answer;

    fn answered(body: &[u8]) -> AttemptResult {
        let headers = SignalHeaders::default();
        let outcome = Outcome::Answered(Answer::received(500, "", headers, body.to_vec()));
        AttemptResult::of(&outcome, |text| text.replace("swordfish", "********"))
    }

    #[test]
    fn an_answer_is_kept_up_to_a_kilobyte() {
        let long = "é".repeat(600);
        let AttemptResult::Answered(500, kept) = answered(long.as_bytes()) else { panic!() };
        assert_eq!(kept.len(), EXCERPT_BYTES_MAX);
        let odd = format!("a{long}");
        let AttemptResult::Answered(500, kept) = answered(odd.as_bytes()) else { panic!() };
        assert_eq!(kept.len(), EXCERPT_BYTES_MAX - 1);
        assert_eq!(answered(b"\xff"), AttemptResult::Answered(500, "\u{fffd}".to_owned()));
    }

    #[test]
    fn an_attempt_of_an_earlier_release_has_the_class_of_its_result() {
        for (result, expected) in [
            (r#"{"answered":[204,""]}"#, None),
            (r#"{"answered":[302,""]}"#, Some(Fault::Redirect)),
            (r#"{"answered":[503,"x"]}"#, Some(Fault::HttpStatus)),
            (r#"{"answered":[530,"error code: 1016"]}"#, Some(Fault::Dns)),
            (r#"{"failed":"Timeout"}"#, Some(Fault::TimeoutAnswer)),
            (r#"{"failed":"Connection"}"#, Some(Fault::Reset)),
            (r#"{"failed":"TargetRefused"}"#, Some(Fault::BlockedTarget)),
            (r#""lost""#, Some(Fault::Lost)),
        ] {
            let stored = format!(r#"{{"at":1,"took":2,"cause":"schedule","result":{result}}}"#);
            let attempt: Attempt = serde_json::from_str(&stored).unwrap();
            assert_eq!(attempt.fault(), expected, "{stored}");
            assert_eq!(serde_json::to_string(&attempt).unwrap(), stored);
        }
        let stored =
            r#"{"at":1,"took":2,"cause":"resend","result":{"failed":"Connection"},"fault":"dns"}"#;
        let attempt: Attempt = serde_json::from_str(stored).unwrap();
        assert_eq!(attempt.fault(), Some(Fault::Dns));
        assert_eq!(serde_json::to_string(&attempt).unwrap(), stored);
    }

    #[test]
    fn secrets_are_cut_before_the_text_is() {
        let body = format!("{}swordfish", "x".repeat(EXCERPT_BYTES_MAX - 4));
        let AttemptResult::Answered(500, kept) = answered(body.as_bytes()) else { panic!() };
        assert!(kept.ends_with("x****"), "{kept}");
    }
}
