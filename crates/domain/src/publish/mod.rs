//! publish

pub mod fanout;
pub mod first_attempts;
pub mod idempotency;
pub mod admission;
pub mod create_claim;

pub use self::admission::{Admission, PublishPolicy};
pub use self::create_claim::Claim;
pub use self::fanout::{Ask, Fanout, Offer, Plan, PlannedEvent, Published};
pub use self::first_attempts::FirstTries;
pub use self::idempotency::{Clock, Fingerprint, IdempotencyKey, IdempotencyRecord, Keyed, Work};
