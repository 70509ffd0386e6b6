//! The state machine of one webhook: what its object does with each call and each alarm.
//!
//! Every step is a method of [`Transaction`], which reads and writes through the port [`Store`] and
//! collects [`Effect`]s to be carried out after the commit. The room decides when a delivery is
//! attempted, retried, held, recovered or skipped, and when the webhook is deactivated. It does not
//! know the platform, HTTP requests or the account's own state. Begin with `transaction`, then
//! `lease` and `settle`.

pub mod store;
pub mod transaction;
pub(crate) mod send;
pub mod recovery;
pub(crate) mod lease;
pub(crate) mod state;
pub(crate) mod waiting;
pub mod operational;
pub mod projection;
pub mod settle;
pub mod accept;
pub mod lifecycle;
pub mod listener;
pub mod on_demand;
pub mod reseal;
pub mod read;
pub mod wakeup;

pub use self::accept::{Acceptance, Accepted, Grant, Judged, NewEvent, Refusal};
pub use self::lifecycle::{Created, Rotated, Updated};
pub use self::on_demand::{Recovered, Resent, ResentMany, Skipped};
pub use self::read::{Sent, SentRequest, Stats};
pub use self::reseal::Resealing;
pub use self::settle::Settled;
pub use self::store::{OpenLeases, Store, StoreError};
pub use self::transaction::{
    Acknowledgement, AttemptReport, Effect, ListenerEnd, SendJob, Transaction,
};
pub use self::wakeup::{Ended, alarm_to_set};
