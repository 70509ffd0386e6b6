//! The end of a life: everything comes to rest, and everything that was promised has come true.

use domain::base::{Delay, Epoch, EventId};
use domain::delivery::{Recovery, State};
use domain::webhook::{Activity, Stage, WebhookView};

use super::book::Expectation;
use super::receiver::Mood;
use super::world::World;

impl World {
    /// From here on nothing fails any more but the receiver, the cron trigger has come by, and the
    /// account is enabled.
    pub(crate) fn heal(&mut self, mood: Mood) {
        self.faulty = false;
        self.mood = mood;
        self.find_master_key();
        self.touch();
        self.disable(false);
        self.tell();
        for _ in 0..50_000 {
            if self.is_quiet() {
                return;
            }
            assert!(self.next_happening().is_some(), "something waits and nothing will wake it");
            self.pass(Delay::from_ms(u64::MAX >> 8));
        }
        panic!("it never comes to rest");
    }

    pub(super) fn is_quiet(&self) -> bool {
        let Some(record) = self.record() else { return self.tasks.is_empty() };
        let epoch = match &record.stage {
            Stage::Live(webhook) => webhook.epoch,
            Stage::Creating { .. } | Stage::Deleting => return false,
        };
        let waits = self.memory.deliveries.values().any(|(delivery, _)| match delivery.state {
            State::Scheduled { .. } => delivery.epoch == epoch,
            State::Leased(_) => true,
            State::Delivered { .. } | State::Held => false,
        });
        let is_active = self.activity() == Some(Activity::Active);
        let asked = self.memory.deliveries.values().any(|(delivery, _)| delivery.resends > 0);
        let recovers = self.memory.recovery.as_ref().is_some_and(Recovery::is_running);
        !(waits || is_active && (asked || recovers))
            && record.is_published()
            && record.outbox.waiting().is_empty()
            && self.tasks.is_empty()
            && self.workers.are_idle()
    }

    /// Everything that was promised has come true.
    pub(crate) fn check_end(&mut self) {
        if let Some(disk) = &self.disk {
            disk.check(&self.memory);
        }
        let Some(record) = self.record() else { return self.check_nothing_left() };
        let Stage::Live(webhook) = &record.stage else { panic!("{:?}", record.stage) };
        self.check_told(Some(&record));
        for (id, entry) in &self.book {
            self.check_event(id, entry, webhook.epoch);
        }
        let groups = self.roster.route(&self.telling.kind);
        let is_routed = webhook.activity != Activity::Inactive { reason: None };
        assert_eq!(groups.len(), usize::from(is_routed), "the roster knows the state");
        let ring = &self.rules.master_keys;
        assert!(webhook.configuration.is_sealed_anew(ring), "all is sealed with the first key");
        let view = WebhookView::new(record.id.clone(), &webhook.configuration, webhook.activity);
        assert_eq!(self.kv, Some((record.version, view)), "KV knows the newest version");
        self.check_purge();
    }

    pub(super) fn check_event(&self, id: &EventId, entry: &Expectation, epoch: Epoch) {
        self.check_history(id, entry);
        let state = self.memory.state_of(id);
        if state.is_none() {
            let kept_until = entry.accepted_at.plus(self.rules.retention);
            assert!(!entry.promised || self.now >= kept_until, "{id} was lost");
        }
        match state {
            Some((_, State::Delivered { .. })) => assert!(entry.received, "{id} never arrived"),
            Some((of, State::Scheduled { .. })) => assert!(of < epoch, "{id} is forgotten"),
            Some((_, State::Held)) => assert!(!entry.promised, "{id} was to be sent"),
            Some((_, State::Leased(_))) => panic!("{id} is on its way for ever"),
            None => {}
        }
    }

    /// Every lease has left a trace, and every send that was asked for was made or still waits for
    /// the webhook to be switched on.
    pub(super) fn check_history(&self, id: &EventId, entry: &Expectation) {
        let mut all = self.memory.deliveries.values();
        let Some((delivery, _)) = all.find(|(delivery, _)| &delivery.event_id == id) else {
            return;
        };
        let attempts = self.memory.history.get(&delivery.seq).map_or(0, Vec::len);
        let leases = usize::try_from(delivery.token.get()).unwrap();
        let begun = leases - usize::try_from(entry.handed_back).unwrap();
        let late = usize::try_from(entry.late).unwrap();
        // A try that is under way when the late outcome of another settles all may end unseen.
        let known = begun..=begun + late;
        assert!(known.contains(&attempts), "{id}: each try is in the history once");
        assert_eq!(delivery.token.get(), entry.leases_ever + entry.resent);
        assert_eq!(entry.asked, entry.resent + delivery.resends, "{id}: no resend is dropped");
        if self.activity() == Some(Activity::Active) {
            assert_eq!(delivery.resends, 0, "{id}: a resend waits for nothing");
        }
    }

    pub(super) fn check_nothing_left(&self) {
        self.check_told(None);
        assert!(self.deleted || self.book.is_empty(), "a webhook vanished with its events");
        assert!(!self.roster.contains(&Self::id()), "the roster still has it");
        assert_eq!(self.kv, None, "KV still has it");
        assert!(self.memory.deliveries.is_empty());
    }

    /// What was kept long enough is purged by the alarm, and then nothing wakes the object.
    pub(super) fn check_purge(&mut self) {
        for _ in 0..1_000 {
            if self.alarm.is_none() {
                break;
            }
            self.pass(Delay::from_ms(u64::MAX >> 8));
        }
        assert!(self.memory.deliveries.is_empty(), "everything is purged");
        assert_eq!(self.alarm, None, "nothing waits, so nothing wakes it");
    }
}
