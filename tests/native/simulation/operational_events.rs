//! What is told of the webhook: its operational events, on their way to an account that now and
//! then does not hear, or is not heard.
//!
//! What has happened is read from what each turn stored, by rules of its own; at the end of a life
//! the account has heard each of it once.

use domain::delivery::{OUTAGE_AFTER, Outcome};
use domain::dispatch::{SendJob, Store};
use domain::event::{EventType, Operational};
use domain::webhook::{Activity, OutboxEvent, Record, Stage};

use super::chance::Chance;
use super::memory::Memory;
use super::world::World;

#[derive(Debug)]
pub(super) struct Telling {
    /// Chance of its own, so that other lives stay what they were.
    pub(super) chance: Chance,
    /// The type of what the webhook takes in this life.
    pub(super) kind: EventType,
    /// The try that is being settled, and whether it succeeded.
    settling: Option<(SendJob, bool)>,
    /// Whether the latest news was that it fails.
    is_failing: bool,
    happened: Vec<Operational>,
    heard: Vec<OutboxEvent>,
}

impl Telling {
    /// In some lives the webhook itself takes operational events.
    pub(super) fn of_life(seed: u64, faulty: bool) -> Self {
        let usual = EventType::try_from("COURSE_COMPLETION".to_owned()).unwrap();
        let takes_operational = faulty && seed % 7 == 3;
        Self {
            chance: Chance::new(seed.rotate_left(32)),
            kind: if takes_operational { Operational::Failing.into() } else { usual },
            settling: None,
            is_failing: false,
            happened: Vec::new(),
            heard: Vec::new(),
        }
    }
}

impl World {
    /// What is going to be settled.
    pub(super) fn settles(&mut self, attempt: &SendJob, outcome: &Outcome) {
        let is_success =
            matches!(outcome, Outcome::Answered(answer) if (200..300).contains(&answer.status));
        self.telling.settling = Some((attempt.clone(), is_success));
    }

    pub(super) fn has_settled(&mut self) {
        self.telling.settling = None;
    }

    /// Notes what has happened in a turn that was stored.
    pub(super) fn watch(&mut self, before: &Memory) {
        let active = |memory: &Memory| match memory.record().unwrap()?.stage {
            Stage::Live(webhook) => Some(webhook.activity),
            Stage::Creating { .. } | Stage::Deleting => None,
        };
        let is_deactivated = active(before) == Some(Activity::Active)
            && matches!(active(&self.memory), Some(Activity::Inactive { reason: Some(_) }));
        if self.telling.kind.is_operational() {
            return;
        }
        let telling = &mut self.telling;
        if let Some((attempt, is_success)) = &telling.settling
            && before.deliveries.contains_key(&attempt.seq)
        {
            let failed = before.health.failed_in_row + 1;
            let is_held_against = is_deactivated || self.memory.health.failed_in_row == failed;
            if *is_success && std::mem::take(&mut telling.is_failing) {
                telling.happened.push(Operational::Recovered);
            }
            if !is_success && is_held_against && failed >= OUTAGE_AFTER && !telling.is_failing {
                telling.is_failing = true;
                telling.happened.push(Operational::Failing);
            }
        }
        if is_deactivated {
            telling.is_failing = false;
            telling.happened.push(Operational::Deactivated);
        }
    }

    /// The account hears of something, unless it is disabled. Says whether it takes it.
    pub(super) fn hear(&mut self, announcement: &OutboxEvent) -> bool {
        if self.is_disabled() {
            return false;
        }
        let heard = &mut self.telling.heard;
        match heard.iter().find(|heard| heard.id == announcement.id) {
            Some(heard) => assert_eq!(heard, announcement, "a repeat is the same event"),
            None => heard.push(announcement.clone()),
        }
        true
    }

    pub(super) fn run_announcement(&mut self, announcement: &OutboxEvent) {
        let is_lost = self.faulty && self.telling.chance.percent(20);
        let is_unheard = self.faulty && self.telling.chance.percent(20);
        let is_accepted = !is_lost && self.hear(announcement) && !is_unheard;
        self.turn(|turn| turn.announced(&announcement.id, is_accepted));
    }

    /// What the account has heard so far, in order.
    pub(crate) fn told(&self) -> Vec<Operational> {
        let kind = |heard: &OutboxEvent| Operational::named(heard.event_type.as_str()).unwrap();
        self.telling.heard.iter().map(kind).collect()
    }

    /// Everything that happened was told once, and in order; of a webhook that was deleted, what
    /// was told before.
    pub(super) fn check_told(&self, record: Option<&Record>) {
        let told = self.told();
        let happened = &self.telling.happened;
        if let Some(record) = record {
            assert_eq!(record.outbox.waiting(), [], "something was never told");
            assert_eq!(&told, happened, "each is told once");
        }
        assert!(happened.starts_with(&told), "{told:?} of {happened:?}");
        for OutboxEvent { body, event_type, .. } in &self.telling.heard {
            let said: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(said["event_type"], event_type.as_str());
            assert_eq!(said["webhook_id"], Self::id().as_str());
            assert!(said["target_url"].as_str().unwrap().starts_with("https://example."), "{body}");
            assert_eq!(said["reason"].is_null(), event_type.as_str() == "WEBHOOK_RECOVERED");
        }
    }
}
