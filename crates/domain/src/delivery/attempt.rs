//! What is kept of one try: when, how long, what came back.
//!
//! This is what an owner reads to find out why events do not arrive. It holds the start of the
//! receiver's answer, from which every secret of the webhook has been cut: a receiver that echoes
//! its request would otherwise publish them.

use serde::{Deserialize, Serialize};

use super::verdict::{Outcome, SendError};
use crate::base::{Delay, Timestamp};

/// Most of a receiver's answer that is kept, in bytes.
pub const EXCERPT_BYTES_MAX: usize = 1_024;

/// One try, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it was leased.
    pub at: Timestamp,
    /// How long it took until its outcome was known.
    pub took: Delay,
    /// Why it was made.
    pub cause: Cause,
    /// What came of it.
    pub result: AttemptResult,
}

/// Why a try was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its time had come.
    Schedule,
    /// Somebody asked for it.
    Resend,
    /// Somebody asked for what was missed while the webhook was switched off.
    Recover,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptResult {
    /// An answer: its status, and the start of its body as text.
    Answered(u16, String),
    /// No answer.
    Failed(SendError),
    /// Nobody will ever know: the object was stopped while it waited.
    Lost,
}

impl AttemptResult {
    /// What came of a try with this outcome; `redact` cuts the webhook's secrets from a text.
    pub fn of(outcome: &Outcome, redact: impl FnOnce(String) -> String) -> Self {
        match outcome {
            Outcome::Answered(answer) => {
                let text = redact(String::from_utf8_lossy(&answer.body).into_owned());
                Self::Answered(answer.status, excerpt(text))
            }
            Outcome::Failed(fault) => Self::Failed(*fault),
        }
    }

    /// Whether the receiver took the event.
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Answered(200..=299, _))
    }
}

/// The start of a text, cut between characters.
fn excerpt(mut text: String) -> String {
    let mut end = EXCERPT_BYTES_MAX.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::verdict::Answer;

    fn answered(body: &[u8]) -> AttemptResult {
        let outcome =
            Outcome::Answered(Answer { status: 500, retry_after: None, body: body.to_vec() });
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
    fn secrets_are_cut_before_the_text_is() {
        let body = format!("{}swordfish", "x".repeat(EXCERPT_BYTES_MAX - 4));
        let AttemptResult::Answered(500, kept) = answered(body.as_bytes()) else { panic!() };
        assert!(kept.ends_with("x****"), "{kept}");
    }
}
