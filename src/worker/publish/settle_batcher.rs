//! Batches the reports of successful attempts: reports for one webhook that come within 10 ms share
//! one call.
//!
//! The request with the first report of a batch waits and then sends the batch. The requests with
//! later reports only add theirs. If the request that waits is cancelled, the leases end and the
//! events are sent again, as after any crash.

use std::cell::RefCell;
use std::collections::BTreeMap;

use domain::base::{AccountId, Delay, Timestamp, WebhookId};
use domain::dispatch::{AttemptReport, SendJob};

use crate::runtime::{clock, io};

/// How long the first report of a batch waits for others. Its lease, one of at most 64 that Workers
/// hold for a webhook, stays open for that time; a POST takes far longer at most receivers.
const PATIENCE: Delay = Delay::from_ms(10);

/// The number of reports at which a batch is sent at once.
const TOGETHER_MAX: usize = 16;

/// The age after which a batch counts as abandoned: the request that should send it was cancelled.
/// The next report then sends it.
const ABANDONED_AFTER: Delay = Delay::from_ms(100);

/// A completed attempt and its report.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) attempt: SendJob,
    pub(crate) settlement: AttemptReport,
}

struct Waiting {
    since: Timestamp,
    arrivals: Vec<Made>,
}

type Webhook = (AccountId, WebhookId);

thread_local! {
    static WAITING: RefCell<BTreeMap<Webhook, Waiting>> = const { RefCell::new(BTreeMap::new()) };
}

/// Adds the report of an attempt to the batch of its webhook. Returns the batch if the caller must
/// send it; returns nothing if another request does.
pub(crate) async fn together(account: &AccountId, webhook: &WebhookId, made: Made) -> Vec<Made> {
    let (key, now) = ((account.clone(), webhook.clone()), clock::now());
    let (place, since) = WAITING.with_borrow_mut(|waiting| {
        let waiting = waiting.entry(key.clone());
        let waiting = waiting.or_insert_with(|| Waiting { since: now, arrivals: Vec::new() });
        waiting.arrivals.push(made);
        (waiting.arrivals.len(), waiting.since)
    });
    if place == 1 {
        io::sleep(PATIENCE).await;
    } else if place < TOGETHER_MAX && now.since(since) <= ABANDONED_AFTER {
        return Vec::new();
    }
    let taken = WAITING.with_borrow_mut(|waiting| waiting.remove(&key));
    taken.map(|taken| taken.arrivals).unwrap_or_default()
}
