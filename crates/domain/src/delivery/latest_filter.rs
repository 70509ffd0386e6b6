//! The choice of deliveries by their latest attempt: how it was answered, and why it failed.

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, AttemptResult};
use super::fault::Fault;

/// Which latest attempts are wanted. Without a condition, all deliveries are, also those without an
/// attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestFilter {
    /// Only answers with these status codes (`http_status_code`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusCodes>,
    /// Only failures of this class (`fault`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// One status code, or a class of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatusCodes {
    /// This one.
    One(u16),
    /// All that begin with this digit.
    Class(u8),
}

impl LatestFilter {
    /// Whether there is no condition.
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a delivery with this latest attempt is wanted.
    pub fn matches(&self, latest: Option<&Attempt>) -> bool {
        let Some(latest) = latest else { return self.is_any() };
        self.status.is_none_or(|codes| codes.include(latest))
            && self.fault.is_none_or(|fault| latest.fault() == Some(fault))
    }
}

impl StatusCodes {
    /// Parses three digits, as `503`, or a class, as `5xx`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str = "Expected a status code such as 503, or a class such as 5xx.";
        let digit = |byte: u8| byte.is_ascii_digit() && byte != b'0';
        match text.as_bytes() {
            [class, b'x' | b'X', b'x' | b'X'] if digit(*class) => {
                Ok(Self::Class(class.wrapping_sub(b'0')))
            }
            [first, _, _] if digit(*first) => text.parse().map(Self::One).map_err(|_| EXPECTED),
            _ => Err(EXPECTED),
        }
    }

    fn include(self, attempt: &Attempt) -> bool {
        let AttemptResult::Answered(status, _) = &attempt.result else { return false };
        match self {
            Self::One(code) => *status == code,
            Self::Class(digit) => status.checked_div(100) == Some(u16::from(digit)),
        }
    }
}

/// Parses the name of a class of failures.
pub(crate) fn fault(text: &str) -> Result<Fault, String> {
    Fault::named(text).ok_or_else(|| format!("\"{text}\" is not a valid choice."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Delay, Timestamp};
    use crate::delivery::attempt::Cause;
    use crate::delivery::verdict::SendError;

    fn attempt(result: AttemptResult, fault: Option<Fault>) -> Attempt {
        let (at, took) = (Timestamp::EPOCH, Delay::ZERO);
        Attempt { at, took, cause: Cause::Schedule, result, fault }
    }

    fn answered(status: u16) -> Attempt {
        attempt(AttemptResult::Answered(status, String::new()), None)
    }

    #[test]
    fn status_codes_are_read() {
        for (text, expected) in [
            ("503", Some(StatusCodes::One(503))),
            ("200", Some(StatusCodes::One(200))),
            ("999", Some(StatusCodes::One(999))),
            ("5xx", Some(StatusCodes::Class(5))),
            ("4XX", Some(StatusCodes::Class(4))),
            ("", None),
            ("5", None),
            ("50", None),
            ("050", None),
            ("0xx", None),
            ("5x", None),
            ("5x3", None),
            ("xxx", None),
            ("5030", None),
            ("+50", None),
            ("5 3", None),
            (" 503", None),
            ("5\u{e9}", None),
        ] {
            assert_eq!(StatusCodes::parse(text).ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn the_latest_attempt_is_the_one_that_counts() {
        let filter = |status: &str, fault: Option<Fault>| LatestFilter {
            status: StatusCodes::parse(status).ok(),
            fault,
        };
        let lost = attempt(AttemptResult::Lost, None);
        let dns = attempt(AttemptResult::Failed(SendError::Connection), Some(Fault::Dns));
        let check = |filter: LatestFilter, expected: [bool; 5]| {
            let latest =
                [None, Some(&answered(200)), Some(&answered(503)), Some(&lost), Some(&dns)];
            assert_eq!(latest.map(|latest| filter.matches(latest)), expected, "{filter:?}");
        };
        check(filter("", None), [true; 5]);
        check(filter("503", None), [false, false, true, false, false]);
        check(filter("5xx", None), [false, false, true, false, false]);
        check(filter("500", None), [false; 5]);
        check(filter("2xx", None), [false, true, false, false, false]);
        check(filter("", Some(Fault::Lost)), [false, false, false, true, false]);
        check(filter("", Some(Fault::Dns)), [false, false, false, false, true]);
        check(filter("", Some(Fault::HttpStatus)), [false, false, true, false, false]);
        check(filter("5xx", Some(Fault::HttpStatus)), [false, false, true, false, false]);
        check(filter("5xx", Some(Fault::Dns)), [false; 5]);
    }
}
