//! The options of the webhook that its owner changes during a run. They have a random generator of
//! their own, so that its draws do not change the numbers of the others.

use domain::base::{Delay, EventId};
use domain::delivery::{Answer, Schedule, Wish};
use domain::event::{EventPatterns, EventType, EventTypes, Operational};
use domain::webhook::{
    Activity, Configuration, DeliveryOptions, DeliveryOptionsChange, RetryOptions, Stage,
    WebhookChange,
};

use super::world::World;
use crate::support::rng::Rng;

/// The lists of event types that an owner chooses from. The first is none: all types.
const LISTS: [&[&str]; 5] = [
    &[],
    &["COURSE_*"],
    &["COURSE_COMPLETION", "QUIZ_*"],
    &["*", "WEBHOOK_*"],
    &["LESSON_COMPLETION", "PATH_*"],
];

/// The retry schedules that an owner chooses from: the number of retries, the first and the longest
/// delay in milliseconds. The first is that of the deployment.
const SCHEDULES: [(Option<u32>, Option<u64>, Option<u64>); 6] = [
    (None, None, None),
    (Some(0), None, None),
    (Some(2), None, None),
    (Some(12), Some(1_000), Some(60_000)),
    (None, None, Some(30_000)),
    (Some(3), Some(5_000), None),
];

/// The options of a run.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of the run")]
pub(super) struct Options {
    rng: Rng,
    /// The types of the events that are published in this run.
    types: Vec<EventType>,
    /// Whether the webhook has a list of event types, which its owner changes.
    has_list: bool,
    /// Whether the webhook has a retry schedule of its own, which its owner changes.
    has_schedule: bool,
    /// The timeout of the webhook's own.
    timeout: Option<Delay>,
    /// The schedules that the webhook has had.
    schedules: Vec<Schedule>,
    /// Whether the owner chooses whether a 4xx deactivates the webhook.
    chooses_4xx: bool,
    /// Whether the owner chooses whether the webhook holds what it misses while it is paused.
    chooses_hold: bool,
}

impl Options {
    /// One run in four publishes events of several types to a webhook with a list of them. One in
    /// seven publishes operational events, and the others publish events of one type. In two runs
    /// of five, the webhook has a schedule or a timeout of its own. In one of three each, its owner
    /// chooses what a 4xx does, and what a paused webhook does.
    pub(super) fn from_seed(seed: u64, faulty: bool) -> Self {
        let takes_operational = faulty && seed % 7 == 3;
        let has_list = faulty && seed % 4 == 1 && !takes_operational;
        let names: &[&str] = if has_list {
            &["COURSE_COMPLETION", "COURSE_ENROLLMENT", "QUIZ_COMPLETION", "PATH_ENROLLMENT"]
        } else {
            &["COURSE_COMPLETION"]
        };
        let usual = names.iter().map(|name| EventType::try_from((*name).to_owned()).unwrap());
        let types =
            if takes_operational { vec![Operational::Failing.into()] } else { usual.collect() };
        let mut rng = Rng::new(seed.rotate_left(16) ^ 0x0971);
        let has_schedule = faulty && matches!(seed % 5, 1 | 3);
        let timeout = has_schedule.then(|| rng.pick(&[None, Some(1), Some(28)])).flatten();
        let timeout = timeout.map(Delay::from_secs);
        let (chooses_4xx, chooses_hold) = (faulty && seed % 3 == 2, faulty && seed % 3 == 1);
        let schedules = Vec::new();
        Self { rng, types, has_list, has_schedule, timeout, schedules, chooses_4xx, chooses_hold }
    }

    /// The types of the events that are published.
    pub(super) fn types(&self) -> &[EventType] {
        &self.types
    }

    /// The type of an event. It depends on the id, so an event that is published again has the type
    /// that it had.
    pub(super) fn type_of(&self, id: &EventId) -> EventType {
        let sum: usize = id.as_str().bytes().map(usize::from).sum();
        self.types[sum / 4 % self.types.len()].clone()
    }

    fn retry(&mut self) -> Option<RetryOptions> {
        let own = if self.has_schedule { self.rng.pick(&SCHEDULES) } else { SCHEDULES[0] };
        let (limit, base, max) = own;
        let (base, max) = (base.map(Delay::from_ms), max.map(Delay::from_ms));
        (own != SCHEDULES[0]).then_some(RetryOptions { limit, base, max })
    }

    fn list(&mut self) -> EventPatterns {
        let entries = if self.has_list { self.rng.pick(&LISTS) } else { LISTS[0] };
        let entries = entries.iter().map(|entry| (*entry).to_owned()).collect();
        EventPatterns::new(entries, &EventTypes::documented()).unwrap()
    }
}

