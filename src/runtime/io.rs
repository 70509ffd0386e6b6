//! The asynchronous operations that every event needs: reading a body, calling an object, sending a
//! POST, timers. `io.js` carries them out.

use std::cell::RefCell;

use domain::base::{ANSWER_BYTES_MAX, Delay};
use domain::delivery::{Answer, Fault, Outbound, Outcome, SendError, SignalHeaders};
use futures_channel::oneshot;
use slab::Slab;
use worker::Env;
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen::prelude::Closure;
use worker::web_sys::Request;

use super::bindings::{
    Done, Release, StreamedBody, begin_courier, begin_hold, begin_sleep, call_object,
    diagnose as diagnose_error, post, post_to_listener, read_asset, read_body, write_part,
};
use super::executor;

/// The most bytes of an oversized request body that are read before the request is refused. A
/// response that is sent before the end of the body breaks the connection of a client that is still
/// sending, so the client never sees it.
const DRAINED_BYTES_MAX: u32 = 32 * 1_024 * 1_024;

/// The result of an operation.
struct Completion {
    /// 0 after a failure, the status of the response for a POST, otherwise 1.
    status: u16,
    bytes: Option<Vec<u8>>,
    note: Option<String>,
}

thread_local! {
    /// The operations in progress, by id; each has the sender of its result.
    static WAITING: RefCell<Slab<oneshot::Sender<Completion>>> =
        const { RefCell::new(Slab::new()) };
    static DONE: Done = Closure::new(|id: u32, status, bytes, note| {
        let id = usize::try_from(id).unwrap_or(usize::MAX);
        let waiting = WAITING.with_borrow_mut(|waiting| waiting.try_remove(id));
        // The future that waits may have been dropped.
        executor::enter(|| waiting.map(|waiting| waiting.send(Completion { status, bytes, note })));
    });
}

/// Starts an operation and waits for its result.
async fn wait(begin: impl FnOnce(u32, &Done)) -> Completion {
    let (sender, completion) = oneshot::channel();
    let id = WAITING.with_borrow_mut(|waiting| waiting.insert(sender));
    DONE.with(|done| begin(u32::try_from(id).unwrap_or(u32::MAX), done));
    completion.await.unwrap_or(Completion { status: 0, bytes: None, note: None })
}

impl Completion {
    fn into_bytes(self) -> worker::Result<Option<Vec<u8>>> {
        match self.status {
            0 => Err(worker::Error::RustError(self.note.unwrap_or_default())),
            _ => Ok(self.bytes),
        }
    }
}

/// Reads the whole body of a request; `None` if it has more than `bytes_max` bytes. Fails if the
/// client disconnects.
pub(crate) async fn body(request: &Request, bytes_max: usize) -> worker::Result<Option<Vec<u8>>> {
    let bytes_max = u32::try_from(bytes_max).unwrap_or(u32::MAX);
    wait(|id, done| read_body(id, done, request, bytes_max, DRAINED_BYTES_MAX)).await.into_bytes()
}

/// Calls an object and returns its answer. The first four lines of `message` are the binding, the
/// jurisdiction (which may be empty), the object's name and the call's path; the rest is the call's
/// body.
pub(crate) async fn call(env: &Env, message: &str) -> Result<String, String> {
    let completion = wait(|id, done| call_object(id, done, env, message)).await;
    let note = completion.note.unwrap_or_else(|| "it could not answer".to_owned());
    if completion.status == 0 { Err(note) } else { Ok(note) }
}

/// Reads a static file by its URL. Fails if there is none.
pub(crate) async fn asset(env: &Env, url: &str) -> Result<String, String> {
    let completion = wait(|id, done| read_asset(id, done, env, url)).await;
    let note = completion.note.unwrap_or_default();
    if completion.status == 0 { Err(note) } else { Ok(note) }
}

/// Writes a part of a body. Completes when the client has read it, and fails if the client has
/// left.
pub(crate) async fn write(body: &StreamedBody, text: &str) -> Result<(), String> {
    let completion = wait(|id, done| write_part(id, done, body, text)).await;
    if completion.status == 0 { Err(completion.note.unwrap_or_default()) } else { Ok(()) }
}

