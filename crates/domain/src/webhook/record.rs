//! The record of a webhook, as its Webhook object stores it. The roster entry and the KV record are
//! projections of it.
//!
//! Invariants: `version` grows with every change; a projection has acknowledged at most `version`;
//! a record in stage `Deleting` holds no configuration and so no secret.

use serde::{Deserialize, Serialize};

use super::backoff::{ANSWER_TIMEOUT, delay_after};
use super::configuration::{Activity, Configuration, DeactivateReason};
use super::notice::SuspensionNotice;
use super::outbox::Outbox;
use super::state::WebhookState;
use super::view::WebhookView;
use crate::base::{
    AccountId, Delay, Epoch, Field, StoredError, Timestamp, Version, WebhookId, versioned,
};

/// The record of one webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The account of the webhook.
    pub account: AccountId,
    /// The webhook's id.
    pub id: WebhookId,
    /// The version of the record. Each change increments it.
    pub version: Version,
    /// The stage of the webhook's life.
    pub stage: Stage,
    /// The state of the projection in the roster.
    pub roster: Projection,
    /// The state of the projection in KV.
    pub kv: Projection,
    /// The operational events that wait to be published.
    #[serde(default, skip_serializing_if = "Outbox::is_new")]
    pub outbox: Outbox,
    /// Whether no attempt was made since the webhook was created or activated.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub untried: bool,
    /// The state as KV was last sent it.
    #[serde(default, skip_serializing_if = "ListedState::is_new")]
    pub listed: ListedState,
    /// Since when a listener is known to have no connection; `None` if it has one, and for any
    /// other webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disconnected_at: Option<Timestamp>,
}

impl Record {
    /// The record of a webhook that is being created. The creation has failed if it is not complete
    /// at `until`.
    pub fn creating(account: AccountId, id: WebhookId, webhook: Webhook, until: Timestamp) -> Self {
        Self {
            account,
            id,
            version: Version::new(1),
            untried: webhook.activity.is_active(),
            stage: Stage::Creating { until, webhook },
            roster: Projection::NEW,
            kv: Projection::NEW,
            outbox: Outbox::NEW,
            listed: ListedState::NEW,
            disconnected_at: None,
        }
    }

    /// Serializes the record.
    pub fn to_text(&self) -> Result<String, StoredError> {
        versioned::to_text(self)
    }

    /// Parses a stored record.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        versioned::from_text(text)
    }

    /// Deactivates a live webhook because of the outcome of an attempt that is settled at `now`.
    pub fn deactivate(&mut self, reason: DeactivateReason, now: Timestamp) {
        if let Stage::Live(webhook) = &mut self.stage {
            webhook.deactivate(Some(reason));
            self.record_change(now);
        }
    }

    /// Notes that an attempt was made. Returns whether it is the first one since the webhook was
    /// created or activated.
    pub const fn note_attempt(&mut self) -> bool {
        core::mem::replace(&mut self.untried, false)
    }

    /// Makes the projection in KV count as behind, so that it is published at `now` with another
    /// state.
    pub fn outdate_list(&mut self, now: Timestamp) {
        self.kv.acked = self.kv.acked.min(self.version.previous());
        self.listed.count(now);
    }

    /// Increments the version. Both projections are then behind, and each is published again at its
    /// `next` time.
    /// Increments the version after a change of the webhook at `now`.
    pub fn record_change(&mut self, now: Timestamp) {
        self.increment_version();
        if let Stage::Live(webhook) = &mut self.stage {
            webhook.updated_at = Some(now);
        }
    }

    /// Increments the version after anything that the owner does not see as a change of the
    /// webhook. Both projections are then behind, and each is published again at its `next` time.
    pub fn increment_version(&mut self) {
        let updated_at = match &self.stage {
            Stage::Live(webhook) => self.updated_at(webhook),
            Stage::Creating { .. } | Stage::Deleting => None,
        };
        self.version = self.version.next();
        if let Stage::Live(webhook) = &mut self.stage {
            webhook.updated_at = updated_at;
        }
    }

    /// The time of the latest change of the webhook, or of its creation. `None` if an earlier
    /// release, which did not store it, has made the latest change.
    pub fn updated_at(&self, webhook: &Webhook) -> Option<Timestamp> {
        let is_unchanged = self.version == Version::new(1);
        webhook.updated_at.or_else(|| is_unchanged.then_some(webhook.created_at))
    }

    /// The state of a projection.
    pub const fn projection(&self, target: ProjectionTarget) -> &Projection {
        match target {
            ProjectionTarget::Roster => &self.roster,
            ProjectionTarget::Kv => &self.kv,
        }
    }

    /// The state of a projection, to be changed.
    pub const fn projection_mut(&mut self, target: ProjectionTarget) -> &mut Projection {
        match target {
            ProjectionTarget::Roster => &mut self.roster,
            ProjectionTarget::Kv => &mut self.kv,
        }
    }

    /// Whether both projections have acknowledged the current version.
    pub fn is_published(&self) -> bool {
        !self.roster.is_behind(self.version) && !self.kv.is_behind(self.version)
    }
}

