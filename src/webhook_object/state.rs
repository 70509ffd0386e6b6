//! The state of a Webhook object in memory, and its transactions.
//!
//! A transaction is one synchronous step of the domain. The alarm is set before anything is
//! awaited, so the runtime commits both together (output gates hold back every response and every
//! outgoing `fetch` until then).

use std::cell::{Cell, RefCell};

use domain::base::{AccountId, COURIER_ATTEMPTS_MAX, Delay, PURGE_EVERY, Timestamp, WebhookId};
use domain::delivery::Backlog;
use domain::dispatch::{Effect, Resealing, StoreError, Transaction, alarm_to_set};
use storage::{Cache, SqlStore};
use worker::{Env, Result, State};

use super::client::Client;
use super::commands;
use super::commands::{CommandQueue, Commands};
use crate::courier;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::sql::Sql;
use crate::runtime::{alarm, clock, config, entropy, log};

/// How long the size of the storage is cached. Reading it takes 7 µs, too long for each transaction
/// of a busy object.
const SIZE_KEPT: Delay = Delay::from_ms(100);

/// The object's alarm, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AlarmState {
    /// The alarm must be read from the runtime.
    Unknown,
    /// The time of the alarm, `None` if it is not set.
    Known(Option<Timestamp>),
}

/// The object's handles and state, shared with its background tasks.
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) env: Env,
    sql: Sql,
    /// The cache of the storage; empty after a failed transaction.
    cache: Cell<Option<Cache>>,
    /// Whether secrets may still be sealed with an older master key.
    resealing: Cell<Resealing>,
    /// The alarm. Only this object sets it.
    pub(crate) alarm: Cell<AlarmState>,
    /// The commands that wait for a transaction.
    pub(crate) queue: RefCell<CommandQueue>,
    /// The backlog after the latest transaction, `None` if it is unknown.
    backlog: Cell<Option<Backlog>>,
    /// The size of the storage, in bytes, and when it was read.
    pub(crate) size: Cell<Option<(u64, Timestamp)>>,
    /// When the log last said that something was dropped for lack of room.
    trimmed_logged: Cell<Option<Timestamp>>,
    /// The number of events that the filter left out and that are not stored yet.
    filtered: Cell<u64>,
    /// Whether deliveries without a lease were due at the end of the latest transaction.
    pub(crate) has_due: Cell<bool>,
    /// The client, if the webhook is a listener.
    pub(crate) client: Client,
}

/// The commands that a transaction decides before its own step.
pub(crate) enum Selection {
    /// All commands that wait.
    Waiting,
    /// Only these commands.
    Only(Commands),
}

/// The step of a transaction.
type Step<'a> = &'a mut dyn FnMut(&mut Transaction<'_, SqlStore<'_>>) -> Result<(), StoreError>;

impl Inner {
    pub(crate) fn new(state: State, env: Env) -> Self {
        let (sql, client) = (Sql::new(&state), Client::new(&state));
        Self {
            state,
            env,
            sql,
            cache: Cell::new(None),
            resealing: Cell::new(Resealing::Open),
            alarm: Cell::new(AlarmState::Unknown),
            queue: RefCell::default(),
            backlog: Cell::new(None),
            size: Cell::new(None),
            trimmed_logged: Cell::new(None),
            filtered: Cell::new(0),
            has_due: Cell::new(false),
            client,
        }
    }

    /// Runs one transaction: it decides the waiting commands, then runs `step`. The alarm is set
    /// before anything is awaited, so it is committed together with the writes.
    pub(crate) async fn transact<T>(
        &self,
        step: impl FnOnce(&mut Transaction<'_, SqlStore<'_>>) -> Result<T, StoreError>,
    ) -> Result<(T, Vec<Effect>), InternalError> {
        self.transact_with(Selection::Waiting, step).await
    }

    /// Like [`transact`](Self::transact), but with only some of the waiting commands.
    pub(crate) async fn transact_with<T>(
        &self,
        selection: Selection,
        step: impl FnOnce(&mut Transaction<'_, SqlStore<'_>>) -> Result<T, StoreError>,
    ) -> Result<(T, Vec<Effect>), InternalError> {
        let (mut step, mut answer) = (Some(step), None);
        let mut step = |transaction: &mut Transaction<'_, SqlStore<'_>>| {
            answer = step.take().map(|step| step(transaction)).transpose()?;
            Ok(())
        };
        let effects = self.run_transaction(selection, &mut step).await?;
        match answer {
            Some(answer) => Ok((answer, effects)),
            None => Err(StoreError("the transaction did not run".to_owned()).into()),
        }
    }

