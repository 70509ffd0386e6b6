//! Operational events: what happens to a webhook, told to those webhooks of its account that ask
//! for it by name.
//!
//! Invariants: an event is put into the outbox by the turn in which what it tells happens, once;
//! what happens to the delivery of an operational event is told nobody, so none causes another.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{AccountId, EventId, Timestamp, WebhookId};
use crate::delivery::{AttemptResult, Delivery, Health, Transition};
use crate::event::{EventType, Operational};
use crate::webhook::{DeactivateReason, OutboxEvent, Record, Stage, TargetUrl};

/// What has happened to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationalEvent {
    /// The dispatcher switched it off.
    Deactivated(DeactivateReason),
    /// Several tries in a row have failed, the last in these words.
    Failing(String),
    /// Its receiver has answered again.
    Recovered,
}

impl OperationalEvent {
    const fn kind(&self) -> Operational {
        match self {
            Self::Deactivated(_) => Operational::Deactivated,
            Self::Failing(_) => Operational::Failing,
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
}

#[derive(Serialize)]
#[serde(untagged)]
enum Reason<'a> {
    Deactivated(DeactivateReason),
    Failing(&'a str),
}

impl<S: Store> Transaction<'_, S> {
    /// Takes in what a settled try says of the receiver; says whether that is told somebody.
    pub(crate) fn note_outcome(
        &mut self,
        record: &mut Record,
        delivery: &Delivery,
        result: &AttemptResult,
        change: impl FnOnce(&mut Health),
    ) -> Result<bool, StoreError> {
        let is_told = !delivery.event_type.is_operational();
        let before = self.store.health()?;
        let mut health = before.clone();
        change(&mut health);
        let transition = if is_told { health.transition() } else { Transition::None };
        if health != before {
            self.store.put_health(&health)?;
        }
        match transition {
            Transition::None => return Ok(false),
            Transition::Failing => self.tell(record, &OperationalEvent::Failing(words(result)))?,
            Transition::Recovered => self.tell(record, &OperationalEvent::Recovered)?,
        }
        Ok(true)
    }

    /// Switches the webhook off because of what came of a delivery, and has that told.
    pub(crate) fn deactivate(
        &mut self,
        record: &mut Record,
        delivery: &Delivery,
        reason: DeactivateReason,
    ) -> Result<(), StoreError> {
        record.deactivate(reason);
        self.forget_backlog();
        let health = self.store.health()?;
        let cleared = health.clone().cleared();
        if cleared != health {
            self.store.put_health(&cleared)?;
        }
        self.stop_recovery()?;
        if delivery.event_type.is_operational() {
            return Ok(());
        }
        self.tell(record, &OperationalEvent::Deactivated(reason))
    }

    fn tell(&self, record: &mut Record, news: &OperationalEvent) -> Result<(), StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(()) };
        let event_type = EventType::from(news.kind());
        let body = Body {
            event_type: &event_type,
            timestamp: self.now.rfc3339(),
            webhook_id: &record.id,
            target_url: without_query(&webhook.configuration.target_url),
            reason: match news {
                OperationalEvent::Deactivated(reason) => Some(Reason::Deactivated(*reason)),
                OperationalEvent::Failing(words) => Some(Reason::Failing(words)),
                OperationalEvent::Recovered => None,
            },
        };
        let body = serde_json::to_string(&body).map_err(|error| StoreError(error.to_string()))?;
        let id = event_id(&record.account, &record.id, record.outbox.count(), self.now);
        record.outbox.put(OutboxEvent { id, event_type, body });
        Ok(())
    }
}

/// The id of the event number `count` of a webhook: no two events share it, and no chance is
/// needed.
fn event_id(account: &AccountId, webhook: &WebhookId, count: u64, now: Timestamp) -> EventId {
    let digest = Sha256::digest(format!("operational/{account}/{webhook}/{count}").as_bytes());
    let mut entropy = [0; 10];
    for (byte, of_digest) in entropy.iter_mut().zip(digest) {
        *byte = of_digest;
    }
    EventId::new(now, entropy)
}

/// A target as others are told of it: keys are often in the query.
fn without_query(target: &TargetUrl) -> &str {
    let href = target.href();
    href.split(['?', '#']).next().unwrap_or(href)
}

/// What came of a try, without anything that the receiver has written.
fn words(result: &AttemptResult) -> String {
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
    fn a_target_is_told_without_its_query() {
        let check = |url: &str, expected: &str| {
            let target = TargetUrl::parse(url, &TargetPolicy::default()).unwrap();
            assert_eq!(without_query(&target), expected);
        };
        check("https://example.com/a/b?key=swordfish#x", "https://example.com/a/b");
        check("https://example.com?key=swordfish", "https://example.com/");
        check("https://example.com/a#swordfish", "https://example.com/a");
    }
}
