//! How a Webhook object publishes what it tells of its webhook: as any event of its account is
//! published, under a key of its own, so that it is the same event however often it is repeated.

use domain::dispatch::Effect;
use domain::publish::{Fingerprint, IdempotencyKey, Keyed, PlannedEvent};
use domain::webhook::OutboxEvent;

use super::state::Inner;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log;
use crate::runtime::log::Level;
use crate::worker::publish::fanout;
use crate::worker::publish::first_attempt::Publisher;

impl Inner {
    /// Publishes an operational event. What is not accepted, the alarm repeats.
    pub(crate) async fn announce(
        &self,
        announcement: OutboxEvent,
    ) -> Result<Vec<Effect>, InternalError> {
        let is_accepted = self.publish(&announcement).await?;
        let fields = [
            ("event_id", announcement.id.as_str()),
            ("event_type", announcement.event_type.as_str()),
        ];
        if is_accepted {
            log::line(Level::Info, "operational_event_published", &fields);
        } else {
            log::line(Level::Error, "operational_event_failed", &fields);
        }
        let ((), effects) = self.turn(|turn| turn.announced(&announcement.id, is_accepted)).await?;
        Ok(effects)
    }

    /// Whether every webhook that asks for the event has taken it, or refused it by a rule.
    async fn publish(&self, announcement: &OutboxEvent) -> Result<bool, InternalError> {
        let (account, _) = self.identity()?;
        let OutboxEvent { id, event_type, .. } = announcement.clone();
        let event = announcement.event();
        let fingerprint = Fingerprint::of(event.payload.as_bytes());
        let keyed = Keyed { key: IdempotencyKey::of_event(&id), fingerprint };
        let planned = PlannedEvent { id, event_type };
        let publisher = Publisher { env: &self.env, request: None, account: &account };
        Ok(fanout::publish_one(publisher, planned, event, Some(keyed)).await.is_ok())
    }
}
