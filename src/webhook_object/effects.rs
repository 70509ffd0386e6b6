//! The effects of a transaction, carried out after its commit: attempts, projections, operational
//! events and the erasure of the storage.

use std::rc::Rc;
use std::time::Duration;

use domain::account::Action;
use domain::auth::Actor;
use domain::base::Version;
use domain::dispatch::{Acknowledgement, Effect, ListenerEnd, SendJob};
use domain::rpc::{RecordAction, ReportRosterChange, Reported};
use domain::webhook::{ProjectionTarget, PublicRecord, RosterChange, WebhookView};
use futures_util::future::{join_all, select};

use super::client::Close;
use super::state::Inner;
use crate::courier::{Courier, Role};
use crate::runtime::executor::InvocationContext as _;
use crate::runtime::internal_error::InternalError;
use crate::runtime::kv::Records;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::runtime::{executor, log};

/// How long a response waits for a write to KV. The write continues after that, and the alarm
/// repeats it if it fails.
const KV_WAIT: Duration = Duration::from_secs(1);

/// The result of an effect.
#[derive(Default)]
pub(crate) struct EffectResult {
    /// The effects that follow.
    pub(crate) effects: Vec<Effect>,
    /// The acknowledgement of the roster or KV, if the effect published a projection.
    pub(crate) acknowledgement: Option<Acknowledgement>,
}

impl Inner {
    /// Carries out effects in the background. The object stays in memory until they are finished.
    /// After a crash, the alarm repeats an attempt when its lease has ended, and a projection or an
    /// operational event when it is due again.
    pub(crate) fn start(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            let inner = Rc::clone(self);
            executor::spawn_background(executor::keep_alive(&self.state), async move {
                let next = inner.carry_out(effect).await;
                inner.start(next.effects);
            });
        }
    }

    /// Carries out effects before a response: waits for the roster, and for a write to KV at most
    /// [`KV_WAIT`]. All other effects run in the background. Returns the roster's
    /// acknowledgement, if the roster was called.
    pub(crate) async fn carry_out_and_wait(
        self: &Rc<Self>,
        effects: Vec<Effect>,
    ) -> Option<Acknowledgement> {
        let is_roster = |effect: &Effect| matches!(effect, Effect::PublishRoster(..));
        let (roster, mut rest): (Vec<_>, Vec<_>) = effects.into_iter().partition(is_roster);
        let mut acknowledgement = None;
        for effect in roster {
            let result = self.carry_out(effect).await;
            acknowledgement = result.acknowledgement.or(Some(Acknowledgement::Failed));
            rest.extend(result.effects);
        }
        let is_kv = |effect: &Effect| matches!(effect, Effect::PublishKv(_, Some(_)));
        let (kv, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_kv);
        self.start(rest);
        self.start_and_wait(kv).await;
        acknowledgement
    }

    /// Carries out effects in the background, and waits for them at most [`KV_WAIT`].
    async fn start_and_wait(self: &Rc<Self>, effects: Vec<Effect>) {
        if effects.is_empty() {
            return;
        }
        let (done, waiting) = futures_channel::oneshot::channel();
        let inner = Rc::clone(self);
        executor::spawn_background(executor::keep_alive(&self.state), async move {
            let results = join_all(effects.into_iter().map(|effect| inner.carry_out(effect))).await;
            // The caller may no longer wait.
            let _ = done.send(());
            inner.start(results.into_iter().flat_map(|result| result.effects).collect());
        });
        select(waiting, worker::Delay::from(KV_WAIT)).await;
    }

    async fn carry_out(&self, effect: Effect) -> EffectResult {
        let result = match effect {
            Effect::PublishRoster(version, change) => {
                let answer = self.publish_roster(change).await;
                self.published(ProjectionTarget::Roster, version, answer).await
            }
            Effect::PublishKv(version, view) => {
                let answer = self.publish_kv(view.as_deref(), version).await;
                self.published(ProjectionTarget::Kv, version, answer).await
            }
            Effect::PublishOperational(event) => self
                .publish_operational(*event)
                .await
                .map(|effects| EffectResult { effects, acknowledgement: None }),
            Effect::Erase => self.erase().await,
            Effect::CloseListener(end) => self.close_listener(end).await,
        };
        result.unwrap_or_else(|error| {
            // The alarm repeats the effect: an attempt when its lease has ended, others when they
            // are due.
            log::line(Level::Error, "effect_failed", &[("error", &error.to_string())]);
            EffectResult::default()
        })
    }
}

