//! Many deliveries, one alarm: accepting events, and doing what is due.
//!
//! Invariant: an event that a webhook answered `Stored` for is in its storage, once.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use super::transaction::{SendJob, Transaction};
use crate::base::{EventId, Token};
use crate::delivery::{Cause, Delivery, Holder, State};
use crate::event::{Event, Payload};
use crate::webhook::{Activity, Record, Stage, Webhook};

/// An event that was given its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// What is to be delivered.
    pub event: Event,
    /// Whether to hold it for a webhook that the dispatcher switched off.
    pub hold: bool,
}

/// What a webhook says to events, one answer for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What it says to each, in their order.
    pub answers: Vec<Acceptance>,
    /// The first tries that the Worker is to make.
    pub grants: Vec<Grant>,
}

/// A first try that the Worker is to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The place of its event among those that were brought in.
    pub place: usize,
    /// The try.
    pub attempt: SendJob,
}

/// What a webhook says to one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Acceptance {
    /// It is stored and will be delivered.
    Stored,
    /// It is stored, now or before, and will be delivered if the webhook, which the dispatcher
    /// switched off, is re-activated and recovered.
    Held,
    /// It was stored before.
    Duplicate,
    /// This webhook does not take it.
    Refused(Refusal),
}

/// Why a webhook does not take an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There is no such webhook, or not any more.
    Gone,
    /// It is switched off.
    Inactive,
    /// It takes another event type.
    OtherEventType,
    /// As much waits for it as may.
    Backlog,
}

impl Refusal {
    /// Whether the webhook does not match the event any more, so that the next one of its target is
    /// asked. Any other refusal is told to the publisher.
    pub const fn passes_on(self) -> bool {
        match self {
            Self::Gone | Self::Inactive | Self::OtherEventType => true,
            Self::Backlog => false,
        }
    }
}

impl<S: Store> Transaction<'_, S> {
    /// Takes in events, in their order. The first tries start at once where slots are free;
    /// `holder` is who makes them if there is a choice.
    pub fn accept(
        &mut self,
        events: Vec<NewEvent>,
        holder: Holder,
    ) -> Result<Accepted, StoreError> {
        let gone = || Accepted {
            answers: vec![Acceptance::Refused(Refusal::Gone); events.len()],
            grants: Vec::new(),
        };
        let Some(record) = self.store.record()? else { return Ok(gone()) };
        let Stage::Live(webhook) = &record.stage else { return Ok(gone()) };
        // What waits goes first; new events take the slots that are left.
        let mut free = self.lease_due(&record)?;
        let mut free_for_worker = match holder {
            Holder::Object => 0,
            Holder::Worker => self.free_for_worker(webhook)?,
        };
        let mut grants = Vec::new();
        let mut answers = Vec::with_capacity(events.len());
        for (place, NewEvent { id, event, hold }) in events.into_iter().enumerate() {
            let takes_none = match webhook.activity {
                Activity::Active => false,
                Activity::Inactive { reason } => reason.is_none() || !hold,
            };
            // What is stored stays so whatever the webhook became since: a repeat is told the same.
            let answer = if let Some(delivery) = self.store.find(&id)? {
                stored_before(&delivery)
            } else if takes_none {
                Acceptance::Refused(Refusal::Inactive)
            } else if !webhook.configuration.takes(&event.event_type) {
                Acceptance::Refused(Refusal::OtherEventType)
            } else if webhook.activity == Activity::Active && self.is_backlog_full(webhook.epoch)? {
                Acceptance::Refused(Refusal::Backlog)
            } else {
                let mut delivery = self.new_delivery(webhook, id, &event)?;
                if webhook.activity != Activity::Active {
                    answers.push(self.hold(webhook, delivery, &event.payload)?);
                    continue;
                }
                if let Some(attempt) = (free_for_worker > 0)
                    .then(|| self.grant(&record, webhook, &mut delivery, &event.payload))
                    .flatten()
                {
                    free_for_worker -= 1;
                    grants.push(Grant { place, attempt });
                } else if free > 0 {
                    let payload = event.payload.clone();
                    let is_sent = self.send_next(&record, webhook, &mut delivery, payload);
                    free = if is_sent { free - 1 } else { 0 };
                }
                self.store.insert(&delivery, &event.payload)?;
                self.note_backlog(false, &delivery, webhook.epoch);
                Acceptance::Stored
            };
            answers.push(answer);
        }
        // An event that may not simply go takes its turn: in order, at a rate, or as a probe.
        if answers.contains(&Acceptance::Stored) {
            self.lease_due(&record)?;
        }
        self.count_refused(&answers)?;
        Ok(Accepted { answers, grants })
    }

    /// Leases the first try of a delivery to the Worker, if there is a POST to make.
    fn grant(
        &mut self,
        record: &Record,
        webhook: &Webhook,
        delivery: &mut Delivery,
        payload: &Payload,
    ) -> Option<SendJob> {
        let request = self.request(record, webhook, delivery, payload.clone())?.ok()?;
        let until = self.now.plus(self.rules.lease(Holder::Worker));
        delivery.lease(until, record.version, Holder::Worker);
        Some(self.attempt(delivery, Cause::Schedule, Ok(request)))
    }

    /// Keeps an event for a webhook that the dispatcher switched off; the oldest go when there are
    /// too many.
    fn hold(
        &mut self,
        webhook: &Webhook,
        mut delivery: Delivery,
        payload: &Payload,
    ) -> Result<Acceptance, StoreError> {
        if self.rules.held_max == 0 {
            return Ok(Acceptance::Refused(Refusal::Inactive));
        }
        if self.store.count_held(webhook.epoch)? >= self.rules.held_max {
            self.store.drop_oldest_held(webhook.epoch)?;
            let mut health = self.store.health()?;
            health.dropped = health.dropped.saturating_add(1);
            self.store.put_health(&health)?;
        }
        delivery.state = State::Held;
        self.store.insert(&delivery, payload)?;
        Ok(Acceptance::Held)
    }

    /// Counts the events that were one too many, for the owner to see.
    fn count_refused(&mut self, answers: &[Acceptance]) -> Result<(), StoreError> {
        let too_many = |answer: &&Acceptance| **answer == Acceptance::Refused(Refusal::Backlog);
        let refused = answers.iter().filter(too_many).count();
        if refused > 0 {
            let mut health = self.store.health()?;
            let refused = u64::try_from(refused).unwrap_or(u64::MAX);
            health.refused = health.refused.saturating_add(refused);
            self.store.put_health(&health)?;
        }
        Ok(())
    }

    fn new_delivery(
        &self,
        webhook: &Webhook,
        event_id: EventId,
        event: &Event,
    ) -> Result<Delivery, StoreError> {
        Ok(Delivery {
            seq: self.store.next_seq()?,
            event_id,
            event_type: event.event_type.clone(),
            bytes: u64::try_from(event.payload.as_bytes().len()).unwrap_or(u64::MAX),
            accepted_at: self.now,
            epoch: webhook.epoch,
            tries: 0,
            token: Token::new(0),
            resends: 0,
            state: State::Scheduled { due: self.now },
        })
    }
}

/// What is said of an event that has its delivery here.
fn stored_before(delivery: &Delivery) -> Acceptance {
    if delivery.state == State::Held { Acceptance::Held } else { Acceptance::Duplicate }
}
