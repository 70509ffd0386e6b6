//! Checks of each lease: its attempt must be allowed now, to this URL, under this number.

use domain::base::{Delay, Timestamp};
use domain::delivery::{Cause, Delivery, LeaseOrigin, Mode, State};
use domain::dispatch::SendJob;
use domain::webhook::Stage;

use super::expectations::Expectation;
use super::world::World;
use crate::support::model_store::ModelStore;

impl World {
    /// Checks and notes one stored lease. It counts as an attempt, even if its courier is lost.
    pub(super) fn record_lease(&mut self, attempt: &SendJob) {
        self.check_flow(attempt);
        let record = self.record().expect("only a webhook that exists sends");
        self.check_signature(&record, attempt);
        let Stage::Live(webhook) = record.stage else { panic!("only a live webhook sends") };
        assert!(webhook.sends(), "an inactive webhook gets nothing");
        self.check_connected(&webhook);
        let url = attempt.request.as_ref().map(|request| request.url.as_str());
        assert_eq!(url, Ok(webhook.configuration.target_url.href()));
        let lease_end = self.now.plus(self.rules.lease_of(&self.stored_options()));
        let (attempts_max, number) = (self.attempts_max(), attempt.number);
        let delay = self.shortest_delay_after(number);
        let accepted_at = self.now;
        let entry = self
            .expectations
            .entry(attempt.event_id.clone())
            .or_insert_with(|| Expectation::new(accepted_at));
        if attempt.cause == Cause::Resend {
            entry.resends_leased += 1;
            entry.not_before = lease_end.plus(delay);
            return;
        }
        if attempt.cause == Cause::Recover {
            (entry.leases, entry.extra_attempts, entry.not_before) = (0, 0, Timestamp::EPOCH);
        }
        entry.leases_ever += 1;
        assert!(self.now >= entry.not_before, "{} is attempted too early", attempt.event_id);
        assert!(!entry.settled, "{} was delivered before", attempt.event_id);
        entry.leases += 1;
        assert_eq!(number, entry.leases, "an attempt counts when it is leased");
        let limit = attempts_max + 3 + entry.extra_attempts;
        assert!(entry.leases <= limit, "{} attempts of {}", entry.leases, attempt.event_id);
        entry.not_before = lease_end.plus(delay);
    }

    /// Notes the deliveries that are on a new schedule now, and perhaps leased already.
    pub(super) fn note_new_schedules(&mut self, before: &ModelStore) {
        for (seq, (delivery, _)) in &self.model.deliveries {
            let Some((old, _)) = before.deliveries.get(seq) else { continue };
            let is_recovered = old.epoch < delivery.epoch || is_held(old) && !is_held(delivery);
            let is_new = is_recovered && delivery.attempts <= 1;
            if let Some(entry) = self.expectations.get_mut(&delivery.event_id).filter(|_| is_new) {
                (entry.leases, entry.extra_attempts) = (0, 0);
                entry.not_before = Timestamp::EPOCH;
            }
        }
    }

    /// Checks that a new lease obeys the owner's rate and order, and the limits of an outage.
    fn check_flow(&mut self, attempt: &SendJob) {
        let second_ago = self.now.minus(Delay::from_secs(1));
        self.leased_at.retain(|&at| at > second_ago);
        self.leased_at.push(self.now);
        if let Some(rate) = self.delivery_options.max_per_second {
            let rate = usize::try_from(rate).unwrap();
            assert!(self.leased_at.len() <= rate, "{} in a second", self.leased_at.len());
        }
        let deliveries = || self.model.deliveries.values().map(|(delivery, _)| delivery);
        let this = deliveries().find(|delivery| delivery.seq == attempt.seq).unwrap();
        let is_open = |other: &&Delivery| match other.state {
            State::Scheduled { .. } => other.epoch == this.epoch,
            State::Leased(_) => true,
            State::Delivered { .. } | State::Held => false,
        };
        let is_head = !deliveries().filter(is_open).any(|other| other.seq < this.seq);
        let in_flight = deliveries().filter(|other| other.open_lease().is_some()).count();
        if self.delivery_options.ordered {
            assert_eq!(in_flight, 1, "one at a time");
            assert!(is_head || attempt.cause != Cause::Schedule, "out of order");
        }
        let Mode::Outage { last_end } = self.model.health.mode else { return };
        assert_eq!(in_flight, 1, "one probe at a time");
        if !is_head && attempt.cause == Cause::Schedule && !self.delivery_options.ordered {
            let wait = Delay::from_secs(if attempt.number == 1 { 10 } else { 60 });
            assert!(self.now >= last_end.plus(wait), "{} probes too soon", attempt.event_id);
        }
    }
}

/// Whether a delivery is held, perhaps while it is resent.
pub(super) fn is_held(delivery: &Delivery) -> bool {
    let resent = delivery.open_lease().is_some_and(|lease| lease.origin == LeaseOrigin::Held);
    delivery.state == State::Held || resent
}
