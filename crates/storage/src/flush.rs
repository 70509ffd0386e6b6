//! Writes the changes of a transaction, each delivery to the table where it now belongs.

use domain::base::{Seq, versioned};
use domain::delivery::{Delivery, Lease};
use domain::dispatch::StoreError;
use domain::event::Payload;

use crate::database::{Binding, integer};
use crate::delivery_cache::Oldest;
use crate::in_flight::InFlightRow;
use crate::rows::insert;
use crate::write_buffer::{Change, Unsaved, WriteBuffer};
use crate::{placement, rows};

impl WriteBuffer<'_> {
    /// Writes all changes.
    pub(crate) fn write(&mut self) -> Result<(), StoreError> {
        self.write_deliveries()?;
        let Unsaved { record, health, recovery } = core::mem::take(&mut self.unsaved);
        if let Some(body) = self.cache.record.as_ref().filter(|_| record) {
            let body = body.to_text()?;
            let statement = "INSERT OR REPLACE INTO record (only, body) VALUES (1, ?)";
            self.run(statement, &[Binding::Text(&body)])?;
        }
        if health {
            let body = versioned::to_text(&self.cache.health)?;
            let statement = "INSERT OR REPLACE INTO health (only, body) VALUES (1, ?)";
            self.run(statement, &[Binding::Text(&body)])?;
        }
        if let Some(body) = self.cache.recovery.as_ref().filter(|_| recovery) {
            let body = versioned::to_text(body)?;
            let statement = "INSERT OR REPLACE INTO recovery (only, body) VALUES (1, ?)";
            self.run(statement, &[Binding::Text(&body)])?;
        }
        Ok(())
    }

    /// Writes the changed deliveries, each to the table where it now belongs.
    pub(crate) fn write_deliveries(&mut self) -> Result<(), StoreError> {
        if self.changes.is_empty() {
            return Ok(());
        }
        let mut successes = Vec::new();
        let mut first_attempts = Vec::new();
        for (seq, change) in core::mem::take(&mut self.changes) {
            if let Some(payload) = &change.payload {
                let lease = placement::in_flight_lease(&change.delivery);
                match lease.filter(|_| change.attempts.is_empty()) {
                    Some(lease) => first_attempts.push((change, lease)),
                    None if self.insert_pending(&change, payload.as_bytes())? => {}
                    None => self.insert_row(&change, payload.as_bytes())?,
                }
            } else if self.cache.in_flight.open.contains_key(&seq) {
                match self.first_success(&change).filter(|_| !self.discarded.contains(&seq)) {
                    Some(success) => successes.push(success),
                    None => self.move_from_in_flight(&change)?,
                }
            } else {
                self.update_row(change)?;
            }
        }
        let first = first_attempts.first().map(|(change, _)| change.delivery.seq);
        self.write_segments(successes, first.unwrap_or(self.cache.next_seq))?;
        for (change, lease) in first_attempts {
            if let Some(payload) = &change.payload {
                self.insert_in_flight(change.delivery, lease, payload)?;
            }
        }
        Ok(())
    }

    /// Writes a new delivery to a free row of `in_flight`, or to a new row.
    pub(crate) fn insert_in_flight(
        &mut self,
        delivery: Delivery,
        lease: Lease,
        payload: &Payload,
    ) -> Result<(), StoreError> {
        let in_flight = &mut self.cache.in_flight;
        let (number, statement) = if let Some(number) = in_flight.free.pop() {
            (number, REUSE_IN_FLIGHT)
        } else {
            in_flight.highest = in_flight.highest.saturating_add(1);
            (in_flight.highest, INSERT_IN_FLIGHT)
        };
        self.database.run(
            statement,
            &[
                integer(delivery.seq.get()),
                Binding::Text(delivery.event_id.as_str()),
                Binding::Text(delivery.event_type.as_str()),
                integer(delivery.accepted_at.as_ms()),
                integer(delivery.epoch.get()),
                integer(lease.until.as_ms()),
                integer(lease.version.get()),
                Binding::Bytes(payload.as_bytes()),
                integer(number),
            ],
        )?;
        let bytes = payload.as_bytes().len();
        in_flight.open.insert(delivery.seq, InFlightRow { number, delivery, bytes });
        Ok(())
    }

    /// Adds a new delivery to `pending`, if it may be stored there. Returns whether it was added.
    pub(crate) fn insert_pending(
        &mut self,
        change: &Change,
        payload: &[u8],
    ) -> Result<bool, StoreError> {
        let delivery = &change.delivery;
        let pending = &mut self.cache.pending;
        if self.discarded.contains(&delivery.seq)
            || !change.attempts.is_empty()
            || !pending.can_store(delivery)
        {
            return Ok(false);
        }
        let newest = pending.last.as_ref().map(|last| &last.newest_id);
        let newest_id = newest.max(Some(&delivery.event_id)).unwrap_or(&delivery.event_id).clone();
        self.database.run(
            "INSERT INTO pending \
             (seq, event_id, event_type, accepted_at, epoch, newest_id, payload) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            &[
                integer(delivery.seq.get()),
                Binding::Text(delivery.event_id.as_str()),
                Binding::Text(delivery.event_type.as_str()),
                integer(delivery.accepted_at.as_ms()),
                integer(delivery.epoch.get()),
                Binding::Text(newest_id.as_str()),
                Binding::Bytes(payload),
            ],
        )?;
        pending.added(delivery, newest_id);
        Ok(true)
    }

    /// Adds a row to `delivery`.
    fn insert_row(&mut self, change: &Change, payload: &[u8]) -> Result<(), StoreError> {
        let delivery = &change.delivery;
        let history = rows::lines(&change.attempts)?;
        let bindings = rows::bindings(delivery, &history, Binding::Bytes(payload));
        self.run(insert!("VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"), &bindings)?;
        self.cache.deliveries.added(delivery);
        Ok(())
    }

    /// Moves a delivery from `in_flight` to `delivery`.
    fn move_from_in_flight(&mut self, change: &Change) -> Result<(), StoreError> {
        let delivery = &change.delivery;
        let Some(open) = self.cache.in_flight.open.get(&delivery.seq) else { return Ok(()) };
        if open.delivery == *delivery && change.attempts.is_empty() {
            return Ok(());
        }
        let number = integer(open.number);
        let history = rows::lines(&change.attempts)?;
        let bindings = rows::bindings(delivery, &history, number);
        let from_in_flight = insert!(
            "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, payload FROM in_flight WHERE slot = ?"
        );
        self.run(from_in_flight, &bindings)?;
        self.run("DELETE FROM in_flight WHERE slot = ?", &[number])?;
        self.cache.in_flight.open.remove(&delivery.seq);
        self.cache.deliveries.added(delivery);
        self.empty_discarded(delivery.seq)
    }

    /// Updates the row of a delivery in `delivery`. If it is in `pending` or a segment, it is moved
    /// to `delivery`.
    fn update_row(&mut self, mut change: Change) -> Result<(), StoreError> {
        let delivery = &change.delivery;
        let history = rows::lines(&change.attempts)?;
        let mut bindings = rows::state_columns(delivery).to_vec();
        bindings.extend([Binding::Text(&history), integer(delivery.seq.get())]);
        let updated = self.run(
            "UPDATE delivery SET epoch = ?, tries = ?, tried = ?, token = ?, state = ?, at = ?, \
             version = ?, rest = ?, resends = ?, history = history || ? WHERE seq = ? \
             RETURNING seq",
            &bindings,
        )?;
        if !updated.is_empty() {
            self.cache.deliveries.changed(delivery);
            return self.empty_discarded(change.delivery.seq);
        }
        let payload = if let Some(payload) = self.take_pending(delivery.seq)? {
            payload
        } else {
            let missing = || StoreError("a delivery is missing".to_owned());
            let located = self.locate(delivery.seq)?.ok_or_else(missing)?;
            let payload = self.remove_from_segment(&located)?;
            change.attempts.insert(0, located.entry.attempt);
            payload
        };
        self.insert_row(&change, &payload)?;
        self.empty_discarded(change.delivery.seq)
    }

    /// Removes a delivery from `pending` and returns its payload, if it was there.
    pub(crate) fn take_pending(&mut self, seq: Seq) -> Result<Option<Vec<u8>>, StoreError> {
        if matches!(self.cache.pending.oldest, Oldest::None) {
            return Ok(None);
        }
        let statement = "DELETE FROM pending WHERE seq = ? RETURNING payload";
        let Some(row) = self.run(statement, &[integer(seq.get())])?.pop() else { return Ok(None) };
        self.cache.pending.removed(seq);
        row.into_bytes(0).map(Some)
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

    /// Empties the payload in a row of `delivery`, if it was discarded.
    fn empty_discarded(&mut self, seq: Seq) -> Result<(), StoreError> {
        if self.discarded.remove(&seq) {
            let statement = "UPDATE delivery SET payload = x'' WHERE seq = ?";
            self.run(statement, &[integer(seq.get())])?;
        }
        Ok(())
    }
}

const INSERT_IN_FLIGHT: &str = "INSERT INTO in_flight (seq, event_id, event_type, accepted_at, \
     epoch, until, version, payload, slot) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

const REUSE_IN_FLIGHT: &str = "UPDATE in_flight SET seq = ?, event_id = ?, event_type = ?, \
     accepted_at = ?, epoch = ?, until = ?, version = ?, payload = ? WHERE slot = ?";
