//! The outbox of a webhook: its operational events that wait to be published.
//!
//! The transaction in which such an event occurs puts it here, with its final id. Webhooks
//! recognize a repeated id, so repeated publishes deliver the event once. Events are published one
//! at a time, oldest first, each until it is accepted.

use serde::{Deserialize, Serialize};

use super::backoff::{ANSWER_TIMEOUT, delay_after};
use crate::base::{EventId, OUTBOX_MAX, Timestamp};
use crate::event::{Event, EventType, Payload};

/// An operational event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEvent {
    /// The event's id.
    pub id: EventId,
    /// The event's type.
    pub event_type: EventType,
    /// The event's body as JSON.
    pub body: String,
}

impl OutboxEvent {
    /// The event in the form in which it is published.
    pub fn event(&self) -> Event {
        let payload = Payload::from_stored(self.body.clone().into_bytes());
        Event { event_type: self.event_type.clone(), payload, trace: None }
    }
}

/// The waiting operational events, and the state of publishing them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// The number of events that were ever put in.
    count: u64,
    /// The waiting events, oldest first.
    waiting: Vec<OutboxEvent>,
    /// Earliest time of the next publish: in the future while one is in flight or after a failure.
    next: Timestamp,
    /// The number of failures in a row.
    failures: u32,
}

impl Default for Outbox {
    fn default() -> Self {
        Self::NEW
    }
}

impl Outbox {
    /// An outbox into which no event was ever put.
    pub const NEW: Self =
        Self { count: 0, waiting: Vec::new(), next: Timestamp::EPOCH, failures: 0 };

    /// Whether no event was ever put in.
    pub const fn is_new(&self) -> bool {
        self.count == 0
    }

    /// The number of events that were ever put in.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The waiting events, oldest first.
    pub fn waiting(&self) -> &[OutboxEvent] {
        &self.waiting
    }

    /// Puts an event in. If the outbox is full, the oldest event is dropped.
    pub fn put(&mut self, event: OutboxEvent) {
        if self.waiting.len() >= OUTBOX_MAX {
            self.waiting.remove(0);
        }
        self.count = self.count.saturating_add(1);
        self.waiting.push(event);
    }

    /// Returns the next event to publish, if one is due at `now`. It counts as in flight for
    /// `ANSWER_TIMEOUT`.
    pub fn take(&mut self, now: Timestamp) -> Option<OutboxEvent> {
        let first = self.waiting.first().filter(|_| self.next <= now).cloned()?;
        self.next = now.plus(ANSWER_TIMEOUT);
        Some(first)
    }

    /// Removes an event that was accepted.
    pub fn accepted(&mut self, id: &EventId, now: Timestamp) {
        self.waiting.retain(|waiting| &waiting.id != id);
        self.failures = 0;
        // An empty outbox keeps no time. A late answer therefore leaves the outbox of a deleted
        // webhook equal to `NEW`.
        self.next = if self.waiting.is_empty() { Timestamp::EPOCH } else { now };
    }

    /// Schedules a repeat after a failed publish.
    pub fn failed(&mut self, now: Timestamp) {
        if self.waiting.is_empty() {
            return;
        }
        self.next = now.plus(delay_after(self.failures));
        self.failures = self.failures.saturating_add(1);
    }

    /// The time of the next publish, if an event waits.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        self.waiting.first().map(|_| self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Delay;
    use crate::event::Operational;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn event(number: usize) -> OutboxEvent {
        let event_type = Operational::Failing.into();
        OutboxEvent { id: format!("e{number}").parse().unwrap(), event_type, body: "{}".to_owned() }
    }

    fn outbox(numbers: core::ops::Range<usize>) -> Outbox {
        let mut outbox = Outbox::NEW;
        numbers.for_each(|number| outbox.put(event(number)));
        outbox
    }

    #[test]
    fn one_at_a_time_is_published_the_oldest_first_until_it_is_accepted() {
        let mut outbox = outbox(0..2);
        assert_eq!(outbox.take(NOW), Some(event(0)));
        assert_eq!(outbox.take(NOW), None, "it is on its way");
        outbox.failed(NOW);
        let later = NOW.plus(Delay::from_secs(1));
        assert_eq!((outbox.take(NOW), outbox.next_wakeup()), (None, Some(later)));
        assert_eq!(outbox.take(later), Some(event(0)));
        // There is no answer.
        let again = outbox.next_wakeup().unwrap();
        assert_eq!((again, outbox.take(again)), (later.plus(ANSWER_TIMEOUT), Some(event(0))));
        outbox.accepted(&event(0).id, again);
        assert_eq!(outbox.take(again), Some(event(1)));
        outbox.accepted(&event(1).id, again);
        assert_eq!((outbox.take(again), outbox.next_wakeup()), (None, None));
        // A late answer changes nothing.
        outbox.put(event(2));
        outbox.accepted(&event(1).id, again);
        assert_eq!(outbox.waiting(), [event(2)]);
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let outbox = outbox(0..OUTBOX_MAX + 3);
        assert_eq!(outbox.waiting().len(), OUTBOX_MAX);
        assert_eq!(outbox.waiting().first(), Some(&event(3)));
        assert_eq!(outbox.count(), u64::try_from(OUTBOX_MAX).unwrap() + 3);
    }

    #[test]
    fn what_waits_is_stored_with_its_id() {
        let outbox = outbox(0..2);
        let text = serde_json::to_string(&outbox).unwrap();
        assert_eq!(serde_json::from_str::<Outbox>(&text).unwrap(), outbox);
        assert_eq!(outbox.waiting()[0].event().payload.as_bytes(), b"{}");
    }
}
