//! The configuration of a webhook: what its owner sets, how a change is applied, and whether the
//! webhook is active.
//!
//! It is stored and sent between the Worker and its objects with its secrets sealed. Merging,
//! comparing and showing configurations opens no secret. The webhook's deliveries, health and
//! history are elsewhere.

use serde::{Deserialize, Serialize};

use super::basic_auth::BasicAuth;
use super::delivery_options::{DeliveryOptions, DeliveryOptionsChange, present};
use super::headers::{AdditionalHeaders, HeadersChange};
use super::labels::{Labels, Metadata};
use super::target::TargetUrl;
use crate::base::{Field, FieldErrors, MASK, SecretChange};
use crate::crypto::{SigningKeys, StoredSecret};
use crate::event::{EventPatterns, EventType, Payload};
use crate::filter::{Filter, FilterText};
use crate::json::LazyValue;

/// The settings of a webhook's owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// The URL to which events are sent.
    pub target_url: TargetUrl,
    /// The event type that the webhook receives. `None` is every type except the operational ones.
    pub event_type: Option<EventType>,
    /// The credentials for the receiver.
    pub basic_auth: BasicAuth,
    /// The additional headers of every POST.
    pub additional_headers: AdditionalHeaders,
    /// The keys that sign deliveries.
    pub signing: SigningKeys,
    /// The delivery options.
    #[serde(rename = "flow", default, skip_serializing_if = "DeliveryOptions::is_default")]
    pub delivery_options: DeliveryOptions,
    /// The name and the metadata.
    #[serde(default, skip_serializing_if = "Labels::is_default")]
    pub labels: Labels,
    /// The event types that the webhook receives, if it has a list of them. Then `event_type` is
    /// `None`.
    #[serde(default, skip_serializing_if = "EventPatterns::is_empty")]
    pub event_types: EventPatterns,
    /// Which events the webhook receives, by their content. `None` leaves nothing out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<FilterText>,
    /// Whether the receiver is a listener: a client that is connected to the webhook's object.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub listener: bool,
}

impl Configuration {
    /// The configuration of a webhook that receives every event, with default options.
    pub fn new(target_url: TargetUrl, signing: SigningKeys) -> Self {
        Self {
            target_url,
            event_type: None,
            basic_auth: BasicAuth::default(),
            additional_headers: AdditionalHeaders::default(),
            signing,
            delivery_options: DeliveryOptions::default(),
            labels: Labels::default(),
            event_types: EventPatterns::default(),
            filter: None,
            listener: false,
        }
    }

    /// Whether this is the alert webhook of its account.
    pub fn is_alert(&self) -> bool {
        self.event_type.as_ref().is_some_and(EventType::is_alert)
    }

    /// Whether the webhook receives events of this type.
    pub fn receives(&self, event_type: &EventType) -> bool {
        self.event_types.receive(event_type, self.event_type.as_ref())
    }

    /// Whether the filter leaves out an event with this payload.
    pub fn filters_out(&self, payload: &Payload) -> bool {
        self.filter.as_ref().is_some_and(|filter| {
            !Filter::from_stored(filter).matches(&LazyValue::new(payload.as_text()))
        })
    }
}

/// A webhook to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWebhook {
    /// Whether the webhook is active from the start.
    pub active: bool,
    /// The owner's settings.
    pub configuration: Configuration,
}

/// A change of a webhook. A field that is `None` keeps its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebhookChange {
    /// The new target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_url: Option<TargetUrl>,
    /// Activates or deactivates the webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The new event type; `Some(None)` is every type except the operational ones.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub event_type: Option<Option<EventType>>,
    /// The new user name; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basic_auth_username: Option<String>,
    /// The new password; `Set(None)` for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basic_auth_password: Option<SecretChange<Option<StoredSecret>>>,
    /// The new headers, which replace all stored ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_headers: Option<HeadersChange>,
    /// The new delivery options.
    pub delivery_options: DeliveryOptionsChange,
    /// The new name; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new metadata, which replaces all stored entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// The new list of event types; an empty one removes the stored list. If it is not empty,
    /// `event_type` is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_types: Option<EventPatterns>,
    /// The new filter; `Some(None)` leaves nothing out.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub filter: Option<Option<FilterText>>,
}

