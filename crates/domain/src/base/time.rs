//! Points in time and time spans, in whole milliseconds.
//!
//! Nothing here reads a clock. Arithmetic saturates: a time too late to be represented becomes the
//! latest representable one, which for a due time means "never".

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The Unix epoch. Every time that occurs in the product is later.
    pub const EPOCH: Self = Self(0);

    /// The time `ms` milliseconds after the Unix epoch.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// The time `delay` later.
    #[must_use]
    pub const fn plus(self, delay: Delay) -> Self {
        Self(self.0.saturating_add(delay.0))
    }

    /// The time `delay` earlier, at the earliest the Unix epoch.
    #[must_use]
    pub const fn minus(self, delay: Delay) -> Self {
        Self(self.0.saturating_sub(delay.0))
    }

    /// Formats the time as RFC 3339 in UTC: `2015-02-13T18:57:55.066+00:00`.
    pub fn rfc3339(self) -> String {
        let ms = i64::try_from(self.0).unwrap_or(i64::MAX);
        let time = DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::<Utc>::MAX_UTC);
        time.to_rfc3339_opts(SecondsFormat::Millis, false)
    }

    /// Parses an RFC 3339 time. The error is a sentence that says what was expected.
    pub fn parse_rfc3339(text: &str) -> Result<Self, &'static str> {
        // An unencoded plus in a query string arrives as a space.
        let time = DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok();
        let ms = time.and_then(|time| u64::try_from(time.timestamp_millis()).ok());
        ms.map(Self::from_ms)
            .ok_or("Expected a time by RFC 3339, such as 2026-01-31T12:00:00+00:00.")
    }

    /// The span from `earlier` to this time, zero if this time is not later.
    pub const fn since(self, earlier: Self) -> Delay {
        Delay(self.0.saturating_sub(earlier.0))
    }
}

/// A time span in milliseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Delay(u64);

impl Delay {
    /// The empty span.
    pub const ZERO: Self = Self(0);

    /// A span of `ms` milliseconds.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// A span of `secs` seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000))
    }

    /// The time between two events if there are `count` a second, rounded down to milliseconds. A
    /// `count` of 0 is treated as 1.
    pub const fn between(count: u64) -> Self {
        match 1_000_u64.checked_div(count) {
            Some(ms) => Self(ms),
            None => Self(1_000),
        }
    }

    /// The span in milliseconds.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// The sum of both spans.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The span that is left after `other`, at least zero.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}
