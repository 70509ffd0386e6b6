//! Answers the calls and alarms of Durable Objects, and logs their internal errors.

use domain::rpc::Call;
use worker::wasm_bindgen::JsValue;
use worker::{Response, Result};

use super::internal_error::InternalError;
use super::log::Level;
use super::{bindings, executor, log};

/// Encodes the answer to a call. `_call` only determines the type.
pub(crate) fn encode<C: Call>(
    _call: &C,
    answer: &C::Answer,
) -> core::result::Result<String, InternalError> {
    Ok(serde_json::to_string(answer)?)
}

/// Answers the call to `path`: with a string if nothing has to be awaited, otherwise with a promise
/// of one. After an internal error the value is `undefined`, and the caller does not know whether
/// anything was stored.
pub(crate) fn to_call<F>(path: String, answer: F) -> JsValue
where
    F: AsyncFnOnce(&str) -> core::result::Result<String, InternalError> + 'static,
{
    let answer = async move {
        match answer(&path).await {
            Ok(json) => JsValue::from_str(&json),
            Err(error) => {
                let fields = [("call", path.as_str()), ("error", &error.to_string())];
                log::line(Level::Error, "call_failed", &fields);
                JsValue::UNDEFINED
            }
        }
    };
    executor::answer(answer)
}

/// Answers a request to an object with a response, or with 503 after an internal error.
pub(crate) fn to_request(
    answer: impl Future<Output = core::result::Result<JsValue, InternalError>> + 'static,
) -> JsValue {
    executor::answer(async move {
        answer.await.unwrap_or_else(|error| {
            log::line(Level::Error, "request_to_object_failed", &[("error", &error.to_string())]);
            bindings::response(503, "", None)
        })
    })
}

/// Handles an event of the runtime.
pub(crate) fn to_event(
    event: &'static str,
    handled: impl Future<Output = core::result::Result<(), InternalError>> + 'static,
) -> JsValue {
    executor::answer(async move {
        if let Err(error) = handled.await {
            let fields = [("of", event), ("error", &error.to_string())];
            log::line(Level::Error, "event_failed", &fields);
        }
        JsValue::UNDEFINED
    })
}

/// Refuses an HTTP request, because objects are called by method name.
pub(crate) fn to_fetch() -> Result<Response> {
    Response::error("objects are called, not fetched", 404)
}

/// Answers an alarm. After an error the platform repeats it.
pub(crate) fn to_alarm(done: core::result::Result<(), InternalError>) -> Result<Response> {
    match done {
        Ok(()) => Response::empty(),
        Err(error) => {
            log::line(Level::Error, "alarm_failed", &[("error", &error.to_string())]);
            Err(worker::Error::RustError(error.to_string()))
        }
    }
}
