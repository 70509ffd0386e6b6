//! Keeping count of the backlog, over the turns of an object.
//!
//! Invariant: what a turn says that the backlog is, is what the storage would answer.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::Epoch;
use crate::delivery::{Backlog, Delivery};

impl<S: Store> Transaction<'_, S> {
    /// The same turn, told what the backlog is, if that is known.
    #[must_use]
    pub fn with_backlog(self, backlog: Option<Backlog>) -> Self {
        Self { backlog, ..self }
    }

    /// What the backlog is after this turn, if that is known.
    pub const fn backlog(&self) -> Option<Backlog> {
        self.backlog
    }

    /// Whether an event that comes now is one too many.
    pub(crate) fn is_backlog_full(&mut self, epoch: Epoch) -> Result<bool, StoreError> {
        let backlog = match self.backlog {
            Some(backlog) => backlog,
            None => self.store.backlog(epoch)?,
        };
        self.backlog = Some(backlog);
        Ok(backlog.is_full(self.rules))
    }

    /// Notes where a delivery stands now that `was_open` before.
    pub(crate) fn note_backlog(&mut self, was_open: bool, delivery: &Delivery, epoch: Epoch) {
        let Some(backlog) = &mut self.backlog else { return };
        match (was_open, delivery.is_open(epoch)) {
            (false, true) => backlog.enter(delivery.bytes),
            (true, false) => backlog.leave(delivery.bytes),
            (false, false) | (true, true) => {}
        }
    }

    /// So much has changed at once that it has to be counted again.
    pub(crate) const fn forget_backlog(&mut self) {
        self.backlog = None;
    }
}
