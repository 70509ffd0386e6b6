//! The resources of the API: their paths, with or without a trailing slash, and their methods.

use super::export::ExportFormat;
use crate::auth::Access;
use crate::base::{AccountId, EventId, KeyId, WebhookId};
use crate::event::{EventType, SampleName};

/// The resource that a path names.
pub(crate) enum Resource {
    Health,
    Ping,
    EventTypes,
    Listen,
    Webhooks,
    Webhook(WebhookId),
    Sample(SampleName),
    WebhookPing(WebhookId),
    RotateSecret(WebhookId),
    WebhookStats(WebhookId),
    WebhookSeries(WebhookId),
    Recovery(WebhookId),
    Deliveries(WebhookId),
    Export(WebhookId, ExportFormat),
    ResendMany(WebhookId),
    Delivery(WebhookId, EventId),
    SentRequest(WebhookId, EventId),
    Resend(WebhookId, EventId),
    Skip(WebhookId, EventId),
    Events,
    EventBatch,
    FilterTest,
    Event(EventId),
    Keys,
    Key(KeyId),
    Alert,
    Audit,
    Metrics,
    EventType(EventType),
    Accounts,
    Account(AccountId),
    Disable(AccountId),
    Enable(AccountId),
    Portal(AccountId),
    Import(AccountId),
}

const SAMPLE: &str = "sample-";

fn pair(id: &str, event: &str, resource: fn(WebhookId, EventId) -> Resource) -> Option<Resource> {
    Some(resource(id.parse().ok()?, event.parse().ok()?))
}

impl Resource {
    /// The segments of a path, with or without a trailing slash.
    pub(crate) fn segments(path: &str) -> Vec<&str> {
        let path = path.strip_prefix('/').unwrap_or(path);
        path.strip_suffix('/').unwrap_or(path).split('/').collect()
    }

    /// The resource with these path segments; `None` if there is none.
    pub(crate) fn at(segments: &[&str]) -> Option<Self> {
        match segments {
            ["health"] => Some(Self::Health),
            ["metrics"] => Some(Self::Metrics),
            ["v1", "ping"] => Some(Self::Ping),
            ["v1", "event-types"] => Some(Self::EventTypes),
            ["v1", "listen"] => Some(Self::Listen),
            ["v1", "webhooks"] => Some(Self::Webhooks),
            // No id of a webhook has a hyphen, so a sample hides no webhook.
            ["v1", "webhooks", name] if name.starts_with(SAMPLE) => {
                name.strip_prefix(SAMPLE).and_then(SampleName::parse).map(Self::Sample)
            }
            ["v1", "webhooks", id] => id.parse().ok().map(Self::Webhook),
            ["v1", "webhooks", id, "ping"] => id.parse().ok().map(Self::WebhookPing),
            ["v1", "webhooks", id, "rotate-secret"] => id.parse().ok().map(Self::RotateSecret),
            ["v1", "webhooks", id, "stats"] => id.parse().ok().map(Self::WebhookStats),
            ["v1", "webhooks", id, "stats", "series"] => id.parse().ok().map(Self::WebhookSeries),
            ["v1", "webhooks", id, "recover"] => id.parse().ok().map(Self::Recovery),
            ["v1", "webhooks", id, "deliveries"] => id.parse().ok().map(Self::Deliveries),
            ["v1", "webhooks", id, "deliveries", "resend"] => id.parse().ok().map(Self::ResendMany),
            ["v1", "webhooks", id, "deliveries", event] => pair(id, event, Self::Delivery),
            ["v1", "webhooks", id, "deliveries", event, "request"] => {
                pair(id, event, Self::SentRequest)
            }
            ["v1", "webhooks", id, "deliveries", event, "resend"] => pair(id, event, Self::Resend),
            ["v1", "webhooks", id, "deliveries", event, "skip"] => pair(id, event, Self::Skip),
            ["v1", "webhooks", id, file] => {
                Some(Self::Export(id.parse().ok()?, ExportFormat::of_file(file)?))
            }
            ["v1", "events"] => Some(Self::Events),
            ["v1", "events", "batch"] => Some(Self::EventBatch),
            ["v1", "filters", "test"] => Some(Self::FilterTest),
            ["v1", "events", id] => id.parse().ok().map(Self::Event),
            ["v1", "admin", "keys"] => Some(Self::Keys),
            ["v1", "admin", "keys", id] => id.parse().ok().map(Self::Key),
            ["v1", "alert"] => Some(Self::Alert),
            ["v1", "audit"] => Some(Self::Audit),
            ["v1", "admin", "event-types", name] => {
                EventType::to_publish(name).ok().map(Self::EventType)
            }
            ["v1", "admin", "accounts"] => Some(Self::Accounts),
            ["v1", "admin", "accounts", id] => id.parse().ok().map(Self::Account),
            ["v1", "admin", "accounts", id, "disable"] => id.parse().ok().map(Self::Disable),
            ["v1", "admin", "accounts", id, "enable"] => id.parse().ok().map(Self::Enable),
            ["v1", "admin", "accounts", id, "portal"] => id.parse().ok().map(Self::Portal),
            ["v1", "admin", "accounts", id, "import"] => id.parse().ok().map(Self::Import),
            _ => None,
        }
    }

