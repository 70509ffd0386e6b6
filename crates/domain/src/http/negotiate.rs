//! Content negotiation: which types a client accepts (`Accept`) and which types and codings it
//! sends (`Content-Type`, `Content-Encoding`).
//!
//! The API answers with JSON, and `/metrics` with one of two text formats. A request to create or
//! change a webhook can also be a form.

use thiserror::Error;

/// Whether the client accepts JSON.
pub fn accepts_json(accept: Option<&str>) -> bool {
    accepts(accept, "application/json")
}

/// Whether the client names HTML, and likes it no less than JSON, as a browser does for a page.
pub fn wants_html(accept: Option<&str>) -> bool {
    let json = preference(accept, "application/json").map(|(weight, _)| weight);
    preference(accept, "text/html")
        .is_some_and(|(weight, specificity)| specificity == EXACT && Some(weight) >= json)
}

/// The text format of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsFormat {
    /// `OpenMetrics` 1.0.
    OpenMetrics,
    /// The text format 0.0.4 of Prometheus.
    Text,
}

impl MetricsFormat {
    /// The format that the client prefers; `OpenMetrics` if it has no preference. `None` if it
    /// accepts neither.
    pub fn preferred(accept: Option<&str>) -> Option<Self> {
        let open_metrics = preference(accept, "application/openmetrics-text");
        let text = preference(accept, "text/plain");
        match (open_metrics, text) {
            (None, None) => None,
            (open_metrics, text) if text > open_metrics => Some(Self::Text),
            _ => Some(Self::OpenMetrics),
        }
    }

    /// The `Content-Type` of the text.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// Whether the client accepts `media_type`.
fn accepts(accept: Option<&str>, media_type: &str) -> bool {
    preference(accept, media_type).is_some()
}

/// The specificity of a range that names a type exactly.
const EXACT: u8 = 3;

/// How much the client prefers `media_type`: its weight in thousandths, and the specificity of the
/// range (RFC 9110 section 12.5.1). `None` if it does not accept the type.
///
/// Of the ranges that match, the most specific counts. If it has `q=0`, the type is not accepted.
/// Parameters other than `q` are ignored.
fn preference(accept: Option<&str>, media_type: &str) -> Option<(u16, u8)> {
    let accept = accept.unwrap_or_default().trim();
    if accept.is_empty() {
        return Some((WEIGHT_MAX, 0));
    }
    let (group, _) = media_type.split_once('/').unwrap_or((media_type, ""));
    let ranges = accept.split(',').filter_map(|range| {
        let (range, parameters) = range.split_once(';').unwrap_or((range, ""));
        let range = range.trim().to_ascii_lowercase();
        let specificity = if range == media_type {
            EXACT
        } else if range.strip_suffix("/*") == Some(group) {
            2
        } else if range == "*/*" {
            1
        } else {
            return None;
        };
        Some((specificity, weight(parameters)))
    });
    let (specificity, weight) = ranges.max()?;
    (weight > 0).then_some((weight, specificity))
}

/// The weight of a range without the parameter `q`.
const WEIGHT_MAX: u16 = 1_000;

/// The parameter `q` of a range, in thousandths. One that is no number counts as 1.
fn weight(parameters: &str) -> u16 {
    let mut parameters = parameters.split(';').filter_map(parameter);
    let q = parameters.find(|(name, _)| name.eq_ignore_ascii_case("q"));
    let Some(q) = q.and_then(|(_, value)| value.parse::<f64>().ok()) else { return WEIGHT_MAX };
    (0..=WEIGHT_MAX).rev().find(|thousandths| f64::from(*thousandths) <= q * 1_000.0).unwrap_or(0)
}

/// The format of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// There is no body. The `Content-Type` is ignored.
    Empty,
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
}

/// Why a `Content-Type` is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ContentTypeError {
    /// The route does not accept this type.
    #[error("Unsupported media type \"{content_type}\" in request.")]
    Unsupported {
        /// The type as it was sent.
        content_type: String,
    },
    /// A multipart form has no boundary.
    #[error("Multipart form parse error - Invalid boundary in multipart: None")]
    NoBoundary,
}

