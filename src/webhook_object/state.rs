//! What a Webhook object holds in memory, and one turn of it.
//!
//! A turn is one synchronous step of the domain inside one transaction, with the alarm set before
//! anything is awaited; the runtime commits both together (output gates hold back every answer and
//! every outgoing `fetch` until then).

use std::cell::{Cell, RefCell};

use domain::base::{AccountId, Timestamp, WebhookId};
use domain::delivery::Backlog;
use domain::dispatch::{Effect, Resealing, StoreError, Transaction, alarm_to_set};
use storage::{Cache, SqlStore};
use worker::{Env, Result, State};

use super::commands;
use super::commands::{Commands, Waiting};
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::sql::Sql;
use crate::runtime::{alarm, clock, config, entropy, log};

/// What is known of an object's alarm.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Armed {
    /// It is to be asked for.
    Unknown,
    /// When it will fire, if it is set.
    Known(Option<Timestamp>),
}

/// The object's handles, shared with what runs beside its calls.
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) env: Env,
    sql: Sql,
    /// What is remembered of the storage; nothing after a turn that failed.
    memory: Cell<Option<Cache>>,
    /// Whether secrets may still be sealed with an older master key.
    resealing: Cell<Resealing>,
    /// What is known of the alarm. Nobody else sets it.
    pub(crate) armed: Cell<Armed>,
    pub(crate) waiting: RefCell<Waiting>,
    /// What the latest turn says that the backlog is.
    backlog: Cell<Option<Backlog>>,
}

/// Which commands a transaction decides before its own step.
pub(crate) enum Take {
    /// All that wait.
    Waiting,
    /// These.
    Only(Commands),
}

/// What one turn does.
type Step<'a> = &'a mut dyn FnMut(&mut Transaction<'_, SqlStore<'_>>) -> Result<(), StoreError>;

impl Inner {
    pub(crate) fn new(state: State, env: Env) -> Self {
        let sql = Sql::new(&state);
        Self {
            state,
            env,
            sql,
            memory: Cell::new(None),
            resealing: Cell::new(Resealing::Open),
            armed: Cell::new(Armed::Unknown),
            waiting: RefCell::default(),
            backlog: Cell::new(None),
        }
    }

    /// One turn: what waits, and then `step`. All that they read and write is one transaction, the
    /// alarm included.
    pub(crate) async fn turn<T>(
        &self,
        step: impl FnOnce(&mut Transaction<'_, SqlStore<'_>>) -> Result<T, StoreError>,
    ) -> Result<(T, Vec<Effect>), InternalError> {
        self.turn_taking(Take::Waiting, step).await
    }

    /// The same, with some of what waits.
    pub(crate) async fn turn_taking<T>(
        &self,
        take: Take,
        step: impl FnOnce(&mut Transaction<'_, SqlStore<'_>>) -> Result<T, StoreError>,
    ) -> Result<(T, Vec<Effect>), InternalError> {
        let (mut step, mut answer) = (Some(step), None);
        let mut step = |turn: &mut Transaction<'_, SqlStore<'_>>| {
            answer = step.take().map(|step| step(turn)).transpose()?;
            Ok(())
        };
        let effects = self.take_turn(take, &mut step).await?;
        match answer {
            Some(answer) => Ok((answer, effects)),
            None => Err(StoreError("the turn did not run".to_owned()).into()),
        }
    }

    /// What [`turn`](Self::turn) does for every step alike: it is there once, not once for each.
    async fn take_turn(&self, take: Take, step: Step<'_>) -> Result<Vec<Effect>, InternalError> {
        let armed = match self.armed.get() {
            Armed::Known(armed) => Ok(armed),
            Armed::Unknown => alarm::armed(&self.state).await,
        };
        // From here to the setting of the alarm nothing is awaited.
        let commands = match take {
            Take::Waiting => self.waiting.borrow_mut().take_all(),
            Take::Only(commands) => commands,
        };
        let (armed, now) = (armed?, clock::now());
        let config = config::config(&self.env)?;
        let mut resealing = self.resealing.get();
        // A turn that fails leaves both unknown.
        let (memory, backlog) = (self.memory.take(), self.backlog.take());
        let (decided, effects, wakeup, locked, backlog, memory) = self.sql.transaction(|| {
            let mut store = SqlStore::open(&self.sql, memory)?;
            let mut turn = Transaction::new(&mut store, now, &config.rules).with_backlog(backlog);
            if resealing == Resealing::Open {
                resealing = turn.reseal(&mut || entropy::bytes().ok())?;
            }
            let decided = commands.decide(&mut turn)?;
            step(&mut turn)?;
            let wakeup = turn.next_wakeup()?;
            let locked = turn.locked().map(ToString::to_string);
            let backlog = turn.backlog();
            let effects = turn.into_effects();
            Ok((decided, effects, wakeup, locked, backlog, store.flush()?))
        })?;
        // Others may take their turns while the alarm is being set, so all is noted before that.
        self.memory.set(Some(memory));
        self.backlog.set(backlog);
        let at = alarm_to_set(armed, wakeup, now);
        self.armed.set(Armed::Known(at.or(armed)));
        if let Some(at) = at {
            alarm::set(&self.state, at).await.inspect_err(|_| self.forget())?;
        }
        commands::reply(decided);
        self.resealing.set(resealing);
        if let Some(problem) = locked {
            self.log_locked(&problem);
        }
        Ok(effects)
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
    pub(crate) fn forget(&self) {
        self.memory.set(None);
        self.backlog.set(None);
        self.armed.set(Armed::Unknown);
    }

    /// Whose webhook this is, and which: the object's record says so.
    pub(crate) fn identity(&self) -> Result<(AccountId, WebhookId), InternalError> {
        let memory = SqlStore::open(&self.sql, self.memory.take())?.flush()?;
        let owner = memory.record().map(|record| (record.account.clone(), record.id.clone()));
        self.memory.set(Some(memory));
        owner.ok_or_else(|| InternalError::Object("the webhook is gone".to_owned()))
    }
}
