//! A world with one webhook: its object's storage, its alarm, its roster and KV record, its
//! receiver, its owner, and everything that can go wrong between them. Time jumps; nothing sleeps.
//!
//! The world plays the platform's part (`src/platform/webhook_object.rs`) and keeps its own book of
//! what was promised and what was POSTed. Every turn is checked against that book.

use std::collections::BTreeMap;

use webhook_dispatcher::domain::delivery::{Epoch, State, Version};
use webhook_dispatcher::domain::event::{Event, Payload};
use webhook_dispatcher::domain::event_type::EventTypes;
use webhook_dispatcher::domain::id::{AccountId, EventId, WebhookId};
use webhook_dispatcher::domain::limits::SENDS_IN_FLIGHT_MAX;
use webhook_dispatcher::domain::queue::{Acceptance, NewEvent, Settled};
use webhook_dispatcher::domain::record::{Place, Record, Stage};
use webhook_dispatcher::domain::roster::{Roster, RosterChange, Ruling};
use webhook_dispatcher::domain::rules::Rules;
use webhook_dispatcher::domain::schedule::Schedule;
use webhook_dispatcher::domain::store::{Store, StoreFault};
use webhook_dispatcher::domain::target::{TargetPolicy, TargetUrl};
use webhook_dispatcher::domain::time::{Delay, Timestamp};
use webhook_dispatcher::domain::turn::{Acknowledgement, Effect, Try, Turn, alarm_to_set};
use webhook_dispatcher::domain::verdict::{Answer, Fault, Outcome};
use webhook_dispatcher::domain::view::WebhookView;
use webhook_dispatcher::domain::webhook::{
    Activity, Configuration, DeactivateReason, NewWebhook, WebhookChange,
};

use super::chance::Chance;
use super::memory::Memory;

/// How the receiver answers at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Up,
    Down,
    Flaky,
    Hanging,
    Unreachable,
    Redirecting,
    Rejecting,
    Throttling,
}

const MOODS: [Mood; 8] = [
    Mood::Up,
    Mood::Down,
    Mood::Flaky,
    Mood::Hanging,
    Mood::Unreachable,
    Mood::Redirecting,
    Mood::Rejecting,
    Mood::Throttling,
];

/// What the living instance of the object is busy with. A crash forgets it.
#[derive(Debug)]
struct Task {
    ends_at: Timestamp,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Send(Box<Try>, Outcome),
    Roster(Version, RosterChange),
    Kv(Version, Option<Box<WebhookView>>),
    Erase,
}

/// The world's own book of one event.
#[derive(Debug)]
struct Entry {
    accepted_at: Timestamp,
    /// Whether the publisher was told that it is stored.
    promised: bool,
    leases: u32,
    not_before: Timestamp,
    /// Whether a 2xx was settled.
    settled: bool,
    /// Whether the receiver ever answered 2xx.
    received: bool,
    /// Failures that judged nothing, each of which may cost one more try.
    unjudged: u32,
}

impl Entry {
    const fn new(accepted_at: Timestamp) -> Self {
        Self {
            accepted_at,
            promised: false,
            leases: 0,
            not_before: Timestamp::EPOCH,
            settled: false,
            received: false,
            unjudged: 0,
        }
    }
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) now: Timestamp,
    rules: Rules,
    types: EventTypes,
    memory: Memory,
    alarm: Option<Timestamp>,
    alarm_failures: u32,
    tasks: Vec<Task>,
    roster: Roster,
    roster_max: usize,
    kv: Option<(Version, WebhookView)>,
    pub(crate) mood: Mood,
    book: BTreeMap<EventId, Entry>,
    faulty: bool,
    deleted: bool,
    /// How many POSTs were made, over all events.
    pub(crate) posts: u32,
}

const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);

