//! Resealing: secrets that an older master key sealed are sealed again with the first one, so that
//! the older one can be retired.
//!
//! Nothing visible changes, so the record keeps its version. Without a master key the record stays
//! as it is and the next transaction tries again. A secret that does not open stays as it is.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::crypto::{Nonce, Owner, SealError, Sealer};
use crate::webhook::{Record, Stage, Webhook};

/// Whether a record's secrets may still need resealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resealing {
    /// All are sealed with the first master key, or do not open.
    Complete,
    /// There is no record yet, or no master key.
    Open,
}

impl<S: Store> Transaction<'_, S> {
    /// Seals the secrets again that are not sealed with the first master key. `nonces` returns a
    /// random nonce for each secret.
    pub fn reseal(
        &mut self,
        nonces: &mut dyn FnMut() -> Option<Nonce>,
    ) -> Result<Resealing, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Resealing::Open) };
        let (Stage::Creating { webhook, .. } | Stage::Live(webhook)) = &record.stage else {
            return Ok(Resealing::Complete);
        };
        if webhook.configuration.is_sealed_with_first_key(&self.rules.master_keys) {
            return Ok(Resealing::Complete);
        }
        let owner = Owner { account: &record.account, webhook: &record.id };
        let mut sealer = Sealer::new(&self.rules.master_keys, owner, nonces);
        match webhook.configuration.clone().sealed(&mut sealer) {
            Ok(configuration) if configuration == webhook.configuration => Ok(Resealing::Complete),
            Ok(configuration) => {
                let webhook = Webhook { configuration, ..webhook.clone() };
                let stage = match record.stage {
                    Stage::Creating { until, .. } => Stage::Creating { until, webhook },
                    Stage::Live(_) | Stage::Deleting => Stage::Live(webhook),
                };
                self.put(&Record { stage, ..record })?;
                Ok(Resealing::Complete)
            }
            Err(SealError::NoMasterKey) => Ok(Resealing::Open),
            Err(error @ SealError::Failed) => Err(StoreError(error.to_string())),
        }
    }
}
