//! Views of a webhook, as responses show them, and a page of views.
//!
//! A configuration leaves the product only as a view, in which every secret is [`MASK`]. KV stores
//! views for listings, so they can be deserialized too.

use core::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::configuration::{Activity, Configuration, DeactivateReason};
use crate::base::{IN_FLIGHT, MASK, WebhookId};
use crate::crypto::{Algorithm, OpenError, Opener, PublicKey, SigningKey, SigningSecret};
use crate::event::EventType;
use crate::filter::FilterText;

/// A webhook as responses show it: the vendor's fields in the vendor's order, then our own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookView {
    /// The webhook's id.
    pub id: WebhookId,
    /// The URL to which events are sent, as the owner wrote it.
    pub target_url: String,
    /// Whether the webhook is active.
    pub active: bool,
    /// Why the dispatcher deactivated the webhook, if it did.
    pub deactivate_reason: Option<DeactivateReason>,
    /// The event type that the webhook receives; `null` is every type except the operational ones.
    pub event_type: Option<EventType>,
    /// The user name, empty if there is none.
    pub basic_auth_username: String,
    /// [`MASK`], or empty if there is no password.
    pub basic_auth_password: String,
    /// The names of the additional headers, each with [`MASK`].
    pub additional_headers: MaskedHeaders,
    /// The most attempts that start within any second; absent without a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_second: Option<u32>,
    /// The most attempts in flight at a time.
    #[serde(default = "default_in_flight")]
    pub max_in_flight: u16,
    /// Whether events are sent in order; absent if not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub ordered: bool,
    /// Whether 408, 425 and 429 are retried; absent if not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub retry_4xx: bool,
    /// The public key that verifies Ed25519 signatures; absent for HMAC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_public_key: Option<PublicKey>,
    /// Which events the webhook receives, by their content; `null` leaves nothing out.
    #[serde(default)]
    pub filter: Option<FilterText>,
}

impl WebhookView {
    /// Makes the view of a webhook.
    pub fn new(id: WebhookId, configuration: &Configuration, activity: Activity) -> Self {
        let names = configuration.additional_headers.iter().map(|(name, _)| name.to_owned());
        let password = configuration.basic_auth.password();
        Self {
            id,
            target_url: configuration.target_url.as_str().to_owned(),
            active: activity.is_active(),
            deactivate_reason: activity.reason(),
            event_type: configuration.event_type.clone(),
            basic_auth_username: configuration.basic_auth.username().to_owned(),
            basic_auth_password: password.map_or("", |_| MASK).to_owned(),
            additional_headers: MaskedHeaders(names.collect()),
            max_per_second: configuration.delivery_options.max_per_second,
            max_in_flight: configuration.delivery_options.max_in_flight,
            ordered: configuration.delivery_options.ordered,
            retry_4xx: configuration.delivery_options.retry_4xx,
            signing_public_key: configuration.signing.public_key().cloned(),
            filter: configuration.filter.clone(),
        }
    }

    /// The algorithm that signs the webhook's deliveries.
    pub const fn algorithm(&self) -> Algorithm {
        if self.signing_public_key.is_some() { Algorithm::Ed25519 } else { Algorithm::Hmac }
    }
}

/// The value of a stored view without the field.
const fn default_in_flight() -> u16 {
    IN_FLIGHT
}

/// A new webhook as it was created, with its signing secret sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedWebhook {
    /// The view of the webhook.
    pub view: WebhookView,
    /// The key that signs the webhook's deliveries.
    pub key: SigningKey,
}

/// The response to a creation: the webhook, and its signing secret, which is shown only once.
#[derive(Debug, Serialize)]
pub struct CreatedView {
    #[serde(flatten)]
    webhook: WebhookView,
    #[serde(flatten)]
    signing: SigningView,
}

impl CreatedView {
    /// Makes the response to a creation.
    pub fn new(created: CreatedWebhook, opener: Opener<'_>) -> Result<Self, OpenError> {
        let secret = created.key.open(opener)?;
        let signing_secret = secret.shared().map(|text| text.expose().to_owned());
        // The webhook's view contains the public key already.
        let signing = SigningView { signing_secret, signing_public_key: None };
        Ok(Self { webhook: created.view, signing })
    }
}

/// The response to a rotation: the secret or public key that receivers verify with from now on.
#[derive(Serialize)]
pub struct SigningView {
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_public_key: Option<PublicKey>,
}

impl SigningView {
    /// Shows a secret to its owner, once.
    pub fn new(secret: &SigningSecret) -> Self {
        Self {
            signing_secret: secret.shared().map(|text| text.expose().to_owned()),
            signing_public_key: secret.public_key(),
        }
    }
}

impl fmt::Debug for SigningView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningView").finish_non_exhaustive()
    }
}

/// Header names in their order, serialized as an object whose values are [`MASK`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MaskedHeaders(Vec<String>);

