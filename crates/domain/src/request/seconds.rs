//! A span of time in a request: whole seconds within bounds.

use serde_json::value::RawValue;
use thiserror::Error;

use crate::base::Delay;

/// Why a number of seconds is not taken. The bounds are in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum SecondsError {
    #[error("A valid integer is required.")]
    NotAnInteger,
    #[error("Ensure this value is greater than or equal to {0}.")]
    TooShort(u64),
    #[error("Ensure this value is less than or equal to {0}.")]
    TooLong(u64),
}

/// Reads a span from `min` to `max`.
pub(crate) fn read(value: &RawValue, min: Delay, max: Delay) -> Result<Delay, SecondsError> {
    let number: serde_json::Number =
        serde_json::from_str(value.get()).map_err(|_| SecondsError::NotAnInteger)?;
    if number.is_f64() {
        return Err(SecondsError::NotAnInteger);
    }
    let too_short = SecondsError::TooShort(min.as_ms() / 1_000);
    match number.as_u64().map(Delay::from_secs) {
        None => Err(too_short),
        Some(span) if span < min => Err(too_short),
        Some(span) if span > max => Err(SecondsError::TooLong(max.as_ms() / 1_000)),
        Some(span) => Ok(span),
    }
}
