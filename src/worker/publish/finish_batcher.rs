//! Batches the outcomes of publishes with a key, so that one call records them after the publishers
//! have been answered.
//!
//! If the request that makes the call is cancelled, the account does not learn these outcomes. A
//! repeat then finds the plan under the key, offers the same event to the same webhooks, and each
//! that has stored it says so.

use domain::base::{AccountId, BatchLimits, Delay};
use domain::rpc::FinishedPublish;
use worker::Env;

use super::fanout;
use crate::runtime::collector::Collector;

/// The size of a batch, in batches of publishes: each has at most 32.
const LIMITS: BatchLimits = BatchLimits { items: 4, bytes: usize::MAX };

/// How long an outcome waits for others. A repeat that comes earlier does the work again.
const BATCH_DELAY: Delay = Delay::from_ms(20);

thread_local! {
    static OUTCOMES: Collector<AccountId, Vec<FinishedPublish>> =
        const { Collector::new(LIMITS) };
}

/// Records outcomes, together with those of others.
pub(crate) async fn finish(env: Env, account: AccountId, publishes: Vec<FinishedPublish>) {
    let batch = Collector::collect(&OUTCOMES, account.clone(), publishes, Some(BATCH_DELAY)).await;
    let publishes: Vec<_> = batch.into_iter().flatten().collect();
    if !publishes.is_empty() {
        // An error is logged; the record then still has the plan.
        let _ = fanout::finish_publishes(&env, &account, publishes).await;
    }
}
