//! Deliveries that wait for their first try since they came: a row each, and nothing else.
//!
//! While a receiver is down nearly all wait so, which is why their table has no index: each entry
//! of one costs as much as the row. A place, a time and an epoch never fall from one row to the
//! next, so a row is found by halving. Whatever happens to one moves it to a row of `delivery`.

use domain::base::{Epoch, EventId, Seq, Timestamp, Token};
use domain::delivery::{Backlog, Delivery, State};
use domain::dispatch::StoreError;

use crate::cache::Oldest;
use crate::database::{Binding, Database, integer};
use crate::rows;
use crate::segments::{is_near, times_near};
use crate::write_buffer::{Change, Draft};

/// What is remembered of the table `fresh`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fresh {
    /// The last row that was added.
    last: Option<Last>,
    /// The oldest row.
    pub(crate) oldest: Oldest,
    /// The oldest row of an epoch.
    head: Option<(Epoch, Oldest)>,
    /// A place before which an epoch has no row.
    begin: Option<(Epoch, Seq)>,
}

/// The last row that was added, whether it is there or not.
#[derive(Debug, Clone)]
struct Last {
    seq: Seq,
    accepted_at: Timestamp,
    epoch: Epoch,
    /// The greatest event id so far.
    newest_id: EventId,
}

/// The columns of a delivery, in the order that [`rows::delivery`] reads, and maybe one more.
macro_rules! select_fresh {
    ($rest:literal) => {
        select_fresh!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT seq, event_id, event_type, accepted_at, \
             epoch, 0, 0, 0, accepted_at, 0, -1, 0, length(payload)",
            $more,
            " FROM fresh ",
            $rest
        )
    };
}

pub(crate) use select_fresh;

impl Fresh {
    /// Reads what is remembered.
    pub(crate) fn load(database: &dyn Database) -> Result<Self, StoreError> {
        let statement =
            "SELECT seq, accepted_at, epoch, newest_id FROM fresh ORDER BY seq DESC LIMIT 1";
        let mut fresh = Self::default();
        for row in database.run(statement, &[])? {
            fresh.last = Some(Last {
                seq: Seq::new(row.integer(0)?),
                accepted_at: Timestamp::from_ms(row.integer(1)?),
                epoch: Epoch::new(row.integer(2)?),
                newest_id: row.parsed(3)?,
            });
        }
        if fresh.last.is_none() {
            fresh.oldest = Oldest::None;
        }
        Ok(fresh)
    }

    /// The place of the last row and the greatest event id, if there is or was a row.
    pub(crate) fn newest(&self) -> Option<(Seq, &EventId)> {
        self.last.as_ref().map(|last| (last.seq, &last.newest_id))
    }

    /// Whether a new delivery may stand in this table.
    fn takes(&self, change: &Change) -> bool {
        let delivery = &change.delivery;
        let is_untouched = delivery.state == State::Scheduled { due: delivery.accepted_at }
            && delivery.tries == 0
            && delivery.token == Token::new(0)
            && delivery.resends == 0
            && change.attempts.is_empty();
        let is_later = self.last.as_ref().is_none_or(|last| {
            last.seq < delivery.seq
                && last.accepted_at <= delivery.accepted_at
                && last.epoch <= delivery.epoch
        });
        is_untouched && is_later && is_near(delivery)
    }

    fn added(&mut self, delivery: &Delivery, newest_id: EventId) {
        let Delivery { seq, accepted_at, epoch, .. } = *delivery;
        self.last = Some(Last { seq, accepted_at, epoch, newest_id });
        self.oldest.added(seq, accepted_at);
        match &mut self.head {
            Some((of, head)) if *of == epoch => head.added(seq, accepted_at),
            Some(_) | None => {}
        }
    }

    fn removed(&mut self, seq: Seq) {
        self.oldest.removed(seq);
        if let Some((_, head)) = &mut self.head {
            head.removed(seq);
        }
    }

    /// Rows were deleted.
    pub(crate) fn purged(&mut self) {
        self.oldest = Oldest::Unknown;
        self.head = None;
    }
}

