//! What a Webhook object can read and write within one turn.
//!
//! A port: the platform implements it over the object's SQLite storage, the simulation over maps
//! with faults. All calls of one turn are one transaction. A turn that ends with an error has
//! changed nothing.

use thiserror::Error;

use crate::base::{Epoch, EventId, Seq, StoredError, Timestamp};
use crate::delivery::{
    Attempt, Backlog, Counts, Delivery, Health, HistoryQuery, Holder, Lease, Recovery, Scope,
};
use crate::event::Payload;
use crate::webhook::Record;

/// The storage failed or held something unreadable. The text is for the log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("storage: {0}")]
pub struct StoreError(pub String);

impl From<StoredError> for StoreError {
    fn from(error: StoredError) -> Self {
        Self(error.to_string())
    }
}

/// Leases that are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenLeases {
    /// How many the object holds.
    pub object: usize,
    /// How many Workers hold.
    pub worker: usize,
    /// When the first of them ends.
    pub first_end: Option<Timestamp>,
}

impl FromIterator<Lease> for OpenLeases {
    fn from_iter<I: IntoIterator<Item = Lease>>(leases: I) -> Self {
        let mut open = Self::default();
        for lease in leases {
            match lease.holder {
                Holder::Object => open.object = open.object.saturating_add(1),
                Holder::Worker => open.worker = open.worker.saturating_add(1),
            }
            let first_end = open.first_end.map_or(lease.until, |first| first.min(lease.until));
            open.first_end = Some(first_end);
        }
        open
    }
}

/// The storage of one Webhook object, inside one turn.
pub trait Store {
    /// The webhook's record, if there is one. Reading where there is none stores nothing.
    fn record(&self) -> Result<Option<Record>, StoreError>;

    /// How the receiver is doing; healthy if nothing was written.
    fn health(&self) -> Result<Health, StoreError>;

    /// Writes how the receiver is doing.
    fn put_health(&mut self, health: &Health) -> Result<(), StoreError>;

    /// The recovery that runs, or the last that ran.
    fn recovery(&self) -> Result<Option<Recovery>, StoreError>;

    /// Writes the recovery.
    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError>;

    /// The first delivery after a place that a recovery takes up, while `epoch` is the webhook's.
    fn next_missed(
        &self,
        scope: &Scope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError>;

    /// How many deliveries a recovery would take up, while `epoch` is the webhook's.
    fn count_missed(&self, scope: &Scope, epoch: Epoch) -> Result<u64, StoreError>;

    /// How many deliveries are held in an epoch.
    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError>;

    /// Drops the oldest delivery that is held in an epoch.
    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError>;

    /// Writes the record, making room for deliveries if it is the first.
    fn put_record(&mut self, record: &Record) -> Result<(), StoreError>;

    /// The place that the next accepted delivery takes.
    fn next_seq(&self) -> Result<Seq, StoreError>;

    /// Adds a delivery and the bytes it delivers.
    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreError>;

    /// Writes back a delivery, and adds to its history what came of a try.
    fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) -> Result<(), StoreError>;

    /// Empties the bytes of a delivery; the rest of it stays.
    fn discard(&mut self, seq: Seq) -> Result<(), StoreError>;

    /// One delivery.
    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError>;

    /// The bytes of one delivery.
    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError>;

    /// The delivery of an event, if it has one here.
    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError>;

    /// The history of a delivery, its first try first.
    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreError>;

    /// The deliveries that a page of the history shows, in its order.
    fn list(&self, query: &HistoryQuery, epoch: Epoch) -> Result<Vec<Delivery>, StoreError>;

    /// The latest deliveries that are not waiting for their first try, the newest first.
    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError>;

    /// How many deliveries stand where, an epoch being over when it is not `epoch`.
    fn count(&self, epoch: Epoch) -> Result<Counts, StoreError>;

    /// What waits for a try in an epoch, and what is on its way in any.
    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreError>;

    /// The deliveries of which a send was asked for and none is on its way, the oldest first, at
    /// most `limit`.
    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreError>;

    /// The waiting deliveries of an epoch that are due at `now`, the longest due first, at most
    /// `limit`.
    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError>;

    /// The waiting delivery of an epoch that was accepted first; with `is_fresh`, of those that
    /// were never tried.
    fn oldest_waiting(&self, epoch: Epoch, is_fresh: bool) -> Result<Option<Delivery>, StoreError>;

    /// The waiting delivery of an epoch that was tried before and is due first.
    fn first_tried(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError>;

    /// When the first waiting delivery of an epoch is due.
    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError>;

    /// The open leases of every epoch, the first to end first. There are few: at most one per slot,
    /// and [`WORKER_LEASES_MAX`](crate::base::WORKER_LEASES_MAX).
    fn leases(&self) -> Result<Vec<Delivery>, StoreError>;

    /// How many leases are open, and when the first of them ends.
    fn open_leases(&self) -> Result<OpenLeases, StoreError>;

    /// When the oldest delivery was accepted.
    fn oldest(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Drops the oldest deliveries that were accepted before `before`, at most `limit`.
    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError>;

    /// Drops all deliveries.
    fn clear(&mut self) -> Result<(), StoreError>;
}
