//! Options of delivery: rate, order, and retries after some 4xx answers.

use serde::{Deserialize, Deserializer, Serialize};

/// How events are delivered to a receiver. The defaults are the vendor's behaviour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryOptions {
    /// The most attempts that start within any second. `None`: the number of attempts in flight is
    /// the only limit.
    pub max_per_second: Option<u32>,
    /// Whether events are sent one at a time in the order of publication. A failing event then
    /// holds back the later ones.
    pub ordered: bool,
    /// Whether 408, 425 and 429 are retried instead of deactivating the webhook.
    pub retry_4xx: bool,
}

impl DeliveryOptions {
    /// Returns the most attempts in flight at a time.
    pub const fn max_in_flight(self) -> usize {
        64
    }

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
    /// The new value of [`DeliveryOptions::ordered`].
    pub ordered: Option<bool>,
    /// The new value of [`DeliveryOptions::retry_4xx`].
    pub retry_4xx: Option<bool>,
}

impl DeliveryOptionsChange {
    /// Returns the options after this change.
    #[must_use]
    pub fn apply(&self, to: DeliveryOptions) -> DeliveryOptions {
        DeliveryOptions {
            max_per_second: self.max_per_second.unwrap_or(to.max_per_second),
            ordered: self.ordered.unwrap_or(to.ordered),
            retry_4xx: self.retry_4xx.unwrap_or(to.retry_4xx),
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
