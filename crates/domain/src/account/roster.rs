//! The roster of an account: its webhooks, and which of them receive an event.
//!
//! The roster is a projection: each Webhook object reports its own entry with a version. Older
//! versions are ignored. Ids of removed webhooks are stored for a day, so that a late report does
//! not restore one. Events are routed by the roster, so an acknowledged change applies to the next
//! event.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::base::{Delay, LISTENERS_MAX, Timestamp, WebhookId};
use crate::event::EventType;
use crate::webhook::{RosterChange, RosterEntry, RosterFilter, RoutingState};

/// How long the id of a removed webhook is stored; far longer than a report can be delayed.
pub const REMOVED_KEPT: Delay = Delay::from_secs(24 * 3_600);

/// Most ids of removed webhooks, about 1 MB of memory. Beyond that the oldest are forgotten early.
/// So many removals take minutes, still longer than a report can be delayed.
pub const REMOVED_MAX: usize = 10_000;

/// The webhooks that match an event and have the same target, in the order in which they are
/// called. The first one that accepts the event sends it.
pub type Group = Vec<WebhookId>;

/// How to answer the report of a Webhook object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Store the report.
    Apply,
    /// Acknowledge the report without storing it: the roster has this version or a newer one.
    Known,
    /// Refuse the report: the account has reached its limit of webhooks or of listeners, or already
    /// has an alert (see [`Roster::alert`]).
    Full,
}

/// The webhooks of one account, and the ids of those removed within the last day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    entries: BTreeMap<WebhookId, RosterEntry>,
    removed: BTreeMap<WebhookId, Timestamp>,
    /// The same, in the order of removal.
    removals: VecDeque<(Timestamp, WebhookId)>,
}

impl Roster {
    /// The stored roster: its entries, and the removed ids with the time of removal.
    pub fn from_stored(
        entries: impl IntoIterator<Item = RosterEntry>,
        removed: impl IntoIterator<Item = (WebhookId, Timestamp)>,
    ) -> Self {
        let removed: BTreeMap<WebhookId, Timestamp> = removed.into_iter().collect();
        let mut removals: Vec<_> = removed.iter().map(|(id, at)| (*at, id.clone())).collect();
        removals.sort_unstable();
        Self {
            entries: entries
                .into_iter()
                .map(|entry| (entry.id.clone(), entry.with_normal_target()))
                .collect(),
            removals: removals.into(),
            removed,
        }
    }

