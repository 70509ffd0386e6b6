//! The deletion of an account's data: its webhooks, its API keys, and finally the storage of its
//! own object.
//!
//! The account's alarm runs the steps. Each step looks up what is left, so an interrupted erasure
//! continues where it stopped. Webhooks come first: a webhook is gone when its object reports that
//! it stores nothing, whatever the roster contains. Then the account's records in KV are searched
//! for and deleted. Once a search finds no records, the account stays closed for a while, since a
//! revoked key may still work in other regions. If a second search finds none either, the erasure
//! is complete.

use serde::{Deserialize, Serialize};

use crate::base::{Delay, NOTICES_AT_ONCE_MAX, Timestamp, WebhookId};

/// The pause after a step that was answered, but found something still stored.
const REPEAT_PAUSE: Delay = Delay::from_secs(1);

/// The pause after a step that no webhook answered, or in which KV failed.
const FAILURE_PAUSE: Delay = Delay::from_secs(5);

/// The stored state of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureRecord {
    /// The time at which the erasure began.
    pub started_at: Timestamp,
    /// The account stays closed until this time; set when a search finds nothing.
    pub closed_until: Option<Timestamp>,
}

/// An erasure in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    record: ErasureRecord,
    /// The last webhook that was contacted. The next step continues after it, so that a webhook
    /// that does not answer does not block the others.
    last: Option<WebhookId>,
    /// The search for records in progress.
    search: Search,
    not_before: Timestamp,
}

/// A search for the account's records, a page at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Search {
    /// Where it continues; `None`: at the start.
    cursor: Option<String>,
    /// Whether it has found a record.
    has_found: bool,
}

/// The next step of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing yet: the next step is due later.
    Wait,
    /// Call these webhooks' objects, which erase themselves.
    Webhooks(Vec<WebhookId>),
    /// Find records of the account in KV, on the page at this cursor, and delete them.
    Records(Option<String>),
}

impl Erasure {
    /// Begins an erasure.
    pub const fn begin(now: Timestamp) -> Self {
        Self::from_stored(ErasureRecord { started_at: now, closed_until: None })
    }

    /// Continues a stored erasure.
    pub const fn from_stored(record: ErasureRecord) -> Self {
        let search = Search { cursor: None, has_found: false };
        Self { record, last: None, search, not_before: Timestamp::EPOCH }
    }

    /// The state to store.
    pub const fn record(&self) -> ErasureRecord {
        self.record
    }

    /// The step that is due. `left` are the webhooks that may still store something, in the order
    /// of their ids.
    pub fn step<'a>(&self, left: impl Iterator<Item = &'a WebhookId>, now: Timestamp) -> Step {
        if now < self.not_before {
            return Step::Wait;
        }
        let mut left: Vec<&WebhookId> = left.collect();
        if left.is_empty() {
            let is_closed = self.record.closed_until.is_some_and(|until| now < until);
            return if is_closed { Step::Wait } else { Step::Records(self.search.cursor.clone()) };
        }
        let was_contacted = |id: &&WebhookId| self.last.as_ref().is_some_and(|last| *id <= last);
        let start = left.partition_point(was_contacted);
        left.rotate_left(start);
        Step::Webhooks(left.into_iter().take(NOTICES_AT_ONCE_MAX).cloned().collect())
    }

    /// Records the result of [`Step::Webhooks`]: how many of the `contacted` webhooks are gone, and
    /// how many answered at all.
    pub fn after_webhooks(
        &mut self,
        contacted: &[WebhookId],
        gone: usize,
        answered: usize,
        now: Timestamp,
    ) {
        self.last = contacted.last().cloned();
        self.not_before = match (gone, answered) {
            (0, 0) => now.plus(FAILURE_PAUSE),
            (0, _) => now.plus(REPEAT_PAUSE),
            _ => now,
        };
    }

    /// Records the result of [`Step::Records`]: how many records were `found` and deleted, and the
    /// cursor of the `next` page if the search has not come to its end. Returns whether the erasure
    /// is complete: for `linger`, no search has found a record.
    pub fn after_records(
        &mut self,
        found: usize,
        next: Option<String>,
        linger: Delay,
        now: Timestamp,
    ) -> bool {
        if found > 0 {
            self.search.has_found = true;
            self.record.closed_until = None;
        }
        if next.is_some() {
            self.search.cursor = next;
            self.not_before = now;
            return false;
        }
        if core::mem::take(&mut self.search).has_found {
            // KV may list deleted records for a while.
            self.not_before = now.plus(REPEAT_PAUSE);
            return false;
        }
        let until = *self.record.closed_until.get_or_insert(now.plus(linger));
        self.not_before = until;
        now >= until
    }

    /// Records that KV failed during [`Step::Records`]. The search begins again, since KV may not
    /// know the cursor any more.
    pub fn after_failure(&mut self, now: Timestamp) {
        self.search.cursor = None;
        self.not_before = now.plus(FAILURE_PAUSE);
    }

    /// The time of the next step. `is_empty` says whether no webhook is left.
    pub fn next_wakeup(&self, is_empty: bool, now: Timestamp) -> Timestamp {
        let closed_until = self.record.closed_until.filter(|_| is_empty);
        self.not_before.max(closed_until.unwrap_or(now)).max(now)
    }
}

/// The state of an account, as the operator's API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    /// Whether the account is disabled.
    pub disabled: bool,
    /// Whether the account's object stores anything, as it does once the account had a key or a
    /// webhook. An object of an earlier release does not tell.
    #[serde(default = "is_used")]
    pub is_used: bool,
    /// The number of its webhooks, an alert included.
    pub webhooks: usize,
    /// The bytes that its object stores, most of them idempotency keys. 0 if an object of an older
    /// release answers.
    #[serde(default)]
    pub stored_bytes: u64,
    /// The progress of the deletion of its data; `None` if no deletion is in progress.
    pub deletion: Option<DeletionView>,
}

