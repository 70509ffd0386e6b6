//! What a request for a webhook is checked against: the operator's variables.

use crate::delivery::Schedule;
use crate::event::EventTypes;
use crate::webhook::TargetPolicy;

/// The rules for requests that create or change a webhook.
#[derive(Debug, Clone, Copy)]
pub struct WebhookRules<'a> {
    /// The event types in force.
    pub event_types: &'a EventTypes,
    /// The allowed targets.
    pub targets: &'a TargetPolicy,
    /// The retry schedule of the deployment. That of a webhook takes at most as long.
    pub schedule: &'a Schedule,
}
