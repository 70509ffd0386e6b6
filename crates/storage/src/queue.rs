//! Queries for deliveries that wait, are in flight, or were missed.

use core::ops::Range;

use domain::base::{Epoch, Seq, Timestamp};
use domain::delivery::{Backlog, Delivery, Missed, RecoveryScope};
use domain::dispatch::{OpenLeases, StoreError};

use crate::database::{Binding, Row, integer};
use crate::delivery_cache::{Oldest, due_of};
use crate::rows;
use crate::rows::select;
use crate::segment::Wanted;
use crate::segments::{Placed, distance};
use crate::totals::Undelivered;
use crate::write_buffer::WriteBuffer;

/// Number of segments that are read at once.
pub(crate) const SEGMENTS_AT_ONCE: usize = 16;

/// Number of rows of `delivery` that are read at once. A statement that returned all rows would
/// hold all of them in memory.
pub(crate) const ROWS_AT_ONCE: usize = 200;

/// Most deliveries that are read to be counted. Where more have to be, their number is an upper
/// bound.
const COUNTED_MAX: u64 = 4_000;

/// The last segment that begins at a `seq` or before it, for [`WriteBuffer::seek`].
pub(crate) const SEGMENT_AT: &str = "SELECT first_seq, accepted_at FROM segment \
     WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1";

/// The condition of the rows of `delivery` that a recovery covers, with the bindings of [`missed`].
macro_rules! where_missed {
    () => {
        "WHERE seq <= ?1 AND accepted_at >= ?2 \
         AND ((state = 3 AND ?3 = 1) OR (state = 0 AND epoch != ?4 AND ?5 = 1)) \
         AND (?6 = 0 OR history != '')"
    };
}

