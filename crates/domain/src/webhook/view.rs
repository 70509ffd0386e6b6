//! Views of a webhook, as responses show them, and a page of views.
//!
//! A configuration leaves the product only as a view, in which every secret is [`MASK`]. KV stores
//! views for listings, so they can be deserialized too.

use core::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::configuration::{Activity, Configuration, DeactivateReason};
use super::delivery_options::RetryOptions;
use super::entity_tag::EntityTag;
use super::labels::Metadata;
use super::state::WebhookState;
use crate::base::{Delay, IN_FLIGHT, MASK, Timestamp, WebhookId};
use crate::crypto::{Algorithm, OpenError, Opener, PublicKey, SigningKey, SigningSecret};
use crate::event::{EventPatterns, EventType};
use crate::filter::FilterText;

/// A webhook as responses show it: the vendor's fields in the vendor's order, then our own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the API")]
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
    /// The name; absent if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The metadata; absent if there is none.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// The event types that the webhook receives, if it has a list of them.
    #[serde(default, skip_serializing_if = "EventPatterns::is_empty")]
    pub event_types: EventPatterns,
    /// Which events the webhook receives, by their content; absent if all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<FilterText>,
    /// The longest duration of an attempt, in milliseconds; absent if it is that of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Delay>,
    /// The parts of the retry schedule that are the webhook's own; absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryOptions>,
    /// Whether a 4xx deactivates the webhook; absent if so.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub deactivate_on_4xx: bool,
    /// Whether the webhook holds what it misses while its owner has deactivated it; absent if not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub hold_while_paused: bool,
    /// Whether the receiver is a listener; absent if not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub listener: bool,
    /// The time of the creation (RFC 3339); absent in what an earlier release has stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// The time of the latest change, or of the creation (RFC 3339); absent if an earlier release
    /// has made the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The state. `None` only in what an earlier release stored; see [`Self::completed`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<WebhookState>,
    /// The account's other webhooks with the same target, of which only one gets each event. Only
    /// in answers with one webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares_target_with: Option<Vec<WebhookId>>,
    /// The tag of this state, on the way from the object to the header `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<EntityTag>,
}

