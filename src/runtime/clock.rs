//! The clock. In Workers, time stands still while code runs and advances when I/O has been awaited.

use domain::base::Timestamp;
use worker::js_sys::Date;

/// Returns the current time.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "times of JavaScript are f64, whole and positive"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_ms(Date::now() as u64)
}

/// Returns a time as JavaScript has it.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "times of JavaScript are f64, which is exact for 285,000 years"
)]
pub(crate) fn to_js(at: Timestamp) -> f64 {
    at.as_ms() as f64
}