/// The record of a webhook in KV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicRecord {
    /// The version of the webhook's record.
    pub version: Version,
    /// The webhook as its owner sees it.
    pub webhook: WebhookView,
}

/// The stage of a webhook's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The webhook is stored, but the roster has not acknowledged it, so its creation is not
    /// confirmed.
    Creating {
        /// The time at which the unfinished creation counts as failed and is undone.
        until: Timestamp,
        /// The webhook that is being created.
        webhook: Webhook,
    },
    /// The webhook exists.
    Live(Webhook),
    /// The webhook is deleted. Its object stays until both projections have acknowledged the
    /// deletion.
    Deleting,
}

/// A webhook that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The owner's settings.
    pub configuration: Configuration,
    /// Whether the webhook is active.
    pub activity: Activity,
    /// The epoch to which new deliveries belong.
    pub epoch: Epoch,
    /// The time of the webhook's creation.
    pub created_at: Timestamp,
    /// The time of the latest change. `None` before the first one, and after a change that an
    /// earlier release has made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// The newest notice from its account.
    #[serde(default, skip_serializing_if = "SuspensionNotice::is_none")]
    pub notice: SuspensionNotice,
}

impl Webhook {
    /// Whether events are sent now: the webhook is active and its account is not disabled.
    pub fn sends(&self) -> bool {
        self.activity == Activity::Active && !self.notice.suspended
    }

    /// Whether the webhook is inactive and holds what it misses: if the dispatcher deactivated it,
    /// always, and if its owner did, by the option `hold_while_paused`.
    pub const fn holds(&self) -> bool {
        match self.activity {
            Activity::Active => false,
            Activity::Inactive { reason: Some(_) } => true,
            Activity::Inactive { reason: None } => {
                self.configuration.delivery_options.hold_while_paused
            }
        }
    }

    /// The activity as the owner sees it. While the account is disabled, every webhook is shown as
    /// inactive for that reason.
    pub const fn shown_activity(&self) -> Activity {
        if self.notice.suspended {
            Activity::Inactive { reason: Some(DeactivateReason::OrgDisabled) }
        } else {
            self.activity
        }
    }

    /// Deactivates the webhook and begins a new epoch, so every waiting delivery becomes
    /// undelivered. `reason` is `None` if the owner deactivated it.
    pub fn deactivate(&mut self, reason: Option<DeactivateReason>) {
        self.activity = Activity::Inactive { reason };
        self.epoch = self.epoch.next();
    }
}

/// The two projections of a webhook's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProjectionTarget {
    /// The webhook's entry in the account's roster, which fan-out reads.
    Roster,
    /// The webhook's public record in KV, which listings read.
    Kv,
}

/// The state of one projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Projection {
    /// The newest acknowledged version; 0 before the first.
    pub acked: Version,
    /// Earliest time of the next publish: in the future while one is in flight, after a failure,
    /// and for an interval after an acknowledgement.
    pub next: Timestamp,
    /// The number of failures in a row.
    pub failures: u32,
}

impl Projection {
    /// The state before the first publish.
    pub const NEW: Self = Self { acked: Version::new(0), next: Timestamp::EPOCH, failures: 0 };

    /// Whether `version` is not yet acknowledged.
    pub fn is_behind(&self, version: Version) -> bool {
        self.acked < version
    }

