//! Accepting events for a webhook.
//!
//! Invariant: an event that was answered with [`Acceptance::Stored`] is stored, exactly once.

use serde::{Deserialize, Serialize};

use super::store::{Store, StoreError};
use super::transaction::{SendJob, Transaction};
use crate::base::{EventId, LeaseToken, Seq, Version};
use crate::delivery::{Delivery, State};
use crate::event::{Event, Payload};
use crate::webhook::{Activity, Stage, Webhook};

/// An event with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The event's id.
    pub id: EventId,
    /// The event to be delivered.
    pub event: Event,
    /// Whether the event is held if the webhook is inactive and holds what it misses.
    pub hold: bool,
}

/// What a caller that knows the webhook's filter has judged by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Judged {
    /// The version of the webhook's record that has this filter. All events of the call match it.
    pub version: Version,
    /// The number of events that it left out since the last call.
    #[serde(default)]
    pub filtered: u64,
}

/// A webhook's answers to the events of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// One answer for each event, in the order of the events.
    pub answers: Vec<Acceptance>,
    /// The first attempts of events of this call that the caller makes.
    pub grants: Vec<Grant>,
    /// Other due attempts that the caller makes.
    pub due: Vec<SendJob>,
}

/// A first attempt of a new event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The index of the event in the call.
    pub index: usize,
    /// The attempt.
    pub attempt: SendJob,
}

/// A webhook's answer to one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Acceptance {
    /// The event is stored and will be delivered.
    Stored,
    /// The event is stored, now or earlier, and held: the webhook is inactive and holds what it
    /// misses. It is delivered by a recovery.
    Held,
    /// The event was stored earlier.
    Duplicate,
    /// The event is not stored.
    Refused(Refusal),
}

/// The reason why a webhook does not accept an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The webhook is not live: it does not exist, is being created, or is being deleted.
    Gone,
    /// The webhook is deactivated.
    Inactive,
    /// The webhook is for another event type, or its filter leaves the event out.
    OtherEventType,
    /// The backlog is full.
    Backlog,
    /// The object is full: what it still has to keep takes nearly all of its room.
    Storage,
}

impl Refusal {
    /// Whether the event is offered to the next webhook with the same target, because this webhook
    /// no longer matches the event. Any other refusal is reported to the publisher.
    pub const fn offers_to_next(self) -> bool {
        match self {
            Self::Gone | Self::Inactive | Self::OtherEventType => true,
            Self::Backlog | Self::Storage => false,
        }
    }
}

impl<S: Store> Transaction<'_, S> {
    /// Accepts events in their order. A caller that has `judged` them is believed unless the record
    /// has changed since; any other leaves the filter to the webhook. Leases up to `max` attempts
    /// to the caller, as far as the window allows: what is due already, then first attempts of the
    /// new events.
    pub fn accept(
        &mut self,
        events: Vec<NewEvent>,
        judged: Option<Judged>,
        max: usize,
    ) -> Result<Accepted, StoreError> {
        let gone = || Accepted {
            answers: vec![Acceptance::Refused(Refusal::Gone); events.len()],
            grants: Vec::new(),
            due: Vec::new(),
        };
        let Some(record) = self.store.record()? else { return Ok(gone()) };
        let Stage::Live(webhook) = &record.stage else { return Ok(gone()) };
        self.begin_counts_anew()?;
        let is_judged = judged.is_some_and(|judged| judged.version >= record.version);
        let mut filtered = judged.map_or(0, |judged| judged.filtered);
        let mut due = self.lease(&record, max)?;
        let mut left = max.saturating_sub(due.len());
        let mut free = if left > 0 { self.free_for_new(webhook)?.min(left) } else { 0 };
        let mut grants = Vec::new();
        let mut answers = Vec::with_capacity(events.len());
        for (index, NewEvent { id, event, hold }) in events.into_iter().enumerate() {
            // An event that is already stored is answered as stored, even if the webhook has
            // changed since.
            let answer = if let Some(delivery) = self.store.find(&id)? {
                stored_before(&delivery)
            } else if takes_none(webhook, hold) {
                Acceptance::Refused(Refusal::Inactive)
            } else if !webhook.configuration.receives(&event.event_type) {
                Acceptance::Refused(Refusal::OtherEventType)
            } else if !is_judged && webhook.configuration.filters_out(&event.payload) {
                filtered = filtered.saturating_add(1);
                Acceptance::Refused(Refusal::OtherEventType)
            } else if webhook.activity == Activity::Active && self.is_backlog_full(webhook.epoch)? {
                Acceptance::Refused(Refusal::Backlog)
            } else if self.is_full() {
                Acceptance::Refused(Refusal::Storage)
            } else {
                let mut delivery = self.new_delivery(webhook, id, &event)?;
                if webhook.activity != Activity::Active {
                    answers.push(self.hold(webhook, delivery, &event.payload)?);
                    continue;
                }
                if free > 0 {
                    let payload = event.payload.clone();
                    match self.lease_next(&record, webhook, &mut delivery, payload) {
                        Some(attempt) => {
                            free = free.saturating_sub(1);
                            left = left.saturating_sub(1);
                            grants.push(Grant { index, attempt });
                        }
                        None => free = 0,
                    }
                }
                self.store.insert(&delivery, &event.payload)?;
                self.update_backlog(false, &delivery, webhook.epoch);
                Acceptance::Stored
            };
            answers.push(answer);
        }
        // New events that may not be leased ahead of others are leased here: in order, at the rate,
        // or as a probe.
        if left > 0 && answers.contains(&Acceptance::Stored) {
            due.extend(self.lease(&record, left)?);
        }
        self.count_refused(&answers)?;
        self.count_filtered(filtered)?;
        Ok(Accepted { answers, grants, due })
    }

    /// Begins the counts of arrived events at 0 if the order of acceptance does: everything before
    /// was purged.
    fn begin_counts_anew(&mut self) -> Result<(), StoreError> {
        if self.store.next_seq()? > Seq::new(1) {
            return Ok(());
        }
        let mut health = self.store.health()?;
        if health.track_record.lost > 0 {
            health.track_record.lost = 0;
            self.store.put_health(&health)?;
        }
        Ok(())
    }

    /// Stores an event as held, and drops the oldest held event at the limit (`HOLD_EVENTS`). A
    /// limit of 0 refuses the event.
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
            health.track_record.lost = health.track_record.lost.saturating_add(1);
            self.store.put_health(&health)?;
        }
        delivery.state = State::Held;
        self.store.insert(&delivery, payload)?;
        Ok(Acceptance::Held)
    }

    /// Counts the events refused for lack of room, for the statistics.
    fn count_refused(&mut self, answers: &[Acceptance]) -> Result<(), StoreError> {
        let too_many = [Refusal::Backlog, Refusal::Storage].map(Acceptance::Refused);
        let refused = answers.iter().filter(|answer| too_many.contains(answer)).count();
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
            trace: event.trace.clone(),
            bytes: u64::try_from(event.payload.as_bytes().len()).unwrap_or(u64::MAX),
            accepted_at: self.now,
            epoch: webhook.epoch,
            attempts: 0,
            token: LeaseToken::new(0),
            resends: 0,
            state: State::Scheduled { due: self.now },
        })
    }
}

/// Whether an event is neither sent nor held.
fn takes_none(webhook: &Webhook, hold: bool) -> bool {
    webhook.activity != Activity::Active && !(hold && webhook.holds())
}

/// Returns the answer for an event that was stored earlier.
fn stored_before(delivery: &Delivery) -> Acceptance {
    if delivery.state == State::Held { Acceptance::Held } else { Acceptance::Duplicate }
}
