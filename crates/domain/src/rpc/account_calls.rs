//! The typed calls that an Account object answers, as both ends see them.

use serde::{Deserialize, Serialize};

use super::call::{Call, CallError, call_name, calls, json_call};
use super::webhook_calls::{HasWebhook, ListWebhooks, ReportRosterChange};
use crate::account::{AccountState, Action, AuditPage, AuditQuery};
use crate::auth::Actor;
use crate::base::{AccountId, WebhookId};
use crate::publish::{
    Admission, Claim, Fingerprint, IdempotencyKey, Keyed, Plan, PlannedEvent, Published,
};
use crate::webhook::{CreatedWebhook, RoutingState};

calls! {
    /// What an Account object answers.
    AccountCall {
        /// A Webhook object's report.
        ReportRosterChange,
        /// Does the account have this webhook?
        HasWebhook,
        /// Which webhooks does the account have?
        ListWebhooks,
        /// Who gets these events?
        Admit,
        /// What a publish with a key came to.
        Finish,
        /// A publish without a key that could not be carried out.
        Remember,
        /// Which webhook is to be created?
        ClaimWebhook,
        /// A webhook that was created with a key.
        FinishWebhook,
        /// Disable the account, or enable it.
        Disable,
        /// Write down a change.
        RecordAction,
        /// Which webhook is the alert?
        FindAlert,
        /// Show a page of the audit log.
        ReadAudit,
        /// Show how the account stands.
        ReadAccount,
        /// Which webhooks take events?
        ReadRoutingStates,
        /// Delete the account's data.
        DeleteAccount,
        /// May anything be sent to this webhook?
        MaySend,
        /// Do what is due, if an alarm was lost.
        RunMaintenance,
    }
}

/// Asks who gets some events. With a key, the plan is remembered under it before it is answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Admit {
    /// The events, with the ids they have if they are no repeat.
    pub events: Vec<PlannedEvent>,
    /// The key, if there is one.
    pub keyed: Option<Keyed>,
}

json_call!(Admit, "admit", Admission);

/// Reports what a publish with a key came to; answers what the publisher is to be told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finish {
    /// The key.
    pub key: IdempotencyKey,
    /// What came of each event.
    pub told: Vec<Published>,
}

json_call!(Finish, "finish", Vec<Published>);

/// Has publishes without a key remembered, so that each can be completed with its event's id as the
/// key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remember {
    /// The publishes, each of one event.
    pub publishes: Vec<(Fingerprint, Plan)>,
}

json_call!(Remember, "remember", ());

/// Asks which webhook is to be created by a request with a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClaimWebhook {
    /// The key.
    pub keyed: Keyed,
    /// The webhook's id, if this is no repeat.
    pub id: WebhookId,
}

json_call!(ClaimWebhook, "claim-webhook", Claim);

/// Reports a webhook that was created with a key; answers what its owner is to be told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishWebhook {
    /// The key.
    pub key: IdempotencyKey,
    /// The webhook.
    pub webhook: CreatedWebhook,
}

json_call!(FinishWebhook, "finish-webhook", CreatedWebhook);

/// Disables the account, or enables it. Once it is answered, that is in force for what is
/// published.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Disable {
    /// The account.
    pub account: AccountId,
    /// Whether it is to be disabled.
    pub disabled: bool,
    /// Who says so.
    pub by: Actor,
}

json_call!(Disable, "disable", ());

/// Writes down a change that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordAction {
    /// Who made it.
    pub by: Actor,
    /// What it was.
    pub action: Action,
}

json_call!(RecordAction, "note", ());

/// Asks which webhook is the alert of the account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindAlert {}

json_call!(FindAlert, "find-alert", Option<WebhookId>);

/// Shows a page of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadAudit {
    /// Which part.
    pub query: AuditQuery,
}

json_call!(ReadAudit, "audit", AuditPage);

/// Shows how the account stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadAccount {}

json_call!(ReadAccount, "account", AccountState);

/// Asks for all webhooks of the account and whether they take events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadRoutingStates {}

json_call!(ReadRoutingStates, "routing_states", RoutingStatesView);

/// How an account and its webhooks stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingStatesView {
    /// Whether the account is disabled.
    pub disabled: bool,
    /// Its webhooks, in the order of their ids.
    pub webhooks: Vec<(WebhookId, RoutingState)>,
    /// Those that were deleted not long ago: no other can have their ids yet.
    pub removed: Vec<WebhookId>,
}

/// Deletes the account's data. Once it is answered, nothing is taken any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteAccount {
    /// The account.
    pub account: AccountId,
    /// Who says so.
    pub by: Actor,
}

json_call!(DeleteAccount, "delete-account", AccountState);

/// Asks whether the account has a webhook to which something may be sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MaySend {
    /// The webhook.
    pub id: WebhookId,
}

json_call!(MaySend, "may-send", Sending);

/// Whether something may be sent to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sending {
    /// It may.
    Open,
    /// The account is disabled.
    Disabled,
    /// There is no such webhook.
    Gone,
}

/// Does what is due and arms the alarm again, should the platform have lost it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunMaintenance {}

json_call!(RunMaintenance, "tend", ());
