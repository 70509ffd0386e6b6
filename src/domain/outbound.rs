//! The POST that a try makes: where it goes, what it carries.
//!
//! The document fixes two headers, `Content-Type: application/json` and `User-Agent`; the webhook
//! adds its basic authentication and its additional headers. The body is the event byte for byte.

use core::fmt;

use super::event::Payload;
use super::rules::Rules;
use super::secret::MASK;
use super::verdict::Fault;
use super::webhook::Configuration;

/// One POST, ready to be sent. It holds the receiver's credentials, so it is never printed whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Outbound {
    /// The normalised URL.
    pub url: String,
    /// Every header that the dispatcher sets, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Payload,
    /// What must not be told of it: the webhook's secrets in every form that they are sent in.
    secrets: Vec<String>,
}

/// Shorter secrets are not cut from texts: they would be found everywhere, and are none.
const SECRET_BYTES_MIN: usize = 4;

impl Outbound {
    /// The POST of `body` to a webhook as configured, if the rules still allow its target.
    pub fn new(configuration: &Configuration, body: Payload, rules: &Rules) -> Result<Self, Fault> {
        let target = &configuration.target_url;
        target.check(&rules.targets).map_err(|_| Fault::TargetRefused)?;
        let mut headers = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("User-Agent".to_owned(), rules.user_agent.clone()),
        ];
        let mut secrets = vec![configuration.basic_auth.password().expose().to_owned()];
        if let Some(credentials) = configuration.basic_auth.authorization() {
            secrets.push(credentials.expose().trim_start_matches("Basic ").to_owned());
            headers.push(("Authorization".to_owned(), credentials.expose().to_owned()));
        }
        for (name, value) in configuration.additional_headers.iter() {
            secrets.push(value.expose().to_owned());
            headers.push((name.to_owned(), value.expose().to_owned()));
        }
        secrets.retain(|secret| secret.len() >= SECRET_BYTES_MIN);
        // The longest first, so that none hides a part of another.
        secrets.sort_by_key(|secret| core::cmp::Reverse(secret.len()));
        Ok(Self { url: target.href().to_owned(), headers, body, secrets })
    }

    /// A text of the receiver's, such as an answer that echoes the request, without the secrets.
    pub fn redact(&self, mut text: String) -> String {
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), MASK);
            }
        }
        text
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("headers", &self.headers.len())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
