//! The webhook's owner and the publisher: their calls to the object, and checks of the answers.

use domain::base::{AccountId, EventId};
use domain::delivery::{Missed, Recovery, State, Status};
use domain::dispatch::{
    Acceptance, Accepted, NewEvent, Recovered, Refusal, Resent, Skipped, Store,
};
use domain::event::Event;
use domain::webhook::{Activity, Configuration, NewWebhook, Stage, TargetUrl, WebhookChange};

use super::expectations::Expectation;
use super::filters::payload;
use super::secrets::signing_keys;
use super::world::World;

impl World {
    fn configuration(&self, url: &str) -> Configuration {
        let target_url = TargetUrl::parse(url, &self.rules.targets).unwrap();
        let kind = &self.operational.event_type;
        let event_type = kind.is_operational().then(|| kind.clone());
        Configuration {
            delivery_options: self.delivery_options,
            event_type,
            ..Configuration::new(target_url, signing_keys(7))
        }
    }

    pub(super) fn create(&mut self) {
        let configuration = self.configuration("https://example.com/hook");
        let Some(new) = self.with_secrets(NewWebhook { active: true, configuration }) else {
            return;
        };
        self.transact(|tx| tx.create(AccountId::default_account(), Self::id(), new));
    }

    /// Repeats the creation, as a repeated request with the same idempotency key does.
    pub(super) fn create_again(&mut self) {
        let Some(before) = self.record() else { return };
        self.create();
        if !matches!(before.stage, Stage::Creating { .. }) {
            let after = self.record().map(|record| record.version);
            assert_eq!(after, Some(before.version), "an existing webhook is not created again");
        }
    }

    pub(super) fn update(&mut self, active: Option<bool>, url: Option<&str>) {
        let change = WebhookChange {
            target_url: url.map(|url| self.configuration(url).target_url),
            active,
            ..WebhookChange::default()
        };
        self.transact(|tx| tx.update(&change));
    }

    /// Deletes the webhook. In runs with an operator, the deletion of its account erases it.
    pub(super) fn delete(&mut self) {
        if self.account.has_operator() {
            let existed = self.record().is_some();
            let is_gone = self.transact(|tx| tx.erase());
            assert!(is_gone != Some(existed), "gone: {is_gone:?}, existed: {existed}");
        } else if self.transact(|tx| tx.delete()) == Some(true) {
            self.deleted = true;
        }
        self.deleted |= self.record().is_some_and(|record| record.stage == Stage::Deleting);
    }

    /// Publishes `count` new events in one call.
    pub(super) fn publish(&mut self, count: u64) {
        let ids: Vec<EventId> =
            (0..count).map(|_| EventId::new(self.now, self.rng.entropy())).collect();
        self.offer(&ids);
    }

    /// Publishes an earlier event again.
    pub(super) fn publish_again(&mut self) {
        if let Some(id) = self.pick_event() {
            self.offer(&[id]);
        }
    }

    /// Picks an event that was published before.
    fn pick_event(&mut self) -> Option<EventId> {
        let ids: Vec<EventId> = self.expectations.keys().cloned().collect();
        if ids.is_empty() {
            return None;
        }
        let index = self.rng.below(u64::try_from(ids.len()).unwrap());
        Some(ids[usize::try_from(index).unwrap()].clone())
    }

    /// Skips a random event.
    pub(super) fn skip(&mut self) {
        if let Some(id) = self.pick_event() {
            let skipped = self.transact(|tx| tx.skip(&id));
            if let Some(Skipped::Now(view)) = skipped {
                assert_ne!(view.status, Status::Waiting, "a skipped event is not attempted");
            }
        }
    }

    /// Requests a recovery of everything that was missed.
    pub(super) fn recover(&mut self) {
        let was_running = self.model.recovery.as_ref().is_some_and(Recovery::is_running);
        match self.transact(|tx| tx.recover(Missed::All, None)) {
            Some(Recovered::Running) => assert!(was_running),
            Some(Recovered::Inactive) => assert!(!self.may_send()),
            Some(Recovered::Now(_)) => assert!(!was_running, "two recoveries at once"),
            Some(Recovered::Gone) | None => {}
        }
    }

    /// Returns the number of deliveries that were missed and not recovered.
    pub(super) fn missed_deliveries(&self) -> usize {
        let Some(Stage::Live(webhook)) = self.record().map(|record| record.stage) else { return 0 };
        let deliveries = self.model.deliveries.values();
        let missed = deliveries.filter(|(delivery, _)| match delivery.state {
            State::Held => true,
            State::Scheduled { .. } => delivery.epoch != webhook.epoch,
            State::Leased(_) | State::Delivered { .. } => false,
        });
        missed.count()
    }

