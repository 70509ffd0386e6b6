//! Tables of what matches, and of the reasons why not.

use domain::filter::Reason;
use domain::json::LazyValue;

use super::{matches, parsed};

/// Checks each row: a filter, an event, and whether it matches.
fn check(table: &[(&str, &str, bool)]) {
    for (filter, event, expected) in table {
        assert_eq!(matches(filter, event), *expected, "{filter} {event}");
        let opposite = format!("{{\"$not\":{filter}}}");
        assert_eq!(matches(&opposite, event), !expected, "{opposite} {event}");
    }
}

#[test]
fn a_bare_value_is_compared_for_equality() {
    check(&[
        (r#"{"a":1}"#, r#"{"a":1}"#, true),
        (r#"{"a":1}"#, r#"{"a":2}"#, false),
        (r#"{"a":1}"#, r#"{"b":1}"#, false),
        (r#"{"a":1,"b":"x"}"#, r#"{"b":"x","a":1,"c":2}"#, true),
        (r#"{"a":1,"b":"x"}"#, r#"{"a":1,"b":"y"}"#, false),
        (r#"{"a":"1"}"#, r#"{"a":1}"#, false),
        (r#"{"a":true}"#, r#"{"a":1}"#, false),
        (r#"{"a":0}"#, r#"{"a":false}"#, false),
        (r#"{"a":null}"#, r#"{"a":null}"#, true),
        (r#"{"a":null}"#, r#"{"a":0}"#, false),
        (r#"{"a":null}"#, "{}", false),
        (r#"{"a":""}"#, r#"{"a":null}"#, false),
        (r#"{"a":"é"}"#, r#"{"a":"\u00e9"}"#, true),
        (r#"{"\u0061":1}"#, r#"{"a":1}"#, true),
        (r#"{"a":"A"}"#, r#"{"a":"a"}"#, false),
        (r#"{"a":[1,2]}"#, r#"{"a":[1,2]}"#, true),
        (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, false),
        (r#"{"a":[1,2]}"#, r#"{"a":[1,2,3]}"#, false),
        (r#"{"a":[1,2]}"#, r#"{"a":[[1,2],[3]]}"#, true),
        (r#"{"a":{"$eq":{"x":1,"y":[2]}}}"#, r#"{"a":{"y":[2.0],"x":1e0}}"#, true),
        (r#"{"a":{"$eq":{"x":1}}}"#, r#"{"a":{"x":1,"y":2}}"#, false),
        (r#"{"a":{"$eq":{}}}"#, r#"{"a":{}}"#, true),
        (r#"{"a":{"$eq":[]}}"#, r#"{"a":[]}"#, true),
        (r#"{"a":{"$eq":[]}}"#, r#"{"a":[1]}"#, false),
        // The last of the repeated names counts, as for event_type.
        (r#"{"a":1}"#, r#"{"a":1,"a":2}"#, false),
        (r#"{"a":2}"#, r#"{"a":1,"a":2}"#, true),
    ]);
}

#[test]
fn numbers_keep_their_digits() {
    check(&[
        (r#"{"n":9223372036854775807}"#, r#"{"n":9223372036854775807}"#, true),
        (r#"{"n":9223372036854775807}"#, r#"{"n":9223372036854775808}"#, false),
        (r#"{"n":{"$gt":9223372036854775807}}"#, r#"{"n":9223372036854775808}"#, true),
        (r#"{"n":{"$gt":9223372036854775807}}"#, r#"{"n":9223372036854775807}"#, false),
        (r#"{"n":{"$lt":1e400}}"#, r#"{"n":1.7976931348623157e308}"#, true),
        (r#"{"n":{"$gte":1e400}}"#, r#"{"n":1e401}"#, true),
        (r#"{"n":1e400}"#, r#"{"n":10e399}"#, true),
        (r#"{"n":1e400}"#, r#"{"n":1e401}"#, false),
        (r#"{"n":0.1}"#, r#"{"n":0.10}"#, true),
        (r#"{"n":0.1}"#, r#"{"n":1e-1}"#, true),
        (r#"{"n":0.1}"#, r#"{"n":0.1000000000000000055511151231257827}"#, false),
        (r#"{"n":{"$lt":0.3}}"#, r#"{"n":0.30000000000000000000001}"#, false),
        (r#"{"n":{"$in":[0.1,0.2]}}"#, r#"{"n":0.20}"#, true),
        (r#"{"n":0}"#, r#"{"n":-0.0e9}"#, true),
        (r#"{"n":1}"#, r#"{"n":1.0}"#, true),
    ]);
}

#[test]
fn operators_compare() {
    check(&[
        (r#"{"a":{"$gt":1}}"#, r#"{"a":1}"#, false),
        (r#"{"a":{"$gte":1}}"#, r#"{"a":1}"#, true),
        (r#"{"a":{"$lt":1}}"#, r#"{"a":0.5}"#, true),
        (r#"{"a":{"$lte":-1}}"#, r#"{"a":-0.5}"#, false),
        (r#"{"a":{"$gte":1,"$lt":3}}"#, r#"{"a":3}"#, false),
        (r#"{"a":{"$gte":1,"$lt":3}}"#, r#"{"a":2}"#, true),
        (r#"{"a":{"$gt":"b"}}"#, r#"{"a":"ba"}"#, true),
        (r#"{"a":{"$gt":"b"}}"#, r#"{"a":"B"}"#, false),
        (r#"{"a":{"$lt":"😀"}}"#, r#"{"a":"\uffff"}"#, true),
        (r#"{"t":{"$gte":"2026-01-01T00:00:00Z"}}"#, r#"{"t":"2026-02-01T00:00:00Z"}"#, true),
        // What is of another kind is neither greater nor less.
        (r#"{"a":{"$gt":1}}"#, r#"{"a":"2"}"#, false),
        (r#"{"a":{"$lte":1}}"#, r#"{"a":"2"}"#, false),
        (r#"{"a":{"$gt":"1"}}"#, r#"{"a":2}"#, false),
        (r#"{"a":{"$gte":0}}"#, r#"{"a":null}"#, false),
        (r#"{"a":{"$lt":1}}"#, r#"{"a":false}"#, false),
        (r#"{"a":{"$lt":1}}"#, "{}", false),
        (r#"{"a":{"$in":[1,"x",null]}}"#, r#"{"a":null}"#, true),
        (r#"{"a":{"$in":[1,"x"]}}"#, r#"{"a":"1"}"#, false),
        (r#"{"a":{"$in":[]}}"#, r#"{"a":1}"#, false),
        (r#"{"a":{"$in":[[1],{"b":2}]}}"#, r#"{"a":{"b":2}}"#, true),
        (r#"{"a":{"$nin":[1,2]}}"#, r#"{"a":3}"#, true),
        (r#"{"a":{"$nin":[1,2]}}"#, r#"{"a":2}"#, false),
        (r#"{"a":{"$nin":[1,2]}}"#, "{}", true),
        (r#"{"a":{"$neq":1}}"#, r#"{"a":1.0}"#, false),
        (r#"{"a":{"$neq":1}}"#, r#"{"a":"1"}"#, true),
        (r#"{"a":{"$neq":1}}"#, "{}", true),
        (r#"{"a":{"$neq":null}}"#, r#"{"a":null}"#, false),
        (r#"{"a":{"$neq":null,"$exist":true}}"#, "{}", false),
        (r#"{"a":{"$startsWith":"ab"}}"#, r#"{"a":"abc"}"#, true),
        (r#"{"a":{"$startsWith":"ab"}}"#, r#"{"a":"cab"}"#, false),
        (r#"{"a":{"$startsWith":""}}"#, r#"{"a":""}"#, true),
        (r#"{"a":{"$startsWith":""}}"#, r#"{"a":1}"#, false),
        (r#"{"a":{"$startsWith":["x","ab"]}}"#, r#"{"a":"abc"}"#, true),
        (r#"{"a":{"$endsWith":"@example.com"}}"#, r#"{"a":"jane@example.com"}"#, true),
        (r#"{"a":{"$endsWith":["x","y"]}}"#, r#"{"a":"z"}"#, false),
        (r#"{"a":{"$endsWith":"1"}}"#, r#"{"a":1}"#, false),
        (r#"{"a":{"$exist":true}}"#, r#"{"a":null}"#, true),
        (r#"{"a":{"$exist":true}}"#, "{}", false),
        (r#"{"a":{"$exist":false}}"#, r#"{"a":null}"#, false),
        (r#"{"a":{"$exist":false}}"#, "{}", true),
    ]);
}

#[test]
fn objects_lead_into_the_event() {
    check(&[
        (
            r#"{"user":{"plan":{"$in":["pro","team"]}},"score":{"$gte":80}}"#,
            r#"{"user":{"plan":"team","id":1},"score":80.0}"#,
            true,
        ),
        (
            r#"{"user":{"plan":{"$in":["pro","team"]}},"score":{"$gte":80}}"#,
            r#"{"user":{"plan":"free"},"score":90}"#,
            false,
        ),
        (r#"{"a":{"b":{"c":1}}}"#, r#"{"a":{"b":{"c":1}}}"#, true),
        (r#"{"a":{"b":{"c":1}}}"#, r#"{"a":{"b":1}}"#, false),
        (r#"{"a":{"b":{"c":1}}}"#, "{}", false),
        (r#"{"a":{"b":{"$exist":false}}}"#, r#"{"a":{"c":1}}"#, true),
        (r#"{"a":{"b":{"$exist":false}}}"#, r#"{"a":1}"#, true),
        (r#"{"a":{"b":{"$exist":false}}}"#, "{}", true),
        (r#"{"a":{"b":{"$exist":true}}}"#, "{}", false),
        // A name is the whole name: a dot leads nowhere.
        (r#"{"a.b":1}"#, r#"{"a":{"b":1}}"#, false),
        (r#"{"a.b":1}"#, r#"{"a.b":1}"#, true),
        (r#"{"":{"/~":1}}"#, r#"{"":{"/~":1}}"#, true),
    ]);
}

#[test]
fn an_array_matches_if_one_of_its_elements_does() {
    check(&[
        (r#"{"tags":"a"}"#, r#"{"tags":["b","a"]}"#, true),
        (r#"{"tags":"a"}"#, r#"{"tags":["b"]}"#, false),
        (r#"{"tags":"a"}"#, r#"{"tags":[]}"#, false),
        (r#"{"tags":{"$eq":"a"}}"#, r#"{"tags":[["a"]]}"#, true),
        (r#"{"tags":{"$in":["a","x"]}}"#, r#"{"tags":["b","x"]}"#, true),
        (r#"{"tags":{"$startsWith":"ur"}}"#, r#"{"tags":["low","urgent"]}"#, true),
        (r#"{"n":{"$gte":5}}"#, r#"{"n":[1,5]}"#, true),
        (r#"{"n":{"$gt":5}}"#, r#"{"n":[1,5]}"#, false),
        (r#"{"items":{"sku":"a"}}"#, r#"{"items":[{"sku":"b"},{"sku":"a"}]}"#, true),
        // All rules of an object for one element,
        (r#"{"n":{"$gt":1,"$lt":3}}"#, r#"{"n":[0,5]}"#, false),
        (r#"{"n":{"$gt":1,"$lt":3}}"#, r#"{"n":[0,2,5]}"#, true),
        (
            r#"{"items":{"sku":"a","n":{"$gt":1}}}"#,
            r#"{"items":[{"sku":"a","n":1},{"sku":"b","n":2}]}"#,
            false,
        ),
        (
            r#"{"items":{"sku":"a","n":{"$gt":1}}}"#,
            r#"{"items":[{"sku":"a","n":1},{"sku":"a","n":2}]}"#,
            true,
        ),
        (r#"{"items":{"sku":{"$exist":false}}}"#, r#"{"items":[{"sku":1}]}"#, false),
        (r#"{"items":{"sku":{"$exist":false}}}"#, r#"{"items":[{"sku":1},{}]}"#, true),
        (r#"{"items":{"sku":{"$exist":false}}}"#, r#"{"items":[]}"#, false),
        // the parts of $and for any.
        (r#"{"tags":{"$and":["a","b"]}}"#, r#"{"tags":["b","a"]}"#, true),
        (r#"{"tags":{"$and":["a","b"]}}"#, r#"{"tags":["a","c"]}"#, false),
        (r#"{"tags":{"$or":["a","b"]}}"#, r#"{"tags":["c","b"]}"#, true),
        // No element may be what is excluded.
        (r#"{"tags":{"$nin":["a","b"]}}"#, r#"{"tags":["c","b"]}"#, false),
        (r#"{"tags":{"$nin":["a","b"]}}"#, r#"{"tags":["c"]}"#, true),
        (r#"{"tags":{"$nin":["a","b"]}}"#, r#"{"tags":[]}"#, true),
        (r#"{"tags":{"$neq":"a"}}"#, r#"{"tags":["a","c"]}"#, false),
        (r#"{"tags":{"$neq":"a"}}"#, r#"{"tags":["c"]}"#, true),
        (r#"{"tags":{"$not":"a"}}"#, r#"{"tags":["a","c"]}"#, false),
        (r#"{"tags":{"$not":{"$in":["a","b"]}}}"#, r#"{"tags":["c"]}"#, true),
        (r#"{"tags":{"$exist":true}}"#, r#"{"tags":[]}"#, true),
        (r#"{"tags":{"$startsWith":"x","$neq":"xa"}}"#, r#"{"tags":["xb","xa"]}"#, false),
        (r#"{"tags":{"$startsWith":"x","$neq":"xa"}}"#, r#"{"tags":["xb","a"]}"#, true),
    ]);
}

#[test]
fn filters_are_combined() {
    check(&[
        (r#"{"$or":[{"a":1},{"b":2}]}"#, r#"{"b":2}"#, true),
        (r#"{"$or":[{"a":1},{"b":2}]}"#, r#"{"b":1}"#, false),
        (r#"{"$and":[{"a":1},{"b":2}]}"#, r#"{"a":1}"#, false),
        (r#"{"$and":[{"a":1},{"b":2}]}"#, r#"{"a":1,"b":2}"#, true),
        (r#"{"$not":{"a":1,"b":2}}"#, r#"{"a":1,"b":3}"#, true),
        (r#"{"c":3,"$or":[{"a":1},{"b":2}],"$not":{"d":4}}"#, r#"{"a":1,"c":3}"#, true),
        (r#"{"c":3,"$or":[{"a":1},{"b":2}],"$not":{"d":4}}"#, r#"{"a":1,"c":3,"d":4}"#, false),
        (r#"{"a":{"$or":[1,{"$gt":10}]}}"#, r#"{"a":11}"#, true),
        (r#"{"a":{"$not":{"$gt":10}}}"#, r#"{"a":"x"}"#, true),
        (
            r#"{"a":{"b":{"$exist":true,"$or":["x","y"]},"$and":[{"b":"x"},{"c":"z"}]}}"#,
            r#"{"a":{"b":"x","c":"z"}}"#,
            true,
        ),
    ]);
    assert!(matches("{}", "{}"), "a filter without a rule leaves nothing out");
}

#[test]
fn the_reason_names_the_rule_and_what_the_event_has() {
    for (filter, event, pointer, detail) in [
        (r#"{"a":1}"#, r#"{"a": 2 }"#, "/a", "The event has 2 at /a."),
        (r#"{"a":{"$gte":1}}"#, r#"{"a":"x"}"#, "/a/$gte", "The event has \"x\" at /a."),
        (r#"{"a":{"b":{"$in":[1]}}}"#, r#"{"a":{}}"#, "/a/b/$in", "The event has nothing at /a/b."),
        (r#"{"a/b":{"~":1}}"#, "{}", "/a~1b/~0", "The event has nothing at /a~1b/~0."),
        (r#"{"a":1}"#, r#"{"a":{"b":1}}"#, "/a", "The event has an object at /a."),
        (r#"{"a":1}"#, r#"{"a":[2,3]}"#, "/a", "No element of the list at /a matches."),
        (r#"{"a":{"$gt":3}}"#, r#"{"a":[2]}"#, "/a/$gt", "No element of the list at /a matches."),
        (
            r#"{"a":{"b":1,"c":2}}"#,
            r#"{"a":[{"b":1},{"c":2}]}"#,
            "/a",
            "No element of the list at /a matches.",
        ),
        (r#"{"a":{"$nin":[2]}}"#, r#"{"a":[2]}"#, "/a/$nin", "The event has a list at /a."),
        (r#"{"a":{"$neq":2}}"#, r#"{"a":2.0}"#, "/a/$neq", "The event has 2.0 at /a."),
        (r#"{"a":{"$exist":false}}"#, r#"{"a":null}"#, "/a/$exist", "The event has null at /a."),
        (r#"{"b":1,"a":2}"#, r#"{"b":1,"a":1}"#, "/a", "The event has 1 at /a."),
        (r#"{"$or":[{"a":1},{"b":2}]}"#, "{}", "/$or", "The event matches none of these."),
        (
            r#"{"$and":[{"a":1},{"b":2}]}"#,
            r#"{"a":1}"#,
            "/$and/1/b",
            "The event has nothing at /b.",
        ),
        (
            r#"{"a":{"$and":[{"$gt":1},{"$lt":3}]}}"#,
            r#"{"a":3}"#,
            "/a/$and/1/$lt",
            "The event has 3 at /a.",
        ),
        (
            r#"{"a":{"$not":1}}"#,
            r#"{"a":1}"#,
            "/a/$not",
            "The event matches what it must not match.",
        ),
    ] {
        let expected = Reason { pointer: pointer.to_owned(), detail: detail.to_owned() };
        let reason = parsed(filter).reason(&LazyValue::new(event));
        assert_eq!(reason, Some(expected), "{filter} {event}");
    }
    let long = format!("{{\"a\":\"{}\"}}", "é".repeat(200));
    let reason = parsed(r#"{"a":1}"#).reason(&LazyValue::new(&long)).unwrap();
    assert_eq!(reason.detail, format!("The event has \"{}… at /a.", "é".repeat(79)));
}
