//! Which publishes with a key are complete, without a row for each.
//!
//! Nearly every publish ends as planned: each target has the event. Then the record of its key is
//! not written again. Instead the account numbers its publishes, keeps those under way in memory,
//! and stores one number now and then: every publish before it is complete, and has ended as
//! planned unless its record says otherwise.
//!
//! The account's object numbers anew each time it starts, because it does not know what was under
//! way before. Publishes of an earlier run that its stored number does not cover stay in doubt: a
//! repeat does their work again, and webhooks that have stored the event say so.

use std::collections::BTreeMap;

use super::idempotency::{IdempotencyKey, PublishNumber, Run};
use crate::base::{OPEN_PUBLISH_TIMEOUT, OPEN_PUBLISHES_MAX, Timestamp};

/// The publishes with a key that are under way in the present run.
#[derive(Debug)]
pub struct OpenPublishes {
    run: Run,
    next: u64,
    /// The number that was stored last.
    stored: u64,
    open: BTreeMap<u64, OpenPublish>,
}

#[derive(Debug)]
struct OpenPublish {
    key: IdempotencyKey,
    at: Timestamp,
}

impl OpenPublishes {
    /// Begins a run.
    pub const fn new(run: Run) -> Self {
        Self { run, next: 0, stored: 0, open: BTreeMap::new() }
    }

    /// The present run.
    pub const fn run(&self) -> Run {
        self.run
    }

    /// Begins a publish.
    pub fn begin(&mut self, key: IdempotencyKey, at: Timestamp) -> PublishNumber {
        let number = self.next;
        self.next = number.saturating_add(1);
        self.open.insert(number, OpenPublish { key, at });
        PublishNumber { run: self.run, number }
    }

    /// Whether a publish is under way in this run.
    pub fn is_open(&self, number: PublishNumber) -> bool {
        number.run == self.run && self.open.contains_key(&number.number)
    }

    /// Ends a publish. It has ended as planned unless its record says otherwise.
    pub fn end(&mut self, number: PublishNumber) {
        if number.run == self.run {
            self.open.remove(&number.number);
        }
    }

    /// Publishes to give up, the oldest first, at most `limit`: their outcome was not reported in
    /// time, or too many are under way.
    pub fn overdue(&self, now: Timestamp, limit: usize) -> Vec<(PublishNumber, IdempotencyKey)> {
        let excess = self.open.len().saturating_sub(OPEN_PUBLISHES_MAX);
        let is_overdue = |(index, (_, publish)): &(usize, (&u64, &OpenPublish))| {
            *index < excess || publish.at.plus(OPEN_PUBLISH_TIMEOUT) <= now
        };
        let overdue = self.open.iter().enumerate().take_while(is_overdue).take(limit);
        overdue
            .map(|(_, (&number, publish))| {
                (PublishNumber { run: self.run, number }, publish.key.clone())
            })
            .collect()
    }

    /// The number to store: every publish of this run before it is complete. `None` if it is stored
    /// already.
    pub fn to_store(&self) -> Option<u64> {
        let complete = self.open.first_key_value().map_or(self.next, |(&number, _)| number);
        (complete > self.stored).then_some(complete)
    }

    /// Notes that a number was stored.
    pub const fn set_stored(&mut self, number: u64) {
        self.stored = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Delay;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
    const RUN: Run = Run::first_at(NOW);

    fn key(n: usize) -> IdempotencyKey {
        IdempotencyKey::from_header(&format!("k{n}")).unwrap()
    }

    #[test]
    fn the_number_to_store_stops_at_the_first_open_publish() {
        let mut open = OpenPublishes::new(RUN);
        assert_eq!(open.to_store(), None);
        let numbers: Vec<_> = (0..3).map(|n| open.begin(key(n), NOW)).collect();
        assert_eq!(open.to_store(), None);
        open.end(numbers[1]);
        assert!(open.is_open(numbers[0]) && !open.is_open(numbers[1]));
        assert_eq!(open.to_store(), None);
        open.end(numbers[0]);
        assert_eq!(open.to_store(), Some(2));
        open.set_stored(2);
        assert_eq!(open.to_store(), None);
        open.end(numbers[2]);
        assert_eq!(open.to_store(), Some(3));
    }

    #[test]
    fn a_number_of_another_run_ends_nothing() {
        let mut open = OpenPublishes::new(RUN);
        let number = open.begin(key(0), NOW);
        let other = PublishNumber { run: Run::new(NOW, [0, 1]), ..number };
        assert!(!open.is_open(other));
        open.end(other);
        assert!(open.is_open(number));
    }

    #[test]
    fn what_takes_too_long_or_is_too_much_is_given_up_oldest_first() {
        let mut open = OpenPublishes::new(RUN);
        let old = open.begin(key(0), NOW);
        let later = NOW.plus(OPEN_PUBLISH_TIMEOUT);
        open.begin(key(1), later);
        assert_eq!(open.overdue(later.minus(Delay::from_ms(1)), 9), []);
        assert_eq!(open.overdue(later, 9), [(old, key(0))]);
        open.end(old);
        for n in 2..OPEN_PUBLISHES_MAX + 4 {
            open.begin(key(n), later);
        }
        let given_up = open.overdue(later, 9);
        assert_eq!(
            given_up.iter().map(|(_, key)| key).collect::<Vec<_>>(),
            [&key(1), &key(2), &key(3)]
        );
        assert_eq!(open.overdue(later, 2).len(), 2);
    }
}
