//! Helpers of several test modules. No tests are here.
//!
//! `model_store` is the storage of a Webhook object as plain maps. `sqlite` runs the product's SQL
//! on the host. `dual_store` applies every call to both and asserts that they agree.

use std::sync::LazyLock;

use domain::delivery::Schedule;
use domain::event::EventTypes;
use domain::request::WebhookRules;
use domain::webhook::TargetPolicy;

pub(crate) mod rng;
pub(crate) mod sqlite;
pub(crate) mod traces;
pub(crate) mod model_store;
pub(crate) mod dual_store;

/// The rules for requests in a deployment without variables.
pub(crate) fn webhook_rules() -> WebhookRules<'static> {
    static TYPES: LazyLock<EventTypes> = LazyLock::new(EventTypes::documented);
    static TARGETS: LazyLock<TargetPolicy> = LazyLock::new(TargetPolicy::default);
    WebhookRules { event_types: &TYPES, targets: &TARGETS, schedule: &Schedule::DOCUMENTED }
}
