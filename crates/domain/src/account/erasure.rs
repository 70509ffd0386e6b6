//! The end of an account's data: its webhooks, its API keys, and at last all that its object
//! stores.
//!
//! It is carried on by the account's alarm. Every step finds out for itself what is left, so it can
//! be cut off anywhere and taken up again. Webhooks come first: one counts as gone when its object
//! says that it stores nothing any more, whatever the roster says. When nothing is found any more
//! the account stays closed for a while, since other regions may still honour a revoked key; then
//! everything is looked for once more.

use serde::{Deserialize, Serialize};

use crate::base::{Delay, NOTICES_AT_ONCE_MAX, Timestamp, WebhookId};

/// How long after a step that found what it must find gone the next one comes.
const AGAIN: Delay = Delay::from_secs(1);

/// How long after a step that nobody answered the next one comes.
const UNANSWERED: Delay = Delay::from_secs(5);

/// What is stored of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureRecord {
    /// When it began.
    pub started_at: Timestamp,
    /// Until when the account stays closed, once nothing was found any more.
    pub closed_until: Option<Timestamp>,
}

/// An erasure that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    record: ErasureRecord,
    /// The last webhook that was asked, so that one that does not answer holds up nobody.
    last: Option<WebhookId>,
    not_before: Timestamp,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Wait,
    /// Have these webhooks erase themselves.
    Webhooks(Vec<WebhookId>),
    /// Look for records in KV, and delete them.
    Records,
}

impl Erasure {
    /// One that begins now.
    pub const fn begin(now: Timestamp) -> Self {
        Self::from_stored(ErasureRecord { started_at: now, closed_until: None })
    }

    /// As it was stored.
    pub const fn from_stored(record: ErasureRecord) -> Self {
        Self { record, last: None, not_before: Timestamp::EPOCH }
    }

    /// What to store.
    pub const fn record(&self) -> ErasureRecord {
        self.record
    }

    /// What is to be done, when these webhooks are left, in their order.
    pub fn step<'a>(&self, left: impl Iterator<Item = &'a WebhookId>, now: Timestamp) -> Step {
        if now < self.not_before {
            return Step::Wait;
        }
        let mut left: Vec<&WebhookId> = left.collect();
        if left.is_empty() {
            let is_closed = self.record.closed_until.is_some_and(|until| now < until);
            return if is_closed { Step::Wait } else { Step::Records };
        }
        let was_asked = |id: &&WebhookId| self.last.as_ref().is_some_and(|last| *id <= last);
        let start = left.partition_point(was_asked);
        left.rotate_left(start);
        Step::Webhooks(left.into_iter().take(NOTICES_AT_ONCE_MAX).cloned().collect())
    }

    /// Takes in what came of asking webhooks: of how many nothing is left, and how many have at
    /// least answered.
    pub fn asked(&mut self, asked: &[WebhookId], gone: usize, answered: usize, now: Timestamp) {
        self.last = asked.last().cloned();
        self.not_before = match (gone, answered) {
            (0, 0) => now.plus(UNANSWERED),
            (0, _) => now.plus(AGAIN),
            _ => now,
        };
    }

    /// Takes in how many records were found, and deleted. Says whether it is over.
    pub fn looked(&mut self, found: usize, linger: Delay, now: Timestamp) -> bool {
        if found > 0 {
            // KV may go on listing what was deleted for a while.
            self.record.closed_until = None;
            self.not_before = now.plus(AGAIN);
            return false;
        }
        let until = *self.record.closed_until.get_or_insert(now.plus(linger));
        self.not_before = until;
        now >= until
    }

    /// Takes in that KV did not answer.
    pub fn failed(&mut self, now: Timestamp) {
        self.not_before = now.plus(UNANSWERED);
    }

    /// When the next step is to be made.
    pub fn next_wakeup(&self, is_empty: bool, now: Timestamp) -> Timestamp {
        let closed_until = self.record.closed_until.filter(|_| is_empty);
        self.not_before.max(closed_until.unwrap_or(now)).max(now)
    }
}

/// How an account stands, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    /// Whether it is disabled.
    pub disabled: bool,
    /// How many webhooks it has.
    pub webhooks: usize,
    /// How far the deletion of its data is, if that is under way.
    pub deletion: Option<DeletionView>,
}

