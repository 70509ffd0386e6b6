//! An account's webhooks and who gets an event.
//!
//! The roster is a projection: each Webhook object reports its own row, with its version. Older
//! versions are ignored, and removed ids are remembered for a day, so that a late report brings
//! nothing back. Fan-out asks the roster, so a change that it has acknowledged routes the next
//! event.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Delay, Timestamp, WebhookId};
use crate::event::EventType;
use crate::webhook::{RosterChange, RosterEntry, RoutingState};

/// How long a removed id is remembered; far longer than a report can be under way.
pub const REMOVED_KEPT: Delay = Delay::from_secs(24 * 3_600);

/// The webhooks of one target that take an event, in the order in which they are asked: one of them
/// sends it.
pub type Group = Vec<WebhookId>;

/// What to do with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Store it.
    Apply,
    /// Nothing: the roster knows this, or better.
    Known,
    /// Refuse it: the account has as many webhooks as it may have, or an alert already.
    Full,
}

/// The rows of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    entries: BTreeMap<WebhookId, RosterEntry>,
    removed: BTreeMap<WebhookId, Timestamp>,
}

impl Roster {
    /// The roster as it was stored: its rows, and the ids removed with the time of it.
    pub fn from_stored(
        entries: impl IntoIterator<Item = RosterEntry>,
        removed: impl IntoIterator<Item = (WebhookId, Timestamp)>,
    ) -> Self {
        Self {
            entries: entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect(),
            removed: removed.into_iter().collect(),
        }
    }

    /// Decides about a report, when the account may have at most `webhooks_max` webhooks.
    pub fn rule(&self, change: &RosterChange, webhooks_max: usize) -> Decision {
        match change {
            RosterChange::Put(entry) if self.is_removed(&entry.id) => Decision::Known,
            RosterChange::Put(entry) => match self.entries.get(&entry.id) {
                Some(row) if row.version >= entry.version => Decision::Known,
                None if !self.has_room(entry, webhooks_max) => Decision::Full,
                Some(_) | None => Decision::Apply,
            },
            RosterChange::Remove(id) if self.is_removed(id) => Decision::Known,
            RosterChange::Remove(_) => Decision::Apply,
        }
    }

    /// Whether a new webhook is not one too many. The alert does not count: an account that has all
    /// the webhooks that it may have is to hear of them, too.
    fn has_room(&self, new: &RosterEntry, webhooks_max: usize) -> bool {
        let alerts = usize::from(self.alert().is_some());
        let (count, max) = if new.is_alert() {
            (alerts, webhooks_max.min(1))
        } else {
            (self.entries.len().saturating_sub(alerts), webhooks_max)
        };
        count < max
    }

    /// The alert of the account.
    pub fn alert(&self) -> Option<&WebhookId> {
        self.entries.values().find(|entry| entry.is_alert()).map(|entry| &entry.id)
    }

    /// Carries out a report that was ruled to be applied.
    pub fn apply(&mut self, change: RosterChange, now: Timestamp) {
        match change {
            RosterChange::Put(entry) => {
                self.entries.insert(entry.id.clone(), entry);
            }
            RosterChange::Remove(id) => {
                self.entries.remove(&id);
                self.removed.insert(id, now);
            }
        }
    }

    /// Whether a webhook was removed not long ago.
    pub fn is_removed(&self, id: &WebhookId) -> bool {
        self.removed.contains_key(id)
    }

    /// Whether the account has this webhook.
    pub fn holds(&self, id: &WebhookId) -> bool {
        self.entries.contains_key(id)
    }

    /// The row of a webhook.
    pub fn entry(&self, id: &WebhookId) -> Option<&RosterEntry> {
        self.entries.get(id)
    }

    /// All webhooks of the account, the oldest first.
    pub fn members(&self) -> Vec<WebhookId> {
        self.entries.keys().cloned().collect()
    }

    /// All webhooks of the account, and whether they take events.
    pub fn routing_states(&self) -> Vec<(WebhookId, RoutingState)> {
        self.entries.values().map(|entry| (entry.id.clone(), entry.routing_state)).collect()
    }

    /// Those that were removed not long ago.
    pub fn removed(&self) -> Vec<WebhookId> {
        self.removed.keys().cloned().collect()
    }

    /// The ids of all webhooks, in their order.
    pub fn ids(&self) -> impl Iterator<Item = &WebhookId> {
        self.entries.keys()
    }

