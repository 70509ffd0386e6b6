//! Batches the publishes of one event that one account makes in one isolate
//! ([`domain::base::Batcher`]).
//!
//! The leader calls the objects for the whole batch and gives each follower its result. A request
//! may not use what belongs to another, and its promises end with it. So each follower waits for a
//! promise of its own, with a timer of its own; the leader resolves it, and the runtime resumes the
//! follower in its request (compatibility flag `handle_cross_request_promise_resolution`). First
//! attempts are made by the request that brought the event, over its own connections.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use domain::base::{AccountId, Batch, BatchLimits, Batcher, Delay, Role, Ticket};
use domain::dispatch::NewEvent;
use domain::event::Event;
use domain::http::Problem;
use domain::publish::{Admission, AttemptBudget, KeyedRequest, Plan, PlannedEvent, Published};
use domain::rpc::{Admit, FinishedPublish, PublishRequest};

use super::fanout::Admitted;
use super::fanout::{Granted, Publish, Publisher};
use super::{fanout, finish_batcher};
use crate::runtime::bindings::Release;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, io};
use crate::worker::error::HandlerError;

/// The size of a batch. 1 MiB is far less than the 32 MiB of a call (Workers RPC, limits), and
/// little of an isolate's memory.
const LIMITS: BatchLimits = BatchLimits { items: 32, bytes: 1_048_576 };

/// How long a publish waits for the leader before it leads the next batch beside it. An object that
/// hangs delays only the publishes that need it.
const LEADER_TIMEOUT: Delay = Delay::from_ms(2);

/// How long a follower waits for its result. After that it publishes alone, with the same event id,
/// so that what was stored is not stored again.
const RESULT_TIMEOUT: Delay = Delay::from_secs(10);

type Publishes = Batcher<Rc<Waiter>>;
type Batchers = BTreeMap<AccountId, Publishes>;

thread_local! {
    static BATCHERS: RefCell<Batchers> = const { RefCell::new(BTreeMap::new()) };
}

/// Uses the batcher of an account, which is dropped once it is empty. `with` must not call this
/// again.
fn with_batcher<T>(account: &AccountId, with: impl FnOnce(&mut Publishes) -> T) -> T {
    BATCHERS.with_borrow_mut(|batchers| {
        let batcher = batchers.entry(account.clone()).or_insert_with(|| Batcher::new(LIMITS));
        let result = with(batcher);
        if batcher.is_empty() {
            batchers.remove(account);
        }
        result
    })
}

/// One publish of a batch, and what its leader passes to it.
struct Waiter {
    event: RefCell<NewEvent>,
    keyed: Option<KeyedRequest>,
    grants: RefCell<Vec<Granted>>,
    outcome: Cell<Option<WaiterOutcome>>,
    release: Cell<Option<Release>>,
}

/// How a publish ends for its batch.
enum WaiterOutcome {
    Done(Result<Published, Problem>),
    /// It has to be published outside of the batch.
    PublishAlone,
}

impl Waiter {
    /// Waits until the leader wakes it; `false` if that did not happen within `timeout`.
    async fn wait(&self, timeout: Delay) -> bool {
        io::hold(timeout, |release| self.release.set(Some(release))).await
    }

    fn wake(&self) {
        if let Some(release) = self.release.take() {
            release.call();
        }
    }

    /// Sets the result, for when the batch ends.
    fn end(&self, result: Result<Published, Problem>) {
        self.outcome.set(Some(WaiterOutcome::Done(result)));
    }

    fn grant(&self, grant: Granted) {
        self.grants.borrow_mut().push(grant);
        self.wake();
    }
}

