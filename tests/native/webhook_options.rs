//! The options of a webhook: which values a request may send, in JSON and in forms, and what they
//! mean at a creation and in a change.

use domain::event::EventTypes;
use domain::request::{Body, BodyError, FormValue, WebhookRequest};
use domain::webhook::{TargetPolicy, WebhookChange};

/// The field that every creation needs.
const TARGET: (&str, &str) = ("target_url", "https://example.com/");

/// Returns the error as the caller of the API gets it.
fn text(error: &BodyError) -> String {
    match error {
        BodyError::Json(error) => error.to_string(),
        BodyError::Fields(errors) => serde_json::to_string(errors).unwrap(),
    }
}

fn create(body: &Body) -> Result<WebhookRequest, String> {
    let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
    WebhookRequest::from_body(body, &types, &policy).map_err(|error| text(&error))
}

fn change(body: &Body) -> Result<WebhookChange, String> {
    let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
    WebhookChange::from_body(body, &types, &policy).map_err(|error| text(&error))
}

/// Returns the bodies of a creation and of a change, in JSON. `field` is `"name":value`.
fn in_json(field: &str) -> [Body; 2] {
    let create = format!(r#"{{"{}":"{}",{field}}}"#, TARGET.0, TARGET.1);
    [create, format!("{{{field}}}")].map(|json| Body::Json(json.into_bytes()))
}

/// Returns the bodies of a creation and of a change, as forms.
fn in_form(name: &str, value: &str) -> [Body; 2] {
    let form = |pairs: &[(&str, &str)]| {
        let text = |(name, value): &(&str, &str)| {
            ((*name).to_owned(), FormValue::Text((*value).to_owned()))
        };
        Body::Form(pairs.iter().map(text).collect())
    };
    [form(&[TARGET, (name, value)]), form(&[(name, value)])]
}

/// Checks that a creation and a change refuse a value, in JSON and in a form.
fn check_refused(name: &str, json: &str, form: &str, sentence: &str) {
    let expected = serde_json::json!({ name: [sentence] }).to_string();
    for [created, changed] in [in_json(&format!("\"{name}\":{json}")), in_form(name, form)] {
        assert_eq!(create(&created).unwrap_err(), expected, "{name}: {json}, {form}");
        assert_eq!(change(&changed).unwrap_err(), expected, "{name}: {json}, {form}");
    }
}

#[test]
fn the_attempts_in_flight_are_a_number_or_the_default() {
    let check = |[created, changed]: [Body; 2], expected: Option<u16>| {
        let webhook = create(&created).unwrap();
        assert_eq!(webhook.delivery_options.max_in_flight, expected.unwrap_or(64));
        assert_eq!(change(&changed).unwrap().delivery_options.max_in_flight, expected);
    };
    check(in_json(r#""other":1"#), None);
    check(in_form("other", "1"), None);
    for (value, expected) in [("null", 64), (r#""""#, 64), ("1", 1), ("64", 64), ("256", 256)] {
        check(in_json(&format!("\"max_in_flight\":{value}")), Some(expected));
    }
    for (value, expected) in [("", 64), ("1", 1), ("64", 64), ("256", 256)] {
        check(in_form("max_in_flight", value), Some(expected));
    }
    let sentence = "A whole number from 1 to 256 is required.";
    for value in ["0", "257", "65600", "-1", "1.5"] {
        check_refused("max_in_flight", value, value, sentence);
    }
    check_refused("max_in_flight", r#""x""#, "x", sentence);
}
