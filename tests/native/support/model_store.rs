//! The model: the storage of a Webhook object as plain maps, with a fault injected at a chosen
//! call.

use std::cell::Cell;
use std::collections::BTreeMap;

use domain::base::{Cursor, Epoch, EventId, Seq, Timestamp};
use domain::delivery::{
    Attempt, Backlog, Counts, Delivery, Excess, Health, HistoryQuery, Listed, Recovery,
    RecoveryScope, SeriesPart, SeriesQuery, State, Status, Trimmed,
};
use domain::dispatch::{OpenLeases, Store, StoreError};
use domain::event::Payload;
use domain::webhook::Record;

/// The simplest [`Store`] that can be correct. SQLite is compared with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ModelStore {
    record: Option<Record>,
    pub(crate) health: Health,
    pub(crate) recovery: Option<Recovery>,
    pub(crate) deliveries: BTreeMap<Seq, (Delivery, Payload)>,
    pub(crate) history: BTreeMap<Seq, Vec<Attempt>>,
    /// Number of calls that succeed before all others fail. `None`: all succeed.
    pub(crate) calls_left: Cell<Option<u64>>,
}

impl ModelStore {
    /// Returns the number of deliveries.
    pub(crate) fn len(&self) -> usize {
        self.deliveries.len()
    }

    /// Counts one call. Fails if a fault is injected.
    fn count_call(&self) -> Result<(), StoreError> {
        match self.calls_left.get() {
            Some(0) => Err(StoreError("injected".to_owned())),
            left => {
                self.calls_left.set(left.map(|calls| calls - 1));
                Ok(())
            }
        }
    }

    /// Returns the epoch and the state of an event's delivery.
    pub(crate) fn state_of(&self, id: &EventId) -> Option<(Epoch, State)> {
        let mut deliveries = self.deliveries.values();
        let (delivery, _) = deliveries.find(|(delivery, _)| &delivery.event_id == id)?;
        Some((delivery.epoch, delivery.state))
    }

    fn latest_attempt(&self, seq: Seq) -> Option<Attempt> {
        self.history.get(&seq)?.last().cloned()
    }

    pub(crate) fn select(&self, is_wanted: impl Fn(&Delivery) -> bool) -> Vec<Delivery> {
        let all = self.deliveries.values().map(|(delivery, _)| delivery);
        all.filter(|delivery| is_wanted(delivery)).cloned().collect()
    }
}

/// Number of deliveries of which the model drops something at once.
const TRIMMED_AT_ONCE: usize = 3;

/// Whether something of a delivery may be dropped for lack of room.
pub(crate) fn is_over(delivery: &Delivery) -> bool {
    matches!(delivery.state, State::Delivered { .. }) && delivery.resends == 0
}

/// Returns when a delivery is due, if it waits in this epoch.
fn due_of(delivery: &Delivery, epoch: Epoch) -> Option<Timestamp> {
    match delivery.state {
        State::Scheduled { due } if delivery.epoch == epoch => Some(due),
        State::Scheduled { .. } | State::Leased(_) | State::Delivered { .. } | State::Held => None,
    }
}

impl Store for ModelStore {
    fn record(&self) -> Result<Option<Record>, StoreError> {
        self.count_call()?;
        Ok(self.record.clone())
    }

    fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.count_call()?;
        self.record = Some(record.clone());
        Ok(())
    }

    fn next_seq(&self) -> Result<Seq, StoreError> {
        self.count_call()?;
        Ok(self.deliveries.last_key_value().map_or(Seq::new(1), |(seq, _)| seq.next()))
    }

    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreError> {
        self.count_call()?;
        let before = self.deliveries.insert(delivery.seq, (delivery.clone(), payload.clone()));
        assert_eq!(before, None, "a seq is used once");
        Ok(())
    }

    fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) -> Result<(), StoreError> {
        self.count_call()?;
        let stored =
            self.deliveries.get_mut(&delivery.seq).expect("only a stored delivery is updated");
        assert_eq!(delivery.bytes, stored.0.bytes, "an event keeps its length");
        stored.0 = delivery.clone();
        self.history.entry(delivery.seq).or_default().extend(attempt.cloned());
        Ok(())
    }

    fn discard(&mut self, seq: Seq) -> Result<(), StoreError> {
        self.count_call()?;
        let (delivery, payload) = self.deliveries.get_mut(&seq).expect("it is stored");
        (delivery.bytes, *payload) = (0, Payload::from_stored(Vec::new()));
        Ok(())
    }

    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError> {
        self.count_call()?;
        Ok(self.deliveries.get(&seq).map(|(delivery, _)| delivery.clone()))
    }

    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError> {
        self.count_call()?;
        Ok(self.deliveries.get(&seq).map(|(_, payload)| payload.clone()))
    }

    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        self.count_call()?;
        Ok(self.select(|delivery| &delivery.event_id == event_id).pop())
    }

    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        self.count_call()?;
        Ok(self.history.get(&seq).cloned().unwrap_or_default())
    }

    fn list(&self, query: &HistoryQuery, epoch: Epoch, max: usize) -> Result<Listed, StoreError> {
        self.count_call()?;
        let mut all = self.select(|_| true);
        match query.cursor {
            Cursor::Newest => all.reverse(),
            Cursor::OlderThan(seq) => {
                all.retain(|delivery| delivery.seq < seq);
                all.reverse();
            }
            Cursor::NewerThan(seq) => all.retain(|delivery| delivery.seq > seq),
        }
        let is_cut = all.len() > max;
        all.truncate(max);
        let reached = all.last().filter(|_| is_cut).map(|last| last.seq);
        let mut found: Vec<_> = all
            .into_iter()
            .map(|delivery| (self.latest_attempt(delivery.seq), delivery))
            .filter(|(latest, delivery)| {
                query.matches(delivery, epoch) && query.latest.matches(latest.as_ref())
            })
            .map(|(latest, delivery)| (delivery, latest))
            .collect();
        let is_full = found.len() > query.limit;
        found.truncate(query.limit + 1);
        Ok(Listed { deliveries: found, reached: reached.filter(|_| !is_full) })
    }

    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        self.count_call()?;
        let attempted =
            self.select(|delivery| delivery.token.get() > 0).into_iter().rev().take(limit);
        let attempts = |delivery: &Delivery| self.history.get(&delivery.seq).cloned();
        Ok(attempted
            .map(|delivery| (delivery.clone(), attempts(&delivery).unwrap_or_default()))
            .collect())
    }

    fn count(&self, epoch: Epoch) -> Result<Counts, StoreError> {
        self.count_call()?;
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

    fn series(
        &self,
        query: &SeriesQuery,
        below: Option<Seq>,
        epoch: Epoch,
    ) -> Result<SeriesPart, StoreError> {
        self.count_call()?;
        let mut part = SeriesPart::default();
        for delivery in self.select(|it| below.is_none_or(|below| it.seq < below)) {
            if let Some(index) = query.index_of(delivery.accepted_at) {
                let attempts = self.history.get(&delivery.seq).map_or(&[][..], Vec::as_slice);
                let step = part.steps.entry(index).or_default();
                step.count(Status::of(&delivery, epoch), attempts);
            }
        }
        Ok(part)
    }

    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreError> {
        self.count_call()?;
        let mut backlog = Backlog::default();
        for (delivery, payload) in self.deliveries.values() {
            if matches!(Status::of(delivery, epoch), Status::Waiting | Status::InFlight) {
                backlog.enter(u64::try_from(payload.as_bytes().len()).unwrap());
            }
        }
        Ok(backlog)
    }

    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.count_call()?;
        let mut requested =
            self.select(|delivery| delivery.resends > 0 && delivery.open_lease().is_none());
        requested.truncate(limit);
        Ok(requested)
    }

    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        self.count_call()?;
        let mut due = self.select(|delivery| due_of(delivery, epoch).is_some_and(|at| at <= now));
        due.sort_by_key(|delivery| (due_of(delivery, epoch), delivery.seq));
        due.truncate(limit);
        Ok(due)
    }

    fn oldest_waiting(
        &self,
        epoch: Epoch,
        never_attempted: bool,
    ) -> Result<Option<Delivery>, StoreError> {
        self.count_call()?;
        let waiting = self.select(|delivery| due_of(delivery, epoch).is_some());
        Ok(waiting.into_iter().find(|delivery| !never_attempted || delivery.attempts == 0))
    }

    fn first_due_retry(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError> {
        self.count_call()?;
        let attempted =
            |delivery: &Delivery| due_of(delivery, epoch).is_some() && delivery.attempts > 0;
        let first = self.select(attempted).into_iter();
        Ok(first.min_by_key(|delivery| (due_of(delivery, epoch), delivery.seq)))
    }

    fn health(&self) -> Result<Health, StoreError> {
        self.count_call()?;
        Ok(self.health.clone())
    }

    fn put_health(&mut self, health: &Health) -> Result<(), StoreError> {
        self.count_call()?;
        self.health = health.clone();
        Ok(())
    }

    fn recovery(&self) -> Result<Option<Recovery>, StoreError> {
        self.count_call()?;
        Ok(self.recovery.clone())
    }

    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError> {
        self.count_call()?;
        self.recovery = Some(recovery.clone());
        Ok(())
    }

    fn next_missed(
        &self,
        scope: &RecoveryScope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError> {
        self.count_call()?;
        let missed = self.select(|delivery| scope.covers(delivery, epoch));
        let is_wanted = |delivery: &Delivery| {
            delivery.seq > after
                && (scope.latest.is_any() || self.latest_attempt(delivery.seq).is_some())
        };
        Ok(missed.into_iter().find(is_wanted))
    }

    fn count_missed(&self, scope: &RecoveryScope, epoch: Epoch) -> Result<u64, StoreError> {
        self.count_call()?;
        let missed = self.select(|delivery| {
            scope.covers(delivery, epoch)
                && scope.latest.matches(self.latest_attempt(delivery.seq).as_ref())
        });
        Ok(u64::try_from(missed.len()).unwrap())
    }

    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError> {
        self.count_call()?;
        let held = self.select(|it| it.state == State::Held && it.epoch == epoch);
        Ok(u64::try_from(held.len()).unwrap())
    }

    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        self.count_call()?;
        let held = self.select(|it| it.state == State::Held && it.epoch == epoch);
        if let Some(oldest) = held.first() {
            self.deliveries.remove(&oldest.seq);
            self.history.remove(&oldest.seq);
        }
        Ok(())
    }

    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError> {
        self.count_call()?;
        let all = self.deliveries.values();
        Ok(all.filter_map(|(delivery, _)| due_of(delivery, epoch)).min())
    }

    fn leases(&self) -> Result<Vec<Delivery>, StoreError> {
        self.count_call()?;
        let mut leases = self.select(|delivery| delivery.open_lease().is_some());
        leases.sort_by_key(|delivery| (delivery.lease_end(), delivery.seq));
        Ok(leases)
    }

    fn open_leases(&self) -> Result<OpenLeases, StoreError> {
        Ok(self.leases()?.iter().filter_map(Delivery::open_lease).collect())
    }

    fn oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        self.count_call()?;
        Ok(self.deliveries.values().next().map(|(delivery, _)| delivery.accepted_at))
    }

    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        self.count_call()?;
        let oldest: Vec<Seq> = self.deliveries.keys().take(limit).copied().collect();
        for seq in oldest {
            if self.deliveries[&seq].0.accepted_at < before {
                self.deliveries.remove(&seq);
                self.history.remove(&seq);
            }
        }
        Ok(())
    }

    fn can_trim(&self, trimmed: Trimmed, _excess: Excess) -> Result<bool, StoreError> {
        let mut over = self.deliveries.values().filter(|(delivery, _)| is_over(delivery));
        Ok(over.any(|(delivery, _)| delivery.seq >= trimmed.history.until))
    }

    fn trim(&mut self, mut trimmed: Trimmed, _excess: Excess) -> Result<Trimmed, StoreError> {
        self.count_call()?;
        let over = |model: &Self, from: Seq| {
            model.select(|delivery| is_over(delivery) && delivery.seq >= from)
        };
        let bodies = over(self, trimmed.bodies.until);
        for Delivery { seq, accepted_at, .. } in bodies.iter().take(TRIMMED_AT_ONCE) {
            self.discard(*seq)?;
            trimmed.bodies.advance(seq.next(), Some(*accepted_at));
        }
        if !bodies.is_empty() {
            return Ok(trimmed);
        }
        for Delivery { seq, accepted_at, .. } in
            over(self, trimmed.history.until).iter().take(TRIMMED_AT_ONCE)
        {
            self.deliveries.remove(seq);
            self.history.remove(seq);
            trimmed.history.advance(seq.next(), Some(*accepted_at));
        }
        Ok(trimmed)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.count_call()?;
        self.deliveries.clear();
        self.history.clear();
        Ok(())
    }
}
