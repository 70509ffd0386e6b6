//! Telemetry: the log lines and counters of requests and attempts, and the text of `/metrics`.
//!
//! This room decides what lines, counters and metrics contain: ids, numbers and patterns, and never
//! a query, a header, a body or a key. It must not write them anywhere: `src/runtime/log.rs` and
//! `telemetry.rs` do. Begin with [`lines`].

pub mod request_context;
pub mod lines;
pub mod metrics;

pub use self::lines::{AnsweredRequest, AttemptLine, Point, RequestLine, SettledAttempt};
pub use self::metrics::WebhookMetrics;
pub use self::request_context::RequestContext;
