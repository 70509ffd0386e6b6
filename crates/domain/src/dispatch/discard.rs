//! `PAYLOADS=discard`: what has arrived keeps its history and not its body.
//!
//! Invariant: only a delivery that has arrived, and of which no further send was asked for, is
//! without its body.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::delivery::{Delivery, State};

impl Delivery {
    /// Whether its body was discarded. No event is empty.
    pub const fn is_discarded(&self) -> bool {
        self.bytes == 0
    }
}

impl<S: Store> Transaction<'_, S> {
    /// Discards the body of a delivery that is over, if that is wanted.
    pub(crate) fn discard_if_over(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        let is_over = matches!(delivery.state, State::Delivered { .. }) && delivery.resends == 0;
        if self.rules.discards_payloads && is_over && !delivery.is_discarded() {
            self.store.discard(delivery.seq)?;
        }
        Ok(())
    }
}
