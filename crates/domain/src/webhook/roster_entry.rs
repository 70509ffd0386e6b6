//! One webhook as the roster of its account lists it.

use serde::{Deserialize, Serialize};

use crate::base::{Version, WebhookId};
use crate::event::EventType;

/// One webhook as fan-out sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterEntry {
    /// The webhook.
    pub id: WebhookId,
    /// The version of its record that this row shows.
    pub version: Version,
    /// Whether it takes events.
    pub routing_state: RoutingState,
    /// The one type it takes; `None`: all.
    pub event_type: Option<EventType>,
    /// The normalised target URL: webhooks that share it get an event once.
    pub target: String,
}

impl RosterEntry {
    /// Whether this is the alert of the account.
    pub fn is_alert(&self) -> bool {
        self.event_type.as_ref().is_some_and(EventType::is_alert)
    }
}

/// Whether a webhook takes events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoutingState {
    /// It does.
    Active,
    /// The dispatcher switched it off.
    Held,
    /// Its owner switched it off.
    Disabled,
}

/// A Webhook object's report about its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RosterChange {
    /// The row as it is now.
    Put(RosterEntry),
    /// The webhook was deleted.
    Remove(WebhookId),
}