impl World {
    /// Sets the options of a webhook that is created.
    pub(super) fn with_options(&mut self, configuration: Configuration) -> Configuration {
        let operational = self.options.types.iter().find(|only| only.is_operational());
        let event_type = operational.cloned();
        let mut delivery_options = configuration.delivery_options;
        if self.options.has_schedule {
            delivery_options.timeout = self.options.timeout;
            delivery_options.retry = self.options.retry();
        }
        if self.options.chooses_4xx {
            delivery_options.deactivate_on_4xx = self.options.rng.percent(30);
        }
        if self.options.chooses_hold {
            delivery_options.hold_while_paused = self.options.rng.percent(70);
        }
        let event_types = self.options.list();
        Configuration { event_type, event_types, delivery_options, ..configuration }
    }

    /// Changes the list of event types and the schedule now and then.
    pub(super) fn step_options(&mut self) {
        let options = &mut self.options;
        if options.has_list && options.rng.percent(5) {
            let event_types = Some(options.list());
            self.change(&WebhookChange { event_types, ..WebhookChange::default() });
        }
        let options = &mut self.options;
        if options.has_schedule && options.rng.percent(5) {
            let retry = Some(options.retry());
            self.change_delivery(DeliveryOptionsChange { retry, ..Default::default() });
        }
        let options = &mut self.options;
        if options.chooses_4xx && options.rng.percent(5) {
            let deactivate_on_4xx = Some(options.rng.percent(30));
            self.change_delivery(DeliveryOptionsChange { deactivate_on_4xx, ..Default::default() });
        }
        let options = &mut self.options;
        if options.chooses_hold && options.rng.percent(5) {
            let hold_while_paused = Some(options.rng.percent(70));
            self.change_delivery(DeliveryOptionsChange { hold_while_paused, ..Default::default() });
        }
    }

    fn change(&mut self, change: &WebhookChange) {
        self.transact(|tx| tx.update(change));
    }

    /// Changes the delivery options.
    pub(super) fn change_delivery(&mut self, delivery_options: DeliveryOptionsChange) {
        self.change(&WebhookChange { delivery_options, ..WebhookChange::default() });
    }

    /// The delivery options that are stored.
    pub(super) fn stored_options(&self) -> DeliveryOptions {
        match self.record().map(|record| record.stage) {
            Some(Stage::Live(webhook) | Stage::Creating { webhook, .. }) => {
                webhook.configuration.delivery_options
            }
            Some(Stage::Deleting) | None => DeliveryOptions::default(),
        }
    }

    /// The retry schedule in force.
    pub(super) fn schedule(&self) -> Schedule {
        self.rules.schedule_of(&self.stored_options())
    }

    /// Notes the schedule in force. An attempt may follow an earlier one, because a change does not
    /// move what is due already.
    pub(super) fn note_schedule(&mut self) {
        let schedule = self.schedule();
        if self.options.schedules.contains(&schedule) {
            return;
        }
        self.options.schedules.push(schedule);
        // What is leased now is retried by the new schedule if its lease is lost.
        for (delivery, _) in self.model.deliveries.values() {
            let entry = self.expectations.get_mut(&delivery.event_id);
            if let (Some(entry), Some(lease)) = (entry, delivery.open_lease()) {
                let earliest = lease.until.plus(schedule.delay_after(delivery.attempts));
                entry.not_before = entry.not_before.min(earliest);
            }
        }
    }

    /// The number of attempts of the longest schedule that was in force.
    pub(super) fn attempts_max(&self) -> u32 {
        let attempts = self.options.schedules.iter().map(Schedule::attempts_max);
        attempts.max().unwrap_or_default()
    }

    /// The shortest delay after this attempt, of all schedules that were in force.
    pub(super) fn shortest_delay_after(&self, attempts: u32) -> Delay {
        let delays = self.options.schedules.iter().map(|schedule| schedule.delay_after(attempts));
        delays.min().unwrap_or_default()
    }

    /// Whether the webhook is inactive and holds what it misses, by its stored record.
    pub(super) fn holds(&self) -> bool {
        match self.activity() {
            None | Some(Activity::Active) => false,
            Some(Activity::Inactive { reason: Some(_) }) => true,
            Some(Activity::Inactive { reason: None }) => self.stored_options().hold_while_paused,
        }
    }

    /// Whether an answer deactivates the webhook at once, by its stored options.
    pub(super) fn is_rejection(&self, answer: &Answer) -> bool {
        let options = self.stored_options();
        match (answer.signals.wish, answer.signals.is_challenge) {
            (Some(Wish::Disable), _) => return true,
            (Some(Wish::AbortMessage), _) | (None, true) => return false,
            (None, false) => {}
        }
        match answer.status {
            410 => true,
            408 | 425 | 429 if options.retry_4xx => false,
            400..=499 => options.deactivate_on_4xx,
            _ => false,
        }
    }

    /// Whether the webhook takes the type of an event, by its stored configuration.
    pub(super) fn takes(&self, id: &EventId) -> bool {
        match self.record().map(|record| record.stage) {
            Some(Stage::Live(webhook)) => webhook.configuration.receives(&self.options.type_of(id)),
            Some(Stage::Creating { .. } | Stage::Deleting) | None => false,
        }
    }
}
