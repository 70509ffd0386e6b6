//! One publish: admitted by the Account object, offered to the Webhook objects, and reported back
//! to the account if it came with an idempotency key.
//!
//! An event is answered as published if each webhook that takes it has stored it, or has refused it
//! for a reason that the answer names. If an object does not answer, a repeat with the same key (or
//! the event's id as the key) reaches only the webhooks that lack the event.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::base::{AccountId, EventId, Timestamp, WebhookId};
use domain::dispatch::{Acceptance, Judged, NewEvent, SendJob};
use domain::event::Event;
use domain::http::Problem;
use domain::publish::{
    Admission, AttemptBudget, Fanout, Filtered, Filters, Fingerprint, IdempotencyKey, KeyedRequest,
    Offer, OfferCall, Plan, PlannedEvent, Published,
};
use domain::rpc::{
    Accept, AcceptAnswer, Admit, FinishPublishes, FinishedPublish, GrantedAttempt, PublishRequest,
    RecordIncomplete,
};
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use worker::Env;

use crate::courier::Courier;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::object_client::{CALLS_AT_ONCE, Object};
use crate::runtime::{clock, entropy, log};
use crate::worker::error::{HandlerError, RETRY_AFTER, unavailable};
use crate::worker::publish::filtered_counts;

/// The context of a publish.
#[derive(Clone, Copy)]
pub(crate) struct Publisher<'a> {
    pub(crate) env: &'a Env,
    pub(crate) account: &'a AccountId,
    /// The courier that makes attempts; `None` if the caller makes none.
    pub(crate) courier: Option<&'a Rc<Courier>>,
}

/// The first attempt of an event, granted by a Webhook object.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) webhook: WebhookId,
    pub(crate) grant: GrantedAttempt,
    /// The time at which the Webhook object was called.
    pub(crate) asked: Timestamp,
}

impl Publisher<'_> {
    /// Makes the first attempt of an event.
    pub(crate) fn begin(self, event: &NewEvent, granted: Granted) {
        let Granted { webhook, grant, asked } = granted;
        if let Some(courier) = self.courier {
            courier.begin_granted(webhook, grant.into_job(event), asked);
        }
    }

    /// The budget of attempts if all events come with this request.
    fn budget(self) -> AttemptBudget {
        self.courier.map_or(AttemptBudget::NONE, |_| AttemptBudget::of_request())
    }
}

/// The answer for each event, in their order.
pub(crate) type Answers = Vec<Result<Published, Problem>>;

/// A callback for a granted first attempt. It gets the index of the event among those published.
pub(crate) type OnGrant<'a> = &'a dyn Fn(usize, Granted);

/// Publishes events of an account under new ids.
pub(crate) async fn publish(
    publisher: Publisher<'_>,
    events: Vec<Event>,
    keyed: Option<KeyedRequest>,
) -> Result<Answers, HandlerError> {
    let planned = events.iter().map(planned).collect::<Result<_, InternalError>>()?;
    publish_planned(publisher, planned, events, keyed).await
}

/// Publishes one event of an account under the id in `planned`.
pub(crate) async fn publish_one(
    publisher: Publisher<'_>,
    planned: PlannedEvent,
    event: Event,
    keyed: Option<KeyedRequest>,
) -> Result<Published, HandlerError> {
    let results = publish_planned(publisher, vec![planned], vec![event], keyed).await?;
    let result = results.into_iter().next();
    Ok(result.ok_or_else(|| InternalError::Object("an event has no result".to_owned()))??)
}

/// Publishes events of an account under the ids in `planned`.
async fn publish_planned(
    publisher: Publisher<'_>,
    planned: Vec<PlannedEvent>,
    events: Vec<Event>,
    keyed: Option<KeyedRequest>,
) -> Result<Answers, HandlerError> {
    let Publisher { env, account, .. } = publisher;
    let key = keyed.as_ref().map(|keyed| keyed.key.clone());
    // A record keeps it for repeats.
    let trace = events.first().filter(|_| keyed.is_some()).and_then(|event| event.trace.clone());
    let admit = Admit { publishes: vec![PublishRequest { events: planned, keyed, trace }] };
    let (mut admissions, filters) = Object::Account(account).call(env, &admit).await?.into_parts();
    let admission = admissions.pop();
    let admission = admission.ok_or_else(|| InternalError::Object("no admission".to_owned()))?;
    let plan = match admitted(admission)? {
        Admitted::ToDo(plan) => plan,
        Admitted::Done(answers) => return Ok(answers.into_iter().map(Ok).collect()),
    };
    let plans = std::slice::from_ref(&plan);
    let events = with_ids(&plan, events);
    let begin = |index: usize, granted: Granted| {
        if let Some(event) = events.get(index) {
            publisher.begin(event, granted);
        }
    };
    let publish = Publish { plans, filters: &filters, events: &events };
    let answers = fan_out(publisher, publisher.budget(), publish, &begin).await;
    Ok(match key {
        Some(key) => finish(env, account, key, &events, answers).await,
        None => record_incomplete(env, account, &plan, &events, answers).await,
    })
}

