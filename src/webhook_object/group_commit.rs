//! Group commit: events and outcomes that come together are decided and written in one turn.
//!
//! What waits are commands, not decisions. The turn decides them in the order in which they came,
//! so that each sees what those before it did, and then writes all at once. If it fails, it fails
//! for each of them. Every other turn takes along what waits, so that it is decided first.
//!
//! An event waits for company only while others come at the same time. That one arrived may be
//! written later: what a crash then loses is the knowledge, and the event is sent again.

use std::rc::Rc;

use domain::delivery::Holder;
use domain::dispatch::{Accepted, AttemptReport, NewEvent, Settled};
use futures_channel::oneshot;

use super::commands::{Command, Take, When};
use super::state::Inner;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::{clock, executor, io, log};

impl Inner {
    /// Takes in events, and answers when they are written.
    pub(crate) async fn accept(
        self: &Rc<Self>,
        events: Vec<NewEvent>,
        holder: Holder,
    ) -> Result<Accepted, InternalError> {
        let (reply, answer) = oneshot::channel();
        self.join(Command::Accept(events, holder, reply)).await;
        told(answer).await
    }

    /// Takes in what came of tries, and answers when that is written. An arrival that waits for
    /// company is answered before: a call that is held open so long costs more than what it says.
    pub(crate) async fn settle(
        self: &Rc<Self>,
        settlements: Vec<AttemptReport>,
    ) -> Result<Vec<Settled>, InternalError> {
        let (mut plan, mut answers) = (None, Vec::with_capacity(settlements.len()));
        for settlement in settlements {
            let is_arrival = settlement.result.is_success();
            let (reply, answer) = oneshot::channel();
            let command = Command::Settle(Box::new(settlement), reply);
            let planned = self.waiting.borrow_mut().add(command, clock::now());
            plan = if matches!(plan, Some((When::Now, _))) { plan } else { planned.or(plan) };
            answers.push((is_arrival, answer));
        }
        self.follow(plan).await;
        let mut settled = Vec::with_capacity(answers.len());
        for (is_arrival, mut answer) in answers {
            settled.push(match answer.try_recv() {
                Ok(Some(settled)) => settled?,
                Ok(None) if is_arrival => Settled::Delivered,
                Ok(None) | Err(_) => told(answer).await?,
            });
        }
        Ok(settled)
    }

    /// Joins what waits, and writes it if this completes the company.
    async fn join(self: &Rc<Self>, command: Command) {
        let planned = self.waiting.borrow_mut().add(command, clock::now());
        self.follow(planned).await;
    }

    async fn follow(self: &Rc<Self>, planned: Option<(When, Take)>) {
        match planned {
            Some((When::Now, take)) => self.commit(take).await,
            Some((When::After(patience), take)) => {
                let inner = Rc::clone(self);
                executor::spawn_beside(executor::keep(&self.state), async move {
                    io::sleep(patience).await;
                    inner.commit(take).await;
                });
            }
            None => {}
        }
    }

    /// Writes what waits. A fault is told to whoever waits, by dropping what they wait for.
    async fn commit(self: &Rc<Self>, take: Take) {
        if !self.waiting.borrow().commands.iter().any(|command| take.takes(command)) {
            // Another turn has taken it along.
            return;
        }
        match self.turn_taking(take, |_| Ok(())).await {
            Ok(((), effects)) => self.start(effects),
            Err(fault) => {
                log::line(Level::Error, "commit_failed", &[("fault", &fault.to_string())]);
            }
        }
    }
}

/// What was decided. Nobody answers when the turn has failed; the turn has said why.
async fn told<T>(answer: oneshot::Receiver<Result<T, InternalError>>) -> Result<T, InternalError> {
    answer.await.unwrap_or_else(|_| Err(InternalError::Object("nothing was written".to_owned())))
}
