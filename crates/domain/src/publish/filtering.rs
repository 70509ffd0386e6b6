//! Leaves out the webhooks whose filter an event does not match, before any of them is called.
//!
//! The account hands out the filters with its plans, as its roster has them. A Webhook object whose
//! record is newer judges again; it is told which version of the record the filter is of.

use std::collections::BTreeMap;

use super::fanout::{Plan, PlannedEvent};
use crate::account::Group;
use crate::base::{Version, WebhookId};
use crate::dispatch::NewEvent;
use crate::filter::Filter;
use crate::json::LazyValue;
use crate::webhook::RosterFilter;

/// The filters of webhooks. A webhook without a filter is not in it.
pub type Filters = BTreeMap<WebhookId, RosterFilter>;

/// The filters of webhooks, parsed.
#[derive(Debug, Default)]
pub struct Filtering {
    filters: BTreeMap<WebhookId, (Version, Filter)>,
}

/// The plans of a publish, without the webhooks whose filter leaves an event out.
#[derive(Debug, PartialEq, Eq)]
pub struct Filtered {
    /// The plans. Together they have the same events in the same order.
    pub plans: Vec<Plan>,
    /// The number of events that each webhook's filter has left out, for webhooks with any.
    pub counts: BTreeMap<WebhookId, u64>,
}

impl Filtering {
    /// Parses filters.
    pub fn new(filters: &Filters) -> Self {
        let parsed = |(id, RosterFilter { version, filter }): (&WebhookId, &RosterFilter)| {
            (id.clone(), (*version, Filter::from_stored(filter)))
        };
        Self { filters: filters.iter().map(parsed).collect() }
    }

    /// The version of a webhook's record that has the filter; `None` if none is known.
    pub fn version(&self, webhook: &WebhookId) -> Option<Version> {
        self.filters.get(webhook).map(|(version, _)| *version)
    }

    /// Applies the filters to the events of plans, in their order. `None` if no webhook in the plans
    /// has a filter. An event is parsed only if one of its webhooks has a filter.
    pub fn apply(&self, plans: &[Plan], events: &[NewEvent]) -> Option<Filtered> {
        let is_filtered = |plan: &Plan| {
            plan.routes.values().flatten().flatten().any(|id| self.filters.contains_key(id))
        };
        if self.filters.is_empty() || !plans.iter().any(is_filtered) {
            return None;
        }
        let mut filtered = Filtered { plans: Vec::new(), counts: BTreeMap::new() };
        let mut events = events.iter();
        for plan in plans {
            for (planned, event) in plan.events.iter().zip(&mut events) {
                let plan = self.plan_of(plan, planned, event, &mut filtered.counts);
                filtered.plans.push(plan);
            }
        }
        Some(filtered)
    }

    /// The plan of one event, with the webhooks whose filter it matches.
    fn plan_of(
        &self,
        plan: &Plan,
        planned: &PlannedEvent,
        event: &NewEvent,
        counts: &mut BTreeMap<WebhookId, u64>,
    ) -> Plan {
        let content = LazyValue::new(event.event.payload.as_text());
        let mut matches = |id: &WebhookId| {
            let matches = self.filters.get(id).is_none_or(|(_, filter)| filter.matches(&content));
            if !matches {
                let count = counts.entry(id.clone()).or_default();
                *count = count.saturating_add(1);
            }
            matches
        };
        let mut plan = plan.of_event(planned);
        for groups in plan.routes.values_mut() {
            groups.iter_mut().for_each(|group: &mut Group| group.retain(&mut matches));
            groups.retain(|group| !group.is_empty());
        }
        plan
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
        NewEvent { id: id.parse().unwrap(), event: Event { event_type, payload }, hold: false }
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
        let call = |call: &crate::publish::OfferCall<'_>| {
            let offers: Vec<_> = call.offers.iter().map(shown).collect();
            format!("{}:{}", call.webhook, offers.join(","))
        };
        calls.iter().map(call).collect()
    }

    #[test]
    fn a_webhook_is_called_only_for_events_that_match_its_filter() {
        let events = [
            new_event("e0", "QUIZ_COMPLETION", r#"{"n":1}"#),
            new_event("e1", "PATH_COMPLETION", r#"{"n":2}"#),
            new_event("e2", "QUIZ_COMPLETION", r#"{"n":3}"#),
        ];
        let filtering =
            Filtering::new(&filters(&[("a", r#"{"n":{"$gt":1}}"#), ("b", r#"{"n":9}"#)]));
        let plans = [plan(&events[..2], &[&["a", "d"], &["b"], &["c"]]), plan(&events[2..], &[])];
        let filtered = filtering.apply(&plans, &events).unwrap();
        // `d` has the target of `a`, and sends what the filter of `a` leaves out.
        assert_eq!(calls(&filtered.plans), ["a:1", "c:0+,1+", "d:0+"]);
        let counts: Vec<_> =
            filtered.counts.iter().map(|(id, count)| (id.as_str(), *count)).collect();
        assert_eq!(counts, [("a", 1), ("b", 2)]);
        let ids = filtered.plans.iter().flat_map(|plan| &plan.events).map(|event| &event.id);
        assert!(ids.eq(events.iter().map(|event| &event.id)), "the events and their order stay");
        assert_eq!(filtering.version(&"a".parse().unwrap()), Some(Version::new(3)));
        assert_eq!(filtering.version(&"c".parse().unwrap()), None);
    }

    #[test]
    fn without_a_filter_nothing_is_parsed_or_planned_anew() {
        let events = [new_event("e0", "QUIZ_COMPLETION", "not even JSON")];
        let plans = [plan(&events, &[&["c"]])];
        assert_eq!(Filtering::new(&Filters::new()).apply(&plans, &events), None);
        let of_others = Filtering::new(&filters(&[("a", r#"{"n":1}"#)]));
        assert_eq!(of_others.apply(&plans, &events), None);
    }
}
