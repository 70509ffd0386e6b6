//! The error answers of the API.
//!
//! The bodies are the vendor's: `{"detail": "…"}`, or error texts by field. An answer adds a
//! `code`, by which programs tell errors apart, and a `request_id`, by which the log line is found.
//! Each case has a constructor, and errors of this crate become problems by `From`. Internal errors
//! are never described.

use core::fmt::Display;

use serde::Serialize;
use serde_json::value::RawValue;

use super::negotiate::{ContentCodingError, ContentTypeError};
use super::paging::InvalidPage;
use super::route::RouteError;
use crate::auth::CredentialsError;
use crate::base::{Delay, EventId, Field, FieldErrors};
use crate::crypto::{MASTER_KEYS, OpenError};
use crate::event::EventError;
use crate::json::JsonError;
use crate::request::BodyError;

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
    fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    fn detail(status: u16, detail: impl Display) -> Self {
        Self::json(status, &Detail { detail: detail.to_string() })
    }

    fn json(status: u16, body: &impl Serialize) -> Self {
        // Writing maps and structs of strings as JSON cannot fail.
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status, code: usual_code(status), body, headers: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Display) -> Self {
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
        429 => "throttled",
        503 => "unavailable",
        _ => "internal_error",
    }
}

const EVENT_NOT_FOUND: &str = "No webhook of this account has an event of this id. Either none \
    took it when it was published, or it is older than RETENTION_HOURS, or it never was.";

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

impl From<JsonError> for Problem {
    fn from(error: JsonError) -> Self {
        Self::bad_json(&error)
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        Self::fields(&errors)
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Json(error) => error.into(),
            BodyError::Fields(errors) => errors.into(),
        }
    }
}

impl From<EventError> for Problem {
    fn from(error: EventError) -> Self {
        let field = match error {
            EventError::Json(error) => return error.into(),
            EventError::NoData | EventError::NotAnObject { .. } => Field::NonFieldErrors,
            EventError::TypeMissing
            | EventError::TypeNull
            | EventError::TypeNotAString
            | EventError::TypeRepeated
            | EventError::TypeUnknown { .. }
            | EventError::TypeOperational { .. } => Field::EventType,
        };
        FieldErrors::one(field, error).into()
    }
}

impl From<CredentialsError> for Problem {
    fn from(error: CredentialsError) -> Self {
        Self::unauthorized(error)
    }
}

impl From<RouteError> for Problem {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::NotFound { .. } => Self::not_found(),
            RouteError::MethodNotAllowed { method, allow, .. } => {
                Self::method_not_allowed(&method, allow)
            }
        }
    }
}

impl From<ContentTypeError> for Problem {
    fn from(error: ContentTypeError) -> Self {
        match error {
            ContentTypeError::Unsupported { .. } => Self::detail(415, error),
            ContentTypeError::NoBoundary => Self::bad_request(error),
        }
    }
}

impl From<ContentCodingError> for Problem {
    fn from(error: ContentCodingError) -> Self {
        // The header says which codings are accepted (RFC 9110 section 15.5.16).
        Self::detail(415, error).with("Accept-Encoding", "identity")
    }
}

impl From<InvalidPage> for Problem {
    fn from(error: InvalidPage) -> Self {
        Self::detail(404, error).coded("invalid_page")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, EventTypes};
    use crate::http::route::Route;

    fn check(problem: impl Into<Problem>, status: u16, body: &str) -> Problem {
        let problem = problem.into();
        assert_eq!((problem.status, problem.body.as_str()), (status, body));
        problem
    }

    fn detail(problem: impl Into<Problem>, status: u16, sentence: &str) {
        let body = serde_json::json!({ "detail": sentence }).to_string();
        assert!(check(problem, status, &body).headers.is_empty());
    }

    #[test]
    fn every_problem_has_its_sentence() {
        detail(Problem::forbidden(), 403, "You do not have permission to perform this action.");
        detail(Problem::not_found(), 404, "Not found.");
        detail(InvalidPage, 404, "Invalid page.");
        detail(Problem::not_acceptable(), 406, "Could not satisfy the request Accept header.");
        let large = "Request body is too large: at most 65536 bytes are allowed.";
        detail(Problem::too_large(65_536), 413, large);
        let media_type = "Unsupported media type \"text/plain\" in request.";
        detail(Problem::unsupported_media_type("text/plain"), 415, media_type);
        let boundary = "Multipart form parse error - Invalid boundary in multipart: None";
        detail(ContentTypeError::NoBoundary, 400, boundary);
        detail(Problem::event_not_found(), 404, EVENT_NOT_FOUND);
        let changed = "The webhook was changed since it was read: read it again.";
        detail(Problem::precondition_failed(), 412, changed);
        detail(Problem::internal(), 500, "A server error occurred.");
    }

