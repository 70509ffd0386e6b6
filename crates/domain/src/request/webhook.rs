//! The request bodies that create and change a webhook. All errors of a body are reported together.
//!
//! A body is JSON, or a form that the Worker has parsed. `field.rs` defines what a single field
//! means.

use core::fmt::Display;
use core::marker::PhantomData;
use std::borrow::Cow;

use serde_json::value::RawValue;

use super::body::{Body, BodyError, FormValue, check_depth, not_an_object};
use super::event_types;
use super::field::{FieldError, Sent};
use super::rules::WebhookRules;
use super::signing::SigningChoice;
use crate::base::{Field, FieldErrors, WebhookId};
use crate::crypto::{SigningKey, SigningKeys, SigningSecret};
use crate::event::{ALERT, EventPatterns, EventType};
use crate::filter::FilterText;
use crate::json::{Kind, members, parse};
use crate::webhook::{
    AdditionalHeaders, BasicAuth, Configuration, DeliveryOptions, DeliveryOptionsChange, Labels,
    NewWebhook, TargetUrl, WebhookChange,
};

/// A request to create a webhook. Its secrets are not sealed.
#[derive(Debug, Clone)]
pub struct WebhookRequest {
    /// Whether the webhook starts active.
    pub active: bool,
    /// The URL that events are sent to.
    pub target_url: TargetUrl,
    /// The only event type that the webhook gets; `None` means all.
    pub event_type: Option<EventType>,
    /// The basic authentication at the receiver.
    pub basic_auth: BasicAuth,
    /// The headers that are added to every POST.
    pub additional_headers: AdditionalHeaders,
    /// The options for rate, order and retries.
    pub delivery_options: DeliveryOptions,
    /// The event types that the webhook gets, if it has a list of them.
    pub event_types: EventPatterns,
    /// The name and the metadata.
    pub labels: Labels,
    /// The secret that signs the deliveries.
    pub signing: SigningChoice,
    /// Which events the webhook gets, by their content; `None` leaves nothing out.
    pub filter: Option<FilterText>,
    /// Whether the receiver is a listener.
    pub listener: bool,
}

impl WebhookRequest {
    /// Parses a request to create a webhook.
    pub fn from_body(body: &Body, rules: WebhookRules<'_>) -> Result<Self, BodyError> {
        Self::from_fields(Fields::read(body)?, rules, None)
    }

    /// Parses a request to create an alert, the webhook that receives all operational events of the
    /// account. The event types in the body are ignored.
    pub fn of_alert(body: &Body, rules: WebhookRules<'_>) -> Result<Self, BodyError> {
        let mut request = Self::from_fields(Fields::of_alert(body)?, rules, None)?;
        request.event_type = Some(EventType::alert());
        Ok(request)
    }

    /// Parses a request to create a listener, whose target follows from its id.
    pub fn of_listener(
        body: &Body,
        id: &WebhookId,
        rules: WebhookRules<'_>,
    ) -> Result<Self, BodyError> {
        let target = TargetUrl::of_listener(id);
        let target = target.map_err(|error| FieldErrors::one(Field::TargetUrl, error))?;
        let fields = Fields { target_url: None, ..Fields::read(body)? };
        Ok(Self { listener: true, ..Self::from_fields(fields, rules, Some(target))? })
    }

    /// Reads a webhook whose target is `target`, or that of the fields.
    fn from_fields(
        mut fields: Fields<'_>,
        rules: WebhookRules<'_>,
        target: Option<TargetUrl>,
    ) -> Result<Self, BodyError> {
        let is_target_missing = target.is_none() && fields.target_url.is_none();
        let (secret, signature) = (fields.signing_secret.take(), fields.signature.take());
        let (change, mut errors) = fields.read_change(rules);
        let signing = SigningChoice::read(secret, signature, &mut errors);
        if is_target_missing {
            errors.add(Field::TargetUrl, FieldError::Required);
        }
        if change.event_type.iter().flatten().any(EventType::is_alert) {
            errors.add(Field::EventType, FieldError::NotAChoice(ALERT.to_owned()));
        }
        let secrets = change.apply_secrets(&BasicAuth::default(), &AdditionalHeaders::default());
        let secrets = errors.take_all(secrets);
        let labels = change.apply_labels(&Labels::default());
        let (event_type, event_types) = change.apply_event_types(None, &EventPatterns::default());
        let (Some((basic_auth, additional_headers)), Some(target_url), true) =
            (secrets, target.or(change.target_url), errors.is_empty())
        else {
            return Err(errors.into());
        };
        Ok(Self {
            active: change.active.unwrap_or(true),
            target_url,
            event_type,
            event_types,
            basic_auth,
            additional_headers,
            delivery_options: change.delivery_options.apply(DeliveryOptions::default()),
            labels,
            signing,
            filter: change.filter.flatten(),
            listener: false,
        })
    }

