//! The filter of a list of webhooks: the parameters `active`, `event_type`, `state`, `name` and
//! `q`.

use url::form_urlencoded;

use crate::base::{Field, FieldErrors};
use crate::event::EventType;
use crate::webhook::{WebhookState, WebhookView};

/// The filter of a list of webhooks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookFilter {
    /// Only active webhooks, or only inactive ones.
    pub active: Option<bool>,
    /// Only webhooks that ask for this event type, which need not exist, by its name or in a list.
    /// Empty text means the webhooks that get all types.
    pub event_type: Option<String>,
    /// Only webhooks in this state.
    pub state: Option<WebhookState>,
    /// Only webhooks of exactly this name. Empty text means the webhooks without a name.
    pub name: Option<String>,
    /// Only webhooks whose name or target URL contains this text, in lower case, whatever their
    /// own case is. It is never empty.
    pub part: Option<String>,
}

impl WebhookFilter {
    /// Parses a query string without its question mark. If a parameter is repeated, the last one
    /// counts.
    pub fn parse(query: &str) -> Result<Self, FieldErrors> {
        let mut parsed = Self::default();
        let mut errors = FieldErrors::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "active" => parsed.active = errors.take(Field::Active, active(&value)),
                "event_type" => parsed.event_type = Some(value.into_owned()),
                "state" => parsed.state = errors.take(Field::State, state(&value)),
                "name" => parsed.name = Some(value.trim().to_owned()),
                "q" => {
                    let part = value.trim().to_lowercase();
                    parsed.part = (!part.is_empty()).then_some(part);
                }
                _ => {}
            }
        }
        if errors.is_empty() { Ok(parsed) } else { Err(errors) }
    }

    /// Whether the filter matches every webhook.
    pub fn matches_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the filter matches this webhook.
    pub fn matches(&self, webhook: &WebhookView) -> bool {
        self.active.is_none_or(|active| active == webhook.active)
            && self.event_type.as_ref().is_none_or(|only| asks_for(webhook, only))
            && self.state.is_none_or(|state| webhook.state == Some(state))
            && self.name.as_ref().is_none_or(|name| *name == webhook.name)
            && self.part.as_ref().is_none_or(|part| has_part(webhook, part))
    }
}

fn has_part(webhook: &WebhookView, part: &str) -> bool {
    [&webhook.name, &webhook.target_url].into_iter().any(|text| text.to_lowercase().contains(part))
}

fn asks_for(webhook: &WebhookView, event_type: &str) -> bool {
    if webhook.event_types.is_empty() {
        return webhook.event_type.as_ref().map_or("", EventType::as_str) == event_type;
    }
    let named = EventType::try_from(event_type.to_owned());
    named.is_ok_and(|named| webhook.event_types.receive(&named, None))
}

fn state(text: &str) -> Result<WebhookState, String> {
    WebhookState::named(text).ok_or_else(|| format!("\"{text}\" is not a valid choice."))
}

