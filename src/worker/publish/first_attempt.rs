//! First tries, made by the Worker that took the publish.
//!
//! They run beside the answer and after it. Each publish has connections of its own, so a busy
//! webhook is not bounded by those of its object, and time that a Worker waits costs nothing. If
//! the Worker goes under, the lease ends and the object's alarm takes over.

use domain::base::{AccountId, Timestamp, WORKER_START_MAX, WebhookId};
use domain::dispatch::{AttemptReport, NewEvent, SendJob, Settled};
use domain::rpc::{GrantedTry, HandBack, Settle, SettleAll};
use domain::telemetry::{Tried, TryLine};
use worker::Env;

use super::settle_batcher::Made;
use super::{sender, settle_batcher};
use crate::runtime::executor::Request;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, config, executor, log, telemetry};

/// How often the object is told what came of a try. After that the lease ends, and the event is
/// sent again.
const TELL_MAX: usize = 2;

/// Who publishes.
#[derive(Clone, Copy)]
pub(crate) struct Publisher<'a> {
    pub(crate) env: &'a Env,
    /// Where first tries run; `None` if this caller makes none.
    pub(crate) request: Option<&'a Request>,
    pub(crate) account: &'a AccountId,
}

/// A first try that a webhook has granted.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) webhook: WebhookId,
    pub(crate) grant: GrantedTry,
    /// When the webhook was asked.
    pub(crate) asked: Timestamp,
}

impl Publisher<'_> {
    /// Begins a first try of an event.
    pub(crate) fn begin(self, event: &NewEvent, granted: Granted) {
        let Granted { webhook, grant, asked } = granted;
        let Some(request) = self.request else { return };
        let courier = Courier { env: self.env.clone(), account: self.account.clone(), webhook };
        if clock::now().since(asked) > WORKER_START_MAX {
            executor::spawn_beside(request.keep(), courier.hand_back(grant));
        } else {
            executor::spawn_beside(request.keep(), courier.send(grant.into_try(event)));
        }
    }
}

/// What outlives the publish.
struct Courier {
    env: Env,
    account: AccountId,
    webhook: WebhookId,
}

impl Courier {
    async fn send(self, attempt: SendJob) {
        if let Err(fault) = self.try_to_send(attempt).await {
            self.log("settle_failed", &fault);
        }
    }

    async fn try_to_send(&self, attempt: SendJob) -> Result<(), InternalError> {
        let timeout = config::config(&self.env)?.rules.timeout;
        let settlement = sender::make(&attempt, timeout).await;
        let outcome = settlement.outcome.clone().decisive();
        let made = Made { attempt, settlement: AttemptReport { outcome, ..settlement } };
        if made.settlement.result.is_success() {
            self.tell(settle_batcher::together(&self.account, &self.webhook, made).await).await
        } else {
            self.tell(vec![made]).await
        }
    }

    /// Tells the object what came of tries, and writes down each.
    async fn tell(&self, all: Vec<Made>) -> Result<(), InternalError> {
        let (made, settlements): (Vec<SendJob>, Vec<AttemptReport>) =
            all.into_iter().map(|Made { attempt, settlement }| (attempt, settlement)).unzip();
        let call = SettleAll { settlements };
        let object = Object::Webhook(&self.account, &self.webhook);
        // Alone they have no need of the other call, which an object of another release lacks.
        let together = if made.len() > 1 { object.call(&self.env, &call).await.ok() } else { None };
        let mut together = together.map(Vec::into_iter);
        for (attempt, settlement) in made.iter().zip(call.settlements) {
            let (outcome, took) = (settlement.outcome.clone(), settlement.took);
            let settled = match together.as_mut().and_then(Iterator::next) {
                Some(settled) => settled,
                None => self.tell_one(settlement).await?,
            };
            let owner = Some((&self.account, &self.webhook));
            let tried = Tried { attempt, owner, outcome: &outcome, took, settled };
            telemetry::attempt(&self.env, &TryLine::new(tried));
        }
        Ok(())
    }

    async fn tell_one(&self, settlement: AttemptReport) -> Result<Settled, InternalError> {
        let object = Object::Webhook(&self.account, &self.webhook);
        let settle = Settle { settlement };
        let mut told = object.call(&self.env, &settle).await;
        for _ in 1..TELL_MAX {
            if told.is_err() {
                told = object.call(&self.env, &settle).await;
            }
        }
        told
    }

    async fn hand_back(self, GrantedTry { seq, token, .. }: GrantedTry) {
        let object = Object::Webhook(&self.account, &self.webhook);
        if let Err(fault) = object.call(&self.env, &HandBack { seq, token }).await {
            self.log("hand_back_failed", &fault);
        }
    }

    fn log(&self, what: &str, fault: &InternalError) {
        let fields = [("webhook_id", self.webhook.as_str()), ("fault", &fault.to_string())];
        log::line(Level::Error, what, &fields);
    }
}
