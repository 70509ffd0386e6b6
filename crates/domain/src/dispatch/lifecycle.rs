//! The life of a webhook: creation, change, suspension and deletion.
//!
//! Creation has two phases. The object first stores the webhook as `Creating`. Then the roster
//! stores its entry, or refuses it at the account's limit. Once the entry is stored, the webhook is
//! `Live`. If the creation fails in between, the alarm undoes it, so nothing is left of a creation
//! whose answer was lost.
//!
//! Deletion goes the other way: `Deleting` drops the deliveries and the secrets at once, and the
//! object's storage is erased when both projections have removed the webhook.

use serde::{Deserialize, Serialize};

use super::state::tag;
use super::store::{Store, StoreError};
use super::transaction::{Effect, ListenerEnd, Transaction};
use crate::base::{AccountId, Delay, Epoch, Field, FieldErrors, WebhookId};
use crate::crypto::{Opener, Owner, RotateError, SigningKey};
use crate::webhook::record::changed_fields;
use crate::webhook::{
    Activity, Configuration, CreatedWebhook, IfMatch, NewWebhook, Outbox, ProjectionTarget, Record,
    Stage, SuspensionNotice, Webhook, WebhookChange, WebhookView,
};

/// The time after which an unfinished creation is undone. The caller has long timed out by then.
const CREATION_TIMEOUT: Delay = Delay::from_secs(30);

/// The result of a creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Created {
    /// The webhook exists.
    Now(Box<CreatedWebhook>),
    /// The account has reached its limit of webhooks. Nothing was created.
    Full,
    /// The roster did not answer. Nothing was created, or the creation is being undone.
    Failed,
}

/// The result of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Updated {
    /// The change was applied.
    Now {
        /// The webhook after the change.
        view: Box<WebhookView>,
        /// The fields that the change altered.
        fields: Vec<Field>,
    },
    /// The change is invalid for this webhook. Nothing was changed.
    Invalid(FieldErrors),
    /// The webhook cannot be activated while its account is disabled. Nothing was changed.
    Suspended,
    /// The webhook does not exist.
    Gone,
}

/// The result of the rotation of a signing key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rotated {
    /// The new key is in force.
    Now,
    /// The key cannot be put in force. Nothing was changed.
    Refused(RotateError),
    /// The webhook does not exist.
    Gone,
}

