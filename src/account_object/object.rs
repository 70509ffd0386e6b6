//! The Durable Object of one account: its roster, what it remembers of requests with a key, and
//! whether it is disabled, which its alarm tells each webhook.
//!
//! The rows of the roster are few and asked for at every publish, so they are kept in memory as
//! well; storage comes first and memory after it, and a failed write drops the memory. What was
//! published lately is in memory only: to write it down would cost a row for each event, and an
//! object that is published to stays in memory.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use domain::account::{Action, Bucket, Decision, Erasure, Roster, Suspension};
use domain::auth::Actor;
use domain::base::{AccountId, PURGE_AT_ONCE_MAX, Timestamp, WebhookId};
use domain::dispatch::StoreError;
use domain::publish::{
    Admission, Claim, Clock, IdempotencyKey, IdempotencyRecord, Keyed, Plan, PublishPolicy,
    Published, Work, admission, create_claim,
};
use domain::rpc::{
    AccountCall, Admit, ApplySuspension, ClaimWebhook, Disable, Finish, FinishWebhook, MaySend,
    Remember, ReportRosterChange, Reported, Sending,
};
use domain::webhook::{CreatedWebhook, RosterChange, SuspensionNotice};
use futures_util::{StreamExt, stream};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::erasure::stored_erasure;
use super::{audit, tables as store};
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::runtime::sql::Sql;
use crate::runtime::{alarm, clock, config, log, object_server};
use crate::worker::publish::fanout::CALLS_AT_ONCE;

/// The object.
#[durable_object(alarm)]
pub struct AccountObject {
    inner: Rc<Inner>,
}

/// The object's handles.
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) env: Env,
    pub(crate) sql: Sql,
    pub(crate) cached: RefCell<Option<CachedState>>,
    bucket: Cell<Bucket>,
}

#[wasm_bindgen]
impl AccountObject {
    /// Answers a call: a text, a promise of one, or nothing if it cannot.
    pub fn call(&self, path: String, body: String) -> JsValue {
        let inner = Rc::clone(&self.inner);
        object_server::to_call(path, async move |path| {
            inner.answer(AccountCall::parse(path, &body)?).await
        })
    }
}

/// What is kept in memory of the storage.
pub(crate) struct CachedState {
    pub(crate) roster: Roster,
    pub(crate) suspension: Suspension,
    pub(crate) erasure: Option<Erasure>,
}

impl core::panic::RefUnwindSafe for AccountObject {}

impl DurableObject for AccountObject {
    fn new(state: State, env: Env) -> Self {
        let sql = Sql::new(&state);
        let inner =
            Inner { state, env, sql, cached: RefCell::new(None), bucket: Cell::new(Bucket::EMPTY) };
        Self { inner: Rc::new(inner) }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        object_server::to_fetch()
    }

    async fn alarm(&self) -> Result<Response> {
        object_server::to_alarm(self.inner.tend().await)
    }
}

impl Inner {
    async fn answer(&self, call: AccountCall) -> Result<String, InternalError> {
        match call {
            AccountCall::ReportRosterChange(call) => {
                object_server::encode(&call, &self.report(&call).await?)
            }
            AccountCall::HasWebhook(call) => {
                let holds = !self.is_closed()? && self.with_roster(|it| it.contains(&call.id))?;
                object_server::encode(&call, &holds)
            }
            AccountCall::ListWebhooks(call) => {
                object_server::encode(&call, &self.with_roster(|roster| roster.members())?)
            }
            AccountCall::Admit(call) => object_server::encode(&call, &self.admit(&call).await?),
            AccountCall::Finish(call) => object_server::encode(&call, &self.finish(&call).await?),
            AccountCall::Remember(call) => {
                object_server::encode(&call, &self.remember(&call).await?)
            }
            AccountCall::ClaimWebhook(call) => {
                object_server::encode(&call, &self.claim(&call).await?)
            }
            AccountCall::FinishWebhook(call) => {
                object_server::encode(&call, &self.created(&call).await?)
            }
            AccountCall::Disable(call) => object_server::encode(&call, &self.disable(&call).await?),
            AccountCall::RecordAction(call) => {
                let now = clock::now();
                self.write(|sql| audit::put(sql, now, call.by.clone(), call.action.clone()))?;
                object_server::encode(&call, &())
            }
            AccountCall::FindAlert(call) => {
                let is_open = !self.is_closed()?;
                let alert = self.with_roster(|roster| roster.alert().cloned())?;
                object_server::encode(&call, &alert.filter(|_| is_open))
            }
            AccountCall::ReadAudit(call) => {
                object_server::encode(&call, &audit::page(&self.sql, &call.query)?)
            }
            AccountCall::ReadAccount(call) => object_server::encode(&call, &self.account_state()?),
            AccountCall::ReadRoutingStates(call) => {
                object_server::encode(&call, &self.routing_states()?)
            }
            AccountCall::DeleteAccount(call) => {
                object_server::encode(&call, &self.delete(&call).await?)
            }
            AccountCall::MaySend(call) => object_server::encode(&call, &self.may_send(&call)?),
            AccountCall::RunMaintenance(call) => {
                object_server::encode(&call, &self.forget().await?)
            }
        }
    }

