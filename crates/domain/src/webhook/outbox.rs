//! The operational events of a webhook that are still to be published.
//!
//! An event is put here by the turn in which what it tells happened, under the id that it keeps, so
//! however often it is published it arrives as one. One at a time is on its way, the oldest first,
//! until it is accepted.

use serde::{Deserialize, Serialize};

use super::backoff::{PATIENCE, pause_after};
use crate::base::{EventId, OUTBOX_MAX, Timestamp};
use crate::event::{Event, EventType, Payload};

/// An operational event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEvent {
    /// Its id.
    pub id: EventId,
    /// Its type.
    pub event_type: EventType,
    /// Its body, as JSON.
    pub body: String,
}

impl OutboxEvent {
    /// The event that is published.
    pub fn event(&self) -> Event {
        let payload = Payload::from_stored(self.body.clone().into_bytes());
        Event { event_type: self.event_type.clone(), payload }
    }
}

/// What is still to be published, and how far that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// How many were ever put in.
    count: u64,
    /// The oldest first.
    waiting: Vec<OutboxEvent>,
    /// Nothing is published before this time: one is on its way, or the last one failed.
    next: Timestamp,
    /// How many have failed in a row.
    failures: u32,
}

impl Default for Outbox {
    fn default() -> Self {
        Self::NEW
    }
}

impl Outbox {
    /// One that nothing was put in yet.
    pub const NEW: Self =
        Self { count: 0, waiting: Vec::new(), next: Timestamp::EPOCH, failures: 0 };

    /// Whether nothing was ever put in.
    pub const fn is_new(&self) -> bool {
        self.count == 0
    }

    /// How many were ever put in.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// What is still to be published, the oldest first.
    pub fn waiting(&self) -> &[OutboxEvent] {
        &self.waiting
    }

    /// Puts one in. When there are too many, the oldest goes.
    pub fn put(&mut self, announcement: OutboxEvent) {
        if self.waiting.len() >= OUTBOX_MAX {
            self.waiting.remove(0);
        }
        self.count = self.count.saturating_add(1);
        self.waiting.push(announcement);
    }

    /// The one to publish at `now`, if its time has come; it counts as on its way from then on.
    pub fn take(&mut self, now: Timestamp) -> Option<OutboxEvent> {
        let first = self.waiting.first().filter(|_| self.next <= now).cloned()?;
        self.next = now.plus(PATIENCE);
        Some(first)
    }

    /// One was accepted: it is not published again.
    pub fn accepted(&mut self, id: &EventId, now: Timestamp) {
        self.waiting.retain(|waiting| &waiting.id != id);
        self.failures = 0;
        // One of a webhook that was deleted meanwhile leaves nothing behind.
        self.next = if self.waiting.is_empty() { Timestamp::EPOCH } else { now };
    }

    /// One was not.
    pub fn failed(&mut self, now: Timestamp) {
        if self.waiting.is_empty() {
            return;
        }
        self.next = now.plus(pause_after(self.failures));
        self.failures = self.failures.saturating_add(1);
    }

    /// When the next is to be published, if there is one.
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

    fn announcement(number: usize) -> OutboxEvent {
        let event_type = Operational::Failing.into();
        OutboxEvent { id: format!("e{number}").parse().unwrap(), event_type, body: "{}".to_owned() }
    }

    fn outbox(numbers: core::ops::Range<usize>) -> Outbox {
        let mut outbox = Outbox::NEW;
        numbers.for_each(|number| outbox.put(announcement(number)));
        outbox
    }

    #[test]
    fn one_at_a_time_is_published_the_oldest_first_until_it_is_accepted() {
        let mut outbox = outbox(0..2);
        assert_eq!(outbox.take(NOW), Some(announcement(0)));
        assert_eq!(outbox.take(NOW), None, "it is on its way");
        outbox.failed(NOW);
        let later = NOW.plus(Delay::from_secs(1));
        assert_eq!((outbox.take(NOW), outbox.next_wakeup()), (None, Some(later)));
        assert_eq!(outbox.take(later), Some(announcement(0)));
        // Nothing is heard of it.
        let again = outbox.next_wakeup().unwrap();
        assert_eq!((again, outbox.take(again)), (later.plus(PATIENCE), Some(announcement(0))));
        outbox.accepted(&announcement(0).id, again);
        assert_eq!(outbox.take(again), Some(announcement(1)));
        outbox.accepted(&announcement(1).id, again);
        assert_eq!((outbox.take(again), outbox.next_wakeup()), (None, None));
        // An answer that comes late changes nothing.
        outbox.put(announcement(2));
        outbox.accepted(&announcement(1).id, again);
        assert_eq!(outbox.waiting(), [announcement(2)]);
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let outbox = outbox(0..OUTBOX_MAX + 3);
        assert_eq!(outbox.waiting().len(), OUTBOX_MAX);
        assert_eq!(outbox.waiting().first(), Some(&announcement(3)));
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
