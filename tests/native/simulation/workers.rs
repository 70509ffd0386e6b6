//! The Workers that publish: they make the first tries that they are granted, outlive a crash of
//! the object, and can die themselves, begin too late, or report twice, late or never.

use domain::base::{Delay, Timestamp};
use domain::delivery::{Delivery, Holder, Outcome};
use domain::dispatch::{Accepted, Grant, NewEvent, SendJob, Store as _};

use super::chance::Chance;
use super::world::World;

/// The Workers of a life, and what they are busy with.
#[derive(Debug, Default)]
pub(super) struct Workers {
    /// Chance of their own, so that a life without them stays what it was. `None`: the object
    /// makes all tries.
    chance: Option<Chance>,
    tasks: Vec<Task>,
}

#[derive(Debug)]
struct Task {
    ends_at: Timestamp,
    attempt: Box<SendJob>,
    /// What came of it; `None` if it was not begun.
    outcome: Option<Outcome>,
}

impl Workers {
    pub(super) fn of_life(seed: u64) -> Self {
        let have_chance = matches!(seed % 5, 2 | 4);
        Self { chance: have_chance.then(|| Chance::new(seed ^ 0x5eed)), ..Self::default() }
    }

    pub(super) fn next(&self) -> Option<Timestamp> {
        self.tasks.iter().map(|task| task.ends_at).min()
    }

    pub(super) const fn are_idle(&self) -> bool {
        self.tasks.is_empty()
    }
}

impl World {
    /// Brings in events as a Worker does, and begins the tries that are granted.
    pub(super) fn accept(&mut self, events: Vec<NewEvent>) -> Option<Accepted> {
        let holder = if self.workers.chance.is_some() { Holder::Worker } else { Holder::Object };
        let mut granted = Vec::new();
        let answer = self.turn(|turn| {
            let accepted = turn.accept(events, holder)?;
            granted.clone_from(&accepted.grants);
            Ok(accepted)
        });
        for Grant { attempt, .. } in granted {
            let stored = self.memory.delivery(attempt.seq).unwrap();
            // The turn may not have been stored, and its places be taken by others since.
            let is_stored = |delivery: &Delivery| delivery.event_id == attempt.event_id;
            if !stored.as_ref().is_some_and(is_stored) {
                continue;
            }
            self.book_lease(&attempt, Holder::Worker);
            if answer.is_some() {
                self.begin_try(attempt);
            }
        }
        answer
    }

    fn begin_try(&mut self, attempt: SendJob) {
        let mut chance = self.workers.chance.take().unwrap();
        let (is_late, is_dead) = (chance.percent(5), chance.percent(5));
        let report_ms = if chance.percent(5) { 30_000 } else { chance.below(50) };
        self.workers.chance = Some(chance);
        if self.faulty && is_late {
            let ends_at = self.now.plus(Delay::from_secs(6));
            self.workers.tasks.push(Task { ends_at, attempt: Box::new(attempt), outcome: None });
            return;
        }
        let (delay_ms, outcome) = self.post(&attempt);
        if self.faulty && is_dead {
            return;
        }
        let late_ms = if self.faulty { report_ms } else { 0 };
        let ends_at = self.now.plus(Delay::from_ms(delay_ms + late_ms));
        let (attempt, outcome) = (Box::new(attempt), Some(outcome));
        self.workers.tasks.push(Task { ends_at, attempt, outcome });
    }

    /// The reports that are due by now.
    pub(super) fn report_due(&mut self) {
        while let Some(index) = self.workers.tasks.iter().position(|task| task.ends_at <= self.now)
        {
            let Task { attempt, outcome, .. } = self.workers.tasks.remove(index);
            match outcome {
                Some(outcome) => self.settle(&attempt, &outcome),
                None => self.hand_back(&attempt),
            }
        }
    }

    fn hand_back(&mut self, attempt: &SendJob) {
        if !self.has_lease(attempt) {
            self.turn(|turn| turn.hand_back(attempt.seq, attempt.token));
            return;
        }
        // The turn may lease it anew at once, and then the book is to know that it was none.
        let entry = self.book.get_mut(&attempt.event_id).unwrap();
        let not_before = entry.not_before;
        entry.hand_back(Timestamp::EPOCH);
        self.turn(|turn| turn.hand_back(attempt.seq, attempt.token));
        if self.has_lease(attempt) {
            let entry = self.book.get_mut(&attempt.event_id).unwrap();
            entry.hand_back_failed(not_before);
        }
    }
}
