//! auth

pub mod principal;
pub mod api_key;
pub mod key_cache;
pub mod key_use;
pub mod credentials;

pub use self::api_key::{KeyHash, KeyRecord, KeyView, MintedKey};
pub use self::credentials::{Credentials, CredentialsError};
pub use self::key_cache::KeyCache;
pub use self::key_use::{KeyUse, KeyUses};
pub use self::principal::{Access, Actor, Scope};
