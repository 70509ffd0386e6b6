//! An import: creates webhooks that exist at another sender, with the ids that they have there.
//!
//! The body has one JSON object a line, and each line gets its own answer. A line whose webhook
//! already exists changes nothing.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use super::problem::Problem;
use crate::base::{Field, FieldErrors, IMPORT_LINES_MAX, Timestamp, WebhookId};
use crate::crypto::{Algorithm, OpenError, Opener, SigningKey};
use crate::json::without_mark;
use crate::request::{
    Body, BodyError, KnownFields, SigningChoice, UnknownFields, WebhookRequest, WebhookRules, body,
};
use crate::webhook::{Configuration, CreatedView, WebhookAnswer};

/// A line of an import.
#[derive(Debug)]
pub struct Line {
    /// The number of the line, from 1. Blank lines count.
    pub number: usize,
    /// The webhook to create, or why the line is invalid.
    pub webhook: Result<(WebhookId, WebhookRequest), Problem>,
}

/// What the lines of an import are checked against.
#[derive(Debug, Clone, Copy)]
pub struct LineRules<'a> {
    /// The rules for webhooks.
    pub webhook: WebhookRules<'a>,
    /// What happens to unknown fields.
    pub unknown_fields: UnknownFields,
    /// The maximum length of a line, in bytes.
    pub bytes_max: usize,
}

/// Parses the lines of a body that are not blank. A byte order mark is skipped, also that of a
/// later line: joined files have several.
pub fn parse(body: &[u8], rules: LineRules<'_>) -> Result<Vec<Line>, FieldErrors> {
    let text = |line| without_mark(line).trim_ascii();
    let lines = body.split(|&byte| byte == b'\n').map(text);
    let lines: Vec<_> = (1..).zip(lines).filter(|(_, line)| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err(FieldErrors::one(Field::NonFieldErrors, "There is no line."));
    }
    if lines.len() > IMPORT_LINES_MAX {
        let sentence = format!("Ensure this has no more than {IMPORT_LINES_MAX} lines.");
        return Err(FieldErrors::one(Field::NonFieldErrors, sentence));
    }
    let mut seen = BTreeMap::new();
    let line = |(number, text): (usize, &[u8])| {
        let webhook = if text.len() > rules.bytes_max {
            Err(Problem::too_large(rules.bytes_max))
        } else {
            webhook(text, rules).map_err(Problem::from)
        };
        let webhook = webhook.and_then(|(id, request)| match seen.insert(id.clone(), number) {
            Some(before) => {
                let sentence = format!("Line {before} has this id already.");
                Err(FieldErrors::one(Field::Id, sentence).into())
            }
            None => Ok((id, request)),
        });
        Line { number, webhook }
    };
    Ok(lines.into_iter().map(line).collect())
}

/// Parses one line. All its errors are reported together.
fn webhook(text: &[u8], rules: LineRules<'_>) -> Result<(WebhookId, WebhookRequest), BodyError> {
    let id = id(text)?;
    let body = Body::json(text.to_vec());
    let request = WebhookRequest::from_body(&body, rules.webhook);
    let request = KnownFields::IMPORT.check(&body, rules.unknown_fields, request);
    match (id, request) {
        (Ok(id), request) => Ok((id, request?)),
        (Err(sentence), Ok(_)) => Err(FieldErrors::one(Field::Id, sentence).into()),
        (Err(sentence), Err(BodyError::Fields(mut errors))) => {
            errors.add(Field::Id, sentence);
            Err(errors.into())
        }
        (Err(_), Err(error)) => Err(error),
    }
}

fn id(text: &[u8]) -> Result<Result<WebhookId, String>, BodyError> {
    let Some(sent) = body::members(text)?.get("id").copied() else {
        return Ok(Err("This field is required.".to_owned()));
    };
    Ok(match serde_json::from_str::<String>(sent.get()) {
        Ok(id) => id.parse().map_err(|error| format!("Invalid id: {error}.")),
        Err(_) => Err("Not a valid string.".to_owned()),
    })
}

