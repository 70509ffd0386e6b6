//! What an Account object holds in memory, and how it is read and written.

use std::cell::{Cell, RefCell};

use domain::account::{Bucket, Erasure, Roster, Suspension};
use domain::base::Timestamp;
use domain::dispatch::StoreError;
use domain::publish::{Clock, IdempotencyKey, IdempotencyRecord};
use worker::{Env, State};

use super::tables;
use crate::runtime::internal_error::InternalError;
use crate::runtime::sql::Sql;
use crate::runtime::{alarm, clock, config};

/// The object's handles.
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) env: Env,
    pub(crate) sql: Sql,
    pub(crate) cached: RefCell<Option<CachedState>>,
    pub(crate) bucket: Cell<Bucket>,
}

/// What is kept in memory of the storage.
pub(crate) struct CachedState {
    pub(crate) roster: Roster,
    pub(crate) suspension: Suspension,
    pub(crate) erasure: Option<Erasure>,
}

impl Inner {
    /// Whether the account's data is being deleted, so that it takes nothing.
    pub(crate) fn is_closed(&self) -> Result<bool, InternalError> {
        self.with_state(|state| state.erasure.is_some())
    }

    pub(crate) async fn put_records(
        &self,
        armed: Option<Timestamp>,
        now: Timestamp,
        records: impl IntoIterator<Item = (IdempotencyKey, IdempotencyRecord)>,
    ) -> Result<(), InternalError> {
        let records: Vec<_> = records.into_iter().collect();
        if records.is_empty() {
            return Ok(());
        }
        self.write(|sql| {
            records.iter().try_for_each(|(key, record)| tables::put_record(sql, key, record))
        })?;
        self.arm(armed, now).await
    }

    pub(crate) async fn arm(
        &self,
        armed: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), InternalError> {
        let rules = &config::config(&self.env)?.rules;
        let oldest = tables::oldest_record(&self.sql)?.map(|oldest| rules.purge_time(oldest));
        let wakeups = self.with_state(|state| {
            let CachedState { roster, suspension, erasure } = state;
            let is_empty = roster.known_ids().next().is_none();
            let erasure = erasure.as_ref().map(|erasure| erasure.next_wakeup(is_empty, now));
            [roster.next_wakeup(), suspension.next_wakeup(roster.ids(), now), oldest, erasure]
        })?;
        alarm::arm(&self.state, armed, wakeups.into_iter().flatten().min(), now).await
    }

    pub(crate) fn clock(&self) -> Result<Clock, InternalError> {
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

    pub(crate) fn with_roster<T>(
        &self,
        ask: impl FnOnce(&mut Roster) -> T,
    ) -> Result<T, InternalError> {
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
                roster: tables::roster(&self.sql)?,
                suspension: tables::suspension(&self.sql)?,
                erasure: tables::erasure(&self.sql)?,
            },
        };
        Ok(ask(slot.insert(state)))
    }
}
