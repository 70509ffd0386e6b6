//! Queries for one delivery, its payload and its attempts.

use domain::base::{EventId, Seq};
use domain::delivery::{Attempt, Delivery};
use domain::dispatch::StoreError;
use domain::event::Payload;

use crate::database::{Binding, integer};
use crate::rows;
use crate::rows::select;
use crate::segment::{Entry, Wanted};
use crate::segments::IDS_NEAR;
use crate::write_buffer::WriteBuffer;

impl WriteBuffer<'_> {
    pub(crate) fn delivery(&mut self, seq: Seq) -> Result<Option<Delivery>, StoreError> {
        if let Some(placed) = self.cache.segments.cached(seq) {
            return Ok(Some(placed.delivery.clone()));
        }
        if let Some(row) = self.run(select!("WHERE seq = ?"), &[integer(seq.get())])?.first() {
            return rows::delivery(row).map(Some);
        }
        Ok(self.locate(seq)?.map(|(_, entry)| entry.delivery))
    }

    pub(crate) fn find(&mut self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        if self.cache.recent.is_new(event_id) {
            return Ok(None);
        }
        let mut leased = self.cache.segments.leased.values().map(|leased| &leased.delivery);
        if let Some(delivery) = leased.find(|delivery| delivery.event_id == *event_id) {
            return Ok(Some(delivery.clone()));
        }
        let statement = select!("WHERE event_id = ?");
        let rows = self.run(statement, &[Binding::Text(event_id.as_str())])?;
        if let Some(row) = rows.first() {
            return rows::delivery(row).map(Some);
        }
        for row in self.segments_with(event_id)? {
            let found = self.segments(row, 1, Wanted::All)?.into_iter().flat_map(|it| it.entries);
            let mut deliveries = found.map(|entry| entry.delivery);
            if let Some(delivery) = deliveries.find(|it| it.event_id == *event_id) {
                return Ok(Some(delivery));
            }
        }
        Ok(None)
    }

    pub(crate) fn payload(&mut self, seq: Seq) -> Result<Option<Payload>, StoreError> {
        let mut row = self.cache.segments.cached(seq).map(|placed| placed.row);
        if row.is_none() {
            let statement = "SELECT payload FROM delivery WHERE seq = ?";
            if let Some(row) = self.run(statement, &[integer(seq.get())])?.pop() {
                return row.into_bytes(0).map(Payload::from_stored).map(Some);
            }
            row = self.locate(seq)?.map(|(row, _)| row);
        }
        row.map(|row| self.segment_payload(row, seq)).transpose()
    }

    pub(crate) fn attempts(&mut self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        if self.cache.segments.cached(seq).is_some() {
            return Ok(Vec::new());
        }
        let statement = "SELECT history FROM delivery WHERE seq = ?";
        if let Some(row) = self.run(statement, &[integer(seq.get())])?.first() {
            return rows::attempts(row.text(0)?);
        }
        self.locate(seq)?.map_or(Ok(Vec::new()), |(_, entry)| rows::attempts(&entry.history))
    }

    /// Returns a delivery and its segment, if it is in one.
    pub(crate) fn locate(&mut self, seq: Seq) -> Result<Option<(Seq, Entry)>, StoreError> {
        let Some(segment) = self.segments(seq, 1, Wanted::All)?.pop() else { return Ok(None) };
        let entry = segment.entries.into_iter().find(|entry| entry.delivery.seq == seq);
        Ok(entry.map(|entry| (segment.first_seq, entry)))
    }

    /// Returns the segments whose head contains an event. Usually it is one.
    ///
    /// `newest_id` never decreases from one segment to the next. An event is in the first segment
    /// in which it is at least the event's id, or in one of the next [`IDS_NEAR`]: see `can_add`.
    fn segments_with(&mut self, id: &EventId) -> Result<Vec<Seq>, StoreError> {
        self.write_segments()?;
        let segments = &self.cache.segments;
        let (Some((first, _)), Some(last)) = (segments.first, segments.near.back()) else {
            return Ok(Vec::new());
        };
        if last.newest_id < *id {
            return Ok(Vec::new());
        }
        // Every segment that begins before `low` has a lower id; the one at `high` does not.
        let (mut low, mut high) = (first, last.first_seq);
        while low < high {
            let middle = Seq::new(low.get().midpoint(high.get()));
            let statement = "SELECT first_seq, newest_id FROM segment WHERE first_seq <= ? \
                 ORDER BY first_seq DESC LIMIT 1";
            let rows = self.run(statement, &[integer(middle.get())])?;
            let row = rows.first().ok_or_else(|| StoreError("a segment is missing".to_owned()))?;
            if row.text(1)? < id.as_str() {
                low = middle.next();
            } else {
                high = Seq::new(row.integer(0)?);
            }
        }
        let rows = self.run(
            "SELECT first_seq FROM \
             (SELECT first_seq, head FROM segment WHERE first_seq >= ? ORDER BY first_seq LIMIT ?) \
             WHERE instr(head, ?) > 0",
            &[
                integer(high.get()),
                integer(IDS_NEAR.saturating_add(1)),
                Binding::Text(&format!("\"{id}\"")),
            ],
        )?;
        rows.iter().map(|row| row.integer(0).map(Seq::new)).collect()
    }
}
