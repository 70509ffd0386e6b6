//! Publishers that repeat themselves: thousands of lives of one account, each from a seed, in which
//! publishes with and without a key run side by side, break off between any two steps, are not
//! answered, and come again, also after their key has expired.
//!
//! Asserted in every life: a key stands for one event of one body as long as it is good; everybody
//! who is answered 202 for it is told the same; a target has it once; what is told as stored is
//! stored; and whoever repeats long enough is answered.
//!
//! `SEED=n cargo test repeats` lives one life.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::{Bucket, Group};
use domain::base::{Delay, EventId, Timestamp, WebhookId};
use domain::dispatch::{Acceptance, Refusal};
use domain::event::{EventType, EventTypes};
use domain::publish::{
    Admission, Ask, Clock, Fanout, Fingerprint, IdempotencyKey, IdempotencyRecord, Plan,
    PlannedEvent, PublishPolicy, Published, Work, admission,
};

use super::simulation::chance::Chance;

const SEEDS: u64 = 5_000;
const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);
const RETENTION: Delay = Delay::from_secs(3_600);

/// Two targets of their own, and one that two webhooks share.
const GROUPS: [&[&str]; 3] = [&["a"], &["b"], &["c", "d"]];

#[test]
fn a_key_is_one_event_however_often_and_however_broken_it_is_published() {
    let seed = std::env::var("SEED").ok().map(|seed| seed.parse::<u64>().expect("a number"));
    for seed in seed.map_or(0..SEEDS, |seed| seed..seed + 1) {
        if let Err(panic) = std::panic::catch_unwind(|| live(seed)) {
            eprintln!("the life of SEED={seed} broke a promise");
            std::panic::resume_unwind(panic);
        }
    }
}

fn live(seed: u64) {
    let mut world = World::new(seed);
    for _ in 0..60 + world.chance.below(200) {
        world.step();
    }
    world.check_repeats_are_answered();
}

/// One request on its way.
struct Publisher {
    key: Option<IdempotencyKey>,
    body: u8,
    progress: Progress,
}

