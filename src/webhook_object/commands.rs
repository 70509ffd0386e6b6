//! The queue of commands that wait for a shared transaction, and the time at which each is
//! committed ([`domain::base::Batcher`]).
//!
//! A command is decided only within its transaction, which decides its commands in order, so that
//! each sees the effects of those before it, and then writes them together.

use domain::base::{BatchLimits, Batcher, Delay, Role, Ticket, Timestamp};
use domain::dispatch::{
    Accepted, AttemptReport, Judged, NewEvent, SendJob, Settled, StoreError, Transaction,
};
use futures_channel::oneshot;
use storage::SqlStore;

use crate::runtime::internal_error::InternalError;

/// One transaction takes all events that wait. The Worker limits the events of each call.
const ACCEPTS: BatchLimits = BatchLimits { items: usize::MAX, bytes: usize::MAX };

/// How long the events of a burst wait: a timer of 0 ms, which ends once the runtime has delivered
/// the calls that have already arrived.
const ACCEPT_WAIT: Delay = Delay::ZERO;

/// Events belong to one burst if they come within the same millisecond. A publisher that sends one
/// event after another is slower than that, so its events do not wait in vain.
const BURST_INTERVAL: Delay = Delay::ZERO;

/// An accept of at least this many events also commits the waiting successes. Its events need the
/// leases that these successes occupy, and at such a rate enough of them share the row.
const EVENTS_THAT_SETTLE: usize = 16;

/// The most successes that wait. Until a success is written, it occupies one of the leases that
/// Workers may hold.
const SETTLES: BatchLimits = BatchLimits { items: 24, bytes: usize::MAX };

/// How long reports wait for others while deliveries are due: their callers wait for the next
/// attempts. A timer of 0 ms, like [`ACCEPT_WAIT`].
const DUE_WAIT: Delay = Delay::ZERO;

/// How long a success waits for others while events keep coming: at a hundred events a second, 24
/// share a row. After a crash, the POSTs whose successes waited are sent again.
const SETTLE_WAIT: Delay = Delay::from_ms(250);

/// Events keep coming if the last one came within this time.
const BUSY_INTERVAL: Delay = Delay::from_secs(1);

pub(super) type Reply<T> = oneshot::Sender<Result<T, InternalError>>;

/// A command to accept events.
pub(crate) struct AcceptCommand {
    pub(super) events: Vec<NewEvent>,
    /// The most attempts that the caller takes.
    pub(super) attempts_max: usize,
    /// What the caller has judged by the filter.
    pub(super) judged: Option<Judged>,
    pub(super) reply: Reply<Accepted>,
}

/// A command to settle the attempts of one call.
pub(crate) struct SettleCommand {
    pub(super) reports: Vec<AttemptReport>,
    /// The most attempts that the caller takes next.
    pub(super) attempts_max: usize,
    /// `None` if the caller has been answered already.
    pub(super) reply: Option<Reply<SettledCall>>,
}

/// The answer to a [`SettleCommand`]: the consequence of each report, and the next attempts.
pub(crate) type SettledCall = (Vec<Settled>, Vec<SendJob>);

/// The commands of one transaction. Attempts are settled first, then those who settled get what is
/// due, and new events get what is left of the window.
#[derive(Default)]
pub(crate) struct Commands {
    settles: Vec<SettleCommand>,
    accepts: Vec<AcceptCommand>,
}

/// The result of a decided command, and the channel to its caller.
pub(crate) enum Decided {
    Accepted(Accepted, Reply<Accepted>),
    Settled(SettledCall, Option<Reply<SettledCall>>),
}

/// The next action of the caller that added a command.
pub(super) enum Plan {
    Commit(Commands),
    /// Call [`CommandQueue::resume`] with the ticket after this delay.
    After(Delay, Ticket),
    /// Another caller commits the command.
    Wait,
}

/// The commands that wait.
pub(crate) struct CommandQueue {
    settles: Batcher<SettleCommand>,
    accepts: Batcher<AcceptCommand>,
    last_accept: Option<Timestamp>,
}

impl Default for CommandQueue {
    fn default() -> Self {
        let (settles, accepts) = (Batcher::new(SETTLES), Batcher::new(ACCEPTS));
        Self { settles, accepts, last_accept: None }
    }
}

impl CommandQueue {
    /// Adds events.
    pub(super) fn accept(&mut self, command: AcceptCommand, now: Timestamp) -> Plan {
        let wait = self.accepted_within(BURST_INTERVAL, now).then_some(ACCEPT_WAIT);
        self.last_accept = Some(now);
        let (ticket, role) = self.accepts.join(command, 0, wait, now);
        self.plan_accepts(ticket, role)
    }

    /// Adds reports whose outcomes must be known: a failure, or any report while events do not keep
    /// coming or deliveries are due (`has_due`).
    pub(super) fn settle(&mut self, command: SettleCommand, has_due: bool, now: Timestamp) -> Plan {
        let wait = (has_due && command.attempts_max > 0).then_some(DUE_WAIT);
        let (ticket, role) = self.settles.join(command, 0, wait, now);
        self.plan_settles(ticket, role)
    }

