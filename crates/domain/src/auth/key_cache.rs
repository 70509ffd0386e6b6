//! API keys that were looked up lately, so that not every request reads KV.
//!
//! A read costs more than all else that a request is billed for. What KV answers may be a minute
//! old already; for [`KEY_CACHE_KEPT`] more the answer is remembered, so a revoked key may work for
//! so long in an instance that did not revoke it. That a key is wrong is not remembered.

use super::api_key::KeyRecord;
use crate::base::{KEY_CACHE_KEPT, Timestamp, TtlCache};

/// What was looked up, by the names in KV.
#[derive(Debug)]
pub struct KeyCache(TtlCache<String, KeyRecord>);

impl Default for KeyCache {
    fn default() -> Self {
        Self(TtlCache::new(KEY_CACHE_KEPT))
    }
}

impl KeyCache {
    /// The key of that name, if it was looked up lately.
    pub fn get(&self, name: &str, now: Timestamp) -> Option<KeyRecord> {
        self.0.get(name, now).cloned()
    }

    /// A key was looked up.
    pub fn put(&mut self, name: String, key: KeyRecord, now: Timestamp) {
        self.0.put(name, key, now);
    }

    /// A key was revoked.
    pub fn forget(&mut self, name: &str) {
        self.0.forget(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Delay, KEYS_IN_MEMORY_MAX};

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn key() -> KeyRecord {
        let stored = concat!(
            r#"{"v":1,"record":{"id":"0123456789abcdef0123","account":"acme","name":"Backend","#,
            r#""scopes":["events:write"],"created_at":1700000000000}}"#,
        );
        KeyRecord::from_text(stored).unwrap()
    }

    #[test]
    fn a_key_is_remembered_for_a_while_and_forgotten_when_it_is_revoked() {
        let mut cache = KeyCache::default();
        assert_eq!(cache.get("key:a", NOW), None);
        cache.put("key:a".to_owned(), key(), NOW);
        let almost = NOW.plus(KEY_CACHE_KEPT).minus(Delay::from_ms(1));
        assert_eq!(cache.get("key:a", almost), Some(key()));
        assert_eq!(cache.get("key:a", NOW.plus(KEY_CACHE_KEPT)), None);
        assert_eq!(cache.get("key:b", NOW), None);
        cache.forget("key:a");
        assert_eq!(cache.get("key:a", NOW), None);
    }

    #[test]
    fn it_stays_small() {
        let mut cache = KeyCache::default();
        for n in 0..KEYS_IN_MEMORY_MAX + 5 {
            cache.put(format!("key:{n}"), key(), NOW);
            assert!(cache.0.len() <= KEYS_IN_MEMORY_MAX);
        }
        let last = format!("key:{}", KEYS_IN_MEMORY_MAX + 4);
        assert_eq!(cache.get(&last, NOW), Some(key()));
    }
}
