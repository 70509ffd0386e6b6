//! The end of a run: faults stop, all work is finished, and every promise is checked.

use domain::base::{Delay, Epoch, EventId, Timestamp};
use domain::delivery::{Counts, Recovery, SeriesQuery, State, StepCounts, Trimmed};
use domain::dispatch::Transaction;
use domain::webhook::{Activity, Stage, WebhookView};

use super::expectations::Expectation;
use super::receiver::Receiver;
use super::world::World;

impl World {
    /// Ends all faults but those of the receiver, enables the account, runs the cron trigger once,
    /// and lets time pass until the object is idle.
    pub(super) fn drain(&mut self, receiver: Receiver) {
        self.faulty = false;
        self.receiver = receiver;
        self.restore_master_keys();
        self.run_cron();
        self.set_disabled(false);
        self.send_suspension_notice();
        for _ in 0..50_000 {
            if self.is_idle() {
                return;
            }
            assert!(self.next_deadline().is_some(), "something waits and nothing will wake it");
            self.advance(Delay::from_ms(u64::MAX >> 8));
        }
        panic!("the object never becomes idle");
    }

    /// Whether nothing waits for the object, its tasks or the couriers.
    fn is_idle(&self) -> bool {
        let Some(record) = self.record() else { return self.tasks.is_empty() };
        let epoch = match &record.stage {
            Stage::Live(webhook) => webhook.epoch,
            Stage::Creating { .. } | Stage::Deleting => return false,
        };
        let waits = self.model.deliveries.values().any(|(delivery, _)| match delivery.state {
            State::Scheduled { .. } => delivery.epoch == epoch,
            State::Leased(_) => true,
            State::Delivered { .. } | State::Held => false,
        });
        let is_active = self.activity() == Some(Activity::Active);
        let resends = self.model.deliveries.values().any(|(delivery, _)| delivery.resends > 0);
        let recovers = self.model.recovery.as_ref().is_some_and(Recovery::is_running);
        !(waits || is_active && (resends || recovers))
            && record.is_published()
            && record.listed.state == self.shown().and_then(|view| view.state)
            && record.outbox.waiting().is_empty()
            && self.tasks.is_empty()
            && self.couriers.are_idle()
    }

    /// Checks every promise: each acknowledged event, the projections, the operational events, and
    /// that the purge leaves nothing.
    pub(super) fn check_final_state(&mut self) {
        if let Some(sqlite) = &self.sqlite {
            sqlite.check(&self.model);
        }
        let Some(record) = self.record() else { return self.check_deleted() };
        let Stage::Live(webhook) = &record.stage else { panic!("{:?}", record.stage) };
        self.check_operational_events(Some(&record));
        for (id, entry) in &self.expectations {
            self.check_event(id, entry, webhook.epoch);
        }
        let is_routed = webhook.activity == Activity::Active || self.holds();
        for event_type in self.options.types() {
            let is_routed = is_routed && webhook.configuration.receives(event_type);
            let groups = self.roster.route(event_type);
            assert_eq!(groups.len(), usize::from(is_routed), "the roster has the current state");
        }
        let filter = self.roster.filter(&Self::id()).map(|entry| entry.filter);
        assert_eq!(filter, webhook.configuration.filter, "the roster has the current filter");
        let counted = self.filtered();
        assert!(counted <= self.filters.left_out, "{counted} of {}", self.filters.left_out);
        let ring = &self.rules.master_keys;
        assert!(
            webhook.configuration.is_sealed_with_first_key(ring),
            "all secrets are sealed with the first key"
        );
        let view = WebhookView::new(record.id.clone(), &webhook.configuration, webhook.activity)
            .with_times(Some(webhook.created_at), record.updated_at(webhook));
        let shown = self.shown().unwrap();
        assert_eq!(WebhookView { state: None, ..shown.clone() }, view);
        assert_eq!(self.kv, Some((record.version, shown)), "KV has the newest version and state");
        self.check_series();
        self.check_purge();
    }

