//! The effects of committed transactions, which the running instance of the object carries out in
//! the background. A crash drops them.

use domain::account::Decision;
use domain::base::{Delay, Timestamp, Version};
use domain::dispatch::{Acknowledgement, Effect};
use domain::webhook::{OutboxEvent, ProjectionTarget, RosterChange, WebhookView};

use super::world::World;
use crate::support::dual_store::ObjectStorage;
use crate::support::model_store::ModelStore;

/// One effect in progress.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) ends_at: Timestamp,
    pub(super) work: Work,
}

/// The work of a task.
#[derive(Debug)]
pub(super) enum Work {
    Roster(Version, RosterChange),
    Kv(Version, Option<Box<WebhookView>>),
    OperationalEvent(Box<OutboxEvent>),
    Erase,
}

impl World {
    /// Starts the effects of a transaction. Each takes some time.
    pub(super) fn start(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let (delay_ms, work) = match effect {
                Effect::PublishRoster(version, change) => {
                    (self.rng.below(200), Work::Roster(version, change))
                }
                Effect::PublishKv(version, view) => {
                    let busy = self.tasks.iter().any(|task| matches!(task.work, Work::Kv(..)));
                    assert!(!busy, "one KV write is in flight at a time");
                    (self.rng.below(2_000), Work::Kv(version, view))
                }
                Effect::PublishOperational(event) => {
                    let busy = self
                        .tasks
                        .iter()
                        .any(|task| matches!(task.work, Work::OperationalEvent(_)));
                    assert!(!busy, "one operational event is in flight at a time");
                    (self.operational.rng.below(2_000), Work::OperationalEvent(event))
                }
                Effect::Erase => (self.rng.below(10), Work::Erase),
                Effect::CloseListener(_) => continue,
            };
            self.tasks.push(Task { ends_at: self.now.plus(Delay::from_ms(delay_ms)), work });
        }
    }

    /// Applies a change to the account's roster.
    fn apply_to_roster(&mut self, change: RosterChange) -> Acknowledgement {
        match self.roster.decide(&change, self.roster_max) {
            Decision::Apply => {
                self.roster.apply(change, self.now);
                Acknowledgement::Known
            }
            Decision::Known => Acknowledgement::Known,
            Decision::Full => Acknowledgement::Full,
        }
    }

    fn write_kv(&mut self, version: Version, view: Option<Box<WebhookView>>) {
        self.kv = view.map(|view| (version, *view));
    }

    /// Ends a task and reports its result to the object. The task's call or its answer can be lost.
    pub(super) fn finish(&mut self, work: Work) {
        if let Work::OperationalEvent(event) = &work {
            return self.finish_operational_event(event);
        }
        let is_lost = self.faulty && self.rng.percent(10);
        let is_answer_lost = self.faulty && self.rng.percent(5);
        match work {
            Work::Roster(version, change) => {
                let answer =
                    if is_lost { Acknowledgement::Failed } else { self.apply_to_roster(change) };
                let answer = if is_answer_lost { Acknowledgement::Failed } else { answer };
                self.transact(|tx| tx.published(ProjectionTarget::Roster, version, answer));
            }
            Work::Kv(version, view) => {
                if !is_lost {
                    self.write_kv(version, view);
                }
                let answer = if is_lost || is_answer_lost {
                    Acknowledgement::Failed
                } else {
                    Acknowledgement::Known
                };
                self.transact(|tx| tx.published(ProjectionTarget::Kv, version, answer));
            }
            Work::OperationalEvent(_) => {}
            Work::Erase if is_lost => {}
            Work::Erase => {
                self.model = ModelStore::default();
                self.sqlite = self.sqlite.take().map(|_| ObjectStorage::new());
                self.alarm = None;
            }
        }
    }

    /// Crashes the object, as an eviction or a broken machine does: its background tasks are
    /// dropped. The call of a dropped task may still have been carried out. Couriers continue.
    pub(super) fn crash(&mut self) {
        self.backlog = None;
        self.unsaved_filtered = 0;
        if let Some(sqlite) = &mut self.sqlite {
            sqlite.cache = None;
        }
        self.crash_client();
        for task in std::mem::take(&mut self.tasks) {
            if let Work::OperationalEvent(event) = &task.work {
                if self.operational.rng.percent(50) {
                    self.receive_operational_event(event);
                }
                continue;
            }
            if self.rng.percent(50) {
                match task.work {
                    Work::Roster(_, change) => drop(self.apply_to_roster(change)),
                    Work::Kv(version, view) => self.write_kv(version, view),
                    Work::OperationalEvent(_) | Work::Erase => {}
                }
            }
        }
    }
}
