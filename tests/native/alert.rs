//! The alert of an account: how a request creates and changes it, and that an alert and a webhook
//! never become each other.

use domain::base::Delay;
use domain::crypto::{Algorithm, SigningSecret};
use domain::event::{EventType, Operational};
use domain::request::{Body, BodyError, WebhookRequest, WebhookRules};
use domain::webhook::{Configuration, WebhookChange};

use crate::support::webhook_rules;

type Read<T> = fn(&Body, WebhookRules<'_>) -> Result<T, BodyError>;

/// Reads a body. The error is what the caller of the API gets.
fn read<T>(json: &str, read: Read<T>) -> Result<T, String> {
    let body = Body::Json(json.as_bytes().to_vec());
    read(&body, webhook_rules()).map_err(|error| match error {
        BodyError::Json(error) => error.to_string(),
        BodyError::Fields(errors) => serde_json::to_string(&errors).unwrap(),
    })
}

/// Reads a body and signs the webhook.
fn configuration(json: &str, of: Read<WebhookRequest>) -> Configuration {
    let secret = SigningSecret::generate(Algorithm::Hmac, [7; 32]);
    read(json, of).unwrap().signed_with(&secret).configuration
}

const TARGET: &str = r#""target_url":"https://example.com/""#;

#[test]
fn an_alert_takes_operational_events_whatever_the_body_says() {
    for event_type in ["null", r#""""#, r#""WEBHOOK_ALERT""#, r#""QUIZ_COMPLETION""#, r#""x""#, "5"]
    {
        let json = format!(r#"{{{TARGET},"event_type":{event_type}}}"#);
        let alert = configuration(&json, WebhookRequest::of_alert);
        assert!(alert.is_alert(), "{event_type}");
        assert!(alert.receives(&Operational::Deactivated.into()));
        let change = read(&json, WebhookChange::of_alert).unwrap();
        assert_eq!(change.apply(&alert), Ok(alert), "{event_type}");
    }
    for event_types in ["[]", r#"["COURSE_*"]"#, r#"["QUIZ_COMPLETION"]"#, r#"["nope"]"#, "5"] {
        let json = format!(r#"{{{TARGET},"event_types":{event_types}}}"#);
        let alert = configuration(&json, WebhookRequest::of_alert);
        assert!(alert.is_alert() && alert.event_types.is_empty(), "{event_types}");
        let change = read(&json, WebhookChange::of_alert).unwrap();
        assert_eq!(change.apply(&alert), Ok(alert), "{event_types}");
    }
}

#[test]
fn every_other_field_works_as_for_a_webhook() {
    let full = format!(
        r#"{{{TARGET},"basic_auth_username":"u","basic_auth_password":"p","max_per_second":5,
            "max_in_flight":7,"additional_headers":{{"x-a":"1"}},"ordered":true,"retry_4xx":true,
            "name":"Alerts","timeout_ms":3000,"retry":{{"limit":5}},
            "deactivate_on_4xx":false,"hold_while_paused":true}}"#
    );
    let alert = configuration(&full, WebhookRequest::of_alert);
    let webhook = configuration(&full, WebhookRequest::from_body);
    assert_eq!(Configuration { event_type: None, ..alert.clone() }, webhook);
    assert_eq!(alert.delivery_options.max_in_flight, 7);
    assert_eq!(alert.labels.name, "Alerts");
    assert_eq!(alert.delivery_options.timeout, Some(Delay::from_secs(3)));
    assert_eq!(alert.delivery_options.retry.unwrap().limit, Some(5));
    assert!(!alert.delivery_options.deactivate_on_4xx && alert.delivery_options.hold_while_paused);
    let change = read(r#"{"ordered":false}"#, WebhookChange::of_alert).unwrap();
    assert!(!change.apply(&alert).unwrap().delivery_options.ordered);
    let required = r#"{"target_url":["This field is required."]}"#;
    assert_eq!(read("{}", WebhookRequest::of_alert).unwrap_err(), required);
    let private =
        read(r#"{"target_url":"http://10.0.0.1/"}"#, WebhookRequest::of_alert).unwrap_err();
    assert!(private.contains("public internet"), "{private}");
}

#[test]
fn an_alert_and_a_webhook_never_become_each_other() {
    let body = format!(r#"{{{TARGET},"event_type":"WEBHOOK_ALERT"}}"#);
    let sentence = r#"{"event_type":["\"WEBHOOK_ALERT\" is not a valid choice."]}"#;
    assert_eq!(read(&body, WebhookRequest::from_body).unwrap_err(), sentence);
    let alert = configuration(&format!("{{{TARGET}}}"), WebhookRequest::of_alert);
    let webhook = configuration(&format!("{{{TARGET}}}"), WebhookRequest::from_body);
    let change = |event_type: &str, to: &Configuration| {
        let json = format!(r#"{{"event_type":{event_type}}}"#);
        let changed = read(&json, WebhookChange::from_body).unwrap().apply(to);
        changed.map_err(|errors| serde_json::to_string(&errors).unwrap())
    };
    let stays = r#"{"event_type":["PUT /v1/alert makes the alert, which stays one."]}"#;
    for event_type in ["null", r#""QUIZ_COMPLETION""#, r#""WEBHOOK_FAILING""#] {
        assert_eq!(change(event_type, &alert).unwrap_err(), stays, "{event_type}");
        assert!(!change(event_type, &webhook).unwrap().is_alert());
    }
    let list = read(r#"{"event_types":["COURSE_*"]}"#, WebhookChange::from_body).unwrap();
    let errors = list.apply(&alert).unwrap_err();
    assert_eq!(serde_json::to_string(&errors).unwrap(), stays);
    let none = read(r#"{"event_types":[]}"#, WebhookChange::from_body).unwrap();
    assert_eq!(none.apply(&alert), Ok(alert.clone()));
    // A webhook as it was read can be written back.
    assert_eq!(change(r#""WEBHOOK_ALERT""#, &alert), Ok(alert));
    assert_eq!(change(r#""WEBHOOK_ALERT""#, &webhook).unwrap_err(), stays);
    assert!(!EventType::from(Operational::Failing).is_alert());
}
