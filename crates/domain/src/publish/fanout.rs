//! Fan-out: offers the events of a publish to the matching webhooks, and sums up their answers.
//!
//! An event has one group of webhooks for each target, and one webhook of each group sends it: the
//! first that is still there, active and of the event's type. Webhooks are called in rounds, each
//! at most once a round and with all its events together. If a webhook does not answer, no other
//! webhook of its group is called, because the event may be stored. If no webhook of a group sends
//! the event and one is inactive, the group is called again, and one that the dispatcher
//! deactivated holds the event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::Group;
use crate::base::{EventId, WebhookId};
use crate::dispatch::{Acceptance, Refusal};
use crate::event::{Event, EventType, TraceContext};

/// An event to be published, without its payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEvent {
    /// The event's id.
    pub id: EventId,
    /// The event's type.
    pub event_type: EventType,
}

/// The groups of webhooks for each event type.
pub type Routes = BTreeMap<EventType, Vec<Group>>;

/// The events of a publish, and the webhooks to offer them to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The events, in the order in which they were published.
    pub events: Vec<PlannedEvent>,
    /// The groups of webhooks for each type of these events.
    pub routes: Routes,
    /// The trace of the request that began the publish, if that has a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceContext>,
    /// Whether an earlier request began the publish. Some webhooks may have stored its events under
    /// an earlier filter, so each is asked. Never stored.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_repeat: bool,
}

impl Plan {
    /// Plans the publish of `events`. `route` returns the groups of webhooks for an event type.
    pub fn new(events: Vec<PlannedEvent>, mut route: impl FnMut(&EventType) -> Vec<Group>) -> Self {
        let mut routes = BTreeMap::new();
        for PlannedEvent { event_type, .. } in &events {
            if !routes.contains_key(event_type) {
                routes.insert(event_type.clone(), route(event_type));
            }
        }
        Self { events, routes, trace: None, is_repeat: false }
    }

    /// The plan for one of the events.
    #[must_use]
    pub fn of_event(&self, event: &PlannedEvent) -> Self {
        let plan = Self::new(vec![event.clone()], |of| self.groups(of).to_vec());
        Self { is_repeat: self.is_repeat, ..plan }
    }

    /// The same plan for events of this trace.
    #[must_use]
    pub fn with_trace(self, trace: Option<TraceContext>) -> Self {
        Self { trace, ..self }
    }

    /// The trace of an event of this publish. The events of a repeat keep that of the first
    /// request.
    pub fn trace_of(&self, event: &Event) -> Option<TraceContext> {
        if self.is_repeat { self.trace.clone() } else { event.trace.clone() }
    }

    /// Whether both plans have events of the same types in the same order.
    pub fn has_types_of(&self, other: &Self) -> bool {
        let types = |plan: &Self| -> Vec<EventType> {
            plan.events.iter().map(|event| event.event_type.clone()).collect()
        };
        types(self) == types(other)
    }

    /// The answers if the publish ends as planned: each target stores each of its events.
    pub fn planned_answers(&self) -> Vec<Published> {
        let answer = |PlannedEvent { id, event_type }: &PlannedEvent| Published {
            id: id.clone(),
            event_type: event_type.clone(),
            webhooks: self.groups(event_type).len(),
            held: 0,
            refused: Vec::new(),
        };
        self.events.iter().map(answer).collect()
    }

    /// The number of webhooks that the plan names.
    pub fn webhooks(&self) -> usize {
        self.routes.values().flatten().map(Vec::len).sum()
    }

    fn groups(&self, event_type: &EventType) -> &[Group] {
        self.routes.get(event_type).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The answer to the publisher about one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The event's id.
    pub id: EventId,
    /// The event's type.
    pub event_type: EventType,
    /// The number of webhooks that have stored the event to send it.
    pub webhooks: usize,
    /// The number of webhooks that are inactive and hold the event.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub held: usize,
    /// The webhooks that match the event but refused it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A webhook that refused an event, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The webhook.
    pub webhook: WebhookId,
    /// The reason.
    pub reason: Refusal,
}

/// A call to one webhook, which offers it some events.
#[derive(Debug)]
pub struct OfferCall<'a> {
    /// The webhook.
    pub webhook: &'a WebhookId,
    /// The events, in the order of the plan.
    pub offers: Vec<Offer>,
    /// For each offer, the index of its target in the fan-out.
    targets: Vec<usize>,
}