impl BodyKind {
    /// The format of a body that creates or changes a webhook: JSON or a form.
    pub fn of_webhook(
        content_type: Option<&str>,
        is_empty: bool,
    ) -> Result<Self, ContentTypeError> {
        if is_empty {
            return Ok(Self::Empty);
        }
        let content_type = content_type.unwrap_or_default();
        let (essence, parameters) = essence(content_type);
        match essence.as_str() {
            "application/json" if is_utf8(parameters) => Ok(Self::Json),
            "application/x-www-form-urlencoded" => Ok(Self::Form),
            "multipart/form-data" if value(parameters, "boundary").is_none() => {
                Err(ContentTypeError::NoBoundary)
            }
            "multipart/form-data" => Ok(Self::Multipart),
            _ => Err(unsupported(content_type)),
        }
    }
}

/// Checks the type of a body that must be JSON.
pub fn check_json(content_type: Option<&str>) -> Result<(), ContentTypeError> {
    let content_type = content_type.unwrap_or_default();
    let (essence, parameters) = essence(content_type);
    if essence == "application/json" && is_utf8(parameters) {
        Ok(())
    } else {
        Err(unsupported(content_type))
    }
}

/// Checks the type of a body that must be lines of JSON.
pub fn check_json_lines(content_type: Option<&str>) -> Result<(), ContentTypeError> {
    let content_type = content_type.unwrap_or_default();
    let (essence, parameters) = essence(content_type);
    let is_lines = matches!(essence.as_str(), "application/x-ndjson" | "application/jsonl");
    if is_lines && is_utf8(parameters) { Ok(()) } else { Err(unsupported(content_type)) }
}

/// The error for a body with a content coding, such as `gzip` (RFC 9110 section 8.4). Publishers
/// sign and count what they send, and receivers get it byte for byte, so nothing is decoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Unsupported content coding \"{coding}\" in request: send the body as it is.")]
pub struct ContentCodingError {
    /// The codings as they were sent.
    pub coding: String,
}

/// Checks the content codings of a body. None may be left to decode.
pub fn check_content_coding(content_encoding: Option<&str>) -> Result<(), ContentCodingError> {
    let codings = content_encoding.unwrap_or_default();
    let is_none = |coding: &str| coding.is_empty() || coding.eq_ignore_ascii_case("identity");
    if codings.split(',').all(|coding| is_none(coding.trim())) {
        Ok(())
    } else {
        Err(ContentCodingError { coding: codings.to_owned() })
    }
}

fn unsupported(content_type: &str) -> ContentTypeError {
    ContentTypeError::Unsupported { content_type: content_type.to_owned() }
}

/// The media type without its parameters, in lower case, and the parameters.
fn essence(content_type: &str) -> (String, &str) {
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    (essence.trim().to_ascii_lowercase(), parameters)
}

/// Whether the charset is UTF-8, or is not given. JSON is always UTF-8 (RFC 8259 section 8.1).
fn is_utf8(parameters: &str) -> bool {
    let is_utf8 = |charset: &str| ["utf-8", "utf8"].iter().any(|c| c.eq_ignore_ascii_case(charset));
    value(parameters, "charset").is_none_or(is_utf8)
}

fn value<'a>(parameters: &'a str, wanted: &str) -> Option<&'a str> {
    let mut parameters = parameters.split(';').filter_map(parameter);
    let value = parameters.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, v)| v);
    value.filter(|value| !value.is_empty())
}

