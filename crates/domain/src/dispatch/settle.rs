//! Settling: recording the outcome of an attempt, and ending the leases whose outcome was lost.
//!
//! Invariants:
//!
//! - A 2xx always makes the event delivered, even after the end of its lease.
//! - Only a failure under the current version and epoch counts against the webhook. For a last
//!   attempt that was lost, only the epoch is compared.
//! - A failure that is reported after the end of its lease is added to the history and has no
//!   further consequence.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use super::transaction::{AttemptReport, Transaction};
use crate::base::{Epoch, LeaseToken, Seq, Timestamp};
use crate::delivery::{
    AfterLoss, Attempt, AttemptResult, Cause, Delivery, Fault, Health, Lease, LeaseOrigin, Load,
    State, Verdict, verdict,
};
use crate::webhook::{DeactivateReason, DeliveryOptions, Record, Stage};

/// The consequence of a settled attempt, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settled {
    /// The event is delivered.
    Delivered,
    /// The attempt failed, and the webhook was not deactivated.
    Retried {
        /// The time at which the next attempt is due, unless the delivery's epoch is over.
        due: Timestamp,
    },
    /// The webhook was deactivated.
    Deactivated(DeactivateReason),
    /// No further consequence: the lease had ended, the webhook or the delivery is gone, the event
    /// was delivered already, the receiver does not want it again, or the resend of a delivered or
    /// held event failed.
    Ignored,
}