/// Whether an existing webhook equals the one of a line. `active` is not compared, since the
/// dispatcher may have changed it. A secret is not compared if the line leaves it to be generated.
pub fn equals_existing(
    request: &WebhookRequest,
    existing: &Configuration,
    opener: Opener<'_>,
    now: Timestamp,
) -> Result<bool, OpenError> {
    let open = existing.open(opener, now)?;
    let is_signed_alike = match &request.signing {
        SigningChoice::Given(secret) => {
            open.signing.first().map(SigningKey::new) == Some(SigningKey::new(secret))
        }
        SigningChoice::Generated(algorithm) => {
            let public_key = existing.signing.public_key();
            public_key.is_some() == (*algorithm == Algorithm::Ed25519)
        }
    };
    Ok(is_signed_alike
        && request.target_url == existing.target_url
        && request.event_type == existing.event_type
        && request.event_types == existing.event_types
        && request.delivery_options == existing.delivery_options
        && request.filter == existing.filter
        && request.labels == existing.labels
        && request.basic_auth.open(opener)? == open.basic_auth
        && request.additional_headers.open(opener)? == open.additional_headers)
}

/// The outcome of a line without an error.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Imported {
    /// The webhook was created.
    Created(Box<CreatedView>),
    /// The webhook already existed.
    Existing(Box<WebhookAnswer>),
}

/// The answer for a line.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Item {
    /// The webhook exists.
    Webhook {
        /// The number of the line.
        line: usize,
        /// 201 if the webhook was created, 200 if it already existed.
        status: u16,
        /// The webhook.
        webhook: Imported,
    },
    /// The webhook could not be created, or a different one has its id.
    Problem {
        /// The number of the line.
        line: usize,
        /// The status of the problem.
        status: u16,
        /// The body of the problem.
        problem: Box<RawValue>,
    },
}

