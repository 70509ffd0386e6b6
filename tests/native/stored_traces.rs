//! The traces of events in storage: their stored form, and both releases on the same tables. An
//! earlier release knows nothing of traces. It reads what this one writes and the other way round.

use domain::base::{AccountId, EventId, Seq, Timestamp, versioned};
use domain::config::Config;
use domain::crypto::{Algorithm, Owner, SigningKey, SigningKeys, SigningSecret};
use domain::delivery::{Delivery, Outbound, Post};
use domain::dispatch::Store;
use domain::event::{Event, Payload, TraceContext};
use domain::publish::{IdempotencyRecord, Plan, Work};
use domain::webhook::{Configuration, TargetPolicy, TargetUrl};
use serde_json::json;
use storage::SqlStore;
use storage::database::{Binding, Database};

use crate::stored_formats::{leased_delivery, waiting_delivery};
use crate::support::sqlite::{SqliteDatabase, record};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn trace(text: &str) -> TraceContext {
    text.to_owned().try_into().unwrap()
}

/// Stores these deliveries and returns the object's database.
fn store(deliveries: &[Delivery]) -> SqliteDatabase {
    let database = SqliteDatabase::new();
    let mut store = SqlStore::open(&database, None).unwrap();
    store.put_record(&record()).unwrap();
    for delivery in deliveries {
        store.insert(delivery, &Payload::from_stored(b"{}".to_vec())).unwrap();
    }
    store.flush().unwrap();
    database
}

/// Returns the delivery of each of these `seq`s, as an object reads it after its start.
fn read(database: &SqliteDatabase, seqs: impl IntoIterator<Item = u64>) -> Vec<Delivery> {
    let store = SqlStore::open(database, None).unwrap();
    let read = |seq| store.delivery(Seq::new(seq)).unwrap().unwrap();
    seqs.into_iter().map(read).collect()
}

/// Three deliveries for a segment, of which the second and the third came with a trace, and one for
/// a row of its own.
fn traced() -> [Delivery; 4] {
    let state = format!("{PARENT} rojo=00f067aa0ba902b7,congo=1");
    let resent = Delivery { resends: 1, trace: Some(trace(&state)), ..waiting_delivery(4) };
    [
        leased_delivery(1),
        Delivery { trace: Some(trace(PARENT)), ..leased_delivery(2) },
        Delivery { trace: Some(trace(&state)), ..waiting_delivery(3) },
        resent,
    ]
}

#[test]
fn a_trace_is_stored_beside_the_delivery() {
    let database = store(&traced());
    let column = |column: &str| database.text(&format!("SELECT {column}"));
    let state = "rojo=00f067aa0ba902b7,congo=1";
    assert_eq!(column("traces FROM segment"), format!("2 {PARENT}\n3 {PARENT} {state}\n"));
    assert_eq!(column("trace FROM delivery"), format!("{PARENT} {state}"));
    assert_eq!(database.number("SELECT count(*) FROM segment"), 1, "a trace takes no row");
    assert_eq!(read(&database, 1..=4), traced());
}

#[test]
fn a_delivery_keeps_its_trace_in_a_row_of_its_own() {
    let database = store(&traced());
    let mut store = SqlStore::open(&database, None).unwrap();
    for delivery in traced() {
        store.update(&Delivery { resends: 2, ..delivery }, None).unwrap();
    }
    store.flush().unwrap();
    assert_eq!(database.number("SELECT count(*) FROM delivery"), 4);
    let moved = traced().map(|delivery| Delivery { resends: 2, ..delivery });
    assert_eq!(read(&database, 1..=4), moved);
}

#[test]
fn what_an_earlier_release_stored_has_no_trace() {
    let untraced = traced().map(|delivery| Delivery { trace: None, ..delivery });
    let database = store(&untraced);
    // The tables as that release creates them.
    database.execute("ALTER TABLE segment DROP COLUMN traces");
    database.execute("ALTER TABLE delivery DROP COLUMN trace");
    assert_eq!(read(&database, 1..=4), untraced);
    let written = database.rows_written();
    assert_eq!(read(&database, 1..=4), untraced);
    assert_eq!(database.rows_written(), written, "the columns are added once");
    // New ones have their trace in the same segment.
    let mut store = SqlStore::open(&database, None).unwrap();
    let new = Delivery { trace: Some(trace(PARENT)), ..waiting_delivery(5) };
    store.insert(&new, &Payload::from_stored(b"{}".to_vec())).unwrap();
    store.flush().unwrap();
    assert_eq!(database.number("SELECT count(*) FROM segment"), 1);
    assert_eq!(read(&database, [1, 4, 5]), [untraced[0].clone(), untraced[3].clone(), new]);
}

