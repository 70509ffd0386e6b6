//! The alarm of an Account object.

use domain::base::PURGE_AT_ONCE_MAX;
use domain::publish::{KeyedWork, StepClock};
use storage::SqlKeyStore;

use super::state::{CachedState, Inner};
use super::tables;
use crate::runtime::alarm;
use crate::runtime::internal_error::InternalError;

impl Inner {
    /// Does what is due. The alarm is set again before any webhook is called, so that calls that a
    /// crash prevents are made later.
    pub(crate) async fn run_maintenance(&self) -> Result<(), InternalError> {
        self.purge().await?;
        self.continue_erasure().await?;
        self.notify_webhooks().await
    }

    /// Deletes expired removals and idempotency records, stores which publishes are complete, and
    /// sets the alarm for the next ones to delete.
    pub(crate) async fn purge(&self) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let (clock, limits) = (self.clock()?, self.key_limits()?);
        let StepClock { now, .. } = clock;
        self.change(|sql, CachedState { roster, keys, open_publishes, .. }| {
            for id in roster.purge_removed(now, PURGE_AT_ONCE_MAX) {
                tables::forget_removal(sql, id.as_str())?;
            }
            let mut store = SqlKeyStore::open(sql, keys, now, limits);
            store.purge(PURGE_AT_ONCE_MAX)?;
            KeyedWork::new(&mut store, open_publishes, clock).store_complete()
        })?;
        self.set_alarm(armed, now).await
    }
}
