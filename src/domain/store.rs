//! What a Webhook object can read and write within one turn.
//!
//! A port: the platform implements it over the object's SQLite storage, the simulation over maps
//! with faults. All calls of one turn are one transaction. A turn that ends with an error has
//! changed nothing.

use thiserror::Error;

use super::delivery::{Delivery, Epoch, Seq};
use super::event::Payload;
use super::id::EventId;
use super::record::Record;
use super::stored::StoredError;
use super::time::Timestamp;

/// The storage failed or held something unreadable. The text is for the log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("storage: {0}")]
pub struct StoreFault(pub String);

impl From<StoredError> for StoreFault {
    fn from(error: StoredError) -> Self {
        Self(error.to_string())
    }
}

/// The storage of one Webhook object, inside one turn.
pub trait Store {
    /// The webhook's record, if there is one. Reading where there is none stores nothing.
    fn record(&self) -> Result<Option<Record>, StoreFault>;

    /// Writes the record, making room for deliveries if it is the first.
    fn put_record(&mut self, record: &Record) -> Result<(), StoreFault>;

    /// The place that the next accepted delivery takes.
    fn next_seq(&self) -> Result<Seq, StoreFault>;

    /// Adds a delivery and the bytes it delivers.
    fn insert(&mut self, delivery: &Delivery, payload: &Payload) -> Result<(), StoreFault>;

    /// Writes back a delivery.
    fn update(&mut self, delivery: &Delivery) -> Result<(), StoreFault>;

    /// One delivery.
    fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreFault>;

    /// The bytes of one delivery.
    fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreFault>;

    /// Whether an event has a delivery here.
    fn has_event(&self, event_id: &EventId) -> Result<bool, StoreFault>;

    /// The waiting deliveries of an epoch that are due at `now`, the longest due first, at most
    /// `limit`.
    fn due(&self, epoch: Epoch, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreFault>;

    /// When the first waiting delivery of an epoch is due.
    fn next_due(&self, epoch: Epoch) -> Result<Option<Timestamp>, StoreFault>;

    /// The open leases of every epoch, the first to end first. There are few: at most one per slot.
    fn leases(&self) -> Result<Vec<Delivery>, StoreFault>;

    /// When the oldest delivery was accepted.
    fn oldest(&self) -> Result<Option<Timestamp>, StoreFault>;

    /// Drops the oldest deliveries that were accepted before `before`, at most `limit`.
    fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreFault>;

    /// Drops all deliveries.
    fn clear(&mut self) -> Result<(), StoreFault>;
}
