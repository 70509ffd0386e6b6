//! Portal links: a link that opens the dashboard for one account, for a limited time.
//!
//! The operator makes a link for a customer who must not have the account's API key. The link
//! contains an API key that expires. This key can be listed and revoked like any other, and only
//! its hash is stored. It follows the `#` of the URL, and browsers send that part to no server.

use serde::Serialize;
use serde_json::value::RawValue;
use url::form_urlencoded;

use super::body::BodyError;
use super::field::{FieldError, Sent};
use super::{api_key, body};
use crate::auth::{KeyRecord, Scope};
use crate::base::{
    AccountId, Field, FieldErrors, KeyId, PORTAL_LIFETIME, PORTAL_LIFETIME_MAX,
    PORTAL_LIFETIME_MIN, Secret, Timestamp,
};
use crate::json::without_mark;
use crate::webhook::{TargetError, TargetPolicy};

/// The name of a link's key, for lists.
const NAME: &str = "Portal link";

/// The default scopes of a link: everything in the dashboard except publishing, which the backend
/// does.
const SCOPES: [Scope; 2] = [Scope::WebhooksRead, Scope::WebhooksWrite];

/// A request for a portal link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalRequest {
    scopes: Vec<Scope>,
    expires_at: Timestamp,
    return_url: Option<String>,
}

impl PortalRequest {
    /// Parses a request that is made at `now`. An empty body means the defaults. The errors of all
    /// fields are reported together.
    pub fn parse(body: &[u8], now: Timestamp) -> Result<Self, BodyError> {
        if without_mark(body).is_empty() {
            return Ok(Self {
                scopes: SCOPES.to_vec(),
                expires_at: now.plus(PORTAL_LIFETIME),
                return_url: None,
            });
        }
        let fields = body::members(body)?;
        let mut errors = FieldErrors::default();
        let scopes = fields
            .get("scopes")
            .map_or_else(|| Ok(SCOPES.to_vec()), |value| api_key::scopes(Some(value)));
        let scopes = errors.take(Field::Scopes, scopes);
        let lifetime = fields.get("expires_in_seconds").map_or(Ok(PORTAL_LIFETIME), |value| {
            body::seconds(value, PORTAL_LIFETIME_MIN, PORTAL_LIFETIME_MAX)
        });
        let lifetime = errors.take(Field::ExpiresInSeconds, lifetime);
        let return_url = fields.get("return_url").map_or(Ok(None), |value| return_url(value));
        let return_url = errors.take(Field::ReturnUrl, return_url);
        match (scopes, lifetime, return_url) {
            (Some(scopes), Some(lifetime), Some(return_url)) => {
                Ok(Self { scopes, expires_at: now.plus(lifetime), return_url })
            }
            _ => Err(errors.into()),
        }
    }

    /// The record of the link's key, created at `now`.
    pub fn key(self, id: KeyId, account: AccountId, now: Timestamp) -> KeyRecord {
        KeyRecord {
            id,
            account,
            name: NAME.to_owned(),
            scopes: self.scopes,
            created_at: now,
            expires_at: Some(self.expires_at),
            portal: true,
            return_url: self.return_url,
        }
    }
}

/// Parses the URL to which the dashboard leads back: any absolute `http` or `https` URL without
/// credentials. A browser opens it, so it need not be public. `null` is none.
fn return_url(value: &RawValue) -> Result<Option<String>, FieldError> {
    let anywhere = TargetPolicy { allow_private: true, ..TargetPolicy::default() };
    match Sent::json(value).target_url(&anywhere) {
        Ok(url) => Ok(Some(url.as_str().to_owned())),
        Err(FieldError::Null) => Ok(None),
        // The sentence about credentials is about webhooks.
        Err(FieldError::Target(TargetError::Credentials)) => Err(TargetError::Syntax.into()),
        Err(error) => Err(error),
    }
}

/// The answer to the request. No other answer contains the link. The link is secret, so the type
/// has no `Debug`.
#[derive(Serialize)]
pub struct PortalLink<'a> {
    /// The id of the link's key.
    pub id: &'a KeyId,
    /// The link.
    pub url: String,
    /// The time at which the link expires (RFC 3339).
    pub expires_at: Option<String>,
    /// The scopes of the link.
    pub scopes: &'a [Scope],
}

