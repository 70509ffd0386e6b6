//! Admission: whether an account lets a publish go on, and to which webhooks.
//!
//! Each function gets the record that is stored under the request's idempotency key, and returns
//! the record to store if it changes. The first reported outcome is final: every repeat gets it as
//! its answer, even one that did the same work at the same time.

use serde::{Deserialize, Serialize};

use super::fanout::{Fanout, Plan, PlannedEvent, Published};
use super::idempotency::{Comparison, Fingerprint, IdempotencyRecord, StepClock, Work};
use crate::account::Bucket;
use crate::base::Delay;

/// An account's answer to a publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Admission {
    /// Offer the events to the webhooks of this plan.
    Open(Plan),
    /// The publish is complete, with this answer: it is a repeat, or no webhook gets its events.
    Done(Vec<Published>),
    /// The key belongs to a different request.
    KeyReused,
    /// The account has reached its publish limit. It can publish again after this time.
    Throttled(Delay),
    /// The account is disabled.
    Disabled,
    /// The account's data is being deleted.
    Deleted,
}

/// The account's state and limits that a publish is checked against.
#[derive(Debug)]
pub struct PublishLimits {
    /// Whether the account is disabled.
    pub is_disabled: bool,
    /// The events that count towards the publish limit.
    pub bucket: Bucket,
    /// The publish limit, in events a minute (`PUBLISH_PER_MINUTE`); 0 means no limit.
    pub per_minute: u64,
}

/// Decides about a publish, which follows `plan` unless it is a repeat. `keyed` is present if it
/// has a key: the fingerprint of the request, and the record of the key. Also returns the record to
/// store, if it changes.
pub fn admit(
    plan: Plan,
    keyed: Option<(Fingerprint, Option<IdempotencyRecord>)>,
    limits: &mut PublishLimits,
    clock: StepClock,
) -> (Admission, Option<IdempotencyRecord>) {
    if limits.is_disabled {
        return (Admission::Disabled, None);
    }
    // Operational events, which the dispatcher publishes, do not count towards the limit.
    let is_limited = |event: &&PlannedEvent| !event.event_type.is_operational();
    let events = plan.events.iter().filter(is_limited).count();
    let (admission, record) = decide(plan, keyed, clock);
    // Neither a repeat of a complete publish nor a refused request counts towards the limit.
    let is_to_do = record.is_some() || matches!(admission, Admission::Open(_));
    if is_to_do
        && events > 0
        && let Err(wait) = limits.bucket.take(events, limits.per_minute, clock.now)
    {
        return (Admission::Throttled(wait), None);
    }
    (admission, record)
}

/// Decides about a publish by the record of its key.
fn decide(
    plan: Plan,
    keyed: Option<(Fingerprint, Option<IdempotencyRecord>)>,
    clock: StepClock,
) -> (Admission, Option<IdempotencyRecord>) {
    let Some((fingerprint, record)) = keyed else { return (Admission::Open(plan), None) };
    match IdempotencyRecord::compare(record, &fingerprint, clock.now, clock.kept) {
        Comparison::New => {
            let (admission, work) = begin(plan);
            (admission, Some(IdempotencyRecord::new(clock.now, fingerprint, work)))
        }
        Comparison::Same(Work::Publishing(begun)) if begun.has_types_of(&plan) => {
            (Admission::Open(Plan { is_repeat: true, ..begun }), None)
        }
        Comparison::Same(Work::Published(answers)) if have_types_of(&answers, &plan) => {
            (Admission::Done(answers), None)
        }
        Comparison::Same(_) | Comparison::Different => (Admission::KeyReused, None),
    }
}

/// Begins a publish with a key. It is already complete if no webhook gets its events.
fn begin(plan: Plan) -> (Admission, Work) {
    if !Fanout::new(&plan).next_calls().is_empty() {
        return (Admission::Open(plan.clone()), Work::Publishing(plan));
    }
    let answers: Vec<Published> = Fanout::new(&plan).into_answers().into_iter().flatten().collect();
    (Admission::Done(answers.clone()), Work::Published(answers))
}

fn have_types_of(answers: &[Published], plan: &Plan) -> bool {
    let types = plan.events.iter().map(|event| &event.event_type);
    answers.iter().map(|answer| &answer.event_type).eq(types)
}

