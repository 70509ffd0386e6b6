//! The stored formats of accounts, keys and publishes, as [`stored_formats`](super::stored_formats)
//! has those of webhooks.

use domain::account::{AuditEntry, ErasureRecord};
use domain::auth::{KeyRecord, KeyUse};
use domain::base::{Delay, StoredError, Timestamp, versioned};
use domain::publish::{IdempotencyRecord, Work};

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

#[test]
fn an_idempotency_record_in_every_state() {
    let check = |work: &str| {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let stored = format!(
            r#"{{"v":1,"record":{{"at":1700000000000,"fingerprint":"{hash}","work":{work}}}}}"#
        );
        let record: IdempotencyRecord = versioned::from_text(&stored).unwrap();
        assert_eq!(record.at, NOW);
        assert_eq!(versioned::to_text(&record).unwrap(), stored);
        record.work
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
        r#"{"created":{"view":{"id":"w1","target_url":"https://example.com/hook","active":true,"#,
        r#""deactivate_reason":null,"event_type":null,"basic_auth_username":"","#,
        r#""basic_auth_password":"","additional_headers":{},"max_in_flight":64},"#,
        r#""key":{"hmac":{"secret":"k1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHkdcovT02"}}}}"#,
    ));
    assert!(matches!(created, Work::Created(_)));
}

#[test]
fn the_record_of_a_key_has_no_key() {
    let stored = concat!(
        r#"{"v":1,"record":{"id":"0123456789abcdef0123","account":"acme","name":"Backend","#,
        r#""scopes":["webhooks:read","events:write"],"created_at":1700000000000}}"#,
    );
    let record = KeyRecord::from_text(stored).unwrap();
    assert_eq!(record.expires_at, None);
    assert_eq!(record.to_text().unwrap(), stored);
    let ends = stored.replace("000}}", r#"000,"expires_at":1700003600000}}"#);
    let record = KeyRecord::from_text(&ends).unwrap();
    assert_eq!(record.expires_at, Some(NOW.plus(Delay::from_secs(3_600))));
    assert_eq!(record.to_text().unwrap(), ends);
    let portal = ends.replace("600000}}", r#"600000,"portal":true}}"#);
    let record = KeyRecord::from_text(&portal).unwrap();
    assert!(record.portal);
    assert_eq!(record.return_url, None);
    assert_eq!(record.to_text().unwrap(), portal);
    let back = portal.replace("true}}", r#"true,"return_url":"https://platform.example/"}}"#);
    let record = KeyRecord::from_text(&back).unwrap();
    assert_eq!(record.return_url.as_deref(), Some("https://platform.example/"));
    assert_eq!(record.to_text().unwrap(), back);
    let newer = stored.replace(r#""v":1"#, r#""v":2"#);
    let unknown = Err(StoredError::UnknownVersion { found: 2 });
    assert_eq!(KeyRecord::from_text(&newer), unknown);
}

#[test]
fn every_entry_of_an_audit_log_reads_as_written() {
    let actions = [
        r#""action":"webhook.created","webhook":"w1""#,
        r#""action":"webhook.updated","webhook":"w1","fields":["target_url","retry_4xx"]"#,
        r#""action":"webhook.updated","webhook":"w1","fields":[],"recent_fields":["name"]"#,
        r#""action":"webhook.reactivated","webhook":"w1","fields":["active"]"#,
        r#""action":"webhook.deactivated","webhook":"w1""#,
        r#""action":"webhook.deleted","webhook":"w1""#,
        r#""action":"webhook.secret_rotated","webhook":"w1""#,
        r#""action":"delivery.resent","webhook":"w1","event":"e1""#,
        r#""action":"deliveries.resent","webhook":"w1","count":3"#,
        r#""action":"delivery.skipped","webhook":"w1","event":"e1""#,
        r#""action":"recovery.begun","webhook":"w1""#,
        r#""action":"key.minted","key":"0123456789abcdef0123""#,
        r#""action":"key.minted","key":"0123456789abcdef0123","portal":true"#,
        r#""action":"key.revoked","key":"0123456789abcdef0123""#,
        r#""action":"account.disabled""#,
        r#""action":"account.enabled""#,
        r#""action":"account.deleted""#,
    ];
    for by in ["ADMIN_KEY", "API_KEY", "0123456789abcdef0123", "dispatcher"] {
        for action in actions {
            let stored =
                format!(r#"{{"v":1,"record":{{"at":1700000000000,"by":"{by}",{action}}}}}"#);
            let entry: AuditEntry = versioned::from_text(&stored).unwrap();
            assert_eq!(versioned::to_text(&entry).unwrap(), stored);
        }
    }
}

#[test]
fn an_erasure_reads_as_written() {
    for closed_until in ["null", "1700000120000"] {
        let stored = format!(
            r#"{{"v":1,"record":{{"started_at":1700000000000,"closed_until":{closed_until}}}}}"#
        );
        let record: ErasureRecord = versioned::from_text(&stored).unwrap();
        assert_eq!(record.started_at, NOW);
        assert_eq!(versioned::to_text(&record).unwrap(), stored);
    }
}

#[test]
fn the_use_of_a_key_reads_as_written() {
    let stored = r#"{"v":1,"record":{"at":1700000000000}}"#;
    let used: KeyUse = versioned::from_text(stored).unwrap();
    assert_eq!(used, KeyUse { at: NOW });
    assert_eq!(versioned::to_text(&used).unwrap(), stored);
}
