//! First attempts, made by the Worker that received the publish.
//!
//! They run beside the response and after it. Each request has connections of its own, so first
//! attempts of a busy webhook are not limited by the connections of its object. Time that a Worker
//! waits costs nothing. If the Worker is terminated, the lease ends and the object's alarm takes
//! over.

use domain::base::{AccountId, Timestamp, WORKER_START_MAX, WebhookId};
use domain::dispatch::{AttemptReport, NewEvent, SendJob};
use domain::rpc::{GrantedAttempt, HandBack, Settle};
use domain::telemetry::{AttemptLine, SettledAttempt};
use worker::Env;

use super::settle_batcher::FinishedAttempt;
use super::{sender, settle_batcher};
use crate::runtime::executor::Request;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, config, executor, log, telemetry};

/// How often reports are sent to an object that does not answer. After that the leases end, and the
/// events are sent again.
const SETTLE_CALLS_MAX: usize = 2;

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
    pub(crate) grant: GrantedAttempt,
    /// The time at which the Webhook object was called.
    pub(crate) asked: Timestamp,
}

impl Publisher<'_> {
    /// Starts a first attempt of an event in the background. If the grant is older than
    /// [`WORKER_START_MAX`], hands it back instead.
    pub(crate) fn begin(self, event: &NewEvent, granted: Granted) {
        let Granted { webhook, grant, asked } = granted;
        let Some(request) = self.request else { return };
        let first_attempt =
            FirstAttempt { env: self.env.clone(), account: self.account.clone(), webhook };
        if clock::now().since(asked) > WORKER_START_MAX {
            executor::spawn_background(request.keep_alive(), first_attempt.hand_back(grant));
        } else {
            executor::spawn_background(
                request.keep_alive(),
                first_attempt.send(grant.into_attempt(event)),
            );
        }
    }
}

/// One first attempt. It owns its data, because it outlives the publish.
struct FirstAttempt {
    env: Env,
    account: AccountId,
    webhook: WebhookId,
}

impl FirstAttempt {
    async fn send(self, attempt: SendJob) {
        if let Err(error) = self.try_to_send(attempt).await {
            self.log("settle_failed", &error);
        }
    }

    async fn try_to_send(&self, attempt: SendJob) -> Result<(), InternalError> {
        let timeout = config::config(&self.env)?.rules.timeout;
        let report = sender::make_attempt(&attempt, timeout).await;
        let outcome = report.outcome.clone().decisive();
        let finished = FinishedAttempt { attempt, report: AttemptReport { outcome, ..report } };
        if finished.report.result.is_success() {
            self.settle(settle_batcher::collect(&self.account, &self.webhook, finished).await).await
        } else {
            self.settle(vec![finished]).await
        }
    }

    /// Reports finished attempts to the object, and logs each.
    async fn settle(&self, finished: Vec<FinishedAttempt>) -> Result<(), InternalError> {
        if finished.is_empty() {
            return Ok(());
        }
        let (attempts, reports): (Vec<SendJob>, Vec<AttemptReport>) =
            finished.into_iter().map(|finished| (finished.attempt, finished.report)).unzip();
        let call = Settle { reports };
        let object = Object::Webhook(&self.account, &self.webhook);
        let mut settled = object.call(&self.env, &call).await;
        for _ in 1..SETTLE_CALLS_MAX {
            if settled.is_err() {
                settled = object.call(&self.env, &call).await;
            }
        }
        for ((attempt, report), settled) in attempts.iter().zip(&call.reports).zip(settled?) {
            let owner = Some((&self.account, &self.webhook));
            let AttemptReport { outcome, took, .. } = report;
            let settled_attempt = SettledAttempt { attempt, owner, outcome, took: *took, settled };
            telemetry::attempt(&self.env, &AttemptLine::new(settled_attempt));
        }
        Ok(())
    }

    async fn hand_back(self, GrantedAttempt { seq, token, .. }: GrantedAttempt) {
        let object = Object::Webhook(&self.account, &self.webhook);
        if let Err(error) = object.call(&self.env, &HandBack { seq, token }).await {
            self.log("hand_back_failed", &error);
        }
    }

    fn log(&self, what: &str, error: &InternalError) {
        let fields = [("webhook_id", self.webhook.as_str()), ("error", &error.to_string())];
        log::line(Level::Error, what, &fields);
    }
}
