//! What was got lately, in memory and bounded: by one instance of the Worker, which may be one of
//! many and may end at any time.

use core::borrow::Borrow;
use core::hash::Hash;
use std::collections::HashMap;

use super::limits::KEYS_IN_MEMORY_MAX;
use super::time::{Delay, Timestamp};

/// Values that were got no longer than a time ago.
#[derive(Debug)]
pub struct TtlCache<K, V> {
    kept: Delay,
    entries: HashMap<K, (Timestamp, V)>,
}

impl<K: Eq + Hash, V> TtlCache<K, V> {
    /// Nothing yet. What is put is kept for `kept`.
    pub fn new(kept: Delay) -> Self {
        Self { kept, entries: HashMap::new() }
    }

    /// The value of a key, if it was put lately.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (at, value) = self.entries.get(key)?;
        (now < at.plus(self.kept)).then_some(value)
    }

    /// Puts a value.
    pub fn put(&mut self, key: K, value: V, now: Timestamp) {
        if self.entries.len() >= KEYS_IN_MEMORY_MAX {
            // At worst some are got once more.
            self.entries.clear();
        }
        self.entries.insert(key, (now, value));
    }

    /// Forgets a key.
    pub fn forget<Q: Eq + Hash + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key);
    }

    /// How many there are, old ones too.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