    /// The webhook to create, whose deliveries are signed with `secret`.
    pub fn signed_with(self, secret: &SigningSecret) -> NewWebhook {
        let configuration = Configuration {
            event_type: self.event_type,
            event_types: self.event_types,
            basic_auth: self.basic_auth,
            additional_headers: self.additional_headers,
            delivery_options: self.delivery_options,
            labels: self.labels,
            filter: self.filter,
            listener: self.listener,
            ..Configuration::new(self.target_url, SigningKeys::new(SigningKey::new(secret)))
        };
        NewWebhook { active: self.active, configuration }
    }
}

impl WebhookChange {
    /// Parses a change. A field that is left out keeps its value. `signing_secret` and `signature`
    /// are set only when a webhook is created; [`SigningClaim`](super::SigningClaim) checks them.
    pub fn from_body(body: &Body, rules: WebhookRules<'_>) -> Result<Self, BodyError> {
        Fields::read(body)?.change(rules)
    }

    /// Parses a change of an alert. Its event types are ignored as well.
    pub fn of_alert(body: &Body, rules: WebhookRules<'_>) -> Result<Self, BodyError> {
        Fields::of_alert(body)?.change(rules)
    }
}

/// The value that was sent for each field. Unknown fields are ignored here:
/// [`KnownFields`](super::KnownFields) refuses them, and repeated ones.
#[derive(Default)]
struct Fields<'a> {
    target_url: Option<Sent<'a>>,
    active: Option<Sent<'a>>,
    event_type: Option<Sent<'a>>,
    basic_auth_username: Option<Sent<'a>>,
    basic_auth_password: Option<Sent<'a>>,
    additional_headers: Option<Sent<'a>>,
    signing_secret: Option<Sent<'a>>,
    signature: Option<Sent<'a>>,
    max_per_second: Option<Sent<'a>>,
    max_in_flight: Option<Sent<'a>>,
    ordered: Option<Sent<'a>>,
    retry_4xx: Option<Sent<'a>>,
    name: Option<Sent<'a>>,
    metadata: Option<Sent<'a>>,
    event_types: Option<Sent<'a>>,
    filter: Option<Sent<'a>>,
    timeout_ms: Option<Sent<'a>>,
    retry: Option<Sent<'a>>,
    deactivate_on_4xx: Option<Sent<'a>>,
    hold_while_paused: Option<Sent<'a>>,
    is_form: bool,
}

impl<'a> Fields<'a> {
    fn read(body: &'a Body) -> Result<Self, BodyError> {
        match body {
            Body::Json(json) if json.is_empty() => Ok(Self::default()),
            Body::Json(json) => Self::read_json(json),
            Body::Form(pairs) => Ok(Self::read_form(pairs)),
        }
    }

    /// Reads the fields of an alert, without its event types, which are fixed.
    fn of_alert(body: &'a Body) -> Result<Self, BodyError> {
        Ok(Self { event_type: None, event_types: None, ..Self::read(body)? })
    }

    fn change(self, rules: WebhookRules<'_>) -> Result<WebhookChange, BodyError> {
        let (change, errors) = self.read_change(rules);
        if errors.is_empty() { Ok(change) } else { Err(errors.into()) }
    }

    fn read_json(body: &'a [u8]) -> Result<Self, BodyError> {
        let value = parse::parse(body, PhantomData::<&RawValue>)?.get();
        // The depth of the whole body is checked, including the fields that are ignored.
        check_depth(body)?;
        let kind = Kind::of(value.as_bytes());
        if kind == Kind::Null {
            return Err(body_error("No data provided"));
        }
        if kind != Kind::Dict {
            return Err(not_an_object(kind));
        }
        let mut fields = Self::default();
        for (name, value) in members(value)? {
            fields.set(&name, Sent::json(value));
        }
        Ok(fields)
    }

