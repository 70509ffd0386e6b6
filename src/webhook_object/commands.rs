//! The commands that wait for a transaction, and the rules for when they are committed.
//!
//! A command waits undecided. The transaction decides all its commands in order of arrival, so that
//! each sees the results of those before it, and writes them together.

use domain::base::{Delay, Timestamp};
use domain::delivery::Holder;
use domain::dispatch::{Accepted, AttemptReport, NewEvent, Settled, StoreError, Transaction};
use futures_channel::oneshot;
use storage::SqlStore;

use crate::runtime::internal_error::InternalError;

/// How long an event that closely follows another waits for others: only until the calls that have
/// already been received are read. A publisher that sends one event after the other would gain
/// nothing from a longer wait.
const ACCEPT_PATIENCE: Delay = Delay::ZERO;

/// Greatest interval after which an event still waits for others: zero, that is, the same
/// millisecond. A publisher that sends one event after the other is slower.
const COMPANY: Delay = Delay::ZERO;

/// How long a success waits for others to share its transaction, while events keep coming: at a
/// hundred a second, 24 of them share a segment row. A crash repeats the POSTs of this time.
const SETTLE_PATIENCE: Delay = Delay::from_ms(250);

/// Number of waiting successes that are committed without a further wait. Until its success is
/// written, each delivery occupies one of the leases that Workers may hold.
const ARRIVALS_MAX: usize = 24;

/// Events keep coming if the last one is at most this old.
const BUSY: Delay = Delay::from_secs(1);

/// The channel for the result of a command.
pub(super) type Reply<T> = oneshot::Sender<Result<T, InternalError>>;

/// A command that waits for a transaction, and the channel for its result.
pub(crate) enum Command {
    /// Accept events.
    Accept(Vec<NewEvent>, Holder, Reply<Accepted>),
    /// Settle the outcome of an attempt.
    Settle(Box<AttemptReport>, Reply<Settled>),
}

/// A decided command: its result, and the channel for it.
pub(crate) enum Decided {
    Accepted(Accepted, Reply<Accepted>),
    Settled(Settled, Reply<Settled>),
}

impl Command {
    const fn is_accept(&self) -> bool {
        matches!(self, Self::Accept(..))
    }
}

/// Which of the waiting commands a transaction decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    /// The events only. Successes continue to wait for others.
    Accepts,
    /// All commands.
    All,
}

impl Take {
    pub(super) fn takes(self, command: &Command) -> bool {
        self == Self::All || command.is_accept()
    }
}

/// The time of a planned commit.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    Now,
    After(Delay),
}

/// The waiting commands.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(super) commands: Vec<Command>,
    /// The time at which the last events came.
    last_accept: Option<Timestamp>,
}

impl Waiting {
    /// Adds a command. Returns when to commit, and which commands; `None` if their commit is
    /// already planned.
    pub(super) fn add(&mut self, command: Command, now: Timestamp) -> Option<(When, Take)> {
        let is_within = |delay| self.last_accept.is_some_and(|last| now.since(last) <= delay);
        let accepts = self.commands.iter().filter(|command| command.is_accept()).count();
        let arrivals = self.commands.len().saturating_sub(accepts).saturating_add(1);
        let plan = match &command {
            Command::Accept(..) => {
                let when =
                    if is_within(COMPANY) { When::After(ACCEPT_PATIENCE) } else { When::Now };
                self.last_accept = Some(now);
                (accepts == 0).then_some((when, Take::Accepts))
            }
            Command::Settle(settlement, _) if settlement.result.is_success() && is_within(BUSY) => {
                match arrivals {
                    1 => Some((When::After(SETTLE_PATIENCE), Take::All)),
                    ARRIVALS_MAX.. => Some((When::Now, Take::All)),
                    _ => None,
                }
            }
            // A failure is settled after the successes that came before it.
            Command::Settle(..) => Some((When::Now, Take::All)),
        };
        self.commands.push(command);
        plan
    }

    /// Removes and returns the commands that `take` selects, in order of arrival.
    pub(crate) fn take(&mut self, take: Take) -> Vec<Command> {
        let all = core::mem::take(&mut self.commands);
        let (taken, left) = all.into_iter().partition(|command| take.takes(command));
        self.commands = left;
        taken
    }
}

/// Decides commands in a transaction, in their order.
pub(crate) fn decide(
    commands: Vec<Command>,
    turn: &mut Transaction<'_, SqlStore<'_>>,
) -> Result<Vec<Decided>, StoreError> {
    let decide = |command| {
        Ok(match command {
            Command::Accept(events, holder, reply) => {
                Decided::Accepted(turn.accept(events, holder)?, reply)
            }
            Command::Settle(settlement, reply) => {
                Decided::Settled(turn.settle(&settlement)?, reply)
            }
        })
    };
    commands.into_iter().map(decide).collect()
}

/// Sends the results to the callers. A caller that no longer waits is skipped.
pub(crate) fn tell(decided: Vec<Decided>) {
    for decided in decided {
        match decided {
            Decided::Accepted(accepted, reply) => drop(reply.send(Ok(accepted))),
            Decided::Settled(settled, reply) => drop(reply.send(Ok(settled))),
        }
    }
}
