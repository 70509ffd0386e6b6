//! When an API key was last used, stored at most once in [`KEY_USE_INTERVAL`].
//!
//! Every request uses a key, but KV accepts only one write a second to the same name, and bills
//! each write. Two checks keep the writes rare: each instance of the Worker remembers which keys it
//! has checked, and it reads the stored time before it writes a new one.

use serde::{Deserialize, Serialize};

use crate::base::{KEY_USE_INTERVAL, KeyId, Timestamp, TtlCache};

/// The stored last use of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// The time of that use.
    pub at: Timestamp,
}

impl KeyUse {
    /// The record to store for a use at `now`; `None` if the `stored` use is recent enough.
    pub fn to_store(stored: Option<Self>, now: Timestamp) -> Option<Self> {
        let is_recent = stored.is_some_and(|stored| now < stored.at.plus(KEY_USE_INTERVAL));
        (!is_recent).then_some(Self { at: now })
    }
}

/// The keys whose stored use was checked within the last [`KEY_USE_INTERVAL`].
#[derive(Debug)]
pub struct KeyUses(TtlCache<KeyId, ()>);

impl Default for KeyUses {
    fn default() -> Self {
        Self(TtlCache::new(KEY_USE_INTERVAL))
    }
}

impl KeyUses {
    /// Whether the stored use of a key must be checked at `now`. If so, the key counts as checked.
    pub fn is_due(&mut self, id: &KeyId, now: Timestamp) -> bool {
        let is_due = self.0.get(id, now).is_none();
        if is_due {
            self.0.insert(id.clone(), (), now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{CACHED_KEYS_MAX, Delay};

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
    const ALMOST: Delay = Delay::from_ms(KEY_USE_INTERVAL.as_ms() - 1);

    fn key(n: usize) -> KeyId {
        format!("k{n}").parse().unwrap()
    }

    #[test]
    fn a_use_is_stored_once_an_hour() {
        let stored = KeyUse::to_store(None, NOW);
        assert_eq!(stored, Some(KeyUse { at: NOW }));
        assert_eq!(KeyUse::to_store(stored, NOW.plus(ALMOST)), None);
        let later = NOW.plus(KEY_USE_INTERVAL);
        assert_eq!(KeyUse::to_store(stored, later), Some(KeyUse { at: later }));
    }

    #[test]
    fn each_key_is_checked_once_an_hour() {
        let mut uses = KeyUses::default();
        assert!(uses.is_due(&key(1), NOW));
        assert!(uses.is_due(&key(2), NOW));
        assert!(!uses.is_due(&key(1), NOW.plus(ALMOST)));
        assert!(uses.is_due(&key(1), NOW.plus(KEY_USE_INTERVAL)));
        assert!(!uses.is_due(&key(1), NOW.plus(KEY_USE_INTERVAL).plus(ALMOST)));
    }

    #[test]
    fn the_cache_is_bounded() {
        let mut uses = KeyUses::default();
        for n in 0..CACHED_KEYS_MAX + 5 {
            assert!(uses.is_due(&key(n), NOW));
            assert!(uses.0.len() <= CACHED_KEYS_MAX);
        }
        assert!(!uses.is_due(&key(CACHED_KEYS_MAX + 4), NOW));
    }
}
