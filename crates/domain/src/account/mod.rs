//! The state of one account: its webhooks, its limits, its suspension and its deletion.
//!
//! This room decides which webhooks receive an event, how many webhooks an account may have and how
//! many events it may publish, how it is disabled and deleted, what its audit log contains, and how
//! it is listed. It
//! must not depend on the state machine of a webhook (`dispatch`): webhooks report to the account,
//! and the account sends them notices. Begin with [`roster`], the list of an account's webhooks.

pub mod roster;
pub mod suspension;
pub mod erasure;
pub mod audit;
pub mod rate_limit;
pub mod directory;

pub use self::audit::{Action, AuditEntry, AuditEntryView, AuditPage, AuditQuery};
pub use self::directory::{AccountRow, AccountsQuery, DirectoryEntry, NotedAccounts};
pub use self::erasure::{AccountState, DeletionView, Erasure, ErasureRecord, Step};
pub use self::rate_limit::Bucket;
pub use self::roster::{Decision, Group, Roster};
pub use self::suspension::Suspension;
