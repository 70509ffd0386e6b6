//! Encryption at rest: seals secrets and opens them again.
//!
//! A secret is sealed with XChaCha20-Poly1305 under a key of `MASTER_KEYS`. It is bound to its
//! account, webhook and field, so a sealed text that is moved elsewhere does not open. The first
//! master key seals, every master key opens, and the sealed text contains the id of its key.
//!
//! The caller supplies random nonces. They have 24 bytes, so a nonce is practically never drawn
//! twice.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead as _, Payload};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::master_keys::{MASTER_KEYS, MasterKey, MasterKeys, is_key_id};
use crate::base::{AccountId, Secret, WebhookId};

/// Length of a nonce, in bytes.
const NONCE_BYTES: usize = 24;

/// Length of a ciphertext minus that of its plaintext, in bytes.
const TAG_BYTES: usize = 16;

/// Random bytes for sealing one secret, supplied by the platform.
pub type Nonce = [u8; NONCE_BYTES];

/// A text is not a sealed secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a sealed secret")]
pub struct NotSealed;

/// A sealed secret: `{key id}.{base64 of nonce and ciphertext}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sealed(String);

impl Sealed {
    /// The id of the master key that opens this secret.
    pub fn key_id(&self) -> &str {
        self.0.split_once('.').map_or("", |(id, _)| id)
    }

    /// Whether the first key of `ring` sealed this secret. Also true if the ring is empty, because
    /// then no better key exists.
    pub fn is_current(&self, ring: &MasterKeys) -> bool {
        ring.first().is_none_or(|first| first.id() == self.key_id())
    }

    /// The length of the plain secret, in bytes, computed without opening it.
    pub fn plain_len(&self) -> usize {
        let text = self.0.split_once('.').map_or("", |(_, text)| text);
        let padding = text.bytes().rev().take_while(|&b| b == b'=').count();
        let sealed_len = (text.len() / 4).saturating_mul(3).saturating_sub(padding);
        sealed_len.saturating_sub(NONCE_BYTES + TAG_BYTES)
    }
}

impl TryFrom<String> for Sealed {
    type Error = NotSealed;

    fn try_from(text: String) -> Result<Self, NotSealed> {
        match text.split_once('.') {
            Some((id, _)) if is_key_id(id) => Ok(Self(text)),
            _ => Err(NotSealed),
        }
    }
}

impl From<Sealed> for String {
    fn from(sealed: Sealed) -> Self {
        sealed.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(REDACTED)")
    }
}

/// The account and webhook of a secret. A secret that is sealed for one owner does not open for
/// another.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// The webhook.
    pub webhook: &'a WebhookId,
}

impl Owner<'_> {
    /// The associated data of a field. Neither id contains a slash, so every field has its own.
    fn associated_data(self, field: &str) -> String {
        format!("{}/{}/{field}", self.account, self.webhook)
    }
}

/// Why a secret was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// No master key is configured.
    #[error("{MASTER_KEYS} is not set")]
    NoMasterKey,
    /// The platform gave no random bytes, or the cipher failed.
    #[error("a secret could not be sealed")]
    Failed,
}

/// Seals the secrets of one owner.
pub struct Sealer<'a> {
    ring: &'a MasterKeys,
    owner: Owner<'a>,
    nonces: &'a mut dyn FnMut() -> Option<Nonce>,
}

impl<'a> Sealer<'a> {
    /// Makes a sealer that takes its nonces from `nonces`.
    pub fn new(
        ring: &'a MasterKeys,
        owner: Owner<'a>,
        nonces: &'a mut dyn FnMut() -> Option<Nonce>,
    ) -> Self {
        Self { ring, owner, nonces }
    }

    /// Seals the secret of a field.
    pub fn seal(&mut self, field: &str, secret: &Secret) -> Result<Sealed, SealError> {
        let key = self.ring.first().ok_or(SealError::NoMasterKey)?;
        let nonce = (self.nonces)().ok_or(SealError::Failed)?;
        let associated_data = self.owner.associated_data(field);
        let payload = Payload { msg: secret.expose().as_bytes(), aad: associated_data.as_bytes() };
        let ciphertext = key.cipher().encrypt(&XNonce::from(nonce), payload);
        let ciphertext = ciphertext.map_err(|_| SealError::Failed)?;
        let text = STANDARD.encode([nonce.as_slice(), &ciphertext].concat());
        Ok(Sealed(format!("{}.{text}", key.id())))
    }

    /// Seals the secret of a field again with the first key, if another key sealed it. A secret
    /// that does not open is returned unchanged.
    pub fn reseal(&mut self, field: &str, sealed: Sealed) -> Result<Sealed, SealError> {
        if sealed.is_current(self.ring) {
            return Ok(sealed);
        }
        let opener = Opener { ring: self.ring, owner: self.owner };
        match opener.open(field, &sealed) {
            Ok(secret) => self.seal(field, &secret),
            Err(_) => Ok(sealed),
        }
    }
}

impl fmt::Debug for Sealer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("ring", self.ring).finish_non_exhaustive()
    }
}

/// Why a secret does not open. The cause is never the receiver, so no attempt counts as failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The key that sealed the secret is not configured.
    #[error("{MASTER_KEYS} has no key \"{key_id}\"")]
    MissingKey {
        /// The id of the missing key.
        key_id: String,
    },
    /// The key does not open the secret: it is not the key that sealed it, the secret belongs to
    /// another owner or field, or the sealed text was changed.
    #[error("a secret does not open with the key \"{key_id}\" of {MASTER_KEYS}")]
    Refused {
        /// The id of the key.
        key_id: String,
    },
    /// The opened text is not a valid secret of its kind.
    #[error("an opened secret cannot be read")]
    Unreadable,
}

