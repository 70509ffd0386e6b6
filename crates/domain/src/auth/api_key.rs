//! API keys: their text, their stored record, and their views in the API.
//!
//! A key is shown once, when it is minted. Only its SHA-256 is stored, so the stored data does not
//! reveal the key. The key's id is the start of that hash.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::principal::Scope;
use crate::base::{
    AccountId, Delay, KeyId, PORTAL_KEPT, Secret, StoredError, Timestamp, versioned,
};

/// The random bytes of one key; the platform supplies them.
pub type KeyEntropy = [u8; 32];

/// The prefix of every minted key, so that secret scanners can recognise one.
const PREFIX: &str = "whk_";

/// Makes a new key: the prefix and the random bytes in base64url.
pub fn mint(entropy: KeyEntropy) -> Secret {
    Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(entropy)))
}

/// The SHA-256 of a key, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHash(String);

impl KeyHash {
    /// Hashes a key.
    pub fn of(key: &Secret) -> Self {
        use core::fmt::Write;
        let digest = Sha256::digest(key.expose().as_bytes());
        let mut hex = String::with_capacity(64);
        for byte in digest {
            // Writing to a `String` cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// The id of the key: the first 80 bits of the hash, enough to make a collision negligible.
    pub fn id(&self) -> KeyId {
        KeyId::of_hash(&self.0)
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The stored record of a key. It does not contain the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// The id: the start of the key's hash, see [`KeyHash::id`].
    pub id: KeyId,
    /// The account that the key gives access to.
    pub account: AccountId,
    /// The name that the operator gave the key.
    pub name: String,
    /// The scopes of the key, without duplicates.
    pub scopes: Vec<Scope>,
    /// The time of minting.
    pub created_at: Timestamp,
    /// The key is invalid from this time on; `None` means that it does not expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Whether the key belongs to a portal link.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub portal: bool,
    /// Where the platform wants its customer back; only of a portal link that was given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
}

impl KeyRecord {
    /// The stored form.
    pub fn to_text(&self) -> Result<String, StoredError> {
        versioned::to_text(self)
    }

    /// Reads the stored form.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        versioned::from_text(text)
    }

    /// Whether the key has expired.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// The time to live of the stored record, from `now`; `None` means until the key is revoked.
    /// Only the record of a portal link's key is deleted automatically, [`PORTAL_KEPT`] after the
    /// key expires.
    pub fn time_to_live(&self, now: Timestamp) -> Option<Delay> {
        let expires_at = self.expires_at.filter(|_| self.portal)?;
        Some(expires_at.plus(PORTAL_KEPT).since(now))
    }
}

/// A key in the list of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyView {
    id: KeyId,
    account: AccountId,
    name: String,
    scopes: Vec<Scope>,
    created_at: String,
    expires_at: Option<String>,
    portal: bool,
    last_used: Option<String>,
}

impl KeyView {
    /// The view of a key. `last_used` is the stored time of its last use, which may lag by
    /// [`KEY_USE_INTERVAL`](crate::base::KEY_USE_INTERVAL).
    pub fn new(record: KeyRecord, last_used: Option<Timestamp>) -> Self {
        Self {
            id: record.id,
            account: record.account,
            name: record.name,
            scopes: record.scopes,
            created_at: record.created_at.rfc3339(),
            expires_at: record.expires_at.map(Timestamp::rfc3339),
            portal: record.portal,
            last_used: last_used.map(Timestamp::rfc3339),
        }
    }
}

/// The response to minting: the record and the key itself, which is shown only here.
#[derive(Debug, Serialize)]
pub struct MintedKey<'a> {
    id: &'a KeyId,
    account: &'a AccountId,
    name: &'a str,
    scopes: &'a [Scope],
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    key: &'a str,
}

impl<'a> MintedKey<'a> {
    /// The response to minting `key`.
    pub fn new(record: &'a KeyRecord, key: &'a Secret) -> Self {
        Self {
            id: &record.id,
            account: &record.account,
            name: &record.name,
            scopes: &record.scopes,
            expires_at: record.expires_at.map(Timestamp::rfc3339),
            key: key.expose(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_starts_the_hash_and_the_hash_hides_the_key() {
        let key = mint([7; 32]);
        let hash = KeyHash::of(&key);
        let id = hash.id();
        assert!(hash.to_string().starts_with(id.as_str()));
        assert_eq!(id.as_str().len(), 20);
        assert!(!hash.to_string().contains(key.expose()));
        assert_ne!(KeyHash::of(&mint([8; 32])), hash);
    }

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn key(expires_at: Option<Timestamp>, portal: bool) -> KeyRecord {
        KeyRecord {
            id: KeyHash::of(&mint([7; 32])).id(),
            account: AccountId::default_account(),
            name: String::new(),
            scopes: Vec::new(),
            created_at: NOW,
            expires_at,
            portal,
            return_url: None,
        }
    }

    #[test]
    fn a_key_is_valid_until_it_expires() {
        assert!(!key(None, false).is_expired(NOW));
        assert!(!key(Some(NOW.plus(Delay::from_ms(1))), false).is_expired(NOW));
        assert!(key(Some(NOW), false).is_expired(NOW));
    }

    #[test]
    fn only_a_portal_key_has_a_time_to_live_which_ends_a_day_after_it_expires() {
        let end = NOW.plus(Delay::from_secs(10));
        assert_eq!(key(None, false).time_to_live(NOW), None);
        assert_eq!(key(Some(end), false).time_to_live(NOW), None);
        assert_eq!(key(Some(end), true).time_to_live(NOW), Some(Delay::from_secs(86_410)));
    }

    #[test]
    fn the_hash_is_sha_256() {
        // FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(KeyHash::of(&Secret::new("abc".to_owned())).to_string(), expected);
    }
}
