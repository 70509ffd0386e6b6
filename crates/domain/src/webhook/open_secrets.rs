//! The secrets of a webhook, opened for one POST.

use super::basic_auth::OpenedAuth;
use super::configuration::Configuration;
use crate::base::{Secret, Timestamp};
use crate::crypto::{OpenError, Opener, SigningSecret};

/// What a POST needs of a webhook's secrets.
#[derive(Debug, Clone)]
pub struct OpenSecrets {
    /// Basic authentication, if there is any.
    pub basic_auth: Option<OpenedAuth>,
    /// The additional headers.
    pub additional_headers: Vec<(String, Secret)>,
    /// What it is signed with, the newest first. Empty only for a record of the first release.
    pub signing: Vec<SigningSecret>,
}

impl Configuration {
    /// Opens the secrets for a POST at `now`.
    pub fn open(&self, opener: Opener<'_>, now: Timestamp) -> Result<OpenSecrets, OpenError> {
        let signing = self.signing.as_ref().map(|keys| keys.open(opener, now)).transpose()?;
        Ok(OpenSecrets {
            basic_auth: self.basic_auth.open(opener)?,
            additional_headers: self.additional_headers.open(opener)?,
            signing: signing.unwrap_or_default(),
        })
    }
}
