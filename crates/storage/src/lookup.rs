//! Queries for one delivery and its payload, in all tables.

use domain::base::{EventId, Seq};
use domain::delivery::Delivery;
use domain::dispatch::StoreError;
use domain::event::Payload;

use crate::database::{Binding, integer};
use crate::pending::select_pending;
use crate::rows;
use crate::rows::select;
use crate::segments::Located;
use crate::write_buffer::WriteBuffer;

impl WriteBuffer<'_> {
    pub(crate) fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError> {
        if let Some(change) = self.changes.get(&seq) {
            return Ok(Some(change.delivery.clone()));
        }
        if let Some(open) = self.cache.in_flight.open.get(&seq) {
            return Ok(Some(open.delivery.clone()));
        }
        for statement in [select!("WHERE seq = ?"), select_pending!("WHERE seq = ?")] {
            if let Some(row) = self.run(statement, &[integer(seq.get())])?.first() {
                return rows::delivery(row).map(Some);
            }
        }
        Ok(self.locate(seq)?.map(|located| located.entry.delivery))
    }

    pub(crate) fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        if self.cache.recent.is_new(event_id) {
            return Ok(None);
        }
        let changed = self.changes.values().map(|change| &change.delivery);
        let open = self.cache.in_flight.open.values().map(|open| &open.delivery);
        // If the transaction has changed a delivery in flight, the changed version comes first.
        let found = changed.chain(open).find(|delivery| delivery.event_id == *event_id);
        if let Some(delivery) = found {
            return Ok(Some(delivery.clone()));
        }
        let statement = select!("WHERE event_id = ?");
        let rows = self.run(statement, &[Binding::Text(event_id.as_str())])?;
        if let Some(row) = rows.first() {
            return rows::delivery(row).map(Some);
        }
        if let Some(delivery) = self.find_pending(event_id)? {
            return Ok(Some(delivery));
        }
        Ok(self.locate_event(event_id)?.map(|located| located.entry.delivery))
    }

    pub(crate) fn payload(&self, seq: Seq) -> Result<Option<Payload>, StoreError> {
        if self.discarded.contains(&seq) {
            return Ok(Some(Payload::from_stored(Vec::new())));
        }
        let change = self.changes.get(&seq);
        if let Some(payload) = change.and_then(|change| change.payload.as_ref()) {
            return Ok(Some(payload.clone()));
        }
        let mut rows = match self.cache.in_flight.open.get(&seq) {
            Some(open) => {
                self.run("SELECT payload FROM in_flight WHERE slot = ?", &[integer(open.number)])?
            }
            None => self.run(PAYLOAD, &[integer(seq.get())])?,
        };
        if rows.is_empty()
            && let Some(Located { n, entry, start }) = self.locate(seq)?
        {
            rows = self.run(
                "SELECT substr(body, ?, ?) FROM segment WHERE n = ?",
                &[integer(start.saturating_add(1)), integer(entry.bytes), integer(n)],
            )?;
        }
        rows.pop().map(|row| row.into_bytes(0).map(Payload::from_stored)).transpose()
    }
}

const PAYLOAD: &str = "SELECT payload FROM delivery WHERE seq = ?1 \
     UNION ALL SELECT payload FROM pending WHERE seq = ?1";
