//! The storage of a Webhook object as maps, with a fault at a chosen step.

use std::cell::Cell;
use std::collections::BTreeMap;

use domain::base::{Cursor, Epoch, EventId, Seq, Timestamp};
use domain::delivery::{
    Attempt, Backlog, Counts, Delivery, Health, HistoryQuery, Recovery, Scope, State, Status,
};
use domain::dispatch::{OpenLeases, Store, StoreError};
use domain::event::Payload;
use domain::webhook::Record;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Memory {
    record: Option<Record>,
    pub(crate) health: Health,
    pub(crate) recovery: Option<Recovery>,
    pub(crate) deliveries: BTreeMap<Seq, (Delivery, Payload)>,
    pub(crate) history: BTreeMap<Seq, Vec<Attempt>>,
    /// How many more steps succeed; `None`: all.
    pub(crate) steps_left: Cell<Option<u64>>,
}

impl Memory {
    fn step(&self) -> Result<(), StoreError> {
        match self.steps_left.get() {
            Some(0) => Err(StoreError("injected".to_owned())),
            left => {
                self.steps_left.set(left.map(|steps| steps - 1));
                Ok(())
            }
        }
    }

    pub(crate) fn state_of(&self, id: &EventId) -> Option<(Epoch, State)> {
        let mut deliveries = self.deliveries.values();
        let (delivery, _) = deliveries.find(|(delivery, _)| &delivery.event_id == id)?;
        Some((delivery.epoch, delivery.state))
    }

    fn select(&self, is_wanted: impl Fn(&Delivery) -> bool) -> Vec<Delivery> {
        let all = self.deliveries.values().map(|(delivery, _)| delivery);
        all.filter(|delivery| is_wanted(delivery)).cloned().collect()
    }
}

fn due_of(delivery: &Delivery, epoch: Epoch) -> Option<Timestamp> {
    match delivery.state {
        State::Scheduled { due } if delivery.epoch == epoch => Some(due),
        State::Scheduled { .. } | State::Leased(_) | State::Delivered { .. } | State::Held => None,
    }
}

impl Store for Memory {
    fn record(&self) -> Result<Option<Record>, StoreError> {
        self.step()?;
        Ok(self.record.clone())
    }

    fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.step()?;
        self.record = Some(record.clone());
        Ok(())
    }

    fn next_seq(&self) -> Result<Seq, StoreError> {
        self.step()?;
        Ok(self.deliveries.last_key_value().map_or(Seq::new(1), |(seq, _)| seq.next()))
    }

    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreError> {
        self.step()?;
        let before = self.deliveries.insert(delivery.seq, (delivery.clone(), payload.clone()));
        assert_eq!(before, None, "a place is taken once");
        Ok(())
    }

    fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) -> Result<(), StoreError> {
        self.step()?;
        let stored =
            self.deliveries.get_mut(&delivery.seq).expect("only what is stored is updated");
        assert_eq!(delivery.bytes, stored.0.bytes, "an event keeps its length");
        stored.0 = delivery.clone();
        self.history.entry(delivery.seq).or_default().extend(attempt.cloned());
        Ok(())
    }

    fn discard(&mut self, seq: Seq) -> Result<(), StoreError> {
        self.step()?;
        let (delivery, payload) = self.deliveries.get_mut(&seq).expect("it is stored");
        (delivery.bytes, *payload) = (0, Payload::from_stored(Vec::new()));
        Ok(())
    }

    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError> {
        self.step()?;
        Ok(self.deliveries.get(&seq).map(|(delivery, _)| delivery.clone()))
    }

    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError> {
        self.step()?;
        Ok(self.deliveries.get(&seq).map(|(_, payload)| payload.clone()))
    }

    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        self.step()?;
        Ok(self.select(|delivery| &delivery.event_id == event_id).pop())
    }

    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        self.step()?;
        Ok(self.history.get(&seq).cloned().unwrap_or_default())
    }

    fn list(&self, query: &HistoryQuery, epoch: Epoch) -> Result<Vec<Delivery>, StoreError> {
        self.step()?;
        let mut found = self.select(|delivery| query.wants(delivery, epoch));
        match query.cursor {
            Cursor::Newest => found.reverse(),
            Cursor::OlderThan(seq) => {
                found.retain(|delivery| delivery.seq < seq);
                found.reverse();
            }
            Cursor::NewerThan(seq) => found.retain(|delivery| delivery.seq > seq),
        }
        found.truncate(query.limit + 1);
        Ok(found)
    }

    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        self.step()?;
        let tried = self.select(|delivery| delivery.token.get() > 0).into_iter().rev().take(limit);
        let attempts = |delivery: &Delivery| self.history.get(&delivery.seq).cloned();
        Ok(tried
            .map(|delivery| (delivery.clone(), attempts(&delivery).unwrap_or_default()))
            .collect())
    }

    fn count(&self, epoch: Epoch) -> Result<Counts, StoreError> {
        self.step()?;
        let mut counts = Counts::default();
        for (delivery, _) in self.deliveries.values() {
            *match Status::of(delivery, epoch) {
                Status::Waiting => &mut counts.waiting,
                Status::InFlight => &mut counts.in_flight,
                Status::Delivered => &mut counts.delivered,
                Status::Undelivered => &mut counts.undelivered,
                Status::Held => &mut counts.held,
            } += 1;
        }
        Ok(counts)
    }

    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreError> {
        self.step()?;
        let mut backlog = Backlog::default();
        for (delivery, payload) in self.deliveries.values() {
            if matches!(Status::of(delivery, epoch), Status::Waiting | Status::InFlight) {
                backlog.enter(u64::try_from(payload.as_bytes().len()).unwrap());
            }
        }
        Ok(backlog)
    }

    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.step()?;
        let mut asked =
            self.select(|delivery| delivery.resends > 0 && delivery.open_lease().is_none());
        asked.truncate(limit);
        Ok(asked)
    }

    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.step()?;
        let mut due = self.select(|delivery| due_of(delivery, epoch).is_some_and(|at| at <= now));
        due.sort_by_key(|delivery| (due_of(delivery, epoch), delivery.seq));
        due.truncate(limit);
        Ok(due)
    }

    fn oldest_waiting(&self, epoch: Epoch, is_fresh: bool) -> Result<Option<Delivery>, StoreError> {
        self.step()?;
        let waiting = self.select(|delivery| due_of(delivery, epoch).is_some());
        Ok(waiting.into_iter().find(|delivery| !is_fresh || delivery.tries == 0))
    }

    fn first_tried(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError> {
        self.step()?;
        let tried = |delivery: &Delivery| due_of(delivery, epoch).is_some() && delivery.tries > 0;
        let first = self.select(tried).into_iter();
        Ok(first.min_by_key(|delivery| (due_of(delivery, epoch), delivery.seq)))
    }

    fn health(&self) -> Result<Health, StoreError> {
        self.step()?;
        Ok(self.health.clone())
    }

    fn put_health(&mut self, health: &Health) -> Result<(), StoreError> {
        self.step()?;
        self.health = health.clone();
        Ok(())
    }

    fn recovery(&self) -> Result<Option<Recovery>, StoreError> {
        self.step()?;
        Ok(self.recovery.clone())
    }

    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError> {
        self.step()?;
        self.recovery = Some(recovery.clone());
        Ok(())
    }

    fn next_missed(
        &self,
        scope: &Scope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError> {
        self.step()?;
        let missed = self.select(|delivery| scope.wants(delivery, epoch));
        Ok(missed.into_iter().find(|delivery| delivery.seq > after))
    }

    fn count_missed(&self, scope: &Scope, epoch: Epoch) -> Result<u64, StoreError> {
        self.step()?;
        let missed = self.select(|delivery| scope.wants(delivery, epoch));
        Ok(u64::try_from(missed.len()).unwrap())
    }

    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError> {
        self.step()?;
        let held = self.select(|it| it.state == State::Held && it.epoch == epoch);
        Ok(u64::try_from(held.len()).unwrap())
    }

    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        self.step()?;
        let held = self.select(|it| it.state == State::Held && it.epoch == epoch);
        if let Some(oldest) = held.first() {
            self.deliveries.remove(&oldest.seq);
            self.history.remove(&oldest.seq);
        }
        Ok(())
    }

    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError> {
        self.step()?;
        let all = self.deliveries.values();
        Ok(all.filter_map(|(delivery, _)| due_of(delivery, epoch)).min())
    }

    fn leases(&self) -> Result<Vec<Delivery>, StoreError> {
        self.step()?;
        let mut leases = self.select(|delivery| delivery.open_lease().is_some());
        leases.sort_by_key(|delivery| (delivery.lease_end(), delivery.seq));
        Ok(leases)
    }

    fn open_leases(&self) -> Result<OpenLeases, StoreError> {
        Ok(self.leases()?.iter().filter_map(Delivery::open_lease).collect())
    }

    fn oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        self.step()?;
        Ok(self.deliveries.values().next().map(|(delivery, _)| delivery.accepted_at))
    }

    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        self.step()?;
        let oldest: Vec<Seq> = self.deliveries.keys().take(limit).copied().collect();
        for seq in oldest {
            if self.deliveries[&seq].0.accepted_at < before {
                self.deliveries.remove(&seq);
                self.history.remove(&seq);
            }
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.step()?;
        self.deliveries.clear();
        self.history.clear();
        Ok(())
    }
}