/// One event as it is offered to one webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offer {
    /// The event's index in the plan.
    pub event: usize,
    /// Whether the webhook is to hold the event if it is inactive and holds what it misses. `false`
    /// while another webhook of the same target may send the event: recovering a held copy
    /// would send it twice.
    pub hold: bool,
}

/// A fan-out in progress.
#[derive(Debug)]
pub struct Fanout<'a> {
    events: Vec<&'a PlannedEvent>,
    targets: Vec<Target<'a>>,
}

/// One target of one event.
#[derive(Debug)]
struct Target<'a> {
    event: usize,
    group: &'a [WebhookId],
    /// Whether a webhook of the group has refused the event as inactive, and so may hold it.
    may_hold: bool,
    state: TargetState<'a>,
}

/// The state of a target.
#[derive(Debug)]
enum TargetState<'a> {
    /// The webhooks of the group that are still to be called, in order, and whether they are to
    /// hold the event.
    Pending(&'a [WebhookId], bool),
    /// A webhook has stored the event.
    Stored,
    /// No webhook sends the event, and one holds it.
    Held,
    /// A matching webhook refused the event. No other webhook sends it instead.
    Refused(Refused),
    /// A webhook did not answer. It may have stored the event, so no other may send it instead.
    Unanswered,
}

impl<'a> Fanout<'a> {
    /// Begins the fan-out of a plan: no webhook has been called yet.
    pub fn new(plan: &'a Plan) -> Self {
        Self::of_plans(std::slice::from_ref(plan))
    }

    /// Begins one fan-out of several plans. Its events are those of the first plan, then those of
    /// the second, and so on.
    pub fn of_plans(plans: &'a [Plan]) -> Self {
        let planned = || plans.iter().flat_map(|plan| plan.events.iter().map(move |e| (plan, e)));
        let targets = planned().enumerate().flat_map(|(event, (plan, planned))| {
            let groups = plan.groups(&planned.event_type).iter();
            groups.map(move |group| {
                let state = TargetState::Pending(group, group.len() == 1);
                Target { event, group, may_hold: false, state }
            })
        });
        let targets = targets.collect();
        Self { events: planned().map(|(_, event)| event).collect(), targets }
    }