    #[test]
    fn an_answer_has_a_code_and_the_id_of_its_request() {
        let id = "8b1f0c6e53d9a7f2-FRA";
        let check = |problem: Problem, expected: &str| {
            let expected = expected.replace('…', r#""request_id":"8b1f0c6e53d9a7f2-FRA"}"#);
            assert_eq!(problem.to_answer(id), expected);
        };
        check(Problem::not_found(), r#"{"detail":"Not found.","code":"not_found",…"#);
        let errors = FieldErrors::one(Field::TargetUrl, "This field is required.");
        check(
            Problem::fields(&errors),
            r#"{"target_url":["This field is required."],"code":"invalid_fields",…"#,
        );
        check(
            Problem::incomplete_with_key(&"e1".parse().unwrap(), Delay::ZERO),
            concat!(
                r#"{"detail":"Not every webhook has stored the event. Publish it again with the "#,
                r#"same Idempotency-Key.","id":"e1","code":"incomplete_publish",…"#,
            ),
        );
        let text = Problem::bad_request("}\"{").to_answer(id);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (json["detail"].as_str(), json["request_id"].as_str()),
            (Some("}\"{"), Some(id))
        );
    }

    #[test]
    fn errors_that_call_for_different_acts_have_different_codes() {
        let zero = Delay::ZERO;
        let mut codes: Vec<&str> = [
            Problem::bad_request(""),
            Problem::fields(&FieldErrors::default()),
            Problem::unauthorized(CredentialsError::Missing),
            Problem::unauthorized(CredentialsError::BasicSpaces),
            Problem::unauthorized(CredentialsError::BearerWrong),
            Problem::unauthorized(CredentialsError::Expired),
            Problem::forbidden(),
            Problem::refused(""),
            Problem::account_disabled(),
            Problem::not_found(),
            InvalidPage.into(),
            Problem::not_acceptable(),
            Problem::conflict(""),
            Problem::account_deleted(),
            Problem::too_large(1),
            Problem::unsupported_media_type(""),
            Problem::unprocessable(""),
            Problem::key_used(),
            Problem::throttled(zero),
            Problem::internal(),
            Problem::unavailable("", zero),
            Problem::no_master_key(zero),
            Problem::locked(&OpenError::MissingKey { key_id: String::new() }, zero),
            Problem::incomplete_with_key(&"e1".parse().unwrap(), zero),
        ]
        .map(|problem| problem.code)
        .to_vec();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count, "{codes:?}");
        let is_code = |code: &&str| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(codes.iter().all(is_code), "{codes:?}");
        assert_eq!(Problem::suspended().code, Problem::account_disabled().code);
    }

    #[test]
    fn some_problems_have_headers() {
        let body = r#"{"detail":"Invalid username/password."}"#;
        let problem = check(CredentialsError::BasicWrong, 401, body);
        assert_eq!(problem.headers, [("WWW-Authenticate", "Basic realm=\"api\"".to_owned())]);
        let error = Route::parse("PUT", "/v1/webhooks").unwrap_err();
        let problem = check(error, 405, r#"{"detail":"Method \"PUT\" not allowed."}"#);
        assert_eq!(problem.headers, [("Allow", "GET, POST, HEAD, OPTIONS".to_owned())]);
        let coding = ContentCodingError { coding: "gzip".to_owned() };
        let sentence = "Unsupported content coding \"gzip\" in request: send the body as it is.";
        let body = serde_json::json!({ "detail": sentence }).to_string();
        let problem = check(coding, 415, &body);
        assert_eq!(problem.headers, [("Accept-Encoding", "identity".to_owned())]);
        let body = r#"{"detail":"Request was throttled. Expected available in 60 seconds."}"#;
        let problem = check(Problem::throttled(Delay::from_ms(59_001)), 429, body);
        assert_eq!(problem.headers, [("Retry-After", "60".to_owned())]);
        let problem = Problem::unavailable("Send again.", Delay::ZERO);
        let problem = check(problem, 503, r#"{"detail":"Send again."}"#);
        assert_eq!(problem.headers, [("Retry-After", "1".to_owned())]);
        let body = r#"{"detail":"No secret can be stored: the variable MASTER_KEYS is not set."}"#;
        check(Problem::no_master_key(Delay::ZERO), 503, body);
        let error = OpenError::MissingKey { key_id: "k1".to_owned() };
        let cannot = "The webhook's secrets cannot be used: MASTER_KEYS has no key";
        let body = format!(r#"{{"detail":"{cannot} \"k1\"."}}"#);
        check(Problem::locked(&error, Delay::ZERO), 503, &body);
    }

    #[test]
    fn an_event_that_is_not_stored_everywhere_is_reported_with_what_completes_it() {
        let id = "e1".parse().unwrap();
        let body = |how: &str| {
            format!(r#"{{"detail":"Not every webhook has stored the event. {how}","id":"e1"}}"#)
        };
        let without = body("Publish it again with this id as Idempotency-Key.");
        let problem =
            check(Problem::incomplete_without_key(&id, Delay::from_secs(2)), 503, &without);
        assert_eq!(problem.headers, [("Retry-After", "2".to_owned())]);
        let with = body("Publish it again with the same Idempotency-Key.");
        check(Problem::incomplete_with_key(&id, Delay::from_secs(2)), 503, &with);
        let used = "This Idempotency-Key was used for another request before.";
        detail(Problem::key_used(), 422, used);
    }

    #[test]
    fn a_bad_event_has_its_error() {
        let check_event = |event: &str, body: &str| {
            let event = Event::parse(event.as_bytes().to_vec(), &EventTypes::documented());
            check(event.unwrap_err(), 400, body);
        };
        let position = "line 1 column 2 (char 1)";
        check_event(
            "[",
            &format!(r#"{{"detail":"JSON parse error - Expecting value: {position}"}}"#),
        );
        check_event("null", r#"{"non_field_errors":["No data provided"]}"#);
        let list = "Invalid data. Expected a dictionary, but got list.";
        check_event("[]", &format!(r#"{{"non_field_errors":["{list}"]}}"#));
        check_event("{}", r#"{"event_type":["This field is required."]}"#);
        check_event(r#"{"event_type":"X"}"#, r#"{"event_type":["\"X\" is not a valid choice."]}"#);
    }
}
