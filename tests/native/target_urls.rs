//! Target URLs: each row of `tests/vectors/ssrf-urls.tsv` is accepted or rejected as listed.

use domain::webhook::{TargetError, TargetPolicy, TargetUrl};

const TARGETS: &str = include_str!("../vectors/ssrf-urls.tsv");

/// Returns the columns of each row: verdict, URL, reason. The URL is escaped as in a JSON string.
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
fn every_url_is_accepted_or_rejected_as_listed() {
    let policy = TargetPolicy::default();
    let mut count = 0;
    for (verdict, url, why) in rows(TARGETS) {
        let parsed = TargetUrl::parse(&url, &policy);
        match verdict {
            "accept" => assert!(parsed.is_ok(), "{url:?} ({why}): {parsed:?}"),
            "reject" => assert!(parsed.is_err(), "{url:?} ({why}): {parsed:?}"),
            "either" => assert_eq!(parsed, TargetUrl::parse(&url, &policy), "{url:?} ({why})"),
            _ => panic!("no such verdict: {verdict}"),
        }
        count += 1;
    }
    assert!(count > 120, "the table was read");
}

#[test]
fn allowing_private_targets_lifts_only_the_rule_of_public_hosts() {
    let strict = TargetPolicy::default();
    let local = TargetPolicy { allow_private: true, ..TargetPolicy::default() };
    for (_, url, why) in rows(TARGETS) {
        let expected = match TargetUrl::parse(&url, &strict) {
            // The rules after that of the host (port, HTTPS) reject none of the listed URLs.
            Err(TargetError::NotPublic) => Ok(()),
            parsed => parsed.map(|_| ()),
        };
        assert_eq!(TargetUrl::parse(&url, &local).map(|_| ()), expected, "{url:?} ({why})");
    }
}

#[test]
fn an_accepted_url_is_accepted_again() {
    let policy = TargetPolicy::default();
    for (_, url, _) in rows(TARGETS) {
        if let Ok(target) = TargetUrl::parse(&url, &policy) {
            assert_eq!(target.check(&policy), Ok(()), "{url:?}");
            let again = TargetUrl::parse(target.href(), &policy).expect("its normal form");
            assert_eq!(again.href(), target.href());
        }
    }
}
