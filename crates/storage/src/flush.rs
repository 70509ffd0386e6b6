//! Writes the changes of a transaction.

use domain::base::{EventId, Seq, versioned};
use domain::dispatch::StoreError;

use crate::database::{Binding, integer};
use crate::row_counts::RowCounts;
use crate::write_buffer::{SegmentWrite, Step, Unsaved, WriteBuffer};

impl WriteBuffer<'_> {
    /// Writes all changes.
    pub(crate) fn write(&mut self) -> Result<(), StoreError> {
        self.write_segments()?;
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

    /// Writes the changed segments, each once.
    pub(crate) fn write_segments(&mut self) -> Result<(), StoreError> {
        self.assign_steps();
        let segments = &mut self.cache.segments;
        let last = segments.last.as_ref().map(|last| last.first_seq);
        if let Some(last) = last.filter(|_| segments.totals != segments.stored_totals) {
            self.writes.entry(last).or_default().has_totals = true;
        }
        for (row, write) in core::mem::take(&mut self.writes) {
            if write.is_changed() {
                self.write_segment(row, write, last == Some(row))?;
            }
        }
        self.added.clear();
        Ok(())
    }

    /// Assigns each step to a segment: to the delivery's own if that is written anyway, else to the
    /// last one, which other steps share, if it is near and has room.
    fn assign_steps(&mut self) {
        for Step { row, line, success, .. } in core::mem::take(&mut self.steps) {
            let is_written = self.writes.get(&row).is_some_and(SegmentWrite::is_changed);
            let other = self.cache.segments.near_last(row).filter(|_| !is_written);
            let to = other.unwrap_or(row);
            let write = self.writes.entry(to).or_default();
            write.outcomes += &line;
            if let Some(class) = success {
                write.counts.succeed(to, row, class);
            }
        }
    }

    /// Writes the changes of one segment.
    fn write_segment(
        &mut self,
        row: Seq,
        write: SegmentWrite,
        is_last: bool,
    ) -> Result<(), StoreError> {
        let totals = self.totals_of(&write, is_last)?;
        let newest_id = write.newest_id.as_ref().map(EventId::as_str);
        if let Some((accepted_at, epoch)) = write.new {
            let bindings = [
                integer(row.get()),
                integer(accepted_at.as_ms()),
                integer(epoch.get()),
                Binding::Text(newest_id.unwrap_or_default()),
                Binding::Text(&totals),
                Binding::Text(&write.outcomes),
                Binding::Text(&write.head),
                Binding::Text(&write.traces),
                Binding::Bytes(&write.body),
            ];
            self.database.run(INSERT, &bindings)?;
            return Ok(());
        }
        let (mut changes, mut bindings) = (String::new(), Vec::new());
        let mut set = |change: &str, binding| {
            changes += if changes.is_empty() { "" } else { ", " };
            changes += change;
            bindings.push(binding);
        };
        set("outcomes = outcomes || ?", Binding::Text(&write.outcomes));
        if is_last {
            set("totals = ?", Binding::Text(&totals));
        } else if !totals.is_empty() {
            set("totals = totals || ?", Binding::Text(&totals));
        }
        if let Some(newest_id) = newest_id {
            set("newest_id = ?", Binding::Text(newest_id));
            set("head = head || ?", Binding::Text(&write.head));
        }
        if !write.traces.is_empty() {
            set("traces = traces || ?", Binding::Text(&write.traces));
        }
        let stored = write.payloads.filter(|payloads| payloads.is_cut);
        let body = match &stored {
            Some(stored) => [&*stored.body, &*write.body].concat(),
            None => write.body,
        };
        if stored.is_some() {
            set("body = ?", Binding::Bytes(&body));
        } else if !body.is_empty() {
            set("body = CAST(body || ? AS BLOB)", Binding::Bytes(&body));
        }
        bindings.push(integer(row.get()));
        self.database
            .run(&format!("UPDATE segment SET {changes} WHERE first_seq = ?"), &bindings)?;
        Ok(())
    }

    /// Returns the column `totals` of a segment, or what is added to it.
    fn totals_of(&mut self, write: &SegmentWrite, is_last: bool) -> Result<String, StoreError> {
        let segments = &mut self.cache.segments;
        if is_last {
            segments.totals = segments.current_totals();
            segments.stored_totals.clone_from(&segments.totals);
            if write.new.is_some() {
                segments.counts = Some(RowCounts::default());
            }
            if let Some(counts) = &mut segments.counts {
                counts.change(&write.counts);
            }
            if let Some(last) = &mut segments.last {
                last.bytes = last.bytes.saturating_add(write.outcomes.len());
            }
            return Ok(segments.totals.to_text(segments.counts.as_ref())?);
        }
        if write.counts.is_empty() {
            return Ok(String::new());
        }
        let line = write.counts.to_text()?;
        Ok(if write.new.is_some() { line } else { format!("\n{line}") })
    }
}

const INSERT: &str = "INSERT INTO segment \
     (first_seq, accepted_at, epoch, newest_id, totals, outcomes, head, traces, body) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
