//! One webhook in the roster of its account.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::percent_encoding::encoded;
use crate::base::{Version, WebhookId};
use crate::event::{EventPatterns, EventType};
use crate::filter::FilterText;

/// One webhook as fan-out needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterEntry {
    /// The webhook's id.
    pub id: WebhookId,
    /// The version of the webhook's record that this entry shows.
    pub version: Version,
    /// Whether the webhook receives events.
    pub routing_state: RoutingState,
    /// The event type that the webhook receives; `None` is every type except the operational ones.
    pub event_type: Option<EventType>,
    /// The target URL in normal form. Only one of the webhooks that share a target sends an event.
    pub target: String,
    /// What most webhooks do not have.
    #[serde(default, skip_serializing_if = "RosterOptions::is_default")]
    pub options: RosterOptions,
    /// Which events the webhook receives, by their content. `None` leaves nothing out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<FilterText>,
}

/// The part of a roster entry that most webhooks do not have. The default is nothing of it, which
/// is not stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RosterOptions {
    /// The event types that the webhook receives, if it has a list of them.
    #[serde(skip_serializing_if = "EventPatterns::is_empty")]
    pub event_types: EventPatterns,
    /// Whether the webhook is held because its owner deactivated it, and not the dispatcher.
    #[serde(rename = "paused", skip_serializing_if = "core::ops::Not::not")]
    pub is_paused: bool,
    /// Whether the webhook is a listener.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub listener: bool,
}

impl RosterOptions {
    /// Whether nothing of it is set.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The filter of a webhook, as its roster entry has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterFilter {
    /// The version of the webhook's record that has this filter.
    pub version: Version,
    /// The filter.
    pub filter: FilterText,
}

impl RosterEntry {
    /// Whether this is the alert webhook of the account.
    pub fn is_alert(&self) -> bool {
        self.event_type.as_ref().is_some_and(EventType::is_alert)
    }

    /// Whether the webhook receives events of this type.
    pub fn receives(&self, event_type: &EventType) -> bool {
        self.options.event_types.receive(event_type, self.event_type.as_ref())
    }

    /// The webhook's filter, if it has one.
    pub fn roster_filter(&self) -> Option<RosterFilter> {
        let filter = self.filter.clone()?;
        Some(RosterFilter { version: self.version, filter })
    }

    /// The entry with its target in the normal form of this release. Earlier ones did not encode
    /// every character that RFC 3986 does not allow.
    #[must_use]
    pub fn with_normal_target(mut self) -> Self {
        // A target in an entry has a path, at least `/`.
        let path = self.target.split_once("://").and_then(|(scheme, rest)| {
            Some(scheme.len().saturating_add(3).saturating_add(rest.find('/')?))
        });
        if let Some((origin, path)) = path.and_then(|at| self.target.split_at_checked(at))
            && let Cow::Owned(path) = encoded(path)
        {
            self.target = format!("{origin}{path}");
        }
        self
    }
}

/// Whether a webhook receives events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoutingState {
    /// The webhook is active.
    Active,
    /// The dispatcher deactivated the webhook, or its owner did and wants it to hold what it
    /// misses. Events for it are held.
    Held,
    /// The owner deactivated the webhook. It receives no events.
    Disabled,
}

/// A Webhook object's report about its roster entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RosterChange {
    /// The new entry.
    Put(RosterEntry),
    /// The webhook with this id was deleted.
    Remove(WebhookId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_of_an_earlier_release_is_that_of_this_one() {
        let check = |stored: &str, expected: &str| {
            let entry = RosterEntry {
                filter: None,
                id: "w1".parse().unwrap(),
                version: Version::new(1),
                routing_state: RoutingState::Active,
                event_type: None,
                target: stored.to_owned(),
                options: RosterOptions::default(),
            };
            assert_eq!(entry.with_normal_target().target, expected);
        };
        check("https://example.com/a?b=c%7C", "https://example.com/a?b=c%7C");
        check("http://[::1]:80/[a]?b=^", "http://[::1]:80/%5Ba%5D?b=%5E");
        check("http://x.example.com/?a|b", "http://x.example.com/?a%7Cb");
        check("", "");
    }
}
