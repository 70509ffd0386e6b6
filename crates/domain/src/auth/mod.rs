//! Authentication: which key a request carries, and what that key permits.
//!
//! This room decides how a key is read from the `Authorization` header, what is stored of a minted
//! key, when a key expires, and when its use is stored. It must not read KV or hold the configured
//! keys: the Worker looks keys up and compares them. `http` decides which route requires which
//! access. Begin with [`principal`], then [`api_key`].

pub mod principal;
pub mod api_key;
pub mod credentials;
pub mod key_cache;
pub mod key_use;
pub mod key_standing;

pub use self::api_key::{KeyHash, KeyRecord, KeyView, MintedKey};
pub use self::credentials::{Credentials, CredentialsError};
pub use self::key_cache::KeyCache;
pub use self::key_standing::KeyStanding;
pub use self::key_use::{KeyUse, KeyUses};
pub use self::principal::{Access, Actor, Scope};