/// Records the outcome of a publish with a key. Returns the answer for the publisher: this outcome,
/// or the one that a repeat reported first. Also returns the record to store, if it changes.
pub fn finish(
    record: Option<IdempotencyRecord>,
    answers: Vec<Published>,
) -> (Vec<Published>, Option<IdempotencyRecord>) {
    let ids =
        |answers: &[Published]| answers.iter().map(|answer| answer.id.clone()).collect::<Vec<_>>();
    match record {
        Some(IdempotencyRecord { work: Work::Published(first), .. })
            if ids(&first) == ids(&answers) =>
        {
            (first, None)
        }
        Some(IdempotencyRecord { at, fingerprint, work: Work::Publishing(plan), .. })
            if plan.events.iter().map(|event| event.id.clone()).eq(ids(&answers)) =>
        {
            let work = Work::Published(answers.clone());
            (answers, Some(IdempotencyRecord::new(at, fingerprint, work)))
        }
        // The record has expired, and the key may belong to a different request now.
        Some(_) | None => (answers, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::event::{EventType, EventTypes, Operational};

    const CLOCK: StepClock =
        StepClock { now: Timestamp::from_ms(1_700_000_000_000), kept: Delay::from_secs(3_600) };

    /// Decides about a publish of an account without a limit.
    fn admit(
        plan: Plan,
        keyed: Option<(Fingerprint, Option<IdempotencyRecord>)>,
        clock: StepClock,
    ) -> (Admission, Option<IdempotencyRecord>) {
        let mut limits = PublishLimits { is_disabled: false, bucket: Bucket::EMPTY, per_minute: 0 };
        super::admit(plan, keyed, &mut limits, clock)
    }

    fn plan(id: &str, name: &str, webhook: Option<&str>) -> Plan {
        let event_type = EventTypes::documented().get(name).unwrap().clone();
        let event = PlannedEvent { id: id.parse().unwrap(), event_type };
        Plan::new(vec![event], |_| webhook.iter().map(|id| vec![id.parse().unwrap()]).collect())
    }

    fn answers(id: &str, webhooks: usize) -> Vec<Published> {
        let nobody = plan(id, "QUIZ_COMPLETION", None);
        let mut answer = Fanout::new(&nobody).into_answers().pop().unwrap().unwrap();
        answer.webhooks = webhooks;
        vec![answer]
    }

    fn keyed(
        body: &[u8],
        record: Option<&IdempotencyRecord>,
    ) -> (Fingerprint, Option<IdempotencyRecord>) {
        (Fingerprint::of(body), record.cloned())
    }

    #[test]
    fn without_a_key_every_publish_is_a_new_one() {
        let plan = plan("e1", "QUIZ_COMPLETION", Some("a"));
        assert_eq!(admit(plan.clone(), None, CLOCK), (Admission::Open(plan), None));
    }

    #[test]
    fn a_repeat_goes_by_the_plan_of_the_first_until_that_is_carried_out() {
        let first = plan("e1", "QUIZ_COMPLETION", Some("a"));
        let again = plan("e2", "QUIZ_COMPLETION", Some("b"));
        let (admission, record) = admit(first.clone(), Some(keyed(b"x", None)), CLOCK);
        assert_eq!(admission, Admission::Open(first.clone()));
        let begun = record.unwrap();
        assert_eq!(
            admit(again.clone(), Some(keyed(b"x", Some(&begun))), CLOCK),
            (Admission::Open(Plan { is_repeat: true, ..first }), None)
        );
        let (answer, record) = finish(Some(begun.clone()), answers("e1", 1));
        assert_eq!(answer, answers("e1", 1));
        let done = record.unwrap();
        assert_eq!((done.at, &done.fingerprint), (begun.at, &begun.fingerprint));
        assert_eq!(
            admit(again, Some(keyed(b"x", Some(&done))), CLOCK),
            (Admission::Done(answers("e1", 1)), None)
        );
        // The slower of two repeats gets the answer of the faster one.
        assert_eq!(finish(Some(done), answers("e1", 0)), (answers("e1", 1), None));
    }

    #[test]
    fn a_publish_without_webhooks_is_done_at_once() {
        let nobody = plan("e1", "QUIZ_COMPLETION", None);
        let (admission, record) = admit(nobody, Some(keyed(b"x", None)), CLOCK);
        assert_eq!(admission, Admission::Done(answers("e1", 0)));
        let later = plan("e2", "QUIZ_COMPLETION", Some("a"));
        let (admission, _) = admit(later, Some(keyed(b"x", record.as_ref())), CLOCK);
        assert_eq!(admission, Admission::Done(answers("e1", 0)));
    }

    #[test]
    fn another_request_with_the_key_is_refused() {
        let first = plan("e1", "QUIZ_COMPLETION", Some("a"));
        let (_, begun) = admit(first.clone(), Some(keyed(b"x", None)), CLOCK);
        let (_, done) = finish(begun.clone(), answers("e1", 1));
        for record in [begun, done] {
            let refused = (Admission::KeyReused, None);
            let record = record.as_ref();
            assert_eq!(admit(first.clone(), Some(keyed(b"y", record)), CLOCK), refused);
            let other_type = plan("e2", "PATH_COMPLETION", Some("a"));
            assert_eq!(admit(other_type, Some(keyed(b"x", record)), CLOCK), refused);
        }
        let work = Work::Creating("w1".parse().unwrap());
        let creating = IdempotencyRecord::new(CLOCK.now, Fingerprint::of(b"x"), work);
        let (admission, _) = admit(first, Some(keyed(b"x", Some(&creating))), CLOCK);
        assert_eq!(admission, Admission::KeyReused);
    }

    #[test]
    fn an_outcome_that_comes_after_the_key_has_expired_is_reported_and_not_kept() {
        assert_eq!(finish(None, answers("e1", 1)), (answers("e1", 1), None));
        let other = plan("e2", "QUIZ_COMPLETION", Some("a"));
        let (_, record) = admit(other, Some(keyed(b"y", None)), CLOCK);
        assert_eq!(finish(record, answers("e1", 1)), (answers("e1", 1), None));
    }

    #[test]
    fn a_limit_is_for_what_is_published_and_for_no_repeat_of_it() {
        let mut limits = PublishLimits { is_disabled: false, bucket: Bucket::EMPTY, per_minute: 2 };
        let mut publish = |id: &str, record: Option<&IdempotencyRecord>| {
            let plan = plan(id, "QUIZ_COMPLETION", Some("a"));
            super::admit(plan, Some(keyed(b"x", record)), &mut limits, CLOCK)
        };
        let (_, begun) = publish("e1", None);
        let (_, done) = finish(begun.clone(), answers("e1", 1));
        assert!(matches!(publish("e2", begun.as_ref()).0, Admission::Open(_)), "it counts again");
        let throttled = (Admission::Throttled(Delay::from_secs(30)), None);
        assert_eq!(publish("e3", None), throttled, "and nothing is remembered of it");
        assert_eq!(publish("e3", begun.as_ref()), throttled);
        assert_eq!(publish("e3", done.as_ref()).0, Admission::Done(answers("e1", 1)));
    }

    #[test]
    fn what_the_dispatcher_publishes_passes_the_limit_and_fills_nothing() {
        let event_type: EventType = Operational::Failing.into();
        let event = PlannedEvent { id: "e1".parse().unwrap(), event_type };
        let plan = Plan::new(vec![event], |_| vec![vec!["a".parse().unwrap()]]);
        let mut limits = PublishLimits { is_disabled: false, bucket: Bucket::EMPTY, per_minute: 1 };
        limits.bucket.take(1, 1, CLOCK.now).unwrap();
        let full = limits.bucket;
        let (admission, _) = super::admit(plan.clone(), None, &mut limits, CLOCK);
        assert_eq!((admission, limits.bucket), (Admission::Open(plan), full));
    }

    #[test]
    fn a_disabled_account_publishes_nothing_and_repeats_nothing() {
        let plan = plan("e1", "QUIZ_COMPLETION", Some("a"));
        let (_, begun) = admit(plan.clone(), Some(keyed(b"x", None)), CLOCK);
        let (_, done) = finish(begun, answers("e1", 1));
        let mut limits = PublishLimits { is_disabled: true, bucket: Bucket::EMPTY, per_minute: 0 };
        for keyed in [None, Some(keyed(b"x", None)), Some(keyed(b"x", done.as_ref()))] {
            let refused = (Admission::Disabled, None);
            assert_eq!(super::admit(plan.clone(), keyed, &mut limits, CLOCK), refused);
        }
    }
}