impl Item {
    /// The answer for a line with this outcome.
    pub fn new(line: usize, result: Result<Imported, Problem>) -> Self {
        match result {
            Ok(webhook) => {
                let status = if matches!(webhook, Imported::Created(_)) { 201 } else { 200 };
                Self::Webhook { line, status, webhook }
            }
            Err(problem) => {
                let status = problem.status;
                // A problem's body is JSON.
                let problem = RawValue::from_string(problem.body).unwrap_or_default();
                Self::Problem { line, status, problem }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::AccountId;
    use crate::crypto::{MasterKeys, Owner};
    use crate::delivery::Schedule;
    use crate::event::EventTypes;
    use crate::webhook::TargetPolicy;

    fn parsed(body: &str) -> Result<Vec<Line>, FieldErrors> {
        let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
        let webhook =
            WebhookRules { event_types: &types, targets: &policy, schedule: &Schedule::DOCUMENTED };
        let unknown_fields = UnknownFields::Refuse;
        parse(body.as_bytes(), LineRules { webhook, unknown_fields, bytes_max: 1_000 })
    }

    fn result(line: &Line) -> String {
        match &line.webhook {
            Ok((id, _)) => format!("{} {id}", line.number),
            Err(problem) => format!("{} {} {}", line.number, problem.status, problem.body),
        }
    }

    #[test]
    fn each_line_gets_its_own_answer() {
        let body = concat!(
            "{\"id\":\"a\",\"target_url\":\"https://example.com/\"}\r\n",
            "\n",
            "{\"target_url\":\"https://example.com/\"}\n",
            "{\"id\":\"ep_1\",\"active\":5}\n",
            "{\"id\":5,\"target_url\":\"https://example.com/\"}\n",
            "[]\n",
            "{\"id\":\"a\",\"target_url\":\"https://example.com/\"}\n",
            "{\"id\":\"b\",\n",
        );
        let lines: Vec<String> = parsed(body).unwrap().iter().map(result).collect();
        assert_eq!(lines[0], "1 a");
        assert_eq!(lines[1], r#"3 400 {"id":["This field is required."]}"#);
        assert!(lines[2].starts_with(r#"4 400 {"id":["Invalid id: an id may not contain '_'."]"#));
        assert!(lines[2].contains(r#""target_url":["This field is required."]"#), "{}", lines[2]);
        assert_eq!(lines[3], r#"5 400 {"id":["Not a valid string."]}"#);
        assert!(lines[4].starts_with(r#"6 400 {"non_field_errors":"#), "{}", lines[4]);
        assert_eq!(lines[5], r#"7 400 {"id":["Line 1 has this id already."]}"#);
        assert!(lines[6].starts_with(r#"8 400 {"detail":"JSON parse error"#), "{}", lines[6]);
        let long = format!("{{\"id\":\"a\",\"x\":\"{}\"}}", "x".repeat(1_000));
        assert!(result(&parsed(&long).unwrap()[0]).starts_with("1 413 "));
    }

    #[test]
    fn unknown_and_repeated_fields_are_refused() {
        let check = |more: &str, expected: &str| {
            let line = format!("{{\"id\":\"a\",\"target_url\":\"https://example.com/\"{more}}}");
            assert_eq!(result(&parsed(&line).unwrap()[0]), expected);
        };
        check(r#","deactivate_reason":null,"signing_public_key":"x""#, "1 a");
        check(r#","url":"x""#, r#"1 400 {"url":["Unknown field. Did you mean target_url?"]}"#);
        check(r#","id":"b""#, r#"1 400 {"id":["This field is there twice."]}"#);
    }

    #[test]
    fn byte_order_marks_are_skipped() {
        let line =
            |id: &str| format!("{{\"id\":\"{id}\",\"target_url\":\"https://example.com/\"}}");
        let mark = "\u{feff}";
        let body =
            format!("{mark}{}\r\n{mark}{}\n{mark}\n {mark}{}", line("a"), line("b"), line("c"));
        let lines: Vec<String> = parsed(&body).unwrap().iter().map(result).collect();
        assert_eq!(lines, ["1 a", "2 b", "4 c"]);
        assert!(parsed(mark).is_err());
    }

    #[test]
    fn there_are_some_lines_and_not_too_many() {
        assert!(parsed("").is_err());
        assert!(parsed("\n \r\n").is_err());
        let lines = |count: usize| "{}\n".repeat(count);
        assert_eq!(parsed(&lines(IMPORT_LINES_MAX)).unwrap().len(), IMPORT_LINES_MAX);
        assert!(parsed(&lines(IMPORT_LINES_MAX + 1)).is_err());
    }

    #[test]
    fn the_same_webhook_is_known_whatever_is_not_its_content() {
        let account: AccountId = "acme".parse().unwrap();
        let ring = MasterKeys::default();
        let request = |more: &str| {
            let line = format!("{{\"id\":\"a\",\"target_url\":\"https://example.com/\"{more}}}");
            parsed(&line).unwrap().remove(0).webhook.unwrap()
        };
        let secret = |byte: &str| format!(",\"signing_secret\":\"whsec_{}\"", byte.repeat(32));
        let full = |password: &str| {
            format!(
                ",\"basic_auth_username\":\"u\",\"basic_auth_password\":\"{password}\",\
                 \"additional_headers\":{{\"x\":\"1\"}},\"event_type\":\"PATH_COMPLETION\""
            )
        };
        let check = |existing: &str, line: &str, same: bool| {
            let (id, existing) = request(existing);
            let secret = existing.signing.clone().secret([7; 32]);
            let signed = existing.signed_with(&secret);
            let opener = Opener { ring: &ring, owner: Owner { account: &account, webhook: &id } };
            let now = Timestamp::from_ms(0);
            let found = equals_existing(&request(line).1, &signed.configuration, opener, now);
            assert_eq!(found, Ok(same), "{line}");
        };
        check("", "", true);
        check("", ",\"active\":false", true);
        check(&secret("A"), &secret("A"), true);
        check(&secret("A"), "", true);
        check(&secret("A"), &secret("B"), false);
        check("", ",\"signature\":\"ed25519\"", false);
        check(",\"signature\":\"ed25519\"", ",\"signature\":\"ed25519\"", true);
        check(&full("p"), &full("p"), true);
        check(&full("p"), &full("q"), false);
        check(&full("p"), "", false);
        check("", ",\"ordered\":true", false);
        check("", ",\"name\":\"Orders\"", false);
        check("", ",\"event_types\":[\"COURSE_*\"]", false);
        check("", ",\"retry\":{\"limit\":3}", false);
        check("", ",\"retry\":{}", true);
        check("", ",\"deactivate_on_4xx\":true,\"hold_while_paused\":false", true);
        check("", ",\"deactivate_on_4xx\":false", false);
        check("", ",\"hold_while_paused\":true", false);
        check(",\"timeout_ms\":3000", ",\"timeout_ms\":3000", true);
        check(",\"timeout_ms\":3000", ",\"timeout_ms\":null", false);
        let single = ",\"event_types\":[\"QUIZ_COMPLETION\"]";
        check(single, ",\"event_type\":\"QUIZ_COMPLETION\"", true);
        let metadata = |entries: &str| format!(",\"metadata\":{{{entries}}}");
        check(&metadata(r#""a":"1","b":"2""#), &metadata(r#""b":"2","a":"1""#), true);
        check(&metadata(r#""a":"1""#), &metadata(r#""a":"2""#), false);
        check("", ",\"additional_headers\":{\"x\":\"1\"}", false);
    }
}
