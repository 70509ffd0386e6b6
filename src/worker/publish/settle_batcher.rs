//! Batches the successful first attempts of one webhook, so that one call settles them all
//! ([`Collector`]).
//!
//! If the leader's request is cancelled, the leases end and the
//! events are sent again, as after any crash.

use domain::base::{AccountId, BatchLimits, Delay, WebhookId};
use domain::dispatch::{AttemptReport, SendJob};

use super::collector::Collector;

/// The size of a batch: a quarter of the leases that Workers may hold of a webhook.
const LIMITS: BatchLimits = BatchLimits { items: 16, bytes: usize::MAX };

/// How long a success waits for others. Its lease, one of 64 of the webhook, stays open for so much
/// longer: far less than most receivers take to answer.
const BATCH_DELAY: Delay = Delay::from_ms(10);

/// A first attempt that has ended.
#[derive(Debug)]
pub(crate) struct FinishedAttempt {
    pub(crate) attempt: SendJob,
    pub(crate) report: AttemptReport,
}

type Webhook = (AccountId, WebhookId);

thread_local! {
    static SUCCESSES: Collector<Webhook, FinishedAttempt> =
        const { Collector::new(LIMITS, BATCH_DELAY) };
}

/// Adds a success to its webhook's batch. Returns the batch that the caller has to settle: empty if
/// another caller settles it.
pub(crate) async fn collect(
    account: &AccountId,
    webhook: &WebhookId,
    success: FinishedAttempt,
) -> Vec<FinishedAttempt> {
    Collector::collect(&SUCCESSES, (account.clone(), webhook.clone()), success).await
}
