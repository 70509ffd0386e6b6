//! The alarm: doing what is due, and the time of the next alarm.

use super::store::{Store, StoreError};
use super::transaction::{Effect, SendJob, Transaction};
use crate::base::{Delay, PURGE_AT_ONCE_MAX, TRIM_PAUSE, Timestamp};
use crate::delivery::{Backlog, Excess, Trimmed};
use crate::webhook::{ProjectionTarget, Record, Stage};

/// What a transaction leaves behind.
#[derive(Debug)]
pub struct Ended {
    /// The effects, in the order in which they are to be carried out.
    pub effects: Vec<Effect>,
    /// The time at which the object must wake up, if it must.
    pub wakeup: Option<Timestamp>,
    /// Whether deliveries without a lease are due.
    pub has_due: bool,
    /// Why the webhook's secrets do not open, if they had to be opened and did not.
    pub locked: Option<String>,
    /// Whether something was dropped because the object is too large.
    pub has_trimmed: bool,
    /// The backlog, if it is known.
    pub backlog: Option<Backlog>,
    /// The number of events that the filter left out and that are not stored yet.
    pub filtered: u64,
}

impl<S: Store> Transaction<'_, S> {
    /// Ends the transaction.
    pub fn end(self) -> Result<Ended, StoreError> {
        Ok(Ended {
            wakeup: self.next_wakeup()?,
            has_due: self.has_due()?,
            locked: self.locked().map(ToString::to_string),
            has_trimmed: self.has_trimmed,
            backlog: self.backlog(),
            filtered: self.filtered(),
            effects: self.into_effects(),
        })
    }

    /// Does what is due: ends expired leases, leases up to `max` deliveries to the caller, purges,
    /// drops what there is no room for, and publishes. An alarm that comes early, late or twice
    /// does no harm.
    pub fn wake(&mut self, max: usize) -> Result<Vec<SendJob>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Vec::new()) };
        let mut jobs = Vec::new();
        match record.stage {
            Stage::Creating { until, .. } if until <= self.now => self.undo_creation(record)?,
            Stage::Creating { .. } => {}
            Stage::Live(_) => {
                let Some(record) = self.check_listener(record)? else { return Ok(jobs) };
                let record = self.end_leases(record)?;
                jobs = self.lease(&record, max)?;
                self.purge(&record)?;
                self.trim()?;
                self.publish(record)?;
            }
            Stage::Deleting => self.publish(record)?,
        }
        Ok(jobs)
    }

    /// Returns the time of the next alarm; `None` if nothing waits.
    pub fn next_wakeup(&self) -> Result<Option<Timestamp>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(None) };
        let mut wakeups = Vec::with_capacity(8);
        match &record.stage {
            Stage::Creating { until, .. } => return Ok(Some(*until)),
            Stage::Live(webhook) => {
                wakeups.extend(self.store.open_leases()?.first_end);
                wakeups.extend(self.next_listener_check(&record, webhook));
                if self.sends(webhook) {
                    let next = self.next_lease(webhook)?;
                    wakeups.extend(next.map(|at| self.earliest_lease(&record, webhook, at)));
                }
                if !webhook.notice.suspended {
                    wakeups.extend(record.outbox.next_wakeup());
                }
                wakeups.extend(self.store.oldest()?.map(|oldest| self.rules.purge_time(oldest)));
                if self.trimmable()?.is_some() {
                    wakeups.push(self.now.plus(TRIM_PAUSE));
                }
            }
            Stage::Deleting => {}
        }
        for target in [ProjectionTarget::Roster, ProjectionTarget::Kv] {
            let projection = record.projection(target);
            if projection.is_behind(record.version) {
                wakeups.push(projection.next);
            }
        }
        if !record.kv.is_behind(record.version) {
            wakeups.extend(self.state_due(&record)?);
        }
        Ok(wakeups.into_iter().min())
    }

    fn purge(&mut self, record: &Record) -> Result<(), StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(()) };
        let Some(oldest) = self.store.oldest()? else { return Ok(()) };
        if self.rules.purge_time(oldest) > self.now {
            return Ok(());
        }
        self.invalidate_backlog();
        let before = self.count_not_arrived(webhook.epoch)?;
        self.store.purge(self.now.minus(self.rules.retention), PURGE_AT_ONCE_MAX)?;
        let lost = before.saturating_sub(self.count_not_arrived(webhook.epoch)?);
        let mut health = self.store.health()?;
        let is_behind = health.trimmed != Trimmed::default() && self.store.oldest()?.is_none();
        if is_behind {
            health.trimmed = Trimmed::default(); // Positions may begin at 1 again.
        }
        health.track_record.lost = health.track_record.lost.saturating_add(lost);
        if is_behind || lost > 0 {
            self.store.put_health(&health)?;
        }
        Ok(())
    }

    /// Drops some of what is kept only for later questions, if the object is too large.
    fn trim(&mut self) -> Result<(), StoreError> {
        if let Some(excess) = self.trimmable()? {
            let mut health = self.store.health()?;
            health.trimmed = self.store.trim(health.trimmed, excess)?;
            self.store.put_health(&health)?;
            self.has_trimmed = true;
        }
        Ok(())
    }

    /// Returns by how much the object is too large, if there is something left to drop.
    fn trimmable(&self) -> Result<Option<Excess>, StoreError> {
        let Some(excess) = self.excess() else { return Ok(None) };
        if self.store.oldest()?.is_none() {
            return Ok(None); // The positions begin anew with the next delivery.
        }
        let can_trim = self.store.can_trim(self.store.health()?.trimmed, excess)?;
        Ok(can_trim.then_some(excess))
    }
}

