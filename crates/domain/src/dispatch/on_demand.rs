//! Looking at deliveries, and sending one again.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{Epoch, EventId, Timestamp};
use crate::delivery::{DeliveryView, Missed, Recovery, RecoveryView, Scope, Status};
use crate::webhook::Stage;

/// What asking for another send led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resent {
    /// It is on its way, or as soon as a slot is free.
    Now(DeliveryView),
    /// The webhook is switched off: nothing is sent to it.
    Inactive,
    /// It has arrived, and its body was not kept.
    Discarded,
    /// There is no such delivery.
    Gone,
}

/// What asking to pass over a delivery led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Skipped {
    /// It is not tried any more; it can be sent again, or recovered.
    Now(DeliveryView),
    /// It neither waits nor is on its way.
    Settled,
    /// There is no such delivery.
    Gone,
}

/// What asking for a recovery led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recovered {
    /// It has begun.
    Now(RecoveryView),
    /// One is running already.
    Running,
    /// The webhook is switched off: nothing is sent to it.
    Inactive,
    /// There is no such webhook.
    Gone,
}

impl<S: Store> Transaction<'_, S> {
    /// Begins a recovery of what was missed, and accepted at `since` or later.
    pub fn recover(
        &mut self,
        missed: Missed,
        since: Option<Timestamp>,
    ) -> Result<Recovered, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Recovered::Gone) };
        let Stage::Live(webhook) = &record.stage else { return Ok(Recovered::Gone) };
        if !webhook.sends() {
            return Ok(Recovered::Inactive);
        }
        if self.store.recovery()?.is_some_and(|recovery| recovery.is_running()) {
            return Ok(Recovered::Running);
        }
        let scope = Scope { missed, since, until: self.store.next_seq()? };
        let total = self.store.count_missed(&scope, webhook.epoch)?;
        self.store.put_recovery(&Recovery::new(scope, total, self.now))?;
        self.lease_due(&record)?;
        Ok(Recovered::Now(RecoveryView::new(self.store.recovery()?.as_ref())))
    }

    /// Passes over a delivery, so that one that keeps failing holds back nothing. It becomes
    /// undelivered; a try that is on its way may still arrive.
    pub fn skip(&mut self, event_id: &EventId) -> Result<Skipped, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Skipped::Gone) };
        let Stage::Live(webhook) = &record.stage else { return Ok(Skipped::Gone) };
        let Some(mut delivery) = self.store.find(event_id)? else { return Ok(Skipped::Gone) };
        match Status::of(&delivery, webhook.epoch) {
            Status::Waiting | Status::InFlight => {}
            Status::Delivered | Status::Undelivered | Status::Held => return Ok(Skipped::Settled),
        }
        delivery.epoch = Epoch::OVER;
        self.store.update(&delivery, None)?;
        self.note_backlog(true, &delivery, webhook.epoch);
        self.recovery_try_ended(&delivery, false)?;
        self.lease_due(&record)?;
        Ok(Skipped::Now(DeliveryView::new(&delivery, webhook.epoch)))
    }

    /// Asks for another send of a delivery, wherever it stands. It does not use up the schedule;
    /// two askings are two sends.
    pub fn resend(&mut self, event_id: &EventId) -> Result<Resent, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Resent::Gone) };
        let Stage::Live(webhook) = &record.stage else { return Ok(Resent::Gone) };
        let Some(mut delivery) = self.store.find(event_id)? else { return Ok(Resent::Gone) };
        if delivery.is_discarded() {
            return Ok(Resent::Discarded);
        }
        if !webhook.sends() {
            return Ok(Resent::Inactive);
        }
        delivery.resends = delivery.resends.saturating_add(1);
        self.store.update(&delivery, None)?;
        self.lease_due(&record)?;
        let Some(delivery) = self.store.find(event_id)? else { return Ok(Resent::Gone) };
        Ok(Resent::Now(DeliveryView::new(&delivery, webhook.epoch)))
    }
}
