//! The steps of a recovery: begun by the owner, taken up one by one, stopped by a deactivation.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::Seq;
use crate::delivery::{Cause, Delivery, Health, Holder, Mode, Recovery, RecoveryState};
use crate::webhook::{Record, Webhook};

impl<S: Store> Transaction<'_, S> {
    /// The event whose turn it is by order. While a recovery runs, those that came later wait for
    /// it.
    pub(crate) fn next_in_order(&self, webhook: &Webhook) -> Result<Option<Delivery>, StoreError> {
        let head = self.store.oldest_waiting(webhook.epoch, false)?;
        let recovery = self.store.recovery()?.filter(Recovery::is_running);
        Ok(head.filter(|head| recovery.is_none_or(|recovery| head.seq <= recovery.cursor)))
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
