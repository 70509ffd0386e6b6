//! Leaves out the webhooks whose filter an event does not match, before any of them is called.
//!
//! The account hands out the filters with its plans, as its roster has them. A Webhook object whose
//! record is newer judges again; it is told which version of the record the filter is of.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::fanout::{OfferCall, Plan, PlannedEvent};
use crate::base::{Version, WebhookId};
use crate::dispatch::NewEvent;
use crate::filter::Filter;
use crate::json::LazyValue;
use crate::webhook::RosterFilter;

/// The filters of webhooks. A webhook without a filter is not in it.
pub type Filters = BTreeMap<WebhookId, RosterFilter>;

/// The plans of a publish, without the webhooks whose filter leaves an event out.
#[derive(Debug)]
pub struct Filtered<'a> {
    /// The plans. Together they have the same events in the same order.
    pub plans: Cow<'a, [Plan]>,
    /// The number of events that each webhook's filter has left out, for webhooks with any.
    pub counts: BTreeMap<WebhookId, u64>,
    filters: &'a Filters,
    /// For each event, whether the filters were applied. Empty if none was applied to any.
    judged: Vec<bool>,
}

impl<'a> Filtered<'a> {
    /// Applies `filters` to the events of `plans`, which are `events` in their order. An event is
    /// parsed only if a webhook that it is planned for has a filter. A repeat is left as it is.
    pub fn new(plans: &'a [Plan], events: &[NewEvent], filters: &'a Filters) -> Self {
        let is_judged = |plan: &Plan| {
            let mut webhooks = plan.routes.values().flatten().flatten();
            !plan.is_repeat && webhooks.any(|id| filters.contains_key(id))
        };
        let (counts, judged) = (BTreeMap::new(), Vec::new());
        let mut filtered = Self { plans: Cow::Borrowed(plans), counts, filters, judged };
        if !filters.is_empty() && plans.iter().any(is_judged) {
            filtered.apply(plans, events);
        }
        filtered
    }

    fn apply(&mut self, plans: &[Plan], events: &[NewEvent]) {
        let mut parsed = BTreeMap::new();
        for (id, entry) in self.filters {
            parsed.insert(id, Filter::from_stored(&entry.filter));
        }
        let mut events = events.iter();
        let mut judged_plans = Vec::new();
        for plan in plans {
            for (planned, event) in plan.events.iter().zip(&mut events) {
                judged_plans.push(if plan.is_repeat {
                    plan.of_event(planned)
                } else {
                    self.plan_of(plan, planned, event, &parsed)
                });
                self.judged.push(!plan.is_repeat);
            }
        }
        self.plans = Cow::Owned(judged_plans);
    }

    /// The plan of one event, with the webhooks whose filter it matches.
    fn plan_of(
        &mut self,
        plan: &Plan,
        planned: &PlannedEvent,
        event: &NewEvent,
        filters: &BTreeMap<&WebhookId, Filter>,
    ) -> Plan {
        let content = LazyValue::new(event.event.payload.as_text());
        let mut matches = |id: &WebhookId| {
            let matches = filters.get(id).is_none_or(|filter| filter.matches(&content));
            if !matches {
                let count = self.counts.entry(id.clone()).or_default();
                *count = count.saturating_add(1);
            }
            matches
        };
        let mut plan = plan.of_event(planned);
        for groups in plan.routes.values_mut() {
            for group in groups.iter_mut() {
                group.retain(&mut matches);
            }
            groups.retain(|group| !group.is_empty());
        }
        plan
    }

