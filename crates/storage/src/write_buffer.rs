//! What a turn changes before it is written, so that a delivery is written once however often a
//! turn changes it.

use std::collections::{BTreeMap, BTreeSet};

use domain::base::Seq;
use domain::delivery::{Attempt, Delivery};
use domain::dispatch::StoreError;
use domain::event::Payload;
use domain::webhook::Record;

use crate::cache::Cache;
use crate::database::{Binding, Database, Row, integer};
use crate::{rows, tables};

/// The storage in the course of one turn.
#[derive(Debug)]
pub(crate) struct WriteBuffer<'a> {
    pub(crate) database: &'a dyn Database,
    pub(crate) cache: Cache,
    /// The deliveries that are changed and not written.
    pub(crate) changes: BTreeMap<Seq, Change>,
    pub(crate) unsaved: Unsaved,
    /// The deliveries among `changes` whose payload is to go.
    pub(crate) discarded: BTreeSet<Seq>,
}

/// A delivery that the turn changes.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) delivery: Delivery,
    /// What is added to its history.
    pub(crate) attempts: Vec<Attempt>,
    /// What it delivers, if the turn adds it.
    pub(crate) payload: Option<Payload>,
}

/// Which of the single rows are changed and not written.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    pub(crate) record: bool,
    pub(crate) health: bool,
    pub(crate) recovery: bool,
}

impl WriteBuffer<'_> {
    /// Runs a statement. Where there are no tables there are no rows.
    pub(crate) fn run(
        &self,
        statement: &str,
        bindings: &[Binding<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        if self.cache.exists { self.database.run(statement, bindings) } else { Ok(Vec::new()) }
    }

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

    /// The deliveries that the turn has changed and that are asked for.
    pub(crate) fn changed(
        &self,
        is_wanted: impl Fn(&Delivery) -> bool,
    ) -> impl Iterator<Item = Delivery> {
        let all = self.changes.values().map(|change| &change.delivery);
        all.filter(move |delivery| is_wanted(delivery)).cloned()
    }

    /// How many rows of `delivery` the turn may have changed.
    pub(crate) fn changed_rows(&self) -> usize {
        let is_row = |seq: &&Seq| !self.cache.in_flight.open.contains_key(seq);
        let stored = self.changes.iter().filter(|(_, change)| change.payload.is_none());
        stored.map(|(seq, _)| seq).filter(is_row).count()
    }

    /// The first `limit` rows that a statement finds, which takes a limit last, without those that
    /// the turn has changed.
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
        self.cache.recent.note(&delivery.event_id);
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