impl WebhookView {
    /// Makes the view of a webhook, without its times.
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
            name: configuration.labels.name.clone(),
            metadata: configuration.labels.metadata.clone(),
            event_types: configuration.event_types.clone(),
            filter: configuration.filter.clone(),
            timeout_ms: configuration.delivery_options.timeout,
            retry: configuration.delivery_options.retry,
            deactivate_on_4xx: configuration.delivery_options.deactivate_on_4xx,
            hold_while_paused: configuration.delivery_options.hold_while_paused,
            listener: configuration.listener,
            created_at: None,
            updated_at: None,
            state: None,
            shares_target_with: None,
            tag: None,
        }
    }

    /// Adds the times of the creation and of the latest change.
    #[must_use]
    pub fn with_times(self, created: Option<Timestamp>, updated: Option<Timestamp>) -> Self {
        let (created_at, updated_at) =
            (created.map(Timestamp::rfc3339), updated.map(Timestamp::rfc3339));
        Self { created_at, updated_at, ..self }
    }

    /// Adds the state.
    #[must_use]
    pub fn with_state(self, state: WebhookState) -> Self {
        Self { state: Some(state), ..self }
    }

    /// Adds the state that an earlier release did not store. An active webhook counts as healthy,
    /// since nothing else is known of it.
    #[must_use]
    pub fn completed(self) -> Self {
        let activity = if self.active {
            Activity::Active
        } else {
            Activity::Inactive { reason: self.deactivate_reason }
        };
        let state = self.state.or(WebhookState::of_inactive(activity));
        Self { state: state.or(Some(WebhookState::Healthy)), ..self }
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

/// The value of a stored view without the field `deactivate_on_4xx`.
const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_yes(flag: &bool) -> bool {
    *flag
}

/// A webhook in an answer. Unlike a stored view, it has every field of our own, also one with the
/// default value.
#[derive(Debug, Serialize)]
pub struct WebhookAnswer(#[serde(with = "WholeView")] WebhookView);

impl From<WebhookView> for WebhookAnswer {
    fn from(view: WebhookView) -> Self {
        Self(view)
    }
}

/// How [`WebhookAnswer`] serializes a view.
#[derive(Serialize)]
#[serde(remote = "WebhookView")]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the API")]
struct WholeView {
    id: WebhookId,
    target_url: String,
    active: bool,
    deactivate_reason: Option<DeactivateReason>,
    event_type: Option<EventType>,
    basic_auth_username: String,
    basic_auth_password: String,
    additional_headers: MaskedHeaders,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_per_second: Option<u32>,
    max_in_flight: u16,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    ordered: bool,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    retry_4xx: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_public_key: Option<PublicKey>,
    name: String,
    metadata: Metadata,
    event_types: EventPatterns,
    filter: Option<FilterText>,
    timeout_ms: Option<Delay>,
    retry: Option<RetryOptions>,
    deactivate_on_4xx: bool,
    hold_while_paused: bool,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    listener: bool,
    created_at: Option<String>,
    updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<WebhookState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shares_target_with: Option<Vec<WebhookId>>,
    #[serde(skip)]
    tag: Option<EntityTag>,
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
    #[serde(flatten, with = "WholeView")]
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
    use crate::delivery::Schedule;
    use crate::event::EventTypes;
    use crate::request::{Body, WebhookRequest, WebhookRules};
    use crate::webhook::configuration::WebhookChange;
    use crate::webhook::labels::Labels;
    use crate::webhook::target::TargetPolicy;

    fn rules<'a>(event_types: &'a EventTypes, targets: &'a TargetPolicy) -> WebhookRules<'a> {
        WebhookRules { event_types, targets, schedule: &Schedule::DOCUMENTED }
    }

    fn request(json: &str) -> WebhookRequest {
        let body = Body::Json(json.as_bytes().to_vec());
        let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
        WebhookRequest::from_body(&body, rules(&types, &policy)).unwrap()
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
                r#""basic_auth_password":"","additional_headers":{},"max_in_flight":64}"#,
            )
        );
    }

    #[test]
    fn an_answer_has_our_own_fields_whatever_their_value() {
        let bare = configuration(r#"{"target_url":"https://example.com/"}"#);
        let shown = |view: WebhookView| {
            let shown = serde_json::to_string(&WebhookAnswer::from(view)).unwrap();
            let (_, own) = shown.split_once(r#""max_in_flight":64,"#).unwrap();
            own.to_owned()
        };
        let view = WebhookView::new("abcd1234".parse().unwrap(), &bare, Activity::Active);
        let defaults = concat!(
            r#""name":"","metadata":{},"event_types":[],"filter":null,"timeout_ms":null,"#,
            r#""retry":null,"#,
            r#""deactivate_on_4xx":true,"hold_while_paused":false,"#,
            r#""created_at":null,"updated_at":null}"#,
        );
        assert_eq!(shown(view.clone()), defaults);
        let labels = Labels {
            name: "Orders".to_owned(),
            metadata: Metadata::new(vec![("team".to_owned(), "a".to_owned())]).unwrap(),
        };
        let at = |secs: u64| Some(Timestamp::from_ms(secs * 1_000));
        let view = WebhookView {
            name: labels.name,
            metadata: labels.metadata,
            timeout_ms: Some(Delay::from_secs(3)),
            retry: Some(RetryOptions { limit: Some(3), ..RetryOptions::default() }),
            deactivate_on_4xx: false,
            hold_while_paused: true,
            ..view
        };
        let view = view.with_times(at(1), at(2));
        let set = concat!(
            r#""name":"Orders","metadata":{"team":"a"},"event_types":[],"filter":null,"#,
            r#""timeout_ms":3000,"retry":{"limit":3},"#,
            r#""deactivate_on_4xx":false,"hold_while_paused":true,"#,
            r#""created_at":"1970-01-01T00:00:01.000+00:00","#,
            r#""updated_at":"1970-01-01T00:00:02.000+00:00"}"#,
        );
        assert_eq!(shown(view), set);
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
        let check = |algorithm: Algorithm, field: &str| {
            let secret = SigningSecret::generate(algorithm, [7; 32]);
            let new = request(r#"{"target_url":"https://example.com/"}"#).signed_with(&secret);
            let id = "abcd1234".parse().unwrap();
            let view = WebhookView::new(id, &new.configuration, Activity::Active);
            assert_eq!(view.algorithm(), algorithm);
            let shown = serde_json::to_string(&WebhookAnswer::from(view.clone())).unwrap();
            assert_eq!(shown.contains(field), algorithm == Algorithm::Ed25519, "{shown}");
            let key = new.configuration.signing.current().clone();
            let (ring, account) = (MasterKeys::default(), "acme".parse().unwrap());
            let webhook = view.id.clone();
            let opener =
                Opener { ring: &ring, owner: Owner { account: &account, webhook: &webhook } };
            let created = CreatedView::new(CreatedWebhook { view, key }, opener).unwrap();
            let created = serde_json::to_string(&created).unwrap();
            assert!(created.contains(field), "{created}");
            assert_eq!(created.matches("signing_").count(), 1, "{created}");
            let rotated = serde_json::to_string(&SigningView::new(&secret)).unwrap();
            assert_eq!(rotated, format!("{{{field}}}"));
        };
        let secret = r#""signing_secret":"whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=""#;
        check(Algorithm::Hmac, secret);
        let key = SigningSecret::generate(Algorithm::Ed25519, [7; 32]).public_key().unwrap();
        check(Algorithm::Ed25519, &format!(r#""signing_public_key":"{}""#, key.as_str()));
    }

    #[test]
    fn a_view_written_back_changes_nothing() {
        let stored = configuration(FULL);
        let body = Body::Json(view(&stored, Activity::Active).into_bytes());
        let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
        let change = WebhookChange::from_body(&body, rules(&types, &policy)).unwrap();
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
