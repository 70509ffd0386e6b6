//! What a Webhook object knows about its webhook: the authority that the roster row and the KV
//! record are projected from.
//!
//! Invariants: `version` grows with every change; a projection has acknowledged at most `version`;
//! a record that is `Deleting` holds no configuration, so no secret.

use serde::{Deserialize, Serialize};

use super::backoff::{PATIENCE, pause_after};
use super::configuration::{Activity, Configuration, DeactivateReason};
use super::notice::SuspensionNotice;
use super::outbox::Outbox;
use super::view::WebhookView;
use crate::base::{
    AccountId, Delay, Epoch, Field, StoredError, Timestamp, Version, WebhookId, versioned,
};

/// The record of one webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Whose webhook it is.
    pub account: AccountId,
    /// Its id.
    pub id: WebhookId,
    /// Counts the changes.
    pub version: Version,
    /// Where in its life it is.
    pub stage: Stage,
    /// How far the roster row is.
    pub roster: Projection,
    /// How far the KV record is.
    pub kv: Projection,
    /// What of it is still to be told.
    #[serde(default, skip_serializing_if = "Outbox::is_new")]
    pub outbox: Outbox,
}

impl Record {
    /// The record of a webhook that is being created; whoever waits for it gives up at `until`.
    pub const fn creating(
        account: AccountId,
        id: WebhookId,
        webhook: Webhook,
        until: Timestamp,
    ) -> Self {
        Self {
            account,
            id,
            version: Version::new(1),
            stage: Stage::Creating { until, webhook },
            roster: Projection::NEW,
            kv: Projection::NEW,
            outbox: Outbox::NEW,
        }
    }

    /// The stored form.
    pub fn to_text(&self) -> Result<String, StoredError> {
        versioned::to_text(self)
    }

    /// Reads a stored form.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        versioned::from_text(text)
    }

    /// Deactivates the webhook because of what its receiver answered, or did not.
    pub fn deactivate(&mut self, reason: DeactivateReason) {
        if let Stage::Live(webhook) = &mut self.stage {
            webhook.switch_off(Some(reason));
            self.change();
        }
    }

    /// Makes it a new version: both projections are behind, and may be published at once unless one
    /// is on its way.
    pub fn change(&mut self) {
        self.version = self.version.next();
    }

    /// How far a projection is.
    pub const fn projection(&self, place: ProjectionTarget) -> &Projection {
        match place {
            ProjectionTarget::Roster => &self.roster,
            ProjectionTarget::Kv => &self.kv,
        }
    }

    /// The same, to be moved on.
    pub const fn projection_mut(&mut self, place: ProjectionTarget) -> &mut Projection {
        match place {
            ProjectionTarget::Roster => &mut self.roster,
            ProjectionTarget::Kv => &mut self.kv,
        }
    }

    /// Whether both places know the newest version.
    pub fn is_published(&self) -> bool {
        !self.roster.is_behind(self.version) && !self.kv.is_behind(self.version)
    }
}

/// What KV holds of a webhook: what its owner sees, and of which version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicRecord {
    /// The version of the webhook's record.
    pub version: Version,
    /// The webhook as its owner sees it.
    pub webhook: WebhookView,
}

/// Where in its life a webhook is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Stored, but not yet on the roster; nobody was told that it exists.
    Creating {
        /// When the creation counts as failed and is undone.
        until: Timestamp,
        /// What it will be.
        webhook: Webhook,
    },
    /// It exists.
    Live(Webhook),
    /// Deleted; the object stays until both projections know.
    Deleting,
}

/// A webhook that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// What its owner set.
    pub configuration: Configuration,
    /// Whether events are POSTed to it.
    pub activity: Activity,
    /// The stretch of its life that new deliveries belong to.
    pub epoch: Epoch,
    /// When it was created.
    pub created_at: Timestamp,
    /// The newest notice of its account.
    #[serde(default, skip_serializing_if = "SuspensionNotice::is_none")]
    pub notice: SuspensionNotice,
}

impl Webhook {
    /// Whether anything is sent to it now.
    pub fn sends(&self) -> bool {
        self.activity == Activity::Active && !self.notice.suspended
    }

    /// Whether it is switched on, as its owner sees it: not while its account is disabled, whatever
    /// it will be after that.
    pub const fn shown_activity(&self) -> Activity {
        if self.notice.suspended {
            Activity::Inactive { reason: Some(DeactivateReason::OrgDisabled) }
        } else {
            self.activity
        }
    }

    /// Switches it off: waiting deliveries are undelivered from here on. `reason` is `None` when
    /// its owner did it.
    pub fn switch_off(&mut self, reason: Option<DeactivateReason>) {
        self.activity = Activity::Inactive { reason };
        self.epoch = self.epoch.next();
    }
}

/// The two places that a webhook's record is projected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProjectionTarget {
    /// Its row on the account's roster, which fan-out asks.
    Roster,
    /// Its public record in KV, which listing reads.
    Kv,
}

/// How far one projection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Projection {
    /// The newest version that the place has acknowledged; 0 before the first.
    pub acked: Version,
    /// Not published again before this time: one is on its way, or the last one failed.
    pub next: Timestamp,
    /// How many have failed in a row.
    pub failures: u32,
}

impl Projection {
    /// Nothing published yet.
    pub const NEW: Self = Self { acked: Version::new(0), next: Timestamp::EPOCH, failures: 0 };

    /// Whether the place does not know `version` yet.
    pub fn is_behind(&self, version: Version) -> bool {
        self.acked < version
    }

    /// One was sent at `now`; if nothing is heard of it, the next goes out after a while.
    pub fn sent(&mut self, now: Timestamp) {
        self.next = now.plus(PATIENCE);
    }

    /// The place has acknowledged `version`; it takes no other before `rest` is over.
    pub fn acknowledged(&mut self, version: Version, now: Timestamp, rest: Delay) {
        self.acked = self.acked.max(version);
        self.failures = 0;
        self.next = now.plus(rest);
    }

    /// The place did not answer, or refused.
    pub fn failed(&mut self, now: Timestamp) {
        self.next = now.plus(pause_after(self.failures));
        self.failures = self.failures.saturating_add(1);
    }
}

/// The fields of a webhook that a change has changed.
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
        (Field::MaxPerSecond, was.flow.max_per_second != is.flow.max_per_second),
        (Field::Ordered, was.flow.ordered != is.flow.ordered),
        (Field::Retry4xx, was.flow.retry_4xx != is.flow.retry_4xx),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect()
}
