//! The receiver: how it answers, and what the object makes of that.

use domain::base::Delay;
use domain::delivery::{Answer, AttemptResult, Cause, Outcome, SendError, State};
use domain::dispatch::{SendJob, Settled, Store as _};
use domain::webhook::{Activity, DeactivateReason, Stage};

use super::world::World;

/// How the receiver answers at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Up,
    Down,
    Flaky,
    Hanging,
    Unreachable,
    Redirecting,
    Rejecting,
    Throttling,
}

pub(super) const MOODS: [Mood; 8] = [
    Mood::Up,
    Mood::Down,
    Mood::Flaky,
    Mood::Hanging,
    Mood::Unreachable,
    Mood::Redirecting,
    Mood::Rejecting,
    Mood::Throttling,
];

impl World {
    pub(super) fn post(&mut self, attempt: &SendJob) -> (u64, Outcome) {
        self.posts += 1;
        let mood = if self.mood == Mood::Flaky {
            self.chance.pick(&[Mood::Up, Mood::Down, Mood::Unreachable])
        } else {
            self.mood
        };
        let answer = |status, retry_after: Option<&str>| {
            let retry_after = retry_after.map(str::to_owned);
            Outcome::Answered(Answer { status, retry_after, body: Vec::new() })
        };
        let delay_ms = self.chance.below(500);
        let (delay_ms, outcome) = match mood {
            Mood::Up | Mood::Flaky => (delay_ms, answer(self.chance.pick(&[200, 201, 204]), None)),
            Mood::Down => (delay_ms, answer(self.chance.pick(&[500, 502, 503, 530]), None)),
            Mood::Throttling => (delay_ms, answer(503, Some("7"))),
            Mood::Hanging => (self.rules.timeout.as_ms(), Outcome::Failed(SendError::Timeout)),
            Mood::Unreachable => (delay_ms, Outcome::Failed(SendError::Connection)),
            Mood::Redirecting => (delay_ms, answer(302, None)),
            Mood::Rejecting => (delay_ms, answer(self.chance.pick(&[400, 404, 410, 429]), None)),
        };
        if matches!(&outcome, Outcome::Answered(answer) if answer.status < 300) {
            self.book.get_mut(&attempt.event_id).unwrap().received = true;
        }
        (delay_ms, outcome)
    }

    pub(super) fn settle(&mut self, attempt: &SendJob, outcome: &Outcome) {
        let before = self.record();
        // It is settled later than it is known.
        let took = Delay::from_ms(self.now.since(attempt.at).as_ms() / 2);
        let settlement = attempt.settlement(outcome.clone(), took);
        let known = self.memory.attempts(attempt.seq).unwrap();
        let is_lost =
            known.iter().any(|known| known.at == attempt.at && known.result == AttemptResult::Lost);
        self.settles(attempt, outcome);
        let settled = self.turn(|turn| turn.settle(&settlement));
        self.has_settled();
        let attempts = self.memory.attempts(attempt.seq).unwrap();
        if attempts.len() > known.len() {
            assert_eq!(attempts.last().map(|attempt| attempt.took), Some(took));
        }
        if is_lost && self.memory.attempts(attempt.seq).unwrap().len() > known.len() {
            // It counts as lost, and what came of it is told beside that.
            self.book.get_mut(&attempt.event_id).unwrap().late += 1;
        }
        let Some(settled) = settled else { return self.settle_unheard(attempt) };
        let schedule = self.rules.schedule;
        let entry = self.book.get_mut(&attempt.event_id).unwrap();
        match settled {
            Settled::Delivered => entry.settled = true,
            Settled::Retried { due } => {
                let delay = due.since(self.now);
                assert!(delay >= schedule.delay_after(attempt.number), "{delay:?}");
                assert!(delay <= schedule.delay_after(attempt.number).max(Delay::from_secs(7)));
                entry.not_before = due;
                let is_scheduled = attempt.cause != Cause::Resend;
                if is_scheduled && attempt.number >= schedule.tries_max() {
                    entry.unjudged += 1;
                }
            }
            Settled::Deactivated(reason) => {
                let Some(Stage::Live(webhook)) = before.map(|record| record.stage) else {
                    panic!("only a live webhook is deactivated")
                };
                assert_eq!(webhook.activity, Activity::Active);
                self.check_evidence(reason, attempt, outcome);
            }
            Settled::Ignored => {}
        }
    }

    /// Whether the lease that a try is for is open.
    pub(super) fn has_lease(&self, attempt: &SendJob) -> bool {
        let found = self.memory.find(&attempt.event_id).unwrap();
        found.is_some_and(|delivery| {
            delivery.token == attempt.token && delivery.open_lease().is_some()
        })
    }

    /// The turn was stored, or it was not, and its answer was lost: the book follows the storage.
    pub(super) fn settle_unheard(&mut self, attempt: &SendJob) {
        let Some((_, state)) = self.memory.state_of(&attempt.event_id) else { return };
        let entry = self.book.get_mut(&attempt.event_id).unwrap();
        match state {
            State::Delivered { .. } => entry.settled = true,
            State::Scheduled { due } if entry.leases == attempt.number => {
                entry.not_before = due;
                entry.unjudged += 1;
            }
            State::Scheduled { .. } | State::Leased(_) | State::Held => {}
        }
    }

    pub(super) fn check_evidence(
        &self,
        reason: DeactivateReason,
        attempt: &SendJob,
        outcome: &Outcome,
    ) {
        let status = match outcome {
            Outcome::Answered(answer) => Some(answer.status),
            Outcome::Failed(_) => None,
        };
        match reason {
            DeactivateReason::Http4xxResponse => {
                let status = status.expect("an answer");
                assert!((400..500).contains(&status), "{status}");
                assert!(status != 429 || !self.flow.retry_4xx, "429 was to be retried");
            }
            DeactivateReason::TooManyRedirects => {
                assert_eq!(status, Some(302));
                assert!(attempt.number >= self.rules.schedule.tries_max());
            }
            DeactivateReason::RetryCount => {
                assert!(attempt.number >= self.rules.schedule.tries_max());
            }
            DeactivateReason::OrgDisabled => panic!("nobody disabled the account"),
        }
    }
}