/// Opens the secrets of one owner.
#[derive(Debug, Clone, Copy)]
pub struct Opener<'a> {
    /// The master keys.
    pub ring: &'a MasterKeys,
    /// The owner of the secrets.
    pub owner: Owner<'a>,
}

impl Opener<'_> {
    /// Opens the secret of a field.
    pub fn open(self, field: &str, sealed: &Sealed) -> Result<Secret, OpenError> {
        let key_id = sealed.key_id();
        let key = self.ring.get(key_id);
        let key = key.ok_or_else(|| OpenError::MissingKey { key_id: key_id.to_owned() })?;
        let plain = self.decrypt(key, field, sealed);
        plain.map(Secret::new).ok_or_else(|| OpenError::Refused { key_id: key_id.to_owned() })
    }

    fn decrypt(self, key: &MasterKey, field: &str, sealed: &Sealed) -> Option<String> {
        let (_, text) = sealed.0.split_once('.')?;
        let bytes = STANDARD.decode(text).ok()?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let associated_data = self.owner.associated_data(field);
        let payload = Payload { msg: ciphertext, aad: associated_data.as_bytes() };
        let plain = key.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(plain).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const K1: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const K2: &str = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

    fn ring(text: &str) -> MasterKeys {
        MasterKeys::parse(text).unwrap()
    }

    fn seal(ring: &MasterKeys, owner: Owner<'_>, text: &str) -> Result<Sealed, SealError> {
        let mut nonces = || Some([7; NONCE_BYTES]);
        Sealer::new(ring, owner, &mut nonces).seal("field", &Secret::new(text.to_owned()))
    }

    fn check(run: impl FnOnce(Owner<'_>)) {
        let (account, webhook) = ("acme".parse().unwrap(), "w1".parse().unwrap());
        run(Owner { account: &account, webhook: &webhook });
    }

    #[test]
    fn the_first_key_seals_and_every_key_opens() {
        check(|owner| {
            let old = ring(K1);
            let sealed = seal(&old, owner, "swordfish").unwrap();
            assert_eq!((sealed.key_id(), sealed.plain_len()), ("k1", 9));
            let both = ring(&format!("{K2},{K1}"));
            for ring in [&old, &both] {
                let secret = Opener { ring, owner }.open("field", &sealed).unwrap();
                assert_eq!(secret.expose(), "swordfish");
            }
            assert_eq!(seal(&both, owner, "").unwrap().key_id(), "k2");
        });
    }

    #[test]
    fn what_another_key_has_sealed_is_sealed_anew_with_the_first_if_it_opens() {
        check(|owner| {
            let old = seal(&ring(K1), owner, "swordfish").unwrap();
            let reseal = |ring: &MasterKeys, sealed: &Sealed| {
                let mut nonces = || Some([9; NONCE_BYTES]);
                Sealer::new(ring, owner, &mut nonces).reseal("field", sealed.clone()).unwrap()
            };
            let both = ring(&format!("{K2},{K1}"));
            assert!(old.is_current(&ring(K1)) && !old.is_current(&both));
            let new = reseal(&both, &old);
            assert!(new.is_current(&both) && new.is_current(&MasterKeys::default()));
            let secret = Opener { ring: &ring(K2), owner }.open("field", &new).unwrap();
            assert_eq!(secret.expose(), "swordfish");
            // A secret that is current, or does not open, is returned unchanged.
            assert_eq!(reseal(&both, &new), new);
            assert_eq!(reseal(&ring(K2), &old), old);
            assert_eq!(reseal(&MasterKeys::default(), &old), old);
        });
    }

    #[test]
    fn what_does_not_open_is_reported_by_its_key() {
        check(|owner| {
            let sealed = seal(&ring(K1), owner, "swordfish").unwrap();
            let open = |ring: &MasterKeys| Opener { ring, owner }.open("field", &sealed).err();
            let key_id = "k1".to_owned();
            assert_eq!(open(&ring(K2)), Some(OpenError::MissingKey { key_id: key_id.clone() }));
            let other = ring(&K2.replacen("k2", "k1", 1));
            assert_eq!(open(&other), Some(OpenError::Refused { key_id }));
        });
    }

    #[test]
    fn without_a_key_or_chance_nothing_is_sealed() {
        check(|owner| {
            assert_eq!(seal(&MasterKeys::default(), owner, "x"), Err(SealError::NoMasterKey));
            let ring = ring(K1);
            let mut none = || None;
            let mut sealer = Sealer::new(&ring, owner, &mut none);
            assert_eq!(sealer.seal("field", &Secret::default()), Err(SealError::Failed));
        });
    }

    #[test]
    fn the_length_of_a_secret_is_known_while_it_is_sealed() {
        check(|owner| {
            for len in 0..40 {
                let text = "x".repeat(len);
                assert_eq!(seal(&ring(K1), owner, &text).unwrap().plain_len(), len);
            }
        });
    }

    #[test]
    fn no_secret_is_printed() {
        check(|owner| {
            let ring = ring(K1);
            let sealed = seal(&ring, owner, "swordfish").unwrap();
            assert_eq!(format!("{sealed:?}"), "Sealed(REDACTED)");
        });
    }

    #[test]
    fn a_sealed_secret_is_a_text() {
        check(|owner| {
            let sealed = seal(&ring(K1), owner, "swordfish").unwrap();
            let stored = serde_json::to_string(&sealed).unwrap();
            assert!(stored.starts_with("\"k1.BwcHBwcH"), "{stored}");
            assert_eq!(serde_json::from_str::<Sealed>(&stored).unwrap(), sealed);
            for text in ["", "k1", ".AAEC", "K1.AAEC"] {
                assert_eq!(Sealed::try_from(text.to_owned()), Err(NotSealed), "{text}");
            }
        });
    }
}
