//! The publishing Workers, which make the first attempts that the object grants. They survive a
//! crash of the object, but can crash themselves, begin too late, or report late or never.

use domain::base::{Delay, Timestamp};
use domain::delivery::{Delivery, Holder, Outcome};
use domain::dispatch::{Accepted, Grant, NewEvent, SendJob, Store as _};

use super::world::World;
use crate::support::rng::Rng;

/// The Workers of a run, and the attempts they are making.
#[derive(Debug, Default)]
pub(super) struct Workers {
    /// Their own random generator, so that its draws do not change the numbers of the other
    /// generators. `None`: the object makes all attempts of this run.
    rng: Option<Rng>,
    reports: Vec<Report>,
}

/// A report that a Worker will send to the object.
#[derive(Debug)]
struct Report {
    due: Timestamp,
    attempt: Box<SendJob>,
    /// The attempt's outcome; `None` if it was not begun and is handed back.
    outcome: Option<Outcome>,
}

impl Workers {
    /// Two runs of five have Workers that make attempts.
    pub(super) fn from_seed(seed: u64) -> Self {
        let has_rng = matches!(seed % 5, 2 | 4);
        Self { rng: has_rng.then(|| Rng::new(seed ^ 0x5eed)), ..Self::default() }
    }

    /// Returns when the next report is due.
    pub(super) fn next_report(&self) -> Option<Timestamp> {
        self.reports.iter().map(|report| report.due).min()
    }

    pub(super) const fn are_idle(&self) -> bool {
        self.reports.is_empty()
    }
}

impl World {
    /// Calls the object with events as a Worker does, and begins the granted attempts.
    pub(super) fn accept(&mut self, events: Vec<NewEvent>) -> Option<Accepted> {
        let holder = if self.workers.rng.is_some() { Holder::Worker } else { Holder::Object };
        let mut granted = Vec::new();
        let answer = self.transact(|tx| {
            let accepted = tx.accept(events, holder)?;
            granted.clone_from(&accepted.grants);
            Ok(accepted)
        });
        for Grant { attempt, .. } in granted {
            let stored = self.model.delivery(attempt.seq).unwrap();
            // If the transaction was not stored, another event may have this `seq` by now.
            let is_stored = |delivery: &Delivery| delivery.event_id == attempt.event_id;
            if !stored.as_ref().is_some_and(is_stored) {
                continue;
            }
            self.record_lease(&attempt, Holder::Worker);
            if answer.is_some() {
                self.start_attempt(attempt);
            }
        }
        answer
    }

    /// Makes an attempt and schedules its report. A Worker that begins too late hands the lease
    /// back.
    fn start_attempt(&mut self, attempt: SendJob) {
        let mut rng = self.workers.rng.take().unwrap();
        let (is_late, is_dead) = (rng.percent(5), rng.percent(5));
        let report_ms = if rng.percent(5) { 30_000 } else { rng.below(50) };
        self.workers.rng = Some(rng);
        if self.faulty && is_late {
            let due = self.now.plus(Delay::from_secs(6));
            self.workers.reports.push(Report { due, attempt: Box::new(attempt), outcome: None });
            return;
        }
        let (delay_ms, outcome) = self.post(&attempt);
        if self.faulty && is_dead {
            return;
        }
        let late_ms = if self.faulty { report_ms } else { 0 };
        let due = self.now.plus(Delay::from_ms(delay_ms + late_ms));
        let (attempt, outcome) = (Box::new(attempt), Some(outcome));
        self.workers.reports.push(Report { due, attempt, outcome });
    }

    /// Sends the reports that are due.
    pub(super) fn send_due_reports(&mut self) {
        while let Some(index) =
            self.workers.reports.iter().position(|report| report.due <= self.now)
        {
            let Report { attempt, outcome, .. } = self.workers.reports.remove(index);
            match outcome {
                Some(outcome) => self.settle(&attempt, &outcome),
                None => self.hand_back(&attempt),
            }
        }
    }

    /// Hands a lease back. It then counts as no attempt.
    fn hand_back(&mut self, attempt: &SendJob) {
        if !self.has_lease(attempt) {
            self.transact(|tx| tx.hand_back(attempt.seq, attempt.token));
            return;
        }
        // Noted before the call, because the same transaction may lease the delivery again.
        let entry = self.expectations.get_mut(&attempt.event_id).unwrap();
        let not_before = entry.not_before;
        entry.hand_back(Timestamp::EPOCH);
        self.transact(|tx| tx.hand_back(attempt.seq, attempt.token));
        if self.has_lease(attempt) {
            let entry = self.expectations.get_mut(&attempt.event_id).unwrap();
            entry.undo_hand_back(not_before);
        }
    }
}