/// Publishes an event.
pub(crate) async fn publish(
    publisher: Publisher<'_>,
    event: Event,
    keyed: Option<KeyedRequest>,
) -> Result<Published, HandlerError> {
    let account = publisher.account;
    let PlannedEvent { id, .. } = fanout::planned(&event)?;
    let bytes = event.payload.as_bytes().len();
    let waiter = Rc::new(Waiter {
        event: RefCell::new(NewEvent { id, event, hold: false }),
        keyed,
        grants: RefCell::default(),
        outcome: Cell::new(None),
        release: Cell::new(None),
    });
    let (ticket, mut role) = with_batcher(account, |batcher| {
        let now = clock::now();
        let timeout = batcher.is_busy(now).then_some(LEADER_TIMEOUT);
        batcher.join(Rc::clone(&waiter), bytes, timeout, now)
    });
    loop {
        let timeout = match role {
            Role::Lead(batch) => return lead(publisher, &waiter, batch).await,
            Role::First(timeout) => timeout,
            Role::Follow => RESULT_TIMEOUT,
        };
        let is_woken = waiter.wait(timeout).await;
        for grant in waiter.grants.take() {
            publisher.begin(&waiter.event.borrow(), grant);
        }
        match waiter.outcome.take() {
            Some(WaiterOutcome::Done(result)) => return Ok(result?),
            Some(WaiterOutcome::PublishAlone) => return publish_alone(publisher, &waiter).await,
            None => {}
        }
        role = with_batcher(account, |batcher| batcher.resume(&ticket, clock::now()));
        if !is_woken && timeout == RESULT_TIMEOUT && matches!(role, Role::Follow) {
            return publish_alone(publisher, &waiter).await;
        }
    }
}

/// Publishes an event outside of a batch, under the id that it has.
async fn publish_alone(
    publisher: Publisher<'_>,
    waiter: &Waiter,
) -> Result<Published, HandlerError> {
    let event = waiter.event.borrow().clone();
    fanout::publish_one(publisher, planned(&event), event.event, waiter.keyed.clone()).await
}

/// Leads a batch, which has the leader's own event among others.
async fn lead(
    publisher: Publisher<'_>,
    own: &Rc<Waiter>,
    batch: Batch<Rc<Waiter>>,
) -> Result<Published, HandlerError> {
    let Batch { leader, items } = batch;
    let led = LedBatch { account: publisher.account, leader, waiters: items };
    led.wake_first();
    if let Err(error) = publish_batch(publisher, own, &led.waiters).await {
        let problem = error.into_problem(None);
        led.waiters.iter().for_each(|waiter| waiter.end(Err(problem.clone())));
    }
    drop(led);
    match own.outcome.take() {
        Some(WaiterOutcome::Done(result)) => Ok(result?),
        Some(WaiterOutcome::PublishAlone) | None => publish_alone(publisher, own).await,
    }
}

/// The batch of a leader. When it is dropped, the next leader is woken, and each event that has no
/// outcome is published alone.
struct LedBatch<'a> {
    account: &'a AccountId,
    leader: Ticket,
    waiters: Vec<Rc<Waiter>>,
}

impl LedBatch<'_> {
    fn wake_first(&self) {
        if let Some(first) = with_batcher(self.account, |batcher| batcher.first().cloned()) {
            first.wake();
        }
    }
}

impl Drop for LedBatch<'_> {
    fn drop(&mut self) {
        with_batcher(self.account, |batcher| batcher.finish(&self.leader));
        self.wake_first();
        for waiter in &self.waiters {
            let outcome = waiter.outcome.take();
            waiter.outcome.set(Some(outcome.unwrap_or(WaiterOutcome::PublishAlone)));
            waiter.wake();
        }
    }
}