    /// The calls of the next round, one for each webhook. There are none when the fan-out is over.
    pub fn next_calls(&self) -> Vec<OfferCall<'a>> {
        let mut calls: BTreeMap<&WebhookId, OfferCall<'a>> = BTreeMap::new();
        for (index, target) in self.targets.iter().enumerate() {
            let TargetState::Pending([webhook, ..], hold) = target.state else { continue };
            let none = || OfferCall { webhook, offers: Vec::new(), targets: Vec::new() };
            let call = calls.entry(webhook).or_insert_with(none);
            call.offers.push(Offer { event: target.event, hold });
            call.targets.push(index);
        }
        calls.into_values().collect()
    }

    /// Records a webhook's answers, one for each of its offers; `None` if it did not answer.
    pub fn record_answers(&mut self, call: &OfferCall<'_>, answers: Option<&[Acceptance]>) {
        for (index, target) in call.targets.iter().enumerate() {
            let Some(target) = self.targets.get_mut(*target) else { continue };
            let TargetState::Pending([webhook, rest @ ..], hold) = target.state else { continue };
            target.state = match answers.and_then(|answers| answers.get(index)) {
                Some(Acceptance::Stored | Acceptance::Duplicate) => TargetState::Stored,
                Some(Acceptance::Held) => TargetState::Held,
                Some(Acceptance::Refused(reason)) if reason.offers_to_next() => {
                    target.may_hold |= *reason == Refusal::Inactive;
                    // No webhook of the group sends the event: call them again to hold it.
                    let is_to_hold = rest.is_empty() && !hold && target.may_hold;
                    let (rest, hold) = if is_to_hold { (target.group, true) } else { (rest, hold) };
                    TargetState::Pending(rest, hold)
                }
                Some(Acceptance::Refused(reason)) => {
                    TargetState::Refused(Refused { webhook: webhook.clone(), reason: *reason })
                }
                None => TargetState::Unanswered,
            };
        }
    }

    /// The answers to the publisher, in the order of the events. `None` stands for an event for
    /// which a webhook did not answer.
    pub fn into_answers(self) -> Vec<Option<Published>> {
        let nothing = |event: &&PlannedEvent| {
            let PlannedEvent { id, event_type } = (*event).clone();
            Some(Published { id, event_type, webhooks: 0, held: 0, refused: Vec::new() })
        };
        let mut answers: Vec<Option<Published>> = self.events.iter().map(nothing).collect();
        for Target { event, state, .. } in self.targets {
            let Some(answer) = answers.get_mut(event) else { continue };
            match (answer.as_mut(), state) {
                (Some(published), TargetState::Stored) => {
                    published.webhooks = published.webhooks.saturating_add(1);
                }
                (Some(published), TargetState::Held) => {
                    published.held = published.held.saturating_add(1);
                }
                (Some(published), TargetState::Refused(refused)) => published.refused.push(refused),
                (Some(_), TargetState::Unanswered | TargetState::Pending([_, ..], _)) => {
                    *answer = None;
                }
                (None, _) | (_, TargetState::Pending([], _)) => {}
            }
        }
        answers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventTypes;

    const STORED: Acceptance = Acceptance::Stored;
    const DUPLICATE: Acceptance = Acceptance::Duplicate;
    const INACTIVE: Acceptance = Acceptance::Refused(Refusal::Inactive);
    const GONE: Acceptance = Acceptance::Refused(Refusal::Gone);

    fn event_type(name: &str) -> EventType {
        EventTypes::documented().get(name).unwrap().clone()
    }

    fn planned(events: &[(&str, &str)]) -> Vec<PlannedEvent> {
        let planned = |&(id, name): &(&str, &str)| PlannedEvent {
            id: id.parse().unwrap(),
            event_type: event_type(name),
        };
        events.iter().map(planned).collect()
    }

    fn groups(groups: &[&[&str]]) -> Vec<Group> {
        let group = |ids: &&[&str]| ids.iter().map(|id| id.parse().unwrap()).collect();
        groups.iter().map(group).collect()
    }

    /// Runs a fan-out in which each webhook gives these answers. Returns the rounds as
    /// `webhook:events`, where `+` marks an event to hold, and the number of webhooks that stored
    /// each event.
    fn run(
        plan: &Plan,
        answers: &[(&str, Option<&[Acceptance]>)],
    ) -> (Vec<Vec<String>>, Vec<Option<usize>>) {
        let mut fanout = Fanout::new(plan);
        let mut rounds = Vec::new();
        loop {
            let calls = fanout.next_calls();
            if calls.is_empty() {
                break;
            }
            let shown = |call: &OfferCall<'_>| {
                let offers = call.offers.iter().map(|Offer { event, hold }| {
                    if *hold { format!("{event}+") } else { event.to_string() }
                });
                format!("{}:{}", call.webhook, offers.collect::<Vec<_>>().join(","))
            };
            rounds.push(calls.iter().map(shown).collect());
            for call in calls {
                let (_, answer) =
                    answers.iter().find(|(webhook, _)| *webhook == call.webhook.as_str()).unwrap();
                fanout.record_answers(&call, *answer);
            }
        }
        let answers = fanout.into_answers().into_iter();
        (rounds, answers.map(|answer| answer.map(|answer| answer.webhooks)).collect())
    }

    #[test]
    fn each_group_stores_an_event_once_and_the_next_is_called_when_one_has_gone() {
        let one = planned(&[("e1", "QUIZ_COMPLETION")]);
        let plan = Plan::new(one, |_| groups(&[&["a", "d"], &["b"], &["c", "e"], &["f", "g"]]));
        let answers: &[(&str, Option<&[Acceptance]>)] = &[
            ("f", Some(&[GONE])),
            ("g", Some(&[INACTIVE])),
            ("a", Some(&[INACTIVE])),
            ("b", Some(&[DUPLICATE])),
            ("c", Some(&[GONE])),
            ("d", Some(&[STORED])),
            ("e", Some(&[GONE])),
        ];
        let (rounds, answers) = run(&plan, answers);
        assert_eq!(
            rounds,
            [
                vec!["a:0", "b:0+", "c:0", "f:0"],
                vec!["d:0", "e:0", "g:0"],
                // No webhook of the last target sends the event, so they are called again to hold.
                vec!["f:0+"],
                vec!["g:0+"],
            ]
        );
        assert_eq!(answers, [Some(2)]);
    }

    #[test]
    fn an_event_is_not_reported_as_published_while_one_has_not_answered() {
        let two = planned(&[("e1", "QUIZ_COMPLETION"), ("e2", "PATH_COMPLETION")]);
        let quiz = event_type("QUIZ_COMPLETION");
        let plan =
            Plan::new(two, |of| groups(if *of == quiz { &[&["a", "b"]] } else { &[&["b"]] }));
        let (rounds, answers) = run(&plan, &[("a", None), ("b", Some(&[STORED]))]);
        // `b` is not offered `e1` instead of `a`, which may have stored it.
        assert_eq!(rounds, [vec!["a:0", "b:1+"]]);
        assert_eq!(answers, [None, Some(1)]);
        // An answer that is too short counts as no answer.
        let (_, answers) = run(&plan, &[("a", Some(&[])), ("b", Some(&[STORED]))]);
        assert_eq!(answers, [None, Some(1)]);
    }

    #[test]
    fn a_webhook_is_called_once_for_all_its_events() {
        let events = planned(&[
            ("e1", "QUIZ_COMPLETION"),
            ("e2", "PATH_COMPLETION"),
            ("e3", "QUIZ_COMPLETION"),
        ]);
        let plan = Plan::new(events, |_| groups(&[&["a"], &["b"]]));
        let answers: &[(&str, Option<&[Acceptance]>)] =
            &[("a", Some(&[STORED, INACTIVE, DUPLICATE])), ("b", Some(&[STORED; 3]))];
        let (rounds, answers) = run(&plan, answers);
        assert_eq!(rounds, [vec!["a:0+,1+,2+", "b:0+,1+,2+"]]);
        assert_eq!(answers, [Some(2), Some(1), Some(2)]);
    }

    #[test]
    fn a_webhook_that_holds_an_event_is_counted_for_itself() {
        let plan = Plan::new(planned(&[("e1", "QUIZ_COMPLETION")]), |_| groups(&[&["a"], &["b"]]));
        let mut fanout = Fanout::new(&plan);
        for (call, answer) in fanout.next_calls().iter().zip([Acceptance::Held, STORED]) {
            fanout.record_answers(call, Some(&[answer]));
        }
        let answer = fanout.into_answers().pop().flatten().unwrap();
        assert_eq!((answer.webhooks, answer.held), (1, 1));
        let written = serde_json::to_string(&answer).unwrap();
        assert!(written.ends_with(r#""webhooks":1,"held":1}"#), "{written}");
    }

    #[test]
    fn nobody_to_call_is_an_answer_too() {
        let plan = Plan::new(planned(&[("e1", "QUIZ_COMPLETION")]), |_| Vec::new());
        assert_eq!(run(&plan, &[]), (vec![], vec![Some(0)]));
    }

    #[test]
    fn the_answer_is_in_the_documents_words() {
        let published = Published {
            id: "e1".parse().unwrap(),
            event_type: event_type("QUIZ_COMPLETION"),
            webhooks: 2,
            held: 0,
            refused: vec![],
        };
        let written = serde_json::to_string(&published).unwrap();
        assert_eq!(written, r#"{"id":"e1","event_type":"QUIZ_COMPLETION","webhooks":2}"#);
        assert_eq!(serde_json::from_str::<Published>(&written).unwrap(), published);
    }
}
