//! Group commit: events and reports that come close together share one transaction.
//!
//! If the transaction fails, it fails for each of them. Every other transaction of the object
//! decides the waiting commands first. Successes may be committed later; if the object crashes
//! first, the events are sent again.

use std::rc::Rc;

use domain::dispatch::{Accepted, AttemptReport, Judged, NewEvent, Settled};
use futures_channel::oneshot;

use super::commands::{AcceptCommand, Commands, Plan, SettleCommand, SettledCall};
use super::state::{Inner, Selection};
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::{clock, executor, io, log};

impl Inner {
    /// Accepts events, and leases up to `attempts_max` attempts to the caller. Answers once they
    /// are written.
    pub(crate) async fn accept(
        self: &Rc<Self>,
        events: Vec<NewEvent>,
        judged: Option<Judged>,
        attempts_max: usize,
    ) -> Result<Accepted, InternalError> {
        let (reply, result) = oneshot::channel();
        let command = AcceptCommand { events, attempts_max, judged, reply };
        let plan = self.queue.borrow_mut().accept(command, clock::now());
        self.commit_as_planned(plan).await;
        committed(result).await
    }

    /// Settles attempts, and leases up to `attempts_max` further ones to the caller. Answers once
    /// they are written. Successes that are written later are answered at once, since a call that
    /// stays open costs more than its result is worth.
    pub(crate) async fn settle(
        self: &Rc<Self>,
        reports: Vec<AttemptReport>,
        attempts_max: usize,
    ) -> Result<SettledCall, InternalError> {
        let (now, has_due) = (clock::now(), self.has_due.get());
        if self.queue.borrow().may_settle_later(&reports, has_due, now) {
            let settled = vec![Settled::Delivered; reports.len()];
            let plan = self.queue.borrow_mut().settle_later(reports, now);
            self.commit_as_planned(plan).await;
            return Ok((settled, Vec::new()));
        }
        let (reply, result) = oneshot::channel();
        let command = SettleCommand { reports, attempts_max, reply: Some(reply) };
        let plan = self.queue.borrow_mut().settle(command, has_due, now);
        self.commit_as_planned(plan).await;
        committed(result).await
    }

    /// Commits now, or sets a timer that does.
    async fn commit_as_planned(self: &Rc<Self>, plan: Plan) {
        match plan {
            Plan::Commit(commands) => self.commit(commands).await,
            Plan::After(delay, ticket) => {
                let (inner, mut plan) = (Rc::clone(self), Plan::After(delay, ticket));
                executor::spawn_background(executor::keep_alive(&self.state), async move {
                    while let Plan::After(delay, ticket) = plan {
                        io::sleep(delay).await;
                        plan = inner.queue.borrow_mut().resume(ticket, clock::now());
                    }
                    if let Plan::Commit(commands) = plan {
                        inner.commit(commands).await;
                    }
                });
            }
            Plan::Wait => {}
        }
    }

    /// Commits commands. If the transaction fails, their replies are dropped, and so each caller
    /// gets an error.
    async fn commit(self: &Rc<Self>, commands: Commands) {
        match self.transact_with(Selection::Only(commands), |_| Ok(())).await {
            Ok(((), effects)) => self.start(effects),
            Err(error) => {
                log::line(Level::Error, "commit_failed", &[("error", &error.to_string())]);
            }
        }
    }
}

/// Waits for the result of a command. If the transaction has failed, which is logged already, there
/// is no result.
async fn committed<T>(
    result: oneshot::Receiver<Result<T, InternalError>>,
) -> Result<T, InternalError> {
    result.await.unwrap_or_else(|_| Err(InternalError::Object("nothing was written".to_owned())))
}
