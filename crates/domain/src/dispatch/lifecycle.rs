//! A webhook's life: created, changed, deleted, and projected to the roster and to KV.
//!
//! Creation is two-phased. The object first holds the webhook as `Creating`; the roster row comes
//! next, and refuses one too many; then it is live. Whatever breaks in between is undone by the
//! alarm, so a creation whose answer was lost before that leaves nothing behind.
//!
//! Deletion is the reverse: `Deleting` drops the queue and the secrets at once, and the object's
//! storage is emptied when both places have forgotten the webhook.

use serde::{Deserialize, Serialize};

use super::projection::view;
use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{AccountId, Delay, Epoch, Field, FieldErrors, WebhookId};
use crate::crypto::{RotateError, SigningKey};
use crate::webhook::record::changed_fields;
use crate::webhook::{
    Activity, Configuration, CreatedWebhook, NewWebhook, Outbox, ProjectionTarget, Record, Stage,
    SuspensionNotice, Webhook, WebhookChange, WebhookView,
};

/// How long a creation may take until it is undone. The caller has long given up by then.
const CREATION_PATIENCE: Delay = Delay::from_secs(30);

/// What a creation led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Created {
    /// It exists.
    Now(Box<CreatedWebhook>),
    /// The account has as many webhooks as it may have; nothing was created.
    Full,
    /// The roster did not answer; nothing was created, or it is being undone.
    Failed,
}

/// What a change led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Updated {
    /// It was changed.
    Now {
        /// The webhook as it is now.
        view: Box<WebhookView>,
        /// What was changed of it.
        fields: Vec<Field>,
    },
    /// The change is not valid for this webhook; nothing was changed.
    Invalid(FieldErrors),
    /// It cannot be switched on while its account is disabled; nothing was changed.
    Suspended,
    /// There is no such webhook.
    Gone,
}

/// What the rotation of a signing key led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rotated {
    /// The new key is in force.
    Now,
    /// It cannot be; nothing was changed.
    Refused(RotateError),
    /// There is no such webhook.
    Gone,
}

impl<S: Store> Transaction<'_, S> {
    /// Begins a creation. Its roster row is the first effect; the report of it makes it live. One
    /// that another call began goes on as it was begun.
    pub fn create(
        &mut self,
        account: AccountId,
        id: WebhookId,
        new: NewWebhook,
    ) -> Result<(), StoreError> {
        if let Some(mut record) = self.store.record()? {
            // Whoever asks waits for the roster, so it is told again.
            if let Stage::Creating { .. } = record.stage {
                self.publish_to(&mut record, ProjectionTarget::Roster);
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
            notice: SuspensionNotice::default(),
        };
        let until = self.now.plus(CREATION_PATIENCE);
        let mut record = Record::creating(account, id, webhook, until);
        self.publish_to(&mut record, ProjectionTarget::Roster);
        self.put(&record)
    }

    /// The webhook that was created, if it is there.
    pub fn created(&self) -> Result<Option<CreatedWebhook>, StoreError> {
        Ok(self.store.record()?.as_ref().and_then(|record| match &record.stage {
            Stage::Live(webhook) => {
                let key = webhook.configuration.signing.current().clone();
                Some(CreatedWebhook { view: view(record, webhook), key })
            }
            Stage::Creating { .. } | Stage::Deleting => None,
        }))
    }

    /// The webhook as its owner sees it.
    pub fn view(&self) -> Result<Option<WebhookView>, StoreError> {
        Ok(self.store.record()?.as_ref().and_then(|record| match &record.stage {
            Stage::Live(webhook) => Some(view(record, webhook)),
            Stage::Creating { .. } | Stage::Deleting => None,
        }))
    }

    /// The webhook's configuration.
    pub fn configuration(&self) -> Result<Option<Configuration>, StoreError> {
        Ok(self.store.record()?.and_then(|record| match record.stage {
            Stage::Live(webhook) => Some(webhook.configuration),
            Stage::Creating { .. } | Stage::Deleting => None,
        }))
    }

    /// Changes the webhook. Only `active` going from false to true re-activates it.
    ///
    /// Whoever asks waits for the roster, so it is told at once, even while an older report is on
    /// its way: the roster ignores the older of two.
    pub fn update(&mut self, change: &WebhookChange) -> Result<Updated, StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(Updated::Gone) };
        let Stage::Live(before) = &record.stage else { return Ok(Updated::Gone) };
        if before.notice.suspended && change.active == Some(true) {
            return Ok(Updated::Suspended);
        }
        let webhook = match changed(before, change) {
            Ok(webhook) => webhook,
            Err(errors) => return Ok(Updated::Invalid(errors)),
        };
        let seen = Box::new(view(&record, &webhook));
        let fields = changed_fields(before, &webhook);
        if webhook != *before {
            if webhook.activity != Activity::Active {
                self.stop_recovery()?;
            }
            let health = self.store.health()?;
            let renewed = health.clone().renewed();
            if renewed != health {
                self.store.put_health(&renewed)?;
            }
            record.stage = Stage::Live(webhook);
            record.change();
            self.forget_backlog();
        }
        if record.roster.is_behind(record.version) {
            self.publish_to(&mut record, ProjectionTarget::Roster);
            self.publish(record)?;
        }
        Ok(Updated::Now { view: seen, fields })
    }

    /// Puts another signing key in force, and keeps the one before for `grace`. It is a new
    /// version: what a receiver answers to a delivery that the old key signed is not held against
    /// the webhook.
    pub fn rotate_secret(&mut self, key: SigningKey, grace: Delay) -> Result<Rotated, StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(Rotated::Gone) };
        let Stage::Live(webhook) = &mut record.stage else { return Ok(Rotated::Gone) };
        match webhook.configuration.signing.rotate(key, self.now, grace) {
            Ok(keys) => webhook.configuration.signing = keys,
            Err(error) => return Ok(Rotated::Refused(error)),
        }
        record.change();
        self.publish_to(&mut record, ProjectionTarget::Roster);
        self.publish(record)?;
        Ok(Rotated::Now)
    }

    /// Takes in a notice of the account. An older one than is known changes nothing.
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
            // Its first report is on its way; nobody was shown it yet.
            Stage::Creating { .. } | Stage::Deleting => self.put(&record),
            Stage::Live(_) => {
                record.change();
                self.publish(record)?;
                if let Some(record) = self.store.record()? {
                    self.lease_due(&record)?;
                }
                Ok(())
            }
        }
    }

    /// Deletes the webhook: its queue and its secrets are gone with this turn. Says whether there
    /// was one.
    pub fn delete(&mut self) -> Result<bool, StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(false) };
        let Stage::Live(_) = &record.stage else { return Ok(false) };
        record.stage = Stage::Deleting;
        record.outbox = Outbox::NEW;
        record.change();
        self.store.clear()?;
        self.forget_backlog();
        self.publish_to(&mut record, ProjectionTarget::Roster);
        self.publish(record)?;
        Ok(true)
    }

    /// Has the webhook deleted, wherever in its life it is. Says whether nothing is left of it.
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
    // A suspended webhook reads as not active, so writing that back is no change.
    let active = change.active.filter(|_| !before.notice.suspended);
    match (active, &before.activity) {
        (Some(true), Activity::Inactive { .. }) => webhook.activity = Activity::Active,
        (Some(false), Activity::Active) => webhook.switch_off(None),
        (None | Some(true), Activity::Active) | (None | Some(false), Activity::Inactive { .. }) => {
        }
    }
    Ok(webhook)
}
