//! How a Durable Object answers a call and an alarm; here its faults are logged.

use domain::rpc::Call;
use worker::wasm_bindgen::JsValue;
use worker::{Response, Result};

use super::internal_error::InternalError;
use super::log::Level;
use super::{executor, log};

/// The answer to `call`, as it travels. The call is named for its type only.
pub(crate) fn encode<C: Call>(
    _call: &C,
    answer: &C::Answer,
) -> core::result::Result<String, InternalError> {
    Ok(serde_json::to_string(answer)?)
}

/// Answers the call that was made to `path`: with a text at once where nothing has to be awaited,
/// else with a promise of one. After a fault with nothing: the caller does not know what was done.
pub(crate) fn to_call<F>(path: String, answer: F) -> JsValue
where
    F: AsyncFnOnce(&str) -> core::result::Result<String, InternalError> + 'static,
{
    let answer = async move {
        match answer(&path).await {
            Ok(json) => JsValue::from_str(&json),
            Err(fault) => {
                let fields = [("call", path.as_str()), ("fault", &fault.to_string())];
                log::line(Level::Error, "call_failed", &fields);
                JsValue::UNDEFINED
            }
        }
    };
    executor::answer(answer)
}

/// Answers a request: objects are called by name.
pub(crate) fn to_fetch() -> Result<Response> {
    Response::error("objects are called, not fetched", 404)
}

/// Answers an alarm. A fault makes the platform repeat it.
pub(crate) fn to_alarm(done: core::result::Result<(), InternalError>) -> Result<Response> {
    match done {
        Ok(()) => Response::empty(),
        Err(fault) => {
            log::line(Level::Error, "alarm_failed", &[("fault", &fault.to_string())]);
            Err(worker::Error::RustError(fault.to_string()))
        }
    }
}
