//! Known answers that both sides of the tests read: `tests/vectors/`.

use domain::webhook::{TargetError, TargetPolicy, TargetUrl};

const TARGETS: &str = include_str!("../vectors/ssrf-urls.tsv");

/// The rows of a table: its columns, of which the second is the inside of a JSON string.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, String, &'static str)> {
    table.lines().filter(|row| !row.starts_with('#')).map(|row| {
        let mut columns = row.splitn(3, '\t');
        let mut next = || columns.next().expect("three columns");
        let (verdict, text, why) = (next(), next(), next());
        let text = serde_json::from_str(&format!("\"{text}\"")).expect("the inside of a string");
        (verdict, text, why)
    })
}

#[test]
fn every_target_is_judged_as_listed() {
    let policy = TargetPolicy::default();
    let mut count = 0;
    for (verdict, url, why) in rows(TARGETS) {
        let judged = TargetUrl::parse(&url, &policy);
        match verdict {
            "accept" => assert!(judged.is_ok(), "{url:?} ({why}): {judged:?}"),
            "reject" => assert!(judged.is_err(), "{url:?} ({why}): {judged:?}"),
            "either" => assert_eq!(judged, TargetUrl::parse(&url, &policy), "{url:?} ({why})"),
            _ => panic!("no such verdict: {verdict}"),
        }
        count += 1;
    }
    assert!(count > 120, "the table was read");
}

#[test]
fn private_targets_differ_only_in_the_rule_of_public_hosts() {
    let strict = TargetPolicy::default();
    let local = TargetPolicy { allow_private: true, ..TargetPolicy::default() };
    for (_, url, why) in rows(TARGETS) {
        let expected = match TargetUrl::parse(&url, &strict) {
            // What else is wrong with a private host is judged after its host.
            Err(TargetError::NotPublic) => Ok(()),
            judged => judged.map(|_| ()),
        };
        assert_eq!(TargetUrl::parse(&url, &local).map(|_| ()), expected, "{url:?} ({why})");
    }
}

#[test]
fn a_target_that_was_accepted_is_accepted_again() {
    let policy = TargetPolicy::default();
    for (_, url, _) in rows(TARGETS) {
        if let Ok(target) = TargetUrl::parse(&url, &policy) {
            assert_eq!(target.check(&policy), Ok(()), "{url:?}");
            let again = TargetUrl::parse(target.href(), &policy).expect("its normal form");
            assert_eq!(again.href(), target.href());
        }
    }
}
