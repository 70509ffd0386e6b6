//! Time, the object's alarm and the cron trigger. Nothing sleeps: time jumps to the next deadline.

use domain::base::{Delay, Timestamp};
use domain::delivery::Recovery;
use domain::dispatch::Transaction;

use super::couriers::ATTEMPTS_MAX;
use super::world::World;
use crate::support::dual_store::DualStore;

impl World {
    /// Returns when the next task, report or alarm is due.
    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        let tasks = self.tasks.iter().map(|task| task.ends_at);
        tasks.chain(self.couriers.next_report()).chain(self.alarm).min()
    }

    /// Jumps to the next deadline, or by `limit` if that is sooner, and runs everything that is
    /// due. With faults, everything runs up to 50 ms late.
    pub(super) fn advance(&mut self, limit: Delay) {
        let late = if self.faulty { self.rng.below(50) } else { 0 };
        let next = self.next_deadline().map_or(self.now.plus(limit), |at| at.max(self.now));
        self.now = next.min(self.now.plus(limit)).plus(Delay::from_ms(late));
        while let Some(index) = self.tasks.iter().position(|task| task.ends_at <= self.now) {
            let task = self.tasks.remove(index);
            self.finish(task.work);
        }
        self.send_due_reports();
        if self.alarm.is_some_and(|at| at <= self.now) {
            self.alarm = None;
            self.fire_alarm();
        }
    }

    /// Runs the alarm handler. If it fails, the platform repeats it up to six times.
    pub(super) fn fire_alarm(&mut self) {
        let was_armed = self.alarm.is_some();
        if self.wake() {
            self.alarm_failures = 0;
            let is_later = self.alarm.is_none_or(|at| at > self.now);
            assert!(was_armed || is_later, "the alarm was set again for now");
            self.check_waking_twice_changes_nothing();
        } else {
            self.alarm_failures += 1;
            if self.alarm_failures <= 6 {
                let again = Delay::from_secs(1 << self.alarm_failures);
                self.alarm = Some(self.alarm.unwrap_or_else(|| self.now.plus(again)));
            }
        }
    }

    fn check_waking_twice_changes_nothing(&self) {
        let searches = |it: &Recovery| it.is_running() && !it.scope.latest.is_any();
        if self.model.recovery.as_ref().is_some_and(searches) {
            return; // Each wake-up looks at some more deliveries.
        }
        let mut again = self.model.clone();
        let sqlite = self.sqlite.as_ref().inspect(|sqlite| sqlite.database.begin());
        let written = sqlite.map(|sqlite| sqlite.database.rows_written());
        let with_cache = sqlite.map(|sqlite| (&*sqlite.database, sqlite.cache.clone()));
        let mut store = DualStore::open(&mut again, with_cache).unwrap();
        let mut tx = Transaction::new(&mut store, self.now, &self.rules)
            .with_connection(self.client.is_connected);
        assert_eq!(tx.wake(ATTEMPTS_MAX), Ok(Vec::new()), "a second wake-up leases nothing");
        assert_eq!(tx.into_effects(), [], "a second wake-up does nothing");
        store.flush().unwrap();
        assert_eq!(sqlite.map(|sqlite| sqlite.database.rows_written()), written);
        if let Some(sqlite) = sqlite {
            sqlite.database.roll_back();
        }
        assert_eq!(again, self.model, "a second wake-up stores nothing");
    }

    /// Wakes the object as the cron trigger does for maintenance, which makes no attempts.
    pub(super) fn run_cron(&mut self) {
        self.transact(|tx| tx.wake(0));
    }

    /// Drops the alarm: a fault of the platform.
    pub(super) fn lose_alarm(&mut self) {
        self.alarm = None;
    }
}
