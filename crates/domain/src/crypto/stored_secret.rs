//! A secret of a webhook: bare or sealed.
//!
//! A secret is bare from the request that brings it until it is sealed. [`SealedSecrets`] proves
//! that a value contains no bare secret, and only such values are sent to an object.

use core::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::encryption::{OpenError, Opener, SealError, Sealed, Sealer};
use super::master_keys::MasterKeys;
use crate::base::Secret;

/// A secret of a webhook.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredSecret {
    /// The secret as a request brought it.
    Bare(Secret),
    /// The secret as it is stored.
    Sealed(Sealed),
}

impl StoredSecret {
    /// The length of the plain secret, in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Bare(secret) => secret.expose().len(),
            Self::Sealed(sealed) => sealed.plain_len(),
        }
    }

    /// Whether the plain secret is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the secret is sealed.
    pub const fn is_sealed(&self) -> bool {
        matches!(self, Self::Sealed(_))
    }

    /// Whether the secret is sealed with the first master key.
    pub fn is_current(&self, ring: &MasterKeys) -> bool {
        match self {
            Self::Bare(_) => false,
            Self::Sealed(sealed) => sealed.is_current(ring),
        }
    }

    /// Seals the secret of a field. If another master key sealed it, it is sealed again with the
    /// first one; if it does not open, it is returned unchanged.
    pub fn sealed(self, sealer: &mut Sealer<'_>, field: &str) -> Result<Self, SealError> {
        match self {
            Self::Bare(secret) => sealer.seal(field, &secret).map(Self::Sealed),
            Self::Sealed(before) => sealer.reseal(field, before).map(Self::Sealed),
        }
    }

    /// Opens the secret of a field.
    pub fn open(&self, opener: Opener<'_>, field: &str) -> Result<Secret, OpenError> {
        match self {
            Self::Bare(secret) => Ok(secret.clone()),
            Self::Sealed(sealed) => opener.open(field, sealed),
        }
    }
}

impl From<Secret> for StoredSecret {
    fn from(secret: Secret) -> Self {
        Self::Bare(secret)
    }
}

impl fmt::Debug for StoredSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_sealed() { "Sealed(REDACTED)" } else { "Bare(REDACTED)" })
    }
}

/// The serialized form of a bare secret: an object, so that no text can pass for a sealed secret.
#[derive(Deserialize)]
struct Bare {
    bare: Secret,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Serialized {
    Sealed(Sealed),
    Bare(Bare),
}

impl Serialize for StoredSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Sealed(sealed) => sealed.serialize(serializer),
            Self::Bare(secret) => {
                let mut object = serializer.serialize_struct("Bare", 1)?;
                object.serialize_field("bare", secret.expose())?;
                object.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for StoredSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Serialized::deserialize(deserializer)? {
            Serialized::Sealed(sealed) => Self::Sealed(sealed),
            Serialized::Bare(Bare { bare }) => Self::Bare(bare),
        })
    }
}

/// A value without bare secrets. It is made by sealing, or by deserializing a sealed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecrets<T>(T);

impl<T> SealedSecrets<T> {
    /// Wraps a value. Every secret in it must have passed [`StoredSecret::sealed`].
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}
