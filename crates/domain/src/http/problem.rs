//! The error answers of the API.
//!
//! The bodies are the vendor's: `{"detail": "…"}`, or error texts by field. An answer adds a
//! `code`, by which programs tell errors apart, and a `request_id`, by which the log line is found.
//! Each case has a constructor; `problem_of` says which one an error of this crate is. Internal
//! errors are never described.

use core::fmt::Display;

use serde::Serialize;
use serde_json::value::RawValue;

use super::negotiate::ContentTypeError;
use crate::auth::CredentialsError;
use crate::base::{Delay, EventId, FieldErrors};
use crate::crypto::{MASTER_KEYS, OpenError};
use crate::json::JsonError;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The status code.
    pub status: u16,
    /// The code of the error. It does not change when the text does.
    pub code: &'static str,
    /// The body without the code, which is a JSON object with at least one member.
    pub body: String,
    /// The headers in addition to `Content-Type: application/json`.
    pub headers: Vec<(&'static str, String)>,
}

impl Problem {
    /// 400: the body is not valid JSON.
    pub fn bad_json(error: &JsonError) -> Self {
        Self::detail(400, error).coded("invalid_json")
    }

    /// 400: fields are invalid.
    pub fn fields(errors: &FieldErrors) -> Self {
        Self::json(400, errors).coded("invalid_fields")
    }

    /// 400: the request is invalid in another way.
    pub fn bad_request(detail: impl Display) -> Self {
        Self::detail(400, detail)
    }

    /// 401: there is no key, or it is invalid.
    pub fn unauthorized(error: CredentialsError) -> Self {
        let code = match error {
            CredentialsError::Missing => "missing_key",
            CredentialsError::BasicEmpty
            | CredentialsError::BasicSpaces
            | CredentialsError::BasicEncoding
            | CredentialsError::BearerEmpty
            | CredentialsError::BearerSpaces => "malformed_authorization",
            CredentialsError::BasicWrong | CredentialsError::BearerWrong => "invalid_key",
            CredentialsError::Expired => "expired_key",
        };
        Self::detail(401, error).coded(code).with("WWW-Authenticate", "Basic realm=\"api\"")
    }

    /// 403: the key is valid but does not permit this.
    pub fn forbidden() -> Self {
        Self::detail(403, "You do not have permission to perform this action.")
            .coded("missing_scope")
    }

    /// 403: a limit of the account refuses the request.
    pub fn refused(detail: impl Display) -> Self {
        Self::detail(403, detail).coded("limit_reached")
    }

    /// 403: the account is disabled.
    pub fn account_disabled() -> Self {
        Self::refused("This account is disabled: nothing is published and nothing is sent.")
            .coded("account_disabled")
    }

    /// 409: the account's data is being deleted.
    pub fn account_deleted() -> Self {
        Self::conflict("This account's data is being deleted.").coded("account_being_deleted")
    }

    /// 409: the webhook cannot be activated while its account is disabled.
    pub fn suspended() -> Self {
        Self::conflict("This account is disabled, so the webhook cannot be switched on.")
            .coded("account_disabled")
    }

    /// 404: nothing has this name, or it is not the caller's.
    pub fn not_found() -> Self {
        Self::detail(404, "Not found.")
    }

    /// 404: no webhook of the account has an event of this id. The events that went nowhere are not
    /// stored, so the answer cannot tell them from those that never were.
    pub fn event_not_found() -> Self {
        Self::detail(404, EVENT_NOT_FOUND)
    }

    /// 405: the resource does not have this method.
    pub fn method_not_allowed(method: &str, allow: &'static str) -> Self {
        Self::detail(405, format!("Method \"{method}\" not allowed.")).with("Allow", allow)
    }

    /// 406: the client does not accept the type of the answer.
    pub fn not_acceptable() -> Self {
        Self::detail(406, "Could not satisfy the request Accept header.")
    }

    /// 409: the request conflicts with what is stored.
    pub fn conflict(detail: impl Display) -> Self {
        Self::detail(409, detail)
    }

    /// 409: webhooks subscribe to the event type.
    pub fn event_type_in_use() -> Self {
        Self::conflict("Webhooks subscribe to this event type. Deprecate it instead.")
            .coded("event_type_in_use")
    }

    /// 412: the webhook is not in any of the states that `If-Match` names.
    pub fn precondition_failed() -> Self {
        Self::detail(412, "The webhook was changed since it was read: read it again.")
    }

    /// 413: the body has more than `bytes_max` bytes.
    pub fn too_large(bytes_max: usize) -> Self {
        let detail = format!("Request body is too large: at most {bytes_max} bytes are allowed.");
        Self::detail(413, detail)
    }

    /// 415: the route does not accept a body of this type.
    pub fn unsupported_media_type(content_type: &str) -> Self {
        let content_type = content_type.to_owned();
        ContentTypeError::Unsupported { content_type }.into()
    }