/// Publishes the events of a batch, and sets the result of each. One without a result has to be
/// published alone.
async fn publish_batch(
    publisher: Publisher<'_>,
    own: &Rc<Waiter>,
    waiters: &[Rc<Waiter>],
) -> Result<(), HandlerError> {
    let Publisher { env, account, .. } = publisher;
    let (requests, members): (_, Vec<_>) = requests(waiters).into_iter().unzip();
    let admit = Admit { publishes: requests };
    let (admissions, filters) = Object::Account(account).call(env, &admit).await?.into_parts();
    let (mut plans, mut admitted) = (Vec::new(), Vec::new());
    for (members, admission) in members.into_iter().zip(admissions) {
        if members.len() > 1 && matches!(admission, Admission::Throttled(_)) {
            // The account's publish limit may have room for some of them.
            continue;
        }
        match fanout::admitted(admission) {
            Ok(Admitted::ToDo(plan)) => {
                for (waiter, planned) in members.iter().zip(&plan.events) {
                    // A repeat has the id and the trace of the first request.
                    let mut event = waiter.event.borrow_mut();
                    event.id = planned.id.clone();
                    event.event.trace = plan.trace_of(&event.event);
                }
                plans.push(plan);
                admitted.extend(members);
            }
            Ok(Admitted::Done(answers)) => {
                members.iter().zip(answers).for_each(|(waiter, answer)| waiter.end(Ok(answer)));
            }
            Err(problem) => members.iter().for_each(|waiter| waiter.end(Err(problem.clone()))),
        }
    }
    let events: Vec<NewEvent> =
        admitted.iter().map(|waiter| waiter.event.borrow().clone()).collect();
    let on_grant = |index: usize, grant: Granted| match admitted.get(index) {
        Some(waiter) if Rc::ptr_eq(waiter, own) => publisher.begin(&own.event.borrow(), grant),
        Some(waiter) => waiter.grant(grant),
        None => {}
    };
    let budget = AttemptBudget::of_each(events.len());
    let publish = Publish { plans: &plans, filters: &filters, events: &events };
    let answers = fanout::fan_out(publisher, budget, publish, &on_grant).await;
    end_all(publisher, &plans, &events, &admitted, answers).await;
    Ok(())
}

/// The requests to the account for a batch, each with its members. Events without a key share one,
/// the first, so that the account returns their routes once.
fn requests(waiters: &[Rc<Waiter>]) -> Vec<(PublishRequest, Vec<&Rc<Waiter>>)> {
    let (keyed, unkeyed): (Vec<_>, Vec<_>) =
        waiters.iter().partition(|waiter| waiter.keyed.is_some());
    let mut requests = Vec::new();
    if !unkeyed.is_empty() {
        requests.push(request(unkeyed, None));
    }
    requests.extend(keyed.into_iter().map(|waiter| request(vec![waiter], waiter.keyed.clone())));
    requests
}

fn request(
    members: Vec<&Rc<Waiter>>,
    keyed: Option<KeyedRequest>,
) -> (PublishRequest, Vec<&Rc<Waiter>>) {
    let events = members.iter().map(|waiter| planned(&waiter.event.borrow())).collect();
    let own = members.first().filter(|_| keyed.is_some());
    let trace = own.and_then(|waiter| waiter.event.borrow().event.trace.clone());
    (PublishRequest { events, keyed, trace }, members)
}

/// Sets the results of events that were offered to their webhooks. The outcome of those with a key
/// is recorded after the publishers have been answered.
async fn end_all(
    publisher: Publisher<'_>,
    plans: &[Plan],
    events: &[NewEvent],
    waiters: &[&Rc<Waiter>],
    mut answers: Vec<Option<Published>>,
) {
    let Publisher { env, account, courier } = publisher;
    let unkeyed = waiters.iter().take_while(|waiter| waiter.keyed.is_none()).count();
    let keyed = answers.split_off(unkeyed.min(answers.len()));
    if let Some(plan) = plans.first().filter(|_| unkeyed > 0) {
        let results = fanout::record_incomplete(env, account, plan, events, answers).await;
        waiters.iter().zip(results).for_each(|(waiter, result)| waiter.end(result));
    }
    let mut finished = Vec::new();
    for ((waiter, event), answer) in waiters.iter().zip(events).skip(unkeyed).zip(keyed) {
        if let (Some(KeyedRequest { key, .. }), Some(answer)) = (&waiter.keyed, &answer) {
            finished.push(FinishedPublish { key: key.clone(), answers: vec![answer.clone()] });
        }
        waiter.end(answer.ok_or_else(|| fanout::incomplete(event)));
    }
    if finished.is_empty() {
        return;
    }
    let finish = finish_batcher::finish(env.clone(), account.clone(), finished);
    match courier {
        Some(courier) => courier.spawn(finish),
        None => finish.await,
    }
}

fn planned(event: &NewEvent) -> PlannedEvent {
    PlannedEvent { id: event.id.clone(), event_type: event.event.event_type.clone() }
}