    /// The ids of all webhooks and of those removed not long ago, in their order: any of their
    /// objects may still store something.
    pub fn known_ids(&self) -> impl Iterator<Item = &WebhookId> {
        let ids: BTreeSet<_> = self.entries.keys().chain(self.removed.keys()).collect();
        ids.into_iter()
    }

    /// Forgets a webhook of which nothing is left, its removal too.
    pub fn forget_webhook(&mut self, id: &WebhookId) {
        self.entries.remove(id);
        self.removed.remove(id);
    }

    /// Who gets an event of this type: a group for each target, in it the webhooks to ask, the
    /// oldest first. One of each group sends it.
    pub fn route(&self, event_type: &EventType) -> Vec<Group> {
        let takes = |entry: &&RosterEntry, routing_state| {
            entry.routing_state == routing_state && event_type.goes_to(entry.event_type.as_ref())
        };
        let of =
            |routing_state| self.entries.values().filter(move |entry| takes(entry, routing_state));
        let mut groups: Vec<Group> = Vec::new();
        let mut group_of: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in of(RoutingState::Active).chain(of(RoutingState::Held)) {
            let index = *group_of.entry(&entry.target).or_insert(groups.len());
            match groups.get_mut(index) {
                Some(group) => group.push(entry.id.clone()),
                None => groups.push(vec![entry.id.clone()]),
            }
        }
        groups
    }

    /// Forgets the removals that are old enough, and says which.
    pub fn forget(&mut self, now: Timestamp) -> BTreeSet<WebhookId> {
        let old = |at: &Timestamp| now >= at.plus(REMOVED_KEPT);
        let gone =
            self.removed.iter().filter(|(_, at)| old(at)).map(|(id, _)| id.clone()).collect();
        self.removed.retain(|_, at| !old(at));
        gone
    }

    /// When the next removal can be forgotten.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        self.removed.values().min().map(|at| at.plus(REMOVED_KEPT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Version;
    use crate::event::Operational;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn event_type(name: &str) -> EventType {
        crate::event::EventTypes::documented().get(name).unwrap().clone()
    }

    fn entry(id: &str, version: u32, only: Option<&str>, target: &str) -> RosterEntry {
        RosterEntry {
            id: id.parse().unwrap(),
            version: Version::new(version),
            routing_state: RoutingState::Active,
            event_type: only.map(event_type),
            target: target.to_owned(),
        }
    }

    fn roster(entries: Vec<RosterEntry>) -> Roster {
        Roster::from_stored(entries, [])
    }

    fn ids(groups: &[Vec<WebhookId>]) -> Vec<Vec<&str>> {
        groups.iter().map(|group| group.iter().map(WebhookId::as_str).collect()).collect()
    }

    #[test]
    fn an_event_goes_to_all_that_match_and_once_to_each_target() {
        let mut off = entry("e", 1, None, "http://e.example.com/");
        off.routing_state = RoutingState::Disabled;
        let mut holding = entry("f", 1, None, "http://f.example.com/");
        holding.routing_state = RoutingState::Held;
        let roster = roster(vec![
            entry("d", 1, None, "http://x.example.com/"),
            entry("a", 1, None, "http://x.example.com/"),
            entry("b", 1, Some("QUIZ_COMPLETION"), "http://y.example.com/"),
            entry("c", 1, Some("COURSE_COMPLETION"), "http://y.example.com/"),
            off,
            holding,
        ]);
        let groups = roster.route(&event_type("QUIZ_COMPLETION"));
        assert_eq!(ids(&groups), [vec!["a", "d"], vec!["b"], vec!["f"]]);
        let groups = roster.route(&event_type("PATH_COMPLETION"));
        assert_eq!(ids(&groups), [vec!["a", "d"], vec!["f"]]);
    }

    #[test]
    fn an_operational_event_goes_only_to_those_that_name_it() {
        let mut failing = entry("b", 1, None, "http://b.example.com/");
        failing.event_type = Some(Operational::Failing.into());
        let roster = roster(vec![
            entry("a", 1, None, "http://a.example.com/"),
            failing,
            entry("c", 1, Some("QUIZ_COMPLETION"), "http://c.example.com/"),
        ]);
        assert_eq!(ids(&roster.route(&Operational::Failing.into())), [vec!["b"]]);
        assert!(roster.route(&Operational::Recovered.into()).is_empty());
        assert_eq!(ids(&roster.route(&event_type("QUIZ_COMPLETION"))), [vec!["a"], vec!["c"]]);
    }

