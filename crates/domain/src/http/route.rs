//! Every route of the API: which method and path lead to it, and which access it requires.
//!
//! A path names a resource, with or without a trailing slash. A method says what to do with it.
//! `HEAD` is the same as `GET`: the platform drops the body.

use thiserror::Error;

use super::export::ExportFormat;
use super::resource::Resource;
use crate::auth::{Access, Scope};
use crate::base::{AccountId, EventId, KeyId, WebhookId};
use crate::event::{EventType, SampleName};
use crate::request::ListenRequest;

/// The operation that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Confirm that the dispatcher runs.
    Health,
    /// Return what the key of the request opens.
    Ping,
    /// List the event types in force.
    EventTypes,
    /// List a page of the account's webhooks.
    ListWebhooks,
    /// Create a webhook.
    CreateWebhook,
    /// Return one webhook.
    ReadWebhook(WebhookId),
    /// Return a sample of an event.
    ReadSample(SampleName),
    /// Change a webhook. `PUT` and `PATCH` do the same.
    UpdateWebhook(WebhookId),
    /// Delete a webhook.
    DeleteWebhook(WebhookId),
    /// Send a test event to a webhook.
    PingWebhook(WebhookId),
    /// Connect as the receiver of a temporary webhook.
    Listen,
    /// Replace the signing key of a webhook.
    RotateSecret(WebhookId),
    /// Return the statistics of a webhook.
    ReadStats(WebhookId),
    /// Return the deliveries of a webhook over time.
    ReadSeries(WebhookId),
    /// Return the progress of a webhook's recovery.
    ReadRecovery(WebhookId),
    /// Begin a recovery of missed deliveries.
    Recover(WebhookId),
    /// List a page of a webhook's deliveries.
    ListDeliveries(WebhookId),
    /// Export a webhook's deliveries as a file.
    ExportDeliveries(WebhookId, ExportFormat),
    /// Send the deliveries again that a filter finds.
    ResendMany(WebhookId),
    /// Return one delivery with its attempts.
    ReadDelivery(WebhookId, EventId),
    /// Return the request of a delivery's latest attempt.
    ReadSent(WebhookId, EventId),
    /// Send a delivery again.
    Resend(WebhookId, EventId),
    /// Skip a delivery.
    Skip(WebhookId, EventId),
    /// Return the alert of the account.
    ReadAlert,
    /// Create or change the alert.
    PutAlert,
    /// Delete the alert.
    DeleteAlert,
    /// Publish an event to all matching webhooks.
    Publish,
    /// Publish several events.
    PublishBatch,
    /// Test a filter with an event.
    TestFilter,
    /// Return the deliveries of an event.
    ReadEvent(EventId),
    /// Make an API key.
    MintKey,
    /// List all API keys.
    ListKeys,
    /// Revoke an API key.
    RevokeKey(KeyId),
    /// Return a page of the account's audit log.
    ReadAudit,
    /// Return the metrics of an account, for a monitoring system.
    ReadMetrics,
    /// Return what is defined of an event type.
    ReadEventType(EventType),
    /// Define an event type, or change its definition.
    PutEventType(EventType),
    /// Delete an event type that no webhook subscribes to.
    DeleteEventType(EventType),
    /// List a page of the accounts.
    ListAccounts,
    /// Return the state of an account.
    ReadAccount(AccountId),
    /// Delete the data of an account.
    DeleteAccount(AccountId),
    /// Disable an account: nothing is sent until it is enabled again.
    DisableAccount(AccountId),
    /// Enable an account.
    EnableAccount(AccountId),
    /// Make a link that opens the dashboard for an account.
    MakePortal(AccountId),
    /// Import webhooks that an account had at another sender.
    ImportWebhooks(AccountId),
    /// Return the methods of a resource.
    Options {
        /// The value of the header `Allow`.
        allow: &'static str,
    },
}

/// Why a request has no route. A caller without the required [`access`](Self::access) must
/// authenticate first.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RouteError {
    /// The path names no resource, or has an invalid id.
    #[error("Not found.")]
    NotFound {
        /// The access that a caller must have to get this answer.
        access: Access,
    },
    /// The resource does not have this method.
    #[error("Method \"{method}\" not allowed.")]
    MethodNotAllowed {
        /// The method.
        method: String,
        /// The value of the header `Allow`.
        allow: &'static str,
        /// The access that a caller must have to get this answer.
        access: Access,
    },
}

