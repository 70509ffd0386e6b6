//! Operational events, which are published to the account. The call or its answer can be lost.
//!
//! Which events are expected is derived from the changes that each transaction stored. At the end
//! of a run the account must have received each of them once, in order.

use domain::delivery::{OUTAGE_AFTER, Outcome, Wish};
use domain::dispatch::{SendJob, Store};
use domain::event::{EventType, Operational};
use domain::webhook::{Activity, OutboxEvent, Record, Stage};

use super::world::World;
use crate::support::model_store::ModelStore;
use crate::support::rng::Rng;

/// The operational events of a run, expected and received.
#[derive(Debug)]
pub(super) struct OperationalEvents {
    /// A random generator of its own, so that its draws do not change the numbers of the others.
    pub(super) rng: Rng,
    /// The attempt that is being settled, and whether it succeeded.
    settling: Option<(SendJob, bool)>,
    /// Whether `WEBHOOK_FAILING` is the latest expected event.
    is_failing: bool,
    expected: Vec<Operational>,
    received: Vec<OutboxEvent>,
}

impl OperationalEvents {
    pub(super) fn from_seed(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed.rotate_left(32)),
            settling: None,
            is_failing: false,
            expected: Vec::new(),
            received: Vec::new(),
        }
    }
}

impl World {
    /// Notes the attempt that the next transaction settles.
    pub(super) fn before_settle(&mut self, attempt: &SendJob, outcome: &Outcome) {
        // A receiver that aborts an event is well.
        let is_success = matches!(outcome, Outcome::Answered(answer)
            if (200..300).contains(&answer.status)
                || answer.signals.wish == Some(Wish::AbortMessage));
        self.operational.settling = Some((attempt.clone(), is_success));
    }

    pub(super) fn after_settle(&mut self) {
        self.operational.settling = None;
    }

    /// Notes the operational events that a stored transaction must cause.
    pub(super) fn note_operational_events(&mut self, before: &ModelStore) {
        let active = |model: &ModelStore| match model.record().unwrap()?.stage {
            Stage::Live(webhook) => Some(webhook.activity),
            Stage::Creating { .. } | Stage::Deleting => None,
        };
        let is_deactivated = active(before) == Some(Activity::Active)
            && matches!(active(&self.model), Some(Activity::Inactive { reason: Some(_) }));
        // A listener causes none, and the deliveries of a webhook that takes operational events
        // cause no further ones.
        if self.client.is_listener || self.options.types().iter().any(EventType::is_operational) {
            return;
        }
        let operational = &mut self.operational;
        if let Some((attempt, is_success)) = &operational.settling
            && before.deliveries.contains_key(&attempt.seq)
        {
            let failed = before.health.failed_in_row + 1;
            let counts = is_deactivated || self.model.health.failed_in_row == failed;
            if *is_success && std::mem::take(&mut operational.is_failing) {
                operational.expected.push(Operational::Recovered);
            }
            if !is_success && counts && failed >= OUTAGE_AFTER && !operational.is_failing {
                operational.is_failing = true;
                operational.expected.push(Operational::Failing);
            }
        }
        if is_deactivated {
            operational.is_failing = false;
            operational.expected.push(Operational::Deactivated);
        }
    }

    /// Delivers an event to the account. Returns whether the account accepts the event, which a
    /// disabled account does not.
    pub(super) fn receive_operational_event(&mut self, event: &OutboxEvent) -> bool {
        if self.is_disabled() {
            return false;
        }
        let received = &mut self.operational.received;
        match received.iter().find(|earlier| earlier.id == event.id) {
            Some(earlier) => assert_eq!(earlier, event, "a repeat is the same event"),
            None => received.push(event.clone()),
        }
        true
    }

    /// Ends the publishing of an operational event.
    pub(super) fn finish_operational_event(&mut self, event: &OutboxEvent) {
        let is_lost = self.faulty && self.operational.rng.percent(20);
        let is_answer_lost = self.faulty && self.operational.rng.percent(20);
        let is_accepted = !is_lost && self.receive_operational_event(event) && !is_answer_lost;
        self.transact(|tx| tx.operational_published(&event.id, is_accepted));
    }

    /// Returns what the account has received so far, in order.
    pub(super) fn operational_events(&self) -> Vec<Operational> {
        let kind = |event: &OutboxEvent| Operational::named(event.event_type.as_str()).unwrap();
        self.operational.received.iter().map(kind).collect()
    }

    /// Returns the bodies of what the account has received so far, in order.
    pub(super) fn operational_bodies(&self) -> Vec<serde_json::Value> {
        let body = |event: &OutboxEvent| serde_json::from_str(&event.body).unwrap();
        self.operational.received.iter().map(body).collect()
    }

    /// Checks that the account has received every expected event once, in order. If the webhook was
    /// deleted (`record` is `None`), the last events may be missing.
    pub(super) fn check_operational_events(&self, record: Option<&Record>) {
        let received = self.operational_events();
        let expected = &self.operational.expected;
        if let Some(record) = record {
            assert_eq!(record.outbox.waiting(), [], "an operational event was never sent");
            assert_eq!(&received, expected, "each is received once");
        }
        assert!(expected.starts_with(&received), "{received:?} of {expected:?}");
        for OutboxEvent { body, event_type, .. } in &self.operational.received {
            let body_json: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(body_json["event_type"], event_type.as_str());
            assert_eq!(body_json["webhook_id"], Self::id().as_str());
            assert!(
                body_json["target_url"].as_str().unwrap().starts_with("https://example."),
                "{body}"
            );
            assert_eq!(body_json["reason"].is_null(), event_type.as_str() == "WEBHOOK_RECOVERED");
            assert_eq!(body_json["off_at"].is_string(), event_type.as_str() == "WEBHOOK_FAILING");
        }
    }
}
