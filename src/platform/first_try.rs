//! First tries, made by the Worker that took the publish.
//!
//! They run beside the answer and after it. Each publish has connections of its own, so a busy
//! webhook is not bounded by those of its object, and time that a Worker waits costs nothing. If
//! the Worker goes under, the lease ends and the object's alarm takes over.

use worker::{Context, Env};

use super::fault::Fault;
use super::log::{self, Level};
use super::objects::Object;
use super::{clock, config, courier, task, telemetry};
use crate::domain::accept_call::{AcceptAnswer, GrantedTry, HandBack, Settle};
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::limits::WORKER_START_MAX;
use crate::domain::queue::{Acceptance, NewEvent};
use crate::domain::telemetry::{Tried, TryLine};
use crate::domain::time::Timestamp;
use crate::domain::turn::{Settlement, Try};

/// How often the object is told what came of a try. After that the lease ends, and the event is
/// sent again.
const TELL_MAX: usize = 2;

/// Who publishes.
#[derive(Clone, Copy)]
pub(crate) struct Publisher<'a> {
    pub(crate) env: &'a Env,
    /// Where first tries run; `None` if this caller makes none.
    pub(crate) context: Option<&'a Context>,
    pub(crate) account: &'a AccountId,
}

impl Publisher<'_> {
    /// Begins what a webhook has granted when it was asked at `asked` to take these events; answers
    /// what it says to each.
    pub(crate) fn begin(
        self,
        webhook: &WebhookId,
        answer: AcceptAnswer,
        events: &[NewEvent],
        asked: Timestamp,
    ) -> Vec<Acceptance> {
        for granted in answer.grants {
            let Some(context) = self.context else { continue };
            let Some(event) = events.get(granted.place) else { continue };
            let courier = Courier {
                env: self.env.clone(),
                account: self.account.clone(),
                webhook: webhook.clone(),
            };
            if clock::now().since(asked) > WORKER_START_MAX {
                task::spawn_beside(context, courier.hand_back(granted));
            } else {
                task::spawn_beside(context, courier.send(granted.into_try(event)));
            }
        }
        answer.answers
    }
}

/// What outlives the publish.
struct Courier {
    env: Env,
    account: AccountId,
    webhook: WebhookId,
}

impl Courier {
    async fn send(self, attempt: Try) {
        if let Err(fault) = self.try_to_send(&attempt).await {
            self.log("settle_failed", &fault);
        }
    }

    async fn try_to_send(&self, attempt: &Try) -> Result<(), Fault> {
        let timeout = config::config(&self.env)?.rules.timeout;
        let settlement = courier::make(attempt, timeout).await;
        let outcome = settlement.outcome.clone().decisive();
        let settle = Settle { settlement: Settlement { outcome, ..settlement } };
        let object = Object::Webhook(&self.account, &self.webhook);
        let mut told = object.call(&self.env, &settle).await;
        for _ in 1..TELL_MAX {
            if told.is_err() {
                told = object.call(&self.env, &settle).await;
            }
        }
        let (owner, outcome) = (Some((&self.account, &self.webhook)), &settle.settlement.outcome);
        let tried = Tried { attempt, owner, outcome, took: settle.settlement.took, settled: told? };
        telemetry::attempt(&self.env, &TryLine::new(tried));
        Ok(())
    }

    async fn hand_back(self, GrantedTry { seq, token, .. }: GrantedTry) {
        let object = Object::Webhook(&self.account, &self.webhook);
        if let Err(fault) = object.call(&self.env, &HandBack { seq, token }).await {
            self.log("hand_back_failed", &fault);
        }
    }

    fn log(&self, what: &str, fault: &Fault) {
        let fields = [("webhook_id", self.webhook.as_str()), ("fault", &fault.to_string())];
        log::line(Level::Error, what, &fields);
    }
}
