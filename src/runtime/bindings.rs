//! Bindings to the functions of `io.js`, `listener.js` and `diagnosis.js`, which document them.

use worker::js_sys::Promise;
use worker::wasm_bindgen::prelude::{Closure, wasm_bindgen};
use worker::wasm_bindgen::{self, JsValue};
use worker::web_sys::Request;

/// The callback that completes an operation: its id, its status (0 is a failure), bytes and a note.
pub(crate) type Done = Closure<dyn Fn(u32, u16, Option<Vec<u8>>, Option<String>)>;

#[wasm_bindgen(module = "/src/runtime/io.js")]
extern "C" {
    #[wasm_bindgen(js_name = readBody)]
    pub(crate) fn read_body(
        id: u32,
        done: &Done,
        request: &Request,
        bytes_max: u32,
        drained_max: u32,
    );

    #[wasm_bindgen(js_name = callObject)]
    pub(crate) fn call_object(id: u32, done: &Done, env: &JsValue, message: &str);

    #[wasm_bindgen(js_name = readAsset)]
    pub(crate) fn read_asset(id: u32, done: &Done, env: &JsValue, url: &str);

    #[wasm_bindgen(js_name = startCourier)]
    pub(crate) fn begin_courier(id: u32, done: &Done, context: &JsValue, order: &str);

    pub(crate) fn post(
        id: u32,
        done: &Done,
        head: &str,
        body: &[u8],
        timeout_ms: u32,
        start_max: u32,
    );

    #[wasm_bindgen(js_name = postToListener)]
    pub(crate) fn post_to_listener(
        id: u32,
        done: &Done,
        env: &JsValue,
        address: &str,
        order: &str,
        timeout_ms: u32,
        start_max: u32,
    );

    #[wasm_bindgen(js_name = connectListener, catch)]
    pub(crate) fn connect_listener(
        env: &JsValue,
        address: &str,
        ready: &str,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = sleep)]
    pub(crate) fn begin_sleep(id: u32, done: &Done, ms: u32);

    #[wasm_bindgen(js_name = hold)]
    pub(crate) fn begin_hold(id: u32, done: &Done, ms: u32) -> Release;

    /// The function that ends a hold. Any request may call it.
    pub(crate) type Release;

    #[wasm_bindgen(method)]
    pub(crate) fn call(this: &Release);

    /// The method, the URL and the values of the headers in `HEADERS`, one per line.
    #[wasm_bindgen(js_name = headOf)]
    pub(crate) fn head(request: &Request) -> String;

    /// Creates a response. The lines of `head` are its headers: a name, then its value.
    pub(crate) fn response(status: u16, head: &str, body: Option<&str>) -> JsValue;

    /// A body that is written in parts.
    #[derive(Debug)]
    pub(crate) type StreamedBody;

    #[wasm_bindgen(js_name = openBody)]
    pub(crate) fn open_body() -> StreamedBody;

    /// Creates a response with a body that is written in parts.
    #[wasm_bindgen(js_name = streamedResponse)]
    pub(crate) fn streamed_response(status: u16, head: &str, body: &StreamedBody) -> JsValue;

    #[wasm_bindgen(js_name = writePart)]
    pub(crate) fn write_part(id: u32, done: &Done, body: &StreamedBody, text: &str);

    #[wasm_bindgen(js_name = closeBody)]
    pub(crate) fn close_body(body: &StreamedBody);

    #[wasm_bindgen(js_name = abortBody)]
    pub(crate) fn abort_body(body: &StreamedBody, why: &str);

    /// A promise and the function that resolves it.
    pub(crate) type Deferred;

    pub(crate) fn deferred() -> Deferred;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn promise(this: &Deferred) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn resolve(this: &Deferred, value: &JsValue);
}

#[wasm_bindgen(module = "/src/runtime/diagnosis.js")]
extern "C" {
    pub(crate) fn diagnose(id: u32, done: &Done, url: &str, error: &str, may_connect: bool);
}

#[wasm_bindgen(module = "/src/runtime/listener.js")]
extern "C" {
    #[wasm_bindgen(js_name = isConnected)]
    pub(crate) fn is_connected(context: &JsValue) -> bool;

    #[wasm_bindgen(js_name = acceptClient, catch)]
    pub(crate) fn accept_client(context: &JsValue, ready: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = sendToClient)]
    pub(crate) fn send_to_client(context: &JsValue, text: &str) -> bool;

    #[wasm_bindgen(js_name = closeClient)]
    pub(crate) fn close_client(context: &JsValue, code: u16, reason: &str);

    #[wasm_bindgen(js_name = closeIfSilent)]
    pub(crate) fn close_if_silent(context: &JsValue, since_ms: f64);

    #[wasm_bindgen(js_name = answerClose)]
    pub(crate) fn answer_close(socket: &JsValue);

    #[wasm_bindgen(js_name = messageOf)]
    pub(crate) fn message_of(socket: &JsValue, message: &JsValue, chars_max: u32) -> JsValue;
}
