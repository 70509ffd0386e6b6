//! API keys: how they look, what is stored of them, what a caller may do.
//!
//! A key is shown once, when it is minted. Stored is its SHA-256; its id is the start of that, so a
//! key can be found by its id and no key by what is stored.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::principal::Scope;
use crate::base::{
    AccountId, Delay, KeyId, PORTAL_KEPT, Secret, StoredError, Timestamp, versioned,
};

/// Random bytes for one key; the platform supplies them.
pub type KeyEntropy = [u8; 32];

/// Every minted key starts with this, so that scanners for leaked secrets can know it.
const PREFIX: &str = "whk_";

/// Makes a key from random bytes.
pub fn mint(entropy: KeyEntropy) -> Secret {
    Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(entropy)))
}

/// The SHA-256 of a key, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHash(String);

impl KeyHash {
    /// The hash of a key.
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

    /// The id of the key with this hash: 80 bits of it, which no two keys share.
    pub fn id(&self) -> KeyId {
        KeyId::of_hash(&self.0)
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is stored of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// Its id.
    pub id: KeyId,
    /// Whose webhooks and events it opens.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was minted.
    pub created_at: Timestamp,
    /// From when on it opens nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Whether it is that of a portal link.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub portal: bool,
}

impl KeyRecord {
    /// The stored form.
    pub fn to_text(&self) -> Result<String, StoredError> {
        versioned::to_text(self)
    }

    /// The record of a stored form.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        versioned::from_text(text)
    }

    /// Whether it opens nothing any more.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// How long the record is kept from `now` on; `None`: until the key is revoked.
    pub fn kept(&self, now: Timestamp) -> Option<Delay> {
        let expires_at = self.expires_at.filter(|_| self.portal)?;
        Some(expires_at.plus(PORTAL_KEPT).since(now))
    }
}

/// A key as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyView {
    /// Its id.
    pub id: KeyId,
    /// Whose webhooks and events it opens.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was minted (RFC 3339).
    pub created_at: String,
    /// From when on it opens nothing.
    pub expires_at: Option<String>,
    /// Whether it is that of a portal link.
    pub portal: bool,
    /// When it was last used, as far as is known.
    pub last_used: Option<String>,
}

impl KeyView {
    /// The view of a key that was last noted as used at `last_used`.
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

/// The answer to minting: the record, and the key this once.
#[derive(Debug, Serialize)]
pub struct MintedKey<'a> {
    /// Its id.
    pub id: &'a KeyId,
    /// Whose webhooks and events it opens.
    pub account: &'a AccountId,
    /// What its owner calls it.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// From when on it opens nothing, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The key.
    pub key: &'a str,
}

impl<'a> MintedKey<'a> {
    /// The answer to minting `key`.
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
    fn a_key_is_found_by_its_id_and_not_by_what_is_stored() {
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
        }
    }

    #[test]
    fn a_key_is_good_until_it_expires() {
        assert!(!key(None, false).is_expired(NOW));
        assert!(!key(Some(NOW.plus(Delay::from_ms(1))), false).is_expired(NOW));
        assert!(key(Some(NOW), false).is_expired(NOW));
    }

    #[test]
    fn only_the_key_of_a_portal_link_is_forgotten_by_itself_a_day_after_its_end() {
        let end = NOW.plus(Delay::from_secs(10));
        assert_eq!(key(None, false).kept(NOW), None);
        assert_eq!(key(Some(end), false).kept(NOW), None);
        assert_eq!(key(Some(end), true).kept(NOW), Some(Delay::from_secs(86_410)));
    }

    #[test]
    fn the_hash_is_sha_256() {
        // FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(KeyHash::of(&Secret::new("abc".to_owned())).to_string(), expected);
    }
}