    fn read_form(pairs: &'a [(String, FormValue)]) -> Self {
        let mut fields = Self { is_form: true, ..Self::default() };
        for (name, value) in pairs {
            let sent = match value {
                FormValue::Text(text) => Sent::Text(Cow::Borrowed(text)),
                FormValue::File => Sent::File,
            };
            fields.set(name, sent);
        }
        // A form sends empty text for a field that is not filled in.
        for flag in [
            &mut fields.active,
            &mut fields.ordered,
            &mut fields.retry_4xx,
            &mut fields.deactivate_on_4xx,
            &mut fields.hold_while_paused,
        ] {
            *flag = flag.take().filter(|flag| !flag.is_blank());
        }
        fields.signing_secret = fields.signing_secret.filter(|secret| !secret.is_blank());
        fields
    }

    /// Sets the value of a field. If a flag of a form is repeated, the last value counts.
    fn set(&mut self, name: &str, sent: Sent<'a>) {
        let field = match name {
            "target_url" => &mut self.target_url,
            "active" => &mut self.active,
            "event_type" => &mut self.event_type,
            "basic_auth_username" => &mut self.basic_auth_username,
            "basic_auth_password" => &mut self.basic_auth_password,
            "additional_headers" => &mut self.additional_headers,
            "signing_secret" => &mut self.signing_secret,
            "signature" => &mut self.signature,
            "max_per_second" => &mut self.max_per_second,
            "max_in_flight" => &mut self.max_in_flight,
            "ordered" => &mut self.ordered,
            "retry_4xx" => &mut self.retry_4xx,
            "name" => &mut self.name,
            "metadata" => &mut self.metadata,
            "event_types" => &mut self.event_types,
            "filter" => &mut self.filter,
            "timeout_ms" => &mut self.timeout_ms,
            "retry" => &mut self.retry,
            "deactivate_on_4xx" => &mut self.deactivate_on_4xx,
            "hold_while_paused" => &mut self.hold_while_paused,
            _ => return,
        };
        *field = Some(sent);
    }

    /// The change that the valid fields make, and the errors of the others.
    fn read_change(self, rules: WebhookRules<'_>) -> (WebhookChange, FieldErrors) {
        let WebhookRules { event_types: types, targets, schedule } = rules;
        let mut errors = FieldErrors::default();
        let (e, is_form) = (&mut errors, self.is_form);
        let read_filter = if is_form { Sent::form_filter } else { Sent::filter };
        let mut change = WebhookChange {
            target_url: take(e, Field::TargetUrl, self.target_url, |s| s.target_url(targets)),
            active: take(e, Field::Active, self.active, Sent::flag),
            event_type: take(e, Field::EventType, self.event_type, |s| s.event_type(types)),
            basic_auth_username: {
                take(e, Field::BasicAuthUsername, self.basic_auth_username, Sent::username)
            },
            basic_auth_password: {
                take(e, Field::BasicAuthPassword, self.basic_auth_password, Sent::password)
            },
            additional_headers: {
                take_json(e, Field::AdditionalHeaders, self.additional_headers, is_form, |s| {
                    s.headers()
                })
            },
            delivery_options: DeliveryOptionsChange {
                max_per_second: take(e, Field::MaxPerSecond, self.max_per_second, Sent::rate),
                max_in_flight: take(e, Field::MaxInFlight, self.max_in_flight, Sent::in_flight),
                ordered: take(e, Field::Ordered, self.ordered, Sent::flag),
                retry_4xx: take(e, Field::Retry4xx, self.retry_4xx, Sent::flag),
                timeout: take(e, Field::TimeoutMs, self.timeout_ms, Sent::timeout),
                retry: take_json(e, Field::Retry, self.retry, is_form, |s| s.retry(schedule)),
                deactivate_on_4xx: {
                    take(e, Field::DeactivateOn4xx, self.deactivate_on_4xx, Sent::flag)
                },
                hold_while_paused: {
                    take(e, Field::HoldWhilePaused, self.hold_while_paused, Sent::flag)
                },
            },
            name: take(e, Field::Name, self.name, Sent::webhook_name),
            metadata: take_json(e, Field::Metadata, self.metadata, is_form, |s| s.metadata()),
            event_types: take_json(e, Field::EventTypes, self.event_types, is_form, |s| {
                s.event_types(types)
            }),
            filter: take(e, Field::Filter, self.filter, read_filter),
        };
        errors.take(Field::EventTypes, event_types::normalize(&mut change));
        (change, errors)
    }
}

