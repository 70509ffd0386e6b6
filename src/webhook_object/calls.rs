//! The calls to a Webhook object, from the Worker and from the Account object.

use std::rc::Rc;

use domain::dispatch::{Acknowledgement, Created, StoreError, Transaction};
use domain::rpc::{
    Accept, Call, Create, ReadStats, RotateSecret, Routed, Settle, SettleAnswer, UpdateIf,
    WebhookCall,
};
use storage::SqlStore;

use super::state::{AlarmState, Inner};
use crate::runtime::internal_error::InternalError;
use crate::runtime::{alarm, clock, object_server};

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
            WebhookCall::Read(call) => self.act(&call, |transaction| transaction.view()).await,
            WebhookCall::ReadConfiguration(call) => {
                self.act(&call, |transaction| transaction.configuration()).await
            }
            WebhookCall::Update(call) => {
                self.act_and_publish(&call, |transaction| transaction.update(call.change.get()))
                    .await
            }
            WebhookCall::UpdateIf(call) => self.answer_update_if(call).await,
            WebhookCall::RotateSecret(call) => self.answer_rotation(call).await,
            WebhookCall::Delete(call) => {
                self.act_and_publish(&call, |transaction| transaction.delete()).await
            }
            WebhookCall::DeleteIf(call) => {
                self.act_and_publish(&call, |transaction| transaction.delete_if(&call.if_match))
                    .await
            }
            WebhookCall::Accept(call) => self.answer_accept(call).await,
            WebhookCall::Settle(call) => self.answer_settle(call).await,
            WebhookCall::HandBack(call) => {
                self.act(&call, |transaction| transaction.hand_back(&call.leases)).await
            }
            WebhookCall::ListDeliveries(call) => {
                self.act(&call, |transaction| transaction.history(&call.query)).await
            }
            WebhookCall::FindDelivery(call) => {
                self.act(&call, |transaction| transaction.delivery(&call.event_id)).await
            }
            WebhookCall::ReadSent(call) => {
                self.act(&call, |transaction| transaction.sent_request(&call.event_id)).await
            }
            WebhookCall::Resend(call) => {
                self.act(&call, |transaction| transaction.resend(&call.event_id)).await
            }
            WebhookCall::ResendMany(call) => {
                self.act(&call, |transaction| transaction.resend_many(&call.query)).await
            }
            WebhookCall::Skip(call) => {
                self.act(&call, |transaction| transaction.skip(&call.event_id)).await
            }
            WebhookCall::ReadStats(call) => self.answer_stats(call).await,
            WebhookCall::Recover(call) => {
                self.act(&call, |transaction| {
                    transaction.recover(call.missed, call.since, call.latest)
                })
                .await
            }
            WebhookCall::ReadSeries(call) => {
                self.act(&call, |transaction| transaction.series(&call.query, call.below)).await
            }
            WebhookCall::ReadRecovery(call) => {
                self.act(&call, |transaction| transaction.recovery()).await
            }
            WebhookCall::Erase(call) => self.act(&call, |transaction| transaction.erase()).await,
            WebhookCall::ApplySuspension(call) => {
                self.act(&call, |transaction| transaction.apply_suspension(call.notice)).await
            }
            WebhookCall::Wake(call) => {
                object_server::encode(&call, &self.wake_without_alarm().await?)
            }
        }
    }

    async fn answer_update_if(self: &Rc<Self>, call: UpdateIf) -> Result<String, InternalError> {
        self.act_and_publish(&call, |transaction| {
            transaction.update_if(call.change.get(), &call.if_match)
        })
        .await
    }

    async fn answer_rotation(self: &Rc<Self>, call: RotateSecret) -> Result<String, InternalError> {
        let key = call.key.get().clone();
        self.act_and_publish(&call, |transaction| transaction.rotate_secret(key, call.grace)).await
    }

    async fn answer_stats(self: &Rc<Self>, call: ReadStats) -> Result<String, InternalError> {
        self.act(&call, |transaction| {
            transaction.count_filtered(call.filtered)?;
            transaction.stats()
        })
        .await
    }

    async fn answer_accept(self: &Rc<Self>, call: Accept) -> Result<String, InternalError> {
        let (events, call) = (call.events, Accept { events: Vec::new(), ..call });
        let accepted = self.accept(events, call.judged, call.attempts_max).await?;
        object_server::encode(&call, &accepted.try_into()?)
    }

    async fn answer_settle(self: &Rc<Self>, call: Settle) -> Result<String, InternalError> {
        let (reports, call) = (call.reports, Settle { reports: Vec::new(), ..call });
        let (settled, due) = self.settle(reports, call.attempts_max).await?;
        object_server::encode(&call, &SettleAnswer::new(settled, due)?)
    }

    /// Does what is due but makes no attempts. An alarm that is overdue may be lost, and only an
    /// alarm starts couriers, so it is set again.
    async fn wake_without_alarm(self: &Rc<Self>) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?.filter(|&at| at > clock::now());
        self.wake(AlarmState::Known(armed), 0).await
    }

    /// Does what is due, and starts up to `attempts_max` attempts.
    pub(crate) async fn wake(
        self: &Rc<Self>,
        alarm: AlarmState,
        attempts_max: usize,
    ) -> Result<(), InternalError> {
        self.alarm.set(alarm);
        self.client.close_if_silent(clock::now());
        // A step that makes room is decided by the size of this moment.
        self.size.set(None);
        let (due, effects) = self.transact(|transaction| transaction.wake(attempts_max)).await?;
        self.make_attempts(due)?;
        self.start(effects);
        Ok(())
    }

    /// Runs a step in a transaction and answers with its result. Effects run in the background.
    async fn act<C: Call>(
        self: &Rc<Self>,
        call: &C,
        step: impl FnOnce(&mut Transaction<'_, SqlStore<'_>>) -> Result<C::Answer, StoreError>,
    ) -> Result<String, InternalError> {
        let (answer, effects) = self.transact(step).await?;
        self.start(effects);
        object_server::encode(call, &answer)
    }

    /// Like [`act`](Self::act), for a change that the roster must have before the caller is
    /// answered. The answer says whether the roster has acknowledged it.
    async fn act_and_publish<T, C: Call<Answer = Routed<T>>>(
        self: &Rc<Self>,
        call: &C,
        step: impl FnOnce(&mut Transaction<'_, SqlStore<'_>>) -> Result<T, StoreError>,
    ) -> Result<String, InternalError> {
        let (answer, effects) = self.transact(step).await?;
        let acknowledged = self.carry_out_and_wait(effects).await.is_none_or(is_known);
        object_server::encode(call, &Routed { answer, acknowledged })
    }

    /// Creates a webhook and publishes it to the roster. Once the roster has acknowledged it, the
    /// webhook is live and is returned.
    async fn create(self: &Rc<Self>, call: Create) -> Result<Created, InternalError> {
        let Create { account, id, webhook } = call;
        let ((), effects) = self
            .transact(|transaction| transaction.create(account, id, webhook.into_inner()))
            .await?;
        match self.carry_out_and_wait(effects).await {
            Some(Acknowledgement::Full) => Ok(Created::Full),
            Some(Acknowledgement::Known) | None => {
                let (webhook, _) = self.transact(|transaction| transaction.created()).await?;
                Ok(webhook.map_or(Created::Failed, |webhook| Created::Now(Box::new(webhook))))
            }
            Some(Acknowledgement::Failed) => Ok(Created::Failed),
        }
    }
}

fn is_known(acknowledgement: Acknowledgement) -> bool {
    acknowledgement == Acknowledgement::Known
}
