//! The clock. Workers' time stands still while code runs and moves when something was awaited.

use domain::base::Timestamp;
use worker::js_sys::Date;

/// The time now.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "times of JavaScript are f64, whole and positive"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_ms(Date::now() as u64)
}