impl Inner {
    /// Has couriers make attempts. An attempt whose courier is lost is repeated by the alarm when
    /// its lease has ended.
    pub(crate) fn make_attempts(&self, due: Vec<SendJob>) -> Result<(), InternalError> {
        if due.is_empty() {
            return Ok(());
        }
        let (account, id) = self.identity()?;
        let keep_alive = executor::keep_alive(&self.state);
        let (env, context) = (self.env.clone(), self.state.to_js());
        Courier::new(env, account, Role::Alarm, context, keep_alive).begin_due(&id, due);
        Ok(())
    }

    async fn publish_roster(&self, change: RosterChange) -> Acknowledgement {
        match self.try_publish_roster(change).await {
            Ok(Reported::Known) => Acknowledgement::Known,
            Ok(Reported::Full) => Acknowledgement::Full,
            Err(error) => {
                log::line(Level::Error, "roster_failed", &[("error", &error.to_string())]);
                Acknowledgement::Failed
            }
        }
    }

    async fn try_publish_roster(&self, change: RosterChange) -> Result<Reported, InternalError> {
        let (account, _) = self.identity()?;
        Object::Account(&account).call(&self.env, &ReportRosterChange { change }).await
    }

    async fn publish_kv(&self, view: Option<&WebhookView>, version: Version) -> Acknowledgement {
        match self.try_publish_kv(view, version).await {
            Ok(()) => Acknowledgement::Known,
            Err(error) => {
                log::line(Level::Error, "kv_failed", &[("error", &error.to_string())]);
                Acknowledgement::Failed
            }
        }
    }

    async fn try_publish_kv(
        &self,
        view: Option<&WebhookView>,
        version: Version,
    ) -> Result<(), InternalError> {
        let (account, id) = self.identity()?;
        let records = Records::open(&self.env)?;
        match view {
            Some(view) => {
                records
                    .put_webhook(&account, &id, &PublicRecord { version, webhook: view.clone() })
                    .await
            }
            None => records.delete_webhook(&account, &id).await,
        }
    }

    async fn published(
        &self,
        target: ProjectionTarget,
        version: Version,
        answer: Acknowledgement,
    ) -> Result<EffectResult, InternalError> {
        let ((), effects) =
            self.transact(|transaction| transaction.published(target, version, answer)).await?;
        Ok(EffectResult { effects, acknowledgement: Some(answer) })
    }

    /// Closes the connection of a listener whose webhook was deleted. If nobody called for that,
    /// the audit log has it from the dispatcher.
    async fn close_listener(&self, end: ListenerEnd) -> Result<EffectResult, InternalError> {
        self.client.close(Close::Deleted);
        let (account, webhook) = self.identity()?;
        let reason = match end {
            ListenerEnd::Deleted => return Ok(EffectResult::default()),
            ListenerEnd::Said => "done",
            ListenerEnd::Gone => "gone",
        };
        let fields =
            [("account", account.as_str()), ("webhook_id", webhook.as_str()), ("reason", reason)];
        log::line(Level::Info, "listener_removed", &fields);
        let (by, action) = (Actor::Dispatcher, Action::WebhookDeleted { webhook });
        Object::Account(&account).call(&self.env, &RecordAction { by, action }).await?;
        Ok(EffectResult::default())
    }

    /// Deletes the whole storage. `deleteAll` includes the alarm from compatibility date 2026-02-24
    /// on.
    async fn erase(&self) -> Result<EffectResult, InternalError> {
        self.drop_cache();
        let erased = self.state.storage().delete_all().await;
        self.drop_cache();
        erased?;
        Ok(EffectResult::default())
    }
}