impl WebhookChange {
    /// Returns the configuration that results from this change to the stored configuration `to`.
    pub fn apply(&self, to: &Configuration) -> Result<Configuration, FieldErrors> {
        let mut errors = FieldErrors::default();
        let secrets = self.apply_secrets(&to.basic_auth, &to.additional_headers);
        let secrets = errors.take_all(secrets);
        let (event_type, event_types) =
            self.apply_event_types(to.event_type.as_ref(), &to.event_types);
        if event_type.as_ref().is_some_and(EventType::is_alert) != to.is_alert() {
            errors.add(Field::EventType, "PUT /v1/alert makes the alert, which stays one.");
        }
        if to.listener && self.target_url.as_ref().is_some_and(|target| *target != to.target_url) {
            errors.add(Field::TargetUrl, "A listener has no target: its client is the receiver.");
        }
        let (Some((basic_auth, additional_headers)), true) = (secrets, errors.is_empty()) else {
            return Err(errors);
        };
        Ok(Configuration {
            target_url: self.target_url.clone().unwrap_or_else(|| to.target_url.clone()),
            event_type,
            basic_auth,
            additional_headers,
            signing: to.signing.clone(),
            delivery_options: self.delivery_options.apply(to.delivery_options),
            labels: self.apply_labels(&to.labels),
            event_types,
            filter: self.filter.clone().unwrap_or_else(|| to.filter.clone()),
            listener: to.listener,
        })
    }

    /// Returns the event type and the list of event types that result from this change to the
    /// stored ones. A new type replaces a stored list, and a new list replaces a stored type.
    pub fn apply_event_types(
        &self,
        event_type: Option<&EventType>,
        event_types: &EventPatterns,
    ) -> (Option<EventType>, EventPatterns) {
        match (&self.event_type, &self.event_types) {
            (Some(Some(only)), _) => (Some(only.clone()), EventPatterns::default()),
            (_, Some(list)) if !list.is_empty() => (None, list.clone()),
            (only, list) => (
                only.clone().unwrap_or_else(|| event_type.cloned()),
                list.as_ref().unwrap_or(event_types).clone(),
            ),
        }
    }

    /// Returns the labels that result from this change to the stored ones.
    pub fn apply_labels(&self, to: &Labels) -> Labels {
        Labels {
            name: self.name.as_ref().unwrap_or(&to.name).clone(),
            metadata: self.metadata.as_ref().unwrap_or(&to.metadata).clone(),
        }
    }

    /// Applies the part of the change that is checked against the stored values. It fails if a mask
    /// has no stored value, if the headers are too large in total, or if an `Authorization` header
    /// is set beside basic authentication.
    pub fn apply_secrets(
        &self,
        basic_auth: &BasicAuth,
        headers: &AdditionalHeaders,
    ) -> Result<(BasicAuth, AdditionalHeaders), FieldErrors> {
        let mut errors = FieldErrors::default();
        let basic_auth = self.basic_auth(basic_auth, &mut errors);
        let headers = match &self.additional_headers {
            None => Some(headers.clone()),
            Some(change) => errors.take(Field::AdditionalHeaders, change.apply(headers)),
        };
        let (Some(basic_auth), Some(headers)) = (basic_auth, headers) else {
            return Err(errors);
        };
        if basic_auth.is_set() && headers.get("authorization").is_some() {
            let sentence =
                "The header \"Authorization\" may not be set beside basic authentication.";
            return Err(FieldErrors::one(Field::AdditionalHeaders, sentence));
        }
        Ok((basic_auth, headers))
    }

