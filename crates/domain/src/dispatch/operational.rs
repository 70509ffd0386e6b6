//! Operational events: changes of a webhook, published to the webhooks of its account that
//! subscribe to them by name.
//!
//! Invariants: the transaction that makes the change puts the event into the outbox, once;
//! deliveries of operational events cause no operational events, nor does a listener.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{AccountId, EventId, Timestamp, WebhookId};
use crate::delivery::{AttemptResult, Delivery, Health, State, Transition};
use crate::event::{EventType, Operational};
use crate::webhook::{DeactivateReason, OutboxEvent, Record, Stage, TargetUrl};

/// A change of a webhook that is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationalEvent {
    /// The dispatcher deactivated the webhook.
    Deactivated(DeactivateReason),
    /// Several attempts in a row failed.
    Failing {
        /// What the last attempt came to.
        outcome: String,
        /// The time at which the webhook is deactivated if no attempt succeeds until then.
        off_at: Timestamp,
    },
    /// The receiver answers again.
    Recovered,
}

impl OperationalEvent {
    const fn kind(&self) -> Operational {
        match self {
            Self::Deactivated(_) => Operational::Deactivated,
            Self::Failing { .. } => Operational::Failing,
            Self::Recovered => Operational::Recovered,
        }
    }
}

/// The body of an operational event.
#[derive(Serialize)]
struct Body<'a> {
    event_type: &'a EventType,
    timestamp: String,
    webhook_id: &'a WebhookId,
    target_url: &'a str,
    reason: Option<Reason<'a>>,
    /// Only of a webhook that is failing.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_at: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Reason<'a> {
    Deactivated(DeactivateReason),
    Failing(&'a str),
}

impl<S: Store> Transaction<'_, S> {
    /// Records a settled attempt in the receiver's health. Returns whether the record is to be
    /// published: an operational event was put into the outbox, or the webhook's state changed.
    pub(crate) fn record_outcome(
        &mut self,
        record: &mut Record,
        delivery: &Delivery,
        result: &AttemptResult,
        change: impl FnOnce(&mut Health),
    ) -> Result<bool, StoreError> {
        let is_published = !delivery.event_type.is_operational();
        let before = self.store.health()?;
        let mut health = before.clone();
        change(&mut health);
        let transition = if is_published { health.transition() } else { Transition::None };
        if health != before {
            self.store.put_health(&health)?;
        }
        let was_untried = record.note_attempt();
        match transition {
            Transition::None => return Ok(was_untried || self.is_state_due(record)?),
            Transition::Failing => {
                let off_at = self.off_at(record, delivery)?;
                let event = OperationalEvent::Failing { outcome: describe(result), off_at };
                self.put_in_outbox(record, &event)?;
            }
            Transition::Recovered => self.put_in_outbox(record, &OperationalEvent::Recovered)?,
        }
        Ok(true)
    }

    /// Deactivates the webhook because of a delivery, and puts the operational event into the
    /// outbox.
    pub(crate) fn deactivate(
        &mut self,
        record: &mut Record,
        delivery: &Delivery,
        reason: DeactivateReason,
    ) -> Result<(), StoreError> {
        record.deactivate(reason, self.now);
        self.invalidate_backlog();
        let health = self.store.health()?;
        let cleared = health.clone().cleared();
        if cleared != health {
            self.store.put_health(&cleared)?;
        }
        self.stop_recovery()?;
        if delivery.event_type.is_operational() {
            return Ok(());
        }
        self.put_in_outbox(record, &OperationalEvent::Deactivated(reason))
    }

    /// Returns the time at which a webhook that keeps failing is deactivated: after the last
    /// attempt of the delivery that has just failed, or of the oldest one that waits. Other
    /// deliveries are retried rarely during an outage.
    fn off_at(&self, record: &Record, failed: &Delivery) -> Result<Timestamp, StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(self.now) };
        let schedule = self.schedule(record);
        let oldest = self.store.oldest_waiting(webhook.epoch, false)?;
        let ends = [Some(failed), oldest.as_ref()].into_iter().flatten().map(|delivery| {
            let next = match delivery.state {
                State::Scheduled { due } => due.max(self.now),
                State::Leased(_) | State::Delivered { .. } | State::Held => self.now,
            };
            next.plus(schedule.rest_after(delivery.attempts.saturating_add(1)))
        });
        Ok(ends.min().unwrap_or(self.now))
    }

    fn put_in_outbox(
        &self,
        record: &mut Record,
        event: &OperationalEvent,
    ) -> Result<(), StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(()) };
        if webhook.configuration.listener {
            return Ok(()); // Its owner watches it, and nobody else is to be woken for it.
        }
        let event_type = EventType::from(event.kind());
        let body = Body {
            event_type: &event_type,
            timestamp: self.now.rfc3339(),
            webhook_id: &record.id,
            target_url: without_query(&webhook.configuration.target_url),
            reason: match event {
                OperationalEvent::Deactivated(reason) => Some(Reason::Deactivated(*reason)),
                OperationalEvent::Failing { outcome, .. } => Some(Reason::Failing(outcome)),
                OperationalEvent::Recovered => None,
            },
            off_at: match event {
                OperationalEvent::Failing { off_at, .. } => Some(off_at.rfc3339()),
                OperationalEvent::Deactivated(_) | OperationalEvent::Recovered => None,
            },
        };
        let body = serde_json::to_string(&body).map_err(|error| StoreError(error.to_string()))?;
        let id = event_id(&record.account, &record.id, record.outbox.count(), self.now);
        record.outbox.put(OutboxEvent { id, event_type, body });
        Ok(())
    }
}

