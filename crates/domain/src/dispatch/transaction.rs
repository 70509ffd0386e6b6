//! A turn: one step of a Webhook object, from its facts to its effects.
//!
//! A turn reads and writes through [`Store`], all of it one transaction, and hands back effects
//! that the platform carries out after the transaction has been committed, and the time at which
//! the object wants to be woken. `queue` and `lifecycle` add the steps themselves.
//!
//! The object has one alarm. Firing early, late or twice changes nothing: [`Transaction::wake`] looks at
//! what is due and at nothing else.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use crate::base::{Delay, EventId, Seq, Timestamp, Token, Version};
use crate::crypto::OpenError;
use crate::delivery::{AttemptResult, Backlog, Cause, Outbound, Outcome, Rules, SendError};
use crate::event::EventType;
use crate::webhook::{OutboxEvent, ProjectionTarget, Record, RosterChange, Stage, WebhookView};

/// What the platform does after a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make one try and settle its outcome.
    Send(Box<SendJob>),
    /// Tell the account's roster, and report what became of it.
    PublishRoster(Version, RosterChange),
    /// Write the public record to KV, or delete it (`None`), and report what became of it.
    PublishKv(Version, Option<Box<WebhookView>>),
    /// Publish an operational event, and report whether it was accepted.
    Announce(Box<OutboxEvent>),
    /// Empty the object's storage: nothing refers to it any more.
    Erase,
}

/// One try that a turn has leased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendJob {
    /// The delivery.
    pub seq: Seq,
    /// The lease.
    pub token: Token,
    /// The event, for the log.
    pub event_id: EventId,
    /// Its type, for the log.
    pub event_type: EventType,
    /// How many tries of the delivery's schedule were made with this one, for the log.
    pub number: u32,
    /// Why it is made.
    pub cause: Cause,
    /// When it was leased.
    pub at: Timestamp,
    /// The POST, or why there is none to make.
    pub request: Result<Outbound, SendError>,
}

impl SendJob {
    /// What to settle once its outcome is known, which took so long.
    pub fn settlement(&self, outcome: Outcome, took: Delay) -> AttemptReport {
        let redact = |text| match &self.request {
            Ok(request) => request.redact(text),
            Err(_) => text,
        };
        let result = AttemptResult::of(&outcome, redact);
        AttemptReport { seq: self.seq, token: self.token, at: self.at, took, outcome, result }
    }
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptReport {
    /// The delivery.
    pub seq: Seq,
    /// The lease.
    pub token: Token,
    /// When the try was leased.
    pub at: Timestamp,
    /// How long it took until the outcome was known. It is settled later, in company. A Worker of
    /// an earlier release does not tell.
    #[serde(default)]
    pub took: Delay,
    /// What decides.
    pub outcome: Outcome,
    /// What is kept of it.
    pub result: AttemptResult,
}

/// What a place said to a publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledgement {
    /// It knows this version, or a newer one.
    Known,
    /// It does not take another webhook: the account has as many as it may have.
    Full,
    /// It did not answer.
    Failed,
}

/// One step of a Webhook object.
#[derive(Debug)]
pub struct Transaction<'a, S> {
    pub(crate) store: &'a mut S,
    pub(crate) now: Timestamp,
    pub(crate) rules: &'a Rules,
    pub(crate) effects: Vec<Effect>,
    /// Why due deliveries were not leased, if their secrets do not open.
    pub(crate) locked: Option<OpenError>,
    /// What waits or is on its way, if that is known.
    pub(crate) backlog: Option<Backlog>,
}

impl<'a, S: Store> Transaction<'a, S> {
    /// A turn that happens at `now`.
    pub const fn new(store: &'a mut S, now: Timestamp, rules: &'a Rules) -> Self {
        Self { store, now, rules, effects: Vec::new(), locked: None, backlog: None }
    }

    /// Why deliveries wait although they are due, for the log.
    pub const fn locked(&self) -> Option<&OpenError> {
        self.locked.as_ref()
    }

    /// What is to be done, in order.
    pub fn into_effects(self) -> Vec<Effect> {
        self.effects
    }

    /// When the object next wants to be woken; `None` when nothing waits for anything.
    pub fn next_wakeup(&self) -> Result<Option<Timestamp>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(None) };
        let mut wakeups = Vec::with_capacity(7);
        match &record.stage {
            Stage::Creating { until, .. } => return Ok(Some(*until)),
            Stage::Live(webhook) => {
                wakeups.extend(self.store.open_leases()?.first_end);
                if webhook.sends() {
                    let next = self.next_lease(webhook)?;
                    wakeups.extend(next.map(|at| self.after_lock(&record, webhook, at)));
                }
                if !webhook.notice.suspended {
                    wakeups.extend(record.outbox.next_wakeup());
                }
                wakeups.extend(self.store.oldest()?.map(|oldest| self.rules.purge_time(oldest)));
            }
            Stage::Deleting => {}
        }
        for place in [ProjectionTarget::Roster, ProjectionTarget::Kv] {
            let projection = record.projection(place);
            if projection.is_behind(record.version) {
                wakeups.push(projection.next);
            }
        }
        Ok(wakeups.into_iter().min())
    }

    pub(crate) fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        self.store.put_record(record)
    }
}

/// Which time to set the alarm to, if any: the object has only this one, so it is set when none is,
/// when the one set is later than `wakeup`, or when it is long overdue and so was lost. It is never
/// pushed later and never deleted: an alarm with nothing to do does nothing.
///
/// What is due already is set to the next millisecond. An alarm that its own handler sets to the
/// very time that it was fired for is no change to the runtime, which then drops it (workerd,
/// `ActorSqlite::setAlarm`); and a handler may run in the millisecond it was set to.
pub fn alarm_to_set(
    armed: Option<Timestamp>,
    wakeup: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    let wakeup = wakeup?.max(now.plus(Delay::from_ms(1)));
    let stands = armed.is_some_and(|at| at <= wakeup && now.since(at) < ALARM_LOST_AFTER);
    (!stands).then_some(wakeup)
}

/// An alarm this overdue will not fire any more: the platform promises a minute at the latest
/// (Durable Objects, alarms: "can be delayed by up to a minute").
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