/// How far the deletion of an account's data is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionView {
    /// When it began (RFC 3339).
    pub started_at: String,
    /// How many webhooks' objects may still store something.
    pub webhooks_left: usize,
    /// When the account can be used anew; not known while something is left.
    pub closed_until: Option<String>,
}

impl DeletionView {
    /// What is shown while so many webhooks are left.
    pub fn new(erasure: &Erasure, webhooks_left: usize) -> Self {
        let ErasureRecord { started_at, closed_until } = erasure.record;
        Self {
            started_at: started_at.rfc3339(),
            webhooks_left,
            closed_until: closed_until.map(Timestamp::rfc3339),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
    const LINGER: Delay = Delay::from_secs(120);

    fn ids(range: core::ops::Range<u32>) -> Vec<WebhookId> {
        range.map(|n| format!("w{n:03}").parse().unwrap()).collect()
    }

    #[test]
    fn webhooks_go_first_a_few_at_a_time() {
        let (mut erasure, mut left) = (Erasure::begin(NOW), ids(0..50));
        let mut steps = 0;
        while let Step::Webhooks(asked) = erasure.step(left.iter(), NOW) {
            assert!(asked.len() <= NOTICES_AT_ONCE_MAX);
            left.retain(|id| !asked.contains(id));
            erasure.asked(&asked, asked.len(), asked.len(), NOW);
            steps += 1;
        }
        assert_eq!(steps, 50_usize.div_ceil(NOTICES_AT_ONCE_MAX));
        assert_eq!(erasure.step(left.iter(), NOW), Step::Records);
    }

    #[test]
    fn those_that_do_not_answer_hold_up_nobody() {
        let (mut erasure, all) = (Erasure::begin(NOW), ids(0..45));
        let mut asked_of = std::collections::BTreeSet::new();
        let mut now = NOW;
        for _ in 0..3 {
            let Step::Webhooks(asked) = erasure.step(all.iter(), now) else { panic!("no step") };
            asked_of.extend(asked.clone());
            erasure.asked(&asked, 0, 0, now);
            assert_eq!(erasure.step(all.iter(), now), Step::Wait);
            now = erasure.next_wakeup(false, now);
        }
        assert_eq!(now, NOW.plus(Delay::from_secs(15)));
        assert_eq!(asked_of.len(), all.len());
        // One that is about it is asked sooner.
        erasure.asked(&all[..1], 0, 1, now);
        assert_eq!(erasure.next_wakeup(false, now), now.plus(AGAIN));
    }

    #[test]
    fn it_is_over_when_nothing_was_found_twice_with_the_time_between() {
        let mut erasure = Erasure::begin(NOW);
        assert!(!erasure.looked(3, LINGER, NOW));
        assert_eq!(erasure.next_wakeup(true, NOW), NOW.plus(AGAIN));
        let now = NOW.plus(AGAIN);
        assert_eq!(erasure.step([].iter(), now), Step::Records);
        assert!(!erasure.looked(0, LINGER, now));
        let until = now.plus(LINGER);
        assert_eq!(erasure.record().closed_until, Some(until));
        // As a crash leaves it.
        let mut erasure = Erasure::from_stored(erasure.record());
        assert_eq!(erasure.step([].iter(), now), Step::Wait);
        assert_eq!(erasure.next_wakeup(true, now), until);
        assert_eq!(erasure.step([].iter(), until), Step::Records);
        assert!(erasure.clone().looked(0, LINGER, until));
        // A key that was minted meanwhile: all over again.
        assert!(!erasure.looked(1, LINGER, until));
        assert_eq!(erasure.record().closed_until, None);
    }

    #[test]
    fn a_webhook_that_turns_up_while_it_is_closed_is_erased_at_once() {
        let mut erasure = Erasure::begin(NOW);
        assert!(!erasure.looked(0, LINGER, NOW));
        let mut erasure = Erasure::from_stored(erasure.record());
        assert_eq!(erasure.next_wakeup(false, NOW), NOW);
        let left = ids(0..1);
        assert_eq!(erasure.step(left.iter(), NOW), Step::Webhooks(left.clone()));
        erasure.failed(NOW);
        assert_eq!(erasure.step(left.iter(), NOW), Step::Wait);
    }
}
