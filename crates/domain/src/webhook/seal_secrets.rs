//! Seals every secret of what is sent to an object or stored there.

use super::basic_auth::seal_password;
use super::configuration::{Configuration, NewWebhook, WebhookChange};
use crate::crypto::{MasterKeys, SealError, SealedSecrets, Sealer, StoredSecret};

impl NewWebhook {
    /// Seals every secret.
    pub fn close(self, sealer: &mut Sealer<'_>) -> Result<SealedSecrets<Self>, SealError> {
        let configuration = self.configuration.sealed(sealer)?;
        Ok(SealedSecrets::new(Self { configuration, ..self }))
    }
}

impl WebhookChange {
    /// Seals every new secret. A change without new secrets needs no master key.
    pub fn close(self, sealer: &mut Sealer<'_>) -> Result<SealedSecrets<Self>, SealError> {
        let password = self.basic_auth_password.map(|change| {
            change.try_map(|password| {
                password.map(|password| seal_password(password, sealer)).transpose()
            })
        });
        let basic_auth_password = password.transpose()?;
        let headers = self.additional_headers.map(|headers| headers.sealed(sealer));
        let additional_headers = headers.transpose()?;
        Ok(SealedSecrets::new(Self { basic_auth_password, additional_headers, ..self }))
    }
}

impl Configuration {
    /// Seals every secret.
    pub(crate) fn sealed(self, sealer: &mut Sealer<'_>) -> Result<Self, SealError> {
        Ok(Self {
            basic_auth: self.basic_auth.sealed(sealer)?,
            additional_headers: self.additional_headers.sealed(sealer)?,
            signing: self.signing.sealed(sealer)?,
            ..self
        })
    }

    /// Whether every secret is sealed.
    pub fn is_sealed(&self) -> bool {
        self.secrets().all(StoredSecret::is_sealed)
    }

    /// Whether every secret is sealed with the first master key. No secret is opened.
    pub fn is_sealed_anew(&self, ring: &MasterKeys) -> bool {
        self.secrets().all(|secret| secret.is_current(ring))
    }

    fn secrets(&self) -> impl Iterator<Item = &StoredSecret> {
        let headers = self.additional_headers.iter().map(|(_, value)| value);
        self.basic_auth.password().into_iter().chain(headers).chain(self.signing.secrets())
    }
}
