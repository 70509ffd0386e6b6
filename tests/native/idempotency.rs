//! Idempotent publishing: thousands of random runs of one account, each from a seed. Publishes with
//! and without a key run concurrently, stop between any two steps, get no answer, and are repeated,
//! also after their key has expired.
//!
//! A publisher with a key is answered before the account records the answer, and that record can be
//! lost.
//!
//! Asserted: while a key is valid it stands for one event with one body; once an answer is
//! recorded, every repeat gets it; before that, answers differ only if a webhook was activated or
//! deactivated in between; each target has the event once; an event reported as stored is stored;
//! repeats get an answer in the end.
//!
//! A failing run prints its seed. `SEED=n cargo test -p storage --test native idempotency` repeats
//! it.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::{Bucket, Group};
use domain::base::{Delay, EventId, Timestamp, WebhookId};
use domain::dispatch::{Acceptance, Refusal};
use domain::event::{EventType, EventTypes};
use domain::publish::{
    Admission, Fanout, Fingerprint, IdempotencyKey, IdempotencyRecord, OfferCall, Plan,
    PlannedEvent, PublishLimits, Published, StepClock, Work, admission,
};

use crate::support::rng::Rng;

/// Number of random runs.
const SEEDS: u64 = 5_000;
const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);
/// Validity of a key.
const RETENTION: Delay = Delay::from_secs(3_600);

/// The webhooks of each target: two targets have one webhook, and one target has two.
const GROUPS: [&[&str]; 3] = [&["a"], &["b"], &["c", "d"]];

#[test]
fn a_key_stands_for_one_event_in_all_repeats() {
    let seed = std::env::var("SEED").ok().map(|seed| seed.parse::<u64>().expect("a number"));
    for seed in seed.map_or(0..SEEDS, |seed| seed..seed + 1) {
        if let Err(panic) = std::panic::catch_unwind(|| run(seed)) {
            eprintln!("the run of SEED={seed} failed");
            std::panic::resume_unwind(panic);
        }
    }
}

fn run(seed: u64) {
    let mut world = World::new(seed);
    for _ in 0..60 + world.rng.below(200) {
        world.step();
    }
    world.check_repeats_are_answered();
}

/// A publish request in progress.
struct Publisher {
    key: Option<IdempotencyKey>,
    body: u8,
    /// The number of changes of webhooks when the account admitted the request.
    changes: u64,
    progress: Progress,
}

