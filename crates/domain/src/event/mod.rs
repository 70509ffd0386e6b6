//! event

pub mod event_type;
pub mod payload;
pub mod sample;

pub use self::event_type::{ALERT, EventType, EventTypes, Operational, PING};
pub use self::payload::{Event, EventError, Payload};
pub use self::sample::Sample;
