//! How events flow to a receiver: how fast, in which order, and what some refusals mean.

use serde::{Deserialize, Deserializer, Serialize};

/// How events flow to a receiver; the default is the document's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryOptions {
    /// At most so many sends begin within any second. `None`: as many as slots allow.
    pub max_per_second: Option<u32>,
    /// Events are sent in the order of publication, one at a time; one that fails holds back the
    /// later ones.
    pub ordered: bool,
    /// 408, 425 and 429 are retried instead of switching the webhook off.
    pub retry_4xx: bool,
}

impl DeliveryOptions {
    /// Whether it is the document's.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A change of a flow: what is `None` stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeliveryOptionsChange {
    /// Another rate; `Some(None)`: none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub max_per_second: Option<Option<u32>>,
    /// In order or not.
    pub ordered: Option<bool>,
    /// Whether some 4xx are retried.
    pub retry_4xx: Option<bool>,
}

impl DeliveryOptionsChange {
    /// The flow after this change.
    #[must_use]
    pub fn apply(&self, to: DeliveryOptions) -> DeliveryOptions {
        DeliveryOptions {
            max_per_second: self.max_per_second.unwrap_or(to.max_per_second),
            ordered: self.ordered.unwrap_or(to.ordered),
            retry_4xx: self.retry_4xx.unwrap_or(to.retry_4xx),
        }
    }
}

/// Reads a field that is there; `T` may be an `Option`, for which `null` is a value.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
