//! The label of a webhook's record in KV: what its name is listed with.
//!
//! KV lists a thousand names at a time, each with up to 1,024 bytes, so webhooks are counted
//! without reading their records.

use serde::{Deserialize, Serialize};

use super::state::WebhookState;
use super::view::WebhookView;
use crate::event::EventType;

/// The label of a webhook's record in KV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordLabel {
    /// The state.
    #[serde(rename = "s")]
    pub state: WebhookState,
    /// The event type that the webhook receives; `None` is every type except the operational ones.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<EventType>,
}

impl RecordLabel {
    /// The label of a record with this webhook.
    pub fn of(webhook: &WebhookView) -> Self {
        Self {
            state: webhook.state.unwrap_or(WebhookState::Healthy),
            event_type: webhook.event_type.clone(),
        }
    }

    /// Whether the webhook subscribes to a type by its name.
    pub fn names(&self, event_type: &EventType) -> bool {
        self.event_type.as_ref() == Some(event_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_short() {
        let longest = EventType::try_from("A".repeat(EventType::CHARS_MAX)).unwrap();
        let label = RecordLabel { state: WebhookState::Degraded, event_type: Some(longest) };
        let written = serde_json::to_string(&label).unwrap();
        assert!(written.len() < 1_024, "{} bytes", written.len());
        assert_eq!(serde_json::from_str::<RecordLabel>(&written).unwrap(), label);
        let all = RecordLabel { state: WebhookState::Off, event_type: None };
        assert_eq!(serde_json::to_string(&all).unwrap(), r#"{"s":"off"}"#);
    }
}
