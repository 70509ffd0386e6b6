//! Which problem each error of this crate becomes.

use super::negotiate::{ContentCodingError, ContentTypeError};
use super::paging::InvalidPage;
use super::problem::Problem;
use super::route::RouteError;
use crate::auth::CredentialsError;
use crate::base::{Field, FieldErrors};
use crate::event::EventError;
use crate::json::JsonError;
use crate::request::BodyError;

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
    use super::super::problem::EVENT_NOT_FOUND;
    use super::*;
    use crate::base::Delay;
    use crate::crypto::OpenError;
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
