//! The calls that an Account object answers. Their bodies and answers are JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::call::{Call, CallError, call_name, calls, json_call};
use crate::account::{AccountState, Action, AuditPage, AuditQuery};
use crate::auth::Actor;
use crate::base::{AccountId, WebhookId};
use crate::event::TraceContext;
use crate::publish::{
    Admission, Claim, Filters, Fingerprint, IdempotencyKey, KeyedRequest, Plan, PlannedEvent,
    Published, Routes,
};
use crate::webhook::{CreatedWebhook, RosterChange, RosterFilter, RoutingState};

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
    /// Whether to return the webhooks with the same target as well. An account of the previous
    /// release does not, so its answer is [`Membership::Known`] all the same.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub shares: bool,
}

/// The answer to a [`HasWebhook`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Membership {
    /// Whether the account has the webhook.
    Known(bool),
    /// The account has it, and these others with the same target, in the order of their ids.
    Shares(Vec<WebhookId>),
}

json_call!(HasWebhook, "holds", Membership);

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

json_call!(Admit, "admit", AdmitAnswer);

/// The answer to an [`Admit`]. Plans with the same routes share them, since a batch has many
/// publishes of one type, and an account may have a thousand webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmitAnswer {
    /// The admissions. The plans of open ones have no routes.
    admissions: Vec<Admission>,
    /// The routes of the plans.
    routes: Vec<Routes>,
    /// For each open admission, in order, which of `routes` are its own.
    shares: Vec<usize>,
    /// The filters of the webhooks in `routes`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    filters: Filters,
}

impl AdmitAnswer {
    /// The answer with these admissions, one for each publish.
    pub fn new(mut admissions: Vec<Admission>) -> Self {
        let (mut routes, mut shares) = (Vec::new(), Vec::new());
        for admission in &mut admissions {
            let Admission::Open(plan) = admission else { continue };
            let own = core::mem::take(&mut plan.routes);
            let known = routes.iter().position(|routes| *routes == own);
            shares.push(known.unwrap_or(routes.len()));
            if known.is_none() {
                routes.push(own);
            }
        }
        Self { admissions, routes, shares, filters: Filters::new() }
    }

    /// The same answer, with the filters of the webhooks in its plans.
    #[must_use]
    pub fn with_filters(self, filter: impl Fn(&WebhookId) -> Option<RosterFilter>) -> Self {
        let mut filters = Filters::new();
        for id in self.routes.iter().flat_map(Routes::values).flatten().flatten() {
            if let Some(filter) = filter(id) {
                filters.insert(id.clone(), filter);
            }
        }
        Self { filters, ..self }
    }

    /// The admissions, one for each publish in order, and the filters of the webhooks in their
    /// plans.
    pub fn into_parts(self) -> (Vec<Admission>, Filters) {
        let Self { mut admissions, routes, shares, filters } = self;
        let plans = admissions.iter_mut().filter_map(|admission| match admission {
            Admission::Open(plan) => Some(plan),
            Admission::Done(_)
            | Admission::KeyReused
            | Admission::Throttled(_)
            | Admission::Disabled
            | Admission::Deleted => None,
        });
        for (plan, share) in plans.zip(shares) {
            plan.routes = routes.get(share).cloned().unwrap_or_default();
        }
        (admissions, filters)
    }
}

/// One publish of an [`Admit`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishRequest {
    /// The events. The answer to a repeat contains the events of the first request instead.
    pub events: Vec<PlannedEvent>,
    /// The idempotency key and the fingerprint, if the request has a key.
    pub keyed: Option<KeyedRequest>,
    /// The trace of the events, if the request has a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceContext>,
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
    pub webhook: Box<CreatedWebhook>,
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
    /// Whether the account's object stores anything, as it does once the account had a key or a
    /// webhook. An object of an earlier release does not tell.
    #[serde(default = "is_used")]
    pub is_used: bool,
    /// The ids of those webhooks that are listeners, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listeners: Vec<WebhookId>,
}

const fn is_used() -> bool {
    true
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Group;
    use crate::base::{Delay, Version};
    use crate::event::EventTypes;
    use crate::filter::FilterText;

    fn open(event: usize, event_type: &str, webhooks: usize) -> Admission {
        let event_type = EventTypes::documented().get(event_type).unwrap().clone();
        let id = format!("01kawq9r8t3v5x7z9b1d3f{event:04}").parse().unwrap();
        let group = |n| -> Group { vec![format!("01kawq9r8t3v5x7z9b1d3f{n:04}").parse().unwrap()] };
        let events = vec![PlannedEvent { id, event_type }];
        Admission::Open(Plan::new(events, |_| (0..webhooks).map(group).collect()))
    }

    fn sent(admissions: &[Admission]) -> usize {
        let text = serde_json::to_string(&AdmitAnswer::new(admissions.to_vec())).unwrap();
        let answer: AdmitAnswer = serde_json::from_str(&text).unwrap();
        assert_eq!(answer.into_parts(), (admissions.to_vec(), Filters::new()));
        text.len()
    }

    #[test]
    fn an_answer_has_the_filter_of_each_webhook_once() {
        let open: Vec<_> = (0..2).map(|n| open(n, "QUIZ_COMPLETION", 3)).collect();
        let without = AdmitAnswer::new(open.clone());
        let none = serde_json::to_string(&without.clone().with_filters(|_| None)).unwrap();
        assert_eq!(none, serde_json::to_string(&without).unwrap());
        let json = r#"{"n":{"$gt":9223372036854775807}}"#;
        let filter = FilterText::parse(json).unwrap().unwrap();
        let filter_of = |id: &WebhookId| {
            let filter = filter.clone();
            id.as_str().ends_with('1').then_some(RosterFilter { version: Version::new(4), filter })
        };
        let text = serde_json::to_string(&without.with_filters(filter_of)).unwrap();
        assert_eq!(text.matches(json).count(), 1, "{text}");
        let (admissions, filters) =
            serde_json::from_str::<AdmitAnswer>(&text).unwrap().into_parts();
        assert_eq!(admissions, open);
        let filters: Vec<_> = filters.into_values().collect();
        assert_eq!(filters, [RosterFilter { version: Version::new(4), filter }]);
    }

    #[test]
    fn the_plans_of_an_answer_share_their_routes() {
        let one = sent(&[open(0, "QUIZ_COMPLETION", 1_000)]);
        let many: Vec<_> = (0..32).map(|n| open(n, "QUIZ_COMPLETION", 1_000)).collect();
        let many = sent(&many);
        assert!(one > 30_000 && many < one + 32 * 100, "{one} and {many} bytes");
        sent(&[]);
        sent(&[
            open(0, "QUIZ_COMPLETION", 2),
            Admission::KeyReused,
            open(1, "PATH_COMPLETION", 2),
            Admission::Throttled(Delay::from_secs(1)),
            open(2, "QUIZ_COMPLETION", 2),
            open(3, "QUIZ_COMPLETION", 0),
            Admission::Done(Vec::new()),
        ]);
    }
}
