//! A world with one webhook: its object's storage, its alarm, its roster and KV record, its
//! receiver, its owner, and everything that can go wrong between them. Time jumps; nothing sleeps.
//!
//! The world plays the platform's part (`src/webhook_object/object.rs`) and keeps its own book of
//! what was promised and what was POSTed. Every turn is checked against that book.

use std::collections::BTreeMap;

use domain::account::{Decision, Roster};
use domain::base::{Delay, EventId, SENDS_IN_FLIGHT_MAX, Timestamp, Version, WORKER_LEASES_MAX};
use domain::crypto::MasterKeys;
use domain::delivery::{Backlog, Cause, Delivery, Holder, Mode, Outcome, Rules, Schedule, State};
use domain::dispatch::{
    Acknowledgement, Effect, SendJob, Store, StoreError, Transaction, alarm_to_set,
};
use domain::webhook::{
    Activity, DeliveryOptions, OutboxEvent, ProjectionTarget, Record, RosterChange, Stage,
    TargetPolicy, WebhookView,
};

use super::account::Account;
use super::book::Expectation;
use super::chance::Chance;
use super::memory::Memory;
use super::receiver::{MOODS, Mood};
use super::secrets::BOTH_KEYS;
use super::telling::Telling;
use super::twin::{Disk, Twin};
use super::workers::Workers;

/// What the living instance of the object is busy with. A crash forgets it.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) ends_at: Timestamp,
    pub(super) work: Work,
}

#[derive(Debug)]
pub(super) enum Work {
    Send(Box<SendJob>, Outcome),
    Roster(Version, RosterChange),
    Kv(Version, Option<Box<WebhookView>>),
    Announce(Box<OutboxEvent>),
    Erase,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) now: Timestamp,
    pub(super) rules: Rules,
    pub(super) memory: Memory,
    /// The same once more, as the object has it. Not in every life, since it takes long.
    pub(super) disk: Option<Disk>,
    /// Chance for the disk's faults.
    pub(super) disk_chance: Chance,
    pub(super) alarm: Option<Timestamp>,
    pub(super) alarm_failures: u32,
    pub(super) tasks: Vec<Task>,
    pub(super) roster: Roster,
    pub(super) roster_max: usize,
    pub(super) flow: DeliveryOptions,
    /// When the latest leases were taken.
    pub(super) leased_at: Vec<Timestamp>,
    pub(super) kv: Option<(Version, WebhookView)>,
    pub(crate) mood: Mood,
    pub(super) book: BTreeMap<EventId, Expectation>,
    pub(super) account: Account,
    pub(super) workers: Workers,
    pub(super) telling: Telling,
    /// What the latest turn said of the backlog, while the object is in memory.
    pub(super) backlog: Option<Backlog>,
    pub(super) faulty: bool,
    pub(super) deleted: bool,
    /// How many POSTs were made, over all events.
    pub(crate) posts: u32,
    /// How many events were refused because too many waited.
    pub(crate) refused: u64,
}

const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);

impl World {
    pub(crate) fn new(seed: u64, faulty: bool) -> Self {
        let mut chance = Chance::new(seed);
        let retries = chance.pick(&[0, 1, 3, 8, 60]);
        let flow = DeliveryOptions {
            max_per_second: if chance.percent(15) { Some(chance.pick(&[1, 3])) } else { None },
            ordered: chance.percent(15),
            retry_4xx: chance.percent(15),
        };
        let schedule = Schedule { retries, ..Schedule::DOCUMENTED };
        let rules = Rules {
            schedule,
            timeout: Delay::from_secs(10),
            lease_margin: Delay::from_secs(5),
            targets: TargetPolicy { allow_private: false, require_https: false, own_hosts: vec![] },
            user_agent: "skilljar".to_owned(),
            held_max: 5,
            backlog_max: if faulty && seed % 9 == 4 { 3 } else { 1_000 },
            backlog_bytes_max: 1_000_000,
            discards_payloads: faulty && seed % 5 == 2,
            recover_pause: Delay::from_ms(20),
            retention: Delay::from_secs(168 * 3_600),
            master_keys: MasterKeys::parse(BOTH_KEYS).unwrap(),
        };
        Self {
            roster_max: usize::from(!(faulty && chance.percent(5))),
            flow: if faulty { flow } else { DeliveryOptions::default() },
            leased_at: Vec::new(),
            mood: chance.pick(&MOODS),
            chance,
            now: START,
            rules,
            memory: Memory::default(),
            disk: None,
            disk_chance: Chance::new(!seed),
            alarm: None,
            alarm_failures: 0,
            tasks: Vec::new(),
            roster: Roster::default(),
            kv: None,
            book: BTreeMap::new(),
            account: if faulty { Account::of_life(seed) } else { Account::default() },
            workers: if faulty { Workers::of_life(seed) } else { Workers::default() },
            telling: Telling::of_life(seed, faulty),
            backlog: None,
            faulty,
            deleted: false,
            posts: 0,
            refused: 0,
        }
    }

