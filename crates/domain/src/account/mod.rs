//! account

pub mod roster;
pub mod suspension;
pub mod erasure;
pub mod audit;
pub mod rate_limit;

pub use self::audit::{Action, AuditEntry, AuditEntryView, AuditPage, AuditQuery};
pub use self::erasure::{AccountState, DeletionView, Erasure, ErasureRecord, Step};
pub use self::rate_limit::Bucket;
pub use self::roster::{Decision, Group, Roster};
pub use self::suspension::Suspension;
