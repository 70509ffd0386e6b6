//! One outbound POST: what goes over the wire and what comes back. It judges nothing. The Worker
//! that took a publish makes first tries with it, and the Webhook object all others.
//!
//! The whole exchange, the part of the body that is read included, fits into the timeout; when that
//! is over the request is aborted for real, since dropping a future does not cancel a `fetch`.
//! Redirects are not followed. At most [`ANSWER_BYTES_MAX`] bytes of the answer are read, after
//! decompression, then the rest is cancelled.

use std::cell::RefCell;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use worker::wasm_bindgen::JsValue;
use worker::{
    AbortController, AbortSignal, Fetch, Headers, Method, Request, RequestInit, RequestRedirect,
    Response, ResponseBody,
};

use super::clock;
use crate::domain::limits::ANSWER_BYTES_MAX;
use crate::domain::outbound::Outbound;
use crate::domain::time::Delay;
use crate::domain::turn::{Settlement, Try};
use crate::domain::verdict::{Answer, Fault, Outcome};

/// Makes a try; answers what to settle, and how long it took.
pub(crate) async fn make(attempt: &Try, timeout: Delay) -> (Settlement, Delay) {
    let began = clock::now();
    let outcome = match &attempt.request {
        Ok(request) => send(request, timeout).await,
        Err(fault) => Outcome::Failed(*fault),
    };
    (attempt.settlement(outcome), clock::now().since(began))
}

/// Sends a request and says what came of it within `timeout`.
pub(crate) async fn send(request: &Outbound, timeout: Delay) -> Outcome {
    let controller = AbortController::default();
    let signal = controller.signal();
    let answer = RefCell::new(None);
    let timer = worker::Delay::from(Duration::from_millis(timeout.as_ms()));
    let fault = match select(pin!(exchange(request, &signal, &answer)), pin!(timer)).await {
        Either::Left((Ok(()), _)) => None,
        Either::Left((Err(_), _)) => Some(Fault::Connection),
        Either::Right(_) => {
            controller.abort();
            Some(Fault::Timeout)
        }
    };
    // Once there is a status it stands, whatever the body does: a 2xx is delivered.
    match (answer.into_inner(), fault) {
        (Some(answer), _) => Outcome::Answered(answer),
        (None, fault) => Outcome::Failed(fault.unwrap_or(Fault::Connection)),
    }
}

async fn exchange(
    request: &Outbound,
    signal: &AbortSignal,
    answer: &RefCell<Option<Answer>>,
) -> worker::Result<()> {
    let mut response = Fetch::Request(prepare(request)?).send_with_signal(signal).await?;
    let retry_after = response.headers().get("Retry-After").ok().flatten();
    let status = response.status_code();
    answer.replace(Some(Answer { status, retry_after, body: Vec::new() }));
    read_start(&mut response, answer).await
}

fn prepare(request: &Outbound) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let body = js_sys::Uint8Array::from(request.body.as_bytes());
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_body(Some(JsValue::from(body)));
    Request::new_with_init(&request.url, &init)
}

/// Reads the start of the body into `answer`. Dropping the stream cancels the rest.
async fn read_start(
    response: &mut Response,
    answer: &RefCell<Option<Answer>>,
) -> worker::Result<()> {
    if !matches!(response.body(), ResponseBody::Stream(_)) {
        return Ok(());
    }
    let mut stream = response.stream()?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        let mut answer = answer.borrow_mut();
        let Some(Answer { body, .. }) = answer.as_mut() else { return Ok(()) };
        let room = ANSWER_BYTES_MAX.saturating_sub(body.len());
        body.extend(chunk.iter().take(room));
        if chunk.len() >= room {
            break;
        }
    }
    Ok(())
}
