//! Arrivals of one webhook that are known at about the same time are told to its object together.
//!
//! The first waits for others, which leave theirs with it. Nobody waits for what it says: should
//! its request be cancelled, the leases end and the events are sent again, as after any crash.

use std::cell::RefCell;
use std::collections::BTreeMap;

use domain::base::{AccountId, Delay, Timestamp, WebhookId};
use domain::dispatch::{AttemptReport, SendJob};

use crate::runtime::{clock, io};

/// How long an arrival waits for others. A lease is open for so much longer, of 64 that a webhook
/// has, so it is far less than a POST takes at most receivers.
const PATIENCE: Delay = Delay::from_ms(10);

/// So many arrivals do not wait any longer.
const TOGETHER_MAX: usize = 16;

/// After so long nobody comes back for those that wait.
const ABANDONED_AFTER: Delay = Delay::from_ms(100);

/// A try that was made.
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

/// The arrivals that the caller is to tell, this one among them; none if another tells it.
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