/// A publish that the account has admitted.
pub(crate) enum Admitted {
    /// The publish must be carried out by this plan.
    ToDo(Plan),
    /// An earlier request with the same key was carried out, with these answers.
    Done(Vec<Published>),
}

/// Turns a refusal by the account into an error response.
pub(crate) fn admitted(admission: Admission) -> Result<Admitted, Problem> {
    match admission {
        Admission::Open(plan) => Ok(Admitted::ToDo(plan)),
        Admission::Done(answers) => Ok(Admitted::Done(answers)),
        Admission::KeyReused => Err(Problem::key_used()),
        Admission::Disabled => Err(Problem::account_disabled()),
        Admission::Deleted => Err(Problem::account_deleted()),
        Admission::Throttled(wait) => Err(Problem::throttled(wait)),
    }
}

/// The events under the ids of the plan. For a repeat, these are the ids of the first request,
/// whose trace they keep.
fn with_ids(plan: &Plan, events: Vec<Event>) -> Vec<NewEvent> {
    let new = |(planned, mut event): (&PlannedEvent, Event)| {
        let id = planned.id.clone();
        event.trace = plan.trace_of(&event);
        NewEvent { id, event, hold: false }
    };
    plan.events.iter().zip(events).map(new).collect()
}

/// Gives an event a new id, for the plan.
pub(crate) fn planned(event: &Event) -> Result<PlannedEvent, InternalError> {
    let id = EventId::new(clock::now(), entropy::bytes()?);
    Ok(PlannedEvent { id, event_type: event.event_type.clone() })
}

/// Reports the outcome of a publish with a key to the account, so that every repeat gets the same
/// answer. An incomplete outcome is not reported, and a repeat completes it.
async fn finish(
    env: &Env,
    account: &AccountId,
    key: IdempotencyKey,
    events: &[NewEvent],
    answers: Vec<Option<Published>>,
) -> Answers {
    if answers.iter().any(Option::is_none) {
        let answers = answers.into_iter().zip(events);
        return answers.map(|(answer, event)| answer.ok_or_else(|| incomplete(event))).collect();
    }
    let finished = FinishedPublish { key, answers: answers.into_iter().flatten().collect() };
    match finish_publishes(env, account, vec![finished]).await.as_deref() {
        Ok([answers]) => answers.iter().cloned().map(Ok).collect(),
        Ok(_) | Err(()) => events.iter().map(|event| Err(incomplete(event))).collect(),
    }
}

/// The error response for an event that came with a key and that a webhook did not answer for.
pub(crate) fn incomplete(event: &NewEvent) -> Problem {
    Problem::incomplete_with_key(&event.id, RETRY_AFTER)
}

/// Reports the outcomes of publishes with a key. An error is logged.
pub(crate) async fn finish_publishes(
    env: &Env,
    account: &AccountId,
    publishes: Vec<FinishedPublish>,
) -> Result<Vec<Vec<Published>>, ()> {
    let call = FinishPublishes { publishes };
    let answers = Object::Account(account).call(env, &call).await;
    answers.map_err(|error| log_error("finish_failed", "", &error))
}

/// Stores an idempotency record for each event that a webhook did not answer for. If that fails,
/// the error response offers no key, because a repeat with a key would be a new publish.
pub(crate) async fn record_incomplete(
    env: &Env,
    account: &AccountId,
    plan: &Plan,
    events: &[NewEvent],
    answers: Vec<Option<Published>>,
) -> Answers {
    let rest =
        answers.iter().zip(events).zip(&plan.events).filter(|((answer, _), _)| answer.is_none());
    let publish = |((_, event), planned): ((_, &NewEvent), &PlannedEvent)| {
        let plan = plan.of_event(planned).with_trace(event.event.trace.clone());
        (Fingerprint::of(event.event.payload.as_bytes()), plan)
    };
    let publishes: Vec<_> = rest.map(publish).collect();
    let is_recorded = publishes.is_empty()
        || match Object::Account(account).call(env, &RecordIncomplete { publishes }).await {
            Ok(()) => true,
            Err(error) => {
                log_error("remember_failed", "", &error);
                false
            }
        };
    let problem = |event: &NewEvent| {
        if is_recorded {
            Problem::incomplete_without_key(&event.id, RETRY_AFTER)
        } else {
            unavailable()
        }
    };
    answers
        .into_iter()
        .zip(events)
        .map(|(answer, event)| answer.ok_or_else(|| problem(event)))
        .collect()
}