    async fn report(&self, call: &ReportRosterChange) -> Result<Reported, InternalError> {
        let config = config::config(&self.env)?;
        let webhooks_max = if self.is_closed()? { 0 } else { config.webhooks_max };
        let armed = alarm::armed(&self.state).await?;
        match self.with_roster(|roster| roster.decide(&call.change, webhooks_max))? {
            Decision::Known => Ok(Reported::Known),
            Decision::Full => Ok(Reported::Full),
            Decision::Apply => {
                let now = clock::now();
                let told = self.with_roster(|roster| match &call.change {
                    RosterChange::Put(row) => Action::of_report(roster.entry(&row.id), row),
                    RosterChange::Remove(_) => None,
                })?;
                self.write(|sql| {
                    store::put_change(sql, &call.change, now)?;
                    told.map_or(Ok(()), |told| audit::put(sql, now, Actor::Dispatcher, told))
                })?;
                self.with_state(|state| {
                    if let RosterChange::Remove(id) = &call.change {
                        state.suspension.forget(id);
                    }
                    state.roster.apply(call.change.clone(), now);
                })?;
                self.arm(armed, now).await?;
                Ok(Reported::Known)
            }
        }
    }

    async fn admit(&self, call: &Admit) -> Result<Admission, InternalError> {
        let config = config::config(&self.env)?;
        // Only a publish with a key is written down, and may set the alarm.
        let armed = match call.keyed {
            Some(_) => alarm::armed(&self.state).await?,
            None => None,
        };
        if self.is_closed()? {
            return Ok(Admission::Deleted);
        }
        let moment = self.moment()?;
        let events = call.events.clone();
        let plan = self.with_roster(|roster| Plan::new(events, |of| roster.route(of)))?;
        let keyed = match &call.keyed {
            Some(Keyed { key, fingerprint }) => {
                Some((fingerprint.clone(), store::memo(&self.sql, key)?))
            }
            None => None,
        };
        let mut gate = PublishPolicy {
            is_disabled: self.with_state(|state| state.suspension.is_disabled())?,
            bucket: self.bucket.get(),
            per_minute: config.publish_per_minute,
        };
        let (admission, memo) = admission::admit(plan, keyed, &mut gate, moment);
        self.bucket.set(gate.bucket);
        let key = call.keyed.as_ref().map(|keyed| keyed.key.clone());
        self.put_memos(armed, moment.now, key.zip(memo)).await?;
        Ok(admission)
    }

