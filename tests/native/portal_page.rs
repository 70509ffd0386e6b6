//! The headers of `/portal` are those of `/dashboard` in `dashboard/_headers`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use domain::http::PortalLook;

const POLICY: &str = "Content-Security-Policy";

/// Returns the headers that `dashboard/_headers` sets for the page of the dashboard.
fn dashboard_headers() -> BTreeMap<String, String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../dashboard/_headers");
    let text = fs::read_to_string(file).unwrap();
    let block = text.split("\n/dashboard\n").nth(1).unwrap();
    let lines = block.lines().take_while(|line| line.starts_with("  "));
    let headers = lines.map(|line| line.trim().split_once(": ").unwrap());
    headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn directives(policy: &str) -> BTreeSet<&str> {
    policy.split("; ").collect()
}

#[test]
fn a_portal_that_nobody_embeds_has_the_headers_of_the_dashboard() {
    let mut expected = dashboard_headers();
    assert!(expected.len() > 5, "the headers were not found");
    let mut found: BTreeMap<String, String> = PortalLook::default()
        .headers()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let policies = (expected.remove(POLICY).unwrap(), found.remove(POLICY).unwrap());
    assert_eq!(directives(&policies.0), directives(&policies.1));
    // It knows no origins, and `frame-ancestors` is in force in its place.
    assert_eq!(expected.remove("X-Frame-Options").as_deref(), Some("DENY"));
    assert_eq!(found, expected);
}
