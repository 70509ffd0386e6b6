//! The rules in force: what the operator's variables say, as the domain needs it.

use super::schedule::Schedule;
use super::state::Holder;
use crate::base::{Delay, PURGE_EVERY, Timestamp};
use crate::crypto::MasterKeys;
use crate::webhook::TargetPolicy;

/// What a Webhook object goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// When a failed delivery is tried again.
    pub schedule: Schedule,
    /// The longest that one try may take (`DELIVERY_TIMEOUT_MS`).
    pub timeout: Delay,
    /// How much longer than its try a lease lasts (`LEASE_MARGIN_MS`), so that a try that is still
    /// running is never taken for lost.
    pub lease_margin: Delay,
    /// Which targets may be POSTed to.
    pub targets: TargetPolicy,
    /// The `User-Agent` of every POST (`USER_AGENT`).
    pub user_agent: String,
    /// How many events are held for a webhook that the dispatcher switched off (`HOLD_EVENTS`).
    pub held_max: u64,
    /// How many deliveries may wait for a webhook or be on their way (`MAX_BACKLOG`).
    pub backlog_max: u64,
    /// How many bytes their events may have together (`MAX_BACKLOG_BYTES`).
    pub backlog_bytes_max: u64,
    /// The least time between two deliveries that a recovery takes up (`RECOVER_PER_SECOND`).
    pub recover_pause: Delay,
    /// How long a delivery is kept after it was accepted (`RETENTION_HOURS`).
    pub retention: Delay,
    /// Whether the body of what has arrived is not kept (`PAYLOADS`).
    pub discards_payloads: bool,
    /// What secrets are sealed and opened with (`MASTER_KEYS`).
    pub master_keys: MasterKeys,
}

impl Rules {
    /// How long a lease lasts. The Worker has twice the margin: it begins after its answer has come
    /// back to it.
    pub const fn lease(&self, holder: Holder) -> Delay {
        let margin = match holder {
            Holder::Object => self.lease_margin,
            Holder::Worker => self.lease_margin.plus(self.lease_margin),
        };
        self.timeout.plus(margin)
    }

    /// When what was stored at `at` is purged: the first full period after its retention, so that
    /// much is purged by one alarm.
    pub fn purge_time(&self, at: Timestamp) -> Timestamp {
        let kept_until = at.plus(self.retention).as_ms();
        let period = PURGE_EVERY.as_ms();
        Timestamp::from_ms(kept_until.div_ceil(period).saturating_mul(period))
    }
}
