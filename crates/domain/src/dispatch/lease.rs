//! Leasing: which deliveries are attempted now.
//!
//! Only a caller that makes attempts leases: a courier that settles, the Worker that publishes, or
//! the alarm, which starts couriers. It says how many attempts it takes. Whatever is due beyond
//! that is leased by the alarm, which is set to now.
//!
//! Invariants:
//!
//! - A webhook that is not active leases nothing, and neither does a listener without its client.
//! - There are never more open leases than the receiver's window allows.
//! - An attempt of the schedule counts when it is leased.
//! - Nothing is leased while the webhook's secrets do not open.

use super::store::{Store, StoreError};
use super::transaction::{SendJob, Transaction};
use crate::base::Timestamp;
use crate::delivery::{Cause, Delivery, Health, Mode, PROBE_FIRST_AFTER, PROBE_RETRY_AFTER, State};
use crate::event::Payload;
use crate::webhook::{DeliveryOptions, Record, Stage, Webhook};

impl<S: Store> Transaction<'_, S> {
    /// Leases up to `max` deliveries that may be sent now: requested resends, then the next
    /// delivery of a recovery, then due deliveries.
    pub fn lease_due(&mut self, max: usize) -> Result<Vec<SendJob>, StoreError> {
        match self.store.record()? {
            Some(record) if max > 0 => self.lease(&record, max),
            Some(_) | None => Ok(Vec::new()),
        }
    }

    pub(crate) fn lease(
        &mut self,
        record: &Record,
        max: usize,
    ) -> Result<Vec<SendJob>, StoreError> {
        let mut jobs = Vec::new();
        let Stage::Live(webhook) = &record.stage else { return Ok(jobs) };
        if !self.sends(webhook) {
            return Ok(jobs);
        }
        let mut health = self.store.health()?;
        let mut free = self.free(webhook, &health)?.min(max);
        if free == 0 {
            return Ok(jobs);
        }
        let options = webhook.configuration.delivery_options;
        for mut delivery in self.store.resends(free)? {
            let payload = self.payload(&delivery)?;
            let Some(request) = self.request(record, webhook, &delivery, payload) else {
                return Ok(jobs);
            };
            let was_in_backlog = delivery.is_in_backlog(webhook.epoch);
            delivery.lease_resend(self.now.plus(self.rules.lease_of(&options)), record.version);
            jobs.push(self.send_job(&delivery, Cause::Resend, request));
            self.store.update(&delivery, None)?;
            self.update_backlog(was_in_backlog, &delivery, webhook.epoch);
            self.record_lease(options, &mut health)?;
            free = free.saturating_sub(1);
        }
        let recovery = self.ready_recovery(webhook, &health)?;
        if let Some(recovery) = recovery.filter(|recovery| recovery.next_at <= self.now)
            && free > 0
            && let Some(job) = self.lease_recovered(record, webhook, recovery)?
        {
            jobs.push(job);
            free = free.saturating_sub(1);
            self.record_lease(options, &mut health)?;
        }
        for mut delivery in self.candidates(webhook, &health, free)? {
            let payload = self.payload(&delivery)?;
            let Some(job) = self.lease_next(record, webhook, &mut delivery, payload) else {
                return Ok(jobs);
            };
            jobs.push(job);
            self.store.update(&delivery, None)?;
            self.record_lease(options, &mut health)?;
        }
        Ok(jobs)
    }

    /// Returns the earliest time at which [`lease`](Self::lease) can lease another delivery, if one
    /// waits.
    pub(crate) fn next_lease(&self, webhook: &Webhook) -> Result<Option<Timestamp>, StoreError> {
        let health = self.store.health()?;
        // While the window is full, the next lease follows the settling or the end of another one.
        if self.window(webhook, &health) <= self.store.open_leases()?.count {
            return Ok(None);
        }
        self.next_due(webhook, &health)
    }

    /// Whether a delivery is due that has no lease. Then a courier that has room is given it as
    /// soon as it settles.
    pub fn has_due(&self) -> Result<bool, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(false) };
        let Stage::Live(webhook) = &record.stage else { return Ok(false) };
        if !self.sends(webhook) {
            return Ok(false);
        }
        let due = self.next_due(webhook, &self.store.health()?)?;
        Ok(due.is_some_and(|due| due <= self.now))
    }

    /// Returns the time at which the next delivery may be sent, if the window has room.
    pub(crate) fn next_due(
        &self,
        webhook: &Webhook,
        health: &Health,
    ) -> Result<Option<Timestamp>, StoreError> {
        let resends = self.store.resends(1)?.first().map(|_| self.now);
        let due = match (webhook.configuration.delivery_options.ordered, health.mode) {
            (true, _) => self.next_in_order(webhook)?.map(|head| due_of(&head)),
            (false, Mode::Outage { last_end }) => self.next_probe(webhook, last_end)?,
            (false, Mode::Normal) => self.store.next_due(webhook.epoch)?,
        };
        let recovery = self.ready_recovery(webhook, health)?.map(|recovery| recovery.next_at);
        let next = resends.into_iter().chain(recovery).chain(due).min();
        Ok(match webhook.configuration.delivery_options.max_per_second {
            None => next,
            Some(rate) => next.map(|next| next.max(health.next_allowed(rate, self.now))),
        })
    }

    /// Leases the next attempt of a delivery. `None` if the webhook's secrets do not open; the
    /// delivery then waits.
    pub(crate) fn lease_next(
        &mut self,
        record: &Record,
        webhook: &Webhook,
        delivery: &mut Delivery,
        payload: Payload,
    ) -> Option<SendJob> {
        let request = self.request(record, webhook, delivery, payload)?;
        let lease = self.rules.lease_of(&webhook.configuration.delivery_options);
        delivery.lease(self.now.plus(lease), record.version);
        Some(self.send_job(delivery, Cause::Schedule, request))
    }

    /// Returns the number of new events that may be leased at their acceptance: none for an ordered
    /// or rate-limited webhook, nor in an outage.
    pub(crate) fn free_for_new(&self, webhook: &Webhook) -> Result<usize, StoreError> {
        let health = self.store.health()?;
        let options = webhook.configuration.delivery_options;
        let flows = !options.ordered
            && options.max_per_second.is_none()
            && !matches!(health.mode, Mode::Outage { .. });
        if !flows || !self.sends(webhook) || self.locked.is_some() {
            return Ok(0);
        }
        self.free(webhook, &health)
    }

    /// Returns the number of leases that the window and the rate allow now.
    fn free(&self, webhook: &Webhook, health: &Health) -> Result<usize, StoreError> {
        let open = self.store.open_leases()?.count;
        let free = self.window(webhook, health).saturating_sub(open);
        Ok(match webhook.configuration.delivery_options.max_per_second {
            None => free,
            Some(rate) => free.min(health.allowance(rate, self.now)),
        })
    }

    /// Returns the number of attempts that may be in flight.
    pub(crate) fn window(&self, webhook: &Webhook, health: &Health) -> usize {
        let options = webhook.configuration.delivery_options;
        let size = if options.ordered {
            1
        } else {
            health.window_size(usize::from(options.max_in_flight))
        };
        size.min(self.in_flight_max)
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
            (false, Mode::Normal) => self.store.due(epoch, self.now, free),
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

/// Returns the time at which a waiting delivery is due; for any other delivery, the latest possible
/// time.
const fn due_of(delivery: &Delivery) -> Timestamp {
    match delivery.state {
        State::Scheduled { due } => due,
        State::Leased(_) | State::Delivered { .. } | State::Held => Timestamp::from_ms(u64::MAX),
    }
}
