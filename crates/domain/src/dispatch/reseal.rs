//! Taking over a record of the first release, whose webhook is given a signing key and whose
//! secrets are sealed, and one whose secrets an older master key has sealed: they are sealed anew
//! with the first, so that the older one can be retired.
//!
//! Nothing that can be seen from outside changes by it, so it makes no new version. Without a
//! master key the webhook goes on as it was, unsigned, and the next turn tries again. What does not
//! open stays as it is.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::crypto::{
    Algorithm, Nonce, Owner, SealError, Sealer, SigningEntropy, SigningKey, SigningKeys,
    SigningSecret,
};
use crate::webhook::{Record, Stage, Webhook};

/// Whether a record needs to be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resealing {
    /// No: it is as this release writes it.
    Complete,
    /// Yes: there is none yet, or no master key.
    Open,
}

impl<S: Store> Transaction<'_, S> {
    /// Seals what is not sealed, or not with the first master key. `entropy` is what a signing key
    /// is made of if there is none.
    pub fn reseal(
        &mut self,
        entropy: SigningEntropy,
        nonces: &mut dyn FnMut() -> Option<Nonce>,
    ) -> Result<Resealing, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Resealing::Open) };
        let (Stage::Creating { webhook, .. } | Stage::Live(webhook)) = &record.stage else {
            return Ok(Resealing::Complete);
        };
        if webhook.configuration.is_sealed_anew(&self.rules.master_keys) {
            return Ok(Resealing::Complete);
        }
        let owner = Owner { account: &record.account, webhook: &record.id };
        let mut sealer = Sealer::new(&self.rules.master_keys, owner, nonces);
        match adopted(webhook, entropy, &mut sealer) {
            Ok(adopted) if adopted == *webhook => Ok(Resealing::Complete),
            Ok(webhook) => {
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

fn adopted(
    webhook: &Webhook,
    entropy: SigningEntropy,
    sealer: &mut Sealer<'_>,
) -> Result<Webhook, SealError> {
    let mut webhook = webhook.clone();
    webhook.configuration.signing.get_or_insert_with(|| {
        SigningKeys::new(SigningKey::new(&SigningSecret::generate(Algorithm::Hmac, entropy)))
    });
    webhook.configuration = webhook.configuration.sealed(sealer)?;
    Ok(webhook)
}
