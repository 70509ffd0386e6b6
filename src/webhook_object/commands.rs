//! Commands that wait for a turn, and when they are committed.
//!
//! A command waits undecided. The turn decides all of them in their order, so that each sees what
//! those before it did, and then writes them together.

use domain::base::{Delay, Timestamp};
use domain::delivery::Holder;
use domain::dispatch::{Accepted, AttemptReport, NewEvent, Settled, StoreError, Transaction};
use futures_channel::oneshot;
use storage::SqlStore;

use crate::runtime::internal_error::InternalError;

/// How long an event waits for others, when one came just before it: until the calls that are here
/// already have been heard. Whoever publishes one after the other would wait longer in vain.
const ACCEPT_PATIENCE: Delay = Delay::ZERO;

/// Events that come no further apart than this are written together: in one millisecond. Whoever
/// publishes one after the other takes longer.
const COMPANY: Delay = Delay::ZERO;

/// How long an arrival waits for others to be written with, while events keep coming: at a hundred
/// a second 24 share a row. A crash repeats the POSTs of this time.
const SETTLE_PATIENCE: Delay = Delay::from_ms(250);

/// So many arrivals do not wait any longer: until it is written, each takes one of the leases that
/// Workers may hold.
const ARRIVALS_MAX: usize = 24;

/// Events keep coming if the last is no longer ago than this.
const BUSY: Delay = Delay::from_secs(1);

pub(super) type Reply<T> = oneshot::Sender<Result<T, InternalError>>;

/// What waits to be decided, and who waits for that.
pub(crate) enum Command {
    /// Take in events.
    Accept(Vec<NewEvent>, Holder, Reply<Accepted>),
    /// Take in what came of a try.
    Settle(Box<AttemptReport>, Reply<Settled>),
}

/// What was decided, and who is to be told.
pub(crate) enum Decided {
    Accepted(Accepted, Reply<Accepted>),
    Settled(Settled, Reply<Settled>),
}

impl Command {
    const fn is_accept(&self) -> bool {
        matches!(self, Self::Accept(..))
    }
}

/// Which of the commands that wait a turn takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    /// The events: arrivals go on waiting for company.
    Accepts,
    /// All.
    All,
}

impl Take {
    pub(super) fn takes(self, command: &Command) -> bool {
        self == Self::All || command.is_accept()
    }
}

/// When what waits is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    Now,
    After(Delay),
}

/// What waits, and what is known of the time.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(super) commands: Vec<Command>,
    last_accept: Option<Timestamp>,
}

impl Waiting {
    /// Takes a command in, and says when which of those that wait are to be written; `None` if that
    /// is planned already.
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
            // A failure counts after the arrivals before it.
            Command::Settle(..) => Some((When::Now, Take::All)),
        };
        self.commands.push(command);
        plan
    }

    /// Some of what waits, in the order in which it came.
    pub(crate) fn take(&mut self, take: Take) -> Vec<Command> {
        let all = core::mem::take(&mut self.commands);
        let (taken, left) = all.into_iter().partition(|command| take.takes(command));
        self.commands = left;
        taken
    }
}

/// Decides commands in a turn.
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

/// Tells who waits what was decided. Some may have gone.
pub(crate) fn tell(decided: Vec<Decided>) {
    for decided in decided {
        match decided {
            Decided::Accepted(accepted, reply) => drop(reply.send(Ok(accepted))),
            Decided::Settled(settled, reply) => drop(reply.send(Ok(settled))),
        }
    }
}
