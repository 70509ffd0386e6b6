//! Looking at deliveries, and sending one again.

use serde::{Deserialize, Serialize};

use super::history::{DeliveryView, HistoryPage, HistoryQuery};
use super::id::EventId;
use super::record::{Record, Stage};
use super::store::{Store, StoreFault};
use super::turn::Turn;
use super::webhook::Activity;

/// What asking for another send led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resent {
    /// It is on its way, or as soon as a slot is free.
    Now(DeliveryView),
    /// The webhook is switched off: nothing is sent to it.
    Inactive,
    /// There is no such delivery.
    Gone,
}

impl<S: Store> Turn<'_, S> {
    /// A page of the history; `None` if there is no such webhook.
    pub fn history(&self, query: &HistoryQuery) -> Result<Option<HistoryPage>, StoreFault> {
        let Some(Record { stage: Stage::Live(webhook), .. }) = self.store.record()? else {
            return Ok(None);
        };
        let found = self.store.list(query, webhook.epoch)?;
        Ok(Some(HistoryPage::new(query, found, webhook.epoch)))
    }

    /// One delivery with its tries; `None` if there is none.
    pub fn delivery(&self, event_id: &EventId) -> Result<Option<DeliveryView>, StoreFault> {
        let Some(Record { stage: Stage::Live(webhook), .. }) = self.store.record()? else {
            return Ok(None);
        };
        let Some(delivery) = self.store.find(event_id)? else { return Ok(None) };
        let attempts = self.store.attempts(delivery.seq)?;
        Ok(Some(DeliveryView::new(&delivery, webhook.epoch).with_tries(attempts)))
    }

    /// Asks for another send of a delivery, wherever it stands. It does not use up the schedule;
    /// two askings are two sends.
    pub fn resend(&mut self, event_id: &EventId) -> Result<Resent, StoreFault> {
        let Some(record) = self.store.record()? else { return Ok(Resent::Gone) };
        let Stage::Live(webhook) = &record.stage else { return Ok(Resent::Gone) };
        let Some(mut delivery) = self.store.find(event_id)? else { return Ok(Resent::Gone) };
        if webhook.activity != Activity::Active {
            return Ok(Resent::Inactive);
        }
        delivery.resends = delivery.resends.saturating_add(1);
        self.store.update(&delivery, None)?;
        self.lease_due(&record)?;
        let Some(delivery) = self.store.find(event_id)? else { return Ok(Resent::Gone) };
        Ok(Resent::Now(DeliveryView::new(&delivery, webhook.epoch)))
    }
}
