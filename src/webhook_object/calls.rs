//! The calls to a Webhook object, from the Worker and from the Account object.

use std::rc::Rc;

use domain::delivery::Holder;
use domain::dispatch::{Acknowledgement, Created, StoreError, Transaction};
use domain::rpc::{Accept, Call, Create, Routed, Settle, WebhookCall};
use storage::SqlStore;

use super::state::{Armed, Inner};
use crate::runtime::internal_error::InternalError;
use crate::runtime::object_server;

impl Inner {
    /// Answers a call with JSON.
    pub(crate) async fn answer(
        self: &Rc<Self>,
        call: WebhookCall,
    ) -> Result<String, InternalError> {
        match call {
            WebhookCall::Create(call) => {
                object_server::encode(&call, &self.create(call.clone()).await?)
            }
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
                object_server::encode(&call, &accepted.into())
            }
            WebhookCall::Settle(call) => {
                let (reports, call) = (call.reports, Settle { reports: Vec::new() });
                object_server::encode(&call, &self.settle(reports).await?)
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
            WebhookCall::ReadStats(call) => self.act(&call, |turn| turn.stats()).await,
            WebhookCall::Recover(call) => {
                self.act(&call, |turn| turn.recover(call.missed, call.since)).await
            }
            WebhookCall::Progress(call) => self.act(&call, |turn| turn.recovery()).await,
            WebhookCall::Erase(call) => self.act(&call, |turn| turn.erase()).await,
            WebhookCall::ApplySuspension(call) => {
                self.act(&call, |turn| turn.apply_suspension(call.notice)).await
            }
            WebhookCall::Wake(call) => object_server::encode(&call, &self.wake().await?),
        }
    }

    /// Does what is due. The alarm has fired or may be lost, so its time is read again.
    pub(crate) async fn wake(self: &Rc<Self>) -> Result<(), InternalError> {
        self.armed.set(Armed::Unknown);
        let ((), effects) = self.turn(|turn| turn.wake()).await?;
        self.start(effects);
        Ok(())
    }

    /// Runs a step in a transaction and answers with its result. Effects run in the background.
    async fn act<C: Call>(
        self: &Rc<Self>,
        call: &C,
        step: impl FnOnce(&mut Transaction<'_, SqlStore<'_>>) -> Result<C::Answer, StoreError>,
    ) -> Result<String, InternalError> {
        let (answer, effects) = self.turn(step).await?;
        self.start(effects);
        object_server::encode(call, &answer)
    }

    /// Like [`act`](Self::act), for a change that the roster must have before the caller is
    /// answered. The answer says whether the roster has acknowledged it.
    async fn route<T, C: Call<Answer = Routed<T>>>(
        self: &Rc<Self>,
        call: &C,
        step: impl FnOnce(&mut Transaction<'_, SqlStore<'_>>) -> Result<T, StoreError>,
    ) -> Result<String, InternalError> {
        let (answer, effects) = self.turn(step).await?;
        let acknowledged = self.carry_out_and_wait(effects).await.is_none_or(is_known);
        object_server::encode(call, &Routed { answer, acknowledged })
    }

    /// Creates a webhook and publishes it to the roster. Once the roster has acknowledged it, the
    /// webhook is live and is returned.
    async fn create(self: &Rc<Self>, call: Create) -> Result<Created, InternalError> {
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
