//! The signing keys of a webhook: the current key, and earlier ones for a limited time.
//!
//! A rotation makes a new key the current one and keeps the replaced key for a grace period. During
//! that period, deliveries carry the signatures of both keys, so the receiver can change over
//! without missing a delivery.
//!
//! Invariant: at most [`SIGNING_KEYS_MAX`] keys are live at any time.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::encryption::{OpenError, Opener, SealError, Sealer};
use super::signing::{Algorithm, PublicKey, SigningSecret};
use super::stored_secret::{SealedSecrets, StoredSecret};
use crate::base::{Delay, SIGNING_KEYS_MAX, Timestamp};

/// The field that a signing secret is sealed for.
const FIELD: &str = "signing_secret";

/// A signing key as it is stored. A public key is stored in plain text, so it can be shown without
/// opening the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningKey {
    /// An HMAC secret.
    Hmac {
        /// The secret.
        secret: StoredSecret,
    },
    /// An Ed25519 key pair.
    Ed25519 {
        /// The private key.
        secret: StoredSecret,
        /// The public key.
        public_key: PublicKey,
    },
}

impl SigningKey {
    /// Makes the signing key of a secret.
    pub fn new(secret: &SigningSecret) -> Self {
        let kept = StoredSecret::Bare(secret.to_text());
        match secret.public_key() {
            None => Self::Hmac { secret: kept },
            Some(public_key) => Self::Ed25519 { secret: kept, public_key },
        }
    }

    /// Seals the secret.
    pub fn seal(self, sealer: &mut Sealer<'_>) -> Result<SealedSecrets<Self>, SealError> {
        self.sealed(sealer).map(SealedSecrets::new)
    }

    fn sealed(self, sealer: &mut Sealer<'_>) -> Result<Self, SealError> {
        Ok(match self {
            Self::Hmac { secret } => Self::Hmac { secret: secret.sealed(sealer, FIELD)? },
            Self::Ed25519 { secret, public_key } => {
                Self::Ed25519 { secret: secret.sealed(sealer, FIELD)?, public_key }
            }
        })
    }

    /// Opens the secret.
    pub fn open(&self, opener: Opener<'_>) -> Result<SigningSecret, OpenError> {
        let text = self.secret().open(opener, FIELD)?;
        text.expose().parse().map_err(|_| OpenError::Unreadable)
    }

    const fn secret(&self) -> &StoredSecret {
        match self {
            Self::Hmac { secret } | Self::Ed25519 { secret, .. } => secret,
        }
    }

    const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hmac { .. } => Algorithm::Hmac,
            Self::Ed25519 { .. } => Algorithm::Ed25519,
        }
    }
}

/// A key that a rotation replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EarlierKey {
    key: SigningKey,
    /// The time at which the key stops signing.
    until: Timestamp,
}

/// Why a rotation is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotateError {
    /// Too many keys would be live.
    #[error(
        "This webhook has {SIGNING_KEYS_MAX} live signing secrets, the most it may have; the first \
         ends at {}.", first_end.rfc3339()
    )]
    TooMany {
        /// The earliest time at which one of the live keys stops signing.
        first_end: Timestamp,
    },
    /// The new key has another algorithm than the webhook was created with.
    #[error("A webhook's kind of signature cannot be changed.")]
    OtherAlgorithm,
}

/// The signing keys of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeys {
    current: SigningKey,
    /// The replaced keys, newest first. Some may have expired.
    earlier: Vec<EarlierKey>,
}

impl SigningKeys {
    /// The keys of a webhook whose key was never rotated.
    pub const fn new(current: SigningKey) -> Self {
        Self { current, earlier: Vec::new() }
    }

    /// Makes `key` the current key at `now`. The replaced key keeps signing for `grace`. If `key`
    /// is the current key already, nothing changes; if it is an earlier one, it signs once all the
    /// same.
    pub fn rotate(
        &self,
        key: SigningKey,
        now: Timestamp,
        grace: Delay,
        opener: Opener<'_>,
    ) -> Result<Self, RotateError> {
        if key.algorithm() != self.current.algorithm() {
            return Err(RotateError::OtherAlgorithm);
        }
        // A key that does not open cannot be compared. It is not the new one, which was just
        // sealed.
        let new = key.open(opener).ok();
        let is_new = |known: &SigningKey| {
            let known = known.open(opener).ok();
            new.as_ref().zip(known).is_some_and(|(new, known)| new.equals(&known))
        };
        if is_new(&self.current) {
            return Ok(self.clone());
        }
        let replaced = EarlierKey { key: self.current.clone(), until: now.plus(grace) };
        let live = self.earlier.iter().filter(|earlier| !is_new(&earlier.key)).cloned();
        let earlier = [replaced].into_iter().chain(live);
        let earlier: Vec<EarlierKey> = earlier.filter(|key| key.until > now).collect();
        if earlier.len() >= SIGNING_KEYS_MAX {
            let ends = self.earlier.iter().map(|key| key.until).filter(|until| *until > now);
            let first_end = ends.min().unwrap_or(now);
            return Err(RotateError::TooMany { first_end });
        }
        Ok(Self { current: key, earlier })
    }

    /// The current key.
    pub const fn current(&self) -> &SigningKey {
        &self.current
    }

    /// The algorithm of all keys.
    pub const fn algorithm(&self) -> Algorithm {
        self.current.algorithm()
    }

    /// The current public key; `None` for HMAC.
    pub const fn public_key(&self) -> Option<&PublicKey> {
        match &self.current {
            SigningKey::Hmac { .. } => None,
            SigningKey::Ed25519 { public_key, .. } => Some(public_key),
        }
    }

    /// Opens the secrets that sign at `now`, newest first.
    pub fn open(
        &self,
        opener: Opener<'_>,
        now: Timestamp,
    ) -> Result<Vec<SigningSecret>, OpenError> {
        let earlier = self.earlier.iter().filter(|earlier| earlier.until > now);
        let live = [&self.current].into_iter().chain(earlier.map(|earlier| &earlier.key));
        live.map(|key| key.open(opener)).collect()
    }

    /// Seals every secret.
    pub(crate) fn sealed(self, sealer: &mut Sealer<'_>) -> Result<Self, SealError> {
        let seal = |EarlierKey { key, until }: EarlierKey| {
            Ok(EarlierKey { key: key.sealed(sealer)?, until })
        };
        let earlier = self.earlier.into_iter().map(seal).collect::<Result<_, _>>()?;
        Ok(Self { current: self.current.sealed(sealer)?, earlier })
    }

    /// The secrets of all keys, including expired ones.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &StoredSecret> {
        let keys = core::iter::once(&self.current);
        keys.chain(self.earlier.iter().map(|earlier| &earlier.key)).map(SigningKey::secret)
    }
}
