//! Batches concurrent publishes of one account that have no idempotency key: see
//! [`domain::publish::batcher`].
//!
//! A request must not use the I/O objects of another, and its promises end with it. So each publish
//! waits for a promise of its own, with a timer of its own, and the leader of the batch resolves
//! that promise. The runtime then continues in the request that waits (compatibility flag
//! `handle_cross_request_promise_resolution`). Only values of the module pass between the requests.
//! First attempts are made by the request that published the event, over its own connections.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use domain::base::{AccountId, Delay};
use domain::dispatch::NewEvent;
use domain::event::Event;
use domain::http::Problem;
use domain::publish::{Admission, Company, Group, OUTCOME_PATIENCE, PlannedEvent, Published, Role};
use domain::rpc::Admit;

use super::fanout;
use super::fanout::{Admitted, Told};
use super::first_attempt::{Granted, Publisher};
use crate::runtime::bindings::Release;
use crate::runtime::internal_error::InternalError;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, io};
use crate::worker::error::HandlerError;

type Companies = BTreeMap<AccountId, Company<Rc<Seat>>>;

thread_local! {
    static COMPANIES: RefCell<Companies> = const { RefCell::new(BTreeMap::new()) };
}

/// Runs `ask` on the batcher of an account. A batcher that is empty afterwards is dropped.
fn with_company<T>(account: &AccountId, ask: impl FnOnce(&mut Company<Rc<Seat>>) -> T) -> T {
    COMPANIES.with_borrow_mut(|companies| {
        let company = companies.entry(account.clone()).or_default();
        let answer = ask(company);
        if company.is_empty() {
            companies.remove(account);
        }
        answer
    })
}

/// A publish in a batcher, with the grants and the outcome that the leader of its batch passes to
/// it.
struct Seat {
    event: NewEvent,
    granted: RefCell<Vec<Granted>>,
    outcome: Cell<Option<Outcome>>,
    release: Cell<Option<Release>>,
}

/// The outcome of a publish.
enum Outcome {
    /// The answer for the event.
    Told(Result<Published, Problem>),
    /// The batch was not carried out: the event must be published by itself.
    Alone,
}

impl Seat {
    /// Waits until [`call`](Self::call) is called, for a grant, the outcome, or a place at the head
    /// of the queue. Returns `false` if `patience` passes first.
    async fn hear(&self, patience: Delay) -> bool {
        io::hold(patience, |release| self.release.set(Some(release))).await
    }

    fn call(&self) {
        if let Some(release) = self.release.take() {
            release.call();
        }
    }

    fn grant(&self, grant: Granted) {
        self.granted.borrow_mut().push(grant);
        self.call();
    }

    fn tell(&self, outcome: Outcome) {
        self.outcome.set(Some(outcome));
        self.call();
    }
}

/// Publishes an event that came without an idempotency key.
pub(crate) async fn publish(
    publisher: Publisher<'_>,
    event: Event,
) -> Result<Published, HandlerError> {
    let account = publisher.account;
    let PlannedEvent { id, .. } = fanout::planned(&event)?;
    let bytes = event.payload.as_bytes().len();
    let seat = Rc::new(Seat {
        event: NewEvent { id, event, hold: false },
        granted: RefCell::default(),
        outcome: Cell::new(None),
        release: Cell::new(None),
    });
    let member = Rc::clone(&seat);
    let (ticket, mut turn) =
        with_company(account, |company| company.join(member, bytes, clock::now()));
    loop {
        let patience = match turn {
            Role::Carry(group) => return carry(publisher, &seat, group).await,
            Role::First(patience) => patience,
            Role::Later | Role::Taken => OUTCOME_PATIENCE,
        };
        let is_heard = seat.hear(patience).await;
        for grant in seat.granted.take() {
            publisher.begin(&seat.event, grant);
        }
        match seat.outcome.take() {
            Some(Outcome::Told(told)) => return Ok(told?),
            Some(Outcome::Alone) => return alone(publisher, &seat).await,
            None => {}
        }
        turn = with_company(account, |company| company.turn(ticket, clock::now()));
        if !is_heard && patience == OUTCOME_PATIENCE && matches!(turn, Role::Taken) {
            return alone(publisher, &seat).await;
        }
    }
}

/// Publishes an event by itself, under the id that it already has.
async fn alone(publisher: Publisher<'_>, seat: &Seat) -> Result<Published, HandlerError> {
    let planned = vec![planned(&seat.event)];
    let event = seat.event.event.clone();
    let told = fanout::publish_planned(publisher, planned, vec![event], None).await?.pop();
    Ok(told.ok_or_else(nothing_told)??)
}

/// Leads a batch, of which `seat` is a member.
async fn carry(
    publisher: Publisher<'_>,
    seat: &Rc<Seat>,
    Group { ticket, members, left }: Group<Rc<Seat>>,
) -> Result<Published, HandlerError> {
    let account = publisher.account;
    if let Some(first) = left {
        first.call();
    }
    let told = carry_out(publisher, seat, &members).await;
    if let Some(first) = with_company(account, |company| company.leave(ticket)) {
        first.call();
    }
    let outcomes: Vec<Outcome> = match told {
        Ok(Some(told)) => told.into_iter().map(Outcome::Told).collect(),
        Ok(None) => members.iter().map(|_| Outcome::Alone).collect(),
        Err(stop) => {
            let problem = stop.into_problem();
            members.iter().map(|_| Outcome::Told(Err(problem.clone()))).collect()
        }
    };
    let mut mine = None;
    for (member, outcome) in members.iter().zip(outcomes) {
        if Rc::ptr_eq(member, seat) {
            mine = Some(outcome);
        } else {
            member.tell(outcome);
        }
    }
    match mine {
        Some(Outcome::Told(told)) => Ok(told?),
        Some(Outcome::Alone) => alone(publisher, seat).await,
        None => Err(nothing_told().into()),
    }
}

/// Publishes the events of a batch. Returns their answers in order; `None` if each must be
/// published by itself.
async fn carry_out(
    publisher: Publisher<'_>,
    seat: &Rc<Seat>,
    members: &[Rc<Seat>],
) -> Result<Option<Told>, HandlerError> {
    let Publisher { env, account, .. } = publisher;
    let events: Vec<NewEvent> = members.iter().map(|member| member.event.clone()).collect();
    let admit = Admit { events: events.iter().map(planned).collect(), keyed: None };
    let admission = Object::Account(account).call(env, &admit).await?;
    if members.len() > 1 && matches!(admission, Admission::Throttled(_)) {
        // The limit may have room for some of the events.
        return Ok(None);
    }
    let plan = match fanout::admitted(admission)? {
        Admitted::ToDo(plan) => plan,
        Admitted::Done(told) => return Ok(Some(told)),
    };
    let hear = |place: usize, grant: Granted| match members.get(place) {
        Some(member) if Rc::ptr_eq(member, seat) => publisher.begin(&seat.event, grant),
        Some(member) => member.grant(grant),
        None => {}
    };
    Ok(Some(fanout::carry_out(publisher, &plan, &events, &hear).await))
}

fn planned(event: &NewEvent) -> PlannedEvent {
    PlannedEvent { id: event.id.clone(), event_type: event.event.event_type.clone() }
}

fn nothing_told() -> InternalError {
    InternalError::Object("nothing is told of the event".to_owned())
}
