//! Publishing of a webhook's operational events.
//!
//! They are published like any other event of the account. The idempotency key is made from the
//! event's id, so repeats publish the same event.

use domain::dispatch::Effect;
use domain::publish::{Fingerprint, IdempotencyKey, KeyedRequest, PlannedEvent};
use domain::webhook::OutboxEvent;

use super::state::Inner;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log;
use crate::runtime::log::Level;
use crate::worker::publish::fanout;
use crate::worker::publish::fanout::Publisher;

impl Inner {
    /// Publishes an operational event. If it is not accepted, the alarm publishes it again.
    pub(crate) async fn publish_operational(
        &self,
        outbox_event: OutboxEvent,
    ) -> Result<Vec<Effect>, InternalError> {
        let is_accepted = self.publish(&outbox_event).await?;
        let fields = [
            ("event_id", outbox_event.id.as_str()),
            ("event_type", outbox_event.event_type.as_str()),
        ];
        if is_accepted {
            log::line(Level::Info, "operational_event_published", &fields);
        } else {
            log::line(Level::Error, "operational_event_failed", &fields);
        }
        let ((), effects) = self
            .transact(|transaction| {
                transaction.operational_published(&outbox_event.id, is_accepted)
            })
            .await?;
        Ok(effects)
    }

    /// Publishes the event. Returns whether the account admitted it and every matching webhook has
    /// stored or refused it.
    async fn publish(&self, outbox_event: &OutboxEvent) -> Result<bool, InternalError> {
        let (account, _) = self.identity()?;
        let OutboxEvent { id, event_type, .. } = outbox_event.clone();
        let event = outbox_event.event();
        let fingerprint = Fingerprint::of(event.payload.as_bytes());
        let keyed = KeyedRequest { key: IdempotencyKey::of_event(&id), fingerprint };
        let planned = PlannedEvent { id, event_type };
        let publisher = Publisher { env: &self.env, account: &account, courier: None };
        Ok(fanout::publish_one(publisher, planned, event, Some(keyed)).await.is_ok())
    }
}
