//! Leasing: which deliveries are tried now.
//!
//! Invariants: a webhook that is not active leases nothing; at most [`SENDS_IN_FLIGHT_MAX`] leases
//! are open; a try of the schedule counts when it is leased.

use super::attempt::Cause;
use super::delivery::{Delivery, Version};
use super::event::Payload;
use super::limits::SENDS_IN_FLIGHT_MAX;
use super::outbound::Outbound;
use super::record::Webhook;
use super::store::{Store, StoreFault};
use super::turn::{Effect, Try, Turn};
use super::webhook::Activity;

impl<S: Store> Turn<'_, S> {
    /// Leases as many deliveries as slots are free: those that somebody asked to be sent, then
    /// those that are due. Says how many slots are left.
    pub(super) fn lease_due(
        &mut self,
        webhook: &Webhook,
        version: Version,
    ) -> Result<usize, StoreFault> {
        let mut free = SENDS_IN_FLIGHT_MAX.saturating_sub(self.store.leases()?.len());
        if free == 0 || webhook.activity != Activity::Active {
            return Ok(0);
        }
        for mut delivery in self.store.resends(free)? {
            let payload = self.payload(&delivery)?;
            delivery.lease_resend(self.now.plus(self.rules.lease()), version);
            self.send(webhook, &delivery, Cause::Resend, payload);
            self.store.update(&delivery, None)?;
            free = free.saturating_sub(1);
        }
        for mut delivery in self.store.due(webhook.epoch, self.now, free)? {
            let payload = self.payload(&delivery)?;
            self.send_next(webhook, version, &mut delivery, payload);
            self.store.update(&delivery, None)?;
            free = free.saturating_sub(1);
        }
        Ok(free)
    }

    /// Leases the next try of a delivery.
    pub(super) fn send_next(
        &mut self,
        webhook: &Webhook,
        version: Version,
        delivery: &mut Delivery,
        payload: Payload,
    ) {
        delivery.lease(self.now.plus(self.rules.lease()), version);
        self.send(webhook, delivery, Cause::Schedule, payload);
    }

    fn send(&mut self, webhook: &Webhook, delivery: &Delivery, cause: Cause, payload: Payload) {
        self.effects.push(Effect::Send(Box::new(Try {
            seq: delivery.seq,
            token: delivery.token,
            event_id: delivery.event_id.clone(),
            number: delivery.tries,
            cause,
            at: self.now,
            request: Outbound::new(&webhook.configuration, payload, self.rules),
        })));
    }

    fn payload(&self, delivery: &Delivery) -> Result<Payload, StoreFault> {
        let payload = self.store.payload(delivery.seq)?;
        payload.ok_or_else(|| StoreFault("a delivery has no payload".to_owned()))
    }
}
