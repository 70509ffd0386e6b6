//! Queries of the table `segment`.

use domain::base::{EventId, Seq};
use domain::delivery::Delivery;
use domain::dispatch::StoreError;

use crate::database::{Binding, integer};
use crate::placement::{FLIGHT_MAX, acceptance_range};
use crate::segments::{Located, SegmentKey, entries};
use crate::write_buffer::WriteBuffer;

impl WriteBuffer<'_> {
    /// Returns a delivery by its `seq`, if it is in a segment.
    pub(crate) fn locate(&self, seq: Seq) -> Result<Option<Located>, StoreError> {
        let segments = &self.cache.segments;
        let Some(from) = segments.find_first(self.database, SegmentKey::High, seq.get())? else {
            return Ok(None);
        };
        let until = segments.find_first(self.database, SegmentKey::OpenFrom, seq.next().get())?;
        let start = format!("[{},\"", seq.get());
        self.locate_between(from, until, &start, |delivery| delivery.seq == seq)
    }

    /// Returns the delivery of an event, if it is in a segment.
    pub(crate) fn locate_event(&self, id: &EventId) -> Result<Option<Located>, StoreError> {
        let segments = &self.cache.segments;
        let Some((earliest, latest)) = acceptance_range(id) else { return Ok(None) };
        let Some(from) = segments.find_first(self.database, SegmentKey::At, earliest.as_ms())?
        else {
            return Ok(None);
        };
        let latest = latest.plus(FLIGHT_MAX).as_ms().saturating_add(1);
        let until = segments.find_first(self.database, SegmentKey::At, latest)?;
        let quoted = format!("\"{id}\"");
        self.locate_between(from, until, &quoted, |delivery| delivery.event_id == *id)
    }

    /// Searches the segments from `from` to `until` (`None` means the last one) for a delivery that
    /// `is_wanted` selects. SQLite returns only segments whose head contains `text`, which is a
    /// part of the delivery's line.
    fn locate_between(
        &self,
        from: i64,
        until: Option<i64>,
        text: &str,
        is_wanted: impl Fn(&Delivery) -> bool,
    ) -> Result<Option<Located>, StoreError> {
        let rows = self.run(
            "SELECT n, head FROM segment WHERE n >= ? AND n <= ? AND instr(head, ?) > 0",
            &[integer(from), integer(until.unwrap_or(i64::MAX)), Binding::Text(text)],
        )?;
        for row in rows {
            let mut start = 0_usize;
            for entry in entries(row.text(1)?)? {
                if is_wanted(&entry.delivery) {
                    return Ok(Some(Located { n: row.integer(0)?, entry, start }));
                }
                start = start.saturating_add(entry.bytes);
            }
        }
        Ok(None)
    }

    /// Returns the number of deliveries in all segments: those ever added, without those that were
    /// purged or taken out.
    pub(crate) fn count_segments(&self) -> Result<u64, StoreError> {
        let Some(last) = &self.cache.segments.last else { return Ok(0) };
        let rows = self.run(
            "SELECT total - size - gone, \
             (SELECT coalesce(sum(gone), 0) FROM segment WHERE gone > 0) \
             FROM segment ORDER BY n LIMIT 1",
            &[],
        )?;
        let Some(row) = rows.first() else { return Ok(0) };
        Ok(last.total.saturating_sub(row.integer(0)?).saturating_sub(row.integer(1)?))
    }
}