impl<'a> PortalLink<'a> {
    /// The link to the page at the URL `page`, with `key`. The URL that leads back is in the link
    /// too: once the link has expired, the dashboard cannot ask for it.
    pub fn new(record: &'a KeyRecord, key: &Secret, page: &str) -> Self {
        let mut url = format!("{page}#token={}", key.expose());
        if let Some(return_url) = &record.return_url {
            url.push_str("&return_url=");
            url.extend(form_urlencoded::byte_serialize(return_url.as_bytes()));
        }
        Self {
            id: &record.id,
            url,
            expires_at: record.expires_at.map(Timestamp::rfc3339),
            scopes: &record.scopes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{KeyHash, api_key};
    use crate::base::Delay;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn parse(body: &str) -> Result<PortalRequest, String> {
        PortalRequest::parse(body.as_bytes(), NOW).map_err(|error| match error {
            BodyError::Json(error) => error.to_string(),
            BodyError::Fields(errors) => serde_json::to_string(&errors).unwrap(),
        })
    }

    #[test]
    fn everything_may_be_left_out() {
        let usual = PortalRequest {
            scopes: vec![Scope::WebhooksRead, Scope::WebhooksWrite],
            expires_at: NOW.plus(Delay::from_secs(3_600)),
            return_url: None,
        };
        for body in ["", "{}", r#"{"account":"other","name":"x"}"#] {
            assert_eq!(parse(body).unwrap(), usual, "{body}");
        }
    }

    #[test]
    fn a_link_opens_from_ten_seconds_to_a_week() {
        let lifetime = |value: &str| parse(&format!(r#"{{"expires_in_seconds":{value}}}"#));
        for secs in [10, 3_600, 604_800] {
            let expires_at = NOW.plus(Delay::from_secs(secs));
            assert_eq!(lifetime(&secs.to_string()).unwrap().expires_at, expires_at);
        }
        let check = |value: &str, sentence: &str| {
            let expected = format!(r#"{{"expires_in_seconds":["{sentence}"]}}"#);
            assert_eq!(lifetime(value).unwrap_err(), expected, "{value}");
        };
        check("604801", "Ensure this value is less than or equal to 604800.");
        for value in ["9", "0", "-1"] {
            check(value, "Ensure this value is greater than or equal to 10.");
        }
        for value in ["null", "60.5", "\"60\"", "true"] {
            check(value, "A valid integer is required.");
        }
    }

    #[test]
    fn scopes_are_chosen_as_those_of_a_key() {
        let scopes = |value: &str| parse(&format!(r#"{{"scopes":{value}}}"#));
        let found = scopes(r#"["events:write","webhooks:read","events:write"]"#).unwrap().scopes;
        assert_eq!(found, [Scope::WebhooksRead, Scope::EventsWrite]);
        for value in ["[]", "null", r#"["admin"]"#, r#""webhooks:read""#] {
            assert!(scopes(value).unwrap_err().starts_with(r#"{"scopes":["Expected a list of"#));
        }
        let both = parse(r#"{"expires_in_seconds":1,"scopes":[]}"#).unwrap_err();
        assert!(both.contains(r#""scopes""#) && both.contains(r#""expires_in_seconds""#), "{both}");
    }

    #[test]
    fn the_way_back_is_any_url_of_the_web() {
        let request = |url: &str| parse(&serde_json::json!({ "return_url": url }).to_string());
        for url in [
            "https://platform.example/settings/webhooks?tab=1#x",
            "http://localhost:3000/",
            "https://b\u{fc}cher.example/",
            "https://192.168.0.1",
        ] {
            assert_eq!(request(url).unwrap().return_url.as_deref(), Some(url), "{url}");
        }
        assert_eq!(parse(r#"{"return_url":null}"#).unwrap().return_url, None);
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//platform.example/",
            "/settings",
            "platform.example",
            "https://user:pass@platform.example/",
            "https://user@platform.example/",
            "https://platform.example\\@evil.example/",
            "https://",
            "ftp://platform.example/",
            "https://platform.example/\na",
            "https://a\tb.example/",
        ] {
            let error = request(url).unwrap_err();
            assert_eq!(error, r#"{"return_url":["Enter a valid URL."]}"#, "{url:?}");
        }
        let long = format!("https://platform.example/{}", "a".repeat(1_000));
        assert!(request(&long).unwrap_err().contains("no more than 1024 characters"));
        assert!(request(" ").unwrap_err().contains("may not be blank"));
        for value in ["5", "true", "[]", "{}"] {
            let error = parse(&format!(r#"{{"return_url":{value}}}"#)).unwrap_err();
            assert_eq!(error, r#"{"return_url":["Enter a valid URL."]}"#, "{value}");
        }
    }

    #[test]
    fn the_way_back_is_in_the_link_and_in_the_record_of_its_key() {
        let key = api_key::mint([7; 32]);
        let back = "https://platform.example/a?b=c&d=%20#e";
        let asked = parse(&serde_json::json!({ "return_url": back }).to_string()).unwrap();
        let record = asked.key(KeyHash::of(&key).id(), "acme".parse().unwrap(), NOW);
        let link = PortalLink::new(&record, &key, "https://hooks.example.com");
        let (_, hash) = link.url.split_once('#').unwrap();
        let pairs: Vec<_> = form_urlencoded::parse(hash.as_bytes()).collect();
        assert_eq!(
            pairs,
            [("token".into(), key.expose().into()), ("return_url".into(), back.into())]
        );
        let stored = KeyRecord::from_text(&record.to_text().unwrap()).unwrap();
        assert_eq!(stored.return_url.as_deref(), Some(back));
    }

    #[test]
    fn a_link_has_the_key_behind_the_hash_and_its_record_does_not_have_it() {
        let key = api_key::mint([7; 32]);
        let id = KeyHash::of(&key).id();
        let record = parse("").unwrap().key(id, "acme".parse().unwrap(), NOW);
        assert!(record.portal);
        let link = PortalLink::new(&record, &key, "https://hooks.example.com/dashboard");
        let expected = format!("https://hooks.example.com/dashboard#token={}", key.expose());
        assert_eq!(link.url, expected);
        assert_eq!(link.expires_at.as_deref(), Some("2023-11-14T23:13:20.000+00:00"));
        assert!(!record.to_text().unwrap().contains(key.expose()));
    }
}