    /// Notes that a publish was sent at `now`. Without an answer, it is repeated after
    /// `ANSWER_TIMEOUT`.
    pub fn sent(&mut self, now: Timestamp) {
        self.next = now.plus(ANSWER_TIMEOUT);
    }

    /// Notes that `version` was acknowledged. The next publish follows after `interval` at the
    /// earliest.
    pub fn acknowledged(&mut self, version: Version, now: Timestamp, interval: Delay) {
        self.acked = self.acked.max(version);
        self.failures = 0;
        self.next = now.plus(interval);
    }

    /// Notes that a publish failed or got no answer, and schedules a repeat.
    pub fn failed(&mut self, now: Timestamp) {
        self.next = now.plus(delay_after(self.failures));
        self.failures = self.failures.saturating_add(1);
    }
}

/// The shortest average interval between changes of the state that KV is sent. A webhook whose
/// receiver fails now and then would otherwise cost a write to KV for each failure.
pub const STATE_INTERVAL: Delay = Delay::from_secs(60);

/// The changes of the state that KV is sent at once: those of a test, or of a short outage.
pub const STATES_AT_ONCE: u64 = 5;

/// The state as KV was last sent it, and when it may be sent another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedState {
    /// The state; `None` before the first publication.
    pub state: Option<WebhookState>,
    /// The time at which the changes so far would have been due at one in each [`STATE_INTERVAL`]
    /// (generic cell rate algorithm, ITU-T I.371).
    paid_until: Timestamp,
}

impl Default for ListedState {
    fn default() -> Self {
        Self::NEW
    }
}

impl ListedState {
    /// The state before the first publication.
    pub const NEW: Self = Self { state: None, paid_until: Timestamp::EPOCH };

    /// Whether nothing is to be stored.
    pub fn is_new(&self) -> bool {
        *self == Self::NEW
    }

    /// Earliest time of the next change.
    pub const fn next_due(&self) -> Timestamp {
        let ahead = STATE_INTERVAL.as_ms().saturating_mul(STATES_AT_ONCE.saturating_sub(1));
        self.paid_until.minus(Delay::from_ms(ahead))
    }

    fn count(&mut self, now: Timestamp) {
        self.paid_until = self.paid_until.max(now).plus(STATE_INTERVAL);
    }
}

/// The fields in which two states of a webhook differ.
pub fn changed_fields(before: &Webhook, after: &Webhook) -> Vec<Field> {
    let (was, is) = (&before.configuration, &after.configuration);
    let is_active = |webhook: &Webhook| webhook.activity == Activity::Active;
    [
        (Field::TargetUrl, was.target_url != is.target_url),
        (Field::Active, is_active(before) != is_active(after)),
        (Field::EventType, was.event_type != is.event_type),
        (Field::BasicAuthUsername, was.basic_auth.username() != is.basic_auth.username()),
        (Field::BasicAuthPassword, was.basic_auth.password() != is.basic_auth.password()),
        (Field::AdditionalHeaders, was.additional_headers != is.additional_headers),
        (
            Field::MaxPerSecond,
            was.delivery_options.max_per_second != is.delivery_options.max_per_second,
        ),
        (
            Field::MaxInFlight,
            was.delivery_options.max_in_flight != is.delivery_options.max_in_flight,
        ),
        (Field::Ordered, was.delivery_options.ordered != is.delivery_options.ordered),
        (Field::Retry4xx, was.delivery_options.retry_4xx != is.delivery_options.retry_4xx),
        (Field::Name, was.labels.name != is.labels.name),
        (Field::Metadata, was.labels.metadata != is.labels.metadata),
        (Field::EventTypes, was.event_types != is.event_types),
        (Field::Filter, was.filter != is.filter),
        (Field::TimeoutMs, was.delivery_options.timeout != is.delivery_options.timeout),
        (Field::Retry, was.delivery_options.retry != is.delivery_options.retry),
        (
            Field::DeactivateOn4xx,
            was.delivery_options.deactivate_on_4xx != is.delivery_options.deactivate_on_4xx,
        ),
        (
            Field::HoldWhilePaused,
            was.delivery_options.hold_while_paused != is.delivery_options.hold_while_paused,
        ),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect()
}
