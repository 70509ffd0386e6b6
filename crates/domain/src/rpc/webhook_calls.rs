//! The typed calls from the Worker to its Durable Objects, and from object to object, as both ends
//! see them. What an Account object answers is listed in `account_call`. A secret travels sealed.
//!
//! Body and answer are JSON, but for the events of [`Accept`].

use serde::{Deserialize, Serialize};

use super::call::{Call, CallError, call_name, calls, json_call};
use super::publish_calls::{Accept, HandBack, Settle};
use crate::base::{AccountId, Delay, EventId, Timestamp, WebhookId};
use crate::crypto::{SealedSecrets, SigningKey};
use crate::delivery::{DeliveryView, HistoryPage, HistoryQuery, Missed, RecoveryView};
use crate::dispatch::{Created, Recovered, Resent, Rotated, Skipped, Stats, Updated};
use crate::webhook::{
    Configuration, NewWebhook, RosterChange, SuspensionNotice, WebhookChange, WebhookView,
};

calls! {
    /// What a Webhook object answers.
    WebhookCall {
        /// Create the webhook.
        Create,
        /// Show it.
        Read,
        /// Show its configuration.
        Configure,
        /// Change it.
        Update,
        /// Put another signing key in force.
        RotateSecret,
        /// Delete it.
        Delete,
        /// Take in events.
        Accept,
        /// Take in what came of a try that the Worker made.
        Settle,
        /// Take back a try that the Worker did not begin.
        HandBack,
        /// Do what is due, if an alarm was lost.
        Wake,
        /// Show a page of the history.
        History,
        /// Show one delivery.
        FindDelivery,
        /// Send one again.
        Resend,
        /// Pass over one.
        Skip,
        /// Show the numbers.
        ReadStats,
        /// Recover what was missed.
        Recover,
        /// Show how far that is.
        Progress,
        /// Delete it, and say whether nothing is left.
        Erase,
        /// Stop, or go on: the account was disabled or enabled.
        ApplySuspension,
    }
}

/// Creates the webhook that the object is named for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Create {
    /// Whose it is.
    pub account: AccountId,
    /// Its id.
    pub id: WebhookId,
    /// What it is to be.
    pub webhook: SealedSecrets<NewWebhook>,
}

json_call!(Create, "create", Created);

/// Shows the webhook as its owner sees it; `None` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Read {}

json_call!(Read, "read", Option<WebhookView>);

/// Shows the configuration, its secrets sealed, for a ping; `None` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Configure {}

json_call!(Configure, "configure", Option<Configuration>);

/// Changes the webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Update {
    /// The change.
    pub change: SealedSecrets<WebhookChange>,
}

/// An answer that also says whether the roster knows of the change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Routed<T> {
    /// What the object did.
    pub answer: T,
    /// Whether the roster has acknowledged it. If not, the object goes on trying.
    pub acknowledged: bool,
}

json_call!(Update, "update", Routed<Updated>);

/// Puts another signing key in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RotateSecret {
    /// The key.
    pub key: SealedSecrets<SigningKey>,
    /// How long the one before goes on signing.
    pub grace: Delay,
}

json_call!(RotateSecret, "rotate-secret", Routed<Rotated>);

/// Deletes the webhook; `false` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delete {}

json_call!(Delete, "delete", Routed<bool>);

/// Does what is due and arms the alarm again, should the platform have lost it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wake {}

json_call!(Wake, "touch", ());

/// Shows a page of the history; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct History {
    /// Which part.
    pub query: HistoryQuery,
}

json_call!(History, "history", Option<HistoryPage>);

/// Shows one delivery with its tries; `None` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindDelivery {
    /// The event.
    pub event_id: EventId,
}

json_call!(FindDelivery, "delivery", Option<DeliveryView>);

/// Sends a delivery again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resend {
    /// The event.
    pub event_id: EventId,
}

json_call!(Resend, "resend", Resent);

/// Passes over a delivery.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Skip {
    /// The event.
    pub event_id: EventId,
}

json_call!(Skip, "skip", Skipped);

/// Shows the numbers; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadStats {}

json_call!(ReadStats, "stats", Option<Stats>);

/// Begins a recovery of what was missed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recover {
    /// Which deliveries.
    pub missed: Missed,
    /// Only those accepted at this time or later.
    pub since: Option<Timestamp>,
}

json_call!(Recover, "recover", Recovered);

/// Shows how far the recovery is; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Progress {}

json_call!(Progress, "progress", Option<RecoveryView>);

/// Deletes the webhook, wherever in its life it is; `true` if nothing is left of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Erase {}

json_call!(Erase, "erase", bool);

/// Tells that the account was disabled or enabled; answered also where there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplySuspension {
    /// What is in force.
    pub notice: SuspensionNotice,
}

json_call!(ApplySuspension, "apply_suspension", ());

/// A Webhook object's report about its row on the roster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportRosterChange {
    /// The row, or its removal.
    pub change: RosterChange,
}

/// What the roster says to a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reported {
    /// It knows this, or better.
    Known,
    /// The account has as many webhooks as it may have.
    Full,
}

json_call!(ReportRosterChange, "report", Reported);

/// Asks whether the account has a webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HasWebhook {
    /// The webhook.
    pub id: WebhookId,
}

json_call!(HasWebhook, "holds", bool);

/// Asks for all webhooks of the account, the oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListWebhooks {}

json_call!(ListWebhooks, "members", Vec<WebhookId>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_another_release_is_refused() {
        for path in ["/0/read", "/2/read", "/1/reads", "/read", "", "/1/report"] {
            let error = WebhookCall::parse(path, "{}").unwrap_err();
            assert_eq!(error, CallError::Unknown { path: path.to_owned() });
        }
        assert!(matches!(WebhookCall::parse("/1/read", "{}"), Ok(WebhookCall::Read(_))));
        assert!(matches!(WebhookCall::parse("/1/read", "["), Err(CallError::Malformed(_))));
    }
}
