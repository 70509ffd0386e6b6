//! Batches the reports of a webhook's attempts, so that one call settles them all ([`Collector`]).
//!
//! If the leader's request is cancelled, the leases end and the events are sent again, as after any
//! crash.

use domain::base::{AccountId, BatchLimits, Delay, WebhookId};
use domain::dispatch::{AttemptReport, SendJob};

use crate::runtime::collector::Collector;

/// The size of a batch: a quarter of the default window.
const LIMITS: BatchLimits = BatchLimits { items: 16, bytes: usize::MAX };

/// How long a success waits for others. Its lease stays open for so much longer: far less than most
/// receivers take to answer.
const BATCH_DELAY: Delay = Delay::from_ms(10);

/// An attempt that has ended.
#[derive(Debug)]
pub(super) struct FinishedAttempt {
    pub(super) attempt: SendJob,
    pub(super) report: AttemptReport,
}

/// The attempts that share a batch: those of one webhook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BatchKey {
    pub(super) account: AccountId,
    pub(super) webhook: WebhookId,
    /// The number of their courier; `None` for first attempts of any publish of this isolate.
    pub(super) courier: Option<u64>,
}

thread_local! {
    static REPORTS: Collector<BatchKey, FinishedAttempt> = const { Collector::new(LIMITS) };
}

/// Adds a report to its batch. Returns the batch that the caller has to settle: empty if another
/// caller settles it. Without `waits`, the caller settles all reports that wait.
pub(super) async fn collect(
    key: BatchKey,
    finished: FinishedAttempt,
    waits: bool,
) -> Vec<FinishedAttempt> {
    Collector::collect(&REPORTS, key, finished, waits.then_some(BATCH_DELAY)).await
}