enum Progress {
    Sent,
    Asking(Box<Fanout<'static>>, &'static Plan, Vec<Ask<'static>>),
    Finishing(&'static Plan, Vec<Option<Published>>),
}

struct World {
    chance: Chance,
    now: Timestamp,
    faulty: bool,
    event_type: EventType,
    memos: BTreeMap<IdempotencyKey, IdempotencyRecord>,
    /// Which webhooks are switched on, and the events that each has stored.
    webhooks: BTreeMap<WebhookId, (bool, BTreeSet<EventId>)>,
    publishers: Vec<Publisher>,
    /// The body of every event that was ever offered to a webhook.
    bodies: BTreeMap<EventId, u8>,
    /// The event of a key, and when the key expires.
    events: BTreeMap<IdempotencyKey, (EventId, Timestamp)>,
    /// What was told of an event while its key was good.
    told: BTreeMap<EventId, Published>,
}

impl World {
    fn new(seed: u64) -> Self {
        let webhooks = GROUPS.iter().flat_map(|group| group.iter());
        Self {
            chance: Chance::new(seed),
            now: START,
            faulty: true,
            event_type: EventTypes::documented().get("PATH_COMPLETION").unwrap().clone(),
            memos: BTreeMap::new(),
            webhooks: webhooks.map(|id| (id.parse().unwrap(), (true, BTreeSet::new()))).collect(),
            publishers: Vec::new(),
            bodies: BTreeMap::new(),
            events: BTreeMap::new(),
            told: BTreeMap::new(),
        }
    }

    fn step(&mut self) {
        match self.chance.below(100) {
            0..=9 => {
                let key = self.chance.pick(&["k1", "k2"]);
                let body = u8::from(self.chance.percent(10));
                self.send(Some(IdempotencyKey::from_header(key).unwrap()), body);
            }
            10..=12 => self.send(None, 2),
            13..=84 if !self.publishers.is_empty() => {
                let count = u64::try_from(self.publishers.len()).unwrap();
                let index = usize::try_from(self.chance.below(count)).unwrap();
                self.advance(index);
            }
            85..=86 => drop(self.publishers.pop()),
            87..=90 => self.switch(),
            91..=95 => self.now = self.now.plus(Delay::from_secs(self.chance.below(600))),
            96 => self.now = self.now.plus(RETENTION),
            97 => self.memos.retain(|_, memo| self.now < memo.at.plus(RETENTION)),
            _ => {}
        }
    }

    fn send(&mut self, key: Option<IdempotencyKey>, body: u8) {
        self.publishers.push(Publisher { key, body, progress: Progress::Sent });
    }

    /// A webhook with a target of its own is switched on or off. One that shares its target is only
    /// ever switched off: one that comes back while a publish is unfinished may send it too.
    fn switch(&mut self) {
        let id: WebhookId = self.chance.pick(&["a", "b", "c"]).parse().unwrap();
        let (active, _) = self.webhooks.get_mut(&id).unwrap();
        *active = !*active && id.as_str() != "c";
    }

    fn groups(&self) -> Vec<Group> {
        let on = |id: &&&str| self.webhooks[&id.parse::<WebhookId>().unwrap()].0;
        let group = |group: &&[&str]| -> Group {
            group.iter().filter(on).map(|id| id.parse().unwrap()).collect()
        };
        GROUPS.iter().map(group).filter(|group| !group.is_empty()).collect()
    }

    /// Lets a request take its next step. It is gone when that was the last.
    fn advance(&mut self, index: usize) {
        let mut publisher = self.publishers.swap_remove(index);
        let next = match publisher.progress {
            Progress::Sent => self.admit(publisher.key.as_ref(), publisher.body),
            Progress::Asking(fanout, plan, asks) => {
                Some(self.ask(publisher.body, fanout, plan, asks))
            }
            Progress::Finishing(plan, told) => {
                self.finish(publisher.key, publisher.body, plan, told);
                return;
            }
        };
        if let Some(progress) = next {
            publisher.progress = progress;
            self.publishers.push(publisher);
        }
    }

    fn admit(&mut self, key: Option<&IdempotencyKey>, body: u8) -> Option<Progress> {
        let id = EventId::new(self.now, self.chance.entropy());
        let event = PlannedEvent { id, event_type: self.event_type.clone() };
        let groups = self.groups();
        let plan = Plan::new(vec![event], |_| groups.clone());
        let keyed = key.map(|key| (Fingerprint::of(&[body]), self.memos.get(key).cloned()));
        let moment = Clock { now: self.now, retention: RETENTION };
        let mut gate = PublishPolicy { is_disabled: false, bucket: Bucket::EMPTY, per_minute: 0 };
        let (admission, memo) = admission::admit(plan, keyed, &mut gate, moment);
        if let (Some(key), Some(memo)) = (key, memo) {
            self.memos.insert(key.clone(), memo);
        }
        match admission {
            Admission::Open(plan) => {
                let plan: &'static Plan = Box::leak(Box::new(plan));
                self.check_life(key, body, &plan.events[0].id);
                Some(next_round(Fanout::new(plan), plan))
            }
            Admission::Done(told) => {
                self.check_life(key, body, &told[0].id);
                self.check_told(key, &told[0]);
                None
            }
            Admission::Throttled(_) | Admission::Disabled | Admission::Deleted => {
                panic!("nothing limits it")
            }
            Admission::OtherRequest => {
                let (id, _) = &self.events[key.expect("only a key can be used before")];
                assert_ne!(self.bodies[id], body, "the same request is never refused");
                None
            }
        }
    }

    /// A key stands for one event of one body as long as it is good.
    fn check_life(&mut self, key: Option<&IdempotencyKey>, body: u8, id: &EventId) {
        assert_eq!(*self.bodies.entry(id.clone()).or_insert(body), body, "another body");
        let Some(key) = key else { return };
        let life = (id.clone(), self.now.plus(RETENTION));
        let (known, until) = self.events.entry(key.clone()).or_insert_with(|| life.clone());
        if *until <= self.now {
            (*known, *until) = life;
        }
        assert_eq!(known, id, "a second event under {key:?}");
    }

    fn ask(
        &mut self,
        body: u8,
        mut fanout: Box<Fanout<'static>>,
        plan: &'static Plan,
        mut asks: Vec<Ask<'static>>,
    ) -> Progress {
        let Some(ask) = asks.pop() else { return next_round(*fanout, plan) };
        let id = &plan.events[0].id;
        assert_eq!(self.bodies[id], body);
        let is_lost = self.faulty && self.chance.percent(10);
        let is_unheard = self.faulty && self.chance.percent(10);
        let answer = (!is_lost).then(|| self.accept(ask.webhook, id));
        let answers = answer.filter(|_| !is_unheard).map(|answer| [answer]);
        fanout.answered(&ask, answers.as_ref().map(<[Acceptance; 1]>::as_slice));
        Progress::Asking(fanout, plan, asks)
    }

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
            let holders = group.iter().filter(|id_| self.stored(id_).contains(id)).count();
            assert!(holders <= 1, "a target has {id} twice");
        }
        Acceptance::Stored
    }

