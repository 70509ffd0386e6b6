//! Batches the successful first attempts of one webhook, so that one call settles them all
//! ([`domain::base::Batcher`]).
//!
//! No follower waits for the call. If the leader's request is cancelled, the leases end and the
//! events are sent again, as after any crash.

use std::cell::RefCell;
use std::collections::BTreeMap;

use domain::base::{AccountId, Batch, BatchLimits, Batcher, Delay, Role, WebhookId};
use domain::dispatch::{AttemptReport, SendJob};

use crate::runtime::{clock, io};

/// The size of a batch: a quarter of the leases that Workers may hold of a webhook.
const LIMITS: BatchLimits = BatchLimits { items: 16, bytes: usize::MAX };

/// How long a success waits for others. Its lease, one of 64 of the webhook, stays open for so much
/// longer: far less than most receivers take to answer.
const BATCH_DELAY: Delay = Delay::from_ms(3);

/// A first attempt that has ended.
#[derive(Debug)]
pub(crate) struct FinishedAttempt {
    pub(crate) attempt: SendJob,
    pub(crate) report: AttemptReport,
}

type Webhook = (AccountId, WebhookId);
type Attempts = Batcher<FinishedAttempt>;

thread_local! {
    static BATCHERS: RefCell<BTreeMap<Webhook, Attempts>> = const { RefCell::new(BTreeMap::new()) };
}

/// Adds a success to its webhook's batch. Returns the batch that the caller has to settle: empty if
/// another caller settles it.
pub(crate) async fn collect(
    account: &AccountId,
    webhook: &WebhookId,
    success: FinishedAttempt,
) -> Vec<FinishedAttempt> {
    let key = (account.clone(), webhook.clone());
    let (ticket, mut role) = BATCHERS.with_borrow_mut(|batchers| {
        let batcher = batchers.entry(key.clone()).or_insert_with(|| Batcher::new(LIMITS));
        batcher.join(success, 0, Some(BATCH_DELAY), clock::now())
    });
    loop {
        match role {
            Role::Lead(batch) => return taken(&key, batch),
            Role::First(delay) => io::sleep(delay).await,
            Role::Follow => return Vec::new(),
        }
        role = BATCHERS.with_borrow_mut(|batchers| match batchers.get_mut(&key) {
            Some(batcher) => batcher.resume(&ticket, clock::now()),
            None => Role::Follow,
        });
    }
}

/// Several batches may be settled at once, so a leader has finished as soon as it has its batch.
fn taken(key: &Webhook, batch: Batch<FinishedAttempt>) -> Vec<FinishedAttempt> {
    BATCHERS.with_borrow_mut(|batchers| {
        if let Some(batcher) = batchers.get_mut(key) {
            batcher.finish(&batch.leader);
            if batcher.is_empty() {
                batchers.remove(key);
            }
        }
    });
    batch.items
}