impl Draft<'_> {
    /// Adds a new delivery to the table, if it may stand there; answers whether it does.
    pub(crate) fn insert_fresh(
        &mut self,
        change: &Change,
        payload: &[u8],
    ) -> Result<bool, StoreError> {
        let delivery = &change.delivery;
        let fresh = &mut self.memory.fresh;
        if self.discarded.contains(&delivery.seq) || !fresh.takes(change) {
            return Ok(false);
        }
        let newest = fresh.last.as_ref().map(|last| &last.newest_id);
        let newest_id = newest.max(Some(&delivery.event_id)).unwrap_or(&delivery.event_id).clone();
        self.database.run(
            "INSERT INTO fresh (seq, event_id, event_type, accepted_at, epoch, newest_id, payload) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            &[
                integer(delivery.seq.get()),
                Binding::Text(delivery.event_id.as_str()),
                Binding::Text(delivery.event_type.as_str()),
                integer(delivery.accepted_at.as_ms()),
                integer(delivery.epoch.get()),
                Binding::Text(newest_id.as_str()),
                Binding::Bytes(payload),
            ],
        )?;
        fresh.added(delivery, newest_id);
        Ok(true)
    }

    /// Takes a delivery out of the table; answers its payload if it was there.
    pub(crate) fn take_fresh(&mut self, seq: Seq) -> Result<Option<Vec<u8>>, StoreError> {
        if matches!(self.memory.fresh.oldest, Oldest::None) {
            return Ok(None);
        }
        let statement = "DELETE FROM fresh WHERE seq = ? RETURNING payload";
        let Some(row) = self.run(statement, &[integer(seq.get())])?.pop() else { return Ok(None) };
        self.memory.fresh.removed(seq);
        row.into_bytes(0).map(Some)
    }

    /// The delivery of an event, if it is in the table.
    pub(crate) fn find_fresh(&self, id: &EventId) -> Result<Option<Delivery>, StoreError> {
        let Some((earliest, latest)) = times_near(id) else { return Ok(None) };
        let Some(from) = self.first_fresh(Rising::AcceptedAt, earliest.as_ms())? else {
            return Ok(None);
        };
        let after = self.first_fresh(Rising::AcceptedAt, latest.as_ms().saturating_add(1))?;
        let until = after.map_or(u64::MAX, Seq::get);
        let rows = self.run(
            select_fresh!("WHERE seq >= ? AND seq < ? AND event_id = ?"),
            &[integer(from.get()), integer(until), Binding::Text(id.as_str())],
        )?;
        rows.first().map(rows::delivery).transpose()
    }

    /// The place of the first row in which a column that never falls is at least `value`.
    fn first_fresh(&self, column: Rising, value: u64) -> Result<Option<Seq>, StoreError> {
        let statement = match column {
            Rising::AcceptedAt => "SELECT seq, accepted_at FROM fresh WHERE seq >= ? LIMIT 1",
            Rising::Epoch => "SELECT seq, epoch FROM fresh WHERE seq >= ? LIMIT 1",
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
        // No row before `low` will do; the first from `high` on is `first`.
        let mut low = 0_u64;
        let mut high = self.memory.next_seq.get();
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

    /// A place before which an epoch has no row.
    fn begin(&mut self, epoch: Epoch) -> Result<Seq, StoreError> {
        match self.memory.fresh.begin {
            Some((of, begin)) if of == epoch => Ok(begin),
            Some(_) | None => {
                let first = self.first_fresh(Rising::Epoch, epoch.get().into())?;
                // Rows that come later have higher places than the last.
                let last = self.memory.fresh.last.as_ref().map(|last| last.seq);
                let begin = first.or(last).unwrap_or(Seq::new(0));
                self.memory.fresh.begin = Some((epoch, begin));
                Ok(begin)
            }
        }
    }

    /// The place of the oldest row of an epoch that the turn has not changed, and when it was
    /// accepted, which is when it is due.
    pub(crate) fn fresh_head(
        &mut self,
        epoch: Epoch,
    ) -> Result<Option<(Seq, Timestamp)>, StoreError> {
        let known = self.memory.fresh.head.filter(|(of, _)| *of == epoch);
        match known.map(|(_, head)| head) {
            Some(Oldest::None) => return Ok(None),
            Some(Oldest::Is(seq, at)) if !self.changes.contains_key(&seq) => {
                return Ok(Some((seq, at)));
            }
            Some(Oldest::Is(..) | Oldest::Unknown) | None => {}
        }
        let found = self.fresh(epoch, Timestamp::from_ms(u64::MAX), 1)?;
        let head = found.first().map(|delivery| (delivery.seq, delivery.accepted_at));
        if self.changed_rows() == 0 {
            let oldest = head.map_or(Oldest::None, |(seq, at)| Oldest::Is(seq, at));
            self.memory.fresh.head = Some((epoch, oldest));
            if let Some((seq, _)) = head {
                self.memory.fresh.begin = Some((epoch, seq));
            }
        }
        Ok(head)
    }

    /// The oldest rows of an epoch that are due at `now` and that the turn has not changed.
    pub(crate) fn fresh(
        &mut self,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        match self.memory.fresh.head {
            Some((of, Oldest::None)) if of == epoch => return Ok(Vec::new()),
            Some((of, Oldest::Is(_, due))) if of == epoch && due > now => return Ok(Vec::new()),
            Some(_) | None => {}
        }
        let begin = self.begin(epoch)?;
        self.unchanged(
            select_fresh!("WHERE seq >= ? AND epoch = ? AND accepted_at <= ? ORDER BY seq LIMIT ?"),
            &[integer(begin.get()), integer(epoch.get()), integer(now.as_ms())],
            limit,
        )
    }

    /// What waits in an epoch. Nothing may be unwritten.
    pub(crate) fn fresh_backlog(&mut self, epoch: Epoch) -> Result<Backlog, StoreError> {
        let begin = self.begin(epoch)?;
        // The length of a blob stands before it: no page of the payloads is read.
        let rows = self.run(
            "SELECT count(*), coalesce(sum(length(payload)), 0) FROM fresh \
             WHERE seq >= ? AND epoch = ?",
            &[integer(begin.get()), integer(epoch.get())],
        )?;
        let Some(row) = rows.first() else { return Ok(Backlog::default()) };
        Ok(Backlog { deliveries: row.integer(0)?, bytes: row.integer(1)? })
    }
}

/// A column that never falls from one row to the next.
#[derive(Debug, Clone, Copy)]
enum Rising {
    AcceptedAt,
    Epoch,
}
