//! Many deliveries, one alarm: accepting events, trying what is due, settling what became of it.
//!
//! Invariants: a webhook that is not active leases nothing; at most [`SENDS_IN_FLIGHT_MAX`] leases
//! are open; a try counts when it is leased; only a failure of the current version and epoch is
//! held against the webhook.

use serde::{Deserialize, Serialize};

use super::delivery::{AfterLoss, Delivery, Seq, State, Token, Version};
use super::event::{Event, Payload};
use super::event_type::EventType;
use super::id::EventId;
use super::limits::{PURGE_AT_ONCE_MAX, SENDS_IN_FLIGHT_MAX};
use super::outbound::Outbound;
use super::record::{Record, Stage, Webhook};
use super::store::{Store, StoreFault};
use super::time::{Delay, Timestamp};
use super::turn::{Effect, Try, Turn};
use super::verdict::{self, Outcome, Verdict};
use super::webhook::{Activity, DeactivateReason};

/// An event that was given its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// What is to be delivered.
    pub event: Event,
}

/// What a webhook says to one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Acceptance {
    /// It is stored and will be delivered.
    Stored,
    /// It was stored before.
    Duplicate,
    /// This webhook does not take it.
    Refused(Refusal),
}

/// Why a webhook does not take an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// There is no such webhook, or not any more.
    Gone,
    /// It is switched off.
    Inactive,
    /// It takes another event type.
    OtherEventType,
}

/// What became of the webhook by a settled try, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The event arrived.
    Delivered,
    /// It will be tried again.
    Retried {
        /// When.
        due: Timestamp,
    },
    /// The webhook was switched off.
    Deactivated(DeactivateReason),
    /// It made no difference: the lease, or the webhook, is over.
    Ignored,
}

