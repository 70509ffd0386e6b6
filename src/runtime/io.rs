//! What is awaited of the runtime on the way of every event: see `io.js`.

use std::cell::RefCell;

use domain::base::{ANSWER_BYTES_MAX, Delay};
use domain::delivery::{Answer, Outbound, Outcome, SendError};
use futures_channel::oneshot;
use slab::Slab;
use worker::Env;
use worker::wasm_bindgen::prelude::Closure;
use worker::web_sys::Request;

use super::bindings::{Done, Release, begin_hold, begin_sleep, call_object, post, read_body};
use super::executor;

/// Most bytes of a body that is too long that are read before it is refused: an answer that comes
/// before the end of the body breaks the connection of a client that is still sending, and is never
/// seen.
const DRAINED_BYTES_MAX: u32 = 32 * 1_024 * 1_024;

/// What an operation came to.
struct Told {
    /// 0 is a failure.
    status: u16,
    bytes: Option<Vec<u8>>,
    note: Option<String>,
}

thread_local! {
    /// Who waits for which operation.
    static WAITING: RefCell<Slab<oneshot::Sender<Told>>> = const { RefCell::new(Slab::new()) };
    static DONE: Done = Closure::new(|id: u32, status, bytes, note| {
        let id = usize::try_from(id).unwrap_or(usize::MAX);
        let waiting = WAITING.with_borrow_mut(|waiting| waiting.try_remove(id));
        // Whoever waited may have gone.
        executor::enter(|| waiting.map(|waiting| waiting.send(Told { status, bytes, note })));
    });
}

/// Begins an operation, and waits for its end.
async fn wait(begin: impl FnOnce(u32, &Done)) -> Told {
    let (sender, told) = oneshot::channel();
    let id = WAITING.with_borrow_mut(|waiting| waiting.insert(sender));
    DONE.with(|done| begin(u32::try_from(id).unwrap_or(u32::MAX), done));
    told.await.unwrap_or(Told { status: 0, bytes: None, note: None })
}

impl Told {
    fn into_bytes(self) -> worker::Result<Option<Vec<u8>>> {
        match self.status {
            0 => Err(worker::Error::RustError(self.note.unwrap_or_default())),
            _ => Ok(self.bytes),
        }
    }
}

/// The whole body of a request, if it has at most `bytes_max` bytes. An error: the caller broke
/// off.
pub(crate) async fn body(request: &Request, bytes_max: usize) -> worker::Result<Option<Vec<u8>>> {
    let bytes_max = u32::try_from(bytes_max).unwrap_or(u32::MAX);
    wait(|id, done| read_body(id, done, request, bytes_max, DRAINED_BYTES_MAX)).await.into_bytes()
}

/// What an object answers to a call. The lines of `message` are its binding, its jurisdiction or
/// nothing, its name, and the call's path; what follows is the call's body.
pub(crate) async fn call(env: &Env, message: &str) -> Result<String, String> {
    let told = wait(|id, done| call_object(id, done, env, message)).await;
    let note = told.note.unwrap_or_else(|| "it could not answer".to_owned());
    if told.status == 0 { Err(note) } else { Ok(note) }
}

/// Adds a line to a head.
pub(crate) fn push_line(head: &mut String, line: &str) {
    if !head.is_empty() {
        head.push('\n');
    }
    head.push_str(line);
}

/// Lets some time pass.
pub(crate) async fn sleep(delay: Delay) {
    wait(|id, done| begin_sleep(id, done, ms(delay))).await;
}

/// Waits until what `take` is handed is called, by any request. `false`: it was not, for so long.
pub(crate) async fn hold(patience: Delay, take: impl FnOnce(Release)) -> bool {
    wait(|id, done| take(begin_hold(id, done, ms(patience)))).await.status != 0
}

/// Sends a request and says what came of it within `timeout`.
///
/// When that is over the request is aborted for real, since dropping a future does not cancel a
/// `fetch`. Redirects are not followed. At most [`ANSWER_BYTES_MAX`] bytes of the answer are read,
/// after decompression, then the rest is cancelled.
pub(crate) async fn send(request: &Outbound, timeout: Delay) -> Outcome {
    let mut head = request.url.clone();
    for (name, value) in &request.headers {
        push_line(&mut head, name);
        push_line(&mut head, value);
    }
    let body = request.body.as_bytes();
    let start_max = u32::try_from(ANSWER_BYTES_MAX).unwrap_or(u32::MAX);
    let told = wait(|id, done| post(id, done, &head, body, ms(timeout), start_max)).await;
    match told.status {
        0 if told.note.is_some() => Outcome::Failed(SendError::Timeout),
        0 => Outcome::Failed(SendError::Connection),
        status => {
            let body = told.bytes.unwrap_or_default();
            Outcome::Answered(Answer { status, retry_after: told.note, body })
        }
    }
}

fn ms(delay: Delay) -> u32 {
    u32::try_from(delay.as_ms()).unwrap_or(u32::MAX)
}
