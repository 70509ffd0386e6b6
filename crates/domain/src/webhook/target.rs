//! `target_url`: the URL to which a webhook's events are sent.
//!
//! A URL is checked when an owner sets it and again before each attempt, against a policy that the
//! caller supplies. Only the URL is checked here. The platform checks the addresses that a name
//! resolves to (`global_fetch_strictly_public`).

use core::net::IpAddr;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::{Host, Url};

use super::address::is_globally_reachable;
use super::percent_encoding::encoded;
use crate::base::{TARGET_URL_CHARS_MAX, WebhookId};

/// Why a URL is not a valid target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TargetError {
    /// The text is empty or only whitespace.
    #[error("This field may not be blank.")]
    Blank,
    /// The text contains a NUL.
    #[error("Null characters are not allowed.")]
    Null,
    /// The text is longer than [`TARGET_URL_CHARS_MAX`].
    #[error("Ensure this field has no more than {TARGET_URL_CHARS_MAX} characters.")]
    TooLong,
    /// The text contains a control character. URL parsers drop some of them silently, so people and
    /// parsers would read different URLs.
    #[error("Enter a valid URL.")]
    ControlCharacter,
    /// The text contains a backslash, which some parsers read as a slash.
    #[error("Enter a valid URL.")]
    Backslash,
    /// The text is not an absolute `http` or `https` URL.
    #[error("Enter a valid URL.")]
    NotHttp,
    /// The URL parser refuses the text.
    #[error("Enter a valid URL.")]
    Syntax,
    /// The host cannot be in the DNS: it is too long, or a label is empty or too long.
    #[error("Enter a valid URL.")]
    HostName,
    /// The URL contains a user name or password.
    #[error(
        "User name and password are not allowed in the URL: use basic_auth_username and \
             basic_auth_password."
    )]
    Credentials,
    /// The URL is plain `http`, but the operator requires `https`.
    #[error("Only https URLs are allowed.")]
    NotHttps,
    /// The port is one to which `fetch` never connects.
    #[error("This port is not allowed.")]
    Port,
    /// The host is a private name or address.
    #[error("This host is not on the public internet.")]
    NotPublic,
    /// The host is the dispatcher's own.
    #[error("This host is the webhook dispatcher itself.")]
    OwnHost,
}

/// The targets that the operator allows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetPolicy {
    /// Allows hosts that are not public, for local development and tests. No other rule changes.
    pub allow_private: bool,
    /// Refuses plain `http`.
    pub require_https: bool,
    /// The dispatcher's own hosts: `host` for every port, or `host:port`.
    pub own_hosts: Vec<String>,
}

impl TargetPolicy {
    /// Whether `text` is valid in [`own_hosts`](Self::own_hosts).
    pub fn is_own_host_text(text: &str) -> bool {
        own_host(text).is_some()
    }

    fn is_own(&self, url: &Url) -> bool {
        self.own_hosts.iter().filter_map(|text| own_host(text)).any(|(host, port)| {
            url.host_str().map(without_root_dot) == Some(without_root_dot(&host))
                && (port.is_none() || port == url.port_or_known_default())
        })
    }
}

/// The URL to which a webhook's events are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TargetUrl {
    given: String,
    url: Url,
}

impl TargetUrl {
    /// Parses and checks the URL that an owner sent.
    pub fn parse(text: &str, policy: &TargetPolicy) -> Result<Self, TargetError> {
        let target = Self::read(text)?;
        if target.given.chars().count() > TARGET_URL_CHARS_MAX {
            return Err(TargetError::TooLong);
        }
        target.check(policy)?;
        Ok(target)
    }

    /// The target of a listener, to which nothing is sent over the network: a name that can never
    /// be in the DNS (RFC 2606), and that no other webhook has, since those with the same target
    /// share their events.
    pub fn of_listener(id: &WebhookId) -> Result<Self, TargetError> {
        Self::read(&format!("https://{id}.listen.invalid/"))
    }

    /// Checks the URL against the current policy.
    pub fn check(&self, policy: &TargetPolicy) -> Result<(), TargetError> {
        check_host(&self.url, policy)?;
        if self.url.port_or_known_default().is_none_or(|port| BAD_PORTS.contains(&port)) {
            return Err(TargetError::Port);
        }
        if policy.require_https && self.url.scheme() != "https" {
            return Err(TargetError::NotHttps);
        }
        Ok(())
    }

    /// The URL as the owner wrote it, which responses show.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// The URL that is fetched: in normal form, without fragment, and with every character
    /// percent-encoded that RFC 3986 does not allow. Webhooks with the same normal form have the
    /// same target.
    pub fn href(&self) -> &str {
        self.url.as_str()
    }

    /// Parses a URL and checks the rules that do not depend on the policy.
    fn read(text: &str) -> Result<Self, TargetError> {
        let given = text.trim_matches(|c: char| c.is_ascii_whitespace());
        if given.is_empty() {
            return Err(TargetError::Blank);
        }
        if given.contains('\0') {
            return Err(TargetError::Null);
        }
        if given.contains(char::is_control) {
            return Err(TargetError::ControlCharacter);
        }
        if given.contains('\\') {
            return Err(TargetError::Backslash);
        }
        let authority = authority(given).ok_or(TargetError::NotHttp)?;
        if authority.contains('@') {
            return Err(TargetError::Credentials);
        }
        let mut url = Url::parse(given).map_err(|_| TargetError::Syntax)?;
        url.set_fragment(None);
        encode_rest(&mut url);
        Ok(Self { given: given.to_owned(), url })
    }
}

