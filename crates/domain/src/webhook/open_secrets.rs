//! Opens the secrets of a webhook for one POST.

use super::basic_auth::OpenedAuth;
use super::configuration::Configuration;
use crate::base::{Secret, Timestamp};
use crate::crypto::{OpenError, Opener, SigningSecret};

/// The opened secrets of a webhook.
#[derive(Debug, Clone)]
pub struct OpenSecrets {
    /// The credentials for the receiver, if there are any.
    pub basic_auth: Option<OpenedAuth>,
    /// The names and values of the additional headers.
    pub additional_headers: Vec<(String, Secret)>,
    /// The secrets that sign the POST, newest first.
    pub signing: Vec<SigningSecret>,
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
}
