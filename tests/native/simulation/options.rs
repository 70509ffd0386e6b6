//! The options of the webhook that its owner changes during a run. They have a random generator of
//! their own, so that its draws do not change the numbers of the others.

use domain::base::EventId;
use domain::event::{EventPatterns, EventType, EventTypes, Operational};
use domain::webhook::{Configuration, Stage, WebhookChange};

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

/// The options of a run.
#[derive(Debug)]
pub(super) struct Options {
    rng: Rng,
    /// The types of the events that are published in this run.
    types: Vec<EventType>,
    /// Whether the webhook has a list of event types, which its owner changes.
    has_list: bool,
}

impl Options {
    /// One run in four publishes events of several types to a webhook with a list of them. One in
    /// seven publishes operational events, and the others publish events of one type.
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
        Self { rng: Rng::new(seed.rotate_left(16) ^ 0x0971), types, has_list }
    }

    /// The types of the events that are published.
    pub(super) fn types(&self) -> &[EventType] {
        &self.types
    }

    /// The type of an event. It depends on the id, so an event that is published again has the type
    /// that it had.
    pub(super) fn type_of(&self, id: &EventId) -> EventType {
        let sum: usize = id.as_str().bytes().map(usize::from).sum();
        self.types[sum % self.types.len()].clone()
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
        Configuration { event_type, event_types: self.options.list(), ..configuration }
    }

    /// Changes the list of event types now and then.
    pub(super) fn step_options(&mut self) {
        if !(self.options.has_list && self.options.rng.percent(5)) {
            return;
        }
        let change =
            WebhookChange { event_types: Some(self.options.list()), ..WebhookChange::default() };
        self.transact(|tx| tx.update(&change));
    }

    /// Whether the webhook takes an event, by its stored configuration.
    pub(super) fn takes(&self, id: &EventId) -> bool {
        match self.record().map(|record| record.stage) {
            Some(Stage::Live(webhook)) => webhook.configuration.receives(&self.options.type_of(id)),
            Some(Stage::Creating { .. } | Stage::Deleting) | None => false,
        }
    }
}
