//! Leasing: which deliveries are attempted now.
//!
//! Invariants:
//!
//! - A webhook that is not active leases nothing.
//! - The object takes no lease beyond the concurrency that the receiver's health allows. Only while
//!   the receiver is healthy, Workers take up to [`WORKER_LEASES_MAX`] leases in addition.
//! - An attempt of the schedule counts when it is leased.
//! - Nothing is leased while the webhook's secrets do not open.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{Timestamp, WORKER_LEASES_MAX};
use crate::delivery::{
    Cause, Delivery, Health, Holder, Mode, PROBE_FRESH_AFTER, PROBE_TRIED_AFTER, State,
};
use crate::event::Payload;
use crate::webhook::{DeliveryOptions, Record, Stage, Webhook};

impl<S: Store> Transaction<'_, S> {
    /// Leases all deliveries that may be sent now: requested resends, then the next delivery of a
    /// recovery, then due deliveries. Returns the number of new events that may be leased as well.
    pub(crate) fn lease_due(&mut self, record: &Record) -> Result<usize, StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(0) };
        if !webhook.sends() {
            return Ok(0);
        }
        let mut health = self.store.health()?;
        let mut free = self.free_slots(webhook, &health)?;
        if free == 0 {
            return Ok(0);
        }
        let flow = webhook.configuration.flow;
        let asked = self.store.resends(free)?;
        free = free.saturating_sub(asked.len());
        for mut delivery in asked {
            let payload = self.payload(&delivery)?;
            let Some(request) = self.request(record, webhook, &delivery, payload) else {
                return Ok(0);
            };
            let was_open = delivery.is_open(webhook.epoch);
            delivery.lease_resend(self.now.plus(self.rules.lease(Holder::Object)), record.version);
            self.send(&delivery, Cause::Resend, request);
            self.store.update(&delivery, None)?;
            self.note_backlog(was_open, &delivery, webhook.epoch);
            self.note_lease(flow, &mut health)?;
        }
        let recovery = self.ready_recovery(webhook, &health)?;
        if let Some(recovery) = recovery.filter(|recovery| recovery.next_at <= self.now)
            && free > 0
            && self.take_up(record, webhook, recovery)?
        {
            free = free.saturating_sub(1);
            self.note_lease(flow, &mut health)?;
        }
        let due = self.candidates(webhook, &health, free)?;
        free = free.saturating_sub(due.len());
        for mut delivery in due {
            let payload = self.payload(&delivery)?;
            if !self.send_next(record, webhook, &mut delivery, payload) {
                return Ok(0);
            }
            self.store.update(&delivery, None)?;
            self.note_lease(flow, &mut health)?;
        }
        Ok(if is_free_flowing(flow, &health) { free } else { 0 })
    }

    /// Returns the earliest time at which [`lease_due`](Self::lease_due) can lease another
    /// delivery, if one waits.
    pub(crate) fn next_lease(&self, webhook: &Webhook) -> Result<Option<Timestamp>, StoreError> {
        let health = self.store.health()?;
        // At the concurrency limit, the next lease follows the settling or the end of another one.
        if slots(webhook, &health) <= self.in_flight(webhook, &health)? {
            return Ok(None);
        }
        let asked = self.store.resends(1)?.first().map(|_| self.now);
        let due = match (webhook.configuration.flow.ordered, health.mode) {
            (true, _) => self.next_in_order(webhook)?.map(|head| due_of(&head)),
            (false, Mode::Outage { last_end }) => self.next_probe(webhook, last_end)?,
            (false, Mode::Normal | Mode::Draining { .. }) => self.store.next_due(webhook.epoch)?,
        };
        let recovery = self.ready_recovery(webhook, &health)?.map(|recovery| recovery.next_at);
        let next = asked.into_iter().chain(recovery).chain(due).min();
        Ok(match webhook.configuration.flow.max_per_second {
            None => next,
            Some(rate) => next.map(|next| next.max(health.next_allowed(rate, self.now))),
        })
    }

    /// Leases the next attempt of a delivery. Returns false if the webhook's secrets do not open;
    /// the delivery then waits.
    pub(crate) fn send_next(
        &mut self,
        record: &Record,
        webhook: &Webhook,
        delivery: &mut Delivery,
        payload: Payload,
    ) -> bool {
        let Some(request) = self.request(record, webhook, delivery, payload) else { return false };
        let until = self.now.plus(self.rules.lease(Holder::Object));
        delivery.lease(until, record.version, Holder::Object);
        self.send(delivery, Cause::Schedule, request);
        true
    }

    /// Counts the open leases against the concurrency limit. Leases held by Workers count only
    /// where the limit must be exact: for an ordered webhook, and during or after an outage.
    fn in_flight(&self, webhook: &Webhook, health: &Health) -> Result<usize, StoreError> {
        let open = self.store.open_leases()?;
        let is_bounded = webhook.configuration.flow.ordered || health.mode != Mode::Normal;
        Ok(if is_bounded { open.object.saturating_add(open.worker) } else { open.object })
    }

    /// Returns the number of first attempts that the publishing Worker may make: none for an
    /// ordered or rate-limited webhook, nor during or after an outage.
    pub(crate) fn free_for_worker(&self, webhook: &Webhook) -> Result<usize, StoreError> {
        let health = self.store.health()?;
        let flows = is_free_flowing(webhook.configuration.flow, &health);
        if !webhook.sends() || !flows || health.mode != Mode::Normal || self.locked.is_some() {
            return Ok(0);
        }
        Ok(WORKER_LEASES_MAX.saturating_sub(self.store.open_leases()?.worker))
    }

    fn free_slots(&self, webhook: &Webhook, health: &Health) -> Result<usize, StoreError> {
        let open = self.in_flight(webhook, health)?;
        let free = slots(webhook, health).saturating_sub(open);
        Ok(match webhook.configuration.flow.max_per_second {
            None => free,
            Some(rate) => free.min(health.allowance(rate, self.now)),
        })
    }

    /// Returns the deliveries to be attempted next, at most `free`.
    fn candidates(
        &self,
        webhook: &Webhook,
        health: &Health,
        free: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        if free == 0 {
            return Ok(Vec::new());
        }
        let epoch = webhook.epoch;
        match (webhook.configuration.flow.ordered, health.mode) {
            (true, _) => {
                let head = self.next_in_order(webhook)?;
                Ok(head.into_iter().filter(|head| due_of(head) <= self.now).collect())
            }
            (false, Mode::Outage { last_end }) => {
                Ok(self.probe(webhook, last_end)?.into_iter().collect())
            }
            (false, Mode::Normal | Mode::Draining { .. }) => self.store.due(epoch, self.now, free),
        }
    }

    /// Returns the delivery to probe in an outage, if one may be sent now: the oldest one if it is
    /// due, otherwise another due one after the pause for its kind.
    fn probe(
        &self,
        webhook: &Webhook,
        last_end: Timestamp,
    ) -> Result<Option<Delivery>, StoreError> {
        let head = self.store.oldest_waiting(webhook.epoch, false)?;
        if let Some(head) = head.filter(|head| due_of(head) <= self.now) {
            return Ok(Some(head));
        }
        let mut others = Vec::with_capacity(2);
        if last_end.plus(PROBE_TRIED_AFTER) <= self.now {
            let tried = self.store.first_tried(webhook.epoch)?;
            others.extend(tried.filter(|tried| due_of(tried) <= self.now));
        }
        if last_end.plus(PROBE_FRESH_AFTER) <= self.now {
            // A delivery without an attempt may be due later, after a failed resend.
            let fresh = self.store.oldest_waiting(webhook.epoch, true)?;
            others.extend(fresh.filter(|fresh| due_of(fresh) <= self.now));
        }
        Ok(others.into_iter().min_by_key(|delivery| delivery.seq))
    }

    fn next_probe(
        &self,
        webhook: &Webhook,
        last_end: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let head = self.store.oldest_waiting(webhook.epoch, false)?.map(|head| due_of(&head));
        let tried = self.store.first_tried(webhook.epoch)?;
        let tried = tried.map(|tried| due_of(&tried).max(last_end.plus(PROBE_TRIED_AFTER)));
        let fresh = self.store.oldest_waiting(webhook.epoch, true)?;
        let fresh = fresh.map(|fresh| due_of(&fresh).max(last_end.plus(PROBE_FRESH_AFTER)));
        Ok(head.into_iter().chain(tried).chain(fresh).min())
    }

    fn note_lease(&mut self, flow: DeliveryOptions, health: &mut Health) -> Result<(), StoreError> {
        if flow.max_per_second.is_none() {
            return Ok(());
        }
        health.leased(self.now);
        self.store.put_health(health)
    }
}

fn slots(webhook: &Webhook, health: &Health) -> usize {
    if webhook.configuration.flow.ordered { 1 } else { health.slots() }
}

/// Whether a new event may be leased ahead of waiting deliveries: not for an ordered or
/// rate-limited webhook, nor in an outage.
const fn is_free_flowing(flow: DeliveryOptions, health: &Health) -> bool {
    !flow.ordered && flow.max_per_second.is_none() && !matches!(health.mode, Mode::Outage { .. })
}

/// Returns the time at which a waiting delivery is due; for any other delivery, the latest possible
/// time.
const fn due_of(delivery: &Delivery) -> Timestamp {
    match delivery.state {
        State::Scheduled { due } => due,
        State::Leased(_) | State::Delivered { .. } | State::Held => Timestamp::from_ms(u64::MAX),
    }
}
