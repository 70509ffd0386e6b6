//! Group commit: events and outcomes that come together are decided and written in one transaction.
//!
//! The calls wait as undecided commands. The transaction decides them in order of arrival, so that
//! each sees the results of those before it, and writes all of them at once. If it fails, all of
//! them fail. Every other transaction decides the waiting commands first.
//!
//! An event waits for others only while they come at the same time. Successes may be committed
//! later. If the object crashes first, the event is sent again.

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
    /// Accepts events. Returns after the commit.
    pub(crate) async fn accept(
        self: &Rc<Self>,
        events: Vec<NewEvent>,
        holder: Holder,
    ) -> Result<Accepted, InternalError> {
        let (reply, answer) = oneshot::channel();
        self.join(Command::Accept(events, holder, reply)).await;
        told(answer).await
    }

    /// Settles the outcomes of attempts. Returns after the commit, except for successes that wait
    /// for others: holding the call open for that time would cost more than its result is worth.
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

    /// Adds a command to those that wait, and commits if it is time.
    async fn join(self: &Rc<Self>, command: Command) {
        let planned = self.waiting.borrow_mut().add(command, clock::now());
        self.follow(planned).await;
    }

    /// Commits now or starts a timer, as planned by `Waiting::add`.
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

    /// Commits the waiting commands. If the transaction fails, their channels are dropped, so every
    /// caller gets an error.
    async fn commit(self: &Rc<Self>, take: Take) {
        if !self.waiting.borrow().commands.iter().any(|command| take.takes(command)) {
            // Another transaction has decided them.
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

/// Waits for the result of a command. If the transaction failed, the channel is closed; its error
/// has been logged.
async fn told<T>(answer: oneshot::Receiver<Result<T, InternalError>>) -> Result<T, InternalError> {
    answer.await.unwrap_or_else(|_| Err(InternalError::Object("nothing was written".to_owned())))
}