    async fn finish(&self, call: &Finish) -> Result<Vec<Published>, InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let memo = store::memo(&self.sql, &call.key)?;
        let (told, memo) = admission::finish(memo, call.told.clone());
        let memo = memo.map(|memo| (call.key.clone(), memo));
        self.put_memos(armed, clock::now(), memo).await?;
        Ok(told)
    }

    async fn remember(&self, call: &Remember) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let at = clock::now();
        let memos = call.publishes.iter().filter_map(|(fingerprint, plan)| {
            let key = IdempotencyKey::of_event(&plan.events.first()?.id);
            let work = Work::Publishing(plan.clone());
            Some((key, IdempotencyRecord { at, fingerprint: fingerprint.clone(), work }))
        });
        self.put_memos(armed, at, memos).await
    }

    async fn claim(&self, call: &ClaimWebhook) -> Result<Claim, InternalError> {
        let armed = alarm::armed(&self.state).await?;
        if self.is_closed()? {
            return Ok(Claim::Deleted);
        }
        let moment = self.moment()?;
        let Keyed { key, fingerprint } = call.keyed.clone();
        let memo = store::memo(&self.sql, &key)?;
        let (claim, memo) = self.with_roster(|roster| {
            let is_removed = |id: &_| roster.is_removed(id);
            create_claim::claim(call.id.clone(), fingerprint, memo, is_removed, moment)
        })?;
        self.put_memos(armed, moment.now, memo.map(|memo| (key, memo))).await?;
        Ok(claim)
    }

    async fn created(&self, call: &FinishWebhook) -> Result<CreatedWebhook, InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let memo = store::memo(&self.sql, &call.key)?;
        let (view, memo) = create_claim::created(memo, call.webhook.clone());
        self.put_memos(armed, clock::now(), memo.map(|memo| (call.key.clone(), memo))).await?;
        Ok(view)
    }

    async fn disable(&self, call: &Disable) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let Some(notice) = self.with_state(|state| state.suspension.changed(call.disabled))? else {
            return Ok(());
        };
        let now = clock::now();
        let action = if call.disabled { Action::AccountDisabled } else { Action::AccountEnabled };
        self.write(|sql| {
            store::put_notice(sql, &call.account, notice)?;
            audit::put(sql, now, call.by.clone(), action)
        })?;
        self.with_state(|state| state.suspension.apply(notice))?;
        self.arm(armed, now).await
    }

    fn may_send(&self, call: &MaySend) -> Result<Sending, InternalError> {
        self.with_state(|state| match state.roster.contains(&call.id) && state.erasure.is_none() {
            false => Sending::Gone,
            true if state.suspension.is_disabled() => Sending::Disabled,
            true => Sending::Open,
        })
    }

    /// What the alarm does. It is armed again before anybody is told something, so that those that
    /// a crash leaves out are told later.
    async fn tend(&self) -> Result<(), InternalError> {
        self.forget().await?;
        self.erase_on().await?;
        self.tell().await
    }

    /// Tells a few of the webhooks that do not know whether the account is disabled.
    async fn tell(&self) -> Result<(), InternalError> {
        let now = clock::now();
        let ask = |state: &mut CachedState| {
            let CachedState { roster, suspension, .. } = state;
            (suspension.notice(), suspension.to_notify(roster.ids(), now))
        };
        let (notice, asked) = self.with_state(ask)?;
        let Some(account) = store::account(&self.sql)?.filter(|_| !asked.is_empty()) else {
            return Ok(());
        };
        let heard: Vec<WebhookId> = stream::iter(&asked)
            .map(|id| self.tell_one(&account, id, notice))
            .buffer_unordered(CALLS_AT_ONCE)
            .filter_map(core::future::ready)
            .collect()
            .await;
        let armed = alarm::armed(&self.state).await?;
        let now = clock::now();
        self.write(|sql| heard.iter().try_for_each(|id| store::put_told(sql, id, notice)))?;
        self.with_state(|state| state.suspension.acknowledge(notice, &asked, &heard, now))?;
        self.arm(armed, now).await
    }

    async fn tell_one(
        &self,
        account: &AccountId,
        id: &WebhookId,
        notice: SuspensionNotice,
    ) -> Option<WebhookId> {
        match Object::Webhook(account, id).call(&self.env, &ApplySuspension { notice }).await {
            Ok(()) => Some(id.clone()),
            Err(fault) => {
                let fields = [("webhook_id", id.as_str()), ("fault", &fault.to_string())];
                log::line(Level::Error, "suspension_failed", &fields);
                None
            }
        }
    }

    async fn put_memos(
        &self,
        armed: Option<Timestamp>,
        now: Timestamp,
        memos: impl IntoIterator<Item = (IdempotencyKey, IdempotencyRecord)>,
    ) -> Result<(), InternalError> {
        let memos: Vec<_> = memos.into_iter().collect();
        if memos.is_empty() {
            return Ok(());
        }
        self.write(|sql| memos.iter().try_for_each(|(key, memo)| store::put_memo(sql, key, memo)))?;
        self.arm(armed, now).await
    }

    /// Forgets old removals and what is remembered for long enough, and wakes again for the next.
    async fn forget(&self) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let Clock { now, retention } = self.moment()?;
        let gone = self.with_roster(|roster| roster.forget(now))?;
        self.write(|sql| {
            gone.iter().try_for_each(|id| store::forget_removal(sql, id.as_str()))?;
            store::purge_memos(sql, now.minus(retention), PURGE_AT_ONCE_MAX)
        })?;
        self.arm(armed, now).await
    }

    pub(crate) async fn arm(
        &self,
        armed: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), InternalError> {
        let rules = &config::config(&self.env)?.rules;
        let oldest = store::oldest_memo(&self.sql)?.map(|oldest| rules.purge_time(oldest));
        let wakeups = self.with_state(|state| {
            let CachedState { roster, suspension, erasure } = state;
            let is_empty = roster.known_ids().next().is_none();
            let erasure = erasure.as_ref().map(|erasure| erasure.next_wakeup(is_empty, now));
            [roster.next_wakeup(), suspension.next_wakeup(roster.ids(), now), oldest, erasure]
        })?;
        alarm::arm(&self.state, armed, wakeups.into_iter().flatten().min(), now).await
    }

    fn moment(&self) -> Result<Clock, InternalError> {
        let retention = config::config(&self.env)?.rules.retention;
        Ok(Clock { now: clock::now(), retention })
    }

    pub(crate) fn write(
        &self,
        step: impl FnOnce(&Sql) -> Result<(), StoreError>,
    ) -> Result<(), InternalError> {
        let written = self.sql.transaction(|| step(&self.sql));
        if written.is_err() {
            self.cached.replace(None);
        }
        Ok(written?)
    }

    fn with_roster<T>(&self, ask: impl FnOnce(&mut Roster) -> T) -> Result<T, InternalError> {
        self.with_state(|state| ask(&mut state.roster))
    }

    pub(crate) fn with_state<T>(
        &self,
        ask: impl FnOnce(&mut CachedState) -> T,
    ) -> Result<T, InternalError> {
        let mut slot = self.cached.borrow_mut();
        let state = match slot.take() {
            Some(state) => state,
            None => CachedState {
                roster: store::roster(&self.sql)?,
                suspension: store::suspension(&self.sql)?,
                erasure: stored_erasure(&self.sql)?,
            },
        };
        Ok(ask(slot.insert(state)))
    }
}
