//! The calls that an Account object answers. Their bodies and answers are JSON.

use serde::{Deserialize, Serialize};

use super::call::{Call, CallError, call_name, calls, json_call};
use crate::account::{AccountState, Action, AuditPage, AuditQuery};
use crate::auth::Actor;
use crate::base::{AccountId, WebhookId};
use crate::publish::{
    Admission, Claim, Fingerprint, IdempotencyKey, KeyedRequest, Plan, PlannedEvent, Published,
};
use crate::webhook::{CreatedWebhook, RosterChange, RoutingState};

calls! {
    /// A call that an Account object answers.
    AccountCall {
        /// Apply a webhook's report to the roster.
        ReportRosterChange,
        /// Return whether the account has a webhook.
        HasWebhook,
        /// Return the ids of all webhooks.
        ListWebhooks,
        /// Decide about publishes.
        Admit,
        /// Record the outcomes of publishes with a key.
        FinishPublishes,
        /// Record publishes without a key that are incomplete.
        RecordIncomplete,
        /// Decide about the creation of a webhook with a key.
        ClaimWebhook,
        /// Record a webhook that was created with a key.
        FinishWebhook,
        /// Disable or enable the account.
        Disable,
        /// Add an entry to the audit log.
        RecordAction,
        /// Return the id of the alert.
        FindAlert,
        /// Return a page of the audit log.
        ReadAudit,
        /// Return the state of the account.
        ReadAccount,
        /// Return the routing states of all webhooks.
        ReadRoutingStates,
        /// Delete the account's data.
        DeleteAccount,
        /// Return whether events may be sent to a webhook.
        MaySend,
        /// Do what is due, in case an alarm was lost.
        RunMaintenance,
    }
}

/// Reports a Webhook object's entry to the roster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportRosterChange {
    /// The current entry, or its removal.
    pub change: RosterChange,
}

/// The roster's answer to a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reported {
    /// The roster has this version, or a newer one.
    Known,
    /// The account has reached its limit of webhooks, or already has an alert.
    Full,
}

json_call!(ReportRosterChange, "report", Reported);

/// Returns whether the account has a webhook. An account that is being deleted has none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HasWebhook {
    /// The webhook's id.
    pub id: WebhookId,
}

json_call!(HasWebhook, "holds", bool);

/// Returns the ids of all webhooks of the account, in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListWebhooks {}

json_call!(ListWebhooks, "members", Vec<WebhookId>);

/// Decides about publishes, and plans each. The plan of a publish with a key is stored under the
/// key before the call is answered. The answer has an entry for each publish.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Admit {
    /// The publishes, in the order in which they came.
    pub publishes: Vec<PublishRequest>,
}

json_call!(Admit, "admit", Vec<Admission>);

/// One publish of an [`Admit`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishRequest {
    /// The events. The answer to a repeat contains the events of the first request instead.
    pub events: Vec<PlannedEvent>,
    /// The idempotency key and the fingerprint, if the request has a key.
    pub keyed: Option<KeyedRequest>,
}

/// Reports the outcomes of publishes with a key. Returns, for each, the outcome that was recorded
/// first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishPublishes {
    /// The publishes.
    pub publishes: Vec<FinishedPublish>,
}

json_call!(FinishPublishes, "finish", Vec<Vec<Published>>);

/// The outcome of a publish with a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishedPublish {
    /// The idempotency key.
    pub key: IdempotencyKey,
    /// The outcome of each event.
    pub answers: Vec<Published>,
}

/// Records incomplete publishes that came without a key, so that each can be completed with its
/// event's id as the key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordIncomplete {
    /// The fingerprint and the plan of each publish, which has one event.
    pub publishes: Vec<(Fingerprint, Plan)>,
}

json_call!(RecordIncomplete, "remember", ());

/// Decides about the creation of a webhook with a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClaimWebhook {
    /// The idempotency key and the fingerprint.
    pub keyed: KeyedRequest,
    /// The id of the new webhook. The answer to a repeat contains the id of the first request
    /// instead.
    pub id: WebhookId,
}

json_call!(ClaimWebhook, "claim-webhook", Claim);

/// Reports a webhook that was created with a key. Returns the answer for its owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishWebhook {
    /// The idempotency key.
    pub key: IdempotencyKey,
    /// The webhook, with its sealed signing key.
    pub webhook: CreatedWebhook,
}

json_call!(FinishWebhook, "finish-webhook", CreatedWebhook);

/// Disables or enables the account. The change applies to every publish after the answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Disable {
    /// The account.
    pub account: AccountId,
    /// Whether to disable the account.
    pub disabled: bool,
    /// The actor, for the audit log.
    pub by: Actor,
}

json_call!(Disable, "disable", ());

/// Adds an entry to the audit log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordAction {
    /// The actor.
    pub by: Actor,
    /// The action of the actor.
    pub action: Action,
}

json_call!(RecordAction, "note", ());

/// Returns the id of the account's alert, the webhook that gets all its operational events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindAlert {}

json_call!(FindAlert, "find-alert", Option<WebhookId>);

/// Returns a page of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadAudit {
    /// The start and the size of the page.
    pub query: AuditQuery,
}

json_call!(ReadAudit, "audit", AuditPage);

/// Returns the state of the account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadAccount {}

json_call!(ReadAccount, "account", AccountState);

/// Returns the routing states of all webhooks of the account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadRoutingStates {}

json_call!(ReadRoutingStates, "routing_states", RoutingStatesView);

/// The routing states of an account's webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingStatesView {
    /// Whether the account is disabled.
    pub disabled: bool,
    /// The ids and routing states of the webhooks, in the order of the ids.
    pub webhooks: Vec<(WebhookId, RoutingState)>,
    /// The ids of webhooks that were removed within the last day. A new webhook cannot have one of
    /// them.
    pub removed: Vec<WebhookId>,
}

/// Begins to delete the account's data. After the answer, the account accepts no more events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteAccount {
    /// The account.
    pub account: AccountId,
    /// The actor, for the audit log.
    pub by: Actor,
}

json_call!(DeleteAccount, "delete-account", AccountState);

/// Returns whether anything may be sent to a webhook of the account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MaySend {
    /// The webhook's id.
    pub id: WebhookId,
}

json_call!(MaySend, "may-send", SendPermission);

/// Whether anything may be sent to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendPermission {
    /// Sending is allowed.
    Open,
    /// The account is disabled.
    Disabled,
    /// The account has no such webhook, or is being deleted.
    Gone,
}

/// Drops expired data and sets the alarm again, in case the platform lost it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunMaintenance {}

json_call!(RunMaintenance, "tend", ());