impl World {
    pub(crate) fn new(seed: u64, faulty: bool) -> Self {
        let mut chance = Chance::new(seed);
        let retries = chance.pick(&[0, 1, 3, 8, 60]);
        let schedule = Schedule { retries, ..Schedule::DOCUMENTED };
        let rules = Rules {
            schedule,
            timeout: Delay::from_secs(10),
            lease_margin: Delay::from_secs(5),
            targets: TargetPolicy { allow_private: false, require_https: false, own_hosts: vec![] },
            user_agent: "skilljar".to_owned(),
            retention: Delay::from_secs(168 * 3_600),
        };
        Self {
            roster_max: usize::from(!(faulty && chance.percent(5))),
            mood: chance.pick(&MOODS),
            chance,
            now: START,
            rules,
            types: EventTypes::documented(),
            memory: Memory::default(),
            alarm: None,
            alarm_failures: 0,
            tasks: Vec::new(),
            roster: Roster::default(),
            kv: None,
            book: BTreeMap::new(),
            faulty,
            deleted: false,
            posts: 0,
        }
    }

    pub(crate) fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.rules.schedule = schedule;
        self
    }

    fn record(&self) -> Option<Record> {
        self.memory.record().expect("no fault is injected outside turns")
    }

    pub(crate) fn activity(&self) -> Option<Activity> {
        match self.record()?.stage {
            Stage::Live(webhook) => Some(webhook.activity),
            Stage::Creating { .. } | Stage::Deleting => None,
        }
    }

    // ---- turns ----

    /// One turn as the platform takes it. `None`: the caller got no answer.
    fn turn<T>(
        &mut self,
        step: impl FnOnce(&mut Turn<'_, Memory>) -> Result<T, StoreFault>,
    ) -> Option<T> {
        let before = self.record();
        let mut draft = self.memory.clone();
        let fault_at = self.faulty && self.chance.percent(4);
        draft.steps_left.set(fault_at.then(|| self.chance.below(12)));
        let mut turn = Turn::new(&mut draft, self.now, &self.rules);
        let decided = step(&mut turn).and_then(|answer| Ok((answer, turn.next_wakeup()?)));
        let effects = turn.into_effects();
        draft.steps_left.set(None);
        let Ok((answer, wakeup)) = decided else { return None };
        if self.faulty && self.chance.percent(1) {
            self.crash(); // before the commit
            return None;
        }
        self.memory = draft;
        self.check_record(before.as_ref());
        if let Some(at) = alarm_to_set(self.alarm, wakeup, self.now) {
            if self.faulty && self.chance.percent(1) {
                self.book_leases(&effects);
                return None; // stored, but the alarm could not be set
            }
            self.alarm = Some(at);
        }
        self.book_leases(&effects);
        if self.faulty && self.chance.percent(1) {
            self.crash(); // after the commit
            return None;
        }
        self.start(effects);
        Some(answer)
    }

    /// The object is evicted, or its machine fails: what it was busy with is never settled.
    pub(crate) fn crash(&mut self) {
        for task in std::mem::take(&mut self.tasks) {
            // The message may have gone out all the same.
            if self.chance.percent(50) {
                match task.work {
                    Work::Roster(_, change) => drop(self.tell_roster(change)),
                    Work::Kv(version, view) => self.tell_kv(version, view),
                    Work::Send(..) | Work::Erase => {}
                }
            }
        }
    }

    fn check_record(&self, before: Option<&Record>) {
        let Some(after) = self.record() else { return };
        let open = self.memory.leases().unwrap();
        assert!(open.len() <= SENDS_IN_FLIGHT_MAX, "{} leases are open", open.len());
        for place in [Place::Roster, Place::Kv] {
            assert!(after.projection(place).acked <= after.version);
        }
        let Some(before) = before else { return };
        assert!(after.version >= before.version, "a version never goes back");
        if after.stage != before.stage && !matches!(before.stage, Stage::Creating { .. }) {
            assert!(after.version > before.version, "a change is a new version");
        }
        if after.stage == Stage::Deleting {
            assert!(self.memory.deliveries.is_empty(), "a deleted webhook keeps no event");
        }
    }

    /// Every lease that is stored is a try that counts, whether or not its POST went out.
    fn book_leases(&mut self, effects: &[Effect]) {
        for effect in effects {
            let Effect::Send(attempt) = effect else { continue };
            let record = self.record().expect("only a webhook that exists sends");
            let Stage::Live(webhook) = record.stage else { panic!("only a live webhook sends") };
            assert_eq!(webhook.activity, Activity::Active, "an inactive webhook gets nothing");
            let url = attempt.request.as_ref().map(|request| request.url.as_str());
            assert_eq!(url, Ok(webhook.configuration.target_url.href()));
            let accepted_at = self.now;
            let entry = self
                .book
                .entry(attempt.event_id.clone())
                .or_insert_with(|| Entry::new(accepted_at));
            assert!(self.now >= entry.not_before, "{} is tried too early", attempt.event_id);
            assert!(!entry.settled, "{} had arrived", attempt.event_id);
            entry.leases += 1;
            assert_eq!(attempt.number, entry.leases, "a try counts when it is leased");
            let limit = self.rules.schedule.tries_max() + 3 + entry.unjudged;
            assert!(entry.leases <= limit, "{} tries of {}", entry.leases, attempt.event_id);
            let lease_end = self.now.plus(self.rules.lease());
            entry.not_before = lease_end.plus(self.rules.schedule.delay_after(entry.leases));
        }
    }

    fn start(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let (delay_ms, work) = match effect {
                Effect::Send(attempt) => {
                    let (delay_ms, outcome) = self.post(&attempt);
                    (delay_ms, Work::Send(attempt, outcome))
                }
                Effect::PublishRoster(version, change) => {
                    (self.chance.below(200), Work::Roster(version, change))
                }
                Effect::PublishKv(version, view) => {
                    let busy = self.tasks.iter().any(|task| matches!(task.work, Work::Kv(..)));
                    assert!(!busy, "one KV write is in flight at a time");
                    (self.chance.below(2_000), Work::Kv(version, view))
                }
                Effect::Erase => (self.chance.below(10), Work::Erase),
            };
            self.tasks.push(Task { ends_at: self.now.plus(Delay::from_ms(delay_ms)), work });
        }
        let sends = self.tasks.iter().filter(|task| matches!(task.work, Work::Send(..)));
        assert!(sends.count() <= SENDS_IN_FLIGHT_MAX);
    }

    // ---- the receiver ----

    fn post(&mut self, attempt: &Try) -> (u64, Outcome) {
        self.posts += 1;
        let mood = if self.mood == Mood::Flaky {
            self.chance.pick(&[Mood::Up, Mood::Down, Mood::Unreachable])
        } else {
            self.mood
        };
        let answer = |status, retry_after: Option<&str>| {
            let retry_after = retry_after.map(str::to_owned);
            Outcome::Answered(Answer { status, retry_after, body: Vec::new() })
        };
        let delay_ms = self.chance.below(500);
        let (delay_ms, outcome) = match mood {
            Mood::Up | Mood::Flaky => (delay_ms, answer(self.chance.pick(&[200, 201, 204]), None)),
            Mood::Down => (delay_ms, answer(self.chance.pick(&[500, 502, 503, 530]), None)),
            Mood::Throttling => (delay_ms, answer(503, Some("7"))),
            Mood::Hanging => (self.rules.timeout.as_ms(), Outcome::Failed(Fault::Timeout)),
            Mood::Unreachable => (delay_ms, Outcome::Failed(Fault::Connection)),
            Mood::Redirecting => (delay_ms, answer(302, None)),
            Mood::Rejecting => (delay_ms, answer(self.chance.pick(&[400, 404, 410, 429]), None)),
        };
        if matches!(&outcome, Outcome::Answered(answer) if answer.status < 300) {
            self.book.get_mut(&attempt.event_id).unwrap().received = true;
        }
        (delay_ms, outcome)
    }

    fn settle(&mut self, attempt: &Try, outcome: &Outcome) {
        let before = self.record();
        let Some(settled) = self.turn(|turn| turn.settle(attempt.seq, attempt.token, outcome))
        else {
            return self.settle_unheard(attempt);
        };
        let schedule = self.rules.schedule;
        let entry = self.book.get_mut(&attempt.event_id).unwrap();
        match settled {
            Settled::Delivered => entry.settled = true,
            Settled::Retried { due } => {
                let delay = due.since(self.now);
                assert!(delay >= schedule.delay_after(attempt.number), "{delay:?}");
                assert!(delay <= schedule.delay_after(attempt.number).max(Delay::from_secs(7)));
                entry.not_before = due;
                if attempt.number >= schedule.tries_max() {
                    entry.unjudged += 1;
                }
            }
            Settled::Deactivated(reason) => {
                let Some(Stage::Live(webhook)) = before.map(|record| record.stage) else {
                    panic!("only a live webhook is deactivated")
                };
                assert_eq!(webhook.activity, Activity::Active);
                self.check_evidence(reason, attempt, outcome);
            }
            Settled::Ignored => {}
        }
    }

    /// The turn was stored, or it was not, and its answer was lost: the book follows the storage.
    fn settle_unheard(&mut self, attempt: &Try) {
        let Some((_, state)) = self.memory.state_of(&attempt.event_id) else { return };
        let entry = self.book.get_mut(&attempt.event_id).unwrap();
        match state {
            State::Delivered { .. } => entry.settled = true,
            State::Scheduled { due } if entry.leases == attempt.number => {
                entry.not_before = due;
                entry.unjudged += 1;
            }
            State::Scheduled { .. } | State::Leased { .. } => {}
        }
    }

    fn check_evidence(&self, reason: DeactivateReason, attempt: &Try, outcome: &Outcome) {
        let status = match outcome {
            Outcome::Answered(answer) => Some(answer.status),
            Outcome::Failed(_) => None,
        };
        match reason {
            DeactivateReason::Http4xxResponse => {
                assert!(status.is_some_and(|status| (400..500).contains(&status)));
            }
            DeactivateReason::TooManyRedirects => {
                assert_eq!(status, Some(302));
                assert!(attempt.number >= self.rules.schedule.tries_max());
            }
            DeactivateReason::RetryCount => {
                assert!(attempt.number >= self.rules.schedule.tries_max());
            }
            DeactivateReason::OrgDisabled => panic!("nobody disabled the account"),
        }
    }

    // ---- roster and KV ----

    fn tell_roster(&mut self, change: RosterChange) -> Acknowledgement {
        match self.roster.rule(&change, self.roster_max) {
            Ruling::Apply => {
                self.roster.apply(change, self.now);
                Acknowledgement::Known
            }
            Ruling::Known => Acknowledgement::Known,
            Ruling::Full => Acknowledgement::Full,
        }
    }

    fn tell_kv(&mut self, version: Version, view: Option<Box<WebhookView>>) {
        self.kv = view.map(|view| (version, *view));
    }

    fn run(&mut self, work: Work) {
        let is_lost = self.faulty && self.chance.percent(10);
        let is_unheard = self.faulty && self.chance.percent(5);
        match work {
            Work::Send(attempt, outcome) => self.settle(&attempt, &outcome),
            Work::Roster(version, change) => {
                let answer =
                    if is_lost { Acknowledgement::Failed } else { self.tell_roster(change) };
                let answer = if is_unheard { Acknowledgement::Failed } else { answer };
                self.turn(|turn| turn.published(Place::Roster, version, answer));
            }
            Work::Kv(version, view) => {
                if !is_lost {
                    self.tell_kv(version, view);
                }
                let answer = if is_lost || is_unheard {
                    Acknowledgement::Failed
                } else {
                    Acknowledgement::Known
                };
                self.turn(|turn| turn.published(Place::Kv, version, answer));
            }
            Work::Erase if is_lost => {}
            Work::Erase => {
                self.memory = Memory::default();
                self.alarm = None;
            }
        }
    }

    // ---- time ----

    /// When the next thing happens by itself.
    fn next_happening(&self) -> Option<Timestamp> {
        self.tasks.iter().map(|task| task.ends_at).chain(self.alarm).min()
    }

    /// Lets time pass to the next happening, or at most `limit`, and everything due happen.
    pub(crate) fn pass(&mut self, limit: Delay) {
        let late = if self.faulty { self.chance.below(50) } else { 0 };
        let next = self.next_happening().map_or(self.now.plus(limit), |at| at.max(self.now));
        self.now = next.min(self.now.plus(limit)).plus(Delay::from_ms(late));
        while let Some(index) = self.tasks.iter().position(|task| task.ends_at <= self.now) {
            let task = self.tasks.remove(index);
            self.run(task.work);
        }
        if self.alarm.is_some_and(|at| at <= self.now) {
            self.alarm = None;
            self.fire();
        }
    }

    /// Runs the alarm's handler. The platform repeats one that fails, six times at most.
    pub(crate) fn fire(&mut self) {
        if self.turn(|turn| turn.wake()).is_some() {
            self.alarm_failures = 0;
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
        let mut again = self.memory.clone();
        let mut turn = Turn::new(&mut again, self.now, &self.rules);
        turn.wake().unwrap();
        assert_eq!(turn.into_effects(), [], "a second wake-up does nothing");
        assert_eq!(again, self.memory, "a second wake-up stores nothing");
    }

    /// What the cron trigger does.
    pub(crate) fn touch(&mut self) {
        self.turn(|turn| turn.wake());
    }

    pub(crate) fn lose_alarm(&mut self) {
        self.alarm = None;
    }

    // ---- owner and publisher ----

    fn configuration(&self, url: &str) -> Configuration {
        Configuration::new(TargetUrl::parse(url, &self.rules.targets).unwrap())
    }

    fn id() -> WebhookId {
        "w1".parse().unwrap()
    }

    pub(crate) fn create(&mut self) {
        let configuration = self.configuration("https://example.com/hook");
        let new = NewWebhook { active: true, configuration };
        self.turn(|turn| turn.create(AccountId::default_account(), Self::id(), new));
    }

    pub(crate) fn update(&mut self, active: Option<bool>, url: Option<&str>) {
        let change = WebhookChange {
            target_url: url.map(|url| self.configuration(url).target_url),
            active,
            ..WebhookChange::default()
        };
        self.turn(|turn| turn.update(&change));
    }

    pub(crate) fn delete(&mut self) {
        if self.turn(|turn| turn.delete()) == Some(true) {
            self.deleted = true;
        }
        self.deleted |= self.record().is_some_and(|record| record.stage == Stage::Deleting);
    }

    /// Publishes `count` new events in one call.
    pub(crate) fn publish(&mut self, count: u64) {
        let ids: Vec<EventId> =
            (0..count).map(|_| EventId::new(self.now, self.chance.entropy())).collect();
        self.offer(&ids);
    }

    /// Publishes an event again that was published before.
    pub(crate) fn publish_again(&mut self) {
        let ids: Vec<EventId> = self.book.keys().cloned().collect();
        if !ids.is_empty() {
            let index = self.chance.below(u64::try_from(ids.len()).unwrap());
            self.offer(&[ids[usize::try_from(index).unwrap()].clone()]);
        }
    }

    fn offer(&mut self, ids: &[EventId]) {
        let event_type = self.types.get("COURSE_COMPLETION").unwrap().clone();
        let new = |id: &EventId| NewEvent {
            id: id.clone(),
            event: Event {
                event_type: event_type.clone(),
                payload: Payload::from_stored(id.as_str().as_bytes().to_vec()),
            },
        };
        let events: Vec<NewEvent> = ids.iter().map(new).collect();
        let stored_before: Vec<bool> =
            ids.iter().map(|id| self.memory.state_of(id).is_some()).collect();
        let Some(answers) = self.turn(|turn| turn.accept(events)) else { return };
        for ((id, answer), stored_before) in ids.iter().zip(answers).zip(stored_before) {
            match answer {
                Acceptance::Stored => assert!(!stored_before, "{id} was stored twice"),
                Acceptance::Duplicate => assert!(stored_before, "{id} is no duplicate"),
                Acceptance::Refused(_) => {
                    assert_ne!(self.activity(), Some(Activity::Active), "{id} was refused");
                    continue;
                }
            }
            let accepted_at = self.now;
            let entry = self.book.entry(id.clone()).or_insert_with(|| Entry::new(accepted_at));
            entry.promised = true;
        }
    }

    // ---- the end ----

    /// From here on nothing fails any more but the receiver, and the cron trigger has come by.
    pub(crate) fn heal(&mut self, mood: Mood) {
        self.faulty = false;
        self.mood = mood;
        self.touch();
        for _ in 0..50_000 {
            if self.is_quiet() {
                return;
            }
            assert!(self.next_happening().is_some(), "something waits and nothing will wake it");
            self.pass(Delay::from_ms(u64::MAX >> 8));
        }
        panic!("it never comes to rest");
    }

    fn is_quiet(&self) -> bool {
        let Some(record) = self.record() else { return self.tasks.is_empty() };
        let epoch = match &record.stage {
            Stage::Live(webhook) => webhook.epoch,
            Stage::Creating { .. } | Stage::Deleting => return false,
        };
        let waits = self.memory.deliveries.values().any(|(delivery, _)| match delivery.state {
            State::Scheduled { .. } => delivery.epoch == epoch,
            State::Leased { .. } => true,
            State::Delivered { .. } => false,
        });
        !waits && record.is_published() && self.tasks.is_empty()
    }

    /// Everything that was promised has come true.
    pub(crate) fn check_end(&mut self) {
        let Some(record) = self.record() else { return self.check_nothing_left() };
        let Stage::Live(webhook) = &record.stage else { panic!("{:?}", record.stage) };
        for (id, entry) in &self.book {
            self.check_event(id, entry, webhook.epoch);
        }
        let groups = self.roster.route(self.types.get("COURSE_COMPLETION").unwrap());
        let is_active = webhook.activity == Activity::Active;
        assert_eq!(groups.len(), usize::from(is_active), "the roster knows the state");
        let view = WebhookView::new(record.id.clone(), &webhook.configuration, webhook.activity);
        assert_eq!(self.kv, Some((record.version, view)), "KV knows the newest version");
        self.check_purge();
    }

    fn check_event(&self, id: &EventId, entry: &Entry, epoch: Epoch) {
        let state = self.memory.state_of(id);
        if state.is_none() {
            let kept_until = entry.accepted_at.plus(self.rules.retention);
            assert!(!entry.promised || self.now >= kept_until, "{id} was lost");
        }
        match state {
            Some((_, State::Delivered { .. })) => assert!(entry.received, "{id} never arrived"),
            Some((of, State::Scheduled { .. })) => assert!(of < epoch, "{id} is forgotten"),
            Some((_, State::Leased { .. })) => panic!("{id} is on its way for ever"),
            None => {}
        }
    }

    fn check_nothing_left(&self) {
        assert!(self.deleted || self.book.is_empty(), "a webhook vanished with its events");
        assert!(!self.roster.holds(&Self::id()), "the roster still has it");
        assert_eq!(self.kv, None, "KV still has it");
        assert!(self.memory.deliveries.is_empty());
    }

    /// What was kept long enough is purged by the alarm, and then nothing wakes the object.
    fn check_purge(&mut self) {
        for _ in 0..1_000 {
            if self.alarm.is_none() {
                break;
            }
            self.pass(Delay::from_ms(u64::MAX >> 8));
        }
        assert!(self.memory.deliveries.is_empty(), "everything is purged");
        assert_eq!(self.alarm, None, "nothing waits, so nothing wakes it");
    }
}