/// Events, and where they go.
#[derive(Clone, Copy)]
pub(crate) struct Publish<'a> {
    /// The plans, which have the events in their order.
    pub(crate) plans: &'a [Plan],
    /// The filters of the webhooks in the plans.
    pub(crate) filters: &'a Filters,
    pub(crate) events: &'a [NewEvent],
}

/// Offers events to the webhooks of their plans whose filter they match, round by round. Returns
/// the answer for each event; `None` if a webhook did not answer.
pub(crate) async fn fan_out(
    publisher: Publisher<'_>,
    mut budget: AttemptBudget,
    Publish { plans, filters, events }: Publish<'_>,
    on_grant: OnGrant<'_>,
) -> Vec<Option<Published>> {
    let filtered = Filtered::new(plans, events, filters);
    filtered_counts::add(publisher.account, &filtered.counts);
    let mut fanout = Fanout::of_plans(&filtered.plans);
    loop {
        let next_calls = fanout.next_calls();
        if next_calls.is_empty() {
            return fanout.into_answers();
        }
        // Most webhooks are offered the same events, so they share one `Accept`.
        let mut calls: BTreeMap<(&[Offer], Terms), Accept> = BTreeMap::new();
        let mut offer_calls: Vec<(&OfferCall<'_>, Terms)> = Vec::with_capacity(next_calls.len());
        for offer_call in &next_calls {
            let judged = filtered.version(offer_call).map(|version| {
                let filtered = filtered_counts::take(publisher.account, offer_call.webhook);
                Judged { version, filtered }
            });
            let terms = Terms { attempts_max: budget.reserve(offer_call), judged };
            let call = calls.entry((offer_call.offers.as_slice(), terms));
            call.or_insert_with(|| accept(&offer_call.offers, events, terms));
            offer_calls.push((offer_call, terms));
        }
        let calls = &calls;
        let answer = |&(offer_call, terms): &(_, Terms)| async move {
            let offer_call: &OfferCall<'_> = offer_call;
            let call = calls.get(&(offer_call.offers.as_slice(), terms))?;
            Some((offer_call, offer_events(publisher, offer_call, call, on_grant).await))
        };
        // Up to `CALLS_AT_ONCE` calls are made at once, without the cost of a queue.
        let answers = if offer_calls.len() <= CALLS_AT_ONCE {
            join_all(offer_calls.iter().map(answer)).await
        } else {
            stream::iter(&offer_calls).map(answer).buffer_unordered(CALLS_AT_ONCE).collect().await
        };
        for (offer_call, answers) in answers.into_iter().flatten() {
            fanout.record_answers(offer_call, answers.as_deref());
        }
    }
}

/// What a call tells a webhook beside the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Terms {
    attempts_max: usize,
    judged: Option<Judged>,
}

fn accept(offers: &[Offer], events: &[NewEvent], terms: Terms) -> Accept {
    let Terms { attempts_max, judged } = terms;
    let chosen = |offer: &Offer| {
        let event = events.get(offer.event)?.clone();
        Some(NewEvent { hold: offer.hold, ..event })
    };
    Accept { events: offers.iter().filter_map(chosen).collect(), attempts_max, judged }
}

async fn offer_events(
    publisher: Publisher<'_>,
    offer_call: &OfferCall<'_>,
    call: &Accept,
    on_grant: OnGrant<'_>,
) -> Option<Vec<Acceptance>> {
    let Publisher { env, account, .. } = publisher;
    let OfferCall { webhook, offers, .. } = offer_call;
    let asked = clock::now();
    match Object::Webhook(account, webhook).call(env, call).await {
        Ok(AcceptAnswer { answers, grants, due }) => {
            if let Some(courier) = publisher.courier {
                courier.begin_due(webhook, due.into_iter().map(SendJob::from));
            }
            for grant in grants {
                if let Some(offer) = offers.get(grant.index) {
                    on_grant(offer.event, Granted { webhook: (*webhook).clone(), grant, asked });
                }
            }
            Some(answers)
        }
        Err(error) => {
            log_error("accept_failed", webhook.as_str(), &error);
            None
        }
    }
}

fn log_error(what: &str, webhook: &str, error: &InternalError) {
    log::line(Level::Error, what, &[("webhook_id", webhook), ("error", &error.to_string())]);
}
