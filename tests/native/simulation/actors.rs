//! The webhook's owner and the publisher: their calls to the object, and checks of the answers.

use domain::base::{AccountId, EventId};
use domain::delivery::{LatestFilter, Missed, Recovery, State, Status};
use domain::dispatch::{
    Acceptance, Accepted, NewEvent, Recovered, Refusal, Resent, Skipped, Store,
};
use domain::event::Event;
use domain::webhook::{Activity, Configuration, NewWebhook, Stage, TargetUrl, WebhookChange};

use super::expectations::Expectation;
use super::filters::payload;
use super::secrets::signing_keys;
use super::world::World;
use crate::support::traces::{other_trace, trace_of};

impl World {
    fn target_url(&self, url: &str) -> TargetUrl {
        TargetUrl::parse(url, &self.rules.targets).unwrap()
    }

    pub(super) fn create(&mut self) {
        let listener = self.client.is_listener;
        let target_url = if listener {
            TargetUrl::of_listener(&Self::id()).unwrap()
        } else {
            self.target_url("https://example.com/hook")
        };
        let configuration = self.with_options(Configuration {
            delivery_options: self.delivery_options,
            listener,
            ..Configuration::new(target_url, signing_keys(7))
        });
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
            target_url: url.map(|url| self.target_url(url)),
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
        // An event that is no longer in the history would be a new one.
        let is_whole = self.model.health.trimmed.history.since.is_none();
        let event = self.pick_event();
        if let Some(id) = event.filter(|id| is_whole || self.model.state_of(id).is_some()) {
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
        self.recover_latest(LatestFilter::default());
    }

    /// Recovers what was missed and has such a latest attempt.
    pub(super) fn recover_latest(&mut self, latest: LatestFilter) {
        let was_running = self.model.recovery.as_ref().is_some_and(Recovery::is_running);
        match self.transact(|tx| tx.recover(Missed::All, None, latest)) {
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
                let is_dropped = self.model.health.trimmed.bodies.since.is_some();
                assert!(self.rules.discards_payloads || is_dropped);
                assert!(self.expectations[&id].received);
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
        // `false` if another webhook of the same target may send the event instead.
        let hold = ids.len() < 3;
        let new = |(id, before): (&EventId, &Option<State>)| {
            // A repeat may come from another span or trace.
            let trace = if before.is_some() { other_trace() } else { trace_of(id) };
            let event = Event { event_type: self.options.type_of(id), payload: payload(id), trace };
            NewEvent { id: id.clone(), event, hold }
        };
        let before: Vec<Option<State>> =
            ids.iter().map(|id| self.model.state_of(id).map(|(_, state)| state)).collect();
        let events: Vec<NewEvent> = ids.iter().zip(&before).map(new).collect();
        let open_before = self.open_deliveries();
        let is_full = self.size() >= self.rules.object_bytes_max();
        let Some(Accepted { answers, .. }) = self.accept(events, judged) else { return };
        let stored = answers.iter().filter(|answer| **answer == Acceptance::Stored).count();
        let room = self.rules.backlog_max.saturating_sub(open_before);
        assert!(
            u64::try_from(stored).unwrap() <= room,
            "{stored} stored, but there is room for {room}"
        );
        for ((id, answer), before) in ids.iter().zip(answers).zip(before) {
            if answer == Acceptance::Refused(Refusal::Storage) {
                assert!(is_full && before.is_none(), "{id} was refused");
                self.refused += 1;
                continue;
            }
            assert!(!(is_full && answer == Acceptance::Stored), "there was no room for {id}");
            self.check_answer(id, answer, before, hold);
        }
    }

    /// Checks the answer to one event, which was stored in the state `before`, if at all. `hold`:
    /// an inactive webhook was to hold it.
    fn check_answer(
        &mut self,
        id: &EventId,
        answer: Acceptance,
        before: Option<State>,
        hold: bool,
    ) {
        let stored_before = before.is_some();
        let is_active = self.activity() == Some(Activity::Active);
        let expected = match answer {
            Acceptance::Duplicate => stored_before,
            Acceptance::Held if before == Some(State::Held) => true,
            Acceptance::Held => !stored_before && hold && self.holds() && self.wants(id),
            Acceptance::Stored => !stored_before && self.wants(id),
            Acceptance::Refused(Refusal::Backlog) => {
                !stored_before && is_active && self.open_deliveries() >= self.rules.backlog_max
            }
            Acceptance::Refused(Refusal::OtherEventType) => !stored_before && !self.wants(id),
            Acceptance::Refused(Refusal::Inactive) => {
                !(stored_before || is_active || hold && self.holds())
            }
            Acceptance::Refused(Refusal::Storage) => !stored_before,
            Acceptance::Refused(Refusal::Gone) => !stored_before && self.activity().is_none(),
        };
        assert!(expected, "{id}: {answer:?}, stored before as {before:?}, to be held: {hold}");
        match answer {
            Acceptance::Stored => self.expectation(id).acknowledged = true,
            Acceptance::Held if before.is_none() => {
                self.expectation(id);
            }
            Acceptance::Refused(Refusal::Backlog) => self.refused += 1,
            Acceptance::Refused(Refusal::OtherEventType) if self.takes(id) => {
                self.filters.left_out += 1;
            }
            // The first answer stays valid.
            Acceptance::Held | Acceptance::Duplicate | Acceptance::Refused(_) => {}
        }
    }

    /// Whether the webhook takes an event, by its type and its content.
    fn wants(&self, id: &EventId) -> bool {
        self.takes(id) && !self.is_left_out(id)
    }

    /// The expectation of an event, which begins now if there is none.
    fn expectation(&mut self, id: &EventId) -> &mut Expectation {
        let accepted_at = self.now;
        self.expectations.entry(id.clone()).or_insert_with(|| Expectation::new(accepted_at))
    }
}
