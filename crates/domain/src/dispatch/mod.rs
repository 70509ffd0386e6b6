//! dispatch

pub mod store;
pub mod transaction;
pub mod backlog_count;
pub mod reseal;
pub mod operational;
pub mod recover;
pub mod lease;
pub mod settle;
pub mod discard;
pub mod accept;
pub mod resend;
pub mod stats;
pub mod lifecycle;
pub mod suspend;

pub use self::accept::{Acceptance, Accepted, Grant, NewEvent, Refusal};
pub use self::lifecycle::{Created, Rotated, Updated};
pub use self::recover::Recovered;
pub use self::reseal::Resealing;
pub use self::resend::{Resent, Skipped};
pub use self::settle::Settled;
pub use self::stats::Stats;
pub use self::store::{OpenLeases, Store, StoreError};
pub use self::transaction::{Acknowledgement, AttemptReport, Effect, SendJob, Transaction};
