//! The backlog of a webhook: the deliveries that wait in its current epoch, and those in flight.
//!
//! The backlog is limited, so that a receiver that is down does not fill the storage. A webhook
//! with a full backlog refuses new events and drops none. Counting the backlog needs a scan, so it
//! is counted once, and each transaction then updates the count. After a failed transaction it is
//! counted again.

use super::rules::Rules;

/// The size of a backlog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// The number of deliveries.
    pub deliveries: u64,
    /// The bytes of their events.
    pub bytes: u64,
}

impl Backlog {
    /// Whether new events are refused. The last event accepted may exceed the limit on bytes.
    pub const fn is_full(&self, rules: &Rules) -> bool {
        self.deliveries >= rules.backlog_max || self.bytes >= rules.backlog_bytes_max
    }

    /// Adds a delivery with an event of this size.
    pub const fn enter(&mut self, bytes: u64) {
        self.deliveries = self.deliveries.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Removes a delivery with an event of this size.
    pub const fn leave(&mut self, bytes: u64) {
        self.deliveries = self.deliveries.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_backlog_is_full_by_its_number_or_its_bytes() {
        let number = ("MAX_BACKLOG", "2");
        let bytes = ("MAX_BACKLOG_BYTES", "100");
        let variables = [number, bytes];
        let lookup = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let rules = Config::read(lookup).unwrap().rules;
        let mut backlog = Backlog::default();
        assert!(!backlog.is_full(&rules));
        backlog.enter(99);
        assert!(!backlog.is_full(&rules));
        backlog.enter(0);
        assert!(backlog.is_full(&rules), "two are as many as may be");
        backlog.leave(0);
        assert!(!backlog.is_full(&rules));
        backlog.leave(99);
        backlog.enter(100);
        assert!(backlog.is_full(&rules), "so are a hundred bytes");
    }
}
