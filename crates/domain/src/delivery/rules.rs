//! The operator's variables that the domain needs for deliveries.

use super::schedule::{self, Schedule};
use crate::base::{Delay, OBJECT_BYTES_MAX, PURGE_EVERY, TIMEOUT_MAX, Timestamp};
use crate::crypto::MasterKeys;
use crate::webhook::{DeliveryOptions, TargetPolicy};

/// The configured rules of every Webhook object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The retry schedule (`RETRY_BASE_MS`, `RETRY_MAX_MS`, `RETRY_LIMIT`) of a webhook without one
    /// of its own.
    pub schedule: Schedule,
    /// The longest duration of one attempt (`DELIVERY_TIMEOUT_MS`) for a webhook without a timeout
    /// of its own.
    pub timeout: Delay,
    /// How long a lease outlasts its attempt's timeout (`LEASE_MARGIN_MS`), so that a running
    /// attempt never counts as lost.
    pub lease_margin: Delay,
    /// The allowed targets (`ALLOW_PRIVATE_TARGETS`, `REQUIRE_HTTPS`, `OWN_HOSTS`).
    pub targets: TargetPolicy,
    /// The `User-Agent` of every POST (`USER_AGENT`).
    pub user_agent: String,
    /// The most held events of an inactive webhook (`HOLD_EVENTS`).
    pub held_max: u64,
    /// The most deliveries in the backlog of a webhook (`MAX_BACKLOG`).
    pub backlog_max: u64,
    /// The most bytes of events in the backlog of a webhook (`MAX_BACKLOG_BYTES`).
    pub backlog_bytes_max: u64,
    /// The shortest time between two deliveries of a recovery (`RECOVER_PER_SECOND`).
    pub recover_pause: Delay,
    /// How long a delivery is stored after its acceptance (`RETENTION_HOURS`).
    pub retention: Delay,
    /// The size of an object, in bytes, from which it drops the oldest of what it keeps only for
    /// later questions (`HISTORY_BYTES`).
    pub history_bytes: u64,
    /// Whether the bodies of delivered events are discarded (`PAYLOADS`).
    pub discards_payloads: bool,
    /// The keys that seal and open secrets (`MASTER_KEYS`).
    pub master_keys: MasterKeys,
}

impl Rules {
    /// Returns the retry schedule of a webhook. One that was set while the deployment allowed
    /// longer schedules has fewer retries.
    pub fn schedule_of(&self, options: &DeliveryOptions) -> Schedule {
        match options.retry {
            None => self.schedule,
            Some(own) => self.schedule.with(own).within(self.schedule.length()),
        }
    }

    /// Returns the longest duration of an attempt for a webhook.
    pub fn timeout_of(&self, options: &DeliveryOptions) -> Delay {
        options.timeout.unwrap_or(self.timeout)
    }

    /// Returns the duration of a lease for a webhook: the timeout, once the margin for the way to
    /// the courier and once for the way back.
    pub fn lease_of(&self, options: &DeliveryOptions) -> Delay {
        self.lease_with(self.timeout_of(options))
    }

    /// Returns the duration of the longest lease of any webhook.
    pub const fn longest_lease(&self) -> Delay {
        self.lease_with(TIMEOUT_MAX)
    }

    const fn lease_with(&self, timeout: Delay) -> Delay {
        timeout.plus(self.lease_margin).plus(self.lease_margin)
    }

    /// Returns the schedule and the timeout of a webhook in words.
    pub fn schedule_in_words(&self, options: &DeliveryOptions) -> String {
        let timeout = schedule::words(self.timeout_of(options));
        let schedule = self.schedule_of(options).in_words();
        format!("{schedule}; an attempt takes at most {timeout}")
    }

    /// Returns the size of a Webhook object, in bytes, from which it accepts no event: half more
    /// than [`history_bytes`](Self::history_bytes), at most [`OBJECT_BYTES_MAX`].
    pub const fn object_bytes_max(&self) -> u64 {
        let half = self.history_bytes.saturating_div(2);
        let max = self.history_bytes.saturating_add(half);
        if max < OBJECT_BYTES_MAX { max } else { OBJECT_BYTES_MAX }
    }

    /// Returns the time at which a delivery stored at `at` is purged: the end of its retention,
    /// rounded up to a multiple of [`PURGE_EVERY`], so that one alarm purges many of them.
    pub fn purge_time(&self, at: Timestamp) -> Timestamp {
        let kept_until = at.plus(self.retention).as_ms();
        let period = PURGE_EVERY.as_ms();
        Timestamp::from_ms(kept_until.div_ceil(period).saturating_mul(period))
    }
}