    /// Decides about a report; the account may have at most `webhooks_max` webhooks.
    pub fn decide(&self, change: &RosterChange, webhooks_max: usize) -> Decision {
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

    /// Whether the limits allow one more webhook. The alert does not count: an account at its limit
    /// can still add its alert. A listener counts among the webhooks, and among the listeners.
    fn has_room(&self, new: &RosterEntry, webhooks_max: usize) -> bool {
        let alerts = usize::from(self.alert().is_some());
        let (count, max) = if new.is_alert() {
            (alerts, webhooks_max.min(1))
        } else {
            (self.entries.len().saturating_sub(alerts), webhooks_max)
        };
        count < max && !(new.options.listener && self.listeners().count() >= LISTENERS_MAX)
    }

    /// The id of the account's alert, if it has one: the webhook that receives all operational
    /// events of the account.
    pub fn alert(&self) -> Option<&WebhookId> {
        self.entries.values().find(|entry| entry.is_alert()).map(|entry| &entry.id)
    }

    /// The ids of the listeners, in order.
    pub fn listeners(&self) -> impl Iterator<Item = &WebhookId> {
        self.entries.values().filter(|entry| entry.options.listener).map(|entry| &entry.id)
    }

    /// Applies a report for which [`decide`](Self::decide) returned [`Decision::Apply`].
    pub fn apply(&mut self, change: RosterChange, now: Timestamp) {
        match change {
            RosterChange::Put(entry) => {
                self.entries.insert(entry.id.clone(), entry.with_normal_target());
            }
            RosterChange::Remove(id) => {
                self.entries.remove(&id);
                self.removals.push_back((now, id.clone()));
                self.removed.insert(id, now);
            }
        }
    }

    /// Whether a webhook was removed within the last [`REMOVED_KEPT`].
    pub fn is_removed(&self, id: &WebhookId) -> bool {
        self.removed.contains_key(id)
    }

    /// Whether the account has this webhook.
    pub fn contains(&self, id: &WebhookId) -> bool {
        self.entries.contains_key(id)
    }

    /// The other webhooks with the same target as this one, in the order of their ids; `None` if
    /// the account does not have it. Of those that receive an event, only one sends it.
    pub fn sharing_target(&self, id: &WebhookId) -> Option<Vec<WebhookId>> {
        let target = &self.entry(id)?.target;
        let shares = |entry: &&RosterEntry| entry.target == *target && entry.id != *id;
        Some(self.entries.values().filter(shares).map(|entry| entry.id.clone()).collect())
    }

    /// The entry of a webhook.
    pub fn entry(&self, id: &WebhookId) -> Option<&RosterEntry> {
        self.entries.get(id)
    }

    /// The filter of a webhook, if it has one.
    pub fn filter(&self, id: &WebhookId) -> Option<RosterFilter> {
        self.entry(id)?.roster_filter()
    }

    /// Whether a webhook has a filter.
    pub fn has_filters(&self) -> bool {
        self.entries.values().any(|entry| entry.filter.is_some())
    }

    /// The ids of all webhooks, in order.
    pub fn members(&self) -> Vec<WebhookId> {
        self.entries.keys().cloned().collect()
    }

    /// The ids and routing states of all webhooks, in the order of the ids.
    pub fn routing_states(&self) -> Vec<(WebhookId, RoutingState)> {
        self.entries.values().map(|entry| (entry.id.clone(), entry.routing_state)).collect()
    }

    /// The ids of the webhooks that were removed within the last [`REMOVED_KEPT`].
    pub fn removed(&self) -> Vec<WebhookId> {
        self.removed.keys().cloned().collect()
    }

    /// The ids of all webhooks, in order.
    pub fn ids(&self) -> impl Iterator<Item = &WebhookId> {
        self.entries.keys()
    }

    /// The ids of all webhooks and of those removed within the last [`REMOVED_KEPT`], in order. The
    /// object of each may still store something.
    pub fn known_ids(&self) -> impl Iterator<Item = &WebhookId> {
        let ids: BTreeSet<_> = self.entries.keys().chain(self.removed.keys()).collect();
        ids.into_iter()
    }

    /// Whether no object of a webhook can store anything: [`known_ids`](Self::known_ids) is empty.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.removed.is_empty()
    }

    /// Removes a webhook without a trace: its entry and the time of its removal.
    pub fn erase_webhook(&mut self, id: &WebhookId) {
        self.entries.remove(id);
        self.removed.remove(id);
        self.removals.retain(|(_, removed)| removed != id);
    }

