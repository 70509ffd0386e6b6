//! Testing a webhook: the event that a ping sends, and how its outcome is told.

use serde::Serialize;

use super::event::Payload;
use super::event_type::PING;
use super::time::Timestamp;
use super::verdict::{Answer, Outcome};

/// The answer to a ping; the fields are the vendor's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PingResult {
    /// Whether the receiver answered 2xx.
    pub succeeded: bool,
    /// What it answered; 0 if it did not.
    pub http_status_code: u16,
    /// The same in words.
    pub message: String,
}

impl PingResult {
    /// What came of a ping.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Answered(Answer { status, .. }) => {
                let succeeded = (200..300).contains(status);
                let how = if succeeded { "succeeded" } else { "failed" };
                let message = format!("Ping {how}: the receiver answered {status}.");
                Self { succeeded, http_status_code: *status, message }
            }
            Outcome::Failed(fault) => Self {
                succeeded: false,
                http_status_code: 0,
                message: format!("Ping failed: {fault}."),
            },
        }
    }
}

/// The body of a ping at `now`: an event of type `PING`, with the time as events have it (RFC
/// 3339).
pub fn payload(now: Timestamp) -> Payload {
    let text = format!(r#"{{"event_type":"{PING}","timestamp":"{}"}}"#, now.rfc3339());
    Payload::from_stored(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::verdict::Fault;

    #[test]
    fn a_ping_tells_what_the_receiver_answered() {
        let answered = |status| {
            PingResult::of(&Outcome::Answered(Answer { status, retry_after: None, body: vec![] }))
        };
        assert!(answered(204).succeeded);
        assert!(!answered(302).succeeded);
        assert_eq!(answered(410).message, "Ping failed: the receiver answered 410.");
        let timeout = PingResult::of(&Outcome::Failed(Fault::Timeout));
        assert_eq!(timeout.http_status_code, 0);
        assert_eq!(timeout.message, "Ping failed: no answer in time.");
    }

    #[test]
    fn a_ping_is_an_event_of_its_own_type() {
        let payload = payload(Timestamp::from_ms(1_423_853_875_066));
        assert_eq!(
            String::from_utf8_lossy(payload.as_bytes()),
            r#"{"event_type":"PING","timestamp":"2015-02-13T18:57:55.066+00:00"}"#
        );
    }
}
