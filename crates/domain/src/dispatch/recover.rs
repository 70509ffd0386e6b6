//! The steps of a recovery: begun by the owner, taken up one by one, stopped by a deactivation.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{Seq, Timestamp};
use crate::delivery::{
    Cause, Delivery, Health, Holder, Missed, Mode, Recovery, RecoveryState, RecoveryView, Scope,
};
use crate::webhook::{Record, Stage, Webhook};

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

    /// How far the recovery is; `None` if there is no such webhook.
    pub fn recovery(&self) -> Result<Option<RecoveryView>, StoreError> {
        let Some(Record { stage: Stage::Live(_), .. }) = self.store.record()? else {
            return Ok(None);
        };
        Ok(Some(RecoveryView::new(self.store.recovery()?.as_ref())))
    }

    /// The recovery that takes up its next delivery now or later, if one does.
    ///
    /// It pauses in an outage; where order counts, while one that it took up has not arrived.
    pub(crate) fn ready_recovery(
        &self,
        webhook: &Webhook,
        health: &Health,
    ) -> Result<Option<Recovery>, StoreError> {
        let recovery = self.store.recovery()?.filter(|it| it.state == RecoveryState::Ready);
        if recovery.is_none() {
            return Ok(None);
        }
        let pauses = if webhook.configuration.flow.ordered {
            self.next_in_order(webhook)?.is_some()
        } else {
            matches!(health.mode, Mode::Outage { .. })
        };
        Ok(recovery.filter(|_| !pauses))
    }

    /// Takes up the next delivery of a recovery whose time has come. Says whether there was one
    /// that could be sent.
    pub(crate) fn take_up(
        &mut self,
        record: &Record,
        webhook: &Webhook,
        mut recovery: Recovery,
    ) -> Result<bool, StoreError> {
        let next = self.store.next_missed(&recovery.scope, recovery.cursor, webhook.epoch)?;
        let Some(mut delivery) = next else {
            recovery.state = RecoveryState::Done;
            self.store.put_recovery(&recovery)?;
            return Ok(false);
        };
        let payload = self.payload(&delivery)?;
        let Some(request) = self.request(record, webhook, &delivery, payload) else {
            return Ok(false);
        };
        delivery.lease_recovered(
            webhook.epoch,
            self.now.plus(self.rules.lease(Holder::Object)),
            record.version,
        );
        self.send(&delivery, Cause::Recover, request);
        self.store.update(&delivery, None)?;
        self.note_backlog(false, &delivery, webhook.epoch);
        recovery.take(delivery.seq, self.now, self.rules.recover_pause);
        self.store.put_recovery(&recovery)?;
        Ok(true)
    }

    /// A try of `delivery` has ended; a recovery that waited for it goes on.
    pub(crate) fn recovery_try_ended(
        &mut self,
        delivery: &Delivery,
        is_delivered: bool,
    ) -> Result<(), StoreError> {
        let waits = |recovery: &Recovery, seq: Seq| {
            recovery.state == RecoveryState::InFlight && recovery.cursor == seq
        };
        if let Some(mut recovery) =
            self.store.recovery()?.filter(|recovery| waits(recovery, delivery.seq))
        {
            recovery.first_try_ended(is_delivered);
            self.store.put_recovery(&recovery)?;
        }
        Ok(())
    }

    /// The webhook is switched off: what was not taken up can be recovered again.
    pub(crate) fn stop_recovery(&mut self) -> Result<(), StoreError> {
        if let Some(mut recovery) = self.store.recovery()?.filter(Recovery::is_running) {
            recovery.state = RecoveryState::Stopped;
            self.store.put_recovery(&recovery)?;
        }
        Ok(())
    }
}
