//! The class of a failed attempt: why it failed, in a word that people can filter and count by.
//!
//! The contract says what to do about each. The classes of a failure without an answer are found by
//! the Worker (`src/runtime/diagnosis.js`), those of an answer here.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::verdict::{Answer, Outcome, SendError, error_code, is_platform_error};

/// The class of a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The host name of the target did not resolve.
    Dns,
    /// Nothing accepted the connection.
    Refused,
    /// The connection broke before a complete answer.
    Reset,
    /// No TLS connection could be made, for example because the port does not speak TLS.
    Tls,
    /// The receiver's certificate was not accepted.
    Certificate,
    /// The connection was not made in time.
    TimeoutConnect,
    /// There was no answer in time.
    TimeoutAnswer,
    /// What answered does not speak HTTP.
    NotHttp,
    /// The rules of this dispatcher or of its platform forbid the target.
    BlockedTarget,
    /// The receiver answered with an error status.
    HttpStatus,
    /// The receiver answered with a redirect, which is not followed.
    Redirect,
    /// A bot protection in front of the receiver answered instead of it.
    BotChallenge,
    /// The outcome never reached the Webhook object.
    Lost,
}

impl Fault {
    /// Every class with its name in the API, the log and the metrics.
    pub const ALL: [(&'static str, Self); 13] = [
        ("dns", Self::Dns),
        ("refused", Self::Refused),
        ("reset", Self::Reset),
        ("tls", Self::Tls),
        ("certificate", Self::Certificate),
        ("timeout_connect", Self::TimeoutConnect),
        ("timeout_answer", Self::TimeoutAnswer),
        ("not_http", Self::NotHttp),
        ("blocked_target", Self::BlockedTarget),
        ("http_status", Self::HttpStatus),
        ("redirect", Self::Redirect),
        ("bot_challenge", Self::BotChallenge),
        ("lost", Self::Lost),
    ];

    /// The name of the class.
    pub fn as_str(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, fault)| *fault == self).map_or("", |(name, _)| name)
    }

    /// The class with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, fault)| fault)
    }

    /// The class of an outcome; `None` if the attempt succeeded. `diagnosis` is the class that the
    /// Worker has found for a connection that failed.
    pub fn of(outcome: &Outcome, diagnosis: Option<Self>) -> Option<Self> {
        match outcome {
            Outcome::Answered(Answer { signals, .. }) if signals.is_challenge => {
                Some(Self::BotChallenge)
            }
            Outcome::Answered(Answer { status, body, .. }) => Self::of_answer(*status, body),
            Outcome::Failed(SendError::Connection) => Some(diagnosis.unwrap_or(Self::Reset)),
            Outcome::Failed(SendError::Timeout) => Some(Self::TimeoutAnswer),
            Outcome::Failed(SendError::TargetRefused) => Some(Self::BlockedTarget),
        }
    }

    /// The class of an answer; `None` if it is a success. 520 to 526 and 530 are Cloudflare's own,
    /// for a receiver that it could not reach (Cloudflare, troubleshooting 5xx errors).
    pub(crate) fn of_answer(status: u16, body: &[u8]) -> Option<Self> {
        Some(match status {
            200..=299 => return None,
            300..=399 => Self::Redirect,
            400..=499 if is_platform_error(body) => Self::BlockedTarget,
            // An empty or unintelligible answer.
            520 => Self::NotHttp,
            // 523: there is no route to the receiver.
            521 | 523 => Self::Refused,
            522 => Self::TimeoutConnect,
            524 => Self::TimeoutAnswer,
            525 => Self::Tls,
            526 => Self::Certificate,
            530 => match error_code(body) {
                None | Some("1001" | "1016") => Self::Dns,
                // A tunnel that is down.
                Some("1033") => Self::Refused,
                // The name points at a forbidden address.
                Some("1000" | "1002") => Self::BlockedTarget,
                Some(_) => Self::HttpStatus,
            },
            _ => Self::HttpStatus,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::signals::SignalHeaders;

    fn answer(status: u16, body: &str) -> Outcome {
        Outcome::Answered(Answer::received(
            status,
            "",
            SignalHeaders::default(),
            body.as_bytes().to_vec(),
        ))
    }

    #[test]
    fn a_name_is_read_back() {
        for (name, fault) in Fault::ALL {
            assert_eq!((fault.as_str(), Fault::named(name)), (name, Some(fault)));
            assert_eq!(serde_json::to_string(&fault).unwrap(), format!("\"{name}\""));
        }
        assert_eq!(Fault::named("DNS"), None);
    }

    #[test]
    fn an_answer_has_its_class() {
        for (status, body, expected) in [
            (200, "", None),
            (204, "error code: 1016", None),
            (299, "", None),
            (301, "", Some(Fault::Redirect)),
            (399, "", Some(Fault::Redirect)),
            (400, "", Some(Fault::HttpStatus)),
            (403, "error code: 1003", Some(Fault::BlockedTarget)),
            (403, "error code: 1042\n", Some(Fault::BlockedTarget)),
            (403, "error code: 1016", Some(Fault::HttpStatus)),
            (429, "", Some(Fault::HttpStatus)),
            (500, "", Some(Fault::HttpStatus)),
            (519, "", Some(Fault::HttpStatus)),
            (520, "", Some(Fault::NotHttp)),
            (521, "", Some(Fault::Refused)),
            (522, "", Some(Fault::TimeoutConnect)),
            (523, "", Some(Fault::Refused)),
            (524, "", Some(Fault::TimeoutAnswer)),
            (525, "", Some(Fault::Tls)),
            (526, "", Some(Fault::Certificate)),
            (527, "", Some(Fault::HttpStatus)),
            (530, "", Some(Fault::Dns)),
            (530, "error code: 1016", Some(Fault::Dns)),
            (530, " error code: 1001\n", Some(Fault::Dns)),
            (530, "error code: 1033", Some(Fault::Refused)),
            (530, "error code: 1000", Some(Fault::BlockedTarget)),
            (530, "error code: 1020", Some(Fault::HttpStatus)),
            (599, "", Some(Fault::HttpStatus)),
            (999, "", Some(Fault::HttpStatus)),
        ] {
            let outcome = answer(status, body);
            assert_eq!(Fault::of(&outcome, None), expected, "{status} {body}");
            assert_eq!(Fault::of(&outcome, Some(Fault::Reset)), expected, "{status} {body}");
        }
    }

    #[test]
    fn a_failure_without_an_answer_has_the_class_that_was_found() {
        let connection = Outcome::Failed(SendError::Connection);
        assert_eq!(Fault::of(&connection, None), Some(Fault::Reset));
        for found in [Fault::Dns, Fault::Refused, Fault::Tls, Fault::Certificate] {
            assert_eq!(Fault::of(&connection, Some(found)), Some(found));
            let timeout = Fault::of(&Outcome::Failed(SendError::Timeout), Some(found));
            assert_eq!(timeout, Some(Fault::TimeoutAnswer));
        }
        let refused = Outcome::Failed(SendError::TargetRefused);
        assert_eq!(Fault::of(&refused, None), Some(Fault::BlockedTarget));
    }
}
