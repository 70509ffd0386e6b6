//! Leasing: which deliveries are tried now.
//!
//! Invariants: a webhook that is not active leases nothing; at most [`SENDS_IN_FLIGHT_MAX`] leases
//! are open; a try of the schedule counts when it is leased; nothing is leased while the webhook's
//! secrets do not open.

use super::attempt::Cause;
use super::delivery::Delivery;
use super::event::Payload;
use super::limits::{MASTER_KEY_PATIENCE, SENDS_IN_FLIGHT_MAX};
use super::outbound::{Outbound, Post, Unbuilt};
use super::record::{Record, Stage, Webhook};
use super::seal::{Opener, Owner};
use super::store::{Store, StoreFault};
use super::time::Timestamp;
use super::turn::{Effect, Try, Turn};
use super::verdict::Fault;
use super::webhook::Activity;

impl<S: Store> Turn<'_, S> {
    /// Leases as many deliveries as slots are free: those that somebody asked to be sent, then
    /// those that are due. Says how many slots are left.
    pub(super) fn lease_due(&mut self, record: &Record) -> Result<usize, StoreFault> {
        let Stage::Live(webhook) = &record.stage else { return Ok(0) };
        let mut free = SENDS_IN_FLIGHT_MAX.saturating_sub(self.store.leases()?.len());
        if free == 0 || webhook.activity != Activity::Active {
            return Ok(0);
        }
        for mut delivery in self.store.resends(free)? {
            let payload = self.payload(&delivery)?;
            let Some(request) = self.request(record, webhook, &delivery, payload) else {
                return Ok(0);
            };
            delivery.lease_resend(self.now.plus(self.rules.lease()), record.version);
            self.send(&delivery, Cause::Resend, request);
            self.store.update(&delivery, None)?;
            free = free.saturating_sub(1);
        }
        for mut delivery in self.store.due(webhook.epoch, self.now, free)? {
            let payload = self.payload(&delivery)?;
            if !self.send_next(record, webhook, &mut delivery, payload) {
                return Ok(0);
            }
            self.store.update(&delivery, None)?;
            free = free.saturating_sub(1);
        }
        Ok(free)
    }

    /// Leases the next try of a delivery, and says whether it did: one whose webhook's secrets do
    /// not open waits.
    pub(super) fn send_next(
        &mut self,
        record: &Record,
        webhook: &Webhook,
        delivery: &mut Delivery,
        payload: Payload,
    ) -> bool {
        let Some(request) = self.request(record, webhook, delivery, payload) else { return false };
        delivery.lease(self.now.plus(self.rules.lease()), record.version);
        self.send(delivery, Cause::Schedule, request);
        true
    }

    /// When deliveries are looked at that are due at `due`: what is due and was not leased waits
    /// for a master key, and is not asked for all the time.
    pub(super) fn after_lock(
        &self,
        record: &Record,
        webhook: &Webhook,
        due: Timestamp,
    ) -> Timestamp {
        let opener = Opener { ring: &self.rules.key_ring, owner: owner(record) };
        if due <= self.now && webhook.configuration.open(opener, self.now).is_err() {
            return self.now.plus(MASTER_KEY_PATIENCE);
        }
        due
    }

    /// The POST of a delivery, or why there is none to make; `None` while the secrets do not open.
    fn request(
        &mut self,
        record: &Record,
        webhook: &Webhook,
        delivery: &Delivery,
        payload: Payload,
    ) -> Option<Result<Outbound, Fault>> {
        let post = Post {
            owner: owner(record),
            configuration: &webhook.configuration,
            event_id: &delivery.event_id,
            at: self.now,
        };
        match Outbound::new(post, payload, self.rules) {
            Ok(request) => Some(Ok(request)),
            Err(Unbuilt::Refused(fault)) => Some(Err(fault)),
            Err(Unbuilt::Locked(error)) => {
                self.locked = Some(error);
                None
            }
        }
    }

    fn send(&mut self, delivery: &Delivery, cause: Cause, request: Result<Outbound, Fault>) {
        self.effects.push(Effect::Send(Box::new(Try {
            seq: delivery.seq,
            token: delivery.token,
            event_id: delivery.event_id.clone(),
            number: delivery.tries,
            cause,
            at: self.now,
            request,
        })));
    }

    fn payload(&self, delivery: &Delivery) -> Result<Payload, StoreFault> {
        let payload = self.store.payload(delivery.seq)?;
        payload.ok_or_else(|| StoreFault("a delivery has no payload".to_owned()))
    }
}

/// Whose secrets a record holds.
const fn owner(record: &Record) -> Owner<'_> {
    Owner { account: &record.account, webhook: &record.id }
}
