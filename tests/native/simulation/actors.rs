//! The webhook's owner and the publisher: what they do to the object, and what they were told.

use domain::base::{AccountId, EventId, WebhookId};
use domain::delivery::{Missed, Recovery, State, Status};
use domain::dispatch::{
    Acceptance, Accepted, NewEvent, Recovered, Refusal, Resent, Skipped, Store,
};
use domain::event::{Event, Payload};
use domain::webhook::{Activity, Configuration, NewWebhook, Stage, TargetUrl, WebhookChange};

use super::book::Expectation;
use super::secrets::signing_keys;
use super::world::World;

impl World {
    pub(super) fn configuration(&self, url: &str) -> Configuration {
        let target_url = TargetUrl::parse(url, &self.rules.targets).unwrap();
        let kind = &self.telling.kind;
        let event_type = kind.is_operational().then(|| kind.clone());
        Configuration {
            flow: self.flow,
            event_type,
            ..Configuration::new(target_url, signing_keys(7))
        }
    }

    pub(super) fn id() -> WebhookId {
        "w1".parse().unwrap()
    }

    pub(crate) fn create(&mut self) {
        let configuration = self.configuration("https://example.com/hook");
        let Some(new) = self.with_secrets(NewWebhook { active: true, configuration }) else {
            return;
        };
        self.turn(|turn| turn.create(AccountId::default_account(), Self::id(), new));
    }

