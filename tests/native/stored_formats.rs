//! The stored formats: the exact text of every record.
//!
//! A later release must read what an earlier one stored. A change that breaks one of these tests
//! needs a new version of the format (`crates/domain/src/base/versioned.rs`), and the old one must
//! stay readable.

use domain::base::{Delay, Epoch, LeaseToken, Seq, StoredError, Timestamp, Version, versioned};
use domain::crypto::{Algorithm, MasterKeys, Opener, Owner, Sealer, SigningKey, SigningSecret};
use domain::delivery::{Attempt, AttemptResult, Cause, Delivery, State};
use domain::dispatch::Store;
use domain::event::{EventPatterns, EventTypes, Operational, Payload};
use domain::filter::FilterText;
use domain::request::{Body, WebhookRequest};
use domain::webhook::{
    Activity, DeactivateReason, DeliveryOptions, Labels, ListedState, Metadata, NewWebhook, Outbox,
    OutboxEvent, Projection, PublicRecord, Record, RosterOptions, Stage, SuspensionNotice, Webhook,
    WebhookState, WebhookView,
};
use storage::SqlStore;

use crate::support::sqlite::SqliteDatabase;

use crate::support::webhook_rules;

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

/// Returns a request for a webhook with every kind of secret, none of them sealed.
fn request() -> WebhookRequest {
    let json = r#"{"target_url":"https://example.com/hook","event_type":"QUIZ_COMPLETION",
        "basic_auth_username":"user","basic_auth_password":"pass",
        "additional_headers":{"x-a":"1"}}"#;
    let body = Body::Json(json.as_bytes().to_vec());
    WebhookRequest::from_body(&body, webhook_rules()).unwrap()
}

