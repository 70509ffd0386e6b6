//! Queries for deliveries that wait, are in flight, or were missed.
//!
//! Some queries write the changes of the transaction first. In the results of the others, a changed
//! delivery replaces its stored version.

use domain::base::{Epoch, Seq, Timestamp};
use domain::delivery::{Backlog, Delivery, Missed, RecoveryScope};
use domain::dispatch::{OpenLeases, StoreError};

use crate::database::{Row, integer};
use crate::delivery_cache::{Oldest, due_of};
use crate::pending::select_pending;
use crate::rows;
use crate::rows::select;
use crate::write_buffer::WriteBuffer;

/// Number of rows that one statement reads where no index supports the search. A statement that
/// returned all rows would hold all of them in memory.
pub(crate) const ROWS_AT_ONCE: i64 = 1_000;

impl WriteBuffer<'_> {
    pub(crate) fn resends(&mut self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        let is_requested =
            |delivery: &Delivery| delivery.resends > 0 && delivery.open_lease().is_none();
        let mut requested = Vec::new();
        if !self.cache.deliveries.no_resends_requested {
            let statement = select!("WHERE resends > 0 AND state != 1 ORDER BY seq LIMIT ?");
            requested = self.unchanged(statement, &[], limit)?;
            self.cache.deliveries.no_resends_requested =
                requested.is_empty() && limit > 0 && self.changed_rows() == 0;
        }
        requested.extend(self.changed(is_requested));
        requested.sort_by_key(|delivery| delivery.seq);
        requested.truncate(limit);
        Ok(requested)
    }

    pub(crate) fn due(
        &mut self,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut due = Vec::new();
        if !self.cache.deliveries.is_none_due(epoch, now) {
            due = self.unchanged(
                select!("WHERE state = 0 AND epoch = ? AND at <= ? ORDER BY at, seq LIMIT ?"),
                &[integer(epoch.get()), integer(now.as_ms())],
                limit,
            )?;
        }
        due.extend(self.due_pending(epoch, now, limit)?);
        let is_due =
            |delivery: &Delivery| due_in_epoch(delivery, epoch).is_some_and(|due| due <= now);
        due.extend(self.changed(is_due));
        due.sort_by_key(|delivery| (due_of(delivery), delivery.seq));
        due.truncate(limit);
        Ok(due)
    }

    pub(crate) fn oldest_waiting(
        &mut self,
        epoch: Epoch,
        never_attempted: bool,
    ) -> Result<Option<Delivery>, StoreError> {
        const FIRST: &str =
            select!("WHERE state = 0 AND epoch = ? AND tried = ? ORDER BY seq LIMIT ?");
        let mut found = Vec::new();
        if !self.cache.deliveries.is_none_due(epoch, Timestamp::from_ms(u64::MAX)) {
            for tried in 0..=u8::from(!never_attempted) {
                let bindings = [integer(epoch.get()), integer(tried)];
                found.extend(self.unchanged(FIRST, &bindings, 1)?);
            }
        }
        found.extend(self.due_pending(epoch, Timestamp::from_ms(u64::MAX), 1)?);
        let is_wanted = |delivery: &Delivery| {
            due_in_epoch(delivery, epoch).is_some() && (!never_attempted || delivery.attempts == 0)
        };
        found.extend(self.changed(is_wanted));
        Ok(found.into_iter().min_by_key(|delivery| delivery.seq))
    }

    pub(crate) fn first_due_retry(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError> {
        let mut found = Vec::new();
        if !self.cache.deliveries.is_none_due(epoch, Timestamp::from_ms(u64::MAX)) {
            // In an outage few deliveries have been attempted, so SQLite sorts them without an
            // index of their own.
            found = self.unchanged(
                select!("WHERE state = 0 AND epoch = ? AND tried = 1 ORDER BY at, seq LIMIT ?"),
                &[integer(epoch.get())],
                1,
            )?;
        }
        let is_wanted =
            |delivery: &Delivery| due_in_epoch(delivery, epoch).is_some() && delivery.attempts > 0;
        found.extend(self.changed(is_wanted));
        Ok(found.into_iter().min_by_key(|delivery| (due_of(delivery), delivery.seq)))
    }

    pub(crate) fn next_due(&mut self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError> {
        let known = self.cache.deliveries.first_due.filter(|(of, _)| *of == epoch);
        let is_written = self.changed_rows() == 0;
        let stored = match known {
            Some((_, first)) if is_written || first.is_none() => first,
            Some(_) | None => {
                let statement = select!("WHERE state = 0 AND epoch = ? ORDER BY at LIMIT ?");
                let rows = self.unchanged(statement, &[integer(epoch.get())], 1)?;
                let first = rows.first().and_then(due_of);
                if is_written {
                    self.cache.deliveries.first_due = Some((epoch, first));
                }
                first
            }
        };
        let pending = self.oldest_pending(epoch)?.map(|(_, due)| due);
        let changed = self.changed(|delivery| due_in_epoch(delivery, epoch).is_some());
        Ok(changed.filter_map(|delivery| due_of(&delivery)).chain(stored).chain(pending).min())
    }

    pub(crate) fn leases(&mut self) -> Result<Vec<Delivery>, StoreError> {
        self.load_leased()?;
        let mut leases: Vec<Delivery> = self.leased().cloned().collect();
        leases.sort_by_key(|delivery| (delivery.lease_end(), delivery.seq));
        Ok(leases)
    }

    pub(crate) fn open_leases(&mut self) -> Result<OpenLeases, StoreError> {
        self.load_leased()?;
        Ok(self.leased().filter_map(Delivery::open_lease).collect())
    }

    /// Loads the leased rows of `delivery` into the cache.
    fn load_leased(&mut self) -> Result<(), StoreError> {
        if self.cache.deliveries.leased.is_none() {
            let rows = self.run(select!("WHERE state = 1"), &[])?;
            let rows = rows.iter().map(rows::delivery).collect::<Result<_, _>>()?;
            self.cache.deliveries.leased = Some(rows);
        }
        Ok(())
    }

    /// Returns the deliveries with an open lease, in no order.
    fn leased(&self) -> impl Iterator<Item = &Delivery> {
        let rows = self.cache.deliveries.leased.iter().flatten();
        let in_flight = self.cache.in_flight.open.values().map(|open| &open.delivery);
        let stored = rows.chain(in_flight);
        let unchanged = stored.filter(|delivery| !self.changes.contains_key(&delivery.seq));
        let changed = self.changes.values().map(|change| &change.delivery);
        unchanged.chain(changed.filter(|delivery| delivery.open_lease().is_some()))
    }

    pub(crate) fn backlog(&mut self, epoch: Epoch) -> Result<Backlog, StoreError> {
        self.write_deliveries()?;
        // The header of a row contains the length of a blob, so no overflow page is read.
        let rows = self.run(
            "SELECT count(*), coalesce(sum(bytes), 0) FROM ( \
             SELECT length(payload) AS bytes FROM delivery WHERE state = 0 AND epoch = ? \
             UNION ALL SELECT length(payload) FROM delivery WHERE state = 1)",
            &[integer(epoch.get())],
        )?;
        let mut backlog = Backlog::default();
        if let Some(row) = rows.first() {
            backlog = Backlog { deliveries: row.integer(0)?, bytes: row.integer(1)? };
        }
        let pending = self.pending_backlog(epoch)?;
        backlog.deliveries = backlog.deliveries.saturating_add(pending.deliveries);
        backlog.bytes = backlog.bytes.saturating_add(pending.bytes);
        for open in self.cache.in_flight.open.values() {
            backlog.enter(open.delivery.bytes);
        }
        Ok(backlog)
    }

    pub(crate) fn next_missed(
        &mut self,
        scope: &RecoveryScope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError> {
        self.write_deliveries()?;
        let mut after = after;
        loop {
            let until = integer(scope.until.get());
            let rows = self.run(MISSED, &[integer(after.get()), until, integer(ROWS_AT_ONCE)])?;
            for row in &rows {
                let delivery = rows::delivery(row)?;
                after = delivery.seq;
                if scope.covers(&delivery, epoch) {
                    return Ok(Some(delivery));
                }
            }
            if rows.is_empty() {
                return Ok(None);
            }
        }
    }

    pub(crate) fn count_missed(
        &mut self,
        scope: &RecoveryScope,
        epoch: Epoch,
    ) -> Result<u64, StoreError> {
        self.write_deliveries()?;
        let (held, undelivered) = match scope.missed {
            Missed::Held => (1, 0),
            Missed::Undelivered => (0, 1),
            Missed::All => (1, 1),
        };
        let until = integer(scope.until.get());
        let since = integer(scope.since.unwrap_or(Timestamp::EPOCH).as_ms());
        let (held, undelivered) = (integer(held), integer(undelivered));
        let epoch = integer(epoch.get());
        let rows = self.run(
            "SELECT (SELECT count(*) FROM delivery WHERE seq <= ?1 AND accepted_at >= ?2 \
             AND ((state = 3 AND ?3 = 1) OR (state = 0 AND epoch != ?4 AND ?5 = 1))) \
             + (SELECT count(*) FROM pending WHERE seq <= ?1 AND accepted_at >= ?2 \
             AND epoch != ?4 AND ?5 = 1)",
            &[until, since, held, epoch, undelivered],
        )?;
        number(&rows)
    }

    pub(crate) fn count_held(&mut self, epoch: Epoch) -> Result<u64, StoreError> {
        self.write_deliveries()?;
        let statement = "SELECT count(*) FROM delivery WHERE state = 3 AND epoch = ?";
        number(&self.run(statement, &[integer(epoch.get())])?)
    }

    pub(crate) fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        self.write_deliveries()?;
        self.run(
            "DELETE FROM delivery WHERE seq = \
             (SELECT min(seq) FROM delivery WHERE state = 3 AND epoch = ?)",
            &[integer(epoch.get())],
        )?;
        self.cache.deliveries.oldest = Oldest::Unknown;
        Ok(())
    }
}

/// Returns the time at which a delivery is due, if it is scheduled in this epoch.
fn due_in_epoch(delivery: &Delivery, epoch: Epoch) -> Option<Timestamp> {
    if delivery.epoch == epoch { due_of(delivery) } else { None }
}

/// Returns the number in the only row of a result.
fn number(rows: &[Row]) -> Result<u64, StoreError> {
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// The rows that a recovery searches: those of both tables, merged in the order of `seq`.
const MISSED: &str = concat!(
    select!("WHERE seq > ?1 AND seq <= ?2"),
    " UNION ALL ",
    select_pending!("WHERE seq > ?1 AND seq <= ?2"),
    " ORDER BY 1 LIMIT ?3"
);