impl TryFrom<String> for TargetUrl {
    type Error = TargetError;

    /// Parses a stored URL without a policy. Callers use [`TargetUrl::check`] before they send to
    /// it.
    fn try_from(text: String) -> Result<Self, TargetError> {
        Self::read(&text)
    }
}

impl From<TargetUrl> for String {
    fn from(target: TargetUrl) -> Self {
        target.given
    }
}

/// Ports to which `fetch` never connects: "bad port" in the WHATWG Fetch standard.
const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];

/// Top-level labels of names that are never in the public DNS (RFC 2606, 6761, 6762, 7686, 8375,
/// 9476 and ICANN's `internal`).
const SPECIAL_USE: [&str; 10] = [
    "alt",
    "arpa",
    "example",
    "internal",
    "invalid",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "test",
];

/// Longest label of a host name, in octets (RFC 1035).
const LABEL_BYTES_MAX: usize = 63;

/// Longest host name without the root dot, in octets (RFC 1035).
const HOST_BYTES_MAX: usize = 253;

/// The part between `http://` or `https://` and the path. URL parsers also accept other beginnings
/// such as `http:host` or `http:///host`, but a person would not read those as URLs of that host.
fn authority(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let is_http = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let authority = rest.split(['/', '?', '#']).next()?;
    (is_http && !authority.is_empty()).then_some(authority)
}

/// Percent-encodes what the URL parser leaves as it is in path and query although RFC 3986 does not
/// allow it. Common servers answer 400 to a request with such a character.
fn encode_rest(url: &mut Url) {
    if let Cow::Owned(path) = encoded(url.path()) {
        url.set_path(&path);
    }
    if let Some(Cow::Owned(query)) = url.query().map(encoded) {
        url.set_query(Some(&query));
    }
}