    fn basic_auth(&self, stored: &BasicAuth, errors: &mut FieldErrors) -> Option<BasicAuth> {
        let username = self.basic_auth_username.as_deref().unwrap_or(stored.username());
        let password = match &self.basic_auth_password {
            Some(SecretChange::Set(password)) => password.as_ref(),
            Some(SecretChange::Keep) if stored.password().is_none() => {
                let sentence = format!("\"{MASK}\" keeps a stored password, but there is none.");
                errors.add(Field::BasicAuthPassword, sentence);
                return None;
            }
            None | Some(SecretChange::Keep) => stored.password(),
        };
        Some(BasicAuth::new(username.to_owned(), password.cloned()))
    }
}

/// Why the dispatcher deactivated a webhook, in the vendor's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeactivateReason {
    /// The receiver answered with a 4xx status.
    #[serde(rename = "HTTP_4XX_RESPONSE")]
    Http4xxResponse,
    /// Every attempt failed.
    RetryCount,
    /// Every attempt failed, the last one with a redirect.
    TooManyRedirects,
    /// The account is disabled.
    OrgDisabled,
}

/// Whether a webhook is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Events are sent.
    Active,
    /// No events are sent.
    Inactive {
        /// The dispatcher's reason; `None` if the owner deactivated the webhook.
        reason: Option<DeactivateReason>,
    },
}

impl Activity {
    /// The activity that an owner chooses, at the creation or later.
    pub fn by_owner(active: bool) -> Self {
        if active { Self::Active } else { Self::Inactive { reason: None } }
    }

    /// Whether the webhook is active.
    pub fn is_active(self) -> bool {
        self == Self::Active
    }