impl<S: Store> Turn<'_, S> {
    /// Takes in events, in their order. The first tries start at once where slots are free.
    pub fn accept(&mut self, events: Vec<NewEvent>) -> Result<Vec<Acceptance>, StoreFault> {
        let Some(Record { stage: Stage::Live(webhook), version, .. }) = self.store.record()? else {
            return Ok(vec![Acceptance::Refused(Refusal::Gone); events.len()]);
        };
        // What waits goes first; new events take the slots that are left.
        let mut free = self.lease_due(&webhook, version)?;
        let mut answers = Vec::with_capacity(events.len());
        for NewEvent { id, event } in events {
            let answer = if webhook.activity != Activity::Active {
                Acceptance::Refused(Refusal::Inactive)
            } else if !webhook.configuration.takes(&event.event_type) {
                Acceptance::Refused(Refusal::OtherEventType)
            } else if self.store.has_event(&id)? {
                Acceptance::Duplicate
            } else {
                let mut delivery = self.new_delivery(&webhook, id, event.event_type)?;
                if free > 0 {
                    free -= 1;
                    self.lease(&webhook, version, &mut delivery, event.payload.clone());
                }
                self.store.insert(&delivery, &event.payload)?;
                Acceptance::Stored
            };
            answers.push(answer);
        }
        Ok(answers)
    }

    /// Does what is due: ends leases, leases what waits, purges, publishes. A wake-up too early,
    /// too late or twice is harmless.
    pub fn wake(&mut self) -> Result<(), StoreFault> {
        let Some(record) = self.store.record()? else { return Ok(()) };
        match record.stage {
            Stage::Creating { until, .. } if until <= self.now => self.undo_creation(record),
            Stage::Creating { .. } => Ok(()),
            Stage::Live(_) => {
                let record = self.end_leases(record)?;
                if let Stage::Live(webhook) = &record.stage {
                    self.lease_due(webhook, record.version)?;
                }
                self.purge()?;
                self.publish(record)
            }
            Stage::Deleting => self.publish(record),
        }
    }

    /// Takes in what came of a try.
    pub fn settle(
        &mut self,
        seq: Seq,
        token: Token,
        outcome: &Outcome,
    ) -> Result<Settled, StoreFault> {
        let Some(record) = self.store.record()? else { return Ok(Settled::Ignored) };
        let Some(delivery) = self.store.delivery(seq)? else { return Ok(Settled::Ignored) };
        let settled = match verdict::judge(outcome, self.now) {
            Verdict::Delivered => self.delivered(delivery)?,
            Verdict::Retry { retry_after, exhausted } if delivery.token == token => {
                let is_last = delivery.is_exhausted(&self.rules.schedule);
                let reason = is_last.then_some(exhausted);
                self.failed(record, delivery, retry_after, reason)?
            }
            Verdict::Deactivate(reason) if delivery.token == token => {
                self.failed(record, delivery, None, Some(reason))?
            }
            Verdict::Retry { .. } | Verdict::Deactivate(_) => Settled::Ignored,
        };
        if let Some(Record { stage: Stage::Live(webhook), version, .. }) = self.store.record()? {
            self.lease_due(&webhook, version)?;
        }
        Ok(settled)
    }

    /// A 2xx always counts, whatever lease it came under.
    fn delivered(&mut self, mut delivery: Delivery) -> Result<Settled, StoreFault> {
        if matches!(delivery.state, State::Delivered { .. }) {
            return Ok(Settled::Ignored);
        }
        delivery.state = State::Delivered { at: self.now };
        self.store.update(&delivery)?;
        Ok(Settled::Delivered)
    }

    /// Ends the lease of a try that failed. `reason`: why the webhook is switched off, if what
    /// failed is the configuration in force.
    fn failed(
        &mut self,
        mut record: Record,
        mut delivery: Delivery,
        retry_after: Option<Delay>,
        reason: Option<DeactivateReason>,
    ) -> Result<Settled, StoreFault> {
        let State::Leased { version, .. } = delivery.state else { return Ok(Settled::Ignored) };
        let Stage::Live(webhook) = &record.stage else { return Ok(Settled::Ignored) };
        // What an earlier configuration met says nothing about the one in force.
        let is_current = version == record.version && delivery.epoch == webhook.epoch;
        let due = delivery.due_after_failure(self.now, &self.rules.schedule, retry_after);
        delivery.wait_until(due);
        self.store.update(&delivery)?;
        match reason.filter(|_| is_current) {
            Some(reason) => {
                record.deactivate(reason);
                self.publish(record)?;
                Ok(Settled::Deactivated(reason))
            }
            None => Ok(Settled::Retried { due }),
        }
    }

    /// Ends the leases whose time is over: their outcome is lost.
    fn end_leases(&mut self, mut record: Record) -> Result<Record, StoreFault> {
        for mut delivery in self.store.leases()? {
            let State::Leased { until, .. } = delivery.state else { continue };
            if until > self.now {
                continue;
            }
            let after = delivery.lose(until, &self.rules.schedule);
            self.store.update(&delivery)?;
            let Stage::Live(webhook) = &record.stage else { continue };
            if after == AfterLoss::Exhausted && delivery.epoch == webhook.epoch {
                record.deactivate(DeactivateReason::RetryCount);
            }
        }
        Ok(record)
    }

    /// Leases as many due deliveries as slots are free, and says how many slots are left.
    fn lease_due(&mut self, webhook: &Webhook, version: Version) -> Result<usize, StoreFault> {
        let free = SENDS_IN_FLIGHT_MAX.saturating_sub(self.store.leases()?.len());
        if free == 0 || webhook.activity != Activity::Active {
            return Ok(0);
        }
        let due = self.store.due(webhook.epoch, self.now, free)?;
        let left = free.saturating_sub(due.len());
        for mut delivery in due {
            let payload = self.store.payload(delivery.seq)?;
            let payload = payload.ok_or_else(|| StoreFault("a delivery has no payload".into()))?;
            self.lease(webhook, version, &mut delivery, payload);
            self.store.update(&delivery)?;
        }
        Ok(left)
    }

    fn lease(
        &mut self,
        webhook: &Webhook,
        version: Version,
        delivery: &mut Delivery,
        payload: Payload,
    ) {
        delivery.lease(self.now.plus(self.rules.lease()), version);
        self.effects.push(Effect::Send(Box::new(Try {
            seq: delivery.seq,
            token: delivery.token,
            event_id: delivery.event_id.clone(),
            number: delivery.tries,
            request: Outbound::new(&webhook.configuration, payload, self.rules),
        })));
    }

    fn new_delivery(
        &self,
        webhook: &Webhook,
        event_id: EventId,
        event_type: EventType,
    ) -> Result<Delivery, StoreFault> {
        Ok(Delivery {
            seq: self.store.next_seq()?,
            event_id,
            event_type,
            accepted_at: self.now,
            epoch: webhook.epoch,
            tries: 0,
            token: Token::new(0),
            state: State::Scheduled { due: self.now },
        })
    }

    fn purge(&mut self) -> Result<(), StoreFault> {
        let Some(oldest) = self.store.oldest()? else { return Ok(()) };
        if self.purge_time(oldest) > self.now {
            return Ok(());
        }
        self.store.purge(self.now.minus(self.rules.retention), PURGE_AT_ONCE_MAX)
    }
}
