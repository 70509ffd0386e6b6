//! A secret as it is kept: sealed, or bare as it came in.
//!
//! A secret is bare between the request that brings it and its sealing. [`SealedSecrets`] proves
//! that a value has no bare secret left; only such values are sent to an object.

use core::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::encryption::{OpenError, Opener, SealError, Sealed, Sealer};
use super::master_keys::MasterKeys;
use crate::base::Secret;

/// A secret that a webhook keeps.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredSecret {
    /// As it came in.
    Bare(Secret),
    /// As it is stored.
    Sealed(Sealed),
}

impl StoredSecret {
    /// How many bytes the secret has.
    pub fn len(&self) -> usize {
        match self {
            Self::Bare(secret) => secret.expose().len(),
            Self::Sealed(sealed) => sealed.plain_len(),
        }
    }

    /// Whether the secret has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is sealed.
    pub const fn is_sealed(&self) -> bool {
        matches!(self, Self::Sealed(_))
    }

    /// Whether it is sealed, with the key that seals now.
    pub fn is_current(&self, ring: &MasterKeys) -> bool {
        match self {
            Self::Bare(_) => false,
            Self::Sealed(sealed) => sealed.is_current(ring),
        }
    }

    /// The same, sealed for a field; with the key that seals now, if it opens.
    pub fn sealed(self, sealer: &mut Sealer<'_>, field: &str) -> Result<Self, SealError> {
        match self {
            Self::Bare(secret) => sealer.seal(field, &secret).map(Self::Sealed),
            Self::Sealed(before) => sealer.renew(field, before).map(Self::Sealed),
        }
    }

    /// The secret of a field.
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

/// How a bare secret is written: an object, so that no text can pass for a sealed one.
#[derive(Deserialize)]
struct Bare {
    bare: Secret,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
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
        Ok(match Written::deserialize(deserializer)? {
            Written::Sealed(sealed) => Self::Sealed(sealed),
            Written::Bare(Bare { bare }) => Self::Bare(bare),
        })
    }
}

/// A value without a bare secret. Only sealing makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecrets<T>(T);

impl<T> SealedSecrets<T> {
    /// Says of a value that each of its secrets went through [`StoredSecret::sealed`].
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// The value, taken out.
    pub fn into_inner(self) -> T {
        self.0
    }
}
