//! Idempotent publishing: thousands of random runs of one account, each from a seed. Publishes with
//! and without a key run concurrently, stop between any two steps, get no answer, and are repeated,
//! also after their key has expired. Webhooks are activated, deactivated and deleted, and purge old
//! events. The account's object is evicted, and it crashes before, in and after every transaction.
//!
//! A publisher with a key is answered before the account records the outcome, and that can be lost.
//!
//! Asserted: while a key is valid it stands for one event with one body; once its outcome is
//! recorded for good, every repeat gets it, whatever has changed; before that, answers differ only
//! if a webhook has changed in between; no webhook ever stores an event twice; each target has the
//! event once; an event reported as stored is stored; repeats get an answer in the end, and it is
//! recorded for good.
//!
//! A failing run prints its seed. `SEED=n cargo test -p storage --test native idempotency` repeats
//! it.

mod account;

use std::collections::{BTreeMap, BTreeSet};

use domain::account::Group;
use domain::base::{Delay, EventId, OPEN_PUBLISH_TIMEOUT, Timestamp, WebhookId};
use domain::dispatch::{Acceptance, Refusal};
use domain::event::{EventType, EventTypes};
use domain::publish::{
    Admission, Fanout, Fingerprint, IdempotencyKey, KeyedRequest, OfferCall, Plan, PlannedEvent,
    Published,
};

use self::account::{AccountObject, no_limits};
use crate::support::rng::Rng;

/// Number of random runs.
const SEEDS: u64 = 3_000;
const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);
/// Validity of a key.
const KEPT: Delay = Delay::from_secs(24 * 3_600);
/// Age at which webhooks purge an event: the shortest that goes with `KEPT`.
const RETENTION: Delay = Delay::from_secs(25 * 3_600);
/// Longest life of a request. It is far longer than in reality.
const REQUEST_MAX: Delay = Delay::from_secs(3_600);

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
    started: Timestamp,
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

/// A webhook, and what it has stored.
#[derive(Default)]
struct Webhook {
    active: bool,
    deleted: bool,
    /// The events that it has, and when each was stored. A deleted webhook answers for none.
    events: BTreeMap<EventId, Timestamp>,
    /// The events that it has ever stored.
    ever: BTreeSet<EventId>,
}

