//! How many events the filters of webhooks have left out, until their objects are told.
//!
//! A count costs no call of its own: it goes along with the next call that offers its webhook an
//! event, or asks for its statistics. What this isolate has not told when it ends is lost.

use std::cell::RefCell;
use std::collections::BTreeMap;

use domain::base::{AccountId, FILTERED_COUNTS_MAX, WebhookId};

thread_local! {
    static COUNTS: RefCell<BTreeMap<(AccountId, WebhookId), u64>> =
        const { RefCell::new(BTreeMap::new()) };
}

/// Adds the events that filters of an account have left out.
pub(crate) fn add(account: &AccountId, counts: &BTreeMap<WebhookId, u64>) {
    COUNTS.with_borrow_mut(|all| {
        for (webhook, count) in counts {
            let key = (account.clone(), webhook.clone());
            if all.len() < FILTERED_COUNTS_MAX || all.contains_key(&key) {
                let sum = all.entry(key).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
    });
}

/// Takes the count of a webhook, to tell its object.
pub(crate) fn take(account: &AccountId, webhook: &WebhookId) -> u64 {
    COUNTS.with_borrow_mut(|all| {
        if all.is_empty() {
            return 0;
        }
        all.remove(&(account.clone(), webhook.clone())).unwrap_or_default()
    })
}