/// Starts a courier from the invocation of `context`. Fails if it has not taken the order.
pub(crate) async fn start_courier(context: &JsValue, order: &str) -> Result<(), String> {
    let completion = wait(|id, done| begin_courier(id, done, context, order)).await;
    if completion.status == 0 { Err(completion.note.unwrap_or_default()) } else { Ok(()) }
}

/// Appends a line to the head of a request or response.
pub(crate) fn push_line(head: &mut String, line: &str) {
    if !head.is_empty() {
        head.push('\n');
    }
    head.push_str(line);
}

/// Waits for `delay`.
pub(crate) async fn sleep(delay: Delay) {
    wait(|id, done| begin_sleep(id, done, ms(delay))).await;
}

/// Passes a [`Release`] to `on_begin` and waits until any request calls it. Returns `false` if
/// `timeout` passes first.
pub(crate) async fn hold(timeout: Delay, on_begin: impl FnOnce(Release)) -> bool {
    wait(|id, done| on_begin(begin_hold(id, done, ms(timeout)))).await.status != 0
}

/// A POST that was sent.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) outcome: Outcome,
    /// The error of the runtime, if the connection failed.
    pub(crate) error: Option<String>,
}

impl From<SendError> for Sent {
    fn from(error: SendError) -> Self {
        Self { outcome: Outcome::Failed(error), error: None }
    }
}

/// Sends a POST and returns its outcome. Without a response within `timeout` the attempt has
/// failed.
///
/// The request is aborted at the timeout, because dropping a future does not cancel a `fetch`.
/// Redirects are not followed. At most [`ANSWER_BYTES_MAX`] bytes of the response are read, after
/// decompression; the rest is cancelled.
pub(crate) async fn send(request: &Outbound, timeout: Delay) -> Sent {
    let mut head = request.url.clone();
    for (name, value) in &request.headers {
        push_line(&mut head, name);
        push_line(&mut head, value);
    }
    let body = request.body.as_bytes();
    let start_max = u32::try_from(ANSWER_BYTES_MAX).unwrap_or(u32::MAX);
    let completion = wait(|id, done| post(id, done, &head, body, ms(timeout), start_max)).await;
    sent(completion)
}

/// Sends a delivery to a listener by its object, and returns its outcome as [`send`] does.
/// `address` has the first three lines of [`call`]. Without an answer the error is the word of a
/// [`NoAnswer`](domain::delivery::NoAnswer), or the object failed.
pub(crate) async fn send_to_listener(
    env: &Env,
    address: &str,
    order: &str,
    timeout: Delay,
) -> Sent {
    let start_max = u32::try_from(ANSWER_BYTES_MAX).unwrap_or(u32::MAX);
    let timeout = ms(timeout);
    sent(wait(|id, done| post_to_listener(id, done, env, address, order, timeout, start_max)).await)
}

fn sent(completion: Completion) -> Sent {
    match completion.status {
        0 if completion.note.is_none() => SendError::Timeout.into(),
        0 => {
            let outcome = Outcome::Failed(SendError::Connection);
            Sent { outcome, error: completion.note }
        }
        status => {
            // The values of `NOTED` in `io.js`, one per line, or none.
            let note = completion.note.unwrap_or_default();
            let mut lines = note.split('\n');
            let mut line = || lines.next().unwrap_or_default();
            let (webhook_delivery, retry_after) = (line(), line());
            let mitigated = [line(), line(), line()];
            let headers = SignalHeaders { webhook_delivery, mitigated };
            let body = completion.bytes.unwrap_or_default();
            let answer = Answer::received(status, retry_after, headers, body);
            Sent { outcome: Outcome::Answered(answer), error: None }
        }
    }
}

/// Returns the class of the failure of a POST to `url`, which failed with this error of the
/// runtime. With `may_connect`, a connection to the receiver shows more.
pub(crate) async fn diagnose(url: &str, error: &str, may_connect: bool) -> Option<Fault> {
    let completion = wait(|id, done| diagnose_error(id, done, url, error, may_connect)).await;
    completion.note.as_deref().and_then(Fault::named)
}

fn ms(delay: Delay) -> u32 {
    u32::try_from(delay.as_ms()).unwrap_or(u32::MAX)
}
