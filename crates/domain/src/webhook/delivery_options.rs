//! Options of delivery: rate, attempts in flight, order, timeout, and retries.

use serde::{Deserialize, Deserializer, Serialize};

use crate::base::{Delay, IN_FLIGHT};

/// How events are delivered to a receiver. The defaults are the vendor's behaviour.
///
/// A stored option that is absent has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the API")]
pub struct DeliveryOptions {
    /// The most attempts that start within any second. `None`: the number of attempts in flight is
    /// the only limit.
    pub max_per_second: Option<u32>,
    /// The most attempts in flight to the receiver at a time, from 1 to
    /// [`IN_FLIGHT_MAX`](crate::base::IN_FLIGHT_MAX).
    pub max_in_flight: u16,
    /// Whether events are sent one at a time in the order of publication. A failing event then
    /// holds back the later ones.
    pub ordered: bool,
    /// Whether 408, 425 and 429 are retried instead of deactivating the webhook.
    pub retry_4xx: bool,
    /// The longest duration of an attempt. `None`: that of the deployment (`DELIVERY_TIMEOUT_MS`).
    #[serde(rename = "timeout_ms", skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Delay>,
    /// The retry schedule. `None`: that of the deployment (`RETRY_*`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryOptions>,
    /// Whether an answer of 4xx deactivates the webhook, as the vendor documents it. If not, only
    /// 410 does, and any other 4xx is retried.
    #[serde(skip_serializing_if = "is_true")]
    pub deactivate_on_4xx: bool,
    /// Whether the webhook holds what it misses while its owner has deactivated it, to be
    /// recovered.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub hold_while_paused: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_true(flag: &bool) -> bool {
    *flag
}

/// The parts of the retry schedule that a webhook has of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryOptions {
    /// The number of retries after the first attempt. `None`: `RETRY_LIMIT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The delay before the first retry; each later one is twice as long. `None`: `RETRY_BASE_MS`.
    #[serde(rename = "base_ms", default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Delay>,
    /// The longest delay. `None`: `RETRY_MAX_MS`.
    #[serde(rename = "max_ms", default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Delay>,
}

impl Default for DeliveryOptions {
    fn default() -> Self {
        Self {
            max_per_second: None,
            max_in_flight: IN_FLIGHT,
            ordered: false,
            retry_4xx: false,
            timeout: None,
            retry: None,
            deactivate_on_4xx: true,
            hold_while_paused: false,
        }
    }
}

impl DeliveryOptions {
    /// Whether all options have their defaults.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A change of [`DeliveryOptions`]. A field that is `None` keeps its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeliveryOptionsChange {
    /// The new rate; `Some(None)` removes the limit.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub max_per_second: Option<Option<u32>>,
    /// The new value of [`DeliveryOptions::max_in_flight`].
    pub max_in_flight: Option<u16>,
    /// The new value of [`DeliveryOptions::ordered`].
    pub ordered: Option<bool>,
    /// The new value of [`DeliveryOptions::retry_4xx`].
    pub retry_4xx: Option<bool>,
    /// The new timeout; `Some(None)` is that of the deployment.
    #[serde(rename = "timeout_ms", skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "present")]
    pub timeout: Option<Option<Delay>>,
    /// The new retry schedule, which replaces the stored one; `Some(None)` is that of the
    /// deployment.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub retry: Option<Option<RetryOptions>>,
    /// The new value of [`DeliveryOptions::deactivate_on_4xx`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deactivate_on_4xx: Option<bool>,
    /// The new value of [`DeliveryOptions::hold_while_paused`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_while_paused: Option<bool>,
}

impl DeliveryOptionsChange {
    /// Returns the options after this change.
    #[must_use]
    pub fn apply(&self, to: DeliveryOptions) -> DeliveryOptions {
        DeliveryOptions {
            max_per_second: self.max_per_second.unwrap_or(to.max_per_second),
            max_in_flight: self.max_in_flight.unwrap_or(to.max_in_flight),
            ordered: self.ordered.unwrap_or(to.ordered),
            retry_4xx: self.retry_4xx.unwrap_or(to.retry_4xx),
            timeout: self.timeout.unwrap_or(to.timeout),
            retry: self.retry.unwrap_or(to.retry),
            deactivate_on_4xx: self.deactivate_on_4xx.unwrap_or(to.deactivate_on_4xx),
            hold_while_paused: self.hold_while_paused.unwrap_or(to.hold_while_paused),
        }
    }
}

/// Deserializes a field that is present. If `T` is an `Option`, `null` is a value and not an absent
/// field.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_options_without_a_field_have_its_default() {
        let read = |stored: &str| serde_json::from_str::<DeliveryOptions>(stored).unwrap();
        assert_eq!(read("{}"), DeliveryOptions::default());
        let earlier = r#"{"max_per_second":5,"ordered":true,"retry_4xx":true}"#;
        let options = DeliveryOptions {
            max_per_second: Some(5),
            max_in_flight: IN_FLIGHT,
            ordered: true,
            retry_4xx: true,
            ..DeliveryOptions::default()
        };
        assert_eq!(read(earlier), options);
        let stored = r#"{"max_per_second":5,"max_in_flight":64,"ordered":true,"retry_4xx":true}"#;
        assert_eq!(serde_json::to_string(&options).unwrap(), stored);
        assert_eq!(read(stored), options);
        let options = DeliveryOptions {
            timeout: Some(Delay::from_secs(3)),
            retry: Some(RetryOptions { limit: Some(0), ..RetryOptions::default() }),
            deactivate_on_4xx: false,
            hold_while_paused: true,
            ..DeliveryOptions::default()
        };
        let stored = concat!(
            r#"{"max_per_second":null,"max_in_flight":64,"ordered":false,"retry_4xx":false,"#,
            r#""timeout_ms":3000,"retry":{"limit":0},"deactivate_on_4xx":false,"#,
            r#""hold_while_paused":true}"#,
        );
        assert_eq!(serde_json::to_string(&options).unwrap(), stored);
        assert_eq!(read(stored), options);
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let from = DeliveryOptions { max_in_flight: 7, ordered: true, ..Default::default() };
        assert_eq!(DeliveryOptionsChange::default().apply(from), from);
        let change = DeliveryOptionsChange { max_in_flight: Some(9), ..Default::default() };
        assert_eq!(change.apply(from), DeliveryOptions { max_in_flight: 9, ..from });
        for change in [
            DeliveryOptionsChange { timeout: Some(None), ..Default::default() },
            DeliveryOptionsChange { retry: Some(None), ..Default::default() },
            DeliveryOptionsChange {
                retry: Some(Some(RetryOptions::default())),
                ..Default::default()
            },
        ] {
            let sent = serde_json::to_string(&change).unwrap();
            assert_eq!(serde_json::from_str::<DeliveryOptionsChange>(&sent).unwrap(), change);
        }
        // As a release writes it that does not know the field.
        let earlier = r#"{"max_per_second":null,"ordered":false,"retry_4xx":null}"#;
        let change: DeliveryOptionsChange = serde_json::from_str(earlier).unwrap();
        assert_eq!(change.apply(from), DeliveryOptions { ordered: false, ..from });
    }
}
