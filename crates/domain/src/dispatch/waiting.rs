//! What waits: when the deliveries of a webhook are really attempted, and what they wait for.
//!
//! Read only by owners. Leasing ([`lease`](super::lease)) follows the same rules.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::crypto::{Opener, Owner};
use crate::delivery::{Delivery, DeliveryView, Gate, Health, Mode, Next, WaitsFor};
use crate::webhook::{Record, Webhook};

impl<S: Store> Transaction<'_, S> {
    /// Returns what the deliveries of a webhook wait for now.
    pub(crate) fn gate(&self, record: &Record, webhook: &Webhook) -> Result<Gate, StoreError> {
        let health = self.store.health()?;
        let is_ordered = webhook.configuration.delivery_options.ordered;
        let only = match (is_ordered, health.mode) {
            (true, _) => {
                let head = self.next_in_order(webhook)?;
                Some((head.map(|head| head.seq), WaitsFor::Order))
            }
            // Other deliveries are attempted too, but which one comes next depends on the outcome
            // of the attempt before.
            (false, Mode::Outage { .. }) => {
                let head = self.store.oldest_waiting(webhook.epoch, false)?;
                Some((head.map(|head| head.seq), WaitsFor::Probe))
            }
            (false, Mode::Normal) => None,
        };
        let closed = self.closed(record, webhook);
        Ok(Gate { now: self.now, closed, only, due: self.due_waits_for(webhook, &health)? })
    }

    /// Makes the view of a delivery, without its attempts.
    pub(crate) fn delivery_view(
        &self,
        record: &Record,
        webhook: &Webhook,
        delivery: &Delivery,
    ) -> Result<DeliveryView, StoreError> {
        let gate = self.gate(record, webhook)?;
        Ok(DeliveryView::new(delivery, webhook.epoch, &gate))
    }

    /// Returns the next attempt of a webhook, of any delivery.
    pub(crate) fn next_attempt(
        &self,
        record: &Record,
        webhook: &Webhook,
    ) -> Result<Next, StoreError> {
        let health = self.store.health()?;
        let Some(due) = self.next_due(webhook, &health)? else { return Ok(Next::default()) };
        Ok(match self.closed(record, webhook) {
            // Nothing waits for a webhook that is not active.
            Some(WaitsFor::Account) if !webhook.activity.is_active() => Next::default(),
            Some(waits_for) => Next::after(waits_for),
            None => match self.due_waits_for(webhook, &health)? {
                // What comes next depends on the outcome of the attempt in flight.
                waits_for @ (WaitsFor::Probe | WaitsFor::Order) => Next::after(waits_for),
                waits_for @ (WaitsFor::Courier
                | WaitsFor::Window
                | WaitsFor::Rate
                | WaitsFor::Account
                | WaitsFor::MasterKey
                | WaitsFor::Listener) => Next::new(due, self.now, waits_for),
            },
        })
    }

    /// Returns what all deliveries of a webhook wait for.
    fn closed(&self, record: &Record, webhook: &Webhook) -> Option<WaitsFor> {
        let owner = Owner { account: &record.account, webhook: &record.id };
        let opener = Opener { ring: &self.rules.master_keys, owner };
        if !webhook.sends() {
            Some(WaitsFor::Account)
        } else if !self.sends(webhook) {
            Some(WaitsFor::Listener)
        } else {
            let is_locked = webhook.configuration.open(opener, self.now).is_err();
            is_locked.then_some(WaitsFor::MasterKey)
        }
    }

    /// Returns what a delivery waits for that is due and may be sent next.
    fn due_waits_for(&self, webhook: &Webhook, health: &Health) -> Result<WaitsFor, StoreError> {
        let options = webhook.configuration.delivery_options;
        if self.window(webhook, health) <= self.store.open_leases()?.count {
            return Ok(match (options.ordered, health.mode) {
                (true, _) => WaitsFor::Order,
                (false, Mode::Outage { .. }) => WaitsFor::Probe,
                (false, Mode::Normal) => WaitsFor::Window,
            });
        }
        let is_over = |rate| health.allowance(rate, self.now) == 0;
        let is_rate_reached = options.max_per_second.is_some_and(is_over);
        Ok(if is_rate_reached { WaitsFor::Rate } else { WaitsFor::Courier })
    }
}