    /// Whether these reports may be written later, so that more of them share a row: successes,
    /// while events keep coming and nothing is due that the caller could take.
    pub(super) fn may_settle_later(
        &self,
        reports: &[AttemptReport],
        has_due: bool,
        now: Timestamp,
    ) -> bool {
        !has_due
            && self.accepted_within(BUSY_INTERVAL, now)
            && reports.iter().all(|report| report.result.is_success())
    }

    /// Adds successes that are written later.
    pub(super) fn settle_later(&mut self, reports: Vec<AttemptReport>, now: Timestamp) -> Plan {
        let mut plan = Plan::Wait;
        for report in reports {
            let command = SettleCommand { reports: vec![report], attempts_max: 0, reply: None };
            let (ticket, role) = self.settles.join(command, 0, Some(SETTLE_WAIT), now);
            plan = match (plan, self.plan_settles(ticket, role)) {
                (Plan::Commit(first), Plan::Commit(next)) => Plan::Commit(first.followed_by(next)),
                (plan @ Plan::Commit(_), _)
                | (plan, Plan::Wait)
                | (Plan::After(..) | Plan::Wait, plan) => plan,
            };
        }
        plan
    }

    /// Returns the next action after the delay of [`Plan::After`].
    pub(super) fn resume(&mut self, ticket: Ticket, now: Timestamp) -> Plan {
        let accepts = self.accepts.resume(&ticket, now);
        match self.plan_accepts(ticket.clone(), accepts) {
            Plan::Wait => {
                let settles = self.settles.resume(&ticket, now);
                self.plan_settles(ticket, settles)
            }
            plan @ (Plan::Commit(_) | Plan::After(..)) => plan,
        }
    }

    /// Takes every command that waits.
    pub(crate) fn take_all(&mut self) -> Commands {
        Commands { settles: self.settles.take_all(), accepts: self.accepts.take_all() }
    }

    fn accepted_within(&self, delay: Delay, now: Timestamp) -> bool {
        self.last_accept.is_some_and(|last| now.since(last) <= delay)
    }

    /// A few events are committed alone: successes continue to wait for others.
    fn plan_accepts(&mut self, ticket: Ticket, role: Role<AcceptCommand>) -> Plan {
        match role {
            Role::Lead(batch) => {
                self.accepts.finish(&batch.leader);
                let events: usize = batch.items.iter().map(|command| command.events.len()).sum();
                let settles =
                    if events >= EVENTS_THAT_SETTLE { self.settles.take_all() } else { Vec::new() };
                Plan::Commit(Commands { accepts: batch.items, settles })
            }
            Role::First(wait) => Plan::After(wait, ticket),
            Role::Follow => Plan::Wait,
        }
    }

    /// Reports are committed with everything that waits.
    fn plan_settles(&mut self, ticket: Ticket, role: Role<SettleCommand>) -> Plan {
        match role {
            Role::Lead(batch) => {
                self.settles.finish(&batch.leader);
                let led = Commands { settles: batch.items, accepts: Vec::new() };
                Plan::Commit(led.followed_by(self.take_all()))
            }
            Role::First(wait) => Plan::After(wait, ticket),
            Role::Follow => Plan::Wait,
        }
    }
}

impl Commands {
    fn followed_by(mut self, next: Self) -> Self {
        self.settles.extend(next.settles);
        self.accepts.extend(next.accepts);
        self
    }

    /// Decides the commands in a transaction.
    pub(crate) fn decide(
        self,
        transaction: &mut Transaction<'_, SqlStore<'_>>,
    ) -> Result<Vec<Decided>, StoreError> {
        let mut decided = Vec::with_capacity(self.settles.len().saturating_add(self.accepts.len()));
        let mut settled = Vec::with_capacity(self.settles.len());
        for SettleCommand { reports, attempts_max, reply } in self.settles {
            let outcomes = reports.iter().map(|report| transaction.settle(report));
            settled.push((outcomes.collect::<Result<_, _>>()?, attempts_max, reply));
        }
        for (outcomes, attempts_max, reply) in settled {
            let due = transaction.lease_due(attempts_max)?;
            decided.push(Decided::Settled((outcomes, due), reply));
        }
        for AcceptCommand { events, attempts_max, judged, reply } in self.accepts {
            let accepted = transaction.accept(events, judged, attempts_max)?;
            decided.push(Decided::Accepted(accepted, reply));
        }
        Ok(decided)
    }
}

/// Sends the results. A caller may be gone by now.
pub(crate) fn reply(decided: Vec<Decided>) {
    for decided in decided {
        match decided {
            Decided::Accepted(accepted, reply) => drop(reply.send(Ok(accepted))),
            Decided::Settled(settled, Some(reply)) => drop(reply.send(Ok(settled))),
            Decided::Settled(_, None) => {}
        }
    }
}
