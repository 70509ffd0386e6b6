//! The options of a webhook: which values a request may send, in JSON and in forms, and what they
//! mean at a creation and in a change.

use std::collections::BTreeMap;

use domain::base::Delay;
use domain::crypto::{Algorithm, SigningSecret};
use domain::event::{EventPatterns, EventType};
use domain::request::{Body, BodyError, FormValue, WebhookRequest};
use domain::webhook::{DeliveryOptions, DeliveryOptionsChange, RetryOptions, WebhookChange};

use crate::support::webhook_rules;

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
    WebhookRequest::from_body(body, webhook_rules()).map_err(|error| text(&error))
}

fn change(body: &Body) -> Result<WebhookChange, String> {
    WebhookChange::from_body(body, webhook_rules()).map_err(|error| text(&error))
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
    check_refused_in_json(name, json, sentence);
    check_refused_in_form(name, form, sentence);
}

fn check_refused_in_json(name: &str, value: &str, sentence: &str) {
    check_bodies_refused(in_json(&format!("\"{name}\":{value}")), name, value, sentence);
}

fn check_refused_in_form(name: &str, value: &str, sentence: &str) {
    check_bodies_refused(in_form(name, value), name, value, sentence);
}

fn check_bodies_refused([created, changed]: [Body; 2], name: &str, value: &str, sentence: &str) {
    let expected = serde_json::json!({ name: [sentence] }).to_string();
    assert_eq!(create(&created).unwrap_err(), expected, "{name}: {value}");
    assert_eq!(change(&changed).unwrap_err(), expected, "{name}: {value}");
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

#[test]
fn a_name_is_trimmed_and_bounded() {
    let long = "é".repeat(200);
    for (json, form, expected) in [
        (r#""Orders""#, "Orders", "Orders"),
        (r#"" Orders 2 ""#, " Orders 2 ", "Orders 2"),
        (r#""""#, "", ""),
        (r#""  ""#, "  ", ""),
        ("7", "7", "7"),
        (&format!("{long:?}"), &long, &long),
    ] {
        for [created, changed] in [in_json(&format!("\"name\":{json}")), in_form("name", form)] {
            assert_eq!(create(&created).unwrap().labels.name, expected);
            assert_eq!(change(&changed).unwrap().name.as_deref(), Some(expected));
        }
    }
    let [created, changed] = in_json(r#""name":null"#);
    assert_eq!(create(&created).unwrap().labels.name, "");
    assert_eq!(change(&changed).unwrap().name.as_deref(), Some(""));
    let [created, changed] = in_json(r#""other":1"#);
    assert_eq!(create(&created).unwrap().labels.name, "");
    assert_eq!(change(&changed).unwrap().name, None);
    let too_long = "Ensure this field has no more than 200 characters.";
    let longer = "é".repeat(201);
    check_refused("name", &format!("{longer:?}"), &longer, too_long);
    let control = "Control characters are not allowed.";
    for text in ["a\nb", "a\u{0}b", "\u{7f}x", "a\u{85}b"] {
        check_refused("name", &serde_json::to_string(text).unwrap(), text, control);
    }
    for json in ["true", "[]", r#"["a"]"#, "{}"] {
        check_refused_in_json("name", json, "Not a valid string.");
    }
    let surrogate = "Surrogate characters are not allowed: U+D800.";
    check_refused_in_json("name", r#""\ud800""#, surrogate);
}

#[test]
fn metadata_are_a_few_short_texts_by_key() {
    let entries = |count: usize| {
        let entries = (0..count).map(|n| format!("\"k{n}\":\"v\""));
        format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
    };
    let entry =
        |key: usize, value: usize| format!("{{\"{}\":\"{}\"}}", "é".repeat(key), "☃".repeat(value));
    for good in ["{}", r#"{"team":"a","a b":" "}"#, &entries(16), &entry(40, 500), r#"{"a":""}"#] {
        let expected: BTreeMap<String, String> = serde_json::from_str(good).unwrap();
        let field = format!("\"metadata\":{good}");
        for [created, changed] in [in_json(&field), in_form("metadata", good)] {
            let metadata = create(&created).unwrap().labels.metadata;
            let read = metadata.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
            assert_eq!(read.collect::<BTreeMap<_, _>>(), expected, "{good}");
            assert_eq!(change(&changed).unwrap().metadata, Some(metadata));
        }
    }
    for [created, changed] in [in_json(r#""metadata":null"#), in_form("metadata", "")] {
        assert!(create(&created).unwrap().labels.metadata.is_empty());
        assert!(change(&changed).unwrap().metadata.unwrap().is_empty());
    }
    for (bad, sentence) in [
        (entries(17), "Ensure there are no more than 16 entries.".to_owned()),
        (r#"{"":"b"}"#.to_owned(), "\"\": a key has 1 to 40 characters.".to_owned()),
        (entry(41, 1), format!("\"{}\": a key has 1 to 40 characters.", "é".repeat(41))),
        (entry(1, 501), "\"é\": a value has at most 500 characters.".to_owned()),
        (r#"{"a":"1","b":"2","a":"1"}"#.to_owned(), "\"a\" is there twice.".to_owned()),
        (r#"{"a":"x\u0007"}"#.to_owned(), "\"a\": control characters are not allowed.".to_owned()),
        (r#"{"a\n":"x"}"#.to_owned(), "\"a\n\": control characters are not allowed.".to_owned()),
        (r#"{"a":5}"#.to_owned(), "The value of \"a\" must be a string.".to_owned()),
        (r#"{"a":null}"#.to_owned(), "The value of \"a\" must be a string.".to_owned()),
        (r#"{"a":{"b":"c"}}"#.to_owned(), "The value of \"a\" must be a string.".to_owned()),
        (
            r#"{"a":"\ud800"}"#.to_owned(),
            "Surrogate characters are not allowed: U+D800.".to_owned(),
        ),
        ("[]".to_owned(), "Expected a dictionary of items but got type \"list\".".to_owned()),
        ("5".to_owned(), "Expected a dictionary of items but got type \"int\".".to_owned()),
        ("true".to_owned(), "Expected a dictionary of items but got type \"bool\".".to_owned()),
    ] {
        check_refused("metadata", &bad, &bad, &sentence);
    }
    let not_a_dictionary = "Expected a dictionary of items but got type \"str\".";
    check_refused_in_json("metadata", r#""{}""#, not_a_dictionary);
    for text in ["nope", "{", " "] {
        check_refused_in_form("metadata", text, "Value must be valid JSON.");
    }
}

/// The value of `event_type` and the entries of `event_types`.
type Shown<'a> = (Option<&'a str>, &'a [&'a str]);

fn shown(event_type: Option<&EventType>, list: &EventPatterns) -> (Option<String>, Vec<String>) {
    (event_type.map(ToString::to_string), list.iter().map(ToString::to_string).collect())
}

fn owned((event_type, list): Shown<'_>) -> (Option<String>, Vec<String>) {
    (event_type.map(str::to_owned), list.iter().map(|entry| (*entry).to_owned()).collect())
}

#[test]
fn a_list_of_event_types_takes_the_place_of_one_type() {
    let check = |json: &str, expected: Shown<'_>| {
        let [created, _] = in_json(json);
        let webhook = create(&created).unwrap();
        let found = shown(webhook.event_type.as_ref(), &webhook.event_types);
        assert_eq!(found, owned(expected), "{json}");
    };
    let quiz = Some("QUIZ_COMPLETION");
    check(r#""other":1"#, (None, &[]));
    check(r#""event_types":null"#, (None, &[]));
    check(r#""event_types":[]"#, (None, &[]));
    check(r#""event_types":["COURSE_*"]"#, (None, &["COURSE_*"]));
    check(r#""event_types":["*"]"#, (None, &["*"]));
    check(
        r#""event_types":["QUIZ_*","COURSE_*","QUIZ_*"],"event_type":null"#,
        (None, &["QUIZ_*", "COURSE_*"]),
    );
    check(
        r#""event_type":"","event_types":["QUIZ_COMPLETION","WEBHOOK_*"]"#,
        (None, &["QUIZ_COMPLETION", "WEBHOOK_*"]),
    );
    check(r#""event_types":["QUIZ_COMPLETION"]"#, (quiz, &[]));
    check(r#""event_types":["QUIZ_COMPLETION","QUIZ_COMPLETION"]"#, (quiz, &[]));
    check(r#""event_types":["QUIZ_COMPLETION"],"event_type":null"#, (quiz, &[]));
    check(r#""event_types":["QUIZ_COMPLETION"],"event_type":"QUIZ_COMPLETION""#, (quiz, &[]));
    check(r#""event_types":[],"event_type":"QUIZ_COMPLETION""#, (quiz, &[]));
    check(r#""event_types":["WEBHOOK_FAILING"]"#, (Some("WEBHOOK_FAILING"), &[]));
    for (text, expected) in [("", &[][..]), ("null", &[]), (r#"["COURSE_*"]"#, &["COURSE_*"])] {
        let [created, changed] = in_form("event_types", text);
        let webhook = create(&created).unwrap();
        let expected = owned((None, expected));
        assert_eq!(shown(webhook.event_type.as_ref(), &webhook.event_types), expected);
        assert_eq!(shown(None, &change(&changed).unwrap().event_types.unwrap()), expected);
    }
}

#[test]
fn a_list_of_event_types_names_what_there_is() {
    let choice = |entry: &str| format!("\"{entry}\" is not a valid choice.");
    for entry in ["NOPE", "COURSES_*", "course_*", "PING", "WEBHOOK_ALERT", "A*B", "", " *"] {
        let json = serde_json::json!(["COURSE_*", entry]).to_string();
        check_refused("event_types", &json, &json, &choice(entry));
    }
    let many = serde_json::to_string(&vec!["*"; 101]).unwrap();
    check_refused("event_types", &many, &many, "Ensure there are no more than 100 entries.");
    for (json, number) in [("[5]", 1), (r#"["*",null]"#, 2), (r#"["*","*",["*"]]"#, 3)] {
        let sentence = format!("Item {number}: not a valid string.");
        check_refused("event_types", json, json, &sentence);
    }
    for (json, kind) in [("5", "int"), ("{}", "dict"), ("true", "bool")] {
        let sentence = format!("Expected a list of items but got type \"{kind}\".");
        check_refused("event_types", json, json, &sentence);
    }
    let text = "Expected a list of items but got type \"str\".";
    check_refused_in_json("event_types", r#""COURSE_*""#, text);
    check_refused_in_form("event_types", "COURSE_*", "Value must be valid JSON.");
    check_refused(
        "event_types",
        r#"["\ud800"]"#,
        r#"["\ud800"]"#,
        "Surrogate characters are not allowed: U+D800.",
    );
    let beside = r#"{"event_types":["A list may not be set beside event_type."]}"#;
    for list in [r#"["COURSE_*"]"#, r#"["PATH_COMPLETION"]"#, r#"["QUIZ_COMPLETION","PATH_*"]"#] {
        let both = format!(r#""event_type":"QUIZ_COMPLETION","event_types":{list}"#);
        let [created, changed] = in_json(&both);
        assert_eq!(create(&created).unwrap_err(), beside, "{list}");
        assert_eq!(change(&changed).unwrap_err(), beside, "{list}");
    }
}

#[test]
fn a_change_of_the_event_types_leaves_one_way_to_say_them() {
    const QUIZ: Shown<'_> = (Some("QUIZ_COMPLETION"), &[]);
    const LIST: Shown<'_> = (None, &["COURSE_*", "QUIZ_COMPLETION"]);
    const ALL: Shown<'_> = (None, &[]);
    let stored = |(event_type, list): Shown<'_>| {
        let list = serde_json::to_string(list).unwrap();
        let event_type = serde_json::to_string(&event_type).unwrap();
        let [created, _] = in_json(&format!(r#""event_type":{event_type},"event_types":{list}"#));
        let secret = SigningSecret::generate(Algorithm::Hmac, [7; 32]);
        create(&created).unwrap().signed_with(&secret).configuration
    };
    let check = |before: Shown<'_>, sent: &str, after: Shown<'_>| {
        let [_, changed] = in_json(sent);
        let changed = change(&changed).unwrap().apply(&stored(before)).unwrap();
        let found = shown(changed.event_type.as_ref(), &changed.event_types);
        assert_eq!(found, owned(after), "{before:?} {sent}");
    };
    for before in [QUIZ, LIST, ALL] {
        check(before, r#""other":1"#, before);
        check(before, r#""event_type":"QUIZ_COMPLETION""#, QUIZ);
        check(before, r#""event_types":["QUIZ_COMPLETION"]"#, QUIZ);
        check(before, r#""event_types":["COURSE_*","QUIZ_COMPLETION"]"#, LIST);
        check(before, r#""event_types":["COURSE_*","QUIZ_COMPLETION"],"event_type":null"#, LIST);
        check(before, r#""event_types":[],"event_type":null"#, ALL);
        check(before, r#""event_types":null,"event_type":"""#, ALL);
        // What is read may be written back, one field at a time too.
        let (event_type, list) = before;
        let event_type = format!(r#""event_type":{}"#, serde_json::json!(event_type));
        let list = format!(r#""event_types":{}"#, serde_json::json!(list));
        for sent in [&event_type, &list, &format!("{event_type},{list}")] {
            check(before, sent, before);
        }
    }
    check(QUIZ, r#""event_type":null"#, ALL);
    check(LIST, r#""event_types":[]"#, ALL);
}

#[test]
fn a_timeout_is_milliseconds_or_that_of_the_deployment() {
    let check = |[created, changed]: [Body; 2], expected: Option<u64>| {
        let expected = expected.map(Delay::from_ms);
        assert_eq!(create(&created).unwrap().delivery_options.timeout, expected);
        assert_eq!(change(&changed).unwrap().delivery_options.timeout, Some(expected));
    };
    for ms in [1_000, 10_000, 28_000] {
        check(in_json(&format!("\"timeout_ms\":{ms}")), Some(ms));
        check(in_form("timeout_ms", &ms.to_string()), Some(ms));
    }
    check(in_json(r#""timeout_ms":null"#), None);
    check(in_form("timeout_ms", ""), None);
    let [created, changed] = in_json(r#""other":1"#);
    assert_eq!(create(&created).unwrap().delivery_options.timeout, None);
    assert_eq!(change(&changed).unwrap().delivery_options.timeout, None);
    let sentence = "A whole number from 1000 to 28000 is required.";
    for value in ["0", "999", "28001", "30000", "-1000", "1500.5", "1e4", "4294967296"] {
        check_refused("timeout_ms", value, value, sentence);
    }
    for value in ["true", "[]", "{}", r#""10s""#] {
        check_refused_in_json("timeout_ms", value, sentence);
    }
}

#[test]
fn a_retry_schedule_has_parts_of_its_own() {
    let retry = |limit: Option<u32>, base: Option<u64>, max: Option<u64>| {
        Some(RetryOptions { limit, base: base.map(Delay::from_ms), max: max.map(Delay::from_ms) })
    };
    for (json, expected) in [
        ("null", None),
        ("{}", None),
        (r#"{"limit":null,"base_ms":null,"max_ms":""}"#, None),
        (r#"{"limit":0}"#, retry(Some(0), None, None)),
        (r#"{"limit":12}"#, retry(Some(12), None, None)),
        (r#"{"limit":60}"#, retry(Some(60), None, None)),
        (r#"{"limit":"3"}"#, retry(Some(3), None, None)),
        (r#"{"base_ms":1}"#, retry(None, Some(1), None)),
        (r#"{"max_ms":1}"#, retry(None, None, Some(1))),
        (r#"{"base_ms":60000,"max_ms":60000}"#, retry(None, Some(60_000), Some(60_000))),
        (r#"{"limit":100,"max_ms":900000}"#, retry(Some(100), None, Some(900_000))),
        (r#"{"limit":1,"max_ms":604800000}"#, retry(Some(1), None, Some(604_800_000))),
    ] {
        for [created, changed] in [in_json(&format!("\"retry\":{json}")), in_form("retry", json)] {
            assert_eq!(create(&created).unwrap().delivery_options.retry, expected, "{json}");
            assert_eq!(change(&changed).unwrap().delivery_options.retry, Some(expected), "{json}");
        }
    }
    let [created, changed] = in_form("retry", "");
    assert_eq!(create(&created).unwrap().delivery_options.retry, None);
    assert_eq!(change(&changed).unwrap().delivery_options.retry, Some(None));
    assert_eq!(change(&in_json(r#""other":1"#)[1]).unwrap().delivery_options.retry, None);
}

#[test]
fn a_retry_schedule_stays_within_that_of_the_deployment() {
    let limit = "limit: A whole number from 0 to 100 is required.";
    for value in ["101", "-1", "1.5", "1e1", "true", "[]", "{}", r#""x""#, "4294967296"] {
        let json = format!(r#"{{"limit":{value}}}"#);
        check_refused("retry", &json, &json, limit);
    }
    for key in ["base_ms", "max_ms"] {
        let sentence = format!("{key}: A whole number from 1 to 604800000 is required.");
        for value in ["0", "604800001", "-5", "0.5", "false", "[2000]", r#""2s""#] {
            let json = format!(r#"{{"{key}":{value}}}"#);
            check_refused("retry", &json, &json, &sentence);
        }
    }
    let too_long = |retries: u32, ms: u64| {
        format!("The {retries} retries would take {ms} ms; at most 180494000 ms are allowed.")
    };
    for (json, sentence) in [
        (r#"{"limit":61}"#, too_long(61, 184_094_000)),
        (r#"{"base_ms":10000}"#, too_long(60, 188_710_000)),
        (r#"{"max_ms":3600001}"#, too_long(60, 180_494_049)),
        (r#"{"limit":3,"base_ms":86400000,"max_ms":604800000}"#, too_long(3, 604_800_000)),
        (
            r#"{"base_ms":2000,"max_ms":1999}"#,
            "base_ms may not exceed max_ms, which is 1999.".to_owned(),
        ),
        (r#"{"base_ms":3600001}"#, "base_ms may not exceed max_ms, which is 3600000.".to_owned()),
        (r#"{"limit":3,"limits":4}"#, unknown_key("limits")),
        (r#"{"":1}"#, unknown_key("")),
        (r#"{"Limit":1}"#, unknown_key("Limit")),
        (r#"{"limit":3,"limit":3}"#, "\"limit\" is there twice.".to_owned()),
        ("[]", "Expected a dictionary of items but got type \"list\".".to_owned()),
        ("3", "Expected a dictionary of items but got type \"int\".".to_owned()),
    ] {
        check_refused("retry", json, json, &sentence);
    }
    check_refused_in_form("retry", "3 times", "Value must be valid JSON.");
}

fn unknown_key(key: &str) -> String {
    format!("Unknown key \"{key}\": the keys are limit, base_ms and max_ms.")
}

#[test]
fn what_a_4xx_and_a_pause_do_are_flags() {
    for (name, default) in [("deactivate_on_4xx", true), ("hold_while_paused", false)] {
        let read = |options: DeliveryOptions| match name {
            "deactivate_on_4xx" => options.deactivate_on_4xx,
            _ => options.hold_while_paused,
        };
        let changed = |options: DeliveryOptionsChange| match name {
            "deactivate_on_4xx" => options.deactivate_on_4xx,
            _ => options.hold_while_paused,
        };
        let check = |[created, change_body]: [Body; 2], expected: Option<bool>| {
            let options = create(&created).unwrap().delivery_options;
            assert_eq!(read(options), expected.unwrap_or(default), "{name} {expected:?}");
            assert_eq!(changed(change(&change_body).unwrap().delivery_options), expected);
        };
        check(in_json(r#""other":1"#), None);
        check(in_form(name, ""), None);
        for (value, expected) in [("true", true), ("false", false), ("1", true), ("0", false)] {
            check(in_json(&format!("\"{name}\":{value}")), Some(expected));
            check(in_form(name, value), Some(expected));
        }
        for (value, expected) in [("yes", true), ("off", false)] {
            check(in_form(name, value), Some(expected));
        }
        check_refused_in_json(name, "null", "This field may not be null.");
        for value in ["2", "[]", "{}", r#""maybe""#, r#""""#] {
            check_refused_in_json(name, value, "Must be a valid boolean.");
        }
        check_refused_in_form(name, "maybe", "Must be a valid boolean.");
    }
}