/// Runs with a sealer whose nonces are constant, so that its results are constant.
fn with_sealer<T>(run: impl FnOnce(&mut Sealer<'_>) -> T) -> T {
    let ring = MasterKeys::parse("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let (account, webhook) = ("acme".parse().unwrap(), "w1".parse().unwrap());
    let owner = Owner { account: &account, webhook: &webhook };
    run(&mut Sealer::new(&ring, owner, &mut || Some([7; 24])))
}

fn webhook(new: NewWebhook, activity: Activity) -> Webhook {
    let configuration = new.configuration;
    let notice = SuspensionNotice::default();
    let (epoch, created_at) = (Epoch::new(3), NOW);
    Webhook { configuration, activity, epoch, created_at, updated_at: None, notice }
}

/// Returns that webhook with a signing key and every secret sealed.
fn sealed(algorithm: Algorithm) -> NewWebhook {
    let secret = SigningSecret::generate(algorithm, [9; 32]);
    with_sealer(|sealer| request().signed_with(&secret).seal(sealer).unwrap().into_inner())
}

/// Returns a record whose roster projection is behind.
fn record(stage: Stage) -> Record {
    Record {
        account: "acme".parse().unwrap(),
        id: "w1".parse().unwrap(),
        version: Version::new(7),
        stage,
        roster: Projection { acked: Version::new(6), next: NOW, failures: 2 },
        kv: Projection::NEW,
        outbox: Outbox::NEW,
        untried: false,
        listed: ListedState::NEW,
        disconnected_at: None,
    }
}

/// Returns the stored form of that record.
fn stored_record(stage: &str) -> String {
    format!(
        concat!(
            r#"{{"v":1,"record":{{"account":"acme","id":"w1","version":7,"stage":{},"#,
            r#""roster":{{"acked":6,"next":1700000000000,"failures":2}},"#,
            r#""kv":{{"acked":0,"next":0,"failures":0}}}}}}"#,
        ),
        stage
    )
}

/// Returns the stored form of the stage `Live`.
fn live(configuration: &str) -> String {
    format!(
        r#"{{"Live":{{{configuration},"activity":"active","epoch":3,"created_at":1700000000000}}}}"#
    )
}

/// Returns the stored form of the configuration.
fn configuration(signing: &str) -> String {
    let password = "k1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHlt4oq0C9RegqeulkEz94Il9pIww=";
    let value = "k1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH15PhS7uxz2Ah8keERJ95Aug=";
    format!(
        concat!(
            r#""configuration":{{"target_url":"https://example.com/hook","#,
            r#""event_type":"QUIZ_COMPLETION","#,
            r#""basic_auth":{{"username":"user","password":"{}"}},"#,
            r#""additional_headers":[["x-a","{}"]],"signing":{{{}}}}}"#,
        ),
        password, value, signing
    )
}

const HMAC: &str = concat!(
    r#""current":{"hmac":{"secret":"k1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHkdcovT02h8UX0DZ2K206cfOJ"#,
    r#"hWABq4BuUHcmRkFiyxuOiLYFSbokTaAVhCA28M/cTqaJTIU/+RQJzP2EmzAJhyih"}},"earlier":[]"#,
);

const ED25519: &str = concat!(
    r#""current":{"ed25519":{"secret":"k1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHkdcoswEqlf822SRMCmQo"#,
    r#"S9KAl1ogopJUcX40fGBr2SGvgaQ/aLM2d4EclhoX+d3mGPoMquv7YQ5Y/DVRA4NA+vM=","#,
    r#""public_key":"whpk_/RckOFqgx1tk+3jNYC+h2ZH96/drE8WO1wLqyDXp9hg="}},"earlier":[]"#,
);

const ROTATED: &str = concat!(
    r#""current":{"hmac":{"secret":"k1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHkdcovT02h9Ub0zZmJ246Yf+K"#,
    r#"hXANqIB+XHQmVk1hywuCi7YVRbkkXawWhDA688/MQqZCZHr3SGoccBeT6vwF+GoM"}},"#,
    r#""earlier":[{"key":{"hmac":{"secret":"k1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHkdcovT02h8UX0DZ2"#,
    r#"K206cfOJhWABq4BuUHcmRkFiyxuOiLYFSbokTaAVhCA28M/cTqaJTIU/+RQJzP2EmzAJhyih"}},"#,
    r#""until":1700000001000}]"#,
);

#[test]
fn the_record_of_a_webhook_in_every_stage() {
    let check = |stage: Stage, stored_stage: &str| {
        let stored = stored_record(stored_stage);
        let record = record(stage);
        assert_eq!(record.to_text().unwrap(), stored);
        assert_eq!(Record::from_text(&stored).unwrap(), record);
    };
    check(Stage::Deleting, r#""Deleting""#);
    let activity = Activity::Active;
    check(Stage::Live(webhook(sealed(Algorithm::Hmac), activity)), &live(&configuration(HMAC)));
    let suspended = Webhook {
        notice: SuspensionNotice { number: 1, suspended: true },
        ..webhook(sealed(Algorithm::Hmac), activity)
    };
    let noticed = r#""created_at":1700000000000,"notice":{"number":1,"suspended":true}}}"#;
    check(
        Stage::Live(suspended),
        &live(&configuration(HMAC)).replace(r#""created_at":1700000000000}}"#, noticed),
    );
    let reason = Some(DeactivateReason::Http4xxResponse);
    let inactive = Activity::Inactive { reason };
    check(
        Stage::Creating { until: NOW, webhook: webhook(sealed(Algorithm::Ed25519), inactive) },
        &format!(
            concat!(
                r#"{{"Creating":{{"until":1700000000000,"webhook":{{{},"#,
                r#""activity":{{"inactive":{{"reason":"HTTP_4XX_RESPONSE"}}}},"#,
                r#""epoch":3,"created_at":1700000000000}}}}}}"#
            ),
            configuration(ED25519)
        ),
    );
}

#[test]
fn the_labels_and_the_latest_change_of_a_webhook() {
    let mut new = sealed(Algorithm::Hmac);
    new.configuration.labels = Labels {
        name: "Orders".to_owned(),
        metadata: Metadata::new(vec![("team".to_owned(), "a".to_owned())]).unwrap(),
    };
    let labelled = Webhook { updated_at: Some(NOW), ..webhook(new, Activity::Active) };
    let record = record(Stage::Live(labelled));
    let labels = r#"},"labels":{"name":"Orders","metadata":{"team":"a"}"#;
    let stored = live(&configuration(&format!("{HMAC}{labels}"))).replace(
        r#""created_at":1700000000000"#,
        r#""created_at":1700000000000,"updated_at":1700000000000"#,
    );
    let stored = stored_record(&stored);
    assert_eq!(record.to_text().unwrap(), stored);
    assert_eq!(Record::from_text(&stored).unwrap(), record);
}

#[test]
fn the_list_of_event_types_of_a_webhook() {
    let mut new = sealed(Algorithm::Hmac);
    let entries = ["COURSE_*", "QUIZ_COMPLETION"].map(str::to_owned).to_vec();
    let event_types = EventPatterns::new(entries, &EventTypes::documented()).unwrap();
    new.configuration.event_type = None;
    new.configuration.event_types = event_types.clone();
    let record = record(Stage::Live(webhook(new, Activity::Active)));
    let list = r#"},"event_types":["COURSE_*","QUIZ_COMPLETION"]"#;
    let stored = stored_record(&live(&configuration(&format!("{HMAC}{list}"))))
        .replace(r#""event_type":"QUIZ_COMPLETION""#, r#""event_type":null"#)
        .replace(r#""QUIZ_COMPLETION"]}}"#, r#""QUIZ_COMPLETION"]}"#);
    assert_eq!(record.to_text().unwrap(), stored);
    assert_eq!(Record::from_text(&stored).unwrap(), record);
    for (is_paused, more) in [(false, ""), (true, r#","paused":true"#)] {
        let options = RosterOptions {
            event_types: event_types.clone(),
            is_paused,
            ..RosterOptions::default()
        };
        let stored = format!(r#"{{"event_types":["COURSE_*","QUIZ_COMPLETION"]{more}}}"#);
        assert_eq!(serde_json::to_string(&options).unwrap(), stored);
        assert_eq!(serde_json::from_str::<RosterOptions>(&stored).unwrap(), options);
    }
}

#[test]
fn a_record_shows_when_it_last_changed_unless_an_earlier_release_changed_it() {
    let at = |version, updated_at| {
        let webhook = webhook(sealed(Algorithm::Hmac), Activity::Active);
        let stage = Stage::Live(Webhook { updated_at, ..webhook.clone() });
        let mut record = Record { version: Version::new(version), ..record(stage) };
        let shown = |record: &Record| match &record.stage {
            Stage::Live(webhook) => record.updated_at(webhook),
            Stage::Creating { .. } | Stage::Deleting => None,
        };
        let before = shown(&record);
        record.increment_version();
        assert_eq!(shown(&record), before, "a version that is no change");
        let later = NOW.plus(Delay::from_secs(9));
        record.record_change(later);
        assert_eq!(shown(&record), Some(later));
        before
    };
    let later = NOW.plus(Delay::from_secs(5));
    assert_eq!(at(1, None), Some(NOW), "the creation");
    assert_eq!(at(2, None), None);
    assert_eq!(at(7, Some(later)), Some(later));
}

#[test]
fn the_delivery_options_of_a_webhook() {
    let mut new = sealed(Algorithm::Hmac);
    new.configuration.delivery_options =
        DeliveryOptions { max_per_second: Some(5), ordered: true, ..DeliveryOptions::default() };
    let record = record(Stage::Live(webhook(new, Activity::Active)));
    let options = |max_in_flight: &str| {
        let (before, after) = (r#""max_per_second":5,"#, r#""ordered":true,"retry_4xx":false"#);
        let flow = format!(r#"{HMAC}}},"flow":{{{before}{max_in_flight}{after}"#);
        stored_record(&live(&configuration(&flow)))
    };
    let stored = options(r#""max_in_flight":64,"#);
    assert_eq!(record.to_text().unwrap(), stored);
    for stored in [stored, options("")] {
        assert_eq!(Record::from_text(&stored).unwrap(), record);
    }
}

#[test]
fn the_filter_of_a_webhook() {
    let mut new = sealed(Algorithm::Hmac);
    let json = r#"{"user":{"plan":{"$in":["pro","t\u0065am"]}},"n":{"$lte":9223372036854775807}}"#;
    new.configuration.filter = FilterText::parse(json).unwrap();
    let record = record(Stage::Live(webhook(new, Activity::Active)));
    let filter = format!(r#"{HMAC}}},"filter":{json}"#);
    let stored = stored_record(&live(configuration(&filter).strip_suffix("}").unwrap()));
    assert_eq!(record.to_text().unwrap(), stored);
    assert_eq!(Record::from_text(&stored).unwrap(), record);
}

#[test]
fn the_outbox_of_a_webhook() {
    let mut record = record(Stage::Deleting);
    record.outbox.put(OutboxEvent {
        id: "e1".parse().unwrap(),
        event_type: Operational::Failing.into(),
        body: "{}".to_owned(),
    });
    let outbox = concat!(
        r#","outbox":{"count":1,"waiting":[{"id":"e1","event_type":"WEBHOOK_FAILING","#,
        r#""body":"{}"}],"next":0,"failures":0}}}"#,
    );
    let stored = stored_record(r#""Deleting""#);
    let stored = stored.strip_suffix("}}").unwrap().to_owned() + outbox;
    assert_eq!(record.to_text().unwrap(), stored);
    assert_eq!(Record::from_text(&stored).unwrap(), record);
}

#[test]
fn the_state_of_a_webhook() {
    let mut record = record(Stage::Live(webhook(sealed(Algorithm::Hmac), Activity::Active)));
    record.untried = true;
    record.listed.state = Some(WebhookState::Untried);
    record.outdate_list(NOW);
    let listed = concat!(
        r#""failures":0},"untried":true,"#,
        r#""listed":{"state":"untried","paid_until":1700000060000}}}"#,
    );
    let stored = stored_record(&live(&configuration(HMAC)));
    let stored = stored.replace(r#""failures":0}}}"#, listed);
    assert_eq!(record.to_text().unwrap(), stored);
    assert_eq!(Record::from_text(&stored).unwrap(), record);
}

#[test]
fn an_earlier_signing_key_of_a_webhook() {
    let mut new = sealed(Algorithm::Hmac);
    let secret = SigningSecret::generate(Algorithm::Hmac, [8; 32]);
    let key = with_sealer(|sealer| SigningKey::new(&secret).seal(sealer).unwrap().into_inner());
    let keys = new.configuration.signing;
    let (account, id) = ("acme".parse().unwrap(), "w1".parse().unwrap());
    let owner = Owner { account: &account, webhook: &id };
    let opener = Opener { ring: &MasterKeys::default(), owner };
    new.configuration.signing = keys.rotate(key, NOW, Delay::from_secs(1), opener).unwrap();
    let record = record(Stage::Live(webhook(new, Activity::Active)));
    let stored = stored_record(&live(&configuration(ROTATED)));
    assert_eq!(record.to_text().unwrap(), stored);
    assert_eq!(Record::from_text(&stored).unwrap(), record);
}

#[test]
fn a_record_of_another_release_is_refused() {
    let stored = record(Stage::Deleting).to_text().unwrap();
    let newer = stored.replacen(r#""v":1"#, r#""v":2"#, 1);
    let error = Record::from_text(&newer).unwrap_err();
    assert_eq!(error, StoredError::UnknownVersion { found: 2 });
    let secret = stored.replacen("Deleting", "swordfish", 1);
    let error = Record::from_text(&secret).unwrap_err();
    assert_eq!(error, StoredError::Unreadable);
    assert!(!error.to_string().contains("swordfish"));
}

#[test]
fn the_public_record_in_kv_has_no_secret() {
    let public = |algorithm| {
        let new = sealed(algorithm);
        let view = WebhookView::new("w1".parse().unwrap(), &new.configuration, Activity::Active);
        PublicRecord { version: Version::new(7), webhook: view }
    };
    let stored = concat!(
        r#"{"v":1,"record":{"version":7,"webhook":{"id":"w1","#,
        r#""target_url":"https://example.com/hook","#,
        r#""active":true,"deactivate_reason":null,"event_type":"QUIZ_COMPLETION","#,
        r#""basic_auth_username":"user","basic_auth_password":"********","#,
        r#""additional_headers":{"x-a":"********"},"max_in_flight":64}}}"#,
    );
    let check = |algorithm, stored: &str| {
        assert_eq!(versioned::to_text(&public(algorithm)).unwrap(), stored);
        assert_eq!(versioned::from_text::<PublicRecord>(stored).unwrap(), public(algorithm));
    };
    check(Algorithm::Hmac, stored);
    let key = r#","signing_public_key":"whpk_/RckOFqgx1tk+3jNYC+h2ZH96/drE8WO1wLqyDXp9hg="}}}"#;
    check(Algorithm::Ed25519, &stored.replace("}}}", key));
    let labelled = WebhookView {
        name: "Orders".to_owned(),
        metadata: Metadata::new(vec![("team".to_owned(), "a".to_owned())]).unwrap(),
        ..public(Algorithm::Hmac).webhook
    };
    let labelled = labelled.with_times(Some(NOW), Some(NOW));
    let more = concat!(
        r#","name":"Orders","metadata":{"team":"a"},"created_at":"2023-11-14T22:13:20.000+00:00","#,
        r#""updated_at":"2023-11-14T22:13:20.000+00:00"}}}"#,
    );
    let record = PublicRecord { version: Version::new(7), webhook: labelled };
    let stored_labels = stored.replace("}}}", more);
    assert_eq!(versioned::to_text(&record).unwrap(), stored_labels);
    assert_eq!(versioned::from_text::<PublicRecord>(&stored_labels).unwrap(), record);
    let listed = PublicRecord {
        version: Version::new(7),
        webhook: public(Algorithm::Hmac).webhook.with_state(WebhookState::Failing),
    };
    let with_state = stored.replace("}}}", r#","state":"failing"}}}"#);
    assert_eq!(versioned::to_text(&listed).unwrap(), with_state);
    assert_eq!(versioned::from_text::<PublicRecord>(&with_state).unwrap(), listed);
    let earlier = stored.replace(r#","max_in_flight":64"#, "");
    let read = versioned::from_text::<PublicRecord>(&earlier).unwrap();
    assert_eq!(read, public(Algorithm::Hmac));
}

/// Returns a delivery that was accepted and waits.
pub(crate) fn waiting_delivery(seq: u64) -> Delivery {
    Delivery {
        seq: Seq::new(seq),
        event_id: format!("e{seq}").parse().unwrap(),
        event_type: EventTypes::documented().get("QUIZ_COMPLETION").unwrap().clone(),
        trace: None,
        bytes: 2,
        accepted_at: NOW,
        epoch: Epoch::new(3),
        attempts: 0,
        token: LeaseToken::new(0),
        resends: 0,
        state: State::Scheduled { due: NOW },
    }
}

/// Returns a delivery that was accepted and leased.
pub(crate) fn leased_delivery(seq: u64) -> Delivery {
    let mut delivery = waiting_delivery(seq);
    delivery.lease(NOW.plus(Delay::from_secs(25)), Version::new(7));
    delivery
}

#[test]
fn the_deliveries_in_a_segment() {
    let database = SqliteDatabase::new();
    let mut store = SqlStore::open(&database, None).unwrap();
    store.put_record(&record(Stage::Deleting)).unwrap();
    for delivery in
        [leased_delivery(1), leased_delivery(2), leased_delivery(3), waiting_delivery(4)]
    {
        store.insert(&delivery, &Payload::from_stored(b"{}".to_vec())).unwrap();
    }
    let cache = store.flush().unwrap();
    let mut store = SqlStore::open(&database, Some(cache)).unwrap();
    for (seq, status) in [(1, 200), (2, 500), (3, 200)] {
        let mut delivery = leased_delivery(seq);
        let result = AttemptResult::Answered(status, "ok".to_owned());
        let took = Delay::from_ms(9);
        let attempt = Attempt { at: NOW, took, cause: Cause::Schedule, result, fault: None };
        delivery.state = match status {
            200 => State::Delivered { at: NOW.plus(Delay::from_ms(12)) },
            _ => State::Scheduled { due: NOW.plus(Delay::from_secs(5)) },
        };
        store.update(&delivery, Some(&attempt)).unwrap();
    }
    store.discard(Seq::new(3)).unwrap();
    store.flush().unwrap();
    let column = |name: &str| database.text(&format!("SELECT CAST({name} AS TEXT) FROM segment"));
    assert_eq!(column("first_seq || ' ' || accepted_at || ' ' || epoch"), "1 1700000000000 3");
    assert_eq!(column("newest_id"), "e4");
    assert_eq!(column("body"), "{}{}");
    let line = |n: u64| format!("[{n},\"e{n}\",\"QUIZ_COMPLETION\",1700000000000,2]\n");
    assert_eq!(column("head"), (1..=4).map(line).collect::<String>());
    let attempt =
        r#"{"at":1700000000000,"took":9,"cause":"schedule","result":{"answered":[200,"ok"]}}"#;
    assert_eq!(
        column("outcomes"),
        [
            r#"{"l":[1,1700000025000,7]}"#,
            r#"{"l":[2,1700000025000,7]}"#,
            r#"{"l":[3,1700000025000,7]}"#,
            r#"{"m":2}"#,
            r#"{"x":3}"#,
            &format!(r#"{{"d":[1,1700000000012,{attempt}]}}"#),
            &format!(r#"{{"d":[3,1700000000012,{attempt}]}}"#),
            "",
        ]
        .join("\n")
    );
    assert_eq!(
        column("totals"),
        concat!(
            r#"{"v":1,"record":{"open_from":4,"waiting":1,"waiting_bytes":2,"moved":1,"#,
            r#""undelivered":[],"attempted_until":4,"leased_in":[],"#,
            r#""counts":{"added":4,"last_accepted_at":1700000000000,"moved":1,"#,
            r#""successes":{"7":2}}}}"#,
        )
    );
}
