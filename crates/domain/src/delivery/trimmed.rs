//! How far a webhook's history was trimmed because its object had become too large
//! (`HISTORY_BYTES`): the bodies of delivered events, and their deliveries, both the oldest first.

use serde::{Deserialize, Serialize};

use crate::base::{Delay, Seq, Timestamp};

/// How far the history was trimmed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trimmed {
    /// The bodies of delivered events.
    pub bodies: Extent,
    /// The deliveries themselves.
    pub history: Extent,
}

/// How far one part was trimmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// What could be dropped of deliveries before this position was dropped.
    pub until: Seq,
    /// Nothing of deliveries accepted at this time or later was dropped. `None` if nothing was.
    pub since: Option<Timestamp>,
}

/// By how much an object is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// The bytes beyond `HISTORY_BYTES`.
    pub bytes: u64,
    /// Whether the object is full, so that it accepts no events.
    pub is_full: bool,
}

impl Trimmed {
    /// Whether nothing was ever trimmed.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Extent {
    /// Records that what could be dropped before `until` was dropped. `newest` is the time at which
    /// the newest delivery of which something was dropped was accepted.
    pub fn advance(&mut self, until: Seq, newest: Option<Timestamp>) {
        self.until = self.until.max(until);
        let since = newest.map(|newest| newest.plus(Delay::from_ms(1)));
        self.since = self.since.max(since);
    }
}

impl Default for Extent {
    fn default() -> Self {
        Self { until: Seq::new(0), since: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::versioned;
    use crate::delivery::Health;

    #[test]
    fn an_extent_only_grows() {
        let mut extent = Extent::default();
        let at = |ms| Some(Timestamp::from_ms(ms));
        for (until, newest, expected) in
            [(5, None, None), (9, at(20), at(21)), (9, at(10), at(21)), (7, at(30), at(31))]
        {
            extent.advance(Seq::new(until), newest);
            assert_eq!(extent.since, expected);
        }
        assert_eq!(extent.until, Seq::new(9));
    }

    #[test]
    fn a_history_that_was_not_trimmed_is_not_stored() {
        let mut health = Health::default();
        let text = versioned::to_text(&health).unwrap();
        assert!(!text.contains("trimmed"), "{text}");
        assert_eq!(versioned::from_text::<Health>(&text).unwrap(), health);
        health.trimmed.history.advance(Seq::new(7), Some(Timestamp::from_ms(4)));
        let text = versioned::to_text(&health).unwrap();
        let stored =
            r#""trimmed":{"bodies":{"until":0,"since":null},"history":{"until":7,"since":5}}"#;
        assert!(text.contains(stored), "{text}");
        assert_eq!(versioned::from_text::<Health>(&text).unwrap(), health);
    }
}