/// Returns the id of a webhook's operational event number `count`. It is derived from these values,
/// so it is unique without randomness.
fn event_id(account: &AccountId, webhook: &WebhookId, count: u64, now: Timestamp) -> EventId {
    let digest = Sha256::digest(format!("operational/{account}/{webhook}/{count}").as_bytes());
    let mut entropy = [0; 10];
    for (byte, of_digest) in entropy.iter_mut().zip(digest) {
        *byte = of_digest;
    }
    EventId::new(now, entropy)
}

/// Returns a target for operational events. The query is cut off, because it often contains keys.
fn without_query(target: &TargetUrl) -> &str {
    let href = target.href();
    href.split(['?', '#']).next().unwrap_or(href)
}

/// Describes a result without any text from the receiver.
fn describe(result: &AttemptResult) -> String {
    match result {
        AttemptResult::Answered(status, _) => format!("the receiver answered {status}"),
        AttemptResult::Failed(fault) => fault.to_string(),
        AttemptResult::Lost => "the outcome was lost".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::TargetPolicy;

    #[test]
    fn no_two_events_share_an_id() {
        let now = Timestamp::from_ms(1_700_000_000_000);
        let (account, webhook) = (AccountId::default_account(), "w1".parse().unwrap());
        let other: WebhookId = "w2".parse().unwrap();
        let ids = [
            event_id(&account, &webhook, 0, now),
            event_id(&account, &webhook, 1, now),
            event_id(&account, &other, 0, now),
            event_id(&"a1".parse().unwrap(), &webhook, 0, now),
        ];
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(ids[0], event_id(&account, &webhook, 0, now));
    }

    #[test]
    fn a_target_is_published_without_its_query() {
        let check = |url: &str, expected: &str| {
            let target = TargetUrl::parse(url, &TargetPolicy::default()).unwrap();
            assert_eq!(without_query(&target), expected);
        };
        check("https://example.com/a/b?key=swordfish#x", "https://example.com/a/b");
        check("https://example.com?key=swordfish", "https://example.com/");
        check("https://example.com/a#swordfish", "https://example.com/a");
    }
}