impl<S: Store> Transaction<'_, S> {
    /// Settles the report of an attempt.
    pub fn settle(&mut self, report: &AttemptReport) -> Result<Settled, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Settled::Ignored) };
        match self.store.delivery(report.seq)? {
            Some(delivery) => self.judge(record, delivery, report),
            None => Ok(Settled::Ignored),
        }
    }

    /// Takes back leases whose attempts were not started. A lease that has ended is ignored.
    pub fn hand_back(&mut self, leases: &[(Seq, LeaseToken, Cause)]) -> Result<(), StoreError> {
        for &(seq, token, cause) in leases {
            let Some(mut delivery) = self.store.delivery(seq)? else { continue };
            let Some(lease) = delivery.open_lease().filter(|_| delivery.token == token) else {
                continue;
            };
            delivery.hand_back(lease, cause, self.now);
            self.store.update(&delivery, None)?;
            let Some(record) = self.store.record()? else { continue };
            if let Stage::Live(webhook) = &record.stage {
                self.update_backlog(true, &delivery, webhook.epoch);
            }
            // An earlier attempt may have delivered it in the meantime.
            self.discard_if_over(&delivery)?;
        }
        Ok(())
    }

    fn judge(
        &mut self,
        record: Record,
        mut delivery: Delivery,
        report: &AttemptReport,
    ) -> Result<Settled, StoreError> {
        let lease = delivery.open_lease().filter(|_| delivery.token == report.token);
        let attempt = Attempt {
            at: report.at,
            took: report.took,
            cause: cause(lease),
            result: report.result.clone(),
            fault: report.fault.or_else(|| report.result.fault()),
        };
        let Stage::Live(webhook) = &record.stage else { return Ok(Settled::Ignored) };
        let load = report.outcome.load();
        let options = webhook.configuration.delivery_options;
        let verdict = verdict::judge(&report.outcome, self.now, &options);
        match (verdict, lease) {
            (Verdict::Delivered, _) => self.delivered(record, delivery, lease, &attempt, None),
            (Verdict::DeliveredLast(reason), _) => {
                self.delivered(record, delivery, lease, &attempt, Some(reason))
            }
            (Verdict::Abort, Some(lease)) => self.abort(record, delivery, lease, &attempt),
            (Verdict::Retry { retry_after, exhausted }, Some(lease)) => {
                let schedule = self.schedule(&record);
                let reason = delivery.is_last(lease, &schedule).then_some(exhausted);
                delivery.fail_lease(lease, self.now, &schedule, retry_after);
                self.recover_passed(webhook, &mut delivery, &attempt, report.at)?;
                self.failed(record, &delivery, lease, (&attempt, load), reason)
            }
            (Verdict::Deactivate(reason), Some(lease)) => {
                delivery.fail_lease(lease, self.now, &self.schedule(&record), None);
                self.recover_passed(webhook, &mut delivery, &attempt, report.at)?;
                self.failed(record, &delivery, lease, (&attempt, load), Some(reason))
            }
            (Verdict::Retry { .. } | Verdict::Deactivate(_) | Verdict::Abort, None) => {
                self.store.update(&delivery, Some(&attempt))?;
                Ok(Settled::Ignored)
            }
        }
    }

    /// Stores a successful attempt. `reason` is the reason to deactivate the webhook all the same,
    /// if there is one; it applies only if the attempt was made under the current version and
    /// epoch.
    fn delivered(
        &mut self,
        mut record: Record,
        mut delivery: Delivery,
        lease: Option<Lease>,
        attempt: &Attempt,
        reason: Option<DeactivateReason>,
    ) -> Result<Settled, StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(Settled::Ignored) };
        let epoch = webhook.epoch;
        let is_current =
            lease.is_some_and(|lease| lease.version == record.version) && delivery.epoch == epoch;
        let was_in_backlog = delivery.is_in_backlog(epoch);
        let has_event = self.record_success(&mut record, &delivery, &attempt.result)?;
        let was_delivered = matches!(delivery.state, State::Delivered { .. });
        match delivery.open_lease().filter(|_| lease.is_none()) {
            // Another attempt is in flight. It stays leased until its own outcome is known.
            Some(other) => {
                let origin = LeaseOrigin::Delivered(self.now);
                delivery.state = State::Leased(Lease { origin, ..other });
            }
            None if lease.is_some() || !was_delivered => {
                delivery.state = State::Delivered { at: self.now };
            }
            None => {}
        }
        self.store.update(&delivery, Some(attempt))?;
        self.update_backlog(was_in_backlog, &delivery, epoch);
        self.discard_if_over(&delivery)?;
        self.recovery_attempt_ended(&delivery, true)?;
        if let Some(reason) = reason.filter(|_| is_current) {
            self.deactivate(&mut record, &delivery, reason)?;
            self.publish(record)?;
            return Ok(Settled::Deactivated(reason));
        }
        if has_event {
            self.publish(record)?;
        }
        Ok(if was_delivered { Settled::Ignored } else { Settled::Delivered })
    }

    /// Ends a delivery that the receiver does not want. As after a skip, it is not attempted any
    /// more. The receiver is well: it has read the event and decided.
    fn abort(
        &mut self,
        mut record: Record,
        mut delivery: Delivery,
        lease: Lease,
        attempt: &Attempt,
    ) -> Result<Settled, StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(Settled::Ignored) };
        let epoch = webhook.epoch;
        let has_event = self.record_success(&mut record, &delivery, &attempt.result)?;
        delivery.fail_lease(lease, self.now, &self.rules.schedule, None);
        if let State::Scheduled { .. } = delivery.state {
            delivery.epoch = Epoch::SKIPPED;
        }
        self.store.update(&delivery, Some(attempt))?;
        self.update_backlog(true, &delivery, epoch);
        self.discard_if_over(&delivery)?;
        self.recovery_attempt_ended(&delivery, false)?;
        if has_event {
            self.publish(record)?;
        }
        Ok(Settled::Ignored)
    }

    /// Records in the receiver's health that it is well. Returns whether an operational event was
    /// put into the outbox.
    fn record_success(
        &mut self,
        record: &mut Record,
        delivery: &Delivery,
        result: &AttemptResult,
    ) -> Result<bool, StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(false) };
        let max_in_flight = usize::from(webhook.configuration.delivery_options.max_in_flight);
        // Counted only if the window needs it.
        let in_flight = match self.store.health()?.window {
            Some(_) => self.store.open_leases()?.count,
            None => 0,
        };
        let succeed = |health: &mut Health| health.record_success(in_flight, max_in_flight);
        self.record_outcome(record, delivery, result, succeed)
    }

    /// Stores a failed attempt. `reason` is the reason to deactivate the webhook, if there is one.
    /// It applies only if the attempt was made under the current version and epoch, because a
    /// failure of an earlier configuration says nothing about the current one.
    fn failed(
        &mut self,
        mut record: Record,
        delivery: &Delivery,
        lease: Lease,
        (attempt, load): (&Attempt, Load),
        reason: Option<DeactivateReason>,
    ) -> Result<Settled, StoreError> {
        self.store.update(delivery, Some(attempt))?;
        self.recovery_attempt_ended(delivery, false)?;
        let Stage::Live(webhook) = &record.stage else { return Ok(Settled::Ignored) };
        self.update_backlog(true, delivery, webhook.epoch);
        self.discard_if_over(delivery)?;
        let is_current = lease.version == record.version && delivery.epoch == webhook.epoch;
        let max_in_flight = usize::from(webhook.configuration.delivery_options.max_in_flight);
        let mut is_changed = false;
        if is_current {
            let (seq, now, result) = (delivery.seq, self.now, &attempt.result);
            let fault = attempt.fault().unwrap_or(Fault::HttpStatus);
            let fail = |health: &mut Health| {
                health.record_failure(seq, now, load, max_in_flight);
                health.track_record.record_failure(seq, fault);
            };
            is_changed = self.record_outcome(&mut record, delivery, result, fail)?;
        }
        if let Some(reason) = reason.filter(|_| is_current) {
            self.deactivate(&mut record, delivery, reason)?;
            self.publish(record)?;
            return Ok(Settled::Deactivated(reason));
        }
        if is_changed {
            self.publish(record)?;
        }
        Ok(match delivery.state {
            State::Scheduled { due } => Settled::Retried { due },
            State::Leased(_) | State::Delivered { .. } | State::Held => Settled::Ignored,
        })
    }

    /// Discards the body of a delivered event without a requested resend, if `PAYLOADS` is
    /// `discard`, or if the bodies up to it were dropped for lack of room.
    pub(crate) fn discard_if_over(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        let is_over = matches!(delivery.state, State::Delivered { .. }) && delivery.resends == 0;
        if !is_over || delivery.is_discarded() {
            return Ok(());
        }
        let mut health = self.store.health()?;
        let bodies = &mut health.trimmed.bodies;
        if delivery.seq < bodies.until {
            bodies.advance(bodies.until, Some(delivery.accepted_at));
            self.store.put_health(&health)?;
        } else if !self.rules.discards_payloads {
            return Ok(());
        }
        self.store.discard(delivery.seq)?;
        Ok(())
    }

    /// Ends the leases that have expired. Their outcomes are lost.
    pub(crate) fn end_leases(&mut self, mut record: Record) -> Result<Record, StoreError> {
        for mut delivery in self.store.leases()? {
            let Some(lease) = delivery.open_lease().filter(|lease| lease.until <= self.now) else {
                continue;
            };
            let options = match &record.stage {
                Stage::Live(webhook) => webhook.configuration.delivery_options,
                Stage::Creating { .. } | Stage::Deleting => DeliveryOptions::default(),
            };
            let after = delivery.lose_lease(lease, &self.schedule(&record));
            let took = self.rules.lease_of(&options);
            let at = lease.until.minus(took);
            let attempt = Attempt {
                at,
                took,
                cause: cause(Some(lease)),
                result: AttemptResult::Lost,
                fault: Some(Fault::Lost),
            };
            if let Stage::Live(webhook) = &record.stage {
                // The webhook may have had another timeout when an earlier version was leased.
                let is_current = lease.version == record.version;
                let longest = self.rules.longest_lease();
                let leased_at = if is_current { at } else { lease.until.minus(longest) };
                self.recover_passed(webhook, &mut delivery, &attempt, leased_at)?;
            }
            self.store.update(&delivery, Some(&attempt))?;
            self.recovery_attempt_ended(&delivery, false)?;
            let Stage::Live(webhook) = &record.stage else { continue };
            self.update_backlog(true, &delivery, webhook.epoch);
            self.discard_if_over(&delivery)?;
            if after == AfterLoss::Exhausted && delivery.epoch == webhook.epoch {
                self.deactivate(&mut record, &delivery, DeactivateReason::RetryCount)?;
            }
        }
        Ok(record)
    }
}

impl Delivery {
    /// Whether the body was discarded. No event has 0 bytes.
    pub const fn is_discarded(&self) -> bool {
        self.bytes == 0
    }
}

/// Returns the reason for an attempt. It is unknown after the end of the lease and then counts as
/// [`Cause::Schedule`].
fn cause(lease: Option<Lease>) -> Cause {
    match lease.map(|lease| lease.origin) {
        None | Some(LeaseOrigin::Schedule) => Cause::Schedule,
        Some(LeaseOrigin::Recover) => Cause::Recover,
        Some(LeaseOrigin::Resend | LeaseOrigin::Delivered(_) | LeaseOrigin::Held) => Cause::Resend,
    }
}