impl WriteBuffer<'_> {
    pub(crate) fn resends(&mut self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        if self.cache.deliveries.no_resends_requested {
            return Ok(Vec::new());
        }
        let statement = select!("WHERE resends > 0 AND state != 1 ORDER BY seq LIMIT ?");
        let requested = self.rows(statement, &[integer(limit)])?;
        self.cache.deliveries.no_resends_requested = requested.is_empty() && limit > 0;
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
            due = self.rows(
                select!("WHERE state = 0 AND epoch = ? AND at <= ? ORDER BY at, seq LIMIT ?"),
                &[integer(epoch.get()), integer(now.as_ms()), integer(limit)],
            )?;
        }
        due.extend(self.waiting(epoch, now, limit)?);
        due.sort_by_key(|delivery| (due_of(delivery), delivery.seq));
        due.truncate(limit);
        Ok(due)
    }

    pub(crate) fn oldest_waiting(
        &mut self,
        epoch: Epoch,
        never_attempted: bool,
    ) -> Result<Option<Delivery>, StoreError> {
        let mut found = self.waiting(epoch, Timestamp::from_ms(u64::MAX), 1)?;
        if !self.cache.deliveries.is_none_due(epoch, Timestamp::from_ms(u64::MAX)) {
            for tried in 0..=u8::from(!never_attempted) {
                found.extend(self.rows(
                    select!("WHERE state = 0 AND epoch = ? AND tried = ? ORDER BY seq LIMIT 1"),
                    &[integer(epoch.get()), integer(tried)],
                )?);
            }
        }
        Ok(found.into_iter().min_by_key(|delivery| delivery.seq))
    }

    pub(crate) fn first_due_retry(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError> {
        if self.cache.deliveries.is_none_due(epoch, Timestamp::from_ms(u64::MAX)) {
            return Ok(None);
        }
        // In an outage few deliveries have been attempted, so SQLite sorts them without an index of
        // their own.
        let statement =
            select!("WHERE state = 0 AND epoch = ? AND tried = 1 ORDER BY at, seq LIMIT 1");
        Ok(self.rows(statement, &[integer(epoch.get())])?.pop())
    }

    pub(crate) fn next_due(&mut self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError> {
        let known = self.cache.deliveries.first_due.filter(|(of, _)| *of == epoch);
        let first = if let Some((_, first)) = known {
            first
        } else {
            let statement =
                "SELECT at FROM delivery WHERE state = 0 AND epoch = ? ORDER BY at LIMIT 1";
            let rows = self.run(statement, &[integer(epoch.get())])?;
            let at = |row: &Row| row.integer(0).map(Timestamp::from_ms);
            let first = rows.first().map(at).transpose()?;
            self.cache.deliveries.first_due = Some((epoch, first));
            first
        };
        let waiting = self.waiting(epoch, Timestamp::from_ms(u64::MAX), 1)?;
        Ok(waiting.first().and_then(due_of).into_iter().chain(first).min())
    }

    /// Returns the first deliveries in segments that wait in an epoch and are due at `now`.
    fn waiting(
        &mut self,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let segments = &self.cache.segments;
        let Some(last) = segments.last.as_ref().filter(|last| last.epoch == epoch) else {
            return Ok(Vec::new());
        };
        let end = last.end;
        let count = usize::try_from(segments.totals.waiting().deliveries).unwrap_or(usize::MAX);
        while self.cache.segments.waiting.len() < limit.min(count)
            && self.cache.segments.waiting_until < end
        {
            let until = self.cache.segments.waiting_until;
            let read = self.segments(until, SEGMENTS_AT_ONCE, Wanted::All)?;
            let segments = &mut self.cache.segments;
            segments.waiting_until = read.last().map_or(end, |last| last.end);
            for segment in read {
                let row = segment.first_seq;
                for delivery in segment.entries.into_iter().map(|entry| entry.delivery) {
                    if delivery.attempts == 0 && delivery.seq >= until {
                        segments.waiting.insert(delivery.seq, Placed { delivery, row });
                    }
                }
            }
        }
        // They were accepted in this order, and they are due since.
        let waiting = self.cache.segments.waiting.values().map(|placed| &placed.delivery);
        let due = waiting.take_while(|delivery| delivery.accepted_at <= now);
        Ok(due.take(limit).cloned().collect())
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
            self.cache.deliveries.leased = Some(self.rows(select!("WHERE state = 1"), &[])?);
        }
        Ok(())
    }

    /// Returns the deliveries with an open lease, in no order.
    fn leased(&self) -> impl Iterator<Item = &Delivery> {
        let in_segments = self.cache.segments.leased.values().map(|leased| &leased.delivery);
        self.cache.deliveries.leased.iter().flatten().chain(in_segments)
    }

    pub(crate) fn backlog(&mut self, epoch: Epoch) -> Result<Backlog, StoreError> {
        // The header of a row contains the length of a blob, so no overflow page is read.
        let rows = self.run(
            "SELECT count(*), coalesce(sum(bytes), 0) FROM ( \
             SELECT length(payload) AS bytes FROM delivery WHERE state = 0 AND epoch = ? \
             UNION ALL SELECT length(payload) FROM delivery WHERE state = 1)",
            &[integer(epoch.get())],
        )?;
        let mut backlog = self.cache.segments.backlog(epoch);
        if let Some(row) = rows.first() {
            backlog.deliveries = backlog.deliveries.saturating_add(row.integer(0)?);
            backlog.bytes = backlog.bytes.saturating_add(row.integer(1)?);
        }
        Ok(backlog)
    }

    pub(crate) fn next_missed(
        &mut self,
        scope: &RecoveryScope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError> {
        let bindings = [&missed(scope, epoch)[..], &[integer(after.get())]].concat();
        let statement = concat!(select!(""), where_missed!(), " AND seq > ?7 ORDER BY seq LIMIT 1");
        let row = self.rows(statement, &bindings)?.pop();
        let in_segment = match scope.missed {
            // What is undelivered in a segment was never attempted.
            _ if !scope.latest.is_any() => None,
            Missed::Held => None,
            Missed::Undelivered | Missed::All => {
                // Later calls begin where an earlier one ended.
                let since = scope.since.filter(|_| after.get() == 0);
                let first = self.first_since(since)?;
                let after = after.max(Seq::new(first.get().saturating_sub(1)));
                self.find_undelivered(after, epoch, |delivery| scope.covers(delivery, epoch))?
            }
        };
        Ok(row.into_iter().chain(in_segment).min_by_key(|delivery| delivery.seq))
    }

    pub(crate) fn count_missed(
        &mut self,
        scope: &RecoveryScope,
        epoch: Epoch,
    ) -> Result<u64, StoreError> {
        if !scope.latest.is_any() {
            return self.count_attempted(scope, epoch);
        }
        let statement = concat!("SELECT count(*) FROM delivery ", where_missed!());
        let mut count = number(&self.run(statement, &missed(scope, epoch))?)?;
        if scope.missed == Missed::Held {
            return Ok(count);
        }
        let ranges = self.cache.segments.undelivered(epoch);
        if scope.since.is_none() && ranges.iter().all(|range| range.until <= scope.until) {
            return Ok(ranges.iter().fold(count, |sum, range| sum.saturating_add(range.count)));
        }
        let first = self.first_since(scope.since)?;
        for range in ranges {
            let from = range.from.max(first);
            let until = range.until.min(scope.until.next());
            let most = range.count.min(distance(from, until));
            let covered = if range.is_whole() || most > COUNTED_MAX {
                most
            } else {
                self.count_undelivered(from, until, epoch)?
            };
            count = count.saturating_add(covered);
        }
        Ok(count)
    }

    /// Counts what a recovery with conditions on the latest attempt covers.
    fn count_attempted(&self, scope: &RecoveryScope, epoch: Epoch) -> Result<u64, StoreError> {
        let (mut count, mut looked_at, mut after) = (0_u64, 0_u64, Seq::new(0));
        while looked_at < COUNTED_MAX {
            let statement = concat!(
                "SELECT seq, history FROM delivery ",
                where_missed!(),
                " AND seq > ?7 ORDER BY seq LIMIT ?8"
            );
            let page = [integer(after.get()), integer(ROWS_AT_ONCE)];
            let rows = self.run(statement, &[&missed(scope, epoch)[..], &page].concat())?;
            let Some(last) = rows.last() else { return Ok(count) };
            after = Seq::new(last.integer(0)?);
            for row in &rows {
                let latest = rows::latest_attempt(row.text(1)?)?;
                count = count.saturating_add(u64::from(scope.latest.matches(latest.as_ref())));
                looked_at = looked_at.saturating_add(1);
            }
        }
        let statement = concat!("SELECT count(*) FROM delivery ", where_missed!(), " AND seq > ?7");
        let bindings = [&missed(scope, epoch)[..], &[integer(after.get())]].concat();
        Ok(count.saturating_add(number(&self.run(statement, &bindings)?)?))
    }

    /// Returns the number of deliveries in segments that waited when their epoch ended, in a range
    /// of `seq`s.
    fn count_undelivered(
        &mut self,
        from: Seq,
        until: Seq,
        epoch: Epoch,
    ) -> Result<u64, StoreError> {
        let mut count = 0_u64;
        let after = Seq::new(from.get().saturating_sub(1));
        self.find_undelivered(after, epoch, |delivery| {
            count = count.saturating_add(u64::from((from..until).contains(&delivery.seq)));
            delivery.seq >= until
        })?;
        Ok(count)
    }

    /// Returns the lowest `seq` of the deliveries in segments that were accepted at `since` or
    /// later.
    fn first_since(&mut self, since: Option<Timestamp>) -> Result<Seq, StoreError> {
        let Some(since) = since else { return Ok(Seq::new(0)) };
        self.write_segments()?;
        let segments = &self.cache.segments;
        let (Some((first, _)), Some(last)) = (segments.first, &segments.last) else {
            return Ok(Seq::new(0));
        };
        // Times do not fall from one segment to the next.
        let low = self.seek(SEGMENT_AT, first..last.end, since)?.start;
        let found = self.segments(low, 1, Wanted::All)?.pop();
        let Some(segment) = found else { return Ok(low) };
        let mut deliveries = segment.entries.into_iter().map(|entry| entry.delivery);
        let first = deliveries.find(|delivery| delivery.accepted_at >= since);
        Ok(first.map_or(segment.end, |delivery| delivery.seq))
    }

    /// Searches the rows of a table in which the time of acceptance does not fall from one row to
    /// the next. `statement` returns the last row up to a `seq`, with its first `seq` and the time.
    ///
    /// Returns a range within `seqs`: every row before its start was accepted before `at`, every
    /// row from its end on was not.
    pub(crate) fn seek(
        &self,
        statement: &str,
        seqs: Range<Seq>,
        at: Timestamp,
    ) -> Result<Range<Seq>, StoreError> {
        let Range { start: mut low, end: mut high } = seqs;
        while distance(low, high) > 1 {
            let middle = Seq::new(low.get().midpoint(high.get()));
            match self.run(statement, &[integer(middle.get())])?.first() {
                Some(row) if Timestamp::from_ms(row.integer(1)?) >= at => {
                    high = Seq::new(row.integer(0)?);
                }
                Some(_) | None => low = middle,
            }
        }
        Ok(low..high)
    }

    /// Returns the first delivery in a segment, after the position `after`, that waited when its
    /// epoch ended and that `is_wanted` selects.
    fn find_undelivered(
        &mut self,
        after: Seq,
        epoch: Epoch,
        mut is_wanted: impl FnMut(&Delivery) -> bool,
    ) -> Result<Option<Delivery>, StoreError> {
        for Undelivered { from, until, .. } in self.cache.segments.undelivered(epoch) {
            let mut next = from.max(after.next());
            while next < until {
                let read = self.segments(next, SEGMENTS_AT_ONCE, Wanted::All)?;
                let end = read.last().map_or(until, |last| last.end);
                let entries = read.into_iter().flat_map(|segment| segment.entries);
                let mut deliveries = entries.map(|entry| entry.delivery);
                if let Some(found) = deliveries.find(|delivery| {
                    due_of(delivery).is_some()
                        && (next..until).contains(&delivery.seq)
                        && is_wanted(delivery)
                }) {
                    return Ok(Some(found));
                }
                next = end;
            }
        }
        Ok(None)
    }

    pub(crate) fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError> {
        let statement = "SELECT count(*) FROM delivery WHERE state = 3 AND epoch = ?";
        number(&self.run(statement, &[integer(epoch.get())])?)
    }

    pub(crate) fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        self.run(
            "DELETE FROM delivery WHERE seq = \
             (SELECT min(seq) FROM delivery WHERE state = 3 AND epoch = ?)",
            &[integer(epoch.get())],
        )?;
        self.cache.deliveries.oldest = Oldest::Unknown;
        Ok(())
    }
}

/// Returns the number in the only row of a result.
fn number(rows: &[Row]) -> Result<u64, StoreError> {
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// Returns the bindings that say what a recovery covers.
fn missed(scope: &RecoveryScope, epoch: Epoch) -> [Binding<'static>; 6] {
    let (held, undelivered) = match scope.missed {
        Missed::Held => (1, 0),
        Missed::Undelivered => (0, 1),
        Missed::All => (1, 1),
    };
    let since = scope.since.unwrap_or(Timestamp::EPOCH);
    [
        integer(scope.until.get()),
        integer(since.as_ms()),
        integer(held),
        integer(epoch.get()),
        integer(undelivered),
        integer(u8::from(!scope.latest.is_any())),
    ]
}
