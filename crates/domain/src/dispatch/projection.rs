//! Projections: the copies of a webhook's record in the roster and in KV.

use super::store::{Store, StoreError};
use super::transaction::{Acknowledgement, Effect, Transaction};
use crate::base::{Delay, EventId, Version};
use crate::webhook::{
    Activity, ProjectionTarget, Record, RosterChange, RosterEntry, RosterOptions, RoutingState,
    Stage,
};

/// KV accepts one write a second to the same key.
const KV_WRITE_INTERVAL: Delay = Delay::from_secs(1);

impl<S: Store> Transaction<'_, S> {
    /// Stores the record, and publishes it to each projection that is behind and due. Also
    /// publishes the next operational event of the outbox. A deleted webhook is erased once both
    /// projections have removed it.
    pub(crate) fn publish(&mut self, mut record: Record) -> Result<(), StoreError> {
        if record.stage == Stage::Deleting && record.is_published() {
            self.effects.push(Effect::Erase);
            return Ok(());
        }
        if !record.kv.is_behind(record.version) && self.is_state_due(&record)? {
            record.outdate_list(self.now);
        }
        for target in [ProjectionTarget::Roster, ProjectionTarget::Kv] {
            let projection = record.projection(target);
            if projection.is_behind(record.version) && projection.next <= self.now {
                self.publish_to(&mut record, target)?;
            }
        }
        self.publish_operational(&mut record);
        self.put(&record)
    }

    pub(crate) fn publish_to(
        &mut self,
        record: &mut Record,
        target: ProjectionTarget,
    ) -> Result<(), StoreError> {
        record.projection_mut(target).sent(self.now);
        let effect = match target {
            ProjectionTarget::Roster => {
                Effect::PublishRoster(record.version, roster_change(record))
            }
            ProjectionTarget::Kv => {
                let view = match &record.stage {
                    Stage::Live(webhook) => Some(self.shown(record, webhook)?),
                    Stage::Creating { .. } | Stage::Deleting => None,
                };
                record.listed.state = view.as_ref().and_then(|view| view.state);
                Effect::PublishKv(record.version, view.map(Box::new))
            }
        };
        self.effects.push(effect);
        Ok(())
    }

    /// Records a projection's answer to the publication of `version`.
    pub fn published(
        &mut self,
        target: ProjectionTarget,
        version: Version,
        answer: Acknowledgement,
    ) -> Result<(), StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(()) };
        let is_creating = matches!(record.stage, Stage::Creating { .. });
        let interval = match target {
            ProjectionTarget::Roster => Delay::ZERO,
            ProjectionTarget::Kv => KV_WRITE_INTERVAL,
        };
        match answer {
            Acknowledgement::Known => {
                record.projection_mut(target).acknowledged(version, self.now, interval);
                record.stage = match record.stage {
                    Stage::Creating { webhook, .. } => Stage::Live(webhook),
                    stage @ (Stage::Live(_) | Stage::Deleting) => stage,
                };
            }
            // The roster refused the entry, so no other part knows this webhook and its object can
            // be erased.
            Acknowledgement::Full if is_creating => {
                self.effects.push(Effect::Erase);
                return Ok(());
            }
            // The roster may have stored the entry without answering, so the entry is removed
            // first.
            Acknowledgement::Failed if is_creating => return self.undo_creation(record),
            Acknowledgement::Full | Acknowledgement::Failed => {
                record.projection_mut(target).failed(self.now);
            }
        }
        self.publish(record)
    }

    /// Undoes a creation. KV counts as up to date, because it never had the record.
    pub(crate) fn undo_creation(&mut self, mut record: Record) -> Result<(), StoreError> {
        record.stage = Stage::Deleting;
        record.increment_version();
        record.kv.acked = record.version;
        self.publish_to(&mut record, ProjectionTarget::Roster)?;
        self.put(&record)
    }

    /// Publishes the oldest operational event of the outbox, if it is due. Publishes nothing while
    /// the account is disabled.
    pub(crate) fn publish_operational(&mut self, record: &mut Record) {
        if may_publish_operational(record)
            && let Some(event) = record.outbox.take(self.now)
        {
            self.effects.push(Effect::PublishOperational(Box::new(event)));
        }
    }

    /// Records whether an operational event was accepted. It is accepted when every subscribed
    /// webhook has stored it or refused it.
    pub fn operational_published(
        &mut self,
        id: &EventId,
        is_accepted: bool,
    ) -> Result<(), StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(()) };
        if is_accepted {
            record.outbox.accepted(id, self.now);
        } else {
            record.outbox.failed(self.now);
        }
        self.publish(record)
    }
}

/// Whether the events of the outbox may be published now.
pub(crate) const fn may_publish_operational(record: &Record) -> bool {
    match &record.stage {
        Stage::Live(webhook) => !webhook.notice.suspended,
        Stage::Creating { .. } | Stage::Deleting => false,
    }
}

fn roster_change(record: &Record) -> RosterChange {
    let (Stage::Creating { webhook, .. } | Stage::Live(webhook)) = &record.stage else {
        return RosterChange::Remove(record.id.clone());
    };
    let is_paused = webhook.activity == Activity::by_owner(false);
    RosterChange::Put(RosterEntry {
        id: record.id.clone(),
        version: record.version,
        routing_state: match webhook.activity {
            Activity::Active => RoutingState::Active,
            Activity::Inactive { .. } if webhook.holds() => RoutingState::Held,
            Activity::Inactive { .. } => RoutingState::Disabled,
        },
        event_type: webhook.configuration.event_type.clone(),
        target: webhook.configuration.target_url.href().to_owned(),
        options: RosterOptions {
            event_types: webhook.configuration.event_types.clone(),
            is_paused: is_paused && webhook.holds(),
            listener: webhook.configuration.listener,
        },
        filter: webhook.configuration.filter.clone(),
    })
}
