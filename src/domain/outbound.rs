//! The POST that a try makes: where it goes, what it carries.
//!
//! The document fixes two headers, `Content-Type: application/json` and `User-Agent`; the webhook
//! adds its basic authentication and its additional headers. The body is the event byte for byte.

use core::fmt;

use super::event::Payload;
use super::rules::Rules;
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
}

impl Outbound {
    /// The POST of `body` to a webhook as configured, if the rules still allow its target.
    pub fn new(configuration: &Configuration, body: Payload, rules: &Rules) -> Result<Self, Fault> {
        let target = &configuration.target_url;
        target.check(&rules.targets).map_err(|_| Fault::TargetRefused)?;
        let mut headers = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("User-Agent".to_owned(), rules.user_agent.clone()),
        ];
        if let Some(credentials) = configuration.basic_auth.authorization() {
            headers.push(("Authorization".to_owned(), credentials.expose().to_owned()));
        }
        for (name, value) in configuration.additional_headers.iter() {
            headers.push((name.to_owned(), value.expose().to_owned()));
        }
        Ok(Self { url: target.href().to_owned(), headers, body })
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
