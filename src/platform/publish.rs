//! A publish: asked of the account, offered to its webhooks' objects, and reported back if it came
//! with a key.
//!
//! What is told as published was stored by every webhook that takes it, or refused by a rule that
//! the answer names. What one did not answer for can be completed by a repeat: with the key that it
//! came with, or with the event's id as key.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use worker::Env;

use super::api::{RETRY_AFTER, unavailable};
use super::body::Stop;
use super::fault::Fault;
use super::first_try::Publisher;
use super::log::{self, Level};
use super::objects::Object;
use super::{clock, entropy};
use crate::domain::accept_call::Accept;
use crate::domain::account_call::{Admit, Finish, Remember};
use crate::domain::admission::Admission;
use crate::domain::event::Event;
use crate::domain::fanout::{Ask, Fanout, Offer, Plan, PlannedEvent, Published};
use crate::domain::id::{AccountId, EventId};
use crate::domain::idempotency::{Fingerprint, IdempotencyKey, Keyed};
use crate::domain::limits::WORKER_SENDS_MAX;
use crate::domain::problem::Problem;
use crate::domain::queue::{Acceptance, NewEvent};

/// Most objects asked at a time by one publish. The platform holds back what exceeds its
/// connections; this bounds what waits in memory.
pub(crate) const CALLS_AT_ONCE: usize = 20;

/// What is answered for each event, in order.
pub(crate) type Told = Vec<Result<Published, Problem>>;

/// Publishes events of an account.
pub(crate) async fn publish(
    publisher: Publisher<'_>,
    events: Vec<Event>,
    keyed: Option<Keyed>,
) -> Result<Told, Stop> {
    let planned = planned(&events)?;
    publish_planned(publisher, planned, events, keyed).await
}

/// Publishes events of an account that have their ids.
pub(crate) async fn publish_planned(
    publisher: Publisher<'_>,
    planned: Vec<PlannedEvent>,
    events: Vec<Event>,
    keyed: Option<Keyed>,
) -> Result<Told, Stop> {
    let Publisher { env, account, .. } = publisher;
    let admit = Admit { events: planned, keyed };
    let plan = match Object::Account(account).call(env, &admit).await? {
        Admission::Open(plan) => plan,
        Admission::Done(told) => return Ok(told.into_iter().map(Ok).collect()),
        Admission::OtherRequest => return Err(Problem::key_used().into()),
        Admission::Disabled => return Err(Problem::account_disabled().into()),
        Admission::Deleted => return Err(Problem::account_deleted().into()),
        Admission::Throttled(wait) => return Err(Problem::throttled(wait).into()),
    };
    let new = |(planned, event): (&PlannedEvent, Event)| {
        let id = planned.id.clone();
        NewEvent { id, event, hold: false }
    };
    let events: Vec<NewEvent> = plan.events.iter().zip(events).map(new).collect();
    let told = fan_out(publisher, &plan, &events).await;
    match admit.keyed {
        Some(Keyed { key, .. }) => Ok(finish(env, account, key, &events, told).await),
        None => Ok(remember(env, account, &plan, &events, told).await),
    }
}

fn planned(events: &[Event]) -> Result<Vec<PlannedEvent>, Fault> {
    let now = clock::now();
    let planned = |event: &Event| {
        let id = EventId::new(now, entropy::bytes()?);
        Ok(PlannedEvent { id, event_type: event.event_type.clone() })
    };
    events.iter().map(planned).collect()
}

/// Reports what a publish with a key came to, so that every repeat is told the same.
async fn finish(
    env: &Env,
    account: &AccountId,
    key: IdempotencyKey,
    events: &[NewEvent],
    told: Vec<Option<Published>>,
) -> Told {
    let unstored = |event: &NewEvent| Problem::unstored_under_key(&event.id, RETRY_AFTER);
    if told.iter().any(Option::is_none) {
        let told = told.into_iter().zip(events);
        return told.map(|(told, event)| told.ok_or_else(|| unstored(event))).collect();
    }
    let call = Finish { key, told: told.into_iter().flatten().collect() };
    match Object::Account(account).call(env, &call).await {
        Ok(told) => told.into_iter().map(Ok).collect(),
        Err(fault) => {
            log_fault("finish_failed", "", &fault);
            events.iter().map(|event| Err(unstored(event))).collect()
        }
    }
}

