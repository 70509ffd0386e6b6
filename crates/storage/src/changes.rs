//! Changes of one delivery, wherever it is.

use domain::base::Seq;
use domain::delivery::{Attempt, Delivery, DurationClass, State};
use domain::dispatch::StoreError;
use domain::event::Payload;

use crate::database::{Binding, integer};
use crate::segment::Outcome;
use crate::segments::Placed;
use crate::write_buffer::{Step, WriteBuffer};
use crate::{rows, segment};

impl WriteBuffer<'_> {
    /// Adds a delivery: to the last segment if a segment can express its state, else to the table
    /// `delivery`.
    pub(crate) fn insert(
        &mut self,
        delivery: &Delivery,
        payload: &Payload,
    ) -> Result<(), StoreError> {
        self.cache.next_seq = self.cache.next_seq.max(delivery.seq.next());
        self.cache.recent.insert(&delivery.event_id);
        let lease = segment::first_lease(delivery);
        let is_plain = lease.is_some() || segment::is_waiting(delivery);
        if is_plain && self.cache.segments.can_add(delivery) {
            return self.add(delivery, payload.as_bytes(), lease);
        }
        self.insert_row(delivery, "", payload.as_bytes())
    }

    /// Changes a delivery. One in a segment is moved to the table `delivery`, unless it is leased
    /// for its first attempt, or that attempt succeeds.
    pub(crate) fn update(
        &mut self,
        delivery: &Delivery,
        attempt: Option<&Attempt>,
    ) -> Result<(), StoreError> {
        let seq = delivery.seq;
        let line = attempt.map_or(Ok(String::new()), rows::line)?;
        if let Some(Placed { row, delivery: before }) = self.cache.segments.leased.remove(&seq) {
            let success = segment::first_success(delivery).zip(attempt);
            let Some((at, attempt)) = success.filter(|_| delivery.epoch == before.epoch) else {
                return self.take_out(row, delivery, "", &line);
            };
            let line = segment::delivered_line(seq, at, attempt)?;
            let success = Some(DurationClass::of(attempt.took));
            self.steps.push(Step { seq, row, line, success });
            return Ok(());
        }
        let waiting = self.cache.segments.waiting.remove(&seq);
        let (row, before, history) = match waiting {
            Some(waiting) => (waiting.row, waiting.delivery, String::new()),
            None if self.update_row(delivery, &line)? => return Ok(()),
            None => {
                let (row, entry) = self.locate(seq)?.ok_or_else(missing)?;
                (row, entry.delivery, entry.history)
            }
        };
        if matches!(before.state, State::Scheduled { .. }) {
            self.cache.segments.totals.leave(seq, before.bytes);
            let lease = segment::first_lease(delivery).filter(|_| attempt.is_none());
            if let Some(lease) = lease.filter(|_| delivery.epoch == before.epoch) {
                return self.lease(row, delivery, &lease);
            }
        }
        self.take_out(row, delivery, &history, &line)
    }

    /// Empties the payload of a delivered event.
    pub(crate) fn discard(&mut self, seq: Seq) -> Result<(), StoreError> {
        // Usually this transaction has settled it.
        let mut row = self.steps.iter().find(|step| step.seq == seq).map(|step| step.row);
        if row.is_none() {
            let statement = "UPDATE delivery SET payload = x'' WHERE seq = ? RETURNING seq";
            if !self.run(statement, &[integer(seq.get())])?.is_empty() {
                return Ok(());
            }
            let found = self.locate(seq)?;
            row = found.filter(|(_, entry)| !entry.history.is_empty()).map(|(row, _)| row);
        }
        let row = row.ok_or_else(missing)?;
        self.cut(row, seq, &Outcome::Discarded(seq)).map(drop)
    }

    /// Moves a delivery from the segment `row` to the table `delivery`. `history` is what the
    /// segment has of its attempts, to which `line` is added.
    pub(crate) fn take_out(
        &mut self,
        row: Seq,
        delivery: &Delivery,
        history: &str,
        line: &str,
    ) -> Result<(), StoreError> {
        let payload = self.cut(row, delivery.seq, &Outcome::Moved(delivery.seq))?;
        // A segment has an attempt only of a delivery that succeeded.
        let success = rows::attempts(history)?.first().map(|it| DurationClass::of(it.took));
        self.writes.entry(row).or_default().counts.take_out(success);
        let moved = &mut self.cache.segments.totals.moved;
        *moved = moved.saturating_add(1);
        self.insert_row(delivery, &[history, line].concat(), &payload)
    }

    fn insert_row(
        &mut self,
        delivery: &Delivery,
        history: &str,
        payload: &[u8],
    ) -> Result<(), StoreError> {
        let bindings = rows::bindings(delivery, history, payload);
        self.run(rows::INSERT, &bindings)?;
        self.cache.deliveries.added(delivery);
        Ok(())
    }

    /// Updates a row of the table `delivery`. Returns whether the delivery is there.
    fn update_row(&mut self, delivery: &Delivery, attempt: &str) -> Result<bool, StoreError> {
        let mut bindings = rows::state_columns(delivery).to_vec();
        bindings.extend([Binding::Text(attempt), integer(delivery.seq.get())]);
        let is_there = !self.run(rows::UPDATE, &bindings)?.is_empty();
        if is_there {
            self.cache.deliveries.changed(delivery);
        }
        Ok(is_there)
    }
}

fn missing() -> StoreError {
    StoreError("a delivery is missing".to_owned())
}
