//! The request body for a recovery of missed deliveries.

use serde_json::value::RawValue;

use super::body;
use super::body::BodyError;
use crate::base::{Field, FieldErrors, Timestamp};
use crate::delivery::latest_filter::{self, LatestFilter, StatusCodes};
use crate::delivery::{Fault, Missed};
use crate::json::without_mark;

/// A request for a recovery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecoverRequest {
    /// The kind of deliveries to recover (`status`). The default is all missed deliveries.
    pub missed: Missed,
    /// Recover only deliveries accepted at this time or later (`since`).
    pub since: Option<Timestamp>,
    /// Recover only deliveries with such a latest attempt (`http_status_code`, `fault`).
    pub latest: LatestFilter,
}

impl RecoverRequest {
    /// Parses a body. An empty one means all missed deliveries.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        if without_mark(body).is_empty() {
            return Ok(Self::default());
        }
        let fields = body::members(body)?;
        let mut errors = FieldErrors::default();
        let missed = errors.take(Field::Status, missed(fields.get("status")));
        let since = errors.take(Field::Since, since(fields.get("since")));
        let status = errors.take(Field::HttpStatusCode, codes(fields.get("http_status_code")));
        let fault = errors.take(Field::Fault, fault(fields.get("fault")));
        match (missed, since, status, fault) {
            (Some(missed), Some(since), Some(status), Some(fault)) => {
                Ok(Self { missed, since, latest: LatestFilter { status, fault } })
            }
            _ => Err(errors.into()),
        }
    }
}

fn missed(value: Option<&&RawValue>) -> Result<Missed, &'static str> {
    match value.map(|value| value.get()) {
        None | Some("null" | r#""all""#) => Ok(Missed::All),
        Some(r#""held""#) => Ok(Missed::Held),
        Some(r#""undelivered""#) => Ok(Missed::Undelivered),
        Some(_) => Err("Expected held, undelivered or all."),
    }
}

fn since(value: Option<&&RawValue>) -> Result<Option<Timestamp>, &'static str> {
    match value.map(|value| value.get()) {
        None | Some("null") => Ok(None),
        Some(json) => {
            let text: String = serde_json::from_str(json).map_err(|_| "Not a valid string.")?;
            Timestamp::parse_rfc3339(&text).map(Some)
        }
    }
}

/// Parses a status code, which may be a number, or a class of them.
fn codes(value: Option<&&RawValue>) -> Result<Option<StatusCodes>, &'static str> {
    match value.map(|value| value.get()) {
        None | Some("null") => Ok(None),
        Some(json) => {
            let text: Option<String> = serde_json::from_str(json).ok();
            StatusCodes::parse(text.as_deref().unwrap_or(json)).map(Some)
        }
    }
}

fn fault(value: Option<&&RawValue>) -> Result<Option<Fault>, String> {
    match value.map(|value| value.get()) {
        None | Some("null") => Ok(None),
        Some(json) => {
            let text: String =
                serde_json::from_str(json).map_err(|_| "Not a valid string.".to_owned())?;
            latest_filter::fault(&text).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_what_and_since_when() {
        let parse = |body: &str| RecoverRequest::parse(body.as_bytes());
        assert_eq!(parse("").unwrap(), RecoverRequest::default());
        assert_eq!(parse("{}").unwrap(), RecoverRequest::default());
        let asked = parse(r#"{"status":"held","since":"2026-01-31T12:00:00Z"}"#).unwrap();
        assert_eq!(asked.missed, Missed::Held);
        assert_eq!(asked.since, Some(Timestamp::from_ms(1_769_860_800_000)));
        for (body, status, fault) in [
            (r#"{"http_status_code":503}"#, Some(StatusCodes::One(503)), None),
            (r#"{"http_status_code":"503"}"#, Some(StatusCodes::One(503)), None),
            (r#"{"http_status_code":"5xx"}"#, Some(StatusCodes::Class(5)), None),
            (r#"{"fault":"dns","http_status_code":null}"#, None, Some(Fault::Dns)),
            (r#"{"fault":null}"#, None, None),
        ] {
            assert_eq!(parse(body).unwrap().latest, LatestFilter { status, fault }, "{body}");
        }
        for (bad, field) in [
            (r#"{"status":"nope"}"#, "status"),
            (r#"{"since":"yesterday"}"#, "since"),
            (r#"{"since":5}"#, "since"),
            (r#"{"http_status_code":50}"#, "http_status_code"),
            (r#"{"http_status_code":"5x"}"#, "http_status_code"),
            (r#"{"http_status_code":503.0}"#, "http_status_code"),
            (r#"{"http_status_code":["5xx"]}"#, "http_status_code"),
            (r#"{"fault":"broken"}"#, "fault"),
            (r#"{"fault":5}"#, "fault"),
            ("[]", "non_field_errors"),
        ] {
            let Err(BodyError::Fields(errors)) = parse(bad) else { panic!("{bad}") };
            let errors = serde_json::to_string(&errors).unwrap();
            assert!(errors.starts_with(&format!(r#"{{"{field}""#)), "{errors}");
        }
    }
}