/// Has remembered what could not be carried out. If even that fails, no key is offered: a repeat
/// with it would be a new publish.
async fn remember(
    env: &Env,
    account: &AccountId,
    plan: &Plan,
    events: &[NewEvent],
    told: Vec<Option<Published>>,
) -> Told {
    let rest = told.iter().zip(events).zip(&plan.events).filter(|((told, _), _)| told.is_none());
    let publish = |((_, event), planned): ((_, &NewEvent), &PlannedEvent)| {
        (Fingerprint::of(event.event.payload.as_bytes()), plan.of_event(planned))
    };
    let publishes: Vec<_> = rest.map(publish).collect();
    let is_remembered = publishes.is_empty()
        || match Object::Account(account).call(env, &Remember { publishes }).await {
            Ok(()) => true,
            Err(fault) => {
                log_fault("remember_failed", "", &fault);
                false
            }
        };
    let problem = |event: &NewEvent| {
        if is_remembered { Problem::unstored(&event.id, RETRY_AFTER) } else { unavailable() }
    };
    told.into_iter().zip(events).map(|(told, event)| told.ok_or_else(|| problem(event))).collect()
}

/// Offers events to the webhooks of a plan, round by round. What is told of each; `None` if
/// somebody did not answer for it.
async fn fan_out(
    publisher: Publisher<'_>,
    plan: &Plan,
    events: &[NewEvent],
) -> Vec<Option<Published>> {
    let mut first_tries = publisher.context.map_or(0, |_| WORKER_SENDS_MAX);
    let mut fanout = Fanout::new(plan);
    loop {
        let asks = fanout.asks();
        if asks.is_empty() {
            return fanout.published();
        }
        // Most webhooks are asked about the same events.
        let mut calls: BTreeMap<(&[Offer], bool), Accept> = BTreeMap::new();
        let questions: Vec<(&Ask<'_>, bool)> =
            asks.iter().enumerate().map(|(index, ask)| (ask, index < first_tries)).collect();
        for &(Ask { offers, .. }, worker_sends) in &questions {
            let call = calls.entry((offers, worker_sends));
            call.or_insert_with(|| accept(offers, events, worker_sends));
        }
        first_tries = first_tries.saturating_sub(asks.len());
        let calls = &calls;
        let answer = |&(question, worker_sends): &(_, bool)| async move {
            let question: &Ask<'_> = question;
            let call = calls.get(&(question.offers.as_slice(), worker_sends))?;
            Some((question, ask(publisher, question, call).await))
        };
        // A few are asked at once, which needs no queue.
        let answers = if questions.len() <= CALLS_AT_ONCE {
            join_all(questions.iter().map(answer)).await
        } else {
            stream::iter(&questions).map(answer).buffer_unordered(CALLS_AT_ONCE).collect().await
        };
        for (question, answers) in answers.into_iter().flatten() {
            fanout.answered(question, answers.as_deref());
        }
    }
}

fn accept(offers: &[Offer], events: &[NewEvent], worker_sends: bool) -> Accept {
    let chosen = |offer: &Offer| {
        let event = events.get(offer.event)?.clone();
        Some(NewEvent { hold: offer.hold, ..event })
    };
    Accept { events: offers.iter().filter_map(chosen).collect(), worker_sends }
}

async fn ask(
    publisher: Publisher<'_>,
    question: &Ask<'_>,
    call: &Accept,
) -> Option<Vec<Acceptance>> {
    let Publisher { env, account, .. } = publisher;
    let asked = clock::now();
    match Object::Webhook(account, question.webhook).call(env, call).await {
        Ok(answer) => Some(publisher.begin(question.webhook, answer, &call.events, asked)),
        Err(fault) => {
            log_fault("accept_failed", question.webhook.as_str(), &fault);
            None
        }
    }
}

fn log_fault(what: &str, webhook: &str, fault: &Fault) {
    log::line(Level::Error, what, &[("webhook_id", webhook), ("fault", &fault.to_string())]);
}
