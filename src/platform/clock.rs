//! The clock. Workers' time stands still while code runs and moves when something was awaited.

use crate::domain::time::Timestamp;

/// The time now.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_ms(worker::Date::now().as_millis())
}
