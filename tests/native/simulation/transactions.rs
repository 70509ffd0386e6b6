//! One transaction of the Webhook object, as `src/webhook_object/state.rs` runs it on the platform,
//! with faults before, during and after it.

use std::rc::Rc;

use domain::delivery::{Backlog, State};
use domain::dispatch::{Store as _, StoreError, Transaction, alarm_to_set};
use domain::webhook::{ProjectionTarget, Record, Stage};

use super::world::World;
use crate::support::dual_store::DualStore;
use crate::support::model_store::ModelStore;
use crate::support::sqlite::SqliteDatabase;

impl World {
    /// Runs one step in a transaction and checks what it stored. `None`: the caller got no answer,
    /// and the step may or may not be stored.
    pub(super) fn transact<T>(
        &mut self,
        step: impl FnOnce(&mut Transaction<'_, DualStore<'_>>) -> Result<T, StoreError>,
    ) -> Option<T> {
        let before = self.record();
        self.client.was_connected = self.client.is_connected;
        let mut draft = self.model.clone();
        let fault_at = self.faulty && self.rng.percent(4);
        draft.calls_left.set(fault_at.then(|| self.rng.below(12)));
        let (database, cache) = self.begin_sqlite().unzip();
        let sqlite = database.as_deref().zip(cache);
        let (backlog, size) = (self.backlog.take(), self.size());
        let rng = &mut self.rng;
        let unsaved_filtered = self.unsaved_filtered;
        let mut effects = Vec::new();
        let mut counted = (None, unsaved_filtered);
        let stored = DualStore::open(&mut draft, sqlite).and_then(|mut store| {
            let mut tx = Transaction::new(&mut store, self.now, &self.rules)
                .with_backlog(backlog)
                .with_bytes(size)
                .with_filtered(unsaved_filtered)
                .with_connection(self.client.is_connected);
            tx.reseal(&mut || Some(rng.bytes()))?;
            let answer = step(&mut tx)?;
            let wakeup = tx.next_wakeup()?;
            counted = (tx.backlog(), tx.filtered());
            effects = tx.into_effects();
            Ok((answer, wakeup, store.flush()?))
        });
        let (backlog, unsaved_filtered) = counted;
        draft.calls_left.set(None);
        let Ok((answer, wakeup, cache)) = stored else {
            self.end_sqlite(None);
            return None;
        };
        if self.faulty && self.rng.percent(1) {
            self.end_sqlite(None);
            self.crash(); // before the commit
            return None;
        }
        self.end_sqlite(cache);
        self.unsaved_filtered = unsaved_filtered;
        let old = std::mem::replace(&mut self.model, draft);
        self.check_sqlite();
        self.check_record(before.as_ref());
        self.check_listener(before.as_ref());
        self.note_schedule();
        self.note_operational_events(&old);
        self.note_new_schedules(&old);
        self.check_backlog(backlog);
        self.check_counters(&old);
        if self.posts.is_multiple_of(8) {
            self.read_waiting();
        }
        if let Some(at) = alarm_to_set(self.alarm, wakeup, self.now) {
            assert!(at > self.now, "an alarm set to the time it was fired for is dropped");
            if self.faulty && self.rng.percent(1) {
                return None; // stored, but the alarm could not be set
            }
            self.alarm = Some(at);
        }
        if self.faulty && self.rng.percent(1) {
            self.crash(); // after the commit
            return None;
        }
        self.start(effects);
        Some(answer)
    }

    /// Begins a transaction in SQLite, if this run has SQLite.
    fn begin_sqlite(&mut self) -> Option<(Rc<SqliteDatabase>, Option<storage::Cache>)> {
        let sqlite = self.sqlite.as_mut()?;
        let fault_at = self.faulty && self.sqlite_rng.percent(3);
        sqlite.database.statements_left.set(fault_at.then(|| self.sqlite_rng.below(8)));
        sqlite.database.begin();
        Some((Rc::clone(&sqlite.database), sqlite.cache.take()))
    }

    /// Commits the transaction in SQLite. If `cache` is `None`, rolls it back.
    fn end_sqlite(&mut self, cache: Option<storage::Cache>) {
        if let Some(sqlite) = &mut self.sqlite {
            sqlite.end(cache);
        }
    }

    /// With faults, compares everything in SQLite with the model after 3 % of the transactions.
    fn check_sqlite(&mut self) {
        if let Some(sqlite) =
            self.sqlite.as_ref().filter(|_| self.faulty && self.sqlite_rng.percent(3))
        {
            sqlite.check(&self.model);
        }
    }

    /// Checks the record against the one before the transaction.
    fn check_record(&self, before: Option<&Record>) {
        let Some(after) = self.record() else { return };
        for target in [ProjectionTarget::Roster, ProjectionTarget::Kv] {
            assert!(after.projection(target).acked <= after.version);
        }
        let Some(before) = before else { return };
        assert!(after.version >= before.version, "a version never goes back");
        let is_resealed = match &before.stage {
            Stage::Live(webhook) => {
                webhook.configuration.is_sealed_with_first_key(&self.rules.master_keys)
            }
            Stage::Creating { .. } | Stage::Deleting => true,
        };
        let is_existing = is_resealed && !matches!(before.stage, Stage::Creating { .. });
        if after.stage != before.stage && is_existing {
            assert!(after.version > before.version, "a change is a new version");
        }
        if after.stage == Stage::Deleting {
            assert!(self.model.deliveries.is_empty(), "a deleted webhook keeps no event");
        }
    }

    /// Checks that what is counted for ever has not fallen. Once everything is purged, the counts
    /// begin anew.
    fn check_counters(&self, old: &ModelStore) {
        // It costs time, so only some transactions are checked.
        if !self.model.deliveries.len().is_multiple_of(3) {
            return;
        }
        let stats = |model: &ModelStore| {
            let mut model = model.clone();
            Transaction::new(&mut model, self.now, &self.rules).stats().unwrap()
        };
        let (Some(before), Some(after)) = (stats(old), stats(&self.model)) else { return };
        assert!(after.delivered_total <= after.accepted_total);
        assert!(after.delivered_total >= after.counts.delivered, "{after:?}");
        if after.accepted_total >= before.accepted_total {
            assert!(after.delivered_total >= before.delivered_total, "{before:?} {after:?}");
        }
        for (fault, count) in before.failed_tries_total {
            assert!(after.failed_tries_total[&fault] >= count, "{fault}");
        }
    }

    /// Checks that the transaction counted the backlog correctly, and that the payloads
    /// that are still needed are kept, and no others without a reason.
    fn check_backlog(&mut self, backlog: Option<Backlog>) {
        let Some(Record { stage: Stage::Live(webhook), .. }) = self.record() else { return };
        let counted = self.model.backlog(webhook.epoch).unwrap();
        assert!(backlog.is_none_or(|backlog| backlog == counted), "{backlog:?} is {counted:?}");
        self.backlog = backlog;
        for (delivery, payload) in self.model.deliveries.values() {
            let is_done =
                matches!(delivery.state, State::Delivered { .. }) && delivery.resends == 0;
            let is_empty = payload.as_bytes().is_empty();
            let is_behind = delivery.seq < self.model.health.trimmed.bodies.until;
            let is_dropped = is_done && (self.rules.discards_payloads || is_behind);
            assert_eq!(is_empty, is_dropped, "{delivery:?}");
        }
    }
}
