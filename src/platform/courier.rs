//! One try: its POST goes out, and what comes back is settled. It judges nothing. The Worker that
//! took a publish makes first tries with it, and the Webhook object all others.

use super::io;
use super::log::{self, Level};
use crate::domain::settle::Settled;
use crate::domain::time::Delay;
use crate::domain::turn::{Settlement, Try};
use crate::domain::verdict::Outcome;

/// Makes a try; answers what to settle.
pub(crate) async fn make(attempt: &Try, timeout: Delay) -> Settlement {
    let outcome = match &attempt.request {
        Ok(request) => io::send(request, timeout).await,
        Err(fault) => Outcome::Failed(*fault),
    };
    attempt.settlement(outcome)
}

/// Writes down a try in the log.
pub(crate) fn log(attempt: &Try, outcome: &Outcome, settled: Settled) {
    let came_back = match outcome {
        Outcome::Answered(answer) => answer.status.to_string(),
        Outcome::Failed(fault) => fault.to_string(),
    };
    let became = match settled {
        Settled::Delivered => "delivered".to_owned(),
        Settled::Retried { due } => format!("retried at {}", due.as_ms()),
        Settled::Deactivated(reason) => format!("webhook deactivated: {reason:?}"),
        Settled::Ignored => "ignored".to_owned(),
    };
    log::line(
        Level::Info,
        "try",
        &[
            ("event_id", attempt.event_id.as_str()),
            ("try", &attempt.number.to_string()),
            ("outcome", &came_back),
            ("became", &became),
        ],
    );
}