impl RouteError {
    /// The access that a caller must have to get this answer. Like the vendor's API, this one
    /// authenticates before it answers 404 or 405.
    pub fn access(&self) -> Access {
        match self {
            Self::NotFound { access } | Self::MethodNotAllowed { access, .. } => *access,
        }
    }
}

impl Route {
    /// Finds the route of a request.
    pub fn parse(method: &str, path: &str) -> Result<Self, RouteError> {
        let segments = Resource::segments(path);
        let nothing = RouteError::NotFound { access: Resource::access_of_unknown(&segments) };
        let resource = Resource::at(&segments).ok_or(nothing)?;
        let (allow, access) = (resource.allow(), resource.access());
        match (method, resource) {
            ("OPTIONS", _) => Ok(Self::Options { allow }),
            ("GET" | "HEAD", Resource::Health) => Ok(Self::Health),
            ("GET" | "HEAD", Resource::Ping) => Ok(Self::Ping),
            ("GET" | "HEAD", Resource::EventTypes) => Ok(Self::EventTypes),
            ("GET" | "HEAD", Resource::Webhooks) => Ok(Self::ListWebhooks),
            ("POST", Resource::Webhooks) => Ok(Self::CreateWebhook),
            ("GET" | "HEAD", Resource::Webhook(id)) => Ok(Self::ReadWebhook(id)),
            ("GET" | "HEAD", Resource::Sample(sample)) => Ok(Self::ReadSample(sample)),
            ("PUT" | "PATCH", Resource::Webhook(id)) => Ok(Self::UpdateWebhook(id)),
            ("DELETE", Resource::Webhook(id)) => Ok(Self::DeleteWebhook(id)),
            ("POST", Resource::WebhookPing(id)) => Ok(Self::PingWebhook(id)),
            ("GET" | "HEAD", Resource::Listen) => Ok(Self::Listen),
            ("POST", Resource::RotateSecret(id)) => Ok(Self::RotateSecret(id)),
            ("GET" | "HEAD", Resource::WebhookStats(id)) => Ok(Self::ReadStats(id)),
            ("GET" | "HEAD", Resource::WebhookSeries(id)) => Ok(Self::ReadSeries(id)),
            ("GET" | "HEAD", Resource::Recovery(id)) => Ok(Self::ReadRecovery(id)),
            ("POST", Resource::Recovery(id)) => Ok(Self::Recover(id)),
            ("GET" | "HEAD", Resource::Deliveries(id)) => Ok(Self::ListDeliveries(id)),
            ("GET" | "HEAD", Resource::Export(id, format)) => {
                Ok(Self::ExportDeliveries(id, format))
            }
            ("POST", Resource::ResendMany(id)) => Ok(Self::ResendMany(id)),
            ("GET" | "HEAD", Resource::Delivery(id, event)) => Ok(Self::ReadDelivery(id, event)),
            ("GET" | "HEAD", Resource::SentRequest(id, event)) => Ok(Self::ReadSent(id, event)),
            ("POST", Resource::Resend(id, event)) => Ok(Self::Resend(id, event)),
            ("POST", Resource::Skip(id, event)) => Ok(Self::Skip(id, event)),
            ("POST", Resource::Events) => Ok(Self::Publish),
            ("POST", Resource::EventBatch) => Ok(Self::PublishBatch),
            ("POST", Resource::FilterTest) => Ok(Self::TestFilter),
            ("GET" | "HEAD", Resource::Event(id)) => Ok(Self::ReadEvent(id)),
            ("GET" | "HEAD", Resource::Keys) => Ok(Self::ListKeys),
            ("POST", Resource::Keys) => Ok(Self::MintKey),
            ("DELETE", Resource::Key(id)) => Ok(Self::RevokeKey(id)),
            ("GET" | "HEAD", Resource::Alert) => Ok(Self::ReadAlert),
            ("PUT", Resource::Alert) => Ok(Self::PutAlert),
            ("DELETE", Resource::Alert) => Ok(Self::DeleteAlert),
            ("GET" | "HEAD", Resource::Audit) => Ok(Self::ReadAudit),
            ("GET" | "HEAD", Resource::Metrics) => Ok(Self::ReadMetrics),
            ("GET" | "HEAD", Resource::EventType(name)) => Ok(Self::ReadEventType(name)),
            ("PUT", Resource::EventType(name)) => Ok(Self::PutEventType(name)),
            ("DELETE", Resource::EventType(name)) => Ok(Self::DeleteEventType(name)),
            ("GET" | "HEAD", Resource::Accounts) => Ok(Self::ListAccounts),
            ("GET" | "HEAD", Resource::Account(account)) => Ok(Self::ReadAccount(account)),
            ("DELETE", Resource::Account(account)) => Ok(Self::DeleteAccount(account)),
            ("POST", Resource::Disable(account)) => Ok(Self::DisableAccount(account)),
            ("POST", Resource::Enable(account)) => Ok(Self::EnableAccount(account)),
            ("POST", Resource::Portal(account)) => Ok(Self::MakePortal(account)),
            ("POST", Resource::Import(account)) => Ok(Self::ImportWebhooks(account)),
            _ => Err(RouteError::MethodNotAllowed { method: method.to_owned(), allow, access }),
        }
    }