/// An account with its webhooks, its publishers, and what the test expects of them.
struct World {
    rng: Rng,
    now: Timestamp,
    /// Whether calls and answers can be lost.
    faulty: bool,
    event_type: EventType,
    account: AccountObject,
    webhooks: BTreeMap<WebhookId, Webhook>,
    publishers: Vec<Publisher>,
    /// The body of every event that was ever planned.
    bodies: BTreeMap<EventId, u8>,
    /// The event of each key, and the time when the key expires.
    events: BTreeMap<IdempotencyKey, (EventId, Timestamp)>,
    /// How often a webhook was activated, deactivated or deleted.
    changes: u64,
    /// The first answer for an event while its key was valid, and the number of changes when its
    /// publish was admitted.
    answers: BTreeMap<EventId, (Published, u64)>,
    /// The answer for an event that is recorded for good.
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
            account: AccountObject::new(KEPT),
            webhooks: webhooks
                .map(|id| (id.parse().unwrap(), Webhook { active: true, ..Webhook::default() }))
                .collect(),
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
                let key = self.rng.pick(&["k1", "k2", "k3"]);
                let body = u8::from(self.rng.percent(10));
                self.send(Some(IdempotencyKey::from_header(key).unwrap()), body);
            }
            10..=12 => self.send(None, 2),
            13..=83 if !self.publishers.is_empty() => {
                let count = u64::try_from(self.publishers.len()).unwrap();
                let index = usize::try_from(self.rng.below(count)).unwrap();
                self.advance(index);
            }
            84 => drop(self.publishers.pop()),
            85 => self.account.evict(),
            86..=88 => self.toggle_webhook(),
            89 if self.rng.percent(10) => self.delete_webhook(),
            90..=95 => {
                let longest = self.rng.pick(&[100, 100, 8 * 3_600]);
                let delay = Delay::from_secs(self.rng.below(longest));
                self.pass(delay);
            }
            96 => self.pass(KEPT),
            97..=98 => {
                let limit = self.rng.pick(&[1, 3, 500]);
                self.account.maintain(self.now, &mut self.rng, limit);
            }
            _ => {}
        }
    }

    /// Lets time pass. Webhooks purge old events, and requests that are too old have ended.
    fn pass(&mut self, delay: Delay) {
        self.now = self.now.plus(delay);
        let now = self.now;
        self.publishers.retain(|publisher| now < publisher.started.plus(REQUEST_MAX));
        for webhook in self.webhooks.values_mut() {
            webhook.events.retain(|_, at| now < at.plus(RETENTION));
        }
    }

    fn send(&mut self, key: Option<IdempotencyKey>, body: u8) {
        let (started, changes, progress) = (self.now, self.changes, Progress::Admitting);
        self.publishers.push(Publisher { key, body, started, changes, progress });
    }

    /// Activates or deactivates a webhook. One that shares its target is never activated again:
    /// during an unfinished publish it could store an event that the other one has already.
    fn toggle_webhook(&mut self) {
        let id: WebhookId = self.rng.pick(&["a", "b", "c"]).parse().unwrap();
        let webhook = self.webhooks.get_mut(&id).unwrap();
        webhook.active = !webhook.active && id.as_str() != "c";
        self.changes += 1;
    }

    /// Deletes a webhook. One that shares its target stays: during an unfinished publish the other
    /// one could store an event that it has already.
    fn delete_webhook(&mut self) {
        let id: WebhookId = self.rng.pick(&["a", "b"]).parse().unwrap();
        self.webhooks.get_mut(&id).unwrap().deleted = true;
        self.changes += 1;
    }

    /// Returns the active webhooks of each target, as the roster does.
    fn groups(&self) -> Vec<Group> {
        let on = |id: &&&str| {
            let webhook = &self.webhooks[&id.parse::<WebhookId>().unwrap()];
            webhook.active && !webhook.deleted
        };
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
                self.record((publisher.key.as_ref(), publisher.body), answers);
                None
            }
        };
        if let Some(progress) = next {
            publisher.progress = progress;
            self.publishers.push(publisher);
        }
    }

    fn new_plan(&mut self) -> Plan {
        let id = EventId::new(self.now, self.rng.entropy());
        let event = PlannedEvent { id, event_type: self.event_type.clone() };
        let groups = self.groups();
        Plan::new(vec![event], |_| groups.clone())
    }

    /// The account admits the request. `None`: the request has ended.
    fn admit(&mut self, key: Option<&IdempotencyKey>, body: u8) -> Option<Progress> {
        let plan = self.new_plan();
        let keyed = key.map(|key| request(key, body));
        let step = self.account.run(self.now, &mut self.rng, self.faulty, |work| {
            let admission = work.admit(plan, keyed, &mut no_limits())?;
            work.give_up_overdue()?;
            Ok(admission)
        });
        let (admission, is_answered) = step?;
        match admission {
            Admission::Open(plan) => {
                let plan: &'static Plan = Box::leak(Box::new(plan));
                let id = &plan.events[0].id;
                self.check_key(key, body, id);
                assert!(!self.recorded.contains_key(id), "it is known to be complete");
                is_answered.then(|| next_round(Fanout::new(plan), plan))
            }
            Admission::Done(published) => {
                self.check_key(key, body, &published[0].id);
                self.check_recorded(&published[0]);
                self.check_stored(&published[0]);
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

    /// Checks that an event is stored as an answer says. More webhooks may have stored it: one that
    /// was activated in between can get it by a repeat.
    fn check_stored(&self, answer: &Published) {
        let holders = self.webhooks.values().filter(|webhook| webhook.ever.contains(&answer.id));
        assert!(holders.count() >= answer.webhooks, "fewer have stored it than answered");
    }

    fn check_recorded(&self, answer: &Published) {
        if let Some(recorded) = self.recorded.get(&answer.id) {
            assert_eq!(recorded, answer, "another answer than the recorded one");
        }
    }

    /// Checks that the event has one body, and that a valid key stands for one event.
    fn check_key(&mut self, key: Option<&IdempotencyKey>, body: u8, id: &EventId) {
        assert_eq!(*self.bodies.entry(id.clone()).or_insert(body), body, "another body");
        let Some(key) = key else { return };
        let entry = (id.clone(), self.now.plus(KEPT));
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
        let now = self.now;
        let webhook = self.webhooks.get_mut(webhook).unwrap();
        if webhook.deleted {
            return Acceptance::Refused(Refusal::Gone);
        }
        if webhook.events.contains_key(id) {
            return Acceptance::Duplicate;
        }
        if !webhook.active {
            return Acceptance::Refused(Refusal::Inactive);
        }
        webhook.events.insert(id.clone(), now);
        assert!(webhook.ever.insert(id.clone()), "{id} was stored and purged, and comes again");
        for group in GROUPS {
            let holders = group.iter().filter(|holder| self.ever(holder).contains(id)).count();
            assert!(holders <= 1, "a target has {id} twice");
        }
        Acceptance::Stored
    }

    fn ever(&self, webhook: &str) -> &BTreeSet<EventId> {
        &self.webhooks[&webhook.parse::<WebhookId>().unwrap()].ever
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
                let fingerprint = Fingerprint::of(&[body]);
                let (now, faulty) = (self.now, self.faulty);
                let is_recorded = self.account.run(now, &mut self.rng, faulty, |work| {
                    work.record_incomplete(fingerprint, plan.clone())
                });
                // The publisher is given the key once the account has answered.
                if let Some(((), true)) = is_recorded {
                    let entry = (plan.events[0].id.clone(), now.plus(KEPT));
                    self.events.insert(key.clone(), entry);
                    self.send(Some(key), body);
                }
            }
            (Some(_) | None, None) | (None, Some(_)) => {}
        }
        None
    }

    /// The account records an answer, often together with all others that wait for it. The call
    /// can be lost.
    fn record(&mut self, (key, body): (Option<&IdempotencyKey>, u8), answers: Vec<Published>) {
        let Some(key) = key.filter(|_| !(self.faulty && self.rng.percent(10))) else { return };
        let mut outcomes = vec![(key.clone(), body, answers)];
        if self.rng.percent(50) {
            let is_recording = |publisher: &mut Publisher| {
                publisher.key.is_some() && matches!(publisher.progress, Progress::Recording(_))
            };
            for publisher in self.publishers.extract_if(.., is_recording) {
                let Progress::Recording(answers) = publisher.progress else { continue };
                outcomes.push((publisher.key.unwrap(), publisher.body, answers));
            }
        }
        let given = self.account.run(self.now, &mut self.rng, self.faulty, |work| {
            let mut given = Vec::new();
            for (key, _, answers) in &outcomes {
                given.push(work.finish(key, answers.clone())?);
            }
            work.store_complete()?;
            Ok(given)
        });
        for answers in given.into_iter().flat_map(|(given, _)| given) {
            self.check_recorded(&answers[0]);
        }
        for (key, body, _) in outcomes {
            self.note_if_recorded(&key, body);
        }
    }

    /// Notes the answer for an event if it would be the same after a restart of the object.
    fn note_if_recorded(&mut self, key: &IdempotencyKey, body: u8) {
        let plan = self.new_plan();
        let new = plan.events[0].id.clone();
        let keyed = request(key, body);
        let admission = self.account.answer_after_restart(self.now, &mut self.rng, keyed, plan);
        if let Admission::Done(published) = admission {
            let published = published[0].clone();
            // A new publish is complete if no webhook is active.
            if published.id != new {
                self.check_recorded(&published);
                self.recorded.insert(published.id.clone(), published);
            }
        }
    }

    /// Checks an answer that was not recorded before: the event is stored as it says, and an
    /// earlier answer was the same, unless a webhook has changed since one of the two was admitted.
    fn check_answer(&mut self, key: Option<&IdempotencyKey>, answer: &Published, changes: u64) {
        self.check_stored(answer);
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

    /// Checks that every valid key gets an answer when it is repeated without faults, and that it
    /// is recorded for good.
    fn check_repeats_are_answered(&mut self) {
        self.faulty = false;
        self.publishers.clear();
        // What is under way for longer is given up.
        self.pass(OPEN_PUBLISH_TIMEOUT);
        for (key, (id, until)) in self.events.clone() {
            if until <= self.now {
                continue;
            }
            self.send(Some(key.clone()), self.bodies[&id]);
            while !self.publishers.is_empty() {
                self.advance(0);
            }
            self.account.maintain(self.now, &mut self.rng, 500);
            self.note_if_recorded(&key, self.bodies[&id]);
            assert!(self.recorded.contains_key(&id), "{id} was repeated and is not recorded");
        }
    }
}

/// Returns a request with a key and this body.
fn request(key: &IdempotencyKey, body: u8) -> KeyedRequest {
    KeyedRequest { key: key.clone(), fingerprint: Fingerprint::of(&[body]) }
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