fn active(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("\"{text}\" is not a valid choice.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Algorithm, SigningKey, SigningKeys, SigningSecret};
    use crate::event::{EventPatterns, EventTypes};
    use crate::webhook::{Activity, Configuration, TargetPolicy, TargetUrl};

    fn webhook(active: bool, event_type: &str) -> WebhookView {
        let target = TargetUrl::parse("https://example.com/", &TargetPolicy::default()).unwrap();
        let key = SigningKey::new(&SigningSecret::generate(Algorithm::Hmac, [7; 32]));
        let mut configuration = Configuration::new(target, SigningKeys::new(key));
        configuration.event_type = EventType::try_from(event_type.to_owned()).ok();
        WebhookView::new("w1".parse().unwrap(), &configuration, Activity::by_owner(active))
    }

    #[test]
    fn a_webhook_is_wanted_by_whether_it_is_on_and_by_its_type() {
        let check = |query: &str, expected: [bool; 4]| {
            let filter = WebhookFilter::parse(query).unwrap();
            let found = [(true, ""), (false, ""), (true, "A"), (false, "B")]
                .map(|(active, event_type)| filter.matches(&webhook(active, event_type)));
            assert_eq!(found, expected, "{query:?}");
            assert_eq!(filter.matches_all(), expected == [true; 4], "{query:?}");
        };
        check("", [true, true, true, true]);
        check("page=2&x=y", [true, true, true, true]);
        check("active=true", [true, false, true, false]);
        check("active=false", [false, true, false, true]);
        check("active=true&active=false", [false, true, false, true]);
        check("event_type=A", [false, false, true, false]);
        check("event_type=", [true, true, false, false]);
        check("event_type=%41&active=false", [false, false, false, false]);
        check("event_type=nothing", [false, false, false, false]);
    }

    #[test]
    fn a_webhook_is_wanted_by_its_state() {
        let failing = webhook(true, "").with_state(WebhookState::Failing);
        for (query, expected) in [
            ("state=failing", true),
            ("state=off", false),
            ("state=off&state=failing", true),
            ("state=failing&active=false", false),
        ] {
            let filter = WebhookFilter::parse(query).unwrap();
            assert_eq!(filter.matches(&failing), expected, "{query}");
            assert!(!filter.matches_all());
        }
        for value in ["", "Failing", "failing ", "broken"] {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("state", value)
                .finish();
            let errors = WebhookFilter::parse(&query).unwrap_err();
            let sentence = format!("\"{value}\" is not a valid choice.");
            assert_eq!(errors, FieldErrors::one(Field::State, sentence));
        }
    }

    #[test]
    fn a_webhook_is_found_by_its_event_types() {
        let check = |list: &[&str], expected: [bool; 5]| {
            let entries = list.iter().map(|entry| (*entry).to_owned()).collect();
            let event_types = EventPatterns::new(entries, &EventTypes::documented()).unwrap();
            let webhook = WebhookView { event_types, ..webhook(true, "") };
            let found = ["QUIZ_COMPLETION", "COURSE_COMPLETION", "WEBHOOK_FAILING", "quiz", ""]
                .map(|only| format!("event_type={only}"))
                .map(|query| WebhookFilter::parse(&query).unwrap().matches(&webhook));
            assert_eq!(found, expected, "{list:?}");
        };
        check(&[], [false, false, false, false, true]);
        check(&["COURSE_*"], [false, true, false, false, false]);
        check(&["*", "COURSE_*"], [true, true, false, false, false]);
        check(&["QUIZ_COMPLETION", "WEBHOOK_*"], [true, false, true, false, false]);
    }

    #[test]
    fn a_webhook_is_found_by_its_name_or_a_part_of_it_or_of_its_url() {
        let named = |name: &str, url: &str| WebhookView {
            name: name.to_owned(),
            target_url: url.to_owned(),
            ..webhook(true, "")
        };
        let webhooks = [
            named("Orders", "https://Example.com/hooks"),
            named("ÄRZTE orders 2", "https://example.org/"),
            named("", "https://orders.example.net/"),
        ];
        let check = |query: &str, expected: [bool; 3]| {
            let filter = WebhookFilter::parse(query).unwrap();
            let found = webhooks.each_ref().map(|webhook| filter.matches(webhook));
            assert_eq!(found, expected, "{query:?}");
        };
        check("q=", [true, true, true]);
        check("q=%20", [true, true, true]);
        check("q=orders", [true, true, true]);
        check("q=+OrDeRs+", [true, true, true]);
        check("q=rders%202", [false, true, false]);
        check("q=%C3%A4rzte", [false, true, false]);
        check("q=example.com/H", [true, false, false]);
        check("q=EXAMPLE.NET", [false, false, true]);
        check("q=https", [true, true, true]);
        check("q=nothing", [false, false, false]);
        check("q=nothing&q=net", [false, false, true]);
        check("q=.*", [false, false, false]);
        check("name=Orders", [true, false, false]);
        check("name=orders", [false, false, false]);
        check("name=%20Orders", [true, false, false]);
        check("name=Order", [false, false, false]);
        check("name=", [false, false, true]);
        check("name=&q=example", [false, false, true]);
        check("name=Orders&q=org", [false, false, false]);
        check("q=example&active=false", [false, false, false]);
        assert!(WebhookFilter::parse("q=+&page=2").unwrap().matches_all());
        assert!(!WebhookFilter::parse("name=").unwrap().matches_all());
    }

    #[test]
    fn what_is_neither_on_nor_off_is_refused() {
        for value in ["", "True", "TRUE", "1", "yes", "true ", "null"] {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("active", value)
                .finish();
            let errors = WebhookFilter::parse(&query).unwrap_err();
            assert_eq!(
                serde_json::to_value(&errors).unwrap(),
                serde_json::json!({ "active": [format!("\"{value}\" is not a valid choice.")] }),
            );
        }
    }
}
