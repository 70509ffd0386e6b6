//! The state of an Account object in memory, and its reads and writes.

use std::cell::{Cell, RefCell};

use domain::account::{Bucket, Erasure, Roster, Suspension};
use domain::base::{PURGE_EVERY, Timestamp};
use domain::dispatch::StoreError;
use domain::publish::{IdempotencyKey, IdempotencyRecord, StepClock};
use worker::{Env, State};

use super::tables;
use crate::runtime::internal_error::InternalError;
use crate::runtime::sql::Sql;
use crate::runtime::{alarm, clock, config};

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

/// The cached tables.
pub(crate) struct CachedState {
    pub(crate) roster: Roster,
    pub(crate) suspension: Suspension,
    pub(crate) erasure: Option<Erasure>,
}

impl Inner {
    /// Whether the account's data is being deleted. If so, the account accepts nothing.
    pub(crate) fn is_closed(&self) -> Result<bool, InternalError> {
        self.with_state(|state| state.erasure.is_some())
    }

    /// Stores idempotency records and sets the alarm for their purge.
    pub(crate) async fn put_idempotency_records(
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
            records
                .iter()
                .try_for_each(|(key, record)| tables::put_idempotency_record(sql, key, record))
        })?;
        self.set_alarm(armed, now).await
    }

    /// Sets the alarm for the next due work, unless `armed`, its present time, is early enough.
    pub(crate) async fn set_alarm(
        &self,
        armed: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), InternalError> {
        let StepClock { kept, .. } = self.clock()?;
        // As with deliveries, one alarm purges many.
        let oldest = tables::oldest_idempotency_record(&self.sql)?
            .map(|oldest| oldest.plus(kept).plus(PURGE_EVERY));
        let wakeups = self.with_state(|state| {
            let CachedState { roster, suspension, erasure } = state;
            let is_empty = roster.known_ids().next().is_none();
            let erasure = erasure.as_ref().map(|erasure| erasure.next_wakeup(is_empty, now));
            [roster.next_wakeup(), suspension.next_wakeup(roster.ids(), now), oldest, erasure]
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
            None => CachedState {
                roster: tables::roster(&self.sql)?,
                suspension: tables::suspension(&self.sql)?,
                erasure: tables::erasure(&self.sql)?,
            },
        };
        Ok(read(slot.insert(state)))
    }
}
