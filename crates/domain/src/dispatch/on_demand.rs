//! The owner's requests about deliveries: resend, skip and recover.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{Cursor, Epoch, EventId, LISTED_AT_ONCE_MAX, Timestamp};
use crate::delivery::{
    DeliveryView, HistoryQuery, LatestFilter, Missed, Recovery, RecoveryScope, RecoveryView, Status,
};
use crate::webhook::Stage;

/// The result of a requested resend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resent {
    /// The resend follows as soon as the limits allow it.
    Now(Box<DeliveryView>),
    /// The webhook is not active, so nothing is sent.
    Inactive,
    /// The event was delivered and its body was discarded.
    Discarded,
    /// The webhook or the delivery does not exist.
    Gone,
}

/// The result of a requested resend of many deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResentMany {
    /// The resends follow as soon as the limits allow it.
    Now {
        /// Their number.
        resent: usize,
        /// Where the next call goes on, if there may be more.
        older: Option<Cursor>,
    },
    /// The webhook is not active, so nothing is sent.
    Inactive,
    /// The webhook does not exist.
    Gone,
}

/// The result of a requested skip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Skipped {
    /// The delivery is not attempted any more. It can be resent or recovered.
    Now(Box<DeliveryView>),
    /// The delivery is neither waiting nor in flight.
    Settled,
    /// The webhook or the delivery does not exist.
    Gone,
}

/// The result of a requested recovery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recovered {
    /// The recovery has begun.
    Now(RecoveryView),
    /// Another recovery is running.
    Running,
    /// The webhook is not active, so nothing is sent.
    Inactive,
    /// The webhook does not exist.
    Gone,
}

impl<S: Store> Transaction<'_, S> {
    /// Begins a recovery of missed deliveries that were accepted at `since` or later.
    pub fn recover(
        &mut self,
        missed: Missed,
        since: Option<Timestamp>,
        latest: LatestFilter,
    ) -> Result<Recovered, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Recovered::Gone) };
        let Stage::Live(webhook) = &record.stage else { return Ok(Recovered::Gone) };
        if !webhook.sends() {
            return Ok(Recovered::Inactive);
        }
        if self.store.recovery()?.is_some_and(|recovery| recovery.is_running()) {
            return Ok(Recovered::Running);
        }
        let scope = RecoveryScope { missed, since, latest, until: self.store.next_seq()? };
        let total = self.store.count_missed(&scope, webhook.epoch)?;
        self.store.put_recovery(&Recovery::new(scope, total, self.now))?;
        Ok(Recovered::Now(RecoveryView::new(self.store.recovery()?.as_ref())))
    }

    /// Skips a delivery, so that it no longer holds back others. It becomes undelivered. An attempt
    /// in flight may still succeed.
    pub fn skip(&mut self, event_id: &EventId) -> Result<Skipped, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Skipped::Gone) };
        let Stage::Live(webhook) = &record.stage else { return Ok(Skipped::Gone) };
        let Some(mut delivery) = self.store.find(event_id)? else { return Ok(Skipped::Gone) };
        match Status::of(&delivery, webhook.epoch) {
            Status::Waiting | Status::InFlight => {}
            Status::Delivered | Status::Undelivered | Status::Held => return Ok(Skipped::Settled),
        }
        delivery.epoch = Epoch::SKIPPED;
        self.store.update(&delivery, None)?;
        self.update_backlog(true, &delivery, webhook.epoch);
        self.recovery_attempt_ended(&delivery, false)?;
        Ok(Skipped::Now(Box::new(self.delivery_view(&record, webhook, &delivery)?)))
    }

    /// Requests a resend of a delivery in any state. It does not count as an attempt of the
    /// schedule. Two requests make two resends.
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
        Ok(Resent::Now(Box::new(self.delivery_view(&record, webhook, &delivery)?)))
    }

    /// Requests a resend of each delivery of a page of the history. Those whose body was discarded
    /// are left out.
    pub fn resend_many(&mut self, query: &HistoryQuery) -> Result<ResentMany, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(ResentMany::Gone) };
        let Stage::Live(webhook) = &record.stage else { return Ok(ResentMany::Gone) };
        if !webhook.sends() {
            return Ok(ResentMany::Inactive);
        }
        let listed = self.store.list(query, webhook.epoch, LISTED_AT_ONCE_MAX)?;
        let (found, older, _) = listed.page(query);
        let mut resent = 0_usize;
        for (mut delivery, _) in found {
            if !delivery.is_discarded() {
                delivery.resends = delivery.resends.saturating_add(1);
                self.store.update(&delivery, None)?;
                resent = resent.saturating_add(1);
            }
        }
        Ok(ResentMany::Now { resent, older })
    }
}