impl Serialize for MaskedHeaders {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for name in &self.0 {
            map.serialize_entry(name, MASK)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for MaskedHeaders {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = MaskedHeaders;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of headers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MaskedHeaders, A::Error> {
        let mut names = Vec::new();
        while let Some((name, IgnoredAny)) = map.next_entry()? {
            names.push(name);
        }
        Ok(MaskedHeaders(names))
    }
}

/// A page of a list, in the vendor's format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing<T> {
    /// The number of items on all pages.
    pub count: usize,
    /// The URL of the next page, if there is one.
    pub next: Option<String>,
    /// The URL of the previous page, if there is one.
    pub previous: Option<String>,
    /// The items of this page.
    pub results: Vec<T>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{MasterKeys, Owner};
    use crate::event::EventTypes;
    use crate::request::{Body, WebhookRequest};
    use crate::webhook::configuration::WebhookChange;
    use crate::webhook::target::TargetPolicy;

    fn request(json: &str) -> WebhookRequest {
        let body = Body::Json(json.as_bytes().to_vec());
        let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
        WebhookRequest::from_body(&body, &types, &policy).unwrap()
    }

    fn configuration(json: &str) -> Configuration {
        let secret = SigningSecret::generate(Algorithm::Hmac, [7; 32]);
        request(json).signed_with(&secret).configuration
    }

    fn view(configuration: &Configuration, activity: Activity) -> String {
        let view = WebhookView::new("abcd1234".parse().unwrap(), configuration, activity);
        let written = serde_json::to_string(&view).unwrap();
        assert_eq!(serde_json::from_str::<WebhookView>(&written).unwrap(), view);
        written
    }

    #[test]
    fn a_bare_webhook_shows_all_fields_in_order() {
        let bare = configuration(r#"{"target_url":"HTTP://example.com"}"#);
        assert_eq!(
            view(&bare, Activity::Active),
            concat!(
                r#"{"id":"abcd1234","target_url":"HTTP://example.com","active":true,"#,
                r#""deactivate_reason":null,"event_type":null,"basic_auth_username":"","#,
                r#""basic_auth_password":"","additional_headers":{},"max_in_flight":64,"#,
                r#""filter":null}"#,
            )
        );
    }

    const FULL: &str = r#"{"target_url":"https://example.com/","event_type":"PATH_COMPLETION",
        "basic_auth_username":"user","basic_auth_password":"swordfish",
        "additional_headers":{"z":"marlin","A":""}, "filter": {"n": {"$gt": 1e400}}}"#;

    #[test]
    fn secrets_are_masked() {
        let reason = Some(DeactivateReason::RetryCount);
        assert_eq!(
            view(&configuration(FULL), Activity::Inactive { reason }),
            concat!(
                r#"{"id":"abcd1234","target_url":"https://example.com/","active":false,"#,
                r#""deactivate_reason":"RETRY_COUNT","event_type":"PATH_COMPLETION","#,
                r#""basic_auth_username":"user","basic_auth_password":"********","#,
                r#""additional_headers":{"z":"********","A":"********"},"max_in_flight":64,"#,
                r#""filter":{"n":{"$gt":1e400}}}"#,
            )
        );
    }

    #[test]
    fn a_signing_secret_is_shown_once_and_a_public_key_always() {
        let check = |algorithm: Algorithm, always: bool, tail: &str| {
            let secret = SigningSecret::generate(algorithm, [7; 32]);
            let new = request(r#"{"target_url":"https://example.com/"}"#).signed_with(&secret);
            let id = "abcd1234".parse().unwrap();
            let view = WebhookView::new(id, &new.configuration, Activity::Active);
            assert_eq!(view.algorithm(), algorithm);
            let shown = serde_json::to_string(&view).unwrap();
            assert_eq!(shown.contains(tail), always, "{shown}");
            let key = new.configuration.signing.current().clone();
            let (ring, account) = (MasterKeys::default(), "acme".parse().unwrap());
            let webhook = view.id.clone();
            let opener =
                Opener { ring: &ring, owner: Owner { account: &account, webhook: &webhook } };
            let created = CreatedView::new(CreatedWebhook { view, key }, opener).unwrap();
            let created = serde_json::to_string(&created).unwrap();
            assert!(created.contains(tail), "{created}");
            assert_eq!(created.matches("signing_").count(), 1, "{created}");
            let rotated = serde_json::to_string(&SigningView::new(&secret)).unwrap();
            assert_eq!(rotated, format!("{{{tail}}}"));
        };
        let secret = r#""signing_secret":"whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=""#;
        check(Algorithm::Hmac, false, secret);
        let key = SigningSecret::generate(Algorithm::Ed25519, [7; 32]).public_key().unwrap();
        let public = format!(r#""signing_public_key":"{}""#, key.as_str());
        check(Algorithm::Ed25519, true, &public);
    }

    #[test]
    fn a_view_written_back_changes_nothing() {
        let stored = configuration(FULL);
        let body = Body::Json(view(&stored, Activity::Active).into_bytes());
        let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
        let change = WebhookChange::from_body(&body, &types, &policy).unwrap();
        assert_eq!(change.active, Some(true));
        assert_eq!(change.apply(&stored), Ok(stored));
    }

    #[test]
    fn a_page_is_written_in_the_vendors_order() {
        let page = Listing { count: 1, next: None, previous: None, results: vec!["x"] };
        let written = serde_json::to_string(&page).unwrap();
        assert_eq!(written, r#"{"count":1,"next":null,"previous":null,"results":["x"]}"#);
    }
}
