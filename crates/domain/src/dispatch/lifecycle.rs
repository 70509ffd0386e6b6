//! A webhook's life: created, changed, deleted, and projected to the roster and to KV.
//!
//! Creation is two-phased. The object first holds the webhook as `Creating`; the roster row comes
//! next, and refuses one too many; then it is live. Whatever breaks in between is undone by the
//! alarm, so a creation whose answer was lost before that leaves nothing behind.
//!
//! Deletion is the reverse: `Deleting` drops the queue and the secrets at once, and the object's
//! storage is emptied when both places have forgotten the webhook.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use super::transaction::{Acknowledgement, Effect, Transaction};
use crate::base::{AccountId, Delay, Epoch, Field, FieldErrors, Version, WebhookId};
use crate::crypto::{RotateError, SigningKey, SigningKeys};
use crate::webhook::record::changed_fields;
use crate::webhook::{
    Activity, Configuration, CreatedWebhook, NewWebhook, Outbox, ProjectionTarget, Record,
    RosterChange, RosterEntry, RoutingState, Stage, SuspensionNotice, Webhook, WebhookChange,
    WebhookView,
};

/// How long a creation may take until it is undone. The caller has long given up by then.
const CREATION_PATIENCE: Delay = Delay::from_secs(30);

/// KV takes one write a second to one key.
const KV_REST: Delay = Delay::from_secs(1);

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
                let key = webhook.configuration.signing.as_ref().map(|keys| keys.current().clone());
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
        let rotated = match &webhook.configuration.signing {
            None => Ok(SigningKeys::new(key)),
            Some(keys) => keys.rotate(key, self.now, grace),
        };
        match rotated {
            Ok(keys) => webhook.configuration.signing = Some(keys),
            Err(error) => return Ok(Rotated::Refused(error)),
        }
        record.change();
        self.publish_to(&mut record, ProjectionTarget::Roster);
        self.publish(record)?;
        Ok(Rotated::Now)
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

    /// Takes in what a place said to the publishing of `version`.
    pub fn published(
        &mut self,
        place: ProjectionTarget,
        version: Version,
        answer: Acknowledgement,
    ) -> Result<(), StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(()) };
        let is_creating = matches!(record.stage, Stage::Creating { .. });
        let rest = match place {
            ProjectionTarget::Roster => Delay::ZERO,
            ProjectionTarget::Kv => KV_REST,
        };
        match answer {
            Acknowledgement::Known => {
                record.projection_mut(place).acknowledged(version, self.now, rest);
                record.stage = match record.stage {
                    Stage::Creating { webhook, .. } => Stage::Live(webhook),
                    stage @ (Stage::Live(_) | Stage::Deleting) => stage,
                };
            }
            // The roster has no row and takes none: nothing else knows of this webhook.
            Acknowledgement::Full if is_creating => {
                self.effects.push(Effect::Erase);
                return Ok(());
            }
            // It may have the row all the same, so undoing goes by way of the roster.
            Acknowledgement::Failed if is_creating => return self.undo_creation(record),
            Acknowledgement::Full | Acknowledgement::Failed => {
                record.projection_mut(place).failed(self.now);
            }
        }
        self.publish(record)
    }

    /// Undoes a creation. KV never heard of it.
    pub(crate) fn undo_creation(&mut self, mut record: Record) -> Result<(), StoreError> {
        record.stage = Stage::Deleting;
        record.change();
        record.kv.acked = record.version;
        self.publish_to(&mut record, ProjectionTarget::Roster);
        self.put(&record)
    }

    /// Publishes the record to the places that are behind and can take it now, and what is to be
    /// told of it, and stores it. A
    /// deleted webhook that both places have forgotten is erased.
    pub(crate) fn publish(&mut self, mut record: Record) -> Result<(), StoreError> {
        if record.stage == Stage::Deleting && record.is_published() {
            self.effects.push(Effect::Erase);
            return Ok(());
        }
        for place in [ProjectionTarget::Roster, ProjectionTarget::Kv] {
            let projection = record.projection(place);
            if projection.is_behind(record.version) && projection.next <= self.now {
                self.publish_to(&mut record, place);
            }
        }
        self.announce(&mut record);
        self.put(&record)
    }

    fn publish_to(&mut self, record: &mut Record, place: ProjectionTarget) {
        record.projection_mut(place).sent(self.now);
        self.effects.push(match place {
            ProjectionTarget::Roster => {
                Effect::PublishRoster(record.version, roster_change(record))
            }
            ProjectionTarget::Kv => {
                Effect::PublishKv(record.version, public_record(record).map(Box::new))
            }
        });
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

fn view(record: &Record, webhook: &Webhook) -> WebhookView {
    WebhookView::new(record.id.clone(), &webhook.configuration, webhook.shown_activity())
}

fn public_record(record: &Record) -> Option<WebhookView> {
    match &record.stage {
        Stage::Live(webhook) => Some(view(record, webhook)),
        Stage::Creating { .. } | Stage::Deleting => None,
    }
}

fn roster_change(record: &Record) -> RosterChange {
    let (Stage::Creating { webhook, .. } | Stage::Live(webhook)) = &record.stage else {
        return RosterChange::Remove(record.id.clone());
    };
    RosterChange::Put(RosterEntry {
        id: record.id.clone(),
        version: record.version,
        routing_state: match &webhook.activity {
            Activity::Active => RoutingState::Active,
            Activity::Inactive { reason: Some(_) } => RoutingState::Held,
            Activity::Inactive { reason: None } => RoutingState::Disabled,
        },
        event_type: webhook.configuration.event_type.clone(),
        target: webhook.configuration.target_url.href().to_owned(),
    })
}
