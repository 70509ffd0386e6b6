//! The POST of an attempt: its target, headers and body.
//!
//! The vendor's documentation fixes two headers, `Content-Type: application/json` and `User-Agent`.
//! Then follow the trace of the event, the webhook's basic authentication, its additional headers,
//! and the signature. The body is the event, byte for byte.
//!
//! The webhook's secrets are opened for one POST at a time and not kept.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::rules::Rules;
use super::verdict::SendError;
use crate::base::{Delay, EventId, MASK, Timestamp};
use crate::crypto::{OpenError, Opener, Owner, signing};
use crate::event::{Payload, TraceContext, trace};
use crate::webhook::Configuration;

/// The values from which a POST is built, except its body.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// The account and the webhook.
    pub owner: Owner<'a>,
    /// The webhook's configuration.
    pub configuration: &'a Configuration,
    /// The event's id.
    pub event_id: &'a EventId,
    /// The trace in which the event was published, if the publisher said one.
    pub trace: Option<&'a TraceContext>,
    /// The time of the attempt, which the signature contains.
    pub at: Timestamp,
}

/// The reason why no POST can be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostError {
    /// The rules forbid the target. The attempt counts as failed.
    Refused(SendError),
    /// The webhook's secrets do not open. No attempt is made.
    Locked(OpenError),
}

/// One POST, ready to be sent. It contains the receiver's credentials, so `Debug` omits the URL and
/// the headers.
#[derive(Clone, PartialEq, Eq)]
pub struct Outbound {
    /// The target in normalised form.
    pub url: String,
    /// All headers that the dispatcher sets, in order.
    pub headers: Vec<(String, String)>,
    /// The event, byte for byte.
    pub body: Payload,
    /// The longest duration of the attempt. `None`: that of the deployment.
    pub timeout: Option<Delay>,
    /// Whether it goes to a listener, over the connection of its client.
    pub listener: bool,
    /// The webhook's secrets in each form in which the headers contain them, for [`Self::redact`].
    secrets: Vec<String>,
}

const CONTENT_TYPE: &str = "Content-Type";
const USER_AGENT: &str = "User-Agent";
const AUTHORIZATION: &str = "Authorization";
const TRACE_HEADERS: [&str; 2] = [trace::TRACEPARENT, trace::TRACESTATE];

/// The shortest secret that is removed from texts. A shorter one would match by chance, and
/// protects nothing.
const SECRET_BYTES_MIN: usize = 4;

impl Outbound {
    /// Builds the POST of `body`. Fails if the rules forbid the target or the secrets do not open.
    pub fn new(post: Post<'_>, body: Payload, rules: &Rules) -> Result<Self, PostError> {
        let Post { owner, configuration, event_id, trace, at } = post;
        let target = &configuration.target_url;
        let listener = configuration.listener;
        if !listener && target.check(&rules.targets).is_err() {
            return Err(PostError::Refused(SendError::TargetRefused));
        }
        let opener = Opener { ring: &rules.master_keys, owner };
        let plain = configuration.open(opener, at).map_err(PostError::Locked)?;
        let mut headers = vec![
            (CONTENT_TYPE.to_owned(), "application/json".to_owned()),
            (USER_AGENT.to_owned(), rules.user_agent.clone()),
        ];
        let parent = trace::parent(trace, owner.webhook, event_id, at);
        headers.push((trace::TRACEPARENT.to_owned(), parent));
        if let Some(state) = trace.and_then(TraceContext::state) {
            headers.push((trace::TRACESTATE.to_owned(), state.to_owned()));
        }
        let mut secrets = Vec::new();
        if let Some(basic_auth) = plain.basic_auth {
            let encoded = basic_auth.encoded.expose();
            headers.push((AUTHORIZATION.to_owned(), format!("Basic {encoded}")));
            secrets.push(basic_auth.password.expose().to_owned());
            secrets.push(encoded.to_owned());
        }
        // Earlier releases accepted the names of the trace headers.
        let is_own = |name: &str| TRACE_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name));
        let additional = plain.additional_headers.into_iter().filter(|(name, _)| !is_own(name));
        for (name, value) in additional {
            secrets.push(value.expose().to_owned());
            headers.push((name, value.expose().to_owned()));
        }
        let signed = signing::headers(&plain.signing, event_id, at, body.as_bytes());
        headers.extend(signed.map(|(name, value)| (name.to_owned(), value)));
        secrets.retain(|secret| secret.len() >= SECRET_BYTES_MIN);
        // The longest first, so that a secret that contains another is replaced whole.
        secrets.sort_by_key(|secret| core::cmp::Reverse(secret.len()));
        let timeout = configuration.delivery_options.timeout;
        Ok(Self { url: target.href().to_owned(), headers, body, timeout, listener, secrets })
    }

    /// The value of a header that the dispatcher sets, by its name there.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the headers with the webhook's secrets replaced by [`MASK`]: the credentials, and
    /// the values of its additional headers.
    pub fn masked_headers(&self) -> Vec<(String, String)> {
        let mask = |name: &str, value: &str| match (Self::is_secret(name), value.split_once(' ')) {
            (false, _) => value.to_owned(),
            (true, Some((scheme, _))) if name == AUTHORIZATION => format!("{scheme} {MASK}"),
            (true, _) => MASK.to_owned(),
        };
        let masked = self.headers.iter().map(|(name, value)| (name.clone(), mask(name, value)));
        masked.collect()
    }

    fn is_secret(name: &str) -> bool {
        let own = [CONTENT_TYPE, USER_AGENT].into_iter().chain(TRACE_HEADERS);
        !own.chain(signing::HEADERS).any(|own| own == name)
    }

    /// Separates the body from the rest.
    pub fn into_parts(self) -> (Envelope, Payload) {
        let Self { url, headers, body, timeout, listener, secrets } = self;
        (Envelope { url, headers, secrets, timeout, listener }, body)
    }

    /// Replaces the webhook's secrets in a text from the receiver by [`MASK`], because the receiver
    /// may echo the request.
    pub fn redact(&self, mut text: String) -> String {
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), MASK);
            }
        }
        text
    }
}

/// A POST without its body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    url: String,
    headers: Vec<(String, String)>,
    secrets: Vec<String>,
    #[serde(rename = "timeout_ms", default, skip_serializing_if = "Option::is_none")]
    timeout: Option<Delay>,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    listener: bool,
}

impl Envelope {
    /// Adds the body.
    pub fn with_body(self, body: Payload) -> Outbound {
        let Self { url, headers, secrets, timeout, listener } = self;
        Outbound { url, headers, body, timeout, listener, secrets }
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
