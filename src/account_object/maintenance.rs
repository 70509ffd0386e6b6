//! The alarm of an Account object.

use domain::base::PURGE_AT_ONCE_MAX;
use domain::publish::StepClock;

use super::state::Inner;
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

    /// Deletes expired removals and idempotency records, and sets the alarm for the next ones.
    pub(crate) async fn purge(&self) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let StepClock { now, kept } = self.clock()?;
        let gone = self.with_roster(|roster| roster.purge_removed(now))?;
        self.write(|sql| {
            gone.iter().try_for_each(|id| tables::forget_removal(sql, id.as_str()))?;
            tables::purge_idempotency_records(sql, now.minus(kept), PURGE_AT_ONCE_MAX)
        })?;
        self.set_alarm(armed, now).await
    }
}
