//! One webhook in the roster of its account.

use serde::{Deserialize, Serialize};

use crate::base::{Version, WebhookId};
use crate::event::EventType;
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
    /// Which events the webhook receives, by their content. `None` leaves nothing out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<FilterText>,
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

    /// The webhook's filter, if it has one.
    pub fn roster_filter(&self) -> Option<RosterFilter> {
        let filter = self.filter.clone()?;
        Some(RosterFilter { version: self.version, filter })
    }
}

/// Whether a webhook receives events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoutingState {
    /// The webhook is active.
    Active,
    /// The dispatcher deactivated the webhook. Events for it are held.
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
