//! The operator's variables that the domain needs for deliveries.

use super::schedule::Schedule;
use crate::base::{Delay, OBJECT_BYTES_MAX, PURGE_EVERY, Timestamp};
use crate::crypto::MasterKeys;
use crate::webhook::TargetPolicy;

/// The configured rules of every Webhook object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The retry schedule (`RETRY_BASE_MS`, `RETRY_MAX_MS`, `RETRY_LIMIT`).
    pub schedule: Schedule,
    /// The longest duration of one attempt (`DELIVERY_TIMEOUT_MS`).
    pub timeout: Delay,
    /// How long a lease outlasts its attempt's timeout (`LEASE_MARGIN_MS`), so that a running
    /// attempt never counts as lost.
    pub lease_margin: Delay,
    /// The allowed targets (`ALLOW_PRIVATE_TARGETS`, `REQUIRE_HTTPS`, `OWN_HOSTS`).
    pub targets: TargetPolicy,
    /// The `User-Agent` of every POST (`USER_AGENT`).
    pub user_agent: String,
    /// The most held events of a webhook that the dispatcher deactivated (`HOLD_EVENTS`).
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
    /// Returns the duration of a lease: the timeout, once the margin for the way to the courier and
    /// once for the way back.
    pub const fn lease(&self) -> Delay {
        self.timeout.plus(self.lease_margin).plus(self.lease_margin)
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