    /// The version of the record whose filter all events of a call match; `None` if the webhook has
    /// to judge them itself.
    pub fn version(&self, call: &OfferCall<'_>) -> Option<Version> {
        let version = self.filters.get(call.webhook)?.version;
        let is_judged = |event: usize| self.judged.get(event).copied().unwrap_or_default();
        call.offers.iter().all(|offer| is_judged(offer.event)).then_some(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, EventTypes, Payload};
    use crate::filter::FilterText;
    use crate::publish::Fanout;

    fn filters(filters: &[(&str, &str)]) -> Filters {
        let filter = |(id, json): &(&str, &str)| {
            let filter = FilterText::parse(json).unwrap().unwrap();
            (id.parse().unwrap(), RosterFilter { version: Version::new(3), filter })
        };
        filters.iter().map(filter).collect()
    }

    fn new_event(id: &str, name: &str, payload: &str) -> NewEvent {
        let event_type = EventTypes::documented().get(name).unwrap().clone();
        let payload = Payload::from_stored(payload.as_bytes().to_vec());
        let event = Event { event_type, payload, trace: None };
        NewEvent { id: id.parse().unwrap(), event, hold: false }
    }

    fn plan(events: &[NewEvent], groups: &[&[&str]]) -> Plan {
        let planned = events.iter().map(|new| PlannedEvent {
            id: new.id.clone(),
            event_type: new.event.event_type.clone(),
        });
        let group = |ids: &&[&str]| ids.iter().map(|id| id.parse().unwrap()).collect();
        Plan::new(planned.collect(), |_| groups.iter().map(group).collect())
    }

    /// The webhooks that are called first, each with the events that it is offered; `+` marks one
    /// that it is to hold.
    fn calls(plans: &[Plan]) -> Vec<String> {
        let calls = Fanout::of_plans(plans).next_calls();
        let shown = |offer: &crate::publish::Offer| {
            format!("{}{}", offer.event, if offer.hold { "+" } else { "" })
        };
        let call = |call: &OfferCall<'_>| {
            let offers: Vec<_> = call.offers.iter().map(shown).collect();
            format!("{}:{}", call.webhook, offers.join(","))
        };
        calls.iter().map(call).collect()
    }

    /// The version that each call of the first round names.
    fn versions(filtered: &Filtered<'_>) -> Vec<Option<u32>> {
        let calls = Fanout::of_plans(&filtered.plans).next_calls();
        calls.iter().map(|call| filtered.version(call).map(Version::get)).collect()
    }

    #[test]
    fn a_webhook_is_called_only_for_events_that_match_its_filter() {
        let events = [
            new_event("e0", "QUIZ_COMPLETION", r#"{"n":1}"#),
            new_event("e1", "PATH_COMPLETION", r#"{"n":2}"#),
            new_event("e2", "QUIZ_COMPLETION", r#"{"n":3}"#),
        ];
        let filters = filters(&[("a", r#"{"n":{"$gt":1}}"#), ("b", r#"{"n":9}"#)]);
        let plans = [plan(&events[..2], &[&["a", "d"], &["b"], &["c"]]), plan(&events[2..], &[])];
        let filtered = Filtered::new(&plans, &events, &filters);
        // `d` has the target of `a`, and sends what the filter of `a` leaves out.
        assert_eq!(calls(&filtered.plans), ["a:1", "c:0+,1+", "d:0+"]);
        let counts: Vec<_> =
            filtered.counts.iter().map(|(id, count)| (id.as_str(), *count)).collect();
        assert_eq!(counts, [("a", 1), ("b", 2)]);
        let ids = filtered.plans.iter().flat_map(|plan| &plan.events).map(|event| &event.id);
        assert!(ids.eq(events.iter().map(|event| &event.id)), "the events and their order stay");
        assert_eq!(versions(&filtered), [Some(3), None, None]);
    }

    #[test]
    fn a_repeat_is_judged_by_the_webhooks() {
        let events = [
            new_event("e0", "QUIZ_COMPLETION", r#"{"n":1}"#),
            new_event("e1", "QUIZ_COMPLETION", r#"{"n":2}"#),
            new_event("e2", "QUIZ_COMPLETION", r#"{"n":2}"#),
        ];
        let filters = filters(&[("a", r#"{"n":2}"#), ("b", r#"{"n":1}"#)]);
        let new = plan(&events[..2], &[&["a"], &["b"]]);
        let repeat = Plan { is_repeat: true, ..plan(&events[2..], &[&["a"], &["c"]]) };
        let plans = [new, repeat.clone()];
        let filtered = Filtered::new(&plans, &events, &filters);
        assert_eq!(calls(&filtered.plans), ["a:1+,2+", "b:0+", "c:2+"]);
        assert_eq!(versions(&filtered), [None, Some(3), None]);
        let alone = [repeat];
        let filtered = Filtered::new(&alone, &events[2..], &filters);
        assert!(matches!(filtered.plans, Cow::Borrowed(_)));
        assert_eq!(versions(&filtered), [None, None]);
    }

    #[test]
    fn without_a_filter_nothing_is_parsed_or_planned_anew() {
        let events = [new_event("e0", "QUIZ_COMPLETION", "not even JSON")];
        let plans = [plan(&events, &[&["c"]])];
        for filters in [Filters::new(), filters(&[("a", r#"{"n":1}"#)])] {
            let filtered = Filtered::new(&plans, &events, &filters);
            assert!(matches!(filtered.plans, Cow::Borrowed(_)));
            assert!(filtered.counts.is_empty());
            assert_eq!(versions(&filtered), [None]);
        }
    }
}
