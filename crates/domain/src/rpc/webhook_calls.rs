//! The calls that a Webhook object answers. The secrets in a call are sealed.
//!
//! Bodies and answers are JSON, except for the body of [`Accept`].

use serde::{Deserialize, Serialize};

use super::call::{Call, CallError, call_name, calls, json_call};
use super::publish_calls::{Accept, HandBack, Settle};
use crate::base::{AccountId, Delay, EventId, Seq, Timestamp, WebhookId};
use crate::crypto::{SealedSecrets, SigningKey};
use crate::delivery::{
    DeliveryView, HistoryPage, HistoryQuery, LatestFilter, Missed, RecoveryView, SeriesPart,
    SeriesQuery,
};
use crate::dispatch::{
    Created, Recovered, Resent, ResentMany, Rotated, Sent, Skipped, Stats, Updated,
};
use crate::webhook::{
    Configuration, IfMatch, NewWebhook, SuspensionNotice, WebhookChange, WebhookView,
};

calls! {
    /// A call that a Webhook object answers.
    WebhookCall {
        /// Create the webhook.
        Create,
        /// Return the webhook.
        Read,
        /// Return the webhook's configuration.
        ReadConfiguration,
        /// Change the webhook.
        Update,
        /// Change the webhook if it is in a known state.
        UpdateIf,
        /// Replace the signing key.
        RotateSecret,
        /// Delete the webhook.
        Delete,
        /// Delete the webhook if it is in a known state.
        DeleteIf,
        /// Accept events.
        Accept,
        /// Settle attempts that the Worker made.
        Settle,
        /// Take back the lease of an attempt that the Worker did not begin.
        HandBack,
        /// Do what is due, in case an alarm was lost.
        Wake,
        /// Return a page of the history.
        ListDeliveries,
        /// Return one delivery.
        FindDelivery,
        /// Return what was sent to the receiver.
        ReadSent,
        /// Send a delivery again.
        Resend,
        /// Send many deliveries again.
        ResendMany,
        /// Skip a delivery.
        Skip,
        /// Return the statistics.
        ReadStats,
        /// Return a part of a series.
        ReadSeries,
        /// Begin a recovery.
        Recover,
        /// Return the progress of the recovery.
        ReadRecovery,
        /// Delete the webhook, and return whether nothing is left of it.
        Erase,
        /// Stop or resume sending: the account was disabled or enabled.
        ApplySuspension,
    }
}

/// Creates the object's webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Create {
    /// The account of the webhook.
    pub account: AccountId,
    /// The id of the webhook.
    pub id: WebhookId,
    /// The webhook to create.
    pub webhook: SealedSecrets<NewWebhook>,
}

json_call!(Create, "create", Created);

/// Returns the webhook as its owner sees it; `None` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Read {}

json_call!(Read, "read", Option<WebhookView>);

/// Returns the configuration, which a ping needs; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadConfiguration {}

json_call!(ReadConfiguration, "configure", Option<Configuration>);

/// Changes the webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Update {
    /// The change.
    pub change: SealedSecrets<WebhookChange>,
}

/// An answer that also says whether the roster has acknowledged the change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Routed<T> {
    /// The answer itself.
    pub answer: T,
    /// Whether the roster has acknowledged the change. If not, the object reports it again later.
    pub acknowledged: bool,
}

json_call!(Update, "update", Routed<Updated>);

/// Changes the webhook if it is in one of the states that the caller knows. The answer is `None` if
/// it is in another one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UpdateIf {
    /// The change.
    pub change: SealedSecrets<WebhookChange>,
    /// The states.
    pub if_match: IfMatch,
}

json_call!(UpdateIf, "update-if", Routed<Option<Updated>>);

/// Replaces the signing key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RotateSecret {
    /// The new key.
    pub key: SealedSecrets<SigningKey>,
    /// How long the previous key continues to sign.
    pub grace: Delay,
}

json_call!(RotateSecret, "rotate-secret", Routed<Rotated>);

/// Deletes the webhook. The answer is `false` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delete {}

json_call!(Delete, "delete", Routed<bool>);

/// Deletes the webhook if it is in one of the states that the caller knows. The answer is `None` if
/// it is in another one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteIf {
    /// The states.
    pub if_match: IfMatch,
}

json_call!(DeleteIf, "delete-if", Routed<Option<bool>>);

/// Does what is due and sets the alarm again, in case the platform lost it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wake {}

json_call!(Wake, "touch", ());

/// Returns a page of the history; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListDeliveries {
    /// The filters, and the page.
    pub query: HistoryQuery,
}

json_call!(ListDeliveries, "history", Option<HistoryPage>);

/// Returns one delivery with its attempts; `None` if there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindDelivery {
    /// The event's id.
    pub event_id: EventId,
}

json_call!(FindDelivery, "delivery", Option<DeliveryView>);

/// Returns the POST of the latest attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadSent {
    /// The event's id.
    pub event_id: EventId,
}

json_call!(ReadSent, "sent", Sent);

/// Sends a delivery again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resend {
    /// The event's id.
    pub event_id: EventId,
}

json_call!(Resend, "resend", Resent);

/// Sends the deliveries of a page of the history again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResendMany {
    /// The page.
    pub query: HistoryQuery,
}

json_call!(ResendMany, "resend-many", ResentMany);

/// Skips a delivery: no further attempts are made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Skip {
    /// The event's id.
    pub event_id: EventId,
}

json_call!(Skip, "skip", Skipped);

/// Returns the statistics; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadStats {
    /// The events that the webhook's filter left out and that the object has not been told of.
    #[serde(default)]
    pub filtered: u64,
}

json_call!(ReadStats, "stats", Option<Stats>);

/// Returns a part of a series; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadSeries {
    /// The steps.
    pub query: SeriesQuery,
    /// Count only deliveries below this position; `None` for the first part.
    pub below: Option<Seq>,
}

json_call!(ReadSeries, "series", Option<SeriesPart>);

/// Begins a recovery of missed deliveries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recover {
    /// The kind of deliveries to recover.
    pub missed: Missed,
    /// Recover only deliveries accepted at this time or later.
    pub since: Option<Timestamp>,
    /// Recover only deliveries with such a latest attempt.
    #[serde(default, skip_serializing_if = "LatestFilter::is_any")]
    pub latest: LatestFilter,
}

json_call!(Recover, "recover", Recovered);

/// Returns the progress of the recovery; `None` if there is no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadRecovery {}

json_call!(ReadRecovery, "progress", Option<RecoveryView>);

/// Deletes the webhook at any stage of its life. The answer is `true` if nothing is left of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Erase {}

json_call!(Erase, "erase", bool);

/// Notifies the webhook that its account was disabled or enabled. The object acknowledges the
/// notice even if it has no webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplySuspension {
    /// The notice in force.
    pub notice: SuspensionNotice,
}

json_call!(ApplySuspension, "apply_suspension", ());

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
