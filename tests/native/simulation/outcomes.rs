//! Settling: reports the outcome of an attempt to the object, and checks the object's decision.

use domain::base::Delay;
use domain::delivery::{AttemptResult, Cause, Outcome, Schedule, State, Wish};
use domain::dispatch::{SendJob, Settled, Store as _};
use domain::webhook::{Activity, DeactivateReason, Record, Stage};

use super::leases::is_held;
use super::world::World;

impl World {
    /// Reports an outcome, checks what the object decides, and asks for up to `max` attempts.
    /// Returns those that the caller gets.
    pub(super) fn settle(
        &mut self,
        attempt: &SendJob,
        outcome: &Outcome,
        max: usize,
    ) -> Vec<SendJob> {
        let before = self.record();
        // The report arrives later than the outcome: the attempt took half of the time until now.
        let took = Delay::from_ms(self.now.since(attempt.at).as_ms() / 2);
        let report = attempt.report(outcome.clone(), None, took);
        let known = self.model.attempts(attempt.seq).unwrap();
        let delivery = self.model.delivery(attempt.seq).unwrap();
        let epoch_before = delivery.as_ref().map(|delivery| delivery.epoch);
        let was_held = delivery.as_ref().is_some_and(is_held);
        let is_lost =
            known.iter().any(|known| known.at == attempt.at && known.result == AttemptResult::Lost);
        let schedule = self.schedule();
        let is_rejected = match outcome {
            Outcome::Answered(answer) => self.is_rejection(answer),
            Outcome::Failed(_) => false,
        };
        let is_current = self.is_current(attempt);
        self.before_settle(attempt, outcome);
        let (settled, next) =
            self.transact_and_lease(|tx| Ok((tx.settle(&report)?, tx.lease_due(max)?)));
        self.after_settle();
        let attempts = self.model.attempts(attempt.seq).unwrap();
        if attempts.len() > known.len() {
            assert_eq!(attempts.last().map(|attempt| attempt.took), Some(took));
        }
        if is_lost && self.model.attempts(attempt.seq).unwrap().len() > known.len() {
            // The attempt is in the history twice: as lost, and with its late outcome.
            self.expectations.get_mut(&attempt.event_id).unwrap().late_outcomes += 1;
        }
        let Some(settled) = settled else {
            self.settle_unanswered(attempt);
            return next;
        };
        // A recovery does not change the epoch of what is held in it.
        let delivery = self.model.delivery(attempt.seq).unwrap();
        let is_restarted = delivery.map(|delivery| delivery.epoch) > epoch_before || was_held;
        let entry = self.expectations.get_mut(&attempt.event_id).unwrap();
        match settled {
            Settled::Delivered => entry.settled = true,
            // A recovery had passed it, so it is due again at once.
            Settled::Retried { .. } if is_restarted => {}
            Settled::Retried { .. } if is_rejected && is_current => {
                panic!("an answer that was to deactivate the webhook is retried: {outcome:?}")
            }
            Settled::Retried { due } => {
                check_delay(due.since(self.now), schedule, attempt.number);
                entry.not_before = due;
                let is_scheduled = attempt.cause != Cause::Resend;
                if is_scheduled && attempt.number >= schedule.attempts_max() {
                    entry.extra_attempts += 1;
                }
            }
            Settled::Deactivated(reason) => {
                let Some(Stage::Live(webhook)) = before.map(|record| record.stage) else {
                    panic!("only a live webhook is deactivated")
                };
                assert_eq!(webhook.activity, Activity::Active);
                let is_due = reason != DeactivateReason::Http4xxResponse || is_rejected;
                assert!(is_due, "the webhook was not to be deactivated: {outcome:?}");
                Self::check_deactivation_reason(reason, attempt, outcome, schedule);
            }
            Settled::Ignored => {}
        }
        next
    }

    /// Whether an attempt is under its lease, of the current version and epoch.
    fn is_current(&self, attempt: &SendJob) -> bool {
        let Some(Record { version, stage: Stage::Live(webhook), .. }) = self.record() else {
            return false;
        };
        let found = self.model.find(&attempt.event_id).unwrap();
        found.is_some_and(|delivery| {
            delivery.token == attempt.token
                && delivery.epoch == webhook.epoch
                && delivery.open_lease().is_some_and(|lease| lease.version == version)
        })
    }

    /// Whether the lease of an attempt is open.
    pub(super) fn has_lease(&self, attempt: &SendJob) -> bool {
        let found = self.model.find(&attempt.event_id).unwrap();
        found.is_some_and(|delivery| {
            delivery.token == attempt.token && delivery.open_lease().is_some()
        })
    }

    /// Updates the expectations from the storage after a report without an answer, which may or may
    /// not be stored.
    fn settle_unanswered(&mut self, attempt: &SendJob) {
        let Some((_, state)) = self.model.state_of(&attempt.event_id) else { return };
        let entry = self.expectations.get_mut(&attempt.event_id).unwrap();
        match state {
            State::Delivered { .. } => entry.settled = true,
            State::Scheduled { due } if entry.leases == attempt.number => {
                entry.not_before = due;
                entry.extra_attempts += 1;
            }
            State::Scheduled { .. } | State::Leased(_) | State::Held => {}
        }
    }

    /// Checks that an outcome justifies the deactivation.
    fn check_deactivation_reason(
        reason: DeactivateReason,
        attempt: &SendJob,
        outcome: &Outcome,
        schedule: Schedule,
    ) {
        let status = match outcome {
            Outcome::Answered(answer) => Some(answer.status),
            Outcome::Failed(_) => None,
        };
        let is_disabling = matches!(outcome, Outcome::Answered(answer)
            if answer.signals.wish == Some(Wish::Disable));
        match reason {
            DeactivateReason::Http4xxResponse if is_disabling => {}
            DeactivateReason::Http4xxResponse => {
                let status = status.expect("an answer");
                assert!((400..500).contains(&status), "{status}");
            }
            DeactivateReason::TooManyRedirects => {
                assert_eq!(status, Some(302));
                assert!(attempt.number >= schedule.attempts_max());
            }
            DeactivateReason::RetryCount => {
                assert!(attempt.number >= schedule.attempts_max());
            }
            DeactivateReason::OrgDisabled => panic!("nobody disabled the account"),
        }
    }
}

/// Checks the delay after an attempt that failed.
fn check_delay(delay: Delay, schedule: Schedule, attempts: u32) {
    assert!(delay >= schedule.delay_after(attempts), "{delay:?}");
    // A receiver may have asked for 7 seconds.
    let longest = schedule.delay_after(attempts).max(Delay::from_secs(7));
    assert!(delay <= longest.plus(schedule.jitter.longest(longest)), "{delay:?}");
}
