//! Fuzz tests of the parsers: no bytes and no text from outside make one panic.

use domain::auth::Credentials;
use domain::base::{AccountId, WebhookId};
use domain::crypto::{MasterKeys, Sealed, SigningSecret};
use domain::event::{Event, EventTypes};
use domain::http::negotiate::{accepts_json, check_json};
use domain::http::{BodyKind, PageQuery, Problem, Route};
use domain::publish::IdempotencyKey;
use domain::request::{Body, FormValue, Rotation, WebhookRequest};
use domain::webhook::{TargetPolicy, TargetUrl, WebhookChange};
use proptest::prelude::*;

use crate::support::webhook_rules;

/// Generates text that is close to a valid body.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "null",
        "true",
        "0",
        "-1.5e9",
        "1e999",
        " ",
        "\n",
        "\"target_url\":",
        "\"http://a.com\"",
        "\"active\":",
        "\"event_type\":",
        "\"********\"",
        "\"PATH_COMPLETION\"",
        "\"additional_headers\":{",
        "\"signing_secret\":",
        "\"whsec_AAEC\"",
        "\"grace_seconds\":",
        "\"name\":",
        "\"metadata\":{",
        "\"event_types\":[",
        "\"COURSE_*\"",
        "\"retry\":{",
        "\"limit\":",
        "\"timeout_ms\":",
        "\"x\":\"y\"",
        "\"\\ud800\"",
        "\u{feff}",
        "\"\\u0000\"",
        "é",
        "\u{1}",
    ];
    let pieces = prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..20);
    pieces.prop_map(|pieces| pieces.concat().into_bytes())
}

/// Parses a body with every body parser. Every error must be a 400 with a JSON body.
fn parse_body(bytes: &[u8]) {
    let types = EventTypes::documented();
    let check_problem = |problem: Problem| {
        assert_eq!(problem.status, 400);
        serde_json::from_str::<serde_json::Value>(&problem.body).unwrap();
    };
    if let Err(error) = Event::parse(bytes.to_vec(), &types) {
        check_problem(error.into());
    }
    let body = Body::Json(bytes.to_vec());
    if let Err(error) = WebhookRequest::from_body(&body, webhook_rules()) {
        check_problem(error.into());
    }
    if let Err(error) = WebhookChange::from_body(&body, webhook_rules()) {
        check_problem(error.into());
    }
    if let Err(error) = Rotation::parse(bytes) {
        check_problem(error.into());
    }
}

proptest! {
    #[test]
    fn any_bytes_as_a_body(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        parse_body(&bytes);
    }

    #[test]
    fn nearly_json_as_a_body(bytes in nearly_json()) {
        parse_body(&bytes);
    }

    #[test]
    fn any_text_as_a_field_of_a_form(name in "(target_url|active|event_type|basic_auth_username|\
                                              basic_auth_password|additional_headers|\
                                              signing_secret|signature|name|metadata|event_types|\
                                              timeout_ms|retry|deactivate_on_4xx|\\PC*)",
                                     text in any::<String>()) {
        let body = Body::Form(vec![(name, FormValue::Text(text))]);
        let _ = WebhookRequest::from_body(&body, webhook_rules());
        let _ = WebhookChange::from_body(&body, webhook_rules());
    }

    #[test]
    fn any_text_as_a_url(text in "(https?:/{0,3})?[\\PC\\\\@:\\[\\]%.\t]{0,20}",
                         own in "\\PC{0,9}") {
        for allow_private in [false, true] {
            let own_hosts = vec![own.clone()];
            let policy = TargetPolicy { allow_private, require_https: false, own_hosts };
            if let Ok(target) = TargetUrl::parse(&text, &policy) {
                prop_assert_eq!(target.check(&policy), Ok(()));
                prop_assert!(target.href().starts_with("http"));
            }
        }
    }

    #[test]
    fn any_text_as_a_header(text in any::<String>(),
                            words in "(Basic|Bearer) [a-zA-Z0-9+/= ]{0,12}",
                            media in "[a-z*/;=,. \"q0-9]{0,24}") {
        for header in [&text, &words, &media] {
            let _ = Credentials::read(Some(header));
            let _ = accepts_json(Some(header));
            let _ = check_json(Some(header));
            if let Ok(key) = IdempotencyKey::from_header(header) {
                prop_assert!(key.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            }
            let _ = BodyKind::of_webhook(Some(header), false);
        }
    }

    #[test]
    fn any_text_as_a_path_or_query(text in any::<String>(), count in any::<usize>(),
                                   path in "(/|v1|webhooks|a|admin|keys|ping)*",
                                   query in "(page|page_size|=|&|[0-9%+]|last|-)*") {
        for path in [&text, &path] {
            let _ = Route::parse("GET", path);
        }
        for query in [&text, &query] {
            let _ = PageQuery::parse(query).window("https://example.com", query, count);
        }
    }

    #[test]
    fn any_text_as_a_name(text in any::<String>()) {
        let _ = MasterKeys::parse(&text);
        let _ = SigningSecret::given(&text);
        let _ = Sealed::try_from(text.clone());
        let _ = text.parse::<AccountId>();
        let _ = text.parse::<WebhookId>();
        let _ = EventTypes::from_list(&text);
    }
}
