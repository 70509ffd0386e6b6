//! The Durable Object of one account: its roster, and what it remembers of requests with a key.
//!
//! The rows of the roster are few and asked for at every publish, so they are kept in memory as
//! well; storage comes first and memory after it, and a failed write drops the memory.

use std::cell::RefCell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::account_store as store;
use super::fault::Fault;
use super::sql::Sql;
use super::{alarm, clock, config, reply};
use crate::domain::account_call::{AccountCall, Admit, Finish, Remember};
use crate::domain::admission::{self, Admission, Moment};
use crate::domain::command::{Report, Reported};
use crate::domain::fanout::{Plan, Published};
use crate::domain::idempotency::{IdempotencyKey, Memo, Work};
use crate::domain::limits::PURGE_AT_ONCE_MAX;
use crate::domain::roster::{Roster, Ruling};
use crate::domain::store::StoreFault;
use crate::domain::time::Timestamp;

/// The object.
#[durable_object(alarm)]
pub struct AccountObject {
    state: State,
    env: Env,
    sql: Sql,
    roster: RefCell<Option<Roster>>,
}

impl core::panic::RefUnwindSafe for AccountObject {}

impl DurableObject for AccountObject {
    fn new(state: State, env: Env) -> Self {
        let sql = Sql::new(&state);
        Self { state, env, sql, roster: RefCell::new(None) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let path = request.path();
        let body = request.bytes().await?;
        let answer = match AccountCall::parse(&path, &body) {
            Ok(call) => self.answer(call).await,
            Err(error) => Err(Fault::from(error)),
        };
        reply::to_call(&path, answer)
    }

    async fn alarm(&self) -> Result<Response> {
        reply::to_alarm(self.forget().await)
    }
}

impl AccountObject {
    async fn answer(&self, call: AccountCall) -> Result<Vec<u8>, Fault> {
        match call {
            AccountCall::Report(call) => reply::encode(&call, &self.report(&call).await?),
            AccountCall::Holds(call) => {
                reply::encode(&call, &self.with_roster(|roster| roster.holds(&call.id))?)
            }
            AccountCall::Members(call) => {
                reply::encode(&call, &self.with_roster(|roster| roster.members())?)
            }
            AccountCall::Admit(call) => reply::encode(&call, &self.admit(&call).await?),
            AccountCall::Finish(call) => reply::encode(&call, &self.finish(&call).await?),
            AccountCall::Remember(call) => reply::encode(&call, &self.remember(&call).await?),
        }
    }

    async fn report(&self, call: &Report) -> Result<Reported, Fault> {
        let webhooks_max = config::config(&self.env)?.webhooks_max;
        let armed = alarm::armed(&self.state).await?;
        match self.with_roster(|roster| roster.rule(&call.change, webhooks_max))? {
            Ruling::Known => Ok(Reported::Known),
            Ruling::Full => Ok(Reported::Full),
            Ruling::Apply => {
                let now = clock::now();
                self.write(|sql| store::put_change(sql, &call.change, now))?;
                self.with_roster(|roster| roster.apply(call.change.clone(), now))?;
                self.arm(armed, now).await?;
                Ok(Reported::Known)
            }
        }
    }

    async fn admit(&self, call: &Admit) -> Result<Admission, Fault> {
        let armed = alarm::armed(&self.state).await?;
        let moment = self.moment()?;
        let events = call.events.clone();
        let plan = self.with_roster(|roster| Plan::new(events, |of| roster.route(of)))?;
        let Some(keyed) = &call.keyed else {
            return Ok(admission::admit(plan, None, moment).0);
        };
        let memo = store::memo(&self.sql, &keyed.key)?;
        let (admission, memo) =
            admission::admit(plan, Some((keyed.fingerprint.clone(), memo)), moment);
        self.put_memos(armed, moment.now, memo.map(|memo| (keyed.key.clone(), memo))).await?;
        Ok(admission)
    }

    async fn finish(&self, call: &Finish) -> Result<Vec<Published>, Fault> {
        let armed = alarm::armed(&self.state).await?;
        let memo = store::memo(&self.sql, &call.key)?;
        let (told, memo) = admission::finish(memo, call.told.clone());
        let memo = memo.map(|memo| (call.key.clone(), memo));
        self.put_memos(armed, clock::now(), memo).await?;
        Ok(told)
    }

    async fn remember(&self, call: &Remember) -> Result<(), Fault> {
        let armed = alarm::armed(&self.state).await?;
        let at = clock::now();
        let memos = call.publishes.iter().filter_map(|(fingerprint, plan)| {
            let key = IdempotencyKey::of_event(&plan.events.first()?.id);
            let work = Work::Publishing(plan.clone());
            Some((key, Memo { at, fingerprint: fingerprint.clone(), work }))
        });
        self.put_memos(armed, at, memos).await
    }

    async fn put_memos(
        &self,
        armed: Option<Timestamp>,
        now: Timestamp,
        memos: impl IntoIterator<Item = (IdempotencyKey, Memo)>,
    ) -> Result<(), Fault> {
        let memos: Vec<_> = memos.into_iter().collect();
        if memos.is_empty() {
            return Ok(());
        }
        self.write(|sql| memos.iter().try_for_each(|(key, memo)| store::put_memo(sql, key, memo)))?;
        self.arm(armed, now).await
    }

    /// Forgets old removals and what is remembered for long enough, and wakes again for the next.
    async fn forget(&self) -> Result<(), Fault> {
        let armed = alarm::armed(&self.state).await?;
        let Moment { now, retention } = self.moment()?;
        let gone = self.with_roster(|roster| roster.forget(now))?;
        self.write(|sql| {
            gone.iter().try_for_each(|id| store::forget_removal(sql, id.as_str()))?;
            store::purge_memos(sql, now.minus(retention), PURGE_AT_ONCE_MAX)
        })?;
        self.arm(armed, now).await
    }

    async fn arm(&self, armed: Option<Timestamp>, now: Timestamp) -> Result<(), Fault> {
        let rules = &config::config(&self.env)?.rules;
        let oldest = store::oldest_memo(&self.sql)?.map(|oldest| rules.purge_time(oldest));
        let removal = self.with_roster(|roster| roster.next_wakeup())?;
        alarm::arm(&self.state, armed, oldest.into_iter().chain(removal).min(), now).await
    }

    fn moment(&self) -> Result<Moment, Fault> {
        let retention = config::config(&self.env)?.rules.retention;
        Ok(Moment { now: clock::now(), retention })
    }

    fn write(&self, step: impl FnOnce(&Sql) -> Result<(), StoreFault>) -> Result<(), Fault> {
        let written = self.sql.transaction(|| step(&self.sql));
        if written.is_err() {
            self.roster.replace(None);
        }
        Ok(written?)
    }

    fn with_roster<T>(&self, ask: impl FnOnce(&mut Roster) -> T) -> Result<T, Fault> {
        let mut slot = self.roster.borrow_mut();
        let roster = match slot.take() {
            Some(roster) => roster,
            None => store::roster(&self.sql)?,
        };
        Ok(ask(slot.insert(roster)))
    }
}
