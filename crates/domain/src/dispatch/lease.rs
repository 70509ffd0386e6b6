//! Leasing: which deliveries are attempted now.
//!
//! Invariants:
//!
//! - A webhook that is not active leases nothing.
//! - The object takes no lease beyond the concurrency that the receiver's health allows. Workers
//!   take up to [`WORKER_LEASES_MAX`] more leases, but only while the receiver is healthy.
//! - An attempt of the schedule counts when it is leased.
//! - Nothing is leased while the webhook's secrets do not open.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{Timestamp, WORKER_LEASES_MAX};
use crate::delivery::{
    Cause, Delivery, Health, Holder, Mode, PROBE_FIRST_AFTER, PROBE_RETRY_AFTER, State,
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
        let mut free = self.free_concurrency(webhook, &health)?;
        if free == 0 {
            return Ok(0);
        }
        let options = webhook.configuration.delivery_options;
        let resends = self.store.resends(free)?;
        free = free.saturating_sub(resends.len());
        for mut delivery in resends {
            let payload = self.payload(&delivery)?;
            let Some(request) = self.request(record, webhook, &delivery, payload) else {
                return Ok(0);
            };
            let was_in_backlog = delivery.is_in_backlog(webhook.epoch);
            delivery.lease_resend(self.now.plus(self.rules.lease(Holder::Object)), record.version);
            self.send(&delivery, Cause::Resend, request);
            self.store.update(&delivery, None)?;
            self.update_backlog(was_in_backlog, &delivery, webhook.epoch);
            self.record_lease(options, &mut health)?;
        }
        let recovery = self.ready_recovery(webhook, &health)?;
        if let Some(recovery) = recovery.filter(|recovery| recovery.next_at <= self.now)
            && free > 0
            && self.lease_recovered(record, webhook, recovery)?
        {
            free = free.saturating_sub(1);
            self.record_lease(options, &mut health)?;
        }
        let due = self.candidates(webhook, &health, free)?;
        free = free.saturating_sub(due.len());
        for mut delivery in due {
            let payload = self.payload(&delivery)?;
            if !self.lease_next(record, webhook, &mut delivery, payload) {
                return Ok(0);
            }
            self.store.update(&delivery, None)?;
            self.record_lease(options, &mut health)?;
        }
        Ok(if is_free_flowing(options, &health) { free } else { 0 })
    }

    /// Returns the earliest time at which [`lease_due`](Self::lease_due) can lease another
    /// delivery, if one waits.
    pub(crate) fn next_lease(&self, webhook: &Webhook) -> Result<Option<Timestamp>, StoreError> {
        let health = self.store.health()?;
        // At the concurrency limit, the next lease follows the settling or the end of another one.
        if concurrency(webhook, &health) <= self.counted_leases(webhook, &health)? {
            return Ok(None);
        }
        let resends = self.store.resends(1)?.first().map(|_| self.now);
        let due = match (webhook.configuration.delivery_options.ordered, health.mode) {
            (true, _) => self.next_in_order(webhook)?.map(|head| due_of(&head)),
            (false, Mode::Outage { last_end }) => self.next_probe(webhook, last_end)?,
            (false, Mode::Normal | Mode::Draining { .. }) => self.store.next_due(webhook.epoch)?,
        };
        let recovery = self.ready_recovery(webhook, &health)?.map(|recovery| recovery.next_at);
        let next = resends.into_iter().chain(recovery).chain(due).min();
        Ok(match webhook.configuration.delivery_options.max_per_second {
            None => next,
            Some(rate) => next.map(|next| next.max(health.next_allowed(rate, self.now))),
        })
    }

    /// Leases the next attempt of a delivery. Returns false if the webhook's secrets do not open;
    /// the delivery then waits.
    pub(crate) fn lease_next(
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
    fn counted_leases(&self, webhook: &Webhook, health: &Health) -> Result<usize, StoreError> {
        let open = self.store.open_leases()?;
        let is_bounded =
            webhook.configuration.delivery_options.ordered || health.mode != Mode::Normal;
        Ok(if is_bounded { open.object.saturating_add(open.worker) } else { open.object })
    }

    /// Returns the number of first attempts that the publishing Worker may make: none for an
    /// ordered or rate-limited webhook, nor during or after an outage.
    pub(crate) fn free_for_worker(&self, webhook: &Webhook) -> Result<usize, StoreError> {
        let health = self.store.health()?;
        let flows = is_free_flowing(webhook.configuration.delivery_options, &health);
        if !webhook.sends() || !flows || health.mode != Mode::Normal || self.locked.is_some() {
            return Ok(0);
        }
        Ok(WORKER_LEASES_MAX.saturating_sub(self.store.open_leases()?.worker))
    }

    fn free_concurrency(&self, webhook: &Webhook, health: &Health) -> Result<usize, StoreError> {
        let open = self.counted_leases(webhook, health)?;
        let free = concurrency(webhook, health).saturating_sub(open);
        Ok(match webhook.configuration.delivery_options.max_per_second {
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
        match (webhook.configuration.delivery_options.ordered, health.mode) {
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

    /// Returns the delivery to attempt as a probe in an outage, if a probe may be sent now: the
    /// oldest delivery if it is due, otherwise another due delivery, [`PROBE_RETRY_AFTER`] or
    /// [`PROBE_FIRST_AFTER`] after the last failed attempt.
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
        if last_end.plus(PROBE_RETRY_AFTER) <= self.now {
            let retry = self.store.first_due_retry(webhook.epoch)?;
            others.extend(retry.filter(|retry| due_of(retry) <= self.now));
        }
        if last_end.plus(PROBE_FIRST_AFTER) <= self.now {
            // A delivery without an attempt may be due later, after a failed resend.
            let pending = self.store.oldest_waiting(webhook.epoch, true)?;
            others.extend(pending.filter(|pending| due_of(pending) <= self.now));
        }
        Ok(others.into_iter().min_by_key(|delivery| delivery.seq))
    }

    fn next_probe(
        &self,
        webhook: &Webhook,
        last_end: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let head = self.store.oldest_waiting(webhook.epoch, false)?.map(|head| due_of(&head));
        let retry = self.store.first_due_retry(webhook.epoch)?;
        let retry = retry.map(|retry| due_of(&retry).max(last_end.plus(PROBE_RETRY_AFTER)));
        let pending = self.store.oldest_waiting(webhook.epoch, true)?;
        let pending = pending.map(|pending| due_of(&pending).max(last_end.plus(PROBE_FIRST_AFTER)));
        Ok(head.into_iter().chain(retry).chain(pending).min())
    }

    fn record_lease(
        &mut self,
        options: DeliveryOptions,
        health: &mut Health,
    ) -> Result<(), StoreError> {
        if options.max_per_second.is_none() {
            return Ok(());
        }
        health.record_lease(self.now);
        self.store.put_health(health)
    }
}

fn concurrency(webhook: &Webhook, health: &Health) -> usize {
    if webhook.configuration.delivery_options.ordered { 1 } else { health.concurrency() }
}

/// Whether a new event may be leased ahead of waiting deliveries: not for an ordered or
/// rate-limited webhook, nor in an outage.
const fn is_free_flowing(options: DeliveryOptions, health: &Health) -> bool {
    !options.ordered
        && options.max_per_second.is_none()
        && !matches!(health.mode, Mode::Outage { .. })
}

/// Returns the time at which a waiting delivery is due; for any other delivery, the latest possible
/// time.
const fn due_of(delivery: &Delivery) -> Timestamp {
    match delivery.state {
        State::Scheduled { due } => due,
        State::Leased(_) | State::Delivered { .. } | State::Held => Timestamp::from_ms(u64::MAX),
    }
}