fn check_host(url: &Url, policy: &TargetPolicy) -> Result<(), TargetError> {
    let is_public = match url.host() {
        None => return Err(TargetError::Syntax),
        Some(Host::Ipv4(address)) => is_globally_reachable(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_globally_reachable(IpAddr::V6(address)),
        Some(Host::Domain(name)) => is_public_name(without_root_dot(name))?,
    };
    if policy.is_own(url) {
        return Err(TargetError::OwnHost);
    }
    if is_public || policy.allow_private { Ok(()) } else { Err(TargetError::NotPublic) }
}

/// Whether a name can be in the public DNS, or an error if it is not a valid DNS name.
fn is_public_name(name: &str) -> Result<bool, TargetError> {
    let legal = |label: &str| (1..=LABEL_BYTES_MAX).contains(&label.len());
    if name.len() > HOST_BYTES_MAX || !name.split('.').all(legal) {
        return Err(TargetError::HostName);
    }
    Ok(name.rsplit_once('.').is_some_and(|(_, last)| !SPECIAL_USE.contains(&last)))
}

fn without_root_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Parses `host` or `host:port`.
fn own_host(text: &str) -> Option<(String, Option<u16>)> {
    // `Url` drops the default port of its scheme, so an explicit port is found by parsing the text
    // with both schemes.
    let read = |scheme: &str| Url::parse(&format!("{scheme}://{text}")).ok();
    let (http, https) = (read("http")?, read("https")?);
    let mut bare = https.clone();
    bare.set_port(None).ok()?;
    let host = https.host_str()?;
    let is_bare = bare.as_str() == format!("https://{host}/");
    is_bare.then(|| (host.to_owned(), http.port().or(https.port())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> TargetPolicy {
        TargetPolicy { own_hosts: vec!["hooks.example.com".to_owned()], ..TargetPolicy::default() }
    }

    fn check(text: &str, policy: &TargetPolicy, expected: Result<&str, TargetError>) {
        let parsed = TargetUrl::parse(text, policy);
        assert_eq!(parsed.as_ref().map(TargetUrl::href).map_err(|e| *e), expected, "{text:?}");
    }

    #[test]
    fn the_url_is_shown_as_given_and_fetched_in_normal_form() {
        let check = |text: &str, given: &str, href: &str| {
            let target = TargetUrl::parse(text, &policy()).unwrap();
            assert_eq!((target.as_str(), target.href()), (given, href));
        };
        check(" https://example.com\n", "https://example.com", "https://example.com/");
        check(
            "HTTPS://Example.COM:443/A#b",
            "HTTPS://Example.COM:443/A#b",
            "https://example.com/A",
        );
        check(
            "http://example.com:80/?q=a b",
            "http://example.com:80/?q=a b",
            "http://example.com/?q=a%20b",
        );
        check("http://m\u{fc}nchen.de/", "http://m\u{fc}nchen.de/", "http://xn--mnchen-3ya.de/");
        let odd = "https://example.com/h/[a]|b/100%?tpl={id}|x^y%7c";
        let href = "https://example.com/h/%5Ba%5D%7Cb/100%25?tpl=%7Bid%7D%7Cx%5Ey%7c";
        check(odd, odd, href);
        check(href, href, href);
    }

    #[test]
    fn every_rule_has_its_error() {
        use TargetError as E;
        let long = format!("https://example.com/{}", "a".repeat(1_005));
        let long_label = format!("https://{}.com/", "a".repeat(64));
        let long_name = format!("https://{}com/", "a.".repeat(126));
        for (text, error) in [
            ("", E::Blank),
            (" \t\r\n", E::Blank),
            ("https://example.com/\0", E::Null),
            (long.as_str(), E::TooLong),
            ("https://exa\tmple.com/", E::ControlCharacter),
            ("https://example.com/\u{7f}", E::ControlCharacter),
            ("https://example.com/\u{85}", E::ControlCharacter),
            ("https:\\\\example.com", E::Backslash),
            ("example.com", E::NotHttp),
            ("//example.com/", E::NotHttp),
            ("ftp://example.com/", E::NotHttp),
            ("http:example.com", E::NotHttp),
            ("http:///example.com", E::NotHttp),
            ("https://exa mple.com/", E::Syntax),
            ("https://example.com:65536/", E::Syntax),
            ("https://a..example.com/", E::HostName),
            (long_label.as_str(), E::HostName),
            (long_name.as_str(), E::HostName),
            ("https://user@example.com/", E::Credentials),
            ("https://:@example.com/", E::Credentials),
            ("https://example.com:25/", E::Port),
            ("https://example.com:0/", E::Port),
            ("https://localhost/", E::NotPublic),
            ("https://intranet/", E::NotPublic),
            ("https://printer.local./", E::NotPublic),
            ("https://2130706433/", E::NotPublic),
            ("https://[::1]/", E::NotPublic),
        ] {
            check(text, &policy(), Err(error));
        }
        check(&long[..1_024], &policy(), Ok(&long[..1_024]));
        let secure = TargetPolicy { require_https: true, ..policy() };
        check("http://example.com/", &secure, Err(E::NotHttps));
        check("https://example.com/", &secure, Ok("https://example.com/"));
    }

    #[test]
    fn allow_private_lifts_the_rule_of_public_hosts_and_no_other() {
        use TargetError as E;
        let local = TargetPolicy { allow_private: true, ..policy() };
        check("http://127.0.0.1:8080/x", &local, Ok("http://127.0.0.1:8080/x"));
        check("http://localhost:8080/x", &local, Ok("http://localhost:8080/x"));
        check("http://[::1]/", &local, Ok("http://[::1]/"));
        check("http://user@localhost/", &local, Err(E::Credentials));
        check("http://localhost\\", &local, Err(E::Backslash));
        check("http://local\nhost/", &local, Err(E::ControlCharacter));
        check("file://localhost/", &local, Err(E::NotHttp));
        check("http://localhost:22/", &local, Err(E::Port));
        check("http://a..b/", &local, Err(E::HostName));
        check("https://hooks.example.com/", &local, Err(E::OwnHost));
    }

    #[test]
    fn the_dispatcher_is_no_target() {
        let own = |own_host: &str, url: &str, expected: bool| {
            assert!(TargetPolicy::is_own_host_text(own_host), "{own_host:?}");
            let own_hosts = vec![own_host.to_owned()];
            let policy = TargetPolicy { own_hosts, allow_private: true, require_https: false };
            let refused = TargetUrl::parse(url, &policy) == Err(TargetError::OwnHost);
            assert_eq!(refused, expected, "{own_host:?} {url:?}");
        };
        own("hooks.example.com", "https://HOOKS.example.com./v1/events", true);
        own("hooks.example.com", "http://hooks.example.com:8787/", true);
        own("Hooks.Example.com.", "http://hooks.example.com/", true);
        own("hooks.example.com", "https://a.hooks.example.com/", false);
        own("hooks.example.com:443", "https://hooks.example.com/", true);
        own("hooks.example.com:443", "http://hooks.example.com/", false);
        own("hooks.example.com:80", "http://hooks.example.com/", true);
        own("hooks.example.com:80", "http://hooks.example.com:81/", false);
        own("127.0.0.1:8787", "http://2130706433:8787/", true);
        own("127.0.0.1:8787", "http://127.0.0.1:8788/", false);
        own("[::1]:8787", "http://[0:0::1]:8787/", true);
        for text in
            ["", "https://example.com", "example.com/x", "a@example.com", "a b", "x:y", "x?"]
        {
            assert!(!TargetPolicy::is_own_host_text(text), "{text:?}");
        }
    }

    #[test]
    fn a_stored_url_is_read_without_policy() {
        let stored = r#""http://localhost:22/ x#y""#;
        let target: TargetUrl = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&target).unwrap(), stored);
        assert_eq!(target.href(), "http://localhost:22/%20x");
        assert_eq!(target.check(&policy()), Err(TargetError::NotPublic));
        assert!(serde_json::from_str::<TargetUrl>("\"x\"").is_err());
    }
}