/// Reads a field if it was sent, and adds its error to `errors`.
fn take<'a, T, E: Display>(
    errors: &mut FieldErrors,
    field: Field,
    sent: Option<Sent<'a>>,
    read: impl FnOnce(Sent<'a>) -> Result<T, E>,
) -> Option<T> {
    errors.take(field, read(sent?))
}

/// Reads a field whose value is an object or a list, which a form sends as JSON text.
fn take_json<T, E: Display + From<FieldError>>(
    errors: &mut FieldErrors,
    field: Field,
    sent: Option<Sent<'_>>,
    is_form: bool,
    read: impl for<'b> FnOnce(Sent<'b>) -> Result<T, E>,
) -> Option<T> {
    take(errors, field, sent, |sent| if is_form { sent.json_text(read) } else { read(sent) })
}

fn body_error(sentence: impl Display) -> BodyError {
    FieldErrors::one(Field::NonFieldErrors, sentence).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Secret;
    use crate::crypto::StoredSecret;
    use crate::delivery::Schedule;
    use crate::event::EventTypes;
    use crate::webhook::TargetPolicy;

    fn rules<'a>(event_types: &'a EventTypes, targets: &'a TargetPolicy) -> WebhookRules<'a> {
        WebhookRules { event_types, targets, schedule: &Schedule::DOCUMENTED }
    }

    fn create(body: &Body) -> Result<WebhookRequest, String> {
        let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
        let request = WebhookRequest::from_body(body, rules(&types, &policy));
        request.map_err(|e| error_text(&e))
    }

    fn change(body: &Body) -> Result<WebhookChange, String> {
        let (types, policy) = (EventTypes::documented(), TargetPolicy::default());
        WebhookChange::from_body(body, rules(&types, &policy)).map_err(|e| error_text(&e))
    }

    fn error_text(error: &BodyError) -> String {
        match error {
            BodyError::Json(error) => error.to_string(),
            BodyError::Fields(errors) => serde_json::to_string(errors).unwrap(),
        }
    }

    fn json(text: &str) -> Body {
        Body::Json(text.as_bytes().to_vec())
    }

    fn form(pairs: &[(&str, &str)]) -> Body {
        let text = |(name, value): &(&str, &str)| {
            ((*name).to_owned(), FormValue::Text((*value).to_owned()))
        };
        Body::Form(pairs.iter().map(text).collect())
    }

    #[test]
    fn the_documents_webhook_is_read() {
        let body = json(
            r#"{"target_url": " http://example.com/your-hook-processor ", "active": false,
                "event_type": "COURSE_ENROLLMENT", "basic_auth_username": " customer ",
                "basic_auth_password": " pass:word ", "additional_headers":
                {"x-my-new-header": "string", "client_id": "examplestring2"}, "id": "x"}"#,
        );
        let webhook = create(&body).unwrap();
        assert!(!webhook.active);
        assert_eq!(webhook.target_url.as_str(), "http://example.com/your-hook-processor");
        assert_eq!(webhook.event_type.unwrap().as_str(), "COURSE_ENROLLMENT");
        assert_eq!(webhook.basic_auth.username(), "customer");
        let password = StoredSecret::Bare(Secret::new(" pass:word ".to_owned()));
        assert_eq!(webhook.basic_auth.password(), Some(&password));
        let headers: Vec<_> = webhook.additional_headers.iter().map(|(n, _)| n).collect();
        assert_eq!(headers, ["x-my-new-header", "client_id"]);
    }

    #[test]
    fn a_target_is_required_only_to_create() {
        let required = r#"{"target_url":["This field is required."]}"#;
        for body in [json(""), json("{}"), json(r#"{"Target_URL":1}"#), form(&[])] {
            assert_eq!(create(&body).unwrap_err(), required);
            assert_eq!(change(&body), Ok(WebhookChange::default()));
        }
        let webhook = create(&form(&[("target_url", "https://example.com")])).unwrap();
        assert!(webhook.active);
        assert!(webhook.event_type.is_none());
    }

    #[test]
    fn all_bad_fields_are_reported_at_once() {
        let body = json(
            r#"{"additional_headers":[],"basic_auth_password":true,"basic_auth_username":"a:b",
                "event_type":"x","active":"x","target_url":5}"#,
        );
        let expected = [
            r#"{"target_url":["Enter a valid URL."]"#,
            r#""active":["Must be a valid boolean."]"#,
            r#""event_type":["\"x\" is not a valid choice."]"#,
            r#""basic_auth_username":["A user name may not contain a colon."]"#,
            r#""basic_auth_password":["Not a valid string."]"#,
            r#""additional_headers":["Expected a dictionary of items but got type \"list\"."]}"#,
        ]
        .join(",");
        assert_eq!(create(&body).unwrap_err(), expected);
        assert_eq!(change(&body).unwrap_err(), expected);
    }

    #[test]
    fn a_body_is_an_object() {
        let errors = |sentence| format!("{{\"non_field_errors\":[\"{sentence}\"]}}");
        for (body, sentence) in [
            ("[]", "Invalid data. Expected a dictionary, but got list."),
            (r#""x""#, "Invalid data. Expected a dictionary, but got str."),
            ("5", "Invalid data. Expected a dictionary, but got int."),
            ("5.5", "Invalid data. Expected a dictionary, but got float."),
            ("true", "Invalid data. Expected a dictionary, but got bool."),
            ("null", "No data provided"),
        ] {
            assert_eq!(create(&json(body)).unwrap_err(), errors(sentence), "{body}");
            assert_eq!(change(&json(body)).unwrap_err(), errors(sentence), "{body}");
        }
        let fault = "JSON parse error - Expecting value: line 1 column 2 (char 1)";
        assert_eq!(create(&json(" ")).unwrap_err(), fault);
        let deep = create(&json(&"[".repeat(100_000))).unwrap_err();
        assert!(deep.starts_with("JSON parse error - Nested too deeply"), "{deep}");
    }

    #[test]
    fn a_mask_is_nothing_to_create() {
        let body = json(
            r#"{"target_url":"x","basic_auth_password":"********",
                "additional_headers":{"x":"********"}}"#,
        );
        let keeps = r#"["\"********\" keeps a stored"#;
        let expected = [
            r#"{"target_url":["Enter a valid URL."]"#.to_owned(),
            format!(r#""basic_auth_password":{keeps} password, but there is none."]"#),
            format!(
                r#""additional_headers":{keeps} value, but there is no stored header \"x\"."]}}"#
            ),
        ];
        assert_eq!(create(&body).unwrap_err(), expected.join(","));
    }

    #[test]
    fn a_form_says_the_same() {
        let target = ("target_url", "https://example.com/");
        let check = |pair: (&str, &str), expected: Option<&str>| {
            let expected = expected.map(|sentence| format!("{{\"{}\":[{sentence:?}]}}", pair.0));
            assert_eq!(create(&form(&[target, pair])).err(), expected, "{pair:?}");
        };
        for value in ["", "{}", r#"{"a":"b"}"#, "null"] {
            check(("additional_headers", value), None);
        }
        for value in ["nope", "{", " ", "{}x"] {
            check(("additional_headers", value), Some("Value must be valid JSON."));
        }
        let list = "Expected a dictionary of items but got type \"list\".";
        check(("additional_headers", "[]"), Some(list));
        check(("additional_headers[a]", "\n"), None);
        check(("event_type", ""), None);
        check(("event_type", "NOPE"), Some("\"NOPE\" is not a valid choice."));
        check(("active", ""), None);
        check(("active", "maybe"), Some("Must be a valid boolean."));
        check(("target_url", ""), Some("This field may not be blank."));
        assert_eq!(change(&form(&[("active", "x"), ("active", "on")])).unwrap().active, Some(true));
        let file = |name: &str| Body::Form(vec![(name.to_owned(), FormValue::File)]);
        assert!(change(&file("upload")).is_ok());
        assert!(change(&file("target_url")).unwrap_err().contains("Enter a valid URL."));
        assert!(change(&file("basic_auth_password")).unwrap_err().contains("Not a valid string."));
    }
}
