//! The write buffer of one transaction: the changes of a delivery are collected and written once,
//! at the end. A query that cannot take unwritten changes into account writes them first.

use std::collections::{BTreeMap, BTreeSet};

use domain::base::Seq;
use domain::delivery::{Attempt, Delivery};
use domain::dispatch::StoreError;
use domain::event::Payload;
use domain::webhook::Record;

use crate::cache::Cache;
use crate::database::{Binding, Database, Row, integer};
use crate::{rows, tables};

/// The storage inside one transaction: the cache and the changes that are not written yet.
#[derive(Debug)]
pub(crate) struct WriteBuffer<'a> {
    pub(crate) database: &'a dyn Database,
    pub(crate) cache: Cache,
    /// The changed deliveries that are not written yet.
    pub(crate) changes: BTreeMap<Seq, Change>,
    pub(crate) unsaved: Unsaved,
    /// The deliveries whose payload must be emptied when they are written.
    pub(crate) discarded: BTreeSet<Seq>,
}

/// A delivery that the transaction adds or changes.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) delivery: Delivery,
    /// The attempts to append to its history.
    pub(crate) attempts: Vec<Attempt>,
    /// The payload, if the transaction adds the delivery.
    pub(crate) payload: Option<Payload>,
}

/// Which of the tables with a single row must be written.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    pub(crate) record: bool,
    pub(crate) health: bool,
    pub(crate) recovery: bool,
}

impl WriteBuffer<'_> {
    /// Runs a statement. Returns no rows if the tables do not exist.
    pub(crate) fn run(
        &self,
        statement: &str,
        bindings: &[Binding<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        if self.cache.exists { self.database.run(statement, bindings) } else { Ok(Vec::new()) }
    }

    /// Replaces the record. The first one creates the tables.
    pub(crate) fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        if !self.cache.exists {
            tables::make(self.database)?;
            self.cache.exists = true;
        }
        if self.cache.record.as_ref() != Some(record) {
            self.cache.record = Some(record.clone());
            self.unsaved.record = true;
        }
        Ok(())
    }

    /// Returns the changed deliveries that `is_wanted` selects.
    pub(crate) fn changed(
        &self,
        is_wanted: impl Fn(&Delivery) -> bool,
    ) -> impl Iterator<Item = Delivery> {
        let all = self.changes.values().map(|change| &change.delivery);
        all.filter(move |delivery| is_wanted(delivery)).cloned()
    }

    /// Returns an upper bound of the number of rows of `delivery` and `pending` that the
    /// transaction has changed.
    pub(crate) fn changed_rows(&self) -> usize {
        let is_row = |seq: &&Seq| !self.cache.in_flight.open.contains_key(seq);
        let stored = self.changes.iter().filter(|(_, change)| change.payload.is_none());
        stored.map(|(seq, _)| seq).filter(is_row).count()
    }

    /// Returns the first `limit` deliveries that a statement finds, without those that the
    /// transaction has changed. The statement's last binding is its limit.
    pub(crate) fn unchanged(
        &self,
        statement: &str,
        bindings: &[Binding<'_>],
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let limit_with_changed = integer(limit.saturating_add(self.changed_rows()));
        let rows = self.run(statement, &[bindings, &[limit_with_changed]].concat())?;
        let mut found: Vec<Delivery> = rows.iter().map(rows::delivery).collect::<Result<_, _>>()?;
        found.retain(|delivery| !self.changes.contains_key(&delivery.seq));
        found.truncate(limit);
        Ok(found)
    }

    /// Adds a delivery.
    pub(crate) fn insert(&mut self, delivery: &Delivery, payload: &Payload) {
        self.cache.next_seq = self.cache.next_seq.max(delivery.seq.next());
        self.cache.recent.insert(&delivery.event_id);
        let change = Change {
            delivery: delivery.clone(),
            attempts: Vec::new(),
            payload: Some(payload.clone()),
        };
        self.changes.insert(delivery.seq, change);
    }

    /// Changes a delivery.
    pub(crate) fn update(&mut self, delivery: &Delivery, attempt: Option<&Attempt>) {
        let change = self.changes.entry(delivery.seq).or_insert_with(|| Change {
            delivery: delivery.clone(),
            attempts: Vec::new(),
            payload: None,
        });
        change.delivery.clone_from(delivery);
        change.attempts.extend(attempt.cloned());
    }
}