/// Returns the time to set the alarm to, if it must be set. The object has one alarm. It is set if
/// none is armed, if the armed one is later than `wakeup`, or if the armed one is so long overdue
/// that it must be lost. It is never set to a later time and never deleted, because an alarm with
/// nothing to do is harmless.
///
/// If `wakeup` is not in the future, the alarm is set to the next millisecond instead of `now`. A
/// handler may run in the very millisecond for which its alarm was set. If it set the next alarm to
/// the same time, the runtime would see no change and drop it (workerd, `ActorSqlite::setAlarm`).
pub fn alarm_to_set(
    armed: Option<Timestamp>,
    wakeup: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    let wakeup = wakeup?.max(now.plus(Delay::from_ms(1)));
    let stands = armed.is_some_and(|at| at <= wakeup && now.since(at) < ALARM_LOST_AFTER);
    (!stands).then_some(wakeup)
}

/// After this delay an overdue alarm counts as lost: the platform fires it within a minute (Durable
/// Objects, alarms: "can be delayed by up to a minute").
const ALARM_LOST_AFTER: Delay = Delay::from_secs(90);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alarm_is_set_only_when_it_must_be() {
        let at = |secs: u64| Some(Timestamp::from_ms(secs * 1_000));
        let check = |armed, wakeup, expected| {
            let now = Timestamp::from_ms(1_000_000);
            assert_eq!(alarm_to_set(armed, wakeup, now), expected, "{armed:?} {wakeup:?}");
        };
        check(None, None, None);
        check(None, at(1_010), at(1_010));
        check(at(1_005), None, None);
        check(at(1_005), at(1_010), None);
        check(at(1_010), at(1_010), None);
        check(at(1_020), at(1_010), at(1_010));
        check(at(999), at(1_010), None); // about to fire
        check(at(900), at(1_010), at(1_010)); // lost
    }

    #[test]
    fn what_is_due_is_set_to_the_next_millisecond_and_not_pushed_on() {
        let at = |ms: u64| Some(Timestamp::from_ms(ms));
        for due in [990, 1_000, 1_001] {
            assert_eq!(alarm_to_set(None, at(due), Timestamp::from_ms(1_000)), at(1_001), "{due}");
        }
        for now in [1_000, 1_001, 1_002, 1_500] {
            assert_eq!(alarm_to_set(at(1_001), at(990), Timestamp::from_ms(now)), None, "{now}");
        }
    }
}
