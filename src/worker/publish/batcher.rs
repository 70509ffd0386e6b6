//! Batches the publishes without a key that one account makes in one isolate
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
use domain::publish::{Admission, PlannedEvent, Published};
use domain::rpc::Admit;

use super::fanout;
use super::fanout::{Admitted, Answers};
use super::first_attempt::{Granted, Publisher};
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
    event: NewEvent,
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

    fn grant(&self, grant: Granted) {
        self.grants.borrow_mut().push(grant);
        self.wake();
    }
}

/// Publishes an event that came without a key.
pub(crate) async fn publish(
    publisher: Publisher<'_>,
    event: Event,
) -> Result<Published, HandlerError> {
    let account = publisher.account;
    let PlannedEvent { id, .. } = fanout::planned(&event)?;
    let bytes = event.payload.as_bytes().len();
    let waiter = Rc::new(Waiter {
        event: NewEvent { id, event, hold: false },
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
            publisher.begin(&waiter.event, grant);
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
    let planned = planned(&waiter.event);
    let event = waiter.event.event.clone();
    fanout::publish_one(publisher, planned, event, None).await
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
    match publish_batch(publisher, own, &led.waiters).await {
        Ok(Some(results)) => led.end(results.into_iter().map(WaiterOutcome::Done)),
        Ok(None) => drop(led),
        Err(error) => {
            let problem = error.into_problem();
            led.end(std::iter::repeat_with(|| WaiterOutcome::Done(Err(problem.clone()))));
        }
    }
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

    /// Ends the batch with the outcomes of its events, in order.
    fn end(self, outcomes: impl Iterator<Item = WaiterOutcome>) {
        for (waiter, outcome) in self.waiters.iter().zip(outcomes) {
            waiter.outcome.set(Some(outcome));
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

/// Publishes the events of a batch: the result of each, in order; `None` if each has to be
/// published alone.
async fn publish_batch(
    publisher: Publisher<'_>,
    own: &Rc<Waiter>,
    waiters: &[Rc<Waiter>],
) -> Result<Option<Answers>, HandlerError> {
    let Publisher { env, account, .. } = publisher;
    let events: Vec<NewEvent> = waiters.iter().map(|waiter| waiter.event.clone()).collect();
    let admit = Admit { events: events.iter().map(planned).collect(), keyed: None };
    let admission = Object::Account(account).call(env, &admit).await?;
    if waiters.len() > 1 && matches!(admission, Admission::Throttled(_)) {
        // The account's publish limit may have room for some of them.
        return Ok(None);
    }
    let plan = match fanout::admitted(admission)? {
        Admitted::ToDo(plan) => plan,
        Admitted::Done(results) => return Ok(Some(results)),
    };
    let on_grant = |index: usize, grant: Granted| match waiters.get(index) {
        Some(waiter) if Rc::ptr_eq(waiter, own) => publisher.begin(&own.event, grant),
        Some(waiter) => waiter.grant(grant),
        None => {}
    };
    Ok(Some(fanout::publish_unkeyed(publisher, &plan, &events, &on_grant).await))
}

fn planned(event: &NewEvent) -> PlannedEvent {
    PlannedEvent { id: event.id.clone(), event_type: event.event.event_type.clone() }
}
