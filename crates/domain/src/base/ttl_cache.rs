//! A bounded in-memory cache whose entries expire. Each isolate of the Worker has its own, and an
//! isolate may end at any time.

use core::borrow::Borrow;
use core::hash::Hash;
use std::collections::HashMap;

use super::limits::CACHED_KEYS_MAX;
use super::time::{Delay, Timestamp};

/// A cache of at most [`CACHED_KEYS_MAX`] entries that expire.
#[derive(Debug)]
pub struct TtlCache<K, V> {
    ttl: Delay,
    entries: HashMap<K, (Timestamp, V)>,
}

impl<K: Eq + Hash, V> TtlCache<K, V> {
    /// Creates an empty cache whose entries expire after `ttl`.
    pub fn new(ttl: Delay) -> Self {
        Self { ttl, entries: HashMap::new() }
    }

    /// The value of a key, unless it has expired.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (at, value) = self.entries.get(key)?;
        (now < at.plus(self.ttl)).then_some(value)
    }

    /// Inserts a value, or replaces it.
    pub fn insert(&mut self, key: K, value: V, now: Timestamp) {
        if self.entries.len() >= CACHED_KEYS_MAX {
            // Clearing everything is enough: the entries are only fetched again.
            self.entries.clear();
        }
        self.entries.insert(key, (now, value));
    }

    /// Removes a key.
    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key);
    }

    /// The number of entries, including expired ones.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