    /// The access that a caller must have to get the answer 404 for a path that names nothing.
    pub(crate) fn access_of_unknown(segments: &[&str]) -> Access {
        match segments {
            ["v1", "admin", ..] => Access::Admin,
            ["v1", ..] => Access::AnyKey,
            _ => Access::Open,
        }
    }

    /// The value of the header `Allow`, in the vendor's order.
    pub(crate) fn allow(&self) -> &'static str {
        match self {
            Self::Health
            | Self::Ping
            | Self::EventTypes
            | Self::Listen
            | Self::Sample(_)
            | Self::WebhookStats(_)
            | Self::WebhookSeries(_)
            | Self::Deliveries(_)
            | Self::Export(..)
            | Self::Delivery(..)
            | Self::SentRequest(..)
            | Self::Event(_)
            | Self::Audit
            | Self::Accounts
            | Self::Metrics => "GET, HEAD, OPTIONS",
            Self::Webhooks | Self::Keys | Self::Recovery(_) => "GET, POST, HEAD, OPTIONS",
            Self::Webhook(_) => "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
            Self::WebhookPing(_)
            | Self::RotateSecret(_)
            | Self::ResendMany(_)
            | Self::Resend(..)
            | Self::Skip(..)
            | Self::Events
            | Self::EventBatch
            | Self::FilterTest
            | Self::Disable(_)
            | Self::Enable(_)
            | Self::Portal(_)
            | Self::Import(_) => "POST, OPTIONS",
            Self::Alert | Self::EventType(_) => "GET, PUT, DELETE, HEAD, OPTIONS",
            Self::Key(_) => "DELETE, OPTIONS",
            Self::Account(_) => "GET, DELETE, HEAD, OPTIONS",
        }
    }

    /// The access that a caller must have to get the answer 405 for a method that is not allowed.
    pub(crate) fn access(&self) -> Access {
        match self {
            Self::Health => Access::Open,
            Self::Ping
            | Self::EventTypes
            | Self::Listen
            | Self::Webhooks
            | Self::Webhook(_)
            | Self::Sample(_)
            | Self::WebhookPing(_)
            | Self::RotateSecret(_)
            | Self::WebhookStats(_)
            | Self::WebhookSeries(_)
            | Self::Recovery(_)
            | Self::Deliveries(_)
            | Self::Export(..)
            | Self::ResendMany(_)
            | Self::Delivery(..)
            | Self::SentRequest(..)
            | Self::Resend(..)
            | Self::Skip(..)
            | Self::Events
            | Self::EventBatch
            | Self::FilterTest
            | Self::Event(_)
            | Self::Alert
            | Self::Audit => Access::AnyKey,
            Self::Metrics
            | Self::Keys
            | Self::Key(_)
            | Self::EventType(_)
            | Self::Accounts
            | Self::Account(_)
            | Self::Disable(_)
            | Self::Enable(_)
            | Self::Portal(_)
            | Self::Import(_) => Access::Admin,
        }
    }
}