    /// The webhooks that receive an event of this type: one group for each target, active webhooks
    /// before held ones, each in the order of the ids. One webhook of each group sends the event.
    pub fn route(&self, event_type: &EventType) -> Vec<Group> {
        let matches = |entry: &&RosterEntry, routing_state| {
            entry.routing_state == routing_state && entry.receives(event_type)
        };
        let of = |routing_state| {
            self.entries.values().filter(move |entry| matches(entry, routing_state))
        };
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

    /// Drops removed ids that are older than [`REMOVED_KEPT`] or too many, at most `limit`, and
    /// returns them.
    pub fn purge_removed(&mut self, now: Timestamp, limit: usize) -> Vec<WebhookId> {
        let mut gone = Vec::new();
        while gone.len() < limit
            && self.next_wakeup().is_some_and(|due| due <= now)
            && let Some((_, id)) = self.removals.pop_front()
        {
            self.removed.remove(&id);
            gone.push(id);
        }
        gone
    }

    /// The time at which the next removed id can be dropped.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        let (oldest, _) = self.removals.front()?;
        let is_full = self.removals.len() > REMOVED_MAX;
        Some(if is_full { *oldest } else { oldest.plus(REMOVED_KEPT) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Version;
    use crate::event::{EventPatterns, Operational};
    use crate::webhook::RosterOptions;

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
            options: RosterOptions::default(),
            filter: None,
        }
    }

    fn roster(entries: Vec<RosterEntry>) -> Roster {
        Roster::from_stored(entries, [])
    }

    fn ids(groups: &[Vec<WebhookId>]) -> Vec<Vec<&str>> {
        groups.iter().map(|group| group.iter().map(WebhookId::as_str).collect()).collect()
    }

    #[test]
    fn an_event_goes_to_all_matching_webhooks_and_once_to_each_target() {
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
    fn a_webhook_shares_its_target_with_others() {
        let mut off = entry("c", 1, Some("QUIZ_COMPLETION"), "http://x.example.com/?a|b");
        off.routing_state = RoutingState::Disabled;
        let other = entry("d", 1, None, "http://y.example.com/");
        let one = |id| entry(id, 1, None, "http://x.example.com/?a%7Cb");
        let mut roster = roster(vec![one("b"), one("a"), off, other]);
        let shares = |roster: &Roster, id: &str| {
            let shares = roster.sharing_target(&id.parse().unwrap());
            shares.map(|ids| ids.iter().map(WebhookId::to_string).collect::<Vec<_>>().join(","))
        };
        assert_eq!(shares(&roster, "a").as_deref(), Some("b,c"));
        assert_eq!(shares(&roster, "c").as_deref(), Some("a,b"));
        assert_eq!(shares(&roster, "d").as_deref(), Some(""));
        assert_eq!(shares(&roster, "e"), None);
        roster.apply(RosterChange::Remove("b".parse().unwrap()), NOW);
        assert_eq!(shares(&roster, "a").as_deref(), Some("c"));
    }

    #[test]
    fn an_event_goes_to_the_webhooks_whose_list_takes_its_type() {
        let list = |id: &str, entries: &[&str]| {
            let entries = entries.iter().map(|entry| (*entry).to_owned()).collect();
            let types = crate::event::EventTypes::documented();
            let event_types = EventPatterns::new(entries, &types).unwrap();
            let options = RosterOptions { event_types, ..RosterOptions::default() };
            RosterEntry { options, ..entry(id, 1, None, &format!("http://{id}.example.com/")) }
        };
        let roster = roster(vec![
            entry("a", 1, None, "http://a.example.com/"),
            list("b", &["COURSE_*", "QUIZ_COMPLETION"]),
            list("c", &["*", "WEBHOOK_FAILING"]),
            list("d", &["PATH_*", "WEBHOOK_*"]),
        ]);
        let check = |event_type: EventType, expected: &[&str]| {
            let groups = roster.route(&event_type);
            let expected: Vec<_> = expected.iter().map(|id| vec![*id]).collect();
            assert_eq!(ids(&groups), expected, "{event_type}");
        };
        check(event_type("COURSE_ENROLLMENT"), &["a", "b", "c"]);
        check(event_type("QUIZ_COMPLETION"), &["a", "b", "c"]);
        check(event_type("PATH_COMPLETION"), &["a", "c", "d"]);
        check(Operational::Failing.into(), &["c", "d"]);
        check(Operational::Deactivated.into(), &["d"]);
    }

    #[test]
    fn an_operational_event_goes_only_to_webhooks_of_that_type() {
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
    fn the_alert_receives_every_operational_event_and_no_other() {
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
    fn an_account_has_one_alert_which_does_not_count_as_a_webhook() {
        let put = |entry: RosterEntry, to: &Roster, max| to.decide(&RosterChange::Put(entry), max);
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
        // An account that is being deleted has a limit of 0.
        assert_eq!(put(alert("b", 1), &full, 0), Decision::Full);
        let mut gone = with_alert;
        gone.apply(RosterChange::Remove("b".parse().unwrap()), NOW);
        assert_eq!(put(alert("c", 1), &gone, 1), Decision::Apply);
    }

    #[test]
    fn an_older_report_changes_nothing() {
        let roster = roster(vec![entry("a", 5, None, "http://x.example.com/")]);
        let check = |version, expected| {
            let report = RosterChange::Put(entry("a", version, None, "http://y.example.com/"));
            assert_eq!(roster.decide(&report, 1), expected, "version {version}");
        };
        check(4, Decision::Known);
        check(5, Decision::Known);
        check(6, Decision::Apply);
    }

    #[test]
    fn the_limit_applies_only_to_new_webhooks() {
        let roster = roster(vec![entry("a", 1, None, "http://x.example.com/")]);
        let put =
            |id, version| RosterChange::Put(entry(id, version, None, "http://x.example.com/"));
        assert_eq!(roster.decide(&put("b", 1), 1), Decision::Full);
        assert_eq!(roster.decide(&put("b", 1), 2), Decision::Apply);
        assert_eq!(roster.decide(&put("a", 2), 1), Decision::Apply);
    }

    #[test]
    fn a_late_report_does_not_restore_a_removed_webhook_within_a_day() {
        let put = RosterChange::Put(entry("a", 9, None, "http://x.example.com/"));
        let remove = RosterChange::Remove("a".parse().unwrap());
        let mut roster = Roster::default();
        // The removal of an unknown webhook counts too.
        assert_eq!(roster.decide(&remove, 1), Decision::Apply);
        roster.apply(remove.clone(), NOW);
        assert_eq!(roster.decide(&put, 1), Decision::Known);
        assert_eq!(roster.decide(&remove, 1), Decision::Known);
        assert_eq!(roster.next_wakeup(), Some(NOW.plus(REMOVED_KEPT)));
        assert!(roster.purge_removed(NOW.plus(Delay::from_secs(86_399)), 9).is_empty());
        assert_eq!(roster.purge_removed(NOW.plus(REMOVED_KEPT), 9).len(), 1);
        assert_eq!(roster.next_wakeup(), None);
    }

    #[test]
    fn removed_ids_are_dropped_in_bounded_steps_and_when_they_are_too_many() {
        let mut roster = Roster::default();
        let id = |n: usize| -> WebhookId { format!("w{n:06}").parse().unwrap() };
        // The last ids are removed first.
        let at = |n: usize| NOW.minus(Delay::from_ms(u64::try_from(n).unwrap()));
        for n in (0..REMOVED_MAX + 3).rev() {
            roster.apply(RosterChange::Remove(id(n)), at(n));
        }
        assert!(roster.next_wakeup().unwrap() <= NOW);
        let restored = Roster::from_stored([], roster.removed.clone());
        assert_eq!(roster, restored);
        let last = REMOVED_MAX + 2;
        assert_eq!(roster.purge_removed(NOW, 2), [id(last), id(last - 1)]);
        assert_eq!(roster.purge_removed(NOW, 500), [id(last - 2)]);
        assert_eq!(roster.purge_removed(NOW, 500), []);
        assert!(!roster.is_removed(&id(last)) && roster.is_removed(&id(0)));
        assert_eq!(roster.next_wakeup(), Some(at(last - 3).plus(REMOVED_KEPT)));
        assert_eq!(roster.purge_removed(NOW.plus(REMOVED_KEPT), 500).len(), 500);
        roster.erase_webhook(&id(last - 503));
        assert_eq!(roster.purge_removed(NOW.plus(REMOVED_KEPT), 1), [id(last - 504)]);
    }
}