impl<S: Store> Transaction<'_, S> {
    /// Begins a creation by publishing the roster entry. The roster's acknowledgement makes the
    /// webhook live. A creation that another call has begun continues unchanged.
    pub fn create(
        &mut self,
        account: AccountId,
        id: WebhookId,
        new: NewWebhook,
    ) -> Result<(), StoreError> {
        if let Some(mut record) = self.store.record()? {
            // The caller waits for the roster, so the entry is published again.
            if let Stage::Creating { .. } = record.stage {
                self.publish_to(&mut record, ProjectionTarget::Roster)?;
                self.put(&record)?;
            }
            return Ok(());
        }
        let activity =
            if new.active { Activity::Active } else { Activity::Inactive { reason: None } };
        let webhook = Webhook {
            configuration: new.configuration,
            activity,
            epoch: Epoch::new(1),
            created_at: self.now,
            updated_at: None,
            notice: SuspensionNotice::default(),
        };
        let until = self.now.plus(CREATION_TIMEOUT);
        let mut record = Record::creating(account, id, webhook, until);
        self.publish_to(&mut record, ProjectionTarget::Roster)?;
        self.put(&record)
    }

    /// Returns the created webhook and its signing key, if the webhook is live.
    pub fn created(&self) -> Result<Option<CreatedWebhook>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(None) };
        let Stage::Live(webhook) = &record.stage else { return Ok(None) };
        let key = webhook.configuration.signing.current().clone();
        Ok(Some(CreatedWebhook { view: self.shown_alone(&record, webhook)?, key }))
    }

    /// Returns the webhook as its owner sees it, if it is live.
    pub fn view(&self) -> Result<Option<WebhookView>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(None) };
        let Stage::Live(webhook) = &record.stage else { return Ok(None) };
        self.shown_alone(&record, webhook).map(Some)
    }

    /// Returns the webhook's configuration, if it is live.
    pub fn configuration(&self) -> Result<Option<Configuration>, StoreError> {
        Ok(self.store.record()?.and_then(|record| match record.stage {
            Stage::Live(webhook) => Some(webhook.configuration),
            Stage::Creating { .. } | Stage::Deleting => None,
        }))
    }

    /// Changes the webhook. It is activated again only if `active` changes from false to true.
    ///
    /// The caller waits for the roster, so the change is published to it at once, even while an
    /// older version is being published. The roster ignores the older of the two.
    pub fn update(&mut self, change: &WebhookChange) -> Result<Updated, StoreError> {
        Ok(self.update_if(change, &IfMatch::Any)?.unwrap_or(Updated::Gone))
    }

    /// Changes the webhook if it is in one of the states that the caller knows. `None` if it is in
    /// another one. A change that is refused anyway is refused first (RFC 9110 section 13.2.1).
    pub fn update_if(
        &mut self,
        change: &WebhookChange,
        if_match: &IfMatch,
    ) -> Result<Option<Updated>, StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(Some(Updated::Gone)) };
        let Stage::Live(before) = &record.stage else { return Ok(Some(Updated::Gone)) };
        if before.notice.suspended && change.active == Some(true) {
            return Ok(Some(Updated::Suspended));
        }
        let webhook = match changed(before, change) {
            Ok(webhook) => webhook,
            Err(errors) => return Ok(Some(Updated::Invalid(errors))),
        };
        if !if_match.matches(&tag(&record, before)) {
            return Ok(None);
        }
        let fields = changed_fields(before, &webhook);
        let mut is_activated = false;
        if webhook != *before {
            if webhook.activity != Activity::Active {
                self.stop_recovery()?;
            }
            let health = self.store.health()?;
            let mut renewed = health.clone().renewed();
            if webhook.activity == Activity::Active && before.activity != Activity::Active {
                is_activated = true;
                renewed.track_record.restart(self.store.next_seq()?);
            }
            if renewed != health {
                self.store.put_health(&renewed)?;
            }
            record.stage = Stage::Live(webhook);
            record.untried |= is_activated;
            record.record_change(self.now);
            self.invalidate_backlog();
        }
        let Stage::Live(webhook) = &record.stage else { return Ok(Some(Updated::Gone)) };
        let seen = Box::new(self.shown_alone(&record, webhook)?);
        if record.roster.is_behind(record.version) {
            self.publish_to(&mut record, ProjectionTarget::Roster)?;
            self.publish(record)?;
        }
        Ok(Some(Updated::Now { view: seen, fields }))
    }

    /// Puts a new signing key in force, and keeps the previous one for `grace`. This makes a new
    /// version, so a failed delivery that was signed before does not count against the webhook. A
    /// key that is in force already changes nothing.
    pub fn rotate_secret(&mut self, key: SigningKey, grace: Delay) -> Result<Rotated, StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(Rotated::Gone) };
        let Stage::Live(webhook) = &mut record.stage else { return Ok(Rotated::Gone) };
        let owner = Owner { account: &record.account, webhook: &record.id };
        let opener = Opener { ring: &self.rules.master_keys, owner };
        let keys = match webhook.configuration.signing.rotate(key, self.now, grace, opener) {
            Ok(keys) => keys,
            Err(error) => return Ok(Rotated::Refused(error)),
        };
        if keys == webhook.configuration.signing {
            return Ok(Rotated::Now);
        }
        webhook.configuration.signing = keys;
        record.record_change(self.now);
        self.publish_to(&mut record, ProjectionTarget::Roster)?;
        self.publish(record)?;
        Ok(Rotated::Now)
    }

    /// Applies a notice of the account that it was disabled or enabled. Ignores a notice that is
    /// not newer than the last one applied.
    pub fn apply_suspension(&mut self, notice: SuspensionNotice) -> Result<(), StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(()) };
        let (Stage::Creating { webhook, .. } | Stage::Live(webhook)) = &mut record.stage else {
            return Ok(());
        };
        if notice.number <= webhook.notice.number {
            return Ok(());
        }
        webhook.notice = notice;
        match &record.stage {
            // No new version is needed: the roster entry does not contain the notice, and no
            // response has shown the webhook yet.
            Stage::Creating { .. } | Stage::Deleting => self.put(&record),
            Stage::Live(_) => {
                record.increment_version();
                self.publish(record)
            }
        }
    }

    /// Deletes the webhook. This transaction removes its deliveries and its secrets. Returns
    /// whether it existed.
    pub fn delete(&mut self) -> Result<bool, StoreError> {
        self.delete_because(ListenerEnd::Deleted)
    }

    /// [`delete`](Self::delete). If the webhook is a listener, this is why.
    pub(crate) fn delete_because(&mut self, end: ListenerEnd) -> Result<bool, StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(false) };
        let Stage::Live(webhook) = &record.stage else { return Ok(false) };
        if webhook.configuration.listener {
            self.effects.push(Effect::CloseListener(end));
        }
        record.disconnected_at = None;
        record.stage = Stage::Deleting;
        record.outbox = Outbox::NEW;
        record.increment_version();
        self.store.clear()?;
        self.invalidate_backlog();
        self.publish_to(&mut record, ProjectionTarget::Roster)?;
        self.publish(record)?;
        Ok(true)
    }

    /// Deletes the webhook if it is in one of the states that the caller knows. `None` if it is in
    /// another one.
    pub fn delete_if(&mut self, if_match: &IfMatch) -> Result<Option<bool>, StoreError> {
        match self.store.record()?.as_ref() {
            Some(record) => match &record.stage {
                Stage::Live(webhook) if !if_match.matches(&tag(record, webhook)) => Ok(None),
                Stage::Creating { .. } | Stage::Live(_) | Stage::Deleting => {
                    self.delete().map(Some)
                }
            },
            None => Ok(Some(false)),
        }
    }

    /// Deletes the webhook at any stage of its life. Returns whether nothing is left of it.
    pub fn erase(&mut self) -> Result<bool, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(true) };
        match record.stage {
            Stage::Creating { .. } => self.undo_creation(record)?,
            Stage::Live(_) => {
                self.delete()?;
            }
            Stage::Deleting => self.publish(record)?,
        }
        Ok(false)
    }
}

fn changed(before: &Webhook, change: &WebhookChange) -> Result<Webhook, FieldErrors> {
    let mut webhook = before.clone();
    webhook.configuration = change.apply(&before.configuration)?;
    // A suspended webhook is shown as inactive, so writing `active: false` back is no change.
    let active = change.active.filter(|_| !before.notice.suspended);
    match (active, &before.activity) {
        (Some(true), Activity::Inactive { .. }) => webhook.activity = Activity::Active,
        (Some(false), Activity::Active) => webhook.deactivate(None),
        (None | Some(true), Activity::Active) | (None | Some(false), Activity::Inactive { .. }) => {
        }
    }
    Ok(webhook)
}