const fn is_used() -> bool {
    true
}

/// The progress of the deletion of an account's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionView {
    /// The time at which it began (RFC 3339).
    pub started_at: String,
    /// The number of webhooks whose objects may still store something.
    pub webhooks_left: usize,
    /// The time from which the account can be used again (RFC 3339); unknown while something is
    /// left.
    pub closed_until: Option<String>,
}

impl DeletionView {
    /// The progress of `erasure` while `webhooks_left` webhooks are left.
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
    fn webhooks_are_erased_first_a_few_at_a_time() {
        let (mut erasure, mut left) = (Erasure::begin(NOW), ids(0..50));
        let mut steps = 0;
        while let Step::Webhooks(contacted) = erasure.step(left.iter(), NOW) {
            assert!(contacted.len() <= NOTICES_AT_ONCE_MAX);
            left.retain(|id| !contacted.contains(id));
            erasure.after_webhooks(&contacted, contacted.len(), contacted.len(), NOW);
            steps += 1;
        }
        assert_eq!(steps, 50_usize.div_ceil(NOTICES_AT_ONCE_MAX));
        assert_eq!(erasure.step(left.iter(), NOW), Step::Records(None));
    }

    #[test]
    fn a_webhook_that_does_not_answer_does_not_block_the_others() {
        let (mut erasure, all) = (Erasure::begin(NOW), ids(0..45));
        let mut all_contacted = std::collections::BTreeSet::new();
        let mut now = NOW;
        for _ in 0..3 {
            let Step::Webhooks(contacted) = erasure.step(all.iter(), now) else {
                panic!("no step")
            };
            all_contacted.extend(contacted.clone());
            erasure.after_webhooks(&contacted, 0, 0, now);
            assert_eq!(erasure.step(all.iter(), now), Step::Wait);
            now = erasure.next_wakeup(false, now);
        }
        assert_eq!(now, NOW.plus(Delay::from_secs(15)));
        assert_eq!(all_contacted.len(), all.len());
        // A webhook that answered and is not gone yet is contacted again sooner.
        erasure.after_webhooks(&all[..1], 0, 1, now);
        assert_eq!(erasure.next_wakeup(false, now), now.plus(REPEAT_PAUSE));
    }

    #[test]
    fn an_erasure_ends_when_two_searches_a_linger_apart_find_nothing() {
        let mut erasure = Erasure::begin(NOW);
        assert!(!erasure.after_records(3, None, LINGER, NOW));
        assert_eq!(erasure.next_wakeup(true, NOW), NOW.plus(REPEAT_PAUSE));
        let now = NOW.plus(REPEAT_PAUSE);
        assert_eq!(erasure.step([].iter(), now), Step::Records(None));
        assert!(!erasure.after_records(0, None, LINGER, now));
        let until = now.plus(LINGER);
        assert_eq!(erasure.record().closed_until, Some(until));
        // The state after a crash.
        let mut erasure = Erasure::from_stored(erasure.record());
        assert_eq!(erasure.step([].iter(), now), Step::Wait);
        assert_eq!(erasure.next_wakeup(true, now), until);
        assert_eq!(erasure.step([].iter(), until), Step::Records(None));
        assert!(erasure.clone().after_records(0, None, LINGER, until));
        // A key was minted meanwhile: the linger begins again.
        assert!(!erasure.after_records(1, None, LINGER, until));
        assert_eq!(erasure.record().closed_until, None);
    }

    #[test]
    fn a_webhook_that_appears_while_the_account_is_closed_is_erased_at_once() {
        let mut erasure = Erasure::begin(NOW);
        assert!(!erasure.after_records(0, None, LINGER, NOW));
        let mut erasure = Erasure::from_stored(erasure.record());
        assert_eq!(erasure.next_wakeup(false, NOW), NOW);
        let left = ids(0..1);
        assert_eq!(erasure.step(left.iter(), NOW), Step::Webhooks(left.clone()));
        erasure.after_failure(NOW);
        assert_eq!(erasure.step(left.iter(), NOW), Step::Wait);
    }

    #[test]
    fn a_search_goes_page_by_page_and_counts_as_one() {
        let mut erasure = Erasure::begin(NOW);
        let page = |erasure: &Erasure, now| {
            let step = erasure.step([].iter(), now);
            let Step::Records(cursor) = step else { panic!("{step:?}") };
            cursor
        };
        let at = |cursor: &str| Some(cursor.to_owned());
        assert_eq!(page(&erasure, NOW), None);
        assert!(!erasure.after_records(0, at("p2"), LINGER, NOW));
        assert_eq!(page(&erasure, NOW), at("p2"));
        assert!(!erasure.after_records(1, at("p3"), LINGER, NOW));
        assert!(!erasure.after_records(0, None, LINGER, NOW));
        // A record was found, so the search is repeated.
        assert_eq!(erasure.record().closed_until, None);
        let now = NOW.plus(REPEAT_PAUSE);
        assert_eq!(page(&erasure, now), None);
        assert!(!erasure.after_records(0, at("p2"), LINGER, now));
        assert!(!erasure.after_records(0, None, LINGER, now));
        let until = now.plus(LINGER);
        assert_eq!(erasure.record().closed_until, Some(until));
        // A key that was minted meanwhile is found, and then KV fails.
        assert!(!erasure.after_records(1, at("p2"), LINGER, until));
        erasure.after_failure(until);
        let now = until.plus(FAILURE_PAUSE);
        assert_eq!(page(&erasure, now), None);
        assert!(!erasure.after_records(0, None, LINGER, now), "what was found counts");
        assert_eq!(erasure.record().closed_until, None);
    }
}