/// The statements of the release before traces, which name every column. They are from its
/// `crates/storage`.
#[test]
fn an_earlier_release_works_on_the_tables_of_this_one() {
    let database = store(&traced());
    let head = database.text("SELECT head FROM segment");
    let line = |n: u64| format!("[{n},\"e{n}\",\"QUIZ_COMPLETION\",1700000000000,2]\n");
    assert_eq!(head, (1..=3).map(line).collect::<String>(), "its form is that of before");
    let run = |statement: &str, bindings: &[Binding<'_>]| {
        database.run(statement, bindings).unwrap();
    };
    let [n, text, bytes] = [Binding::Integer(9), Binding::Text("e9"), Binding::Bytes(b"{}")];
    let event_type = Binding::Text("QUIZ_COMPLETION");
    run(
        "INSERT INTO delivery (seq, event_id, event_type, accepted_at, epoch, tries, tried, token, \
         state, at, version, rest, resends, history, payload) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &[n, text, event_type, n, n, n, n, n, Binding::Integer(0), n, n, n, n, text, bytes],
    );
    run(
        "INSERT INTO segment (first_seq, accepted_at, epoch, newest_id, totals, outcomes, head, \
         body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &[n, n, n, text, Binding::Text(""), Binding::Text(""), Binding::Text(""), bytes],
    );
    assert_eq!(
        database
            .text("SELECT trace || traces FROM delivery, segment WHERE seq = 9 AND first_seq = 9"),
        ""
    );
}

#[test]
fn the_record_of_a_key_has_the_trace_of_the_first_request() {
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let stored = format!(
        concat!(
            r#"{{"v":1,"record":{{"at":1700000000000,"fingerprint":"{}","work":{{"publishing":"#,
            r#"{{"events":[{{"id":"e1","event_type":"QUIZ_COMPLETION"}}],"#,
            r#""routes":{{"QUIZ_COMPLETION":[["w1"]]}},"trace":"{} a=1"}}}}}}}}"#,
        ),
        hash, PARENT
    );
    let read: IdempotencyRecord = versioned::from_text(&stored).unwrap();
    assert_eq!(versioned::to_text(&read).unwrap(), stored);
    let Work::Publishing(plan) = read.work else { panic!() };
    assert_eq!(plan.trace, Some(trace(&format!("{PARENT} a=1"))));
    let event = |trace| Event {
        event_type: plan.events[0].event_type.clone(),
        payload: Payload::from_stored(b"{}".to_vec()),
        trace,
    };
    let own = event(Some(trace(PARENT)));
    assert_eq!(plan.trace_of(&own), own.trace, "the first request");
    let repeat = Plan { is_repeat: true, ..plan.clone() };
    assert_eq!(repeat.trace_of(&own), plan.trace);
    let untraced = repeat.with_trace(None);
    assert_eq!(untraced.trace_of(&own), None, "the first request had no trace");
}

/// Sends an event at a fixed time to a webhook with these additional headers, as they are stored.
fn sent(additional_headers: serde_json::Value, trace: Option<&TraceContext>) -> Outbound {
    let target = TargetUrl::parse("https://example.com/", &TargetPolicy::default()).unwrap();
    let secret = SigningSecret::generate(Algorithm::Hmac, [9; 32]);
    let mut configuration = Configuration::new(target, SigningKeys::new(SigningKey::new(&secret)));
    configuration.additional_headers = serde_json::from_value(additional_headers).unwrap();
    let (account, webhook) = (AccountId::default_account(), "w1".parse().unwrap());
    let event_id = EventId::new(Timestamp::from_ms(1_700_000_000_000), [7; 10]);
    let post = Post {
        owner: Owner { account: &account, webhook: &webhook },
        configuration: &configuration,
        event_id: &event_id,
        trace,
        at: Timestamp::from_ms(1_700_000_000_123),
    };
    let rules = Config::read(|_| None).unwrap().rules;
    Outbound::new(post, Payload::from_stored(b"{}".to_vec()), &rules).unwrap()
}

#[test]
fn the_ids_of_a_trace_that_begins_here_never_change() {
    let request = sent(json!([]), None);
    assert_eq!(
        request.header("traceparent"),
        Some("00-587900afbb42c4df72216e45f5ae9a1f-fe9491b23dc48463-01")
    );
    assert_eq!(request.header("tracestate"), None);
}

#[test]
fn a_header_of_an_earlier_release_does_not_replace_the_trace() {
    let own = json!([["Traceparent", {"bare": "own"}], ["TRACESTATE", {"bare": "own"}],
        ["X-A", {"bare": "own"}]]);
    let trace = trace(&format!("{PARENT} a=1"));
    let request = sent(own, Some(&trace));
    let names: Vec<_> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "Content-Type",
        "User-Agent",
        "traceparent",
        "tracestate",
        "X-A",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ];
    assert_eq!(names, expected);
    assert_eq!(request.header("tracestate"), Some("a=1"));
    let shown = request.masked_headers();
    assert_eq!(shown[2..4], request.headers[2..4], "they are no secrets");
    assert_eq!(shown[4].1, "********");
}
