//! Queries of the table `pending`.

use domain::base::{Epoch, EventId, Seq, Timestamp};
use domain::delivery::{Backlog, Delivery};
use domain::dispatch::StoreError;

use crate::database::{Binding, integer};
use crate::delivery_cache::Oldest;
use crate::pending::select_pending;
use crate::placement::acceptance_range;
use crate::rows;
use crate::write_buffer::WriteBuffer;

impl WriteBuffer<'_> {
    /// Returns the delivery of an event, if it is in the table.
    pub(crate) fn find_pending(&self, id: &EventId) -> Result<Option<Delivery>, StoreError> {
        let Some((earliest, latest)) = acceptance_range(id) else { return Ok(None) };
        let Some(from) = self.first_pending(PendingKey::AcceptedAt, earliest.as_ms())? else {
            return Ok(None);
        };
        let after = self.first_pending(PendingKey::AcceptedAt, latest.as_ms().saturating_add(1))?;
        let until = after.map_or(u64::MAX, Seq::get);
        let rows = self.run(
            select_pending!("WHERE seq >= ? AND seq < ? AND event_id = ?"),
            &[integer(from.get()), integer(until), Binding::Text(id.as_str())],
        )?;
        rows.first().map(rows::delivery).transpose()
    }

    /// Returns the `seq` of the first row in which `column` is at least `value`.
    fn first_pending(&self, column: PendingKey, value: u64) -> Result<Option<Seq>, StoreError> {
        let statement = match column {
            PendingKey::AcceptedAt => "SELECT seq, accepted_at FROM pending WHERE seq >= ? LIMIT 1",
            PendingKey::Epoch => "SELECT seq, epoch FROM pending WHERE seq >= ? LIMIT 1",
        };
        let look = |from: u64| -> Result<Option<(u64, bool)>, StoreError> {
            let rows = self.run(statement, &[integer(from)])?;
            let Some(row) = rows.first() else { return Ok(None) };
            Ok(Some((row.integer(0)?, row.integer::<u64>(1)? >= value)))
        };
        let mut first = match look(0)? {
            None => return Ok(None),
            Some((seq, true)) => return Ok(Some(Seq::new(seq))),
            Some((_, false)) => None,
        };
        // Every row below `low` has less than `value`. `first` is the first row from `high` on.
        let mut low = 0_u64;
        let mut high = self.cache.next_seq.get();
        while low < high {
            let middle = low.midpoint(high);
            match look(middle)? {
                Some((seq, false)) => low = seq.saturating_add(1),
                Some((seq, true)) => {
                    first = Some(Seq::new(seq));
                    high = middle;
                }
                None => high = middle,
            }
        }
        Ok(first)
    }

    /// Returns a `seq` below which an epoch has no row.
    fn epoch_start(&mut self, epoch: Epoch) -> Result<Seq, StoreError> {
        match self.cache.pending.epoch_start {
            Some((of, start)) if of == epoch => Ok(start),
            Some(_) | None => {
                let first = self.first_pending(PendingKey::Epoch, epoch.get().into())?;
                // A row that is added later has a higher `seq` than the last row.
                let last = self.cache.pending.last.as_ref().map(|last| last.seq);
                let start = first.or(last).unwrap_or(Seq::new(0));
                self.cache.pending.epoch_start = Some((epoch, start));
                Ok(start)
            }
        }
    }

    /// Returns the oldest row of an epoch that the transaction has not changed: its `seq`, and the
    /// time of its acceptance, at which it is due.
    pub(crate) fn oldest_pending(
        &mut self,
        epoch: Epoch,
    ) -> Result<Option<(Seq, Timestamp)>, StoreError> {
        let known = self.cache.pending.oldest_of_epoch.filter(|(of, _)| *of == epoch);
        match known.map(|(_, oldest)| oldest) {
            Some(Oldest::None) => return Ok(None),
            Some(Oldest::Is(seq, at)) if !self.changes.contains_key(&seq) => {
                return Ok(Some((seq, at)));
            }
            Some(Oldest::Is(..) | Oldest::Unknown) | None => {}
        }
        let found = self.due_pending(epoch, Timestamp::from_ms(u64::MAX), 1)?;
        let first = found.first().map(|delivery| (delivery.seq, delivery.accepted_at));
        if self.changed_rows() == 0 {
            let oldest = first.map_or(Oldest::None, |(seq, at)| Oldest::Is(seq, at));
            self.cache.pending.oldest_of_epoch = Some((epoch, oldest));
            if let Some((seq, _)) = first {
                self.cache.pending.epoch_start = Some((epoch, seq));
            }
        }
        Ok(first)
    }

    /// Returns the oldest rows of an epoch that are due at `now` and not changed by the
    /// transaction.
    pub(crate) fn due_pending(
        &mut self,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        match self.cache.pending.oldest_of_epoch {
            Some((of, Oldest::None)) if of == epoch => return Ok(Vec::new()),
            Some((of, Oldest::Is(_, due))) if of == epoch && due > now => return Ok(Vec::new()),
            Some(_) | None => {}
        }
        let start = self.epoch_start(epoch)?;
        self.unchanged(
            select_pending!(
                "WHERE seq >= ? AND epoch = ? AND accepted_at <= ? ORDER BY seq LIMIT ?"
            ),
            &[integer(start.get()), integer(epoch.get()), integer(now.as_ms())],
            limit,
        )
    }

    /// Returns the backlog of an epoch in this table. All changes must have been written.
    pub(crate) fn pending_backlog(&mut self, epoch: Epoch) -> Result<Backlog, StoreError> {
        let start = self.epoch_start(epoch)?;
        // The header of a row contains the length of a blob, so no overflow page is read.
        let rows = self.run(
            "SELECT count(*), coalesce(sum(length(payload)), 0) FROM pending \
             WHERE seq >= ? AND epoch = ?",
            &[integer(start.get()), integer(epoch.get())],
        )?;
        let Some(row) = rows.first() else { return Ok(Backlog::default()) };
        Ok(Backlog { deliveries: row.integer(0)?, bytes: row.integer(1)? })
    }
}

/// A column that never decreases from one row to the next, as the key of a search.
#[derive(Debug, Clone, Copy)]
enum PendingKey {
    AcceptedAt,
    Epoch,
}
