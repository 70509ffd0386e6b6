//! The state of a webhook, for people: what they look for in a list.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::configuration::Activity;

/// The state of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// Active, but no attempt was made since it was created or activated.
    Untried,
    /// Active, and nearly all attempts succeed.
    Healthy,
    /// Active, but fewer than 95 % of the latest attempts succeeded.
    Degraded,
    /// Active, but the latest attempt failed.
    Failing,
    /// Its owner switched it off.
    Paused,
    /// The dispatcher switched it off.
    Off,
}

impl WebhookState {
    /// Every state with its name in the API and the metrics.
    pub const ALL: [(&'static str, Self); 6] = [
        ("untried", Self::Untried),
        ("healthy", Self::Healthy),
        ("degraded", Self::Degraded),
        ("failing", Self::Failing),
        ("paused", Self::Paused),
        ("off", Self::Off),
    ];

    /// The name of the state.
    pub fn as_str(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, state)| *state == self).map_or("", |(name, _)| name)
    }

    /// The state with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, state)| state)
    }

    /// The state that the activity alone decides; `None` for an active webhook.
    pub const fn of_inactive(activity: Activity) -> Option<Self> {
        match activity {
            Activity::Active => None,
            Activity::Inactive { reason: None } => Some(Self::Paused),
            Activity::Inactive { reason: Some(_) } => Some(Self::Off),
        }
    }
}

impl fmt::Display for WebhookState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::DeactivateReason;

    #[test]
    fn a_name_is_read_back() {
        for (name, state) in WebhookState::ALL {
            assert_eq!((state.as_str(), WebhookState::named(name)), (name, Some(state)));
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{name}\""));
        }
        assert_eq!(WebhookState::named("Off"), None);
    }

    #[test]
    fn who_switched_a_webhook_off_decides() {
        let of = WebhookState::of_inactive;
        assert_eq!(of(Activity::Active), None);
        assert_eq!(of(Activity::Inactive { reason: None }), Some(WebhookState::Paused));
        for reason in [DeactivateReason::RetryCount, DeactivateReason::OrgDisabled] {
            let off = Activity::Inactive { reason: Some(reason) };
            assert_eq!(of(off), Some(WebhookState::Off));
        }
    }
}