    /// Why the dispatcher deactivated the webhook; `None` if it did not.
    pub fn reason(self) -> Option<DeactivateReason> {
        match self {
            Self::Active => None,
            Self::Inactive { reason } => reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Algorithm, SigningKey, SigningSecret};
    use crate::webhook::target::TargetPolicy;

    fn target(url: &str) -> TargetUrl {
        TargetUrl::parse(url, &TargetPolicy::default()).unwrap()
    }

    fn event_type(name: &str) -> EventType {
        EventType::try_from(name.to_owned()).unwrap()
    }

    fn change_of_headers(pairs: &[(&str, &str)]) -> Option<HeadersChange> {
        let change = |text: &str| SecretChange::from_text(text.to_owned());
        let bare = |text: &str| match change(text) {
            SecretChange::Keep => SecretChange::Keep,
            SecretChange::Set(secret) => SecretChange::Set(StoredSecret::Bare(secret)),
        };
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), bare(text)));
        HeadersChange::new(pairs.collect()).ok()
    }

    fn password(text: &str) -> SecretChange<Option<StoredSecret>> {
        match SecretChange::from_text(text.to_owned()) {
            SecretChange::Keep => SecretChange::Keep,
            SecretChange::Set(secret) => {
                SecretChange::Set((!secret.is_empty()).then_some(StoredSecret::Bare(secret)))
            }
        }
    }

    fn signing_keys() -> SigningKeys {
        SigningKeys::new(SigningKey::new(&SigningSecret::generate(Algorithm::Hmac, [7; 32])))
    }

    fn stored() -> Configuration {
        let everything = WebhookChange {
            event_type: Some(Some(event_type("PATH_COMPLETION"))),
            basic_auth_username: Some("user".to_owned()),
            basic_auth_password: Some(password("swordfish")),
            additional_headers: change_of_headers(&[("X-A", "marlin"), ("x-b", "2")]),
            ..WebhookChange::default()
        };
        everything
            .apply(&Configuration::new(target("https://example.com/a"), signing_keys()))
            .unwrap()
    }

    #[test]
    fn what_is_left_out_is_kept() {
        assert_eq!(WebhookChange::default().apply(&stored()), Ok(stored()));
        let target_url = target("https://example.com/b");
        let change =
            WebhookChange { target_url: Some(target_url.clone()), ..WebhookChange::default() };
        assert_eq!(change.apply(&stored()), Ok(Configuration { target_url, ..stored() }));
    }

    #[test]
    fn masks_keep_and_blanks_clear() {
        let masked = WebhookChange {
            basic_auth_password: Some(password(MASK)),
            additional_headers: change_of_headers(&[("X-A", MASK), ("x-b", MASK)]),
            ..WebhookChange::default()
        };
        assert_eq!(masked.apply(&stored()), Ok(stored()));
        let blank = WebhookChange {
            event_type: Some(None),
            basic_auth_username: Some(String::new()),
            basic_auth_password: Some(password("")),
            additional_headers: change_of_headers(&[]),
            ..WebhookChange::default()
        };
        assert_eq!(
            blank.apply(&stored()),
            Ok(Configuration::new(target("https://example.com/a"), signing_keys()))
        );
    }

    #[test]
    fn a_mask_needs_a_stored_value() {
        let masked = WebhookChange {
            basic_auth_password: Some(password(MASK)),
            additional_headers: change_of_headers(&[("x-c", MASK)]),
            ..WebhookChange::default()
        };
        let bare = Configuration::new(target("https://example.com/"), signing_keys());
        let mut expected = FieldErrors::one(
            Field::BasicAuthPassword,
            "\"********\" keeps a stored password, but there is none.",
        );
        expected.add(
            Field::AdditionalHeaders,
            "\"********\" keeps a stored value, but there is no stored header \"x-c\".",
        );
        assert_eq!(masked.apply(&bare), Err(expected));
    }

    #[test]
    fn authorization_is_sent_once() {
        let change =
            |change: WebhookChange, to: &Configuration| change.apply(to).map_err(|_| "refused");
        let header = WebhookChange {
            additional_headers: change_of_headers(&[("AUTHORIZATION", "Bearer x")]),
            ..WebhookChange::default()
        };
        let no_basic_auth = WebhookChange {
            basic_auth_username: Some(String::new()),
            basic_auth_password: Some(password("")),
            ..WebhookChange::default()
        };
        let password =
            WebhookChange { basic_auth_password: Some(password("x")), ..WebhookChange::default() };
        assert_eq!(change(header.clone(), &stored()), Err("refused"));
        let both = WebhookChange { additional_headers: header.additional_headers, ..no_basic_auth };
        let with_header = change(both, &stored()).unwrap();
        assert_eq!(change(password, &with_header), Err("refused"));
    }

    #[test]
    fn an_event_goes_where_its_type_is_wanted() {
        let all = Configuration::new(target("https://example.com/"), signing_keys());
        assert!(all.receives(&event_type("PATH_COMPLETION")));
        assert!(stored().receives(&event_type("PATH_COMPLETION")));
        assert!(!stored().receives(&event_type("PATH_ENROLLMENT")));
    }

    #[test]
    fn a_change_survives_the_way_to_its_object() {
        for wanted in [None, Some(None), Some(Some(event_type("PATH_COMPLETION")))] {
            let change = WebhookChange { event_type: wanted, ..WebhookChange::default() };
            let sent = serde_json::to_string(&change).unwrap();
            assert_eq!(serde_json::from_str::<WebhookChange>(&sent).unwrap(), change, "{sent}");
        }
        let sent = serde_json::to_string(&stored()).unwrap();
        assert_eq!(serde_json::from_str::<Configuration>(&sent).unwrap(), stored());
    }

    #[test]
    fn reasons_are_reported_in_the_vendors_words() {
        let check = |reason: DeactivateReason, expected: &str| {
            assert_eq!(serde_json::to_string(&reason).unwrap(), format!("\"{expected}\""));
        };
        check(DeactivateReason::Http4xxResponse, "HTTP_4XX_RESPONSE");
        check(DeactivateReason::RetryCount, "RETRY_COUNT");
        check(DeactivateReason::TooManyRedirects, "TOO_MANY_REDIRECTS");
        check(DeactivateReason::OrgDisabled, "ORG_DISABLED");
    }

    #[test]
    fn nothing_prints_a_secret() {
        let change = WebhookChange {
            basic_auth_password: Some(password("swordfish")),
            ..WebhookChange::default()
        };
        for shown in [format!("{:?}", stored()), format!("{change:?}")] {
            assert!(!shown.contains("swordfish") && !shown.contains("marlin"), "{shown}");
        }
    }
}
