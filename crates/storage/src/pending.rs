//! The table `pending`: deliveries that have waited for their first attempt since their acceptance.
//!
//! While a receiver is down, nearly all deliveries wait here. The table therefore has no index: an
//! index entry costs as much as the row. `seq`, `accepted_at` and `epoch` never decrease from one
//! row to the next, so a row is found by binary search. The first change of a delivery moves it to
//! a row of `delivery`.

use domain::base::{Epoch, EventId, LeaseToken, Seq, Timestamp};
use domain::delivery::{Delivery, State};
use domain::dispatch::StoreError;

use crate::database::Database;
use crate::delivery_cache::Oldest;
use crate::placement::is_near_id_time;

/// The cached facts about the table `pending`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending {
    /// The last row that was added.
    pub(crate) last: Option<LastPending>,
    /// The oldest row.
    pub(crate) oldest: Oldest,
    /// The oldest row of an epoch.
    pub(crate) oldest_of_epoch: Option<(Epoch, Oldest)>,
    /// A `seq` below which an epoch has no row.
    pub(crate) epoch_start: Option<(Epoch, Seq)>,
}

/// The last row that was added. It may have been removed since.
#[derive(Debug, Clone)]
pub(crate) struct LastPending {
    pub(crate) seq: Seq,
    accepted_at: Timestamp,
    epoch: Epoch,
    /// The greatest event id in this row or an earlier one.
    pub(crate) newest_id: EventId,
}

/// A `SELECT` of the columns that `rows::delivery` reads, in its order. `$more` adds a column,
/// `$rest` is the condition.
macro_rules! select_pending {
    ($rest:literal) => {
        select_pending!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT seq, event_id, event_type, accepted_at, \
             epoch, 0, 0, 0, accepted_at, 0, -1, 0, length(payload)",
            $more,
            " FROM pending ",
            $rest
        )
    };
}

pub(crate) use select_pending;

impl Pending {
    /// Loads the cached facts.
    pub(crate) fn load(database: &dyn Database) -> Result<Self, StoreError> {
        let statement =
            "SELECT seq, accepted_at, epoch, newest_id FROM pending ORDER BY seq DESC LIMIT 1";
        let mut pending = Self::default();
        for row in database.run(statement, &[])? {
            pending.last = Some(LastPending {
                seq: Seq::new(row.integer(0)?),
                accepted_at: Timestamp::from_ms(row.integer(1)?),
                epoch: Epoch::new(row.integer(2)?),
                newest_id: row.parsed(3)?,
            });
        }
        if pending.last.is_none() {
            pending.oldest = Oldest::None;
        }
        Ok(pending)
    }

    /// Returns the `seq` of the last row and the greatest event id, if a row is or was there.
    pub(crate) fn newest(&self) -> Option<(Seq, &EventId)> {
        self.last.as_ref().map(|last| (last.seq, &last.newest_id))
    }

    /// Whether a new delivery may be stored in this table: it is unchanged since its acceptance, no
    /// column would decrease, and the time in its event's id is close to its acceptance.
    pub(crate) fn can_store(&self, delivery: &Delivery) -> bool {
        let is_untouched = delivery.state == State::Scheduled { due: delivery.accepted_at }
            && delivery.attempts == 0
            && delivery.token == LeaseToken::new(0)
            && delivery.resends == 0;
        let is_later = self.last.as_ref().is_none_or(|last| {
            last.seq < delivery.seq
                && last.accepted_at <= delivery.accepted_at
                && last.epoch <= delivery.epoch
        });
        is_untouched && is_later && is_near_id_time(delivery)
    }

    /// Records that a row was added.
    pub(crate) fn added(&mut self, delivery: &Delivery, newest_id: EventId) {
        let Delivery { seq, accepted_at, epoch, .. } = *delivery;
        self.last = Some(LastPending { seq, accepted_at, epoch, newest_id });
        self.oldest.added(seq, accepted_at);
        match &mut self.oldest_of_epoch {
            Some((of, oldest)) if *of == epoch => oldest.added(seq, accepted_at),
            Some(_) | None => {}
        }
    }

    /// Records that a row was removed.
    pub(crate) fn removed(&mut self, seq: Seq) {
        self.oldest.removed(seq);
        if let Some((_, oldest)) = &mut self.oldest_of_epoch {
            oldest.removed(seq);
        }
    }

    /// Records that the oldest rows were deleted.
    pub(crate) fn purged(&mut self) {
        self.oldest = Oldest::Unknown;
        self.oldest_of_epoch = None;
    }
}
