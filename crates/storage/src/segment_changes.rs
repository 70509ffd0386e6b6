//! Changes of segments: deliveries are added, leased, and taken out.

use domain::base::Seq;
use domain::delivery::{Delivery, Lease};
use domain::dispatch::StoreError;
use domain::event::Payload;

use crate::database::integer;
use crate::segment::{Outcome, Segment, Wanted, select_segments};
use crate::segments::Placed;
use crate::write_buffer::{Payloads, Step, WriteBuffer};
use crate::{rows, segment, segments};

impl WriteBuffer<'_> {
    /// Adds a new delivery. It waits, unless it has a lease.
    pub(crate) fn add(
        &mut self,
        delivery: &Delivery,
        payload: &[u8],
        lease: Option<Lease>,
    ) -> Result<(), StoreError> {
        let head = segment::head_line(delivery)?;
        let trace = segment::trace_line(delivery);
        let segments = &mut self.cache.segments;
        let bytes =
            [head.len(), trace.len()].into_iter().fold(payload.len(), usize::saturating_add);
        let place = segments.add(delivery, bytes, lease.is_none());
        let write = self.writes.entry(place.row).or_default();
        if place.is_new {
            write.new = Some((delivery.accepted_at, delivery.epoch));
        }
        write.newest_id = segments.near.back().map(|last| last.newest_id.clone());
        write.head += &head;
        write.traces += &trace;
        write.counts.add(delivery);
        let start = write.body.len();
        write.body.extend_from_slice(payload);
        self.added.insert(delivery.seq, (place.row, start..write.body.len()));
        if let Some(lease) = lease {
            self.lease(place.row, delivery, &lease)?;
        }
        Ok(())
    }

    /// Records the first lease of a delivery in the segment `row`.
    pub(crate) fn lease(
        &mut self,
        row: Seq,
        delivery: &Delivery,
        lease: &Lease,
    ) -> Result<(), StoreError> {
        let seq = delivery.seq;
        let placed = Placed { delivery: delivery.clone(), row };
        let totals = &mut self.cache.segments.totals;
        totals.attempted_until = totals.attempted_until.max(seq.next());
        self.cache.segments.leased.insert(seq, placed);
        let line = segment::leased_line(seq, lease)?;
        self.steps.push(Step { seq, row, line, success: None });
        Ok(())
    }

    /// Reads segments, as they are after the changes of this transaction: the one with `seq`, or
    /// else the first one after it, and those that follow, at most `count`.
    pub(crate) fn segments(
        &mut self,
        seq: Seq,
        count: usize,
        wanted: Wanted,
    ) -> Result<Vec<Segment>, StoreError> {
        self.write_segments()?;
        if self.cache.segments.last.as_ref().is_none_or(|last| last.end <= seq) {
            return Ok(Vec::new());
        }
        segments::read(self.database, seq, count, wanted)
    }

    /// Returns the payload of a delivery in the segment `row`.
    pub(crate) fn segment_payload(&mut self, row: Seq, seq: Seq) -> Result<Payload, StoreError> {
        if let Some((row, range)) = self.added.get(&seq) {
            let write = self.writes.get(row);
            let payload = write.and_then(|write| write.body.get(range.clone()));
            return payload.map(|bytes| Payload::from_stored(bytes.to_vec())).ok_or_else(missing);
        }
        let payloads = self.payloads(row)?;
        let (_, range) = payloads.find(seq).ok_or_else(missing)?;
        Ok(Payload::from_stored(payloads.body.get(range).unwrap_or_default().to_vec()))
    }

    /// Cuts the payload of a delivery out of the segment `row` and returns it. `outcome` says why.
    pub(crate) fn cut(
        &mut self,
        row: Seq,
        seq: Seq,
        outcome: &Outcome<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        if self.added.contains_key(&seq) {
            self.write_segments()?;
        }
        let payloads = self.payloads(row)?;
        let (index, range) = payloads.find(seq).ok_or_else(missing)?;
        let payload: Vec<u8> = payloads.body.drain(range).collect();
        payloads.is_cut = true;
        if let Some((_, length)) = payloads.lengths.get_mut(index) {
            *length = 0;
        }
        self.writes.entry(row).or_default().outcomes += &rows::line(outcome)?;
        let last = self.cache.segments.last.as_mut().filter(|last| last.first_seq == row);
        if let Some(last) = last {
            last.bytes = last.bytes.saturating_sub(payload.len());
        }
        Ok(payload)
    }

    /// Returns the stored payloads of a segment.
    fn payloads(&mut self, row: Seq) -> Result<&mut Payloads, StoreError> {
        if self.writes.get(&row).is_none_or(|write| write.payloads.is_none()) {
            // Those of other segments, which only were read, are not kept in memory.
            for write in self.writes.values_mut() {
                write.payloads = write.payloads.take().filter(|payloads| payloads.is_cut);
            }
            let statement = select_segments!(", body", "WHERE first_seq = ?");
            let read = self.run(statement, &[integer(row.get())])?.pop().ok_or_else(missing)?;
            let payloads = Payloads::read(read)?;
            self.writes.entry(row).or_default().payloads = Some(payloads);
        }
        let write = self.writes.get_mut(&row);
        write.and_then(|write| write.payloads.as_mut()).ok_or_else(missing)
    }
}

fn missing() -> StoreError {
    StoreError("a delivery is missing in its segment".to_owned())
}