/// The next step of a publish request.
enum Progress {
    /// The account admits it.
    Admitting,
    /// The webhooks are called.
    FanningOut(Box<Fanout<'static>>, &'static Plan, Vec<OfferCall<'static>>),
    /// The publisher is answered.
    Answering(&'static Plan, Vec<Option<Published>>),
    /// The account records the answer.
    Recording(Vec<Published>),
}

/// An account with its webhooks, its publishers, and what the test expects of them.
struct World {
    rng: Rng,
    now: Timestamp,
    /// Whether calls and answers can be lost.
    faulty: bool,
    event_type: EventType,
    /// The idempotency records of the account.
    records: BTreeMap<IdempotencyKey, IdempotencyRecord>,
    /// Whether each webhook is active, and the events that it has stored.
    webhooks: BTreeMap<WebhookId, (bool, BTreeSet<EventId>)>,
    publishers: Vec<Publisher>,
    /// The body of every event that was ever planned.
    bodies: BTreeMap<EventId, u8>,
    /// The event of each key, and the time when the key expires.
    events: BTreeMap<IdempotencyKey, (EventId, Timestamp)>,
    /// How often a webhook was activated or deactivated.
    changes: u64,
    /// The first answer for an event while its key was valid, and the number of changes when its
    /// publish was admitted.
    answers: BTreeMap<EventId, (Published, u64)>,
    /// The recorded answer for an event.
    recorded: BTreeMap<EventId, Published>,
}

impl World {
    fn new(seed: u64) -> Self {
        let webhooks = GROUPS.iter().flat_map(|group| group.iter());
        Self {
            rng: Rng::new(seed),
            now: START,
            faulty: true,
            event_type: EventTypes::documented().get("PATH_COMPLETION").unwrap().clone(),
            records: BTreeMap::new(),
            webhooks: webhooks.map(|id| (id.parse().unwrap(), (true, BTreeSet::new()))).collect(),
            publishers: Vec::new(),
            bodies: BTreeMap::new(),
            events: BTreeMap::new(),
            changes: 0,
            answers: BTreeMap::new(),
            recorded: BTreeMap::new(),
        }
    }

    fn step(&mut self) {
        match self.rng.below(100) {
            0..=9 => {
                let key = self.rng.pick(&["k1", "k2"]);
                let body = u8::from(self.rng.percent(10));
                self.send(Some(IdempotencyKey::from_header(key).unwrap()), body);
            }
            10..=12 => self.send(None, 2),
            13..=84 if !self.publishers.is_empty() => {
                let count = u64::try_from(self.publishers.len()).unwrap();
                let index = usize::try_from(self.rng.below(count)).unwrap();
                self.advance(index);
            }
            85..=86 => drop(self.publishers.pop()),
            87..=90 => self.toggle_webhook(),
            91..=95 => self.now = self.now.plus(Delay::from_secs(self.rng.below(600))),
            96 => self.now = self.now.plus(RETENTION),
            97 => self.records.retain(|_, record| self.now < record.at.plus(RETENTION)),
            _ => {}
        }
    }

    fn send(&mut self, key: Option<IdempotencyKey>, body: u8) {
        let progress = Progress::Admitting;
        self.publishers.push(Publisher { key, body, changes: self.changes, progress });
    }

    /// Activates or deactivates a webhook. One that shares its target is never activated again:
    /// during an unfinished publish it could store an event that the other one has already.
    fn toggle_webhook(&mut self) {
        let id: WebhookId = self.rng.pick(&["a", "b", "c"]).parse().unwrap();
        let (active, _) = self.webhooks.get_mut(&id).unwrap();
        *active = !*active && id.as_str() != "c";
        self.changes += 1;
    }

    /// Returns the active webhooks of each target, as the roster does.
    fn groups(&self) -> Vec<Group> {
        let on = |id: &&&str| self.webhooks[&id.parse::<WebhookId>().unwrap()].0;
        let group = |group: &&[&str]| -> Group {
            group.iter().filter(on).map(|id| id.parse().unwrap()).collect()
        };
        GROUPS.iter().map(group).filter(|group| !group.is_empty()).collect()
    }

    /// Runs the next step of a request. After the last one the request is gone.
    fn advance(&mut self, index: usize) {
        let mut publisher = self.publishers.swap_remove(index);
        let next = match publisher.progress {
            Progress::Admitting => {
                publisher.changes = self.changes;
                self.admit(publisher.key.as_ref(), publisher.body)
            }
            Progress::FanningOut(fanout, plan, calls) => {
                Some(self.call_webhook(publisher.body, fanout, plan, calls))
            }
            Progress::Answering(plan, answers) => {
                let request = (publisher.key.as_ref(), publisher.body, publisher.changes);
                self.answer(request, plan, answers)
            }
            Progress::Recording(answers) => {
                self.record(publisher.key.as_ref(), answers);
                None
            }
        };
        if let Some(progress) = next {
            publisher.progress = progress;
            self.publishers.push(publisher);
        }
    }

    /// The account admits the request. `None`: the request has ended.
    fn admit(&mut self, key: Option<&IdempotencyKey>, body: u8) -> Option<Progress> {
        let id = EventId::new(self.now, self.rng.entropy());
        let event = PlannedEvent { id, event_type: self.event_type.clone() };
        let groups = self.groups();
        let plan = Plan::new(vec![event], |_| groups.clone());
        let keyed = key.map(|key| (Fingerprint::of(&[body]), self.records.get(key).cloned()));
        let clock = StepClock { now: self.now, kept: RETENTION };
        let mut limits = PublishLimits { is_disabled: false, bucket: Bucket::EMPTY, per_minute: 0 };
        let (admission, record) = admission::admit(plan, keyed, &mut limits, clock);
        if let (Some(key), Some(record)) = (key, record) {
            self.records.insert(key.clone(), record);
        }
        match admission {
            Admission::Open(plan) => {
                let plan: &'static Plan = Box::leak(Box::new(plan));
                self.check_key(key, body, &plan.events[0].id);
                Some(next_round(Fanout::new(plan), plan))
            }
            Admission::Done(published) => {
                self.check_key(key, body, &published[0].id);
                if let Some(recorded) = self.recorded.get(&published[0].id) {
                    assert_eq!(*recorded, published[0], "another answer than the recorded one");
                }
                None
            }
            Admission::Throttled(_) | Admission::Disabled | Admission::Deleted => {
                panic!("no limit is set")
            }
            Admission::KeyReused => {
                let (id, _) = &self.events[key.expect("only a key can be used before")];
                assert_ne!(self.bodies[id], body, "the same request is never refused");
                None
            }
        }
    }

    /// Checks that the event has one body, and that a valid key stands for one event.
    fn check_key(&mut self, key: Option<&IdempotencyKey>, body: u8, id: &EventId) {
        assert_eq!(*self.bodies.entry(id.clone()).or_insert(body), body, "another body");
        let Some(key) = key else { return };
        let entry = (id.clone(), self.now.plus(RETENTION));
        let (known, until) = self.events.entry(key.clone()).or_insert_with(|| entry.clone());
        if *until <= self.now {
            (*known, *until) = entry;
        }
        assert_eq!(known, id, "a second event under {key:?}");
    }

    /// Calls one webhook of the plan. The call or its answer can be lost.
    fn call_webhook(
        &mut self,
        body: u8,
        mut fanout: Box<Fanout<'static>>,
        plan: &'static Plan,
        mut calls: Vec<OfferCall<'static>>,
    ) -> Progress {
        let Some(call) = calls.pop() else { return next_round(*fanout, plan) };
        let id = &plan.events[0].id;
        assert_eq!(self.bodies[id], body);
        let is_lost = self.faulty && self.rng.percent(10);
        let is_answer_lost = self.faulty && self.rng.percent(10);
        let answer = (!is_lost).then(|| self.accept(call.webhook, id));
        let answers = answer.filter(|_| !is_answer_lost).map(|answer| [answer]);
        fanout.record_answers(&call, answers.as_ref().map(<[Acceptance; 1]>::as_slice));
        Progress::FanningOut(fanout, plan, calls)
    }

    /// Offers an event to a webhook and returns its answer.
    fn accept(&mut self, webhook: &WebhookId, id: &EventId) -> Acceptance {
        let (active, events) = self.webhooks.get_mut(webhook).unwrap();
        if events.contains(id) {
            return Acceptance::Duplicate;
        }
        if !*active {
            return Acceptance::Refused(Refusal::Inactive);
        }
        events.insert(id.clone());
        for group in GROUPS {
            let holders = group.iter().filter(|holder| self.stored(holder).contains(id)).count();
            assert!(holders <= 1, "a target has {id} twice");
        }
        Acceptance::Stored
    }

    fn stored(&self, webhook: &str) -> &BTreeSet<EventId> {
        &self.webhooks[&webhook.parse::<WebhookId>().unwrap()].1
    }

    /// Answers the publisher. Without a key, an incomplete publish is repeated under the event's id
    /// as its key.
    fn answer(
        &mut self,
        (key, body, changes): (Option<&IdempotencyKey>, u8, u64),
        plan: &Plan,
        published: Vec<Option<Published>>,
    ) -> Option<Progress> {
        let is_lost = self.faulty && self.rng.percent(10);
        let complete: Option<Vec<Published>> = published.into_iter().collect();
        match (key, complete) {
            (Some(key), Some(published)) => {
                if !is_lost {
                    self.check_answer(Some(key), &published[0], changes);
                }
                return Some(Progress::Recording(published));
            }
            (None, Some(published)) if !is_lost => {
                self.check_answer(None, &published[0], changes);
            }
            (None, None) if !is_lost => {
                let key = IdempotencyKey::of_event(&plan.events[0].id);
                let work = Work::Publishing(plan.clone());
                let fingerprint = Fingerprint::of(&[body]);
                let record = IdempotencyRecord { at: self.now, fingerprint, work };
                let entry = (plan.events[0].id.clone(), self.now.plus(RETENTION));
                self.events.insert(key.clone(), entry);
                self.records.insert(key.clone(), record);
                self.send(Some(key), body);
            }
            (Some(_) | None, None) | (None, Some(_)) => {}
        }
        None
    }

    /// The account records an answer, unless it has one or the call is lost.
    fn record(&mut self, key: Option<&IdempotencyKey>, answers: Vec<Published>) {
        let Some(key) = key.filter(|_| !(self.faulty && self.rng.percent(10))) else { return };
        let (answers, record) = admission::finish(self.records.get(key).cloned(), answers);
        if let Some(record) = record {
            self.records.insert(key.clone(), record);
            self.recorded.insert(answers[0].id.clone(), answers[0].clone());
        }
    }

    /// Checks an answer that was not recorded before: the event is stored as it says, and an
    /// earlier answer was the same, unless a webhook has changed since one of the two was admitted.
    fn check_answer(&mut self, key: Option<&IdempotencyKey>, answer: &Published, changes: u64) {
        let holders = self.webhooks.values().filter(|(_, events)| events.contains(&answer.id));
        // More may have stored it: a webhook activated in between can get it by a repeat.
        assert!(holders.count() >= answer.webhooks, "fewer have stored it than answered");
        let is_valid = key
            .and_then(|key| self.events.get(key))
            .is_none_or(|(id, until)| *id == answer.id && self.now < *until);
        if !is_valid {
            return;
        }
        let first = self.answers.entry(answer.id.clone());
        let (first, admitted) = first.or_insert_with(|| (answer.clone(), changes));
        assert_eq!(first.event_type, answer.event_type);
        if *admitted == self.changes && changes == self.changes {
            assert_eq!(first, answer, "another answer before, and no webhook has changed");
        }
    }

    /// Checks that every valid key gets an answer when it is repeated without faults.
    fn check_repeats_are_answered(&mut self) {
        self.faulty = false;
        self.publishers.clear();
        for key in self.records.keys().cloned().collect::<Vec<_>>() {
            let Some((id, until)) = self.events.get(&key).cloned() else { continue };
            if until <= self.now {
                continue;
            }
            self.send(Some(key.clone()), self.bodies[&id]);
            while !self.publishers.is_empty() {
                self.advance(0);
            }
            let is_recorded = matches!(self.records[&key].work, Work::Published(_));
            assert!(is_recorded, "{id} was repeated and not answered");
        }
    }
}

/// Returns the step after the calls made so far: more calls, or the end.
fn next_round(fanout: Fanout<'static>, plan: &'static Plan) -> Progress {
    let calls = fanout.next_calls();
    if calls.is_empty() {
        Progress::Answering(plan, fanout.into_answers())
    } else {
        Progress::FanningOut(Box::new(fanout), plan, calls)
    }
}
