//! When an API key was last used: noted so seldom that it costs next to nothing.
//!
//! A key is used with every request, and KV takes one write a second to one key and charges for
//! each. So a use is noted at most once in [`KEY_USE_GRAIN`]: whoever answers a request remembers
//! in memory which keys it has looked after, and asks KV before it writes.

use serde::{Deserialize, Serialize};

use crate::base::{KEY_USE_GRAIN, KeyId, Timestamp, TtlCache};

/// What is stored of a key's use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// When it was used.
    pub at: Timestamp,
}

impl KeyUse {
    /// What to store for a use at `now`, when `noted` is stored: nothing while that is fresh.
    pub fn to_note(noted: Option<Self>, now: Timestamp) -> Option<Self> {
        let is_fresh = noted.is_some_and(|noted| now < noted.at.plus(KEY_USE_GRAIN));
        (!is_fresh).then_some(Self { at: now })
    }
}

/// The keys whose use was looked after, and when.
#[derive(Debug)]
pub struct KeyUses(TtlCache<KeyId, ()>);

impl Default for KeyUses {
    fn default() -> Self {
        Self(TtlCache::new(KEY_USE_GRAIN))
    }
}

impl KeyUses {
    /// Whether a use of a key at `now` is to be looked after; if so, it counts as done.
    pub fn is_due(&mut self, id: &KeyId, now: Timestamp) -> bool {
        let is_due = self.0.get(id, now).is_none();
        if is_due {
            self.0.put(id.clone(), (), now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Delay, KEYS_IN_MEMORY_MAX};

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
    const ALMOST: Delay = Delay::from_ms(KEY_USE_GRAIN.as_ms() - 1);

    fn key(n: usize) -> KeyId {
        format!("k{n}").parse().unwrap()
    }

    #[test]
    fn a_use_is_noted_once_an_hour() {
        let noted = KeyUse::to_note(None, NOW);
        assert_eq!(noted, Some(KeyUse { at: NOW }));
        assert_eq!(KeyUse::to_note(noted, NOW.plus(ALMOST)), None);
        let later = NOW.plus(KEY_USE_GRAIN);
        assert_eq!(KeyUse::to_note(noted, later), Some(KeyUse { at: later }));
    }

    #[test]
    fn each_key_is_looked_after_once_an_hour() {
        let mut uses = KeyUses::default();
        assert!(uses.is_due(&key(1), NOW));
        assert!(uses.is_due(&key(2), NOW));
        assert!(!uses.is_due(&key(1), NOW.plus(ALMOST)));
        assert!(uses.is_due(&key(1), NOW.plus(KEY_USE_GRAIN)));
        assert!(!uses.is_due(&key(1), NOW.plus(KEY_USE_GRAIN).plus(ALMOST)));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut uses = KeyUses::default();
        for n in 0..KEYS_IN_MEMORY_MAX + 5 {
            assert!(uses.is_due(&key(n), NOW));
            assert!(uses.0.len() <= KEYS_IN_MEMORY_MAX);
        }
        assert!(!uses.is_due(&key(KEYS_IN_MEMORY_MAX + 4), NOW));
    }
}
