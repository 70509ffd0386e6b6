//! The steps of a recovery: leasing its deliveries one by one, and stopping it at a deactivation.

use super::store::{Store, StoreError};
use super::transaction::{SendJob, Transaction};
use crate::base::{RECOVERY_LOOKED_AT_MAX, Seq, Timestamp};
use crate::delivery::{Attempt, Cause, Delivery, Health, Mode, Recovery, RecoveryState};
use crate::webhook::{Activity, Record, Webhook};

impl<S: Store> Transaction<'_, S> {
    /// Returns the next delivery of an ordered webhook: the oldest one that waits. While a recovery
    /// is running, deliveries after its cursor wait for its end.
    pub(crate) fn next_in_order(&self, webhook: &Webhook) -> Result<Option<Delivery>, StoreError> {
        let head = self.store.oldest_waiting(webhook.epoch, false)?;
        let recovery = self.store.recovery()?.filter(Recovery::is_running);
        Ok(head.filter(|head| recovery.is_none_or(|recovery| head.seq <= recovery.cursor)))
    }

    /// Returns the recovery that can lease its next delivery, now or at its `next_at`, if there is
    /// one.
    ///
    /// A recovery pauses during an outage. On an ordered webhook, it pauses instead while a
    /// delivery up to its cursor waits for an attempt.
    pub(crate) fn ready_recovery(
        &self,
        webhook: &Webhook,
        health: &Health,
    ) -> Result<Option<Recovery>, StoreError> {
        let recovery = self.store.recovery()?.filter(|it| it.state == RecoveryState::Ready);
        if recovery.is_none() {
            return Ok(None);
        }
        let pauses = if webhook.configuration.delivery_options.ordered {
            self.next_in_order(webhook)?.is_some()
        } else {
            matches!(health.mode, Mode::Outage { .. })
        };
        Ok(recovery.filter(|_| !pauses))
    }

    /// Leases the next delivery of a recovery, or ends the recovery if there is none.
    pub(crate) fn lease_recovered(
        &mut self,
        record: &Record,
        webhook: &Webhook,
        mut recovery: Recovery,
    ) -> Result<Option<SendJob>, StoreError> {
        let Some(mut delivery) = self.next_recovered(webhook, &mut recovery)? else {
            self.store.put_recovery(&recovery)?;
            return Ok(None);
        };
        let payload = self.payload(&delivery)?;
        let Some(request) = self.request(record, webhook, &delivery, payload) else {
            return Ok(None);
        };
        let until = self.now.plus(self.rules.lease_of(&webhook.configuration.delivery_options));
        delivery.lease_recovered(webhook.epoch, until, record.version);
        self.store.update(&delivery, None)?;
        self.update_backlog(false, &delivery, webhook.epoch);
        recovery.take(delivery.seq, self.now, self.rules.recover_pause);
        self.store.put_recovery(&recovery)?;
        Ok(Some(self.send_job(&delivery, Cause::Recover, request)))
    }

    /// Returns the next delivery of a recovery. `None` ends the recovery, or is where this step
    /// does: one looks at [`RECOVERY_LOOKED_AT_MAX`] deliveries at most.
    fn next_recovered(
        &self,
        webhook: &Webhook,
        recovery: &mut Recovery,
    ) -> Result<Option<Delivery>, StoreError> {
        let scope = recovery.scope;
        for _ in 0..RECOVERY_LOOKED_AT_MAX {
            let next = self.store.next_missed(&scope, recovery.cursor, webhook.epoch)?;
            let Some(delivery) = next else {
                recovery.state = RecoveryState::Done;
                return Ok(None);
            };
            let is_covered = scope.latest.is_any()
                || scope.latest.matches(self.store.attempts(delivery.seq)?.last());
            if is_covered {
                return Ok(Some(delivery));
            }
            recovery.pass(delivery.seq);
        }
        Ok(None)
    }

    /// Records the end of an attempt of `delivery`. If the recovery was waiting for it, the
    /// recovery continues.
    pub(crate) fn recovery_attempt_ended(
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
            recovery.first_attempt_ended(is_delivered);
            self.store.put_recovery(&recovery)?;
        }
        Ok(())
    }

    /// Puts a delivery whose attempt has failed on a new schedule, if a recovery has passed it
    /// while the attempt, leased at `leased_at`, was in flight.
    pub(crate) fn recover_passed(
        &mut self,
        webhook: &Webhook,
        delivery: &mut Delivery,
        latest: &Attempt,
        leased_at: Timestamp,
    ) -> Result<(), StoreError> {
        if webhook.activity != Activity::Active {
            return Ok(());
        }
        let passed =
            |recovery: &Recovery| recovery.has_passed(delivery, latest, webhook.epoch, leased_at);
        if let Some(mut recovery) = self.store.recovery()?.filter(passed) {
            delivery.restart(webhook.epoch, self.now);
            recovery.add_passed();
            self.store.put_recovery(&recovery)?;
        }
        Ok(())
    }

    /// Stops the recovery because the webhook is deactivated. Another recovery can cover the
    /// deliveries that it did not attempt.
    pub(crate) fn stop_recovery(&mut self) -> Result<(), StoreError> {
        if let Some(mut recovery) = self.store.recovery()?.filter(Recovery::is_running) {
            recovery.state = RecoveryState::Stopped;
            self.store.put_recovery(&recovery)?;
        }
        Ok(())
    }
}
