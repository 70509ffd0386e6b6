//! The context of a request, for the log and the counters: the pattern of its path, and the ids in
//! it. The path itself is never written, since a caller may put a secret into it by mistake.

use crate::auth::Actor;
use crate::base::{AccountId, EventId, KeyId, WebhookId};
use crate::http::{ExportFormat, Resource};

/// The context of a request, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestContext {
    /// The pattern of the path, as in the API's contract; `None` if the path names nothing.
    pub route: Option<&'static str>,
    /// The actor, once its key has been found valid.
    pub by: Option<Actor>,
    /// The account that the request is for.
    pub account: Option<AccountId>,
    /// The webhook in the path.
    pub webhook: Option<WebhookId>,
    /// The event in the path.
    pub event: Option<EventId>,
    /// The id of the trace to which a publish belongs, 32 hexadecimal digits.
    pub trace_id: Option<String>,
    /// The API key in the path.
    pub key: Option<KeyId>,
}

impl RequestContext {
    /// The context that the path of a request gives.
    pub fn of(path: &str) -> Self {
        let Some(resource) = Resource::at(&Resource::segments(path)) else {
            return Self::default();
        };
        let route = Some(pattern(&resource));
        match resource {
            Resource::Health
            | Resource::Ping
            | Resource::EventTypes
            | Resource::Listen
            | Resource::Webhooks
            | Resource::Sample(_)
            | Resource::EventType(_)
            | Resource::Events
            | Resource::EventBatch
            | Resource::FilterTest
            | Resource::Keys
            | Resource::Alert
            | Resource::Audit
            | Resource::Accounts
            | Resource::Metrics => Self { route, ..Self::default() },
            Resource::Webhook(id)
            | Resource::WebhookPing(id)
            | Resource::RotateSecret(id)
            | Resource::WebhookStats(id)
            | Resource::WebhookSeries(id)
            | Resource::Recovery(id)
            | Resource::Deliveries(id)
            | Resource::Export(id, _)
            | Resource::ResendMany(id) => Self { route, webhook: Some(id), ..Self::default() },
            Resource::Delivery(id, event)
            | Resource::SentRequest(id, event)
            | Resource::Resend(id, event)
            | Resource::Skip(id, event) => {
                Self { route, webhook: Some(id), event: Some(event), ..Self::default() }
            }
            Resource::Event(event) => Self { route, event: Some(event), ..Self::default() },
            Resource::Key(key) => Self { route, key: Some(key), ..Self::default() },
            Resource::Account(account)
            | Resource::Disable(account)
            | Resource::Enable(account)
            | Resource::Portal(account)
            | Resource::Import(account) => {
                Self { route, account: Some(account), ..Self::default() }
            }
        }
    }
}

const fn pattern(resource: &Resource) -> &'static str {
    match resource {
        Resource::Health => "/health",
        Resource::Ping => "/v1/ping",
        Resource::EventTypes => "/v1/event-types",
        Resource::Listen => "/v1/listen",
        Resource::Webhooks => "/v1/webhooks",
        Resource::Webhook(_) => "/v1/webhooks/{id}",
        Resource::Sample(_) => "/v1/webhooks/sample-{sample}",
        Resource::WebhookPing(_) => "/v1/webhooks/{id}/ping",
        Resource::RotateSecret(_) => "/v1/webhooks/{id}/rotate-secret",
        Resource::WebhookStats(_) => "/v1/webhooks/{id}/stats",
        Resource::WebhookSeries(_) => "/v1/webhooks/{id}/stats/series",
        Resource::Recovery(_) => "/v1/webhooks/{id}/recover",
        Resource::Deliveries(_) => "/v1/webhooks/{id}/deliveries",
        Resource::Export(_, ExportFormat::Csv) => "/v1/webhooks/{id}/deliveries.csv",
        Resource::Export(_, ExportFormat::JsonLines) => "/v1/webhooks/{id}/deliveries.jsonl",
        Resource::ResendMany(_) => "/v1/webhooks/{id}/deliveries/resend",
        Resource::Delivery(..) => "/v1/webhooks/{id}/deliveries/{event_id}",
        Resource::SentRequest(..) => "/v1/webhooks/{id}/deliveries/{event_id}/request",
        Resource::Resend(..) => "/v1/webhooks/{id}/deliveries/{event_id}/resend",
        Resource::Skip(..) => "/v1/webhooks/{id}/deliveries/{event_id}/skip",
        Resource::Events => "/v1/events",
        Resource::EventBatch => "/v1/events/batch",
        Resource::FilterTest => "/v1/filters/test",
        Resource::Event(_) => "/v1/events/{event_id}",
        Resource::Keys => "/v1/admin/keys",
        Resource::Key(_) => "/v1/admin/keys/{id}",
        Resource::Alert => "/v1/alert",
        Resource::Audit => "/v1/audit",
        Resource::Metrics => "/metrics",
        Resource::EventType(_) => "/v1/admin/event-types/{name}",
        Resource::Accounts => "/v1/admin/accounts",
        Resource::Account(_) => "/v1/admin/accounts/{account}",
        Resource::Disable(_) => "/v1/admin/accounts/{account}/disable",
        Resource::Enable(_) => "/v1/admin/accounts/{account}/enable",
        Resource::Portal(_) => "/v1/admin/accounts/{account}/portal",
        Resource::Import(_) => "/v1/admin/accounts/{account}/import",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_separated_from_the_pattern() {
        let context = RequestContext::of("/v1/webhooks/w1/deliveries/e1/resend/");
        assert_eq!(context.route, Some("/v1/webhooks/{id}/deliveries/{event_id}/resend"));
        assert_eq!(context.webhook.unwrap().as_str(), "w1");
        assert_eq!(context.event.unwrap().as_str(), "e1");
        assert_eq!(RequestContext::of("/v1/admin/accounts/a-1").account.unwrap().as_str(), "a-1");
        let portal = RequestContext::of("/v1/admin/accounts/a-1/portal");
        assert_eq!(portal.route, Some("/v1/admin/accounts/{account}/portal"));
        assert_eq!(portal.account.unwrap().as_str(), "a-1");
        assert_eq!(RequestContext::of("/v1/alert").route, Some("/v1/alert"));
        assert_eq!(RequestContext::of("/v1/admin/keys/k1").key.unwrap().as_str(), "k1");
        assert_eq!(RequestContext::of("/v1/events/e1").event.unwrap().as_str(), "e1");
    }

    #[test]
    fn a_path_that_names_nothing_is_not_logged() {
        for path in ["/", "/v1/whk_secret", "/v1/webhooks/whk_Secret", "/v1/webhooks/w1/x"] {
            assert_eq!(RequestContext::of(path), RequestContext::default(), "{path}");
        }
    }
}
