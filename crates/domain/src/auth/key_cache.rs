//! An in-memory cache of API keys, so that not every request reads KV.
//!
//! A KV read costs more than everything else that a request is billed for. KV itself may serve data
//! that is a minute old, and the cache keeps it for [`KEY_CACHE_KEPT`]. In other instances of the
//! Worker, a revoked key may work until both times have passed. Failed look-ups are not cached.

use super::api_key::KeyRecord;
use crate::base::{KEY_CACHE_KEPT, Timestamp, TtlCache};

/// The cached records, by their names in KV.
#[derive(Debug)]
pub struct KeyCache(TtlCache<String, KeyRecord>);

impl Default for KeyCache {
    fn default() -> Self {
        Self(TtlCache::new(KEY_CACHE_KEPT))
    }
}

impl KeyCache {
    /// The record with this name, if the cache has it.
    pub fn get(&self, name: &str, now: Timestamp) -> Option<KeyRecord> {
        self.0.get(name, now).cloned()
    }

    /// Adds a record that was read from KV at `now`.
    pub fn insert(&mut self, name: String, key: KeyRecord, now: Timestamp) {
        self.0.insert(name, key, now);
    }

    /// Removes the record of a revoked key.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{CACHED_KEYS_MAX, Delay};

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn key() -> KeyRecord {
        let stored = concat!(
            r#"{"v":1,"record":{"id":"0123456789abcdef0123","account":"acme","name":"Backend","#,
            r#""scopes":["events:write"],"created_at":1700000000000}}"#,
        );
        KeyRecord::from_text(stored).unwrap()
    }

    #[test]
    fn a_key_is_cached_until_its_time_is_up_or_it_is_revoked() {
        let mut cache = KeyCache::default();
        assert_eq!(cache.get("key:a", NOW), None);
        cache.insert("key:a".to_owned(), key(), NOW);
        let almost = NOW.plus(KEY_CACHE_KEPT).minus(Delay::from_ms(1));
        assert_eq!(cache.get("key:a", almost), Some(key()));
        assert_eq!(cache.get("key:a", NOW.plus(KEY_CACHE_KEPT)), None);
        assert_eq!(cache.get("key:b", NOW), None);
        cache.remove("key:a");
        assert_eq!(cache.get("key:a", NOW), None);
    }

    #[test]
    fn the_cache_is_bounded() {
        let mut cache = KeyCache::default();
        for n in 0..CACHED_KEYS_MAX + 5 {
            cache.insert(format!("key:{n}"), key(), NOW);
            assert!(cache.0.len() <= CACHED_KEYS_MAX);
        }
        let last = format!("key:{}", CACHED_KEYS_MAX + 4);
        assert_eq!(cache.get(&last, NOW), Some(key()));
    }
}