    /// Checks that a series counts every delivery that the statistics count.
    fn check_series(&self) {
        let mut model = self.model.clone();
        let tx = Transaction::new(&mut model, self.now, &self.rules);
        let Counts { waiting, in_flight, delivered, undelivered, held } =
            tx.stats().unwrap().unwrap().counts;
        let step = Delay::from_secs(86_400);
        let query = SeriesQuery::new(Timestamp::EPOCH, self.now.plus(step), step);
        let part = tx.series(&query, None).unwrap().unwrap();
        let mut sum = StepCounts::default();
        for counts in part.steps.values() {
            sum.add(counts);
        }
        assert_eq!(sum.delivered + sum.retried, delivered);
        assert_eq!((sum.open, sum.failed, sum.held), (waiting + in_flight, undelivered, held));
    }

    /// Returns the webhook as its owner sees it in a list, if it is live.
    pub(super) fn shown(&self) -> Option<WebhookView> {
        let mut model = self.model.clone();
        let view = Transaction::new(&mut model, self.now, &self.rules).view().unwrap();
        view.map(|view| WebhookView { tag: None, ..view })
    }

    pub(super) fn check_event(&self, id: &EventId, entry: &Expectation, epoch: Epoch) {
        self.check_history(id, entry);
        let state = self.model.state_of(id);
        if state.is_none() {
            let kept_until = entry.accepted_at.plus(self.rules.retention);
            let dropped_until = self.model.health.trimmed.history.since;
            let is_dropped = dropped_until.is_some_and(|until| entry.accepted_at < until);
            let is_over = self.now >= kept_until || is_dropped && entry.received;
            assert!(!entry.acknowledged || is_over, "{id} was lost");
        }
        match state {
            Some((_, State::Delivered { .. })) => assert!(entry.received, "{id} never arrived"),
            Some((of, State::Scheduled { .. })) => assert!(of < epoch, "{id} is forgotten"),
            Some((_, State::Held)) => assert!(!entry.acknowledged, "{id} was to be sent"),
            Some((_, State::Leased(_))) => panic!("{id} is leased for ever"),
            None => {}
        }
    }

    /// Checks that every lease is in the history, and that every requested resend was leased or
    /// waits for the webhook to be activated.
    fn check_history(&self, id: &EventId, entry: &Expectation) {
        let mut all = self.model.deliveries.values();
        let Some((delivery, _)) = all.find(|(delivery, _)| &delivery.event_id == id) else {
            return;
        };
        let attempts = self.model.history.get(&delivery.seq).map_or(0, Vec::len);
        let leases = usize::try_from(delivery.token.get()).unwrap();
        let begun = leases - usize::try_from(entry.handed_back).unwrap();
        let late = usize::try_from(entry.late_outcomes).unwrap();
        // An attempt in flight is not in the history if a late outcome of an earlier one settles
        // the delivery.
        let known = begun..=begun + late;
        assert!(known.contains(&attempts), "{id}: each attempt is in the history once");
        assert_eq!(delivery.token.get(), entry.leases_ever + entry.resends_leased);
        assert_eq!(
            entry.resends_requested,
            entry.resends_leased - entry.resends_handed_back + delivery.resends,
            "{id}: no resend is dropped"
        );
        if self.activity() == Some(Activity::Active) {
            assert_eq!(delivery.resends, 0, "{id}: a resend was not sent");
        }
    }

    /// Checks that nothing is left of the webhook.
    pub(super) fn check_deleted(&self) {
        self.check_operational_events(None);
        assert!(self.deleted || self.expectations.is_empty(), "a webhook vanished with its events");
        assert!(!self.roster.contains(&Self::id()), "the roster still has it");
        assert_eq!(self.kv, None, "KV still has it");
        assert!(self.model.deliveries.is_empty());
    }

    /// Checks that the alarm purges everything after the retention and is then never set again.
    fn check_purge(&mut self) {
        for _ in 0..1_000 {
            if self.alarm.is_none() {
                break;
            }
            self.advance(Delay::from_ms(u64::MAX >> 8));
        }
        assert!(self.model.deliveries.is_empty(), "everything is purged");
        assert_eq!(self.model.health.trimmed, Trimmed::default());
        assert_eq!(self.alarm, None, "nothing waits, so nothing wakes it");
    }
}
