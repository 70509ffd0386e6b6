//! The signing keys of one webhook: the one in force, and earlier ones for a while.
//!
//! A rotation puts a new key in force and keeps the one before for a time, so that its receiver can
//! change over without missing a delivery; until then deliveries carry the signatures of both.
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

/// A key as it is kept. Of a pair the public half is kept beside the secret, so that showing it
/// opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningKey {
    /// A symmetric secret.
    Hmac {
        /// The secret.
        secret: StoredSecret,
    },
    /// A pair.
    Ed25519 {
        /// The private half.
        secret: StoredSecret,
        /// The public half.
        public_key: PublicKey,
    },
}

impl SigningKey {
    /// The key of a secret.
    pub fn new(secret: &SigningSecret) -> Self {
        let kept = StoredSecret::Bare(secret.to_text());
        match secret.public_key() {
            None => Self::Hmac { secret: kept },
            Some(public_key) => Self::Ed25519 { secret: kept, public_key },
        }
    }

    /// The same, sealed.
    pub fn close(self, sealer: &mut Sealer<'_>) -> Result<SealedSecrets<Self>, SealError> {
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

    /// The secret.
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

/// A key that was in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EarlierKey {
    key: SigningKey,
    /// When it stops signing.
    until: Timestamp,
}

/// Why a key cannot be put in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotateError {
    /// Too many keys would be live.
    #[error(
        "This webhook has {SIGNING_KEYS_MAX} live signing secrets, the most it may have; the first \
         ends at {}.", first_end.rfc3339()
    )]
    TooMany {
        /// When there is room again.
        first_end: Timestamp,
    },
    /// It signs in another way than the webhook was created for.
    #[error("A webhook's kind of signature cannot be changed.")]
    OtherAlgorithm,
}

/// The keys of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeys {
    current: SigningKey,
    /// The newest first. Some may be over.
    earlier: Vec<EarlierKey>,
}

impl SigningKeys {
    /// One key, which was the first.
    pub const fn new(current: SigningKey) -> Self {
        Self { current, earlier: Vec::new() }
    }

    /// Puts `key` in force at `now` and keeps the one before for `grace`.
    pub fn rotate(
        &self,
        key: SigningKey,
        now: Timestamp,
        grace: Delay,
    ) -> Result<Self, RotateError> {
        if key.algorithm() != self.current.algorithm() {
            return Err(RotateError::OtherAlgorithm);
        }
        let replaced = EarlierKey { key: self.current.clone(), until: now.plus(grace) };
        let earlier = [replaced].into_iter().chain(self.earlier.iter().cloned());
        let earlier: Vec<EarlierKey> = earlier.filter(|key| key.until > now).collect();
        if earlier.len() >= SIGNING_KEYS_MAX {
            let ends = self.earlier.iter().map(|key| key.until).filter(|until| *until > now);
            let first_end = ends.min().unwrap_or(now);
            return Err(RotateError::TooMany { first_end });
        }
        Ok(Self { current: key, earlier })
    }

    /// The key in force.
    pub const fn current(&self) -> &SigningKey {
        &self.current
    }

    /// What the receiver verifies with, if that is not a secret.
    pub const fn public_key(&self) -> Option<&PublicKey> {
        match &self.current {
            SigningKey::Hmac { .. } => None,
            SigningKey::Ed25519 { public_key, .. } => Some(public_key),
        }
    }

    /// The secrets that sign at `now`, the newest first.
    pub fn open(
        &self,
        opener: Opener<'_>,
        now: Timestamp,
    ) -> Result<Vec<SigningSecret>, OpenError> {
        let earlier = self.earlier.iter().filter(|earlier| earlier.until > now);
        let live = [&self.current].into_iter().chain(earlier.map(|earlier| &earlier.key));
        live.map(|key| key.open(opener)).collect()
    }

    /// The same keys, sealed.
    pub(crate) fn sealed(self, sealer: &mut Sealer<'_>) -> Result<Self, SealError> {
        let seal = |EarlierKey { key, until }: EarlierKey| {
            Ok(EarlierKey { key: key.sealed(sealer)?, until })
        };
        let earlier = self.earlier.into_iter().map(seal).collect::<Result<_, _>>()?;
        Ok(Self { current: self.current.sealed(sealer)?, earlier })
    }

    /// Every secret.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &StoredSecret> {
        let keys = core::iter::once(&self.current);
        keys.chain(self.earlier.iter().map(|earlier| &earlier.key)).map(SigningKey::secret)
    }
}