    /// 422: the request is well-formed but contradicts an earlier one.
    pub fn unprocessable(detail: impl Display) -> Self {
        Self::detail(422, detail)
    }

    /// 426: the request must be one for a WebSocket.
    pub fn upgrade_required() -> Self {
        Self::detail(426, "Connect by a WebSocket: send the header Upgrade: websocket.")
            .with("Upgrade", "websocket")
    }

    /// 429: there were too many requests.
    pub fn throttled(retry_after: Delay) -> Self {
        let secs = whole_secs(retry_after);
        let detail = format!("Request was throttled. Expected available in {secs} seconds.");
        Self::detail(429, detail).with("Retry-After", secs)
    }

    /// 500: an unexpected internal error.
    pub fn internal() -> Self {
        Self::detail(500, "A server error occurred.")
    }

    /// 503: an internal part did not answer. A repeat may succeed.
    pub fn unavailable(detail: impl Display, retry_after: Delay) -> Self {
        Self::detail(503, detail).with("Retry-After", whole_secs(retry_after))
    }

    /// 503: a secret cannot be sealed, since there is no master key.
    pub fn no_master_key(retry_after: Delay) -> Self {
        let detail = format!("No secret can be stored: the variable {MASTER_KEYS} is not set.");
        Self::unavailable(detail, retry_after).coded("no_master_key")
    }

    /// 503: stored secrets cannot be opened.
    pub fn locked(error: &OpenError, retry_after: Delay) -> Self {
        let detail = format!("The webhook's secrets cannot be used: {error}.");
        Self::unavailable(detail, retry_after).coded("secrets_locked")
    }

    /// 422: the idempotency key belongs to a different request.
    pub fn key_used() -> Self {
        Self::unprocessable("This Idempotency-Key was used for another request before.")
            .coded("idempotency_key_reused")
    }

    /// 503: some matching webhooks may not have stored the event, which came without a key. A
    /// repeat with the event's id as the idempotency key completes it.
    pub fn incomplete_without_key(id: &EventId, retry_after: Delay) -> Self {
        let how = "Publish it again with this id as Idempotency-Key.";
        Self::incomplete(id, how, retry_after)
    }

    /// 503: some matching webhooks may not have stored the event, which came with a key. A repeat
    /// with the same key completes it.
    pub fn incomplete_with_key(id: &EventId, retry_after: Delay) -> Self {
        Self::incomplete(id, "Publish it again with the same Idempotency-Key.", retry_after)
    }

    fn incomplete(id: &EventId, how: &str, retry_after: Delay) -> Self {
        let detail = format!("Not every webhook has stored the event. {how}");
        Self::json(503, &Incomplete { detail, id })
            .coded("incomplete_publish")
            .with("Retry-After", whole_secs(retry_after))
    }

    /// The body with the status as its first member, for one element of a batch.
    pub fn into_item(self) -> Box<RawValue> {
        let members = self.body.strip_prefix('{').unwrap_or("}");
        let item = format!("{{\"status\":{},{members}", self.status);
        // A problem's body is an object with at least one member, so this is valid JSON.
        RawValue::from_string(item).unwrap_or_default()
    }

    /// The body of an answer: with the code, and the id of the request.
    pub fn to_answer(&self, request_id: &str) -> String {
        let members = self.body.strip_suffix('}').unwrap_or("{");
        // Neither has a character that JSON escapes.
        format!(r#"{members},"code":"{}","request_id":"{request_id}"}}"#, self.code)
    }

    /// Sets the code, where it is not the usual one of the status.
    pub(super) fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    pub(super) fn detail(status: u16, detail: impl Display) -> Self {
        Self::json(status, &Detail { detail: detail.to_string() })
    }

    pub(super) fn json(status: u16, body: &impl Serialize) -> Self {
        // Writing maps and structs of strings as JSON cannot fail.
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status, code: usual_code(status), body, headers: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

/// The code of a status whose errors need not be told apart.
const fn usual_code(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        406 => "not_acceptable",
        409 => "conflict",
        412 => "precondition_failed",
        413 => "too_large",
        415 => "unsupported_media_type",
        422 => "unprocessable",
        426 => "upgrade_required",
        429 => "throttled",
        503 => "unavailable",
        _ => "internal_error",
    }
}

pub(super) const EVENT_NOT_FOUND: &str = "No webhook of this account has an event of this id. \
    Either none took it when it was published, or it is older than RETENTION_HOURS, or it never \
    was.";

#[derive(Serialize)]
struct Incomplete<'a> {
    detail: String,
    id: &'a EventId,
}

#[derive(Serialize)]
struct Detail {
    detail: String,
}

/// The whole seconds for `Retry-After`: rounded up, and at least 1.
fn whole_secs(delay: Delay) -> u64 {
    delay.as_ms().div_ceil(1_000).max(1)
}
