//! The query of `GET /v1/listen`: the fields of a new listener as a form, or the webhook of a
//! listener that goes on.

use url::form_urlencoded;

use super::body::{Body, FormValue};
use crate::base::FieldErrors;

/// What a client asks for that wants to listen.
pub enum ListenRequest {
    /// A new listener with these fields.
    New(Body),
    /// To go on as the listener with this id, which may be none.
    GoOn(String),
}

const WEBHOOK_ID: &str = "webhook_id";
const SIGNING_SECRET: &str = "signing_secret";

/// The fields of a webhook that a listener does not have: it has no target, and what its receiver
/// would be sent as a secret must not be in a URL, because URLs are logged.
const NOT_OF_LISTENERS: [&str; 4] =
    ["target_url", "basic_auth_username", "basic_auth_password", "additional_headers"];

impl ListenRequest {
    /// The parameters of the query.
    pub const PARAMETERS: [&'static str; 16] = [
        WEBHOOK_ID,
        "active",
        "event_type",
        "event_types",
        "filter",
        "name",
        "metadata",
        "timeout_ms",
        "retry",
        "max_per_second",
        "max_in_flight",
        "ordered",
        "retry_4xx",
        "deactivate_on_4xx",
        "hold_while_paused",
        "signature",
    ];

    /// Reads a query. `signing_secret` is the value of the header of that name. Fails if a
    /// parameter is one that listeners do not have, or if `webhook_id` does not stand alone.
    pub fn parse(query: &str, signing_secret: Option<&str>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut pairs = Vec::new();
        let mut webhook_id = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name == SIGNING_SECRET {
                errors.add_named(&name, "Send it in the header Signing-Secret: URLs are logged.");
            } else if NOT_OF_LISTENERS.contains(&name.as_ref()) {
                errors.add_named(&name, "A listener does not have this field.");
            } else if name == WEBHOOK_ID && webhook_id.is_none() {
                webhook_id = Some(value.into_owned());
            } else {
                pairs.push((name.into_owned(), FormValue::Text(value.into_owned())));
            }
        }
        if let Some(secret) = signing_secret {
            pairs.push((SIGNING_SECRET.to_owned(), FormValue::Text(secret.to_owned())));
        }
        if webhook_id.is_some() && !pairs.is_empty() {
            let sentence = "It stands alone: a listener that goes on keeps its fields.";
            errors.add_named(WEBHOOK_ID, sentence);
        }
        match webhook_id {
            _ if !errors.is_empty() => Err(errors),
            Some(id) => Ok(Self::GoOn(id)),
            None => Ok(Self::New(Body::Form(pairs))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Schedule;
    use crate::event::EventTypes;
    use crate::request::{KnownFields, WebhookRequest, WebhookRules};
    use crate::webhook::TargetPolicy;

    fn errors(query: &str, secret: Option<&str>) -> String {
        let errors = ListenRequest::parse(query, secret).err().unwrap();
        serde_json::to_string(&errors).unwrap()
    }

    fn created(query: &str, secret: Option<&str>) -> Result<WebhookRequest, String> {
        let Ok(ListenRequest::New(body)) = ListenRequest::parse(query, secret) else {
            return Err("not a new listener".to_owned());
        };
        let (event_types, targets) = (EventTypes::documented(), TargetPolicy::default());
        let schedule = &Schedule::DOCUMENTED;
        let rules = WebhookRules { event_types: &event_types, targets: &targets, schedule };
        let request = WebhookRequest::of_listener(&body, &"w1".parse().unwrap(), rules);
        request.map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn a_listener_has_the_fields_of_a_webhook_and_a_target_of_its_own() {
        let query = "event_types=%5B%22COURSE_*%22%5D&name=My+laptop&timeout_ms=3000&ordered=true";
        let request = created(query, None).unwrap();
        assert_eq!(request.target_url.href(), "https://w1.listen.invalid/");
        assert!(request.listener && request.active && request.delivery_options.ordered);
        assert_eq!(request.labels.name, "My laptop");
        assert!(created("", None).unwrap().event_types.is_empty());
        assert!(created("", Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).is_ok());
        for (query, secret, field) in [
            ("timeout_ms=1", None, "TimeoutMs"),
            ("event_type=NOPE", None, "EventType"),
            ("filter=%7B", None, "Filter"),
            ("", Some("whsec_a"), "SigningSecret"),
        ] {
            let error = created(query, secret).unwrap_err();
            assert!(error.contains(field), "{query}: {error}");
        }
    }

    #[test]
    fn a_query_has_no_target_and_no_secret() {
        for name in NOT_OF_LISTENERS.into_iter().chain([SIGNING_SECRET]) {
            let error = errors(&format!("{name}=x&event_type="), None);
            assert!(error.starts_with(&format!("{{\"{name}\":[")), "{error}");
        }
    }

    #[test]
    fn to_go_on_stands_alone() {
        assert!(matches!(
            ListenRequest::parse("webhook_id=w1", None),
            Ok(ListenRequest::GoOn(id)) if id == "w1"
        ));
        for (query, secret) in [
            ("webhook_id=w1&name=a", None),
            ("webhook_id=w1&webhook_id=w2", None),
            ("webhook_id=w1", Some("whsec_a")),
        ] {
            assert!(errors(query, secret).starts_with("{\"webhook_id\":["), "{query}");
        }
    }

    #[test]
    fn every_field_of_a_webhook_is_a_parameter_or_refused() {
        for field in KnownFields::WEBHOOK.taken().filter(|field| *field != SIGNING_SECRET) {
            let is_parameter = ListenRequest::PARAMETERS.contains(&field);
            assert_ne!(is_parameter, NOT_OF_LISTENERS.contains(&field), "{field}");
        }
    }
}
