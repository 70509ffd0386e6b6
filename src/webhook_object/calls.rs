//! What a Webhook object answers to the calls of the Worker and of its account.

use std::rc::Rc;

use super::fault::Fault;
use super::reply;
use super::webhook_object::Inner;
use super::webhook_store::SqlStore;
use crate::domain::accept_call::{Accept, SettleAll};
use crate::domain::call::Call;
use crate::domain::command::{Create, Routed, WebhookCall};
use crate::domain::lifecycle::Created;
use crate::domain::rules::Holder;
use crate::domain::settle::Settled;
use crate::domain::store::StoreFault;
use crate::domain::turn::{Acknowledgement, Turn};

impl Inner {
    /// Answers a call.
    pub(super) async fn answer(self: &Rc<Self>, call: WebhookCall) -> Result<String, Fault> {
        match call {
            WebhookCall::Create(call) => reply::encode(&call, &self.create(call.clone()).await?),
            WebhookCall::Read(call) => self.act(&call, |turn| turn.view()).await,
            WebhookCall::Configure(call) => self.act(&call, |turn| turn.configuration()).await,
            WebhookCall::Update(call) => {
                self.route(&call, |turn| turn.update(call.change.get())).await
            }
            WebhookCall::RotateSecret(call) => {
                let key = call.key.get().clone();
                self.route(&call, |turn| turn.rotate_secret(key, call.grace)).await
            }
            WebhookCall::Delete(call) => self.route(&call, |turn| turn.delete()).await,
            WebhookCall::Accept(call) => {
                let holder = if call.worker_sends { Holder::Worker } else { Holder::Object };
                let (events, call) = (call.events, Accept { events: Vec::new(), ..call });
                let accepted = self.accept(events, holder).await?;
                reply::encode(&call, &accepted.into())
            }
            WebhookCall::Settle(call) => {
                let settled = self.settle(vec![call.settlement.clone()]).await?;
                let settled = settled.first().copied().unwrap_or(Settled::Ignored);
                reply::encode(&call, &settled)
            }
            WebhookCall::SettleAll(SettleAll { settlements }) => {
                let settled = self.settle(settlements).await?;
                reply::encode(&SettleAll { settlements: Vec::new() }, &settled)
            }
            WebhookCall::HandBack(call) => {
                self.act(&call, |turn| turn.hand_back(call.seq, call.token)).await
            }
            WebhookCall::History(call) => self.act(&call, |turn| turn.history(&call.query)).await,
            WebhookCall::FindDelivery(call) => {
                self.act(&call, |turn| turn.delivery(&call.event_id)).await
            }
            WebhookCall::Resend(call) => self.act(&call, |turn| turn.resend(&call.event_id)).await,
            WebhookCall::Skip(call) => self.act(&call, |turn| turn.skip(&call.event_id)).await,
            WebhookCall::Numbers(call) => self.act(&call, |turn| turn.stats()).await,
            WebhookCall::Recover(call) => {
                self.act(&call, |turn| turn.recover(call.missed, call.since)).await
            }
            WebhookCall::Progress(call) => self.act(&call, |turn| turn.recovery()).await,
            WebhookCall::Erase(call) => self.act(&call, |turn| turn.erase()).await,
            WebhookCall::Heed(call) => self.act(&call, |turn| turn.heed(call.notice)).await,
            WebhookCall::Touch(call) => reply::encode(&call, &self.wake().await?),
        }
    }

    /// Answers with what a turn says. What the turn decided is carried out beside that.
    async fn act<C: Call>(
        self: &Rc<Self>,
        call: &C,
        step: impl FnOnce(&mut Turn<'_, SqlStore<'_>>) -> Result<C::Answer, StoreFault>,
    ) -> Result<String, Fault> {
        let (answer, effects) = self.turn(step).await?;
        self.start(effects);
        reply::encode(call, &answer)
    }

    /// The same for what the roster is to know before its owner is answered.
    async fn route<T, C: Call<Answer = Routed<T>>>(
        self: &Rc<Self>,
        call: &C,
        step: impl FnOnce(&mut Turn<'_, SqlStore<'_>>) -> Result<T, StoreFault>,
    ) -> Result<String, Fault> {
        let (answer, effects) = self.turn(step).await?;
        let acknowledged = self.carry_out_and_wait(effects).await.is_none_or(is_known);
        reply::encode(call, &Routed { answer, acknowledged })
    }

    async fn create(self: &Rc<Self>, call: Create) -> Result<Created, Fault> {
        let Create { account, id, webhook } = call;
        let ((), effects) =
            self.turn(|turn| turn.create(account, id, webhook.into_inner())).await?;
        match self.carry_out_and_wait(effects).await {
            Some(Acknowledgement::Full) => Ok(Created::Full),
            Some(Acknowledgement::Known) | None => {
                let (webhook, _) = self.turn(|turn| turn.created()).await?;
                Ok(webhook.map_or(Created::Failed, |webhook| Created::Now(Box::new(webhook))))
            }
            Some(Acknowledgement::Failed) => Ok(Created::Failed),
        }
    }
}

fn is_known(acknowledgement: Acknowledgement) -> bool {
    acknowledgement == Acknowledgement::Known
}