    /// The parameters that the query of a request may have.
    pub const fn parameters(&self) -> &'static [&'static str] {
        match self {
            Self::ListWebhooks => {
                &["page", "page_size", "active", "event_type", "state", "name", "q"]
            }
            Self::PingWebhook(_) => &["event_type"],
            Self::ListDeliveries(_) => &[
                "status",
                "event_type",
                "after",
                "before",
                "http_status_code",
                "fault",
                "cursor",
                "page_size",
            ],
            Self::ResendMany(_) => {
                &["status", "event_type", "after", "before", "http_status_code", "fault", "cursor"]
            }
            Self::ExportDeliveries(..) => {
                &["status", "event_type", "after", "before", "http_status_code", "fault"]
            }
            Self::ReadSeries(_) => &["from", "to", "step"],
            Self::ReadAudit => &["cursor", "page_size"],
            Self::ListAccounts => &["q", "cursor", "page_size"],
            Self::ListKeys => &["page", "page_size"],
            Self::ReadMetrics => &["account"],
            Self::Listen => &ListenRequest::PARAMETERS,
            Self::Health
            | Self::Ping
            | Self::EventTypes
            | Self::TestFilter
            | Self::ReadEventType(_)
            | Self::PutEventType(_)
            | Self::DeleteEventType(_)
            | Self::CreateWebhook
            | Self::ReadWebhook(_)
            | Self::ReadSample(_)
            | Self::UpdateWebhook(_)
            | Self::DeleteWebhook(_)
            | Self::RotateSecret(_)
            | Self::ReadStats(_)
            | Self::ReadRecovery(_)
            | Self::Recover(_)
            | Self::ReadDelivery(..)
            | Self::ReadSent(..)
            | Self::Resend(..)
            | Self::Skip(..)
            | Self::ReadAlert
            | Self::PutAlert
            | Self::DeleteAlert
            | Self::Publish
            | Self::PublishBatch
            | Self::ReadEvent(_)
            | Self::MintKey
            | Self::RevokeKey(_)
            | Self::ReadAccount(_)
            | Self::DeleteAccount(_)
            | Self::DisableAccount(_)
            | Self::EnableAccount(_)
            | Self::MakePortal(_)
            | Self::ImportWebhooks(_)
            | Self::Options { .. } => &[],
        }
    }

    /// The access that the route requires.
    pub fn access(&self) -> Access {
        match self {
            // The methods of a resource are no secret: the public documentation lists them.
            Self::Health | Self::Options { .. } => Access::Open,
            Self::Ping | Self::EventTypes => Access::AnyKeyOrAdmin,
            Self::TestFilter => Access::AnyKey,
            Self::ListWebhooks
            | Self::ReadWebhook(_)
            | Self::ReadSample(_)
            | Self::ReadStats(_)
            | Self::ReadSeries(_)
            | Self::ReadRecovery(_)
            | Self::ListDeliveries(_)
            | Self::ExportDeliveries(..)
            | Self::ReadDelivery(..)
            | Self::ReadSent(..)
            | Self::ReadEvent(_)
            | Self::ReadAlert
            | Self::ReadAudit => Access::Scope(Scope::WebhooksRead),
            Self::CreateWebhook
            | Self::UpdateWebhook(_)
            | Self::DeleteWebhook(_)
            | Self::Listen
            | Self::PingWebhook(_)
            | Self::RotateSecret(_)
            | Self::ResendMany(_)
            | Self::Resend(..)
            | Self::Skip(..)
            | Self::PutAlert
            | Self::DeleteAlert
            | Self::Recover(_) => Access::Scope(Scope::WebhooksWrite),
            Self::Publish | Self::PublishBatch => Access::Scope(Scope::EventsWrite),
            Self::MintKey
            | Self::ListKeys
            | Self::RevokeKey(_)
            | Self::ReadMetrics
            | Self::ReadEventType(_)
            | Self::PutEventType(_)
            | Self::DeleteEventType(_)
            | Self::ListAccounts
            | Self::ReadAccount(_)
            | Self::DeleteAccount(_)
            | Self::DisableAccount(_)
            | Self::EnableAccount(_)
            | Self::MakePortal(_)
            | Self::ImportWebhooks(_) => Access::Admin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event_type() -> EventType {
        EventType::to_publish("A_1").unwrap()
    }

    fn webhook() -> WebhookId {
        "abcd1234".parse().unwrap()
    }

    #[test]
    fn every_call_has_its_route_and_its_scope() {
        let read = Access::Scope(Scope::WebhooksRead);
        let write = Access::Scope(Scope::WebhooksWrite);
        let publish = Access::Scope(Scope::EventsWrite);
        let admin = Access::Admin;
        let account = || "Org_1.EU".parse().unwrap();
        let key: KeyId = "k1".parse().unwrap();
        for (method, path, route, access) in [
            ("GET", "/health", Route::Health, Access::Open),
            ("GET", "/v1/ping", Route::Ping, Access::AnyKeyOrAdmin),
            ("GET", "/v1/event-types", Route::EventTypes, Access::AnyKeyOrAdmin),
            ("POST", "/v1/filters/test", Route::TestFilter, Access::AnyKey),
            ("GET", "/v1/webhooks", Route::ListWebhooks, read),
            ("POST", "/v1/webhooks", Route::CreateWebhook, write),
            ("GET", "/v1/listen", Route::Listen, write),
            ("GET", "/v1/webhooks/abcd1234", Route::ReadWebhook(webhook()), read),
            (
                "GET",
                "/v1/webhooks/sample-vilt-registration",
                Route::ReadSample(SampleName::parse("vilt-registration").unwrap()),
                read,
            ),
            ("GET", "/v1/admin/event-types/A_1", Route::ReadEventType(event_type()), admin),
            ("PUT", "/v1/admin/event-types/A_1", Route::PutEventType(event_type()), admin),
            ("DELETE", "/v1/admin/event-types/A_1", Route::DeleteEventType(event_type()), admin),
            ("PUT", "/v1/webhooks/abcd1234", Route::UpdateWebhook(webhook()), write),
            ("PATCH", "/v1/webhooks/abcd1234", Route::UpdateWebhook(webhook()), write),
            ("DELETE", "/v1/webhooks/abcd1234", Route::DeleteWebhook(webhook()), write),
            ("POST", "/v1/webhooks/abcd1234/ping", Route::PingWebhook(webhook()), write),
            ("POST", "/v1/events", Route::Publish, publish),
            ("POST", "/v1/events/batch", Route::PublishBatch, publish),
            ("POST", "/v1/webhooks/abcd1234/rotate-secret", Route::RotateSecret(webhook()), write),
            ("POST", "/v1/admin/keys", Route::MintKey, Access::Admin),
            ("GET", "/v1/admin/keys", Route::ListKeys, Access::Admin),
            ("DELETE", "/v1/admin/keys/k1", Route::RevokeKey(key), Access::Admin),
            ("GET", "/v1/webhooks/abcd1234/stats", Route::ReadStats(webhook()), read),
            ("GET", "/v1/webhooks/abcd1234/stats/series", Route::ReadSeries(webhook()), read),
            ("GET", "/v1/alert", Route::ReadAlert, read),
            ("PUT", "/v1/alert", Route::PutAlert, write),
            ("DELETE", "/v1/alert", Route::DeleteAlert, write),
            ("GET", "/v1/audit", Route::ReadAudit, read),
            ("GET", "/metrics", Route::ReadMetrics, admin),
            ("GET", "/v1/admin/accounts", Route::ListAccounts, admin),
            ("GET", "/v1/admin/accounts/Org_1.EU", Route::ReadAccount(account()), admin),
            ("DELETE", "/v1/admin/accounts/Org_1.EU", Route::DeleteAccount(account()), admin),
            (
                "POST",
                "/v1/admin/accounts/Org_1.EU/disable",
                Route::DisableAccount(account()),
                admin,
            ),
            ("POST", "/v1/admin/accounts/Org_1.EU/enable", Route::EnableAccount(account()), admin),
            ("POST", "/v1/admin/accounts/Org_1.EU/portal", Route::MakePortal(account()), admin),
            ("POST", "/v1/admin/accounts/Org_1.EU/import", Route::ImportWebhooks(account()), admin),
        ] {
            for path in [path.to_owned(), format!("{path}/")] {
                assert_eq!(Route::parse(method, &path), Ok(route.clone()), "{method} {path}");
                if method == "GET" {
                    assert_eq!(Route::parse("HEAD", &path), Ok(route.clone()), "HEAD {path}");
                }
            }
            assert_eq!(route.access(), access, "{method} {path}");
        }
    }

    #[test]
    fn other_paths_are_not_found() {
        let check = |path: &str, access: Access| {
            for method in ["GET", "POST", "OPTIONS"] {
                let expected = Err(RouteError::NotFound { access });
                assert_eq!(Route::parse(method, path), expected, "{method} {path}");
            }
        };
        for path in ["", "/", "//", "/v2/webhooks", "/Health", "/health/x", "//health", "/health//"]
        {
            check(path, Access::Open);
        }
        for path in [
            "/v1",
            "/v1/webhook",
            "/v1/webhooks//",
            "/v1/webhooks/sample-",
            "/v1/webhooks/sample-Course",
            "/v1/webhooks/sample-a_b",
            "/v1/webhooks/ABCD",
            "/v1/webhooks/%61",
            "/v1/webhooks/a.b",
            "/v1/webhooks/a/b",
            "/v1/webhooks//ping",
            "/v1/webhooks/a/ping/x",
            "/v1/webhooks/a/stats/x",
            "/v1/webhooks/a/stats/series/x",
            "/v1/events/x/y",
            "/v1/events/A",
        ] {
            check(path, Access::AnyKey);
        }
        check("/v1/admin", Access::Admin);
        check("/v1/admin/keys/K", Access::Admin);
        check("/v1/admin/accounts/.a/disable", Access::Admin);
        for name in ["a", "PING", "WEBHOOK_FAILING", "WEBHOOK_ALERT", "A-B", ""] {
            check(&format!("/v1/admin/event-types/{name}"), Access::Admin);
        }
        check("/v1/admin/event-types", Access::Admin);
        check("/v1/admin/accounts/a%20b", Access::Admin);
        check("/v1/admin/accounts/a/enable/x", Access::Admin);
    }

    #[test]
    fn other_methods_get_the_allowed_ones() {
        let check = |method: &str, path: &str, allow: &'static str, access: Access| {
            let method_not_allowed =
                RouteError::MethodNotAllowed { method: method.to_owned(), allow, access };
            assert_eq!(Route::parse(method, path), Err(method_not_allowed), "{method} {path}");
            assert_eq!(Route::parse("OPTIONS", path), Ok(Route::Options { allow }), "{path}");
        };
        let any = Access::AnyKey;
        check("PUT", "/v1/webhooks", "GET, POST, HEAD, OPTIONS", any);
        check("get", "/v1/webhooks", "GET, POST, HEAD, OPTIONS", any);
        check("POST", "/v1/webhooks/a", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS", any);
        check("HEAD", "/v1/webhooks/a/ping", "POST, OPTIONS", any);
        check("POST", "/v1/webhooks/a/stats/series", "GET, HEAD, OPTIONS", any);
        check("GET", "/v1/events", "POST, OPTIONS", any);
        check("GET", "/v1/events/batch", "POST, OPTIONS", any);
        check("POST", "/v1/ping", "GET, HEAD, OPTIONS", any);
        check("DELETE", "/health", "GET, HEAD, OPTIONS", Access::Open);
        check("GET", "/v1/admin/keys/a", "DELETE, OPTIONS", Access::Admin);
        let account = "GET, DELETE, HEAD, OPTIONS";
        check("POST", "/v1/admin/accounts/a", account, Access::Admin);
    }
}
