//! The master keys, which seal and open every stored secret.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::KeyInit as _;
use chacha20poly1305::{Key, XChaCha20Poly1305};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// The variable that holds the master keys.
pub const MASTER_KEYS: &str = "MASTER_KEYS";

/// Length of a master key, in bytes.
const KEY_BYTES: usize = 32;

/// Length of a SHA-256 block, in bytes. HMAC uses a key of at most this length without hashing it
/// (RFC 2104 section 2).
pub(crate) const BLOCK_BYTES: usize = 64;

/// Longest id of a master key, in characters.
const KEY_ID_CHARS_MAX: usize = 32;

/// Why `MASTER_KEYS` is invalid. The error quotes nothing of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyRingError {
    /// A key has no colon, or its id is invalid.
    #[error(
        "key number {number} is not `id:key`, where the id has 1 to {KEY_ID_CHARS_MAX} of a-z, \
         0-9, _ and -"
    )]
    Id {
        /// The position of the key in the list, from 1.
        number: usize,
    },
    /// A key is not base64, or not 32 bytes long.
    #[error("key number {number} is not the base64 of {KEY_BYTES} bytes")]
    Key {
        /// The position of the key in the list, from 1.
        number: usize,
    },
    /// Two keys have the same id.
    #[error("key number {number} has the id of an earlier one")]
    Repeated {
        /// The position of the second key in the list, from 1.
        number: usize,
    },
}

/// The master keys. The first one seals, and each of them opens. Without any key, no secret can be
/// sealed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MasterKeys(Vec<MasterKey>);

/// A master key.
#[derive(Clone)]
pub(crate) struct MasterKey {
    id: String,
    key: [u8; KEY_BYTES],
}

impl MasterKeys {
    /// Parses `id:base64 of 32 bytes,…`.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut keys: Vec<MasterKey> = Vec::new();
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        for (index, item) in items.enumerate() {
            let number = index.saturating_add(1);
            let (id, key) = item.split_once(':').ok_or(KeyRingError::Id { number })?;
            if !is_key_id(id) {
                return Err(KeyRingError::Id { number });
            }
            let key = STANDARD.decode(key).ok().and_then(|key| key.try_into().ok());
            let key = key.ok_or(KeyRingError::Key { number })?;
            if keys.iter().any(|known| known.id == id) {
                return Err(KeyRingError::Repeated { number });
            }
            keys.push(MasterKey { id: id.to_owned(), key });
        }
        Ok(Self(keys))
    }

    /// Whether there is no key, so that no secret can be sealed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that seals.
    pub(crate) fn first(&self) -> Option<&MasterKey> {
        self.0.first()
    }

    /// The key with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&MasterKey> {
        self.0.iter().find(|key| key.id == id)
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

impl MasterKey {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The HMAC-SHA-256 of `message` under this key, prefixed with `fingerprint/` to keep it
    /// distinct from other uses of the key.
    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut block = [0; BLOCK_BYTES];
        for (byte, key) in block.iter_mut().zip(self.key) {
            *byte = key;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(b"fingerprint/");
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    pub(crate) fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.key))
    }
}

impl PartialEq for MasterKey {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && bool::from(self.key.ct_eq(&other.key))
    }
}

impl Eq for MasterKey {}

/// Whether a text is a valid id of a master key.
pub(crate) fn is_key_id(id: &str) -> bool {
    (1..=KEY_ID_CHARS_MAX).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const K1: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const K2: &str = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

    fn ring(text: &str) -> MasterKeys {
        MasterKeys::parse(text).unwrap()
    }

    #[test]
    fn a_list_of_keys_is_read() {
        assert!(ring("").is_empty() && ring(" , ").is_empty());
        assert_eq!(ring(&format!(" {K1} ,\n{K2},")).0.len(), 2);
        let longest = K1.replacen("k1", &"a_-0".repeat(8), 1);
        assert_eq!(ring(&longest).0.len(), 1);
    }

    #[test]
    fn a_bad_list_is_reported_by_its_index_and_not_repeated() {
        use KeyRingError as E;
        let check = |text: &str, expected: E| {
            assert_eq!(MasterKeys::parse(text), Err(expected), "{text}");
            assert!(!expected.to_string().contains("AAEC"), "{expected}");
        };
        let second = |text: &str| format!("{K1},{text}");
        let long = K1.replacen("k1", &"a".repeat(33), 1);
        for text in ["AAECAwQF", ":AAEC", "K1:AAEC", "k.1:AAEC", &long] {
            check(text, E::Id { number: 1 });
            check(&second(text), E::Id { number: 2 });
        }
        for key in ["", "AAEC", "not base64", &K1[3..K1.len() - 1], &"A".repeat(44)] {
            check(&second(&format!("k2:{key}")), E::Key { number: 2 });
        }
        check(&format!("{K1},{K2},{K1}"), E::Repeated { number: 3 });
    }

    #[test]
    fn no_key_is_printed() {
        assert_eq!(format!("{:?}", ring(&format!("{K1},{K2}"))), "{\"k1\", \"k2\"}");
    }
}
