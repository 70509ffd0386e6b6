//! The port to the storage of a Webhook object.
//!
//! The platform implements it over the object's SQLite storage, the simulation over maps with
//! faults. All calls within one [`Transaction`](super::Transaction) are committed together. A
//! transaction that ends with an error has changed nothing.

use thiserror::Error;

use crate::base::{Epoch, EventId, Seq, StoredError, Timestamp};
use crate::delivery::{
    Attempt, Backlog, Counts, Delivery, Excess, Health, HistoryQuery, Lease, Listed, Recovery,
    RecoveryScope, SeriesPart, SeriesQuery, Trimmed,
};
use crate::event::Payload;
use crate::webhook::Record;

/// The storage failed, or a stored value cannot be read. The text is for the log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("storage: {0}")]
pub struct StoreError(pub String);

impl From<StoredError> for StoreError {
    fn from(error: StoredError) -> Self {
        Self(error.to_string())
    }
}

/// A summary of the open leases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenLeases {
    /// The number of open leases.
    pub count: usize,
    /// The earliest end of a lease.
    pub first_end: Option<Timestamp>,
}

impl FromIterator<Lease> for OpenLeases {
    fn from_iter<I: IntoIterator<Item = Lease>>(leases: I) -> Self {
        let mut open = Self::default();
        for lease in leases {
            open.count = open.count.saturating_add(1);
            let first_end = open.first_end.map_or(lease.until, |first| first.min(lease.until));
            open.first_end = Some(first_end);
        }
        open
    }
}

/// The storage of one Webhook object, within one transaction.
///
/// `epoch` is always the webhook's current epoch. No delivery is of a later one.
pub trait Store {
    /// Returns the webhook's record, if there is one. Reading never creates storage.
    fn record(&self) -> Result<Option<Record>, StoreError>;

    /// Returns the receiver's health, or the default if none is stored.
    fn health(&self) -> Result<Health, StoreError>;

    /// Writes the receiver's health.
    fn put_health(&mut self, health: &Health) -> Result<(), StoreError>;

    /// Returns the running recovery, or the last one.
    fn recovery(&self) -> Result<Option<Recovery>, StoreError>;

    /// Writes the recovery.
    fn put_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError>;

    /// Returns the first delivery after position `after` that a recovery covers, given the
    /// webhook's current epoch. If the recovery has conditions on the latest attempt, it is one
    /// with an attempt, for which the caller checks them.
    fn next_missed(
        &self,
        scope: &RecoveryScope,
        after: Seq,
        epoch: Epoch,
    ) -> Result<Option<Delivery>, StoreError>;

    /// Counts the deliveries that a recovery covers, given the webhook's current epoch. Where
    /// thousands have to be read for it, the number may be too high.
    fn count_missed(&self, scope: &RecoveryScope, epoch: Epoch) -> Result<u64, StoreError>;

    /// Counts the held deliveries of an epoch.
    fn count_held(&self, epoch: Epoch) -> Result<u64, StoreError>;

    /// Deletes the oldest held delivery of an epoch.
    fn drop_oldest_held(&mut self, epoch: Epoch) -> Result<(), StoreError>;

    /// Writes the record. The first write prepares the storage for deliveries.
    fn put_record(&mut self, record: &Record) -> Result<(), StoreError>;

    /// Returns the position of the next accepted delivery.
    fn next_seq(&self) -> Result<Seq, StoreError>;

    /// Adds a delivery and its payload.
    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreError>;

    /// Writes a changed delivery, and adds the attempt, if any, to its history.
    fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) -> Result<(), StoreError>;

    /// Empties the payload of a delivered event and keeps the rest.
    fn discard(&mut self, seq: Seq) -> Result<(), StoreError>;

    /// Returns the delivery at a position in the order of acceptance.
    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError>;

    /// Returns the payload of a delivery.
    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError>;

    /// Returns the delivery of an event, if the webhook has one.
    fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError>;

    /// Returns the attempts of a delivery, the first one first.
    fn attempts(&self, seq: Seq) -> Result<Vec<Attempt>, StoreError>;

    /// Returns the deliveries of a page of the history. Looks at `max` deliveries at most.
    fn list(&self, query: &HistoryQuery, epoch: Epoch, max: usize) -> Result<Listed, StoreError>;

    /// Returns the newest deliveries that were leased at least once, with their attempts, newest
    /// first: fewer than `limit` if they are scattered among thousands of others.
    fn latest(&self, limit: usize) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError>;

    /// Counts the deliveries in each status, given the webhook's current epoch.
    fn count(&self, epoch: Epoch) -> Result<Counts, StoreError>;

    /// Counts deliveries by the time of acceptance, the newest first, given the webhook's current
    /// epoch: those below a position, or all. An implementation bounds the work of one call. Each
    /// delivery is counted once if each call begins where the one before it ended.
    fn series(
        &self,
        query: &SeriesQuery,
        below: Option<Seq>,
        epoch: Epoch,
    ) -> Result<SeriesPart, StoreError>;

    /// Counts the backlog: the deliveries that wait in an epoch, and those with a lease, of any
    /// epoch.
    fn backlog(&self, epoch: Epoch) -> Result<Backlog, StoreError>;

    /// Returns the deliveries with a requested resend and no open lease, the oldest first, at most
    /// `limit`.
    fn resends(&self, limit: usize) -> Result<Vec<Delivery>, StoreError>;

    /// Returns the waiting deliveries of an epoch that are due at `now`, the longest due first, at
    /// most `limit`.
    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError>;

    /// Returns the waiting delivery of an epoch that was accepted first. With `never_attempted`,
    /// only deliveries without an attempt count.
    fn oldest_waiting(
        &self,
        epoch: Epoch,
        never_attempted: bool,
    ) -> Result<Option<Delivery>, StoreError>;

    /// Returns the waiting delivery of an epoch that is due first among those with an attempt.
    fn first_due_retry(&self, epoch: Epoch) -> Result<Option<Delivery>, StoreError>;

    /// Returns the earliest time at which a waiting delivery of an epoch is due.
    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreError>;

    /// Returns the deliveries with an open lease, of any epoch, by the end of the lease, earliest
    /// first. There are at most [`IN_FLIGHT_MAX`](crate::base::IN_FLIGHT_MAX).
    fn leases(&self) -> Result<Vec<Delivery>, StoreError>;

    /// Returns a summary of the open leases.
    fn open_leases(&self) -> Result<OpenLeases, StoreError>;

    /// Returns the time at which the oldest delivery was accepted. An implementation that purges
    /// deliveries in groups may return the newest time of the oldest group.
    fn oldest(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Deletes the oldest deliveries that were accepted before `before`. `limit` bounds the work of
    /// one transaction; an implementation may apply it to each of its tables.
    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError>;

    /// Whether [`trim`](Self::trim) has anything left to drop or to look at.
    fn can_trim(&self, trimmed: Trimmed, excess: Excess) -> Result<bool, StoreError>;

    /// Drops some of the bodies of delivered events, the oldest first. If none is left and that
    /// freed fewer bytes than the excess, drops some of the delivered events from the history, the
    /// oldest first. Anything that waits, is in flight, held, undelivered or requested again is
    /// kept, and so is the newest part of the history, with its bodies unless the object is full.
    /// An implementation bounds the work of one call. `trimmed` is how far earlier calls came; the
    /// answer is how far this one came.
    fn trim(&mut self, trimmed: Trimmed, excess: Excess) -> Result<Trimmed, StoreError>;

    /// Deletes all deliveries.
    fn clear(&mut self) -> Result<(), StoreError>;
}
