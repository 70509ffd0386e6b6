//! Portal links: a link that opens the dashboard for one account, for a limited time.
//!
//! The operator makes a link for a customer who must not have the account's API key. The link
//! contains an API key that expires. This key can be listed and revoked like any other, and only
//! its hash is stored. It follows the `#` of the URL, and browsers send that part to no server.

use serde::Serialize;

use super::body::BodyError;
use super::{api_key, body};
use crate::auth::{KeyRecord, Scope};
use crate::base::{
    AccountId, Field, FieldErrors, KeyId, PORTAL_LIFETIME, PORTAL_LIFETIME_MAX,
    PORTAL_LIFETIME_MIN, Secret, Timestamp,
};

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
}

impl PortalRequest {
    /// Parses a request that is made at `now`. An empty body means the defaults. The errors of all
    /// fields are reported together.
    pub fn parse(body: &[u8], now: Timestamp) -> Result<Self, BodyError> {
        if body.is_empty() {
            return Ok(Self { scopes: SCOPES.to_vec(), expires_at: now.plus(PORTAL_LIFETIME) });
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
        match (scopes, lifetime) {
            (Some(scopes), Some(lifetime)) => Ok(Self { scopes, expires_at: now.plus(lifetime) }),
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
        }
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
    /// The link to the page at the URL `page`, with `key`.
    pub fn new(record: &'a KeyRecord, key: &Secret, page: &str) -> Self {
        Self {
            id: &record.id,
            url: format!("{page}#token={}", key.expose()),
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
