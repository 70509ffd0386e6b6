//! Collects items for a shared call, separately for each key, for example each called object
//! ([`domain::base::Batcher`]).
//!
//! One caller gets all items of a batch and makes the call. The others do not wait for it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::thread::LocalKey;

use domain::base::{Batch, BatchLimits, Batcher, Delay, Role};

use super::{clock, io};

/// The items that wait, by key. A batcher without items is dropped.
pub(crate) struct Collector<K, T> {
    limits: BatchLimits,
    batchers: RefCell<BTreeMap<K, Batcher<T>>>,
}

impl<K: Ord + Clone, T> Collector<K, T> {
    pub(crate) const fn new(limits: BatchLimits) -> Self {
        Self { limits, batchers: RefCell::new(BTreeMap::new()) }
    }

    /// Adds an item that waits for others for at most `delay`, or not at all. Returns the batch
    /// that the caller has to handle: empty if another caller handles it.
    pub(crate) async fn collect(
        this: &'static LocalKey<Self>,
        key: K,
        item: T,
        delay: Option<Delay>,
    ) -> Vec<T> {
        let (ticket, mut role) = this.with(|this| {
            let mut batchers = this.batchers.borrow_mut();
            let batcher = batchers.entry(key.clone()).or_insert_with(|| Batcher::new(this.limits));
            batcher.join(item, 0, delay, clock::now())
        });
        loop {
            match role {
                Role::Lead(batch) => return this.with(|this| this.take(&key, batch)),
                Role::First(delay) => io::sleep(delay).await,
                Role::Follow => return Vec::new(),
            }
            role = this.with(|this| match this.batchers.borrow_mut().get_mut(&key) {
                Some(batcher) => batcher.resume(&ticket, clock::now()),
                None => Role::Follow,
            });
        }
    }

    /// Several batches may be handled at once, so a leader has finished once it has its batch.
    fn take(&self, key: &K, batch: Batch<T>) -> Vec<T> {
        let mut batchers = self.batchers.borrow_mut();
        if let Some(batcher) = batchers.get_mut(key) {
            batcher.finish(&batch.leader);
            if batcher.is_empty() {
                batchers.remove(key);
            }
        }
        batch.items
    }
}
