//! First attempts, made by the Worker that received the publish.
//!
//! They run beside the response and after it. Each request has connections of its own, so first
//! attempts of a busy webhook are not limited by the connections of its object. Time that a Worker
//! waits costs nothing. If the Worker is terminated, the lease ends and the object's alarm takes
//! over.

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

/// How many times the report of an attempt is sent. If no call succeeds, the lease ends and the
/// event is sent again.
const TELL_MAX: usize = 2;

/// The context of a publish.
#[derive(Clone, Copy)]
pub(crate) struct Publisher<'a> {
    pub(crate) env: &'a Env,
    /// The request in which first attempts run; `None` if the caller makes no first attempts.
    pub(crate) request: Option<&'a Request>,
    pub(crate) account: &'a AccountId,
}

/// A first attempt that a Webhook object has granted.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) webhook: WebhookId,
    pub(crate) grant: GrantedTry,
    /// The time at which the Webhook object was called.
    pub(crate) asked: Timestamp,
}

impl Publisher<'_> {
    /// Starts a first attempt of an event in the background. If the grant is older than
    /// [`WORKER_START_MAX`], hands it back instead.
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

/// One first attempt. It owns its data, because it outlives the publish.
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

    /// Reports attempts to the object, and records each in the telemetry.
    async fn tell(&self, all: Vec<Made>) -> Result<(), InternalError> {
        let (made, settlements): (Vec<SendJob>, Vec<AttemptReport>) =
            all.into_iter().map(|Made { attempt, settlement }| (attempt, settlement)).unzip();
        let call = SettleAll { settlements };
        let object = Object::Webhook(&self.account, &self.webhook);
        // Several reports share one `SettleAll`. An object of another release may not know that
        // call; each report is then sent by itself, as is a single one.
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
