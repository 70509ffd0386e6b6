//! What a turn changes before it is written, so that a delivery is written once however often a
//! turn changes it.

use std::collections::{BTreeMap, BTreeSet};

use domain::base::{Seq, versioned};
use domain::delivery::{Attempt, Delivery};
use domain::dispatch::StoreError;
use domain::event::Payload;
use domain::webhook::Record;

use crate::cache::Memory;
use crate::database::{Binding, Database, Row, integer};
use crate::rows::insert;
use crate::{in_flight, rows, tables};

/// The storage in the course of one turn.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) database: &'a dyn Database,
    pub(crate) memory: Memory,
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

impl Draft<'_> {
    /// Runs a statement. Where there are no tables there are no rows.
    pub(crate) fn run(
        &self,
        statement: &str,
        bindings: &[Binding<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        if self.memory.exists { self.database.run(statement, bindings) } else { Ok(Vec::new()) }
    }

    pub(crate) fn put_record(&mut self, record: &Record) -> Result<(), StoreError> {
        if !self.memory.exists {
            tables::make(self.database)?;
            self.memory.exists = true;
        }
        if self.memory.record.as_ref() != Some(record) {
            self.memory.record = Some(record.clone());
            self.unsaved.record = true;
        }
        Ok(())
    }

    /// Adds a delivery.
    pub(crate) fn insert(&mut self, delivery: &Delivery, payload: &Payload) {
        self.memory.next_seq = self.memory.next_seq.max(delivery.seq.next());
        self.memory.recent.note(&delivery.event_id);
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

    /// Empties the payload of a delivery.
    pub(crate) fn discard(&mut self, seq: Seq) -> Result<(), StoreError> {
        if let Some(change) = self.changes.get_mut(&seq) {
            change.delivery.bytes = 0;
            self.discarded.insert(seq);
            return Ok(());
        }
        let Some(mut delivery) = self.delivery(seq)? else { return Ok(()) };
        delivery.bytes = 0;
        self.discarded.insert(seq);
        self.update_row(Change { delivery, attempts: Vec::new(), payload: None })
    }

    /// Writes all that is changed.
    pub(crate) fn write(&mut self) -> Result<(), StoreError> {
        self.write_deliveries()?;
        let Unsaved { record, health, recovery } = core::mem::take(&mut self.unsaved);
        if let Some(body) = self.memory.record.as_ref().filter(|_| record) {
            let body = body.to_text()?;
            let statement = "INSERT OR REPLACE INTO record (only, body) VALUES (1, ?)";
            self.run(statement, &[Binding::Text(&body)])?;
        }
        if health {
            let body = versioned::to_text(&self.memory.health)?;
            let statement = "INSERT OR REPLACE INTO health (only, body) VALUES (1, ?)";
            self.run(statement, &[Binding::Text(&body)])?;
        }
        if let Some(body) = self.memory.recovery.as_ref().filter(|_| recovery) {
            let body = versioned::to_text(body)?;
            let statement = "INSERT OR REPLACE INTO recovery (only, body) VALUES (1, ?)";
            self.run(statement, &[Binding::Text(&body)])?;
        }
        Ok(())
    }

    /// Writes the deliveries that are changed, each to where it now belongs.
    pub(crate) fn write_deliveries(&mut self) -> Result<(), StoreError> {
        if self.changes.is_empty() {
            return Ok(());
        }
        let mut arrivals = Vec::new();
        let mut first_tries = Vec::new();
        for (seq, change) in core::mem::take(&mut self.changes) {
            if let Some(payload) = &change.payload {
                let lease = in_flight::first_lease(&change.delivery);
                match lease.filter(|_| change.attempts.is_empty()) {
                    Some(lease) => first_tries.push((change, lease)),
                    None if self.insert_fresh(&change, payload.as_bytes())? => {}
                    None => self.insert_row(&change, payload.as_bytes())?,
                }
            } else if self.memory.slots.open.contains_key(&seq) {
                match self.arrival(&change).filter(|_| !self.discarded.contains(&seq)) {
                    Some(arrival) => arrivals.push(arrival),
                    None => self.leave_slot(&change)?,
                }
            } else {
                self.update_row(change)?;
            }
        }
        let first = first_tries.first().map(|(change, _)| change.delivery.seq);
        self.write_pages(arrivals, first.unwrap_or(self.memory.next_seq))?;
        for (change, lease) in first_tries {
            if let Some(payload) = &change.payload {
                self.fill_slot(change.delivery, lease, payload)?;
            }
        }
        Ok(())
    }

    fn insert_row(&mut self, change: &Change, payload: &[u8]) -> Result<(), StoreError> {
        let delivery = &change.delivery;
        let history = rows::lines(&change.attempts)?;
        let bindings = rows::bindings(delivery, &history, Binding::Bytes(payload));
        self.run(insert!("VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"), &bindings)?;
        self.memory.known.added(delivery);
        Ok(())
    }

    /// Empties the payload in a delivery's row, if it is to go.
    fn empty(&mut self, seq: Seq) -> Result<(), StoreError> {
        if self.discarded.remove(&seq) {
            let statement = "UPDATE delivery SET payload = x'' WHERE seq = ?";
            self.run(statement, &[integer(seq.get())])?;
        }
        Ok(())
    }

    /// Moves a delivery from its slot to a row of its own.
    fn leave_slot(&mut self, change: &Change) -> Result<(), StoreError> {
        let delivery = &change.delivery;
        let Some(open) = self.memory.slots.open.get(&delivery.seq) else { return Ok(()) };
        if open.delivery == *delivery && change.attempts.is_empty() {
            return Ok(());
        }
        let slot = integer(open.slot);
        let history = rows::lines(&change.attempts)?;
        let bindings = rows::bindings(delivery, &history, slot);
        let from_slot = insert!(
            "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, payload FROM slot WHERE slot = ?"
        );
        self.run(from_slot, &bindings)?;
        self.run("DELETE FROM slot WHERE slot = ?", &[slot])?;
        self.memory.slots.open.remove(&delivery.seq);
        self.memory.known.added(delivery);
        self.empty(delivery.seq)
    }

    /// Changes the row of a delivery, which it gets if it was fresh or in a page.
    fn update_row(&mut self, mut change: Change) -> Result<(), StoreError> {
        let delivery = &change.delivery;
        let history = rows::lines(&change.attempts)?;
        let mut bindings = rows::routing_state(delivery).to_vec();
        bindings.extend([Binding::Text(&history), integer(delivery.seq.get())]);
        let updated = self.run(
            "UPDATE delivery SET epoch = ?, tries = ?, tried = ?, token = ?, state = ?, at = ?, \
             version = ?, rest = ?, resends = ?, history = history || ? WHERE seq = ? \
             RETURNING seq",
            &bindings,
        )?;
        if !updated.is_empty() {
            self.memory.known.changed(delivery);
            return self.empty(change.delivery.seq);
        }
        let payload = if let Some(payload) = self.take_fresh(delivery.seq)? {
            payload
        } else {
            let missing = || StoreError("a delivery is missing".to_owned());
            let located = self.locate(delivery.seq)?.ok_or_else(missing)?;
            let payload = self.take_out(&located)?;
            change.attempts.insert(0, located.entry.attempt);
            payload
        };
        self.insert_row(&change, &payload)?;
        self.empty(change.delivery.seq)
    }
}
