//! The object's cache of its storage between transactions. With it, a healthy delivery reads
//! nothing from the storage.
//!
//! The cache matches the storage at the end of a transaction. If a transaction fails, the cache is
//! dropped, and the next transaction loads it again.

use std::collections::BTreeSet;

use domain::base::{EventId, Seq, versioned};
use domain::delivery::{Health, Recovery};
use domain::dispatch::StoreError;
use domain::webhook::Record;

use crate::database::{Database, Row};
use crate::delivery_cache::DeliveryCache;
use crate::segments::Segments;
use crate::tables;

/// Number of the newest event ids that are cached. Events that are published at the same time may
/// be accepted out of the order of their ids, but by fewer places than this.
const RECENT_MAX: usize = 256;

/// The cache of one Webhook object's storage.
#[derive(Debug, Clone)]
pub struct Cache {
    /// Whether the tables exist.
    pub(crate) exists: bool,
    pub(crate) record: Option<Record>,
    pub(crate) health: Health,
    pub(crate) recovery: Option<Recovery>,
    pub(crate) next_seq: Seq,
    pub(crate) recent: RecentIds,
    pub(crate) segments: Segments,
    pub(crate) deliveries: DeliveryCache,
}

impl Cache {
    /// Returns the cache of an empty storage.
    fn empty() -> Self {
        Self {
            exists: false,
            record: None,
            health: Health::default(),
            recovery: None,
            next_seq: Seq::new(1),
            recent: RecentIds::default(),
            segments: Segments::EMPTY,
            deliveries: DeliveryCache::default(),
        }
    }

    /// Returns the webhook's record, if there is one.
    pub const fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// Loads the cache. If the storage is empty, this stores nothing.
    pub(crate) fn load(database: &dyn Database) -> Result<Self, StoreError> {
        if !tables::exist(database)? {
            return Ok(Self::empty());
        }
        let mut cache = Self { exists: true, ..Self::empty() };
        let body = |table: &str| -> Result<Option<Row>, StoreError> {
            Ok(database.run(&format!("SELECT body FROM {table}"), &[])?.pop())
        };
        if let Some(row) = body("record")? {
            cache.record = Some(Record::from_text(row.text(0)?)?);
        }
        if let Some(row) = body("health")? {
            cache.health = versioned::from_text(row.text(0)?)?;
        }
        if let Some(row) = body("recovery")? {
            cache.recovery = Some(versioned::from_text(row.text(0)?)?);
        }
        cache.segments = Segments::load(database)?;
        cache.next_seq = cache.segments.last.as_ref().map_or(cache.next_seq, |last| last.end);
        cache.recent.floor = cache.segments.near.back().map(|last| last.newest_id.clone());
        for row in database.run(NEWEST, &[])? {
            if row.optional_text(1)?.is_some() {
                cache.next_seq = cache.next_seq.max(Seq::new(row.integer(0)?).next());
                cache.recent.floor = cache.recent.floor.take().max(Some(row.parsed(1)?));
            }
        }
        Ok(cache)
    }
}

/// The newest stored event ids. Most new events are recognized as new without a query.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecentIds {
    /// Every stored id is in `ids`, or not greater than this one.
    floor: Option<EventId>,
    ids: BTreeSet<EventId>,
}

impl RecentIds {
    /// Whether it is certain that no event with this id is stored.
    pub(crate) fn is_new(&self, id: &EventId) -> bool {
        self.floor.as_ref() < Some(id) && !self.ids.contains(id)
    }

    /// Records that an event with this id is stored.
    pub(crate) fn insert(&mut self, id: &EventId) {
        if self.floor.as_ref() < Some(id) {
            self.ids.insert(id.clone());
        }
        if self.ids.len() > RECENT_MAX {
            self.floor = self.ids.pop_first();
        }
    }
}

/// Two queries, each of which reads the end of an index: one `SELECT` with two `max` would read the
/// whole table.
const NEWEST: &str = "SELECT (SELECT max(seq) FROM delivery), (SELECT max(event_id) FROM delivery)";
