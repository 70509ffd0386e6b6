//! Projections: the copies of a webhook's record outside its object.

use super::store::{Store, StoreError};
use super::transaction::{Acknowledgement, Effect, Transaction};
use crate::base::{Delay, EventId, Version};
use crate::webhook::{
    Activity, ProjectionTarget, Record, RosterChange, RosterEntry, RoutingState, Stage, Webhook,
    WebhookView,
};

/// KV takes one write a second to one key.
const KV_REST: Delay = Delay::from_secs(1);

impl<S: Store> Transaction<'_, S> {
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

    pub(crate) fn publish_to(&mut self, record: &mut Record, place: ProjectionTarget) {
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

    /// Publishes the oldest operational event that waits for it, if its time has come. Nothing is
    /// published while the account is disabled.
    pub(crate) fn announce(&mut self, record: &mut Record) {
        if is_telling(record)
            && let Some(announcement) = record.outbox.take(self.now)
        {
            self.effects.push(Effect::Announce(Box::new(announcement)));
        }
    }

    /// Takes in whether an operational event was accepted: stored by every webhook that asks for
    /// it.
    pub fn announced(&mut self, id: &EventId, is_accepted: bool) -> Result<(), StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(()) };
        if is_accepted {
            record.outbox.accepted(id, self.now);
        } else {
            record.outbox.failed(self.now);
        }
        self.publish(record)
    }
}

/// Whether what waits in a webhook's outbox may be published.
pub(crate) const fn is_telling(record: &Record) -> bool {
    match &record.stage {
        Stage::Live(webhook) => !webhook.notice.suspended,
        Stage::Creating { .. } | Stage::Deleting => false,
    }
}

pub(crate) fn view(record: &Record, webhook: &Webhook) -> WebhookView {
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
