//! The state of an Account object in memory, and its reads and writes.

use std::cell::{Cell, RefCell};

use domain::account::{Bucket, Erasure, Roster, Suspension};
use domain::base::Timestamp;
use domain::dispatch::StoreError;
use domain::publish::{KeyedWork, OpenPublishes, Run, StepClock};
use storage::{KeyCache, KeyLimits, SqlKeyStore};
use worker::{Env, State};

use super::tables;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::sql::Sql;
use crate::runtime::{alarm, clock, config, entropy, log};

/// The object's handles and state.
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) env: Env,
    pub(crate) sql: Sql,
    /// The cached tables, `None` before the first read and after a failed write.
    pub(crate) cached: RefCell<Option<CachedState>>,
    /// The leaky bucket of the publish limit. It is not stored.
    pub(crate) bucket: Cell<Bucket>,
}

/// The cached tables, and the publishes with a key that are under way.
pub(crate) struct CachedState {
    pub(crate) roster: Roster,
    pub(crate) suspension: Suspension,
    pub(crate) erasure: Option<Erasure>,
    pub(crate) keys: KeyCache,
    pub(crate) open_publishes: OpenPublishes,
}

/// A step on the idempotency records, inside one transaction.
pub(crate) type KeyStep<'a, 'b> = KeyedWork<'a, SqlKeyStore<'b>>;

impl Inner {
    /// Whether the account's data is being deleted. If so, the account accepts nothing.
    pub(crate) fn is_closed(&self) -> Result<bool, InternalError> {
        self.with_state(|state| state.erasure.is_some())
    }

    /// Runs a step on the idempotency records as one transaction. If the object has become too
    /// large, some of the oldest records are deleted first.
    pub(crate) fn with_keys<T>(
        &self,
        clock: StepClock,
        step: impl FnOnce(&mut KeyStep<'_, '_>, &Roster) -> Result<T, StoreError>,
    ) -> Result<T, InternalError> {
        let (limits, size) = (self.key_limits()?, self.sql.size());
        let (has_made_room, answer) = self.change(|sql, state| {
            let CachedState { roster, keys, open_publishes, .. } = state;
            let mut store = SqlKeyStore::open(sql, keys, clock.now, limits);
            let has_made_room = store.make_room(size)?;
            let answer = step(&mut KeyedWork::new(&mut store, open_publishes, clock), roster)?;
            Ok((has_made_room, answer))
        })?;
        if has_made_room {
            log::line(Level::Error, "keys_dropped", &[("bytes", &size.to_string())]);
        }
        Ok(answer)
    }

    /// How long idempotency records are kept, and how large the object may become.
    pub(crate) fn key_limits(&self) -> Result<KeyLimits, InternalError> {
        let config = config::config(&self.env)?;
        Ok(KeyLimits { kept: config.idempotency, bytes: config.rules.history_bytes })
    }

    /// Sets the alarm for the next due work, unless `armed`, its present time, is early enough.
    pub(crate) async fn set_alarm(
        &self,
        armed: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), InternalError> {
        let StepClock { kept, .. } = self.clock()?;
        let wakeups = self.with_state(|state| {
            let CachedState { roster, suspension, erasure, keys, .. } = state;
            let next_step = |erasure: &Erasure| erasure.next_wakeup(roster.is_empty(), now);
            [
                roster.next_wakeup(),
                suspension.next_wakeup(roster.ids(), now),
                keys.next_purge(kept),
                erasure.as_ref().map(next_step),
            ]
        })?;
        alarm::arm(&self.state, armed, wakeups.into_iter().flatten().min(), now).await
    }

    /// Returns the present time, and how long idempotency records are kept.
    pub(crate) fn clock(&self) -> Result<StepClock, InternalError> {
        let kept = config::config(&self.env)?.idempotency;
        Ok(StepClock { now: clock::now(), kept })
    }

    /// Runs `step` as one transaction. A failure drops the cached tables.
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

    /// Runs `step`, which changes the cached tables too, as one transaction. A failure drops them.
    pub(crate) fn change<T>(
        &self,
        step: impl FnOnce(&Sql, &mut CachedState) -> Result<T, StoreError>,
    ) -> Result<T, InternalError> {
        let changed = self.with_state(|state| self.sql.transaction(|| step(&self.sql, state)))?;
        if changed.is_err() {
            self.cached.replace(None);
        }
        Ok(changed?)
    }

    /// Calls `read` with the roster, which is read if it is not cached.
    pub(crate) fn with_roster<T>(
        &self,
        read: impl FnOnce(&mut Roster) -> T,
    ) -> Result<T, InternalError> {
        self.with_state(|state| read(&mut state.roster))
    }

    /// Calls `read` with the cached tables, which are read if necessary.
    pub(crate) fn with_state<T>(
        &self,
        read: impl FnOnce(&mut CachedState) -> T,
    ) -> Result<T, InternalError> {
        let mut slot = self.cached.borrow_mut();
        let state = match slot.take() {
            Some(state) => state,
            None => self.load()?,
        };
        Ok(read(slot.insert(state)))
    }

    fn load(&self) -> Result<CachedState, InternalError> {
        Ok(CachedState {
            roster: tables::roster(&self.sql)?,
            suspension: tables::suspension(&self.sql)?,
            erasure: tables::erasure(&self.sql)?,
            keys: KeyCache::load(&self.sql, self.sql.size(), self.key_limits()?)?,
            open_publishes: OpenPublishes::new(Run::new(clock::now(), entropy::bytes()?)),
        })
    }
}