    /// Creates it once more, as a repeat under the same key does while it is not known to be gone.
    pub(crate) fn create_again(&mut self) {
        let Some(before) = self.record() else { return };
        self.create();
        if !matches!(before.stage, Stage::Creating { .. }) {
            let after = self.record().map(|record| record.version);
            assert_eq!(after, Some(before.version), "what is there is not created again");
        }
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
        if self.account.has_operator() {
            // With all data of its account.
            let was_there = self.record().is_some();
            let is_gone = self.turn(|turn| turn.erase());
            assert!(is_gone != Some(was_there), "{is_gone:?} of one that was there: {was_there}");
        } else if self.turn(|turn| turn.delete()) == Some(true) {
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

    /// Passes over any event.
    pub(crate) fn skip(&mut self) {
        let ids: Vec<EventId> = self.book.keys().cloned().collect();
        if !ids.is_empty() {
            let index = self.chance.below(u64::try_from(ids.len()).unwrap());
            let id = ids[usize::try_from(index).unwrap()].clone();
            let skipped = self.turn(|turn| turn.skip(&id));
            if let Some(Skipped::Now(view)) = skipped {
                assert_ne!(view.status, Status::Waiting, "it is not tried any more");
            }
        }
    }

    /// Asks for everything that was missed.
    pub(crate) fn recover(&mut self) {
        let was_running = self.memory.recovery.as_ref().is_some_and(Recovery::is_running);
        match self.turn(|turn| turn.recover(Missed::All, None)) {
            Some(Recovered::Running) => assert!(was_running),
            Some(Recovered::Inactive) => assert!(!self.sends()),
            Some(Recovered::Now(_)) => assert!(!was_running, "two recoveries at once"),
            Some(Recovered::Gone) | None => {}
        }
    }

    /// How many deliveries were missed and not recovered.
    pub(crate) fn missed(&self) -> usize {
        let Some(Stage::Live(webhook)) = self.record().map(|record| record.stage) else { return 0 };
        let deliveries = self.memory.deliveries.values();
        let missed = deliveries.filter(|(delivery, _)| match delivery.state {
            State::Held => true,
            State::Scheduled { .. } => delivery.epoch != webhook.epoch,
            State::Leased(_) | State::Delivered { .. } => false,
        });
        missed.count()
    }

    /// How many deliveries wait for a try or are on their way.
    pub(crate) fn open(&self) -> u64 {
        let Some(Stage::Live(webhook)) = self.record().map(|record| record.stage) else { return 0 };
        self.memory.backlog(webhook.epoch).unwrap().deliveries
    }

    /// Asks for another send of any event.
    pub(crate) fn resend(&mut self) {
        let ids: Vec<EventId> = self.book.keys().cloned().collect();
        if ids.is_empty() {
            return;
        }
        let index = self.chance.below(u64::try_from(ids.len()).unwrap());
        let id = ids[usize::try_from(index).unwrap()].clone();
        let resends = |world: &Self| {
            let mut all = world.memory.deliveries.values();
            let found = all.find(|(delivery, _)| delivery.event_id == id);
            found.map_or(0, |(delivery, _)| delivery.resends)
        };
        let before = (resends(self), self.book[&id].resent);
        let answer = self.turn(|turn| turn.resend(&id));
        let after = (resends(self), self.book[&id].resent);
        // Asked for is what waits to be leased and what was; a lost answer may stand for either.
        let gained = after.0 + after.1 - before.0 - before.1;
        match answer {
            Some(Resent::Now(_)) => assert_eq!(gained, 1, "one asking is one send"),
            Some(Resent::Inactive) => {
                assert!(!self.sends());
                assert_eq!(gained, 0, "nothing is sent to an inactive webhook");
            }
            Some(Resent::Discarded) => {
                assert!(self.rules.discards_payloads && self.book[&id].received);
                assert_eq!(gained, 0, "there is nothing to send");
            }
            Some(Resent::Gone) => assert_eq!(gained, 0),
            None => assert!(gained <= 1),
        }
        self.book.get_mut(&id).unwrap().asked += gained;
    }

    pub(super) fn offer(&mut self, ids: &[EventId]) {
        let event_type = self.telling.kind.clone();
        let new = |id: &EventId| NewEvent {
            id: id.clone(),
            event: Event {
                event_type: event_type.clone(),
                payload: Payload::from_stored(id.as_str().as_bytes().to_vec()),
            },
            // Some are offered while another webhook of the same target may send them.
            hold: ids.len() < 3,
        };
        let events: Vec<NewEvent> = ids.iter().map(new).collect();
        let before: Vec<Option<State>> =
            ids.iter().map(|id| self.memory.state_of(id).map(|(_, state)| state)).collect();
        let open_before = self.open();
        let Some(Accepted { answers, .. }) = self.accept(events) else { return };
        let stored = answers.iter().filter(|answer| **answer == Acceptance::Stored).count();
        let room = self.rules.backlog_max.saturating_sub(open_before);
        assert!(u64::try_from(stored).unwrap() <= room, "{stored} stored, and {room} may be");
        for ((id, answer), before) in ids.iter().zip(answers).zip(before) {
            let stored_before = before.is_some();
            match answer {
                Acceptance::Held if before == Some(State::Held) => continue,
                Acceptance::Stored => assert!(!stored_before, "{id} was stored twice"),
                Acceptance::Duplicate => {
                    assert!(stored_before, "{id} is no duplicate");
                    continue; // What was promised of it stands.
                }
                Acceptance::Held => {
                    assert!(!stored_before, "{id} was stored twice");
                    assert!(ids.len() < 3, "{id} was not to be held");
                    assert_ne!(self.activity(), Some(Activity::Active), "{id} is held");
                    let accepted_at = self.now;
                    self.book.entry(id.clone()).or_insert_with(|| Expectation::new(accepted_at));
                    continue;
                }
                Acceptance::Refused(Refusal::Backlog) => {
                    assert_eq!(self.activity(), Some(Activity::Active), "{id} could be held");
                    assert!(!stored_before, "{id} is stored and was refused");
                    assert!(self.open() >= self.rules.backlog_max, "{id} was none too many");
                    self.refused += 1;
                    continue;
                }
                Acceptance::Refused(_) => {
                    assert_ne!(self.activity(), Some(Activity::Active), "{id} was refused");
                    assert!(!stored_before, "{id} is stored and was refused");
                    continue;
                }
            }
            let accepted_at = self.now;
            let entry =
                self.book.entry(id.clone()).or_insert_with(|| Expectation::new(accepted_at));
            entry.promised = true;
        }
    }
}
