//! What is stored today must be readable tomorrow: each stored form, pinned to the letter.
//!
//! A change that breaks one of these needs a new version of the form, and the old one still read.

use webhook_dispatcher::domain::basic_auth::BasicAuth;
use webhook_dispatcher::domain::delivery::{Epoch, Version};
use webhook_dispatcher::domain::event_type::EventTypes;
use webhook_dispatcher::domain::idempotency::{Memo, Work};
use webhook_dispatcher::domain::keys::KeyRecord;
use webhook_dispatcher::domain::record::{Projection, PublicRecord, Record, Stage, Webhook};
use webhook_dispatcher::domain::stored::{self, StoredError};
use webhook_dispatcher::domain::suspension::Notice;
use webhook_dispatcher::domain::target::TargetPolicy;
use webhook_dispatcher::domain::time::Timestamp;
use webhook_dispatcher::domain::view::WebhookView;
use webhook_dispatcher::domain::webhook::{Activity, DeactivateReason, NewWebhook};
use webhook_dispatcher::domain::wire::Body;

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

fn webhook(activity: Activity) -> Webhook {
    let json = r#"{"target_url":"https://example.com/hook","event_type":"QUIZ_COMPLETION",
        "basic_auth_username":"user","basic_auth_password":"pass",
        "additional_headers":{"x-a":"1"}}"#;
    let body = Body::Json(json.as_bytes().to_vec());
    let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
    let configuration = NewWebhook::from_body(&body, &types, &policy).unwrap().configuration;
    assert_ne!(configuration.basic_auth, BasicAuth::default());
    let notice = Notice::default();
    Webhook { configuration, activity, epoch: Epoch::new(3), created_at: NOW, notice }
}

fn record(stage: Stage) -> Record {
    Record {
        account: "acme".parse().unwrap(),
        id: "w1".parse().unwrap(),
        version: Version::new(7),
        stage,
        roster: Projection { acked: Version::new(6), next: NOW, failures: 2 },
        kv: Projection::NEW,
    }
}

const CONFIGURATION: &str = concat!(
    r#""configuration":{"target_url":"https://example.com/hook","event_type":"QUIZ_COMPLETION","#,
    r#""basic_auth":{"username":"user","password":"pass"},"additional_headers":[["x-a","1"]]}"#,
);

fn check(stage: Stage, stored_stage: &str) {
    let stored = format!(
        concat!(
            r#"{{"v":1,"record":{{"account":"acme","id":"w1","version":7,"stage":{},"#,
            r#""roster":{{"acked":6,"next":1700000000000,"failures":2}},"#,
            r#""kv":{{"acked":0,"next":0,"failures":0}}}}}}"#,
        ),
        stored_stage
    );
    let record = record(stage);
    assert_eq!(stored::to_text(&record).unwrap(), stored);
    assert_eq!(stored::from_text::<Record>(&stored).unwrap(), record);
}

#[test]
fn the_record_of_a_webhook_in_every_stage() {
    check(Stage::Deleting, r#""Deleting""#);
    check(
        Stage::Live(webhook(Activity::Active)),
        &format!(
            r#"{{"Live":{{{CONFIGURATION},"activity":"active","epoch":3,"created_at":1700000000000}}}}"#
        ),
    );
    let suspended = Notice { number: 1, suspended: true };
    check(
        Stage::Live(Webhook { notice: suspended, ..webhook(Activity::Active) }),
        &format!(
            concat!(
                r#"{{"Live":{{{},"activity":"active","epoch":3,"created_at":1700000000000,"#,
                r#""notice":{{"number":1,"suspended":true}}}}}}"#
            ),
            CONFIGURATION
        ),
    );
    let reason = Some(DeactivateReason::Http4xxResponse);
    check(
        Stage::Creating { until: NOW, webhook: webhook(Activity::Inactive { reason }) },
        &format!(
            concat!(
                r#"{{"Creating":{{"until":1700000000000,"webhook":{{{},"#,
                r#""activity":{{"inactive":{{"reason":"HTTP_4XX_RESPONSE"}}}},"#,
                r#""epoch":3,"created_at":1700000000000}}}}}}"#
            ),
            CONFIGURATION
        ),
    );
}

#[test]
fn a_record_of_another_release_is_refused() {
    let stored = stored::to_text(&record(Stage::Deleting)).unwrap();
    let newer = stored.replacen(r#""v":1"#, r#""v":2"#, 1);
    let error = stored::from_text::<Record>(&newer).unwrap_err();
    assert_eq!(error, StoredError::UnknownVersion { found: 2 });
    let secret = stored.replacen("Deleting", "swordfish", 1);
    let error = stored::from_text::<Record>(&secret).unwrap_err();
    assert_eq!(error, StoredError::Unreadable);
    assert!(!error.to_string().contains("swordfish"));
}

#[test]
fn the_public_record_in_kv_has_no_secret() {
    let webhook = webhook(Activity::Active);
    let id = "w1".parse().unwrap();
    let view = WebhookView::new(id, &webhook.configuration, webhook.activity);
    let record = PublicRecord { version: Version::new(7), webhook: view };
    let stored = concat!(
        r#"{"v":1,"record":{"version":7,"webhook":{"id":"w1","target_url":"https://example.com/hook","#,
        r#""active":true,"deactivate_reason":null,"event_type":"QUIZ_COMPLETION","#,
        r#""basic_auth_username":"user","basic_auth_password":"********","#,
        r#""additional_headers":{"x-a":"********"}}}}"#,
    );
    assert_eq!(stored::to_text(&record).unwrap(), stored);
    assert_eq!(stored::from_text::<PublicRecord>(stored).unwrap(), record);
}

#[test]
fn what_is_remembered_of_a_request() {
    let check = |work: &str| {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let stored = format!(
            r#"{{"v":1,"record":{{"at":1700000000000,"fingerprint":"{hash}","work":{work}}}}}"#
        );
        let memo: Memo = stored::from_text(&stored).unwrap();
        assert_eq!(memo.at, NOW);
        assert_eq!(stored::to_text(&memo).unwrap(), stored);
        memo.work
    };
    let publishing = check(concat!(
        r#"{"publishing":{"events":[{"id":"e1","event_type":"QUIZ_COMPLETION"}],"#,
        r#""routes":{"QUIZ_COMPLETION":[["w1","w2"],["w3"]]}}}"#,
    ));
    assert!(matches!(publishing, Work::Publishing(_)));
    let published = r#"{"id":"e1","event_type":"QUIZ_COMPLETION","webhooks":2}"#;
    let published = check(&format!(r#"{{"published":[{published}]}}"#));
    assert!(matches!(published, Work::Published(_)));
    assert_eq!(check(r#"{"creating":"w1"}"#), Work::Creating("w1".parse().unwrap()));
    let created = check(concat!(
        r#"{"created":{"id":"w1","target_url":"https://example.com/hook","active":true,"#,
        r#""deactivate_reason":null,"event_type":null,"basic_auth_username":"","#,
        r#""basic_auth_password":"","additional_headers":{}}}"#,
    ));
    assert!(matches!(created, Work::Created(_)));
}

#[test]
fn the_record_of_a_key_has_no_key() {
    let stored = concat!(
        r#"{"v":1,"record":{"id":"0123456789abcdef0123","account":"acme","name":"Backend","#,
        r#""scopes":["webhooks:read","events:write"],"created_at":1700000000000}}"#,
    );
    let record: KeyRecord = stored::from_text(stored).unwrap();
    assert_eq!(stored::to_text(&record).unwrap(), stored);
}
