//! Events: their types, their bytes, the catalogue of a platform's own types, and samples.
//!
//! This room decides which event types there are, which of them a webhook may subscribe to, and
//! what a published body must contain: a JSON object with a known `event_type`. It must not know
//! who receives an event or read any other member. Begin with [`payload`], then [`event_type`].

pub mod event_type;
pub mod patterns;
pub mod trace;
pub mod payload;
pub mod sample;
pub mod catalogue;

pub use self::catalogue::{EventTypeView, JsonText, TypeDefinition};
pub use self::event_type::{ALERT, EventType, EventTypes, Operational, PING};
pub use self::patterns::{EventPattern, EventPatterns, EventPatternsError};
pub use self::payload::{Event, EventError, Payload};
pub use self::sample::{Sample, SampleName};
pub use self::trace::{TraceContext, TraceError};