    /// Returns the number of deliveries in the backlog.
    pub(super) fn open_deliveries(&self) -> u64 {
        let Some(Stage::Live(webhook)) = self.record().map(|record| record.stage) else { return 0 };
        self.model.backlog(webhook.epoch).unwrap().deliveries
    }

    /// Requests a resend of a random event.
    pub(super) fn resend(&mut self) {
        let Some(id) = self.pick_event() else { return };
        let resends = |world: &Self| {
            let mut all = world.model.deliveries.values();
            let found = all.find(|(delivery, _)| delivery.event_id == id);
            found.map_or(0, |(delivery, _)| delivery.resends)
        };
        let before = resends(self);
        let answer = self.transact(|tx| tx.resend(&id));
        // Without an answer the request may or may not be stored.
        let gained = resends(self) - before;
        match answer {
            Some(Resent::Now(_)) => assert_eq!(gained, 1, "one request is one resend"),
            Some(Resent::Inactive) => {
                assert!(!self.may_send());
                assert_eq!(gained, 0, "nothing is sent to an inactive webhook");
            }
            Some(Resent::Discarded) => {
                assert!(self.rules.discards_payloads && self.expectations[&id].received);
                assert_eq!(gained, 0, "there is nothing to send");
            }
            Some(Resent::Gone) => assert_eq!(gained, 0),
            None => assert!(gained <= 1),
        }
        self.expectations.get_mut(&id).unwrap().resends_requested += gained;
    }

    /// Publishes events to the webhook in one call, and checks its answers.
    fn offer(&mut self, ids: &[EventId]) {
        let (ids, judged) = self.judge(ids);
        if ids.is_empty() {
            return;
        }
        let event_type = self.operational.event_type.clone();
        let new = |id: &EventId| NewEvent {
            id: id.clone(),
            event: Event { event_type: event_type.clone(), payload: payload(id) },
            // `false` if another webhook of the same target may send the event instead.
            hold: ids.len() < 3,
        };
        let events: Vec<NewEvent> = ids.iter().map(new).collect();
        let before: Vec<Option<State>> =
            ids.iter().map(|id| self.model.state_of(id).map(|(_, state)| state)).collect();
        let open_before = self.open_deliveries();
        let Some(Accepted { answers, .. }) = self.accept(events, judged) else { return };
        let stored = answers.iter().filter(|answer| **answer == Acceptance::Stored).count();
        let room = self.rules.backlog_max.saturating_sub(open_before);
        assert!(
            u64::try_from(stored).unwrap() <= room,
            "{stored} stored, but there is room for {room}"
        );
        for ((id, answer), before) in ids.iter().zip(answers).zip(before) {
            self.check_answer(id, answer, before, ids.len() < 3);
        }
    }

    /// Checks the answer to an event that was in the state `before`, and notes what it promises.
    /// `is_to_be_held` is whether a webhook that was deactivated was to hold it.
    fn check_answer(
        &mut self,
        id: &EventId,
        answer: Acceptance,
        before: Option<State>,
        is_to_be_held: bool,
    ) {
        let stored_before = before.is_some();
        let is_taken = matches!(answer, Acceptance::Stored | Acceptance::Held);
        assert!(!(is_taken && !stored_before && self.is_left_out(id)), "{id} was to be left out");
        match answer {
            Acceptance::Held if before == Some(State::Held) => return,
            Acceptance::Stored => assert!(!stored_before, "{id} was stored twice"),
            Acceptance::Duplicate => {
                assert!(stored_before, "{id} is no duplicate");
                return; // The first answer stays valid.
            }
            Acceptance::Held => {
                assert!(!stored_before, "{id} was stored twice");
                assert!(is_to_be_held, "{id} was not to be held");
                assert_ne!(self.activity(), Some(Activity::Active), "{id} is held");
                self.expect(id);
                return;
            }
            Acceptance::Refused(Refusal::Backlog) => {
                assert_eq!(self.activity(), Some(Activity::Active), "{id} could be held");
                assert!(!stored_before, "{id} is stored and was refused");
                let is_full = self.open_deliveries() >= self.rules.backlog_max;
                assert!(is_full, "{id} did not exceed the limit");
                self.refused += 1;
                return;
            }
            Acceptance::Refused(Refusal::OtherEventType) => {
                assert!(self.is_left_out(id), "{id} was refused");
                assert!(!stored_before, "{id} is stored and was refused");
                self.filters.left_out += 1;
                return;
            }
            Acceptance::Refused(Refusal::Gone | Refusal::Inactive) => {
                assert_ne!(self.activity(), Some(Activity::Active), "{id} was refused");
                assert!(!stored_before, "{id} is stored and was refused");
                return;
            }
        }
        self.expect(id).acknowledged = true;
    }

    fn expect(&mut self, id: &EventId) -> &mut Expectation {
        let accepted_at = self.now;
        self.expectations.entry(id.clone()).or_insert_with(|| Expectation::new(accepted_at))
    }
}