/// Parses `name=value` or `name="value"`.
fn parameter(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let value = value.trim();
    let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    Some((name.trim(), unquoted.unwrap_or(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_acceptable_unless_refused() {
        for accept in [
            "",
            "*/*",
            "application/*",
            "application/json",
            "APPLICATION/JSON",
            "text/html, */*",
            "text/html;q=1, application/json;q=0.001",
            "application/json; indent=4",
            "application/json;q=1, */*;q=0",
            "text/*;q=0, */*",
            "application/json;q=x",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        ] {
            assert!(accepts_json(Some(accept)), "{accept:?}");
        }
        assert!(accepts_json(None));
        for accept in [
            "text/xml",
            "text/*",
            "application/json;q=0",
            "application/json;q=0.0, */*",
            "application/*; q=0 , */*",
            "*/*;q=0",
            "application/vnd.api+json",
            "json",
            ";",
            ",",
        ] {
            assert!(!accepts_json(Some(accept)), "{accept:?}");
        }
    }

    #[test]
    fn the_metrics_have_the_format_that_is_preferred() {
        use MetricsFormat::{OpenMetrics, Text};
        for (accept, expected) in [
            (None, Some(OpenMetrics)),
            (Some(""), Some(OpenMetrics)),
            (Some("*/*"), Some(OpenMetrics)),
            (Some("application/openmetrics-text"), Some(OpenMetrics)),
            (Some("application/openmetrics-text;version=1.0.0"), Some(OpenMetrics)),
            (Some("application/*"), Some(OpenMetrics)),
            (Some("text/plain"), Some(Text)),
            (Some("TEXT/PLAIN; version=0.0.4"), Some(Text)),
            (Some("text/*"), Some(Text)),
            (Some("text/plain, */*"), Some(Text)),
            (Some("text/plain;q=0.5, application/openmetrics-text;q=0.4"), Some(Text)),
            (Some("text/plain;q=0.4, application/openmetrics-text;q=0.5"), Some(OpenMetrics)),
            (Some("application/openmetrics-text, text/plain"), Some(OpenMetrics)),
            (Some("text/plain;q=0, */*;q=0.1"), Some(OpenMetrics)),
            (Some("application/openmetrics-text;q=0, */*"), Some(Text)),
            // What Prometheus sends.
            (
                Some(
                    "application/openmetrics-text;version=1.0.0;q=0.5,\
                     application/openmetrics-text;version=0.0.1;q=0.4,\
                     text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                ),
                Some(OpenMetrics),
            ),
            (Some("text/html"), None),
            (Some("application/json"), None),
            (Some("text/plain;q=0"), None),
            (Some("*/*;q=0"), None),
        ] {
            assert_eq!(MetricsFormat::preferred(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn a_browser_names_html() {
        for (accept, expected) in [
            (Some("text/html"), true),
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), true),
            (Some("application/json, text/html"), true),
            (Some("text/html;q=0.5, */*;q=0.1"), true),
            (Some("application/json, text/html;q=0.1"), false),
            (Some("text/html;q=0.9, */*"), false),
            (Some("text/html;q=0"), false),
            (Some("text/*"), false),
            (Some("*/*"), false),
            (Some("application/json"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(wants_html(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn a_webhook_is_json_or_a_form() {
        let check = |content_type: &str, expected: Result<BodyKind, &str>| {
            let kind = BodyKind::of_webhook(Some(content_type), false).map_err(|e| e.to_string());
            assert_eq!(kind.as_ref().map_err(String::as_str), expected.as_ref().map_err(|e| *e));
        };
        check("application/json", Ok(BodyKind::Json));
        check("Application/JSON ; Charset=\"UTF-8\"", Ok(BodyKind::Json));
        check("application/x-www-form-urlencoded; charset=utf-8", Ok(BodyKind::Form));
        check("multipart/form-data; boundary=x", Ok(BodyKind::Multipart));
        let boundary = "Multipart form parse error - Invalid boundary in multipart: None";
        check("multipart/form-data", Err(boundary));
        check("multipart/form-data; boundary=", Err(boundary));
        for other in [
            "",
            "text/plain",
            "text/plain; charset=utf-8",
            "application/vnd.api+json",
            "json",
            "application/json; charset=utf-16",
            "application/jsonp",
        ] {
            check(other, Err(&format!("Unsupported media type \"{other}\" in request.")));
        }
    }

    #[test]
    fn no_body_needs_no_type() {
        for content_type in [None, Some(""), Some("text/plain"), Some("multipart/form-data")] {
            assert_eq!(BodyKind::of_webhook(content_type, true), Ok(BodyKind::Empty));
        }
        let unsupported = ContentTypeError::Unsupported { content_type: String::new() };
        assert_eq!(BodyKind::of_webhook(None, false), Err(unsupported));
    }

    #[test]
    fn a_body_is_sent_as_it_is() {
        for good in [None, Some(""), Some("identity"), Some("Identity"), Some(" identity , ,")] {
            assert_eq!(check_content_coding(good), Ok(()), "{good:?}");
        }
        for bad in ["gzip", "x-gzip", "GZIP", "br", "zstd", "deflate", "identity, gzip", "*", "x"] {
            let error = check_content_coding(Some(bad)).unwrap_err();
            assert!(error.to_string().contains(&format!("\"{bad}\"")), "{error}");
        }
    }

    #[test]
    fn an_event_is_json() {
        for good in ["application/json", "application/json; charset=utf-8", "application/json;"] {
            assert_eq!(check_json(Some(good)), Ok(()), "{good:?}");
        }
        for bad in [
            "",
            "text/json",
            "application/json; charset=latin-1",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "application/json, text/plain",
        ] {
            assert!(check_json(Some(bad)).is_err(), "{bad:?}");
        }
        assert!(check_json(None).is_err());
    }
}