    pub(crate) fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.rules.schedule = schedule;
        self
    }

    pub(crate) fn with_backlog_max(mut self, max: u64) -> Self {
        self.rules.backlog_max = max;
        self
    }

    pub(crate) fn version(&self) -> Option<Version> {
        self.record().map(|record| record.version)
    }

    /// The same with the object's storage in SQLite too.
    pub(crate) fn with_disk(mut self) -> Self {
        self.disk = Some(Disk::new());
        self
    }

    pub(super) fn record(&self) -> Option<Record> {
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
    pub(super) fn turn<T>(
        &mut self,
        step: impl FnOnce(&mut Transaction<'_, Twin<'_>>) -> Result<T, StoreError>,
    ) -> Option<T> {
        let before = self.record();
        let mut draft = self.memory.clone();
        let fault_at = self.faulty && self.chance.percent(4);
        draft.steps_left.set(fault_at.then(|| self.chance.below(12)));
        let (lite, remembered) = self.begin().unzip();
        let disk = lite.as_deref().zip(remembered);
        let chance = &mut self.chance;
        let backlog = self.backlog.take();
        let mut effects = Vec::new();
        let mut counted = None;
        let decided = Twin::open(&mut draft, disk).and_then(|mut store| {
            let mut turn =
                Transaction::new(&mut store, self.now, &self.rules).with_backlog(backlog);
            turn.reseal(&mut || Some(chance.bytes()))?;
            let answer = step(&mut turn)?;
            let wakeup = turn.next_wakeup()?;
            counted = turn.backlog();
            effects = turn.into_effects();
            Ok((answer, wakeup, store.flush()?))
        });
        let backlog = counted;
        draft.steps_left.set(None);
        let Ok((answer, wakeup, remembered)) = decided else {
            self.end(None);
            return None;
        };
        if self.faulty && self.chance.percent(1) {
            self.end(None);
            self.crash(); // before the commit
            return None;
        }
        self.end(remembered);
        let old = std::mem::replace(&mut self.memory, draft);
        self.check_disk();
        self.check_record(before.as_ref());
        self.watch(&old);
        self.check_backlog(backlog);
        if let Some(at) = alarm_to_set(self.alarm, wakeup, self.now) {
            assert!(at > self.now, "an alarm set to the time it was fired for is dropped");
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
        self.backlog = None;
        if let Some(disk) = &mut self.disk {
            disk.memory = None;
        }
        for task in std::mem::take(&mut self.tasks) {
            if let Work::Announce(announcement) = &task.work {
                if self.telling.chance.percent(50) {
                    self.hear(announcement);
                }
                continue;
            }
            // The message may have gone out all the same.
            if self.chance.percent(50) {
                match task.work {
                    Work::Roster(_, change) => drop(self.tell_roster(change)),
                    Work::Kv(version, view) => self.tell_kv(version, view),
                    Work::Send(..) | Work::Announce(_) | Work::Erase => {}
                }
            }
        }
    }

    pub(super) fn check_record(&self, before: Option<&Record>) {
        let Some(after) = self.record() else { return };
        let open = self.memory.leases().unwrap();
        let (of_workers, own): (Vec<_>, Vec<_>) = open
            .into_iter()
            .filter_map(|delivery| delivery.open_lease())
            .partition(|lease| lease.holder == Holder::Worker);
        assert!(own.len() <= SENDS_IN_FLIGHT_MAX, "{} leases are open", own.len());
        assert!(of_workers.len() <= WORKER_LEASES_MAX, "{} of Workers", of_workers.len());
        for place in [ProjectionTarget::Roster, ProjectionTarget::Kv] {
            assert!(after.projection(place).acked <= after.version);
        }
        let Some(before) = before else { return };
        assert!(after.version >= before.version, "a version never goes back");
        let is_adopted = match &before.stage {
            Stage::Live(webhook) => webhook.configuration.is_sealed_anew(&self.rules.master_keys),
            Stage::Creating { .. } | Stage::Deleting => true,
        };
        let is_old = is_adopted && !matches!(before.stage, Stage::Creating { .. });
        if after.stage != before.stage && is_old {
            assert!(after.version > before.version, "a change is a new version");
        }
        if after.stage == Stage::Deleting {
            assert!(self.memory.deliveries.is_empty(), "a deleted webhook keeps no event");
        }
    }

    /// What a turn says of the backlog is what there is. So is which bodies are kept.
    fn check_backlog(&mut self, backlog: Option<Backlog>) {
        let Some(Record { stage: Stage::Live(webhook), .. }) = self.record() else { return };
        let counted = self.memory.backlog(webhook.epoch).unwrap();
        assert!(backlog.is_none_or(|backlog| backlog == counted), "{backlog:?} is {counted:?}");
        self.backlog = backlog;
        for (delivery, payload) in self.memory.deliveries.values() {
            let is_over =
                matches!(delivery.state, State::Delivered { .. }) && delivery.resends == 0;
            let is_empty = payload.as_bytes().is_empty();
            assert_eq!(is_empty, is_over && self.rules.discards_payloads, "{delivery:?}");
        }
    }

    /// Every lease that is stored is a try that counts, whether or not its POST went out.
    pub(super) fn book_leases(&mut self, effects: &[Effect]) {
        for effect in effects {
            let Effect::Send(attempt) = effect else { continue };
            self.book_lease(attempt, Holder::Object);
        }
    }

    pub(super) fn book_lease(&mut self, attempt: &SendJob, holder: Holder) {
        self.check_flow(attempt);
        let record = self.record().expect("only a webhook that exists sends");
        self.check_signature(&record, attempt);
        let Stage::Live(webhook) = record.stage else { panic!("only a live webhook sends") };
        assert!(webhook.sends(), "an inactive webhook gets nothing");
        let url = attempt.request.as_ref().map(|request| request.url.as_str());
        assert_eq!(url, Ok(webhook.configuration.target_url.href()));
        let accepted_at = self.now;
        let entry = self
            .book
            .entry(attempt.event_id.clone())
            .or_insert_with(|| Expectation::new(accepted_at));
        if attempt.cause == Cause::Resend {
            entry.resent += 1;
            let lease_end = self.now.plus(self.rules.lease(holder));
            let delay = self.rules.schedule.delay_after(entry.leases);
            entry.not_before = lease_end.plus(delay);
            return;
        }
        if attempt.cause == Cause::Recover {
            (entry.leases, entry.unjudged, entry.not_before) = (0, 0, Timestamp::EPOCH);
        }
        entry.leases_ever += 1;
        assert!(self.now >= entry.not_before, "{} is tried too early", attempt.event_id);
        assert!(!entry.settled, "{} had arrived", attempt.event_id);
        entry.leases += 1;
        assert_eq!(attempt.number, entry.leases, "a try counts when it is leased");
        let limit = self.rules.schedule.tries_max() + 3 + entry.unjudged;
        assert!(entry.leases <= limit, "{} tries of {}", entry.leases, attempt.event_id);
        let lease_end = self.now.plus(self.rules.lease(holder));
        entry.not_before = lease_end.plus(self.rules.schedule.delay_after(entry.leases));
    }

    /// A lease that was just taken keeps to what the owner wants and the receiver's health allows.
    fn check_flow(&mut self, attempt: &SendJob) {
        let second_ago = self.now.minus(Delay::from_secs(1));
        self.leased_at.retain(|&at| at > second_ago);
        self.leased_at.push(self.now);
        if let Some(rate) = self.flow.max_per_second {
            let rate = usize::try_from(rate).unwrap();
            assert!(self.leased_at.len() <= rate, "{} in a second", self.leased_at.len());
        }
        let deliveries = || self.memory.deliveries.values().map(|(delivery, _)| delivery);
        let this = deliveries().find(|delivery| delivery.seq == attempt.seq).unwrap();
        let is_open = |other: &&Delivery| match other.state {
            State::Scheduled { .. } => other.epoch == this.epoch,
            State::Leased(_) => true,
            State::Delivered { .. } | State::Held => false,
        };
        let is_head = !deliveries().filter(is_open).any(|other| other.seq < this.seq);
        let in_flight = deliveries().filter(|other| other.open_lease().is_some()).count();
        if self.flow.ordered {
            assert_eq!(in_flight, 1, "one at a time");
            assert!(is_head || attempt.cause != Cause::Schedule, "out of order");
        }
        let Mode::Outage { last_end } = self.memory.health.mode else { return };
        assert_eq!(in_flight, 1, "one probe at a time");
        if !is_head && attempt.cause == Cause::Schedule && !self.flow.ordered {
            let wait = Delay::from_secs(if attempt.number == 1 { 10 } else { 60 });
            assert!(self.now >= last_end.plus(wait), "{} probes too soon", attempt.event_id);
        }
    }

    pub(super) fn start(&mut self, effects: Vec<Effect>) {
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
                Effect::Announce(announcement) => {
                    let busy = self.tasks.iter().any(|task| matches!(task.work, Work::Announce(_)));
                    assert!(!busy, "one is told at a time");
                    (self.telling.chance.below(2_000), Work::Announce(announcement))
                }
                Effect::Erase => (self.chance.below(10), Work::Erase),
            };
            self.tasks.push(Task { ends_at: self.now.plus(Delay::from_ms(delay_ms)), work });
        }
        let sends = self.tasks.iter().filter(|task| matches!(task.work, Work::Send(..)));
        assert!(sends.count() <= SENDS_IN_FLIGHT_MAX);
    }

    // ---- roster and KV ----

    pub(super) fn tell_roster(&mut self, change: RosterChange) -> Acknowledgement {
        match self.roster.decide(&change, self.roster_max) {
            Decision::Apply => {
                self.roster.apply(change, self.now);
                Acknowledgement::Known
            }
            Decision::Known => Acknowledgement::Known,
            Decision::Full => Acknowledgement::Full,
        }
    }

    pub(super) fn tell_kv(&mut self, version: Version, view: Option<Box<WebhookView>>) {
        self.kv = view.map(|view| (version, *view));
    }

    pub(super) fn run(&mut self, work: Work) {
        if let Work::Announce(announcement) = &work {
            return self.run_announcement(announcement);
        }
        let is_lost = self.faulty && self.chance.percent(10);
        let is_unheard = self.faulty && self.chance.percent(5);
        match work {
            Work::Send(attempt, outcome) => self.settle(&attempt, &outcome),
            Work::Roster(version, change) => {
                let answer =
                    if is_lost { Acknowledgement::Failed } else { self.tell_roster(change) };
                let answer = if is_unheard { Acknowledgement::Failed } else { answer };
                self.turn(|turn| turn.published(ProjectionTarget::Roster, version, answer));
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
                self.turn(|turn| turn.published(ProjectionTarget::Kv, version, answer));
            }
            Work::Announce(_) => {}
            Work::Erase if is_lost => {}
            Work::Erase => {
                self.memory = Memory::default();
                self.disk = self.disk.take().map(|_| Disk::new());
                self.alarm = None;
            }
        }
    }

    // ---- time ----

    /// When the next thing happens by itself.
    pub(super) fn next_happening(&self) -> Option<Timestamp> {
        let tasks = self.tasks.iter().map(|task| task.ends_at);
        tasks.chain(self.workers.next()).chain(self.alarm).min()
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
        self.report_due();
        if self.alarm.is_some_and(|at| at <= self.now) {
            self.alarm = None;
            self.fire();
        }
    }

    /// Runs the alarm's handler. The platform repeats one that fails, six times at most.
    pub(crate) fn fire(&mut self) {
        let was_armed = self.alarm.is_some();
        if self.turn(|turn| turn.wake()).is_some() {
            self.alarm_failures = 0;
            let is_ahead = self.alarm.is_none_or(|at| at > self.now);
            assert!(was_armed || is_ahead, "an alarm that spins");
            self.check_waking_twice_changes_nothing();
        } else {
            self.alarm_failures += 1;
            if self.alarm_failures <= 6 {
                let again = Delay::from_secs(1 << self.alarm_failures);
                self.alarm = Some(self.alarm.unwrap_or_else(|| self.now.plus(again)));
            }
        }
    }

    pub(super) fn check_waking_twice_changes_nothing(&self) {
        let mut again = self.memory.clone();
        let disk = self.disk.as_ref().inspect(|disk| disk.lite.begin());
        let written = disk.map(|disk| disk.lite.rows_written());
        let with_memory = disk.map(|disk| (&*disk.lite, disk.memory.clone()));
        let mut store = Twin::open(&mut again, with_memory).unwrap();
        let mut turn = Transaction::new(&mut store, self.now, &self.rules);
        turn.wake().unwrap();
        assert_eq!(turn.into_effects(), [], "a second wake-up does nothing");
        store.flush().unwrap();
        assert_eq!(disk.map(|disk| disk.lite.rows_written()), written);
        if let Some(disk) = disk {
            disk.lite.roll_back();
        }
        assert_eq!(again, self.memory, "a second wake-up stores nothing");
    }

    /// What the cron trigger does.
    pub(crate) fn touch(&mut self) {
        self.turn(|turn| turn.wake());
    }

    pub(crate) fn lose_alarm(&mut self) {
        self.alarm = None;
    }
}