    /// Runs a transaction. This part of [`transact`](Self::transact) does not depend on the step's
    /// type, so it is compiled only once.
    async fn run_transaction(
        &self,
        selection: Selection,
        step: Step<'_>,
    ) -> Result<Vec<Effect>, InternalError> {
        let armed = match self.alarm.get() {
            AlarmState::Known(armed) => Ok(armed),
            AlarmState::Unknown => alarm::armed(&self.state).await,
        };
        // Nothing is awaited from here until the alarm is set.
        let commands = match selection {
            Selection::Waiting => self.queue.borrow_mut().take_all(),
            Selection::Only(commands) => commands,
        };
        let (armed, now) = (armed?, clock::now());
        let config = config::config(&self.env)?;
        let mut resealing = self.resealing.get();
        // If the transaction fails, both stay empty and are read again.
        let (cache, backlog) = (self.cache.take(), self.backlog.take());
        let size = self.size(now, config.rules.history_bytes);
        let in_flight_max =
            if courier::are_available() { usize::MAX } else { COURIER_ATTEMPTS_MAX };
        let (decided, ended, cache) = self.sql.transaction(|| {
            let mut store = SqlStore::open(&self.sql, cache)?;
            let mut transaction = Transaction::new(&mut store, now, &config.rules)
                .with_backlog(backlog)
                .with_bytes(size)
                .with_filtered(self.filtered.get())
                .with_connection(self.client.is_connected())
                .with_in_flight_max(in_flight_max);
            if resealing == Resealing::Open {
                resealing = transaction.reseal(&mut || entropy::bytes().ok())?;
            }
            let decided = commands.decide(&mut transaction)?;
            step(&mut transaction)?;
            let ended = transaction.end()?;
            Ok((decided, ended, store.flush()?))
        })?;
        // Other transactions may run while the alarm is being set, so their cache and backlog are
        // stored before that.
        self.cache.set(Some(cache));
        self.backlog.set(ended.backlog);
        self.filtered.set(ended.filtered);
        self.has_due.set(ended.has_due);
        let at = alarm_to_set(armed, ended.wakeup, now);
        self.alarm.set(AlarmState::Known(at.or(armed)));
        if let Some(at) = at {
            alarm::set(&self.state, at).await.inspect_err(|_| self.drop_cache())?;
        }
        commands::reply(decided);
        self.resealing.set(resealing);
        if let Some(problem) = ended.locked {
            self.log_locked(&problem);
        }
        if ended.has_trimmed {
            self.log_trimmed(size, now);
        }
        Ok(ended.effects)
    }

    /// Returns the size of the storage, in bytes, at most [`SIZE_KEPT`] ago if it is below `limit`.
    /// Above, it decides what is accepted and what is dropped, so it is that of this moment.
    fn size(&self, now: Timestamp, limit: u64) -> u64 {
        let is_current =
            |&(bytes, at): &(u64, Timestamp)| bytes < limit && now.since(at) < SIZE_KEPT;
        let read = self.size.get().filter(is_current);
        let (bytes, at) = read.unwrap_or_else(|| (self.sql.size(), now));
        self.size.set(Some((bytes, at)));
        bytes
    }

    /// Logs that something was dropped because the object is too large, at most once an hour.
    fn log_trimmed(&self, bytes: u64, now: Timestamp) {
        if self.trimmed_logged.get().is_some_and(|at| now.since(at) < PURGE_EVERY) {
            return;
        }
        self.trimmed_logged.set(Some(now));
        let Ok((account, id)) = self.identity() else { return };
        let bytes = bytes.to_string();
        let fields = [("account", account.as_str()), ("webhook", id.as_str()), ("bytes", &*bytes)];
        log::line(Level::Error, "history_dropped", &fields);
    }

    /// Logs why due deliveries wait: the webhook's secrets do not open. Nothing is lost.
    fn log_locked(&self, problem: &str) {
        // A deleted webhook has no deliveries.
        let Ok((account, id)) = self.identity() else { return };
        let fields =
            [("account", account.as_str()), ("webhook", id.as_str()), ("problem", problem)];
        log::line(Level::Error, "deliveries_wait", &fields);
    }

    /// Drops everything that is cached of the storage and the alarm: the storage is being emptied,
    /// or the alarm could not be set.
    pub(crate) fn drop_cache(&self) {
        self.cache.set(None);
        self.backlog.set(None);
        self.size.set(None);
        self.alarm.set(AlarmState::Unknown);
    }

    /// Returns the account and the id of the webhook, from its record. Fails if there is no
    /// webhook.
    pub(crate) fn identity(&self) -> Result<(AccountId, WebhookId), InternalError> {
        let cache = SqlStore::open(&self.sql, self.cache.take())?.flush()?;
        let owner = cache.record().map(|record| (record.account.clone(), record.id.clone()));
        self.cache.set(Some(cache));
        owner.ok_or_else(|| InternalError::Object("the webhook is gone".to_owned()))
    }
}
