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
    /// The keys that sign it, the newest first.
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
