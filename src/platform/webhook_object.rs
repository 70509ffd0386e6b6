//! The Durable Object of one webhook: load, decide, store, then act.
//!
//! A turn is one synchronous step of the domain inside one transaction, with the alarm set before
//! anything is awaited; the runtime commits both together (output gates hold back every answer and
//! every outgoing `fetch` until then). What the turn decided is carried out afterwards, beside
//! whatever comes next: a hung send holds its slot and nothing else.
//!
//! `alarm()` fails only if its turn could not be stored; the platform then repeats it.

use std::cell::Cell;
use std::rc::Rc;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::fault::Fault;
use super::log::{self, Level};
use super::sql::Sql;
use super::webhook_store::{Memory, SqlStore};
use super::{alarm, clock, config, entropy, reply};
use crate::domain::adoption::Adoption;
use crate::domain::command::WebhookCall;
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::store::StoreFault;
use crate::domain::turn::{Effect, Turn};

/// The object. What it keeps in memory is what its storage holds.
#[durable_object(alarm)]
pub struct WebhookObject {
    inner: Rc<Inner>,
}

impl core::panic::RefUnwindSafe for WebhookObject {}

/// The object's handles, shared with what runs beside its calls.
pub(super) struct Inner {
    pub(super) state: State,
    pub(super) env: Env,
    sql: Sql,
    /// What is remembered of the storage; nothing after a turn that failed.
    memory: Cell<Option<Memory>>,
    /// Whether the record may still be one of the first release. Once it is not, it never is again.
    adoption: Cell<Adoption>,
}

impl DurableObject for WebhookObject {
    fn new(state: State, env: Env) -> Self {
        let sql = Sql::new(&state);
        let adoption = Cell::new(Adoption::Open);
        Self { inner: Rc::new(Inner { state, env, sql, memory: Cell::new(None), adoption }) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let path = request.path();
        let body = request.bytes().await?;
        let answer = match WebhookCall::parse(&path, &body) {
            Ok(call) => self.inner.answer(call).await,
            Err(error) => Err(Fault::from(error)),
        };
        reply::to_call(&path, answer)
    }

    async fn alarm(&self) -> Result<Response> {
        let woken = self.inner.turn(|turn| turn.wake()).await;
        reply::to_alarm(woken.map(|((), effects)| self.inner.start(effects)))
    }
}

impl Inner {
    /// One turn: everything that `step` reads and writes is one transaction, the alarm included.
    pub(super) async fn turn<T>(
        &self,
        step: impl FnOnce(&mut Turn<'_, SqlStore<'_>>) -> Result<T, StoreFault>,
    ) -> Result<(T, Vec<Effect>), Fault> {
        let config = config::config(&self.env)?;
        let armed = alarm::armed(&self.state).await?;
        let now = clock::now();
        let mut adoption = self.adoption.get();
        let entropy = match adoption {
            Adoption::Open => Some(entropy::bytes()?),
            Adoption::Complete => None,
        };
        let memory = self.memory.take();
        let (answer, effects, wakeup, locked, memory) = self.sql.transaction(|| {
            let mut store = SqlStore::open(&self.sql, memory)?;
            let mut turn = Turn::new(&mut store, now, &config.rules);
            if let Some(entropy) = entropy {
                adoption = turn.adopt(entropy, &mut || entropy::bytes().ok())?;
            }
            let answer = step(&mut turn)?;
            let wakeup = turn.next_wakeup()?;
            let locked = turn.locked().map(ToString::to_string);
            let effects = turn.into_effects();
            Ok((answer, effects, wakeup, locked, store.close()?))
        })?;
        self.memory.set(Some(memory));
        alarm::arm(&self.state, armed, wakeup, now).await?;
        self.adoption.set(adoption);
        if let Some(problem) = locked {
            self.log_locked(&problem);
        }
        Ok((answer, effects))
    }

    /// Says which master key is missing; nothing is lost meanwhile.
    fn log_locked(&self, problem: &str) {
        // A webhook that is gone by now waits for nothing.
        let Ok((account, id)) = self.identity() else { return };
        let fields =
            [("account", account.as_str()), ("webhook", id.as_str()), ("problem", problem)];
        log::line(Level::Error, "deliveries_wait", &fields);
    }

    /// Forgets what is remembered of the storage, which is being emptied.
    pub(super) fn forget(&self) {
        self.memory.set(None);
    }

    /// Whose webhook this is, and which: the object's record says so.
    pub(super) fn identity(&self) -> Result<(AccountId, WebhookId), Fault> {
        let memory = SqlStore::open(&self.sql, self.memory.take())?.close()?;
        let record = memory.record().cloned();
        self.memory.set(Some(memory));
        let record = record.ok_or_else(|| Fault::Object("the webhook is gone".to_owned()))?;
        Ok((record.account, record.id))
    }
}