    fn stored(&self, webhook: &str) -> &BTreeSet<EventId> {
        &self.webhooks[&webhook.parse::<WebhookId>().unwrap()].1
    }

    fn finish(
        &mut self,
        key: Option<IdempotencyKey>,
        body: u8,
        plan: &Plan,
        told: Vec<Option<Published>>,
    ) {
        let is_lost = self.faulty && self.chance.percent(10);
        let complete: Option<Vec<Published>> = told.into_iter().collect();
        match (key, complete) {
            (_, _) if is_lost => {}
            (Some(key), Some(told)) => {
                let (told, memo) = admission::finish(self.memos.get(&key).cloned(), told);
                if let Some(memo) = memo {
                    self.memos.insert(key.clone(), memo);
                }
                if !(self.faulty && self.chance.percent(10)) {
                    self.check_told(Some(&key), &told[0]);
                }
            }
            (Some(_), None) => {}
            (None, Some(told)) => self.check_told(None, &told[0]),
            (None, None) => {
                let key = IdempotencyKey::of_event(&plan.events[0].id);
                let work = Work::Publishing(plan.clone());
                let memo =
                    IdempotencyRecord { at: self.now, fingerprint: Fingerprint::of(&[body]), work };
                let life = (plan.events[0].id.clone(), self.now.plus(RETENTION));
                self.events.insert(key.clone(), life);
                self.memos.insert(key.clone(), memo);
                self.send(Some(key), body);
            }
        }
    }

    /// Everybody who is told of an event is told the same, and it is true.
    fn check_told(&mut self, key: Option<&IdempotencyKey>, told: &Published) {
        let holders = self.webhooks.values().filter(|(_, events)| events.contains(&told.id));
        // One that was switched on in between may have it from a repeat as well.
        assert!(holders.count() >= told.webhooks, "as many have stored it as is told");
        let is_good = key
            .and_then(|key| self.events.get(key))
            .is_none_or(|(id, until)| *id == told.id && self.now < *until);
        if is_good {
            let first = self.told.entry(told.id.clone()).or_insert_with(|| told.clone());
            assert_eq!(first, told, "told otherwise before");
        }
    }

    fn check_repeats_are_answered(&mut self) {
        self.faulty = false;
        self.publishers.clear();
        for key in self.memos.keys().cloned().collect::<Vec<_>>() {
            let Some((id, until)) = self.events.get(&key).cloned() else { continue };
            if until <= self.now {
                continue;
            }
            self.send(Some(key), self.bodies[&id]);
            while !self.publishers.is_empty() {
                self.advance(0);
            }
            assert!(self.told.contains_key(&id), "{id} was repeated and not answered");
        }
    }
}

fn next_round(fanout: Fanout<'static>, plan: &'static Plan) -> Progress {
    let asks = fanout.asks();
    if asks.is_empty() {
        Progress::Finishing(plan, fanout.published())
    } else {
        Progress::Asking(Box::new(fanout), plan, asks)
    }
}
