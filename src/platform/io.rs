//! What is awaited of the runtime on the way of every event: see `io.js`.

use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, Promise, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast, JsValue};
use worker::web_sys;

use crate::domain::limits::ANSWER_BYTES_MAX;
use crate::domain::outbound::Outbound;
use crate::domain::time::Delay;
use crate::domain::verdict::{Answer, Fault, Outcome};

#[wasm_bindgen(module = "/src/platform/io.js")]
extern "C" {
    #[wasm_bindgen(js_name = readBody)]
    fn read_body(request: &web_sys::Request, bytes_max: u32, drained_max: u32) -> Promise;

    #[wasm_bindgen(js_name = callObject)]
    fn call_object(namespace: &JsValue, name: &str, path: &str, body: &[u8]) -> Promise;

    fn post(url: &str, headers: &Array, body: &[u8], timeout_ms: u32, start_max: u32) -> Promise;

    /// What `post` answers.
    type Exchange;

    #[wasm_bindgen(method, getter)]
    fn status(this: &Exchange) -> u16;

    #[wasm_bindgen(method, getter, js_name = retryAfter)]
    fn retry_after(this: &Exchange) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn start(this: &Exchange) -> Vec<Uint8Array>;

    #[wasm_bindgen(method, getter, js_name = isLate)]
    fn is_late(this: &Exchange) -> bool;
}

/// Most bytes of a body that is too long that are read before it is refused: an answer that comes
/// before the end of the body breaks the connection of a client that is still sending, and is never
/// seen.
const DRAINED_BYTES_MAX: u32 = 32 * 1_024 * 1_024;

/// The whole body of a request, if it has at most `bytes_max` bytes. An error: the caller broke
/// off.
pub(crate) async fn body(
    request: &web_sys::Request,
    bytes_max: usize,
) -> worker::Result<Option<Vec<u8>>> {
    let bytes_max = u32::try_from(bytes_max).unwrap_or(u32::MAX);
    let body = JsFuture::from(read_body(request, bytes_max, DRAINED_BYTES_MAX)).await?;
    Ok(body.dyn_into().ok().map(|body: Uint8Array| body.to_vec()))
}

/// What the object of that name in a namespace answers to a call.
pub(crate) async fn call(
    namespace: &JsValue,
    name: &str,
    path: &str,
    body: &[u8],
) -> worker::Result<Vec<u8>> {
    let answer = JsFuture::from(call_object(namespace, name, path, body)).await?;
    Ok(answer.unchecked_into::<Uint8Array>().to_vec())
}

/// Sends a request and says what came of it within `timeout`.
///
/// When that is over the request is aborted for real, since dropping a future does not cancel a
/// `fetch`. Redirects are not followed. At most [`ANSWER_BYTES_MAX`] bytes of the answer are read,
/// after decompression, then the rest is cancelled.
pub(crate) async fn send(request: &Outbound, timeout: Delay) -> Outcome {
    let headers = Array::new();
    for (name, value) in &request.headers {
        headers.push(&Array::of2(&name.into(), &value.into()));
    }
    let timeout_ms = u32::try_from(timeout.as_ms()).unwrap_or(u32::MAX);
    let start_max = u32::try_from(ANSWER_BYTES_MAX).unwrap_or(u32::MAX);
    let sent = post(&request.url, &headers, request.body.as_bytes(), timeout_ms, start_max);
    let exchange: Exchange = match JsFuture::from(sent).await {
        Ok(exchange) => exchange.unchecked_into(),
        Err(_) => return Outcome::Failed(Fault::Connection),
    };
    match exchange.status() {
        0 if exchange.is_late() => Outcome::Failed(Fault::Timeout),
        0 => Outcome::Failed(Fault::Connection),
        status => {
            let body = exchange.start().iter().flat_map(Uint8Array::to_vec).collect();
            Outcome::Answered(Answer { status, retry_after: exchange.retry_after(), body })
        }
    }
}
