//! What a Webhook object does when its account is disabled or enabled.
//!
//! A suspended webhook sends nothing. Its queue, its state and the reason for it stay as they are,
//! and it takes in what its account lets through: a publish that was let in before the account was
//! disabled, or after it was enabled and before that is known here.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::webhook::{Stage, SuspensionNotice};

impl<S: Store> Transaction<'_, S> {
    /// Takes in a notice of the account. An older one than is known changes nothing.
    pub fn apply_suspension(&mut self, notice: SuspensionNotice) -> Result<(), StoreError> {
        let Some(mut record) = self.store.record()? else { return Ok(()) };
        let (Stage::Creating { webhook, .. } | Stage::Live(webhook)) = &mut record.stage else {
            return Ok(());
        };
        if notice.number <= webhook.notice.number {
            return Ok(());
        }
        webhook.notice = notice;
        match &record.stage {
            // Its first report is on its way; nobody was shown it yet.
            Stage::Creating { .. } | Stage::Deleting => self.put(&record),
            Stage::Live(_) => {
                record.change();
                self.publish(record)?;
                if let Some(record) = self.store.record()? {
                    self.lease_due(&record)?;
                }
                Ok(())
            }
        }
    }
}
