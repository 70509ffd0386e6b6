//! Cryptography: secrets sealed at rest, and signatures of deliveries.
//!
//! This room decides how a secret is sealed, with which master key, and how a delivery is signed
//! under Standard Webhooks. It must not know which fields a webhook has, draw random bytes or read
//! a variable: the caller supplies all three. Begin with [`encryption`], then [`signing`].

pub mod master_keys;
pub mod encryption;
pub mod stored_secret;
pub mod signing;
pub mod signing_keys;

pub use self::encryption::{Nonce, OpenError, Opener, Owner, SealError, Sealed, Sealer};
pub use self::master_keys::{KeyRingError, MASTER_KEYS, MasterKeys};
pub use self::signing::{Algorithm, PublicKey, SigningEntropy, SigningSecret, SigningSecretError};
pub use self::signing_keys::{RotateError, SigningKey, SigningKeys};
pub use self::stored_secret::{SealedSecrets, StoredSecret};
