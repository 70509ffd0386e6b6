//! How a Durable Object answers a call and an alarm; here its faults are logged.

use worker::{Response, Result};

use super::fault::Fault;
use super::log::{self, Level};
use crate::domain::call::Call;

/// The answer to `call`, as it travels. The call is named for its type only.
pub(crate) fn encode<C: Call>(
    _call: &C,
    answer: &C::Answer,
) -> core::result::Result<Vec<u8>, Fault> {
    Ok(serde_json::to_vec(answer)?)
}

/// Answers the call that was made to `path`. A fault is 503: the caller does not know what was
/// done.
pub(crate) fn to_call(
    path: &str,
    answer: core::result::Result<Vec<u8>, Fault>,
) -> Result<Response> {
    match answer {
        Ok(json) => Response::from_bytes(json),
        Err(fault) => {
            log::line(
                Level::Error,
                "call_failed",
                &[("call", path), ("fault", &fault.to_string())],
            );
            Response::error("the object could not answer", 503)
        }
    }
}

/// Answers an alarm. A fault makes the platform repeat it.
pub(crate) fn to_alarm(done: core::result::Result<(), Fault>) -> Result<Response> {
    match done {
        Ok(()) => Response::empty(),
        Err(fault) => {
            log::line(Level::Error, "alarm_failed", &[("fault", &fault.to_string())]);
            Err(worker::Error::RustError(fault.to_string()))
        }
    }
}