    fn alert(id: &str, version: u32) -> RosterEntry {
        let event_type = Some(EventType::alert());
        RosterEntry { event_type, ..entry(id, version, None, "http://alert.example.com/") }
    }

    #[test]
    fn the_alert_gets_what_nobody_asks_for_by_name() {
        let mut failing = entry("b", 1, None, "http://b.example.com/");
        failing.event_type = Some(Operational::Failing.into());
        let roster =
            roster(vec![entry("a", 1, None, "http://a.example.com/"), failing, alert("c", 1)]);
        assert_eq!(ids(&roster.route(&Operational::Failing.into())), [vec!["b"], vec!["c"]]);
        assert_eq!(ids(&roster.route(&Operational::Recovered.into())), [vec!["c"]]);
        assert_eq!(ids(&roster.route(&Operational::Deactivated.into())), [vec!["c"]]);
        assert_eq!(ids(&roster.route(&event_type("QUIZ_COMPLETION"))), [vec!["a"]]);
    }

    #[test]
    fn an_account_has_one_alert_which_is_none_of_its_webhooks() {
        let put = |entry: RosterEntry, to: &Roster, max| to.rule(&RosterChange::Put(entry), max);
        let other = |id| entry(id, 1, None, "http://x.example.com/");
        let full = roster(vec![other("a")]);
        assert_eq!(full.alert(), None);
        assert_eq!(put(alert("b", 1), &full, 1), Decision::Apply);
        let with_alert = roster(vec![other("a"), alert("b", 1)]);
        assert_eq!(with_alert.alert().unwrap().as_str(), "b");
        assert_eq!(put(alert("b", 2), &with_alert, 1), Decision::Apply);
        assert_eq!(put(alert("c", 1), &with_alert, 9), Decision::Full);
        assert_eq!(put(other("c"), &with_alert, 1), Decision::Full);
        assert_eq!(put(other("c"), &with_alert, 2), Decision::Apply);
        // An account that is being deleted may have nothing.
        assert_eq!(put(alert("b", 1), &full, 0), Decision::Full);
        let mut gone = with_alert;
        gone.apply(RosterChange::Remove("b".parse().unwrap()), NOW);
        assert_eq!(put(alert("c", 1), &gone, 1), Decision::Apply);
    }

    #[test]
    fn older_reports_change_nothing() {
        let roster = roster(vec![entry("a", 5, None, "http://x.example.com/")]);
        let check = |version, expected| {
            let report = RosterChange::Put(entry("a", version, None, "http://y.example.com/"));
            assert_eq!(roster.rule(&report, 1), expected, "version {version}");
        };
        check(4, Decision::Known);
        check(5, Decision::Known);
        check(6, Decision::Apply);
    }

    #[test]
    fn only_a_new_webhook_can_be_one_too_many() {
        let roster = roster(vec![entry("a", 1, None, "http://x.example.com/")]);
        let put =
            |id, version| RosterChange::Put(entry(id, version, None, "http://x.example.com/"));
        assert_eq!(roster.rule(&put("b", 1), 1), Decision::Full);
        assert_eq!(roster.rule(&put("b", 1), 2), Decision::Apply);
        assert_eq!(roster.rule(&put("a", 2), 1), Decision::Apply);
    }

    #[test]
    fn a_late_report_brings_nothing_back_within_a_day() {
        let put = RosterChange::Put(entry("a", 9, None, "http://x.example.com/"));
        let remove = RosterChange::Remove("a".parse().unwrap());
        let mut roster = Roster::default();
        // The removal of a webhook that the roster never heard of counts too.
        assert_eq!(roster.rule(&remove, 1), Decision::Apply);
        roster.apply(remove.clone(), NOW);
        assert_eq!(roster.rule(&put, 1), Decision::Known);
        assert_eq!(roster.rule(&remove, 1), Decision::Known);
        assert_eq!(roster.next_wakeup(), Some(NOW.plus(REMOVED_KEPT)));
        assert!(roster.forget(NOW.plus(Delay::from_secs(86_399))).is_empty());
        assert_eq!(roster.forget(NOW.plus(REMOVED_KEPT)).len(), 1);
        assert_eq!(roster.next_wakeup(), None);
    }
}
