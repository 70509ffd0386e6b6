//! The backlog of a webhook: what waits to be sent in the epoch that runs, and what is on its way.
//!
//! It is bounded, so that a receiver that is down fills no storage: a webhook whose backlog is full
//! refuses further events and drops none. To count it for every event would cost a scan, so it is
//! counted once and kept up by each turn that changes it; a turn that fails leaves it uncounted.

use super::rules::Rules;

/// How much waits or is on its way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many deliveries.
    pub deliveries: u64,
    /// How many bytes their events have.
    pub bytes: u64,
}

impl Backlog {
    /// Whether no further event is taken. The last one taken may go beyond the bytes.
    pub const fn is_full(&self, rules: &Rules) -> bool {
        self.deliveries >= rules.backlog_max || self.bytes >= rules.backlog_bytes_max
    }

    /// A delivery has come to it.
    pub const fn enter(&mut self, bytes: u64) {
        self.deliveries = self.deliveries.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// A delivery has left it.
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
