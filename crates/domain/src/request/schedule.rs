//! The retry schedule and the timeout of a webhook in a request: the fields `retry` and
//! `timeout_ms`.

use thiserror::Error;

use super::field::{FieldError, Sent};
use crate::base::{Delay, RETRIES_MAX, RETRY_DELAY_MAX, TIMEOUT_MAX, TIMEOUT_MIN};
use crate::delivery::Schedule;
use crate::json::{Kind, members};
use crate::webhook::RetryOptions;

/// Why a retry schedule is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum RetryError {
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error("Unknown key \"{0}\": the keys are limit, base_ms and max_ms.")]
    UnknownKey(String),
    #[error("\"{0}\" is there twice.")]
    KeyTwice(String),
    #[error("{key}: A whole number from {min} to {max} is required.")]
    NotInRange { key: &'static str, min: u32, max: u32 },
    #[error("base_ms may not exceed max_ms, which is {}.", max.as_ms())]
    BaseExceedsMax { max: Delay },
    /// The schedule takes longer than that of the deployment.
    #[error(
        "The {} retries would take {} ms; at most {} ms are allowed.",
        own.retries, own.length().as_ms(), longest.as_ms()
    )]
    TooLong { own: Schedule, longest: Delay },
}

impl Sent<'_> {
    /// Parses the longest duration of an attempt, in milliseconds. `null` and empty text mean that
    /// of the deployment.
    pub(crate) fn timeout(self) -> Result<Option<Delay>, FieldError> {
        let number = self.whole_number(ms(TIMEOUT_MIN), ms(TIMEOUT_MAX))?;
        Ok(number.map(|ms| Delay::from_ms(ms.into())))
    }

    /// Parses a retry schedule. `null` and an empty object mean that of the deployment.
    pub(crate) fn retry(self, deployment: &Schedule) -> Result<Option<RetryOptions>, RetryError> {
        let json = match (self.kind(), &self) {
            (Kind::Null, _) => return Ok(None),
            (Kind::Dict, Sent::Nested(json)) => json,
            (kind, _) => return Err(FieldError::NotADictionary(kind).into()),
        };
        let members = members(json).map_err(|error| FieldError::in_string(&error))?;
        let mut own = RetryOptions::default();
        let mut seen: Vec<String> = Vec::new();
        for (key, value) in members {
            let value = Sent::json(value);
            match key.as_str() {
                "limit" => {
                    let max = deployment.retries.max(RETRIES_MAX);
                    own.limit = in_range("limit", value, 0, max)?;
                }
                "base_ms" => own.base = delay("base_ms", value)?,
                "max_ms" => own.max = delay("max_ms", value)?,
                _ => return Err(RetryError::UnknownKey(key)),
            }
            if seen.contains(&key) {
                return Err(RetryError::KeyTwice(key));
            }
            seen.push(key);
        }
        check(own, deployment)?;
        Ok((own != RetryOptions::default()).then_some(own))
    }
}

/// Checks a retry schedule as a whole.
fn check(own: RetryOptions, deployment: &Schedule) -> Result<(), RetryError> {
    let max = own.max.unwrap_or(deployment.max);
    if own.base.is_some_and(|base| base > max) {
        return Err(RetryError::BaseExceedsMax { max });
    }
    let (own, longest) = (deployment.with(own), deployment.length());
    if own.length() > longest {
        return Err(RetryError::TooLong { own, longest });
    }
    Ok(())
}

/// Parses a delay in milliseconds. `null` and empty text mean that of the deployment.
fn delay(key: &'static str, value: Sent<'_>) -> Result<Option<Delay>, RetryError> {
    let number = in_range(key, value, 1, ms(RETRY_DELAY_MAX))?;
    Ok(number.map(|ms| Delay::from_ms(ms.into())))
}

/// Parses a number. `null` and empty text mean that of the deployment.
fn in_range(
    key: &'static str,
    value: Sent<'_>,
    min: u32,
    max: u32,
) -> Result<Option<u32>, RetryError> {
    value.whole_number(min, max).map_err(|_| RetryError::NotInRange { key, min, max })
}

fn ms(delay: Delay) -> u32 {
    u32::try_from(delay.as_ms()).unwrap_or(u32::MAX)
}
