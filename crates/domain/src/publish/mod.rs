//! Publishing: which webhooks an event is offered to, and what the publisher is answered.
//!
//! This room decides whether an account admits a publish, how its events are offered to webhooks,
//! which first attempts the Worker makes, and what a repeat with an idempotency key does. It must
//! not make calls, wait or store anything: the Worker (`src/worker/publish/`) and the Account
//! object do that. Begin with [`fanout`], then [`admission`].

pub mod fanout;
pub mod filtering;
pub mod attempt_budget;
pub mod idempotency;
pub mod open_publishes;
pub mod admission;
pub mod create_claim;
pub mod keyed_work;

pub use self::admission::{Admission, PublishLimits};
pub use self::attempt_budget::AttemptBudget;
pub use self::create_claim::Claim;
pub use self::fanout::{Fanout, Offer, OfferCall, Plan, PlannedEvent, Published, Routes};
pub use self::filtering::{Filtered, Filters};
pub use self::idempotency::{
    Fingerprint, IdempotencyKey, IdempotencyRecord, KeyedRequest, PublishNumber, Run, StepClock,
    Work,
};
pub use self::keyed_work::{KeyStore, KeyedWork};
pub use self::open_publishes::OpenPublishes;
