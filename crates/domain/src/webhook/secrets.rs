//! Seals a webhook's secrets before they are sent to its object and stored, and opens them for one
//! POST.

use super::basic_auth::{OpenBasicAuth, seal_password};
use super::configuration::{Configuration, NewWebhook, WebhookChange};
use crate::base::{Secret, Timestamp};
use crate::crypto::{
    MasterKeys, OpenError, Opener, SealError, SealedSecrets, Sealer, SigningSecret, StoredSecret,
};

/// The opened secrets of a webhook.
#[derive(Debug, Clone)]
pub struct OpenSecrets {
    /// The credentials for the receiver, if there are any.
    pub basic_auth: Option<OpenBasicAuth>,
    /// The names and values of the additional headers.
    pub additional_headers: Vec<(String, Secret)>,
    /// The secrets that sign the POST, newest first.
    pub signing: Vec<SigningSecret>,
}

impl NewWebhook {
    /// Seals every secret.
    pub fn seal(self, sealer: &mut Sealer<'_>) -> Result<SealedSecrets<Self>, SealError> {
        let configuration = self.configuration.sealed(sealer)?;
        Ok(SealedSecrets::new(Self { configuration, ..self }))
    }
}

impl WebhookChange {
    /// Seals every new secret. A change without new secrets needs no master key.
    pub fn seal(self, sealer: &mut Sealer<'_>) -> Result<SealedSecrets<Self>, SealError> {
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
    /// Opens the secrets for a POST at `now`.
    pub fn open(&self, opener: Opener<'_>, now: Timestamp) -> Result<OpenSecrets, OpenError> {
        Ok(OpenSecrets {
            basic_auth: self.basic_auth.open(opener)?,
            additional_headers: self.additional_headers.open(opener)?,
            signing: self.signing.open(opener, now)?,
        })
    }

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
    pub fn is_sealed_with_first_key(&self, ring: &MasterKeys) -> bool {
        self.secrets().all(|secret| secret.is_current(ring))
    }

    fn secrets(&self) -> impl Iterator<Item = &StoredSecret> {
        let headers = self.additional_headers.iter().map(|(_, value)| value);
        self.basic_auth.password().into_iter().chain(headers).chain(self.signing.secrets())
    }
}
