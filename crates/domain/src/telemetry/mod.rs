//! telemetry

pub mod request_context;
pub mod lines;
pub mod metrics;

pub use self::lines::{Answered, Point, RequestLine, Tried, TryLine};
pub use self::metrics::Measured;
pub use self::request_context::RequestContext;
