//! The POST that a try makes: where it goes, what it carries.
//!
//! The document fixes two headers, `Content-Type: application/json` and `User-Agent`; the webhook
//! adds its basic authentication and its additional headers, and its signature comes last. The body
//! is the event byte for byte.
//!
//! A webhook's secrets are opened for this, and kept by nobody.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::rules::Rules;
use super::verdict::SendError;
use crate::base::{EventId, MASK, Timestamp};
use crate::crypto::{OpenError, Opener, Owner, signing};
use crate::event::Payload;
use crate::webhook::Configuration;

/// What a POST is made of.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// Whose webhook, and which.
    pub owner: Owner<'a>,
    /// The webhook as it is configured.
    pub configuration: &'a Configuration,
    /// The event.
    pub event_id: &'a EventId,
    /// When this try is made.
    pub at: Timestamp,
}

/// Why there is no POST to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unbuilt {
    /// The rules forbid its target: the try is made, and fails.
    Refused(SendError),
    /// The webhook's secrets do not open: no try is made.
    Locked(OpenError),
}

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
    /// The POST of `body`, if the rules still allow its target and the secrets open.
    pub fn new(post: Post<'_>, body: Payload, rules: &Rules) -> Result<Self, Unbuilt> {
        let Post { owner, configuration, event_id, at } = post;
        let target = &configuration.target_url;
        let refused = |_| Unbuilt::Refused(SendError::TargetRefused);
        target.check(&rules.targets).map_err(refused)?;
        let opener = Opener { ring: &rules.master_keys, owner };
        let plain = configuration.open(opener, at).map_err(Unbuilt::Locked)?;
        let mut headers = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("User-Agent".to_owned(), rules.user_agent.clone()),
        ];
        let mut secrets = Vec::new();
        if let Some(basic_auth) = plain.basic_auth {
            let pair = basic_auth.pair.expose();
            headers.push(("Authorization".to_owned(), format!("Basic {pair}")));
            secrets.push(basic_auth.password.expose().to_owned());
            secrets.push(pair.to_owned());
        }
        for (name, value) in plain.additional_headers {
            secrets.push(value.expose().to_owned());
            headers.push((name, value.expose().to_owned()));
        }
        let signed = signing::headers(&plain.signing, event_id, at, body.as_bytes());
        headers.extend(signed.map(|(name, value)| (name.to_owned(), value)));
        secrets.retain(|secret| secret.len() >= SECRET_BYTES_MIN);
        // The longest first, so that none hides a part of another.
        secrets.sort_by_key(|secret| core::cmp::Reverse(secret.len()));
        Ok(Self { url: target.href().to_owned(), headers, body, secrets })
    }

    /// What a Worker is told that sends `body` itself.
    pub fn into_envelope(self) -> Envelope {
        Envelope { url: self.url, headers: self.headers, secrets: self.secrets }
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

/// A POST without its body, as it is told to the Worker that has that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    url: String,
    headers: Vec<(String, String)>,
    secrets: Vec<String>,
}

impl Envelope {
    /// The POST of `body`.
    pub fn with_body(self, body: Payload) -> Outbound {
        let Self { url, headers, secrets } = self;
        Outbound { url, headers, body, secrets }
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope").field("headers", &self.headers.len()).finish_non_exhaustive()
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
