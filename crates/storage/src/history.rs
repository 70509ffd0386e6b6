//! Deliveries wherever they stand: looked up, listed, counted, purged.

use domain::base::{Cursor, Epoch, EventId, Seq, Timestamp};
use domain::delivery::{Attempt, Counts, Delivery, HistoryQuery};
use domain::dispatch::StoreError;
use domain::event::Payload;

use crate::cache::{Known, Oldest, Slots};
use crate::database::{Binding, integer};
use crate::pending::{Fresh, select_fresh};
use crate::rows;
use crate::rows::{HELD, LEASED, SCHEDULED, select};
use crate::segments::{Located, Pages};
use crate::walk::{Depth, Walk, Way};
use crate::write_buffer::Draft;

impl Draft<'_> {
    pub(crate) fn delivery(&self, seq: Seq) -> Result<Option<Delivery>, StoreError> {
        if let Some(change) = self.changes.get(&seq) {
            return Ok(Some(change.delivery.clone()));
        }
        if let Some(open) = self.memory.slots.open.get(&seq) {
            return Ok(Some(open.delivery.clone()));
        }
        for statement in [select!("WHERE seq = ?"), select_fresh!("WHERE seq = ?")] {
            if let Some(row) = self.run(statement, &[integer(seq.get())])?.first() {
                return rows::delivery(row).map(Some);
            }
        }
        Ok(self.locate(seq)?.map(|located| located.entry.delivery))
    }

    pub(crate) fn find(&self, event_id: &EventId) -> Result<Option<Delivery>, StoreError> {
        if self.memory.recent.is_new(event_id) {
            return Ok(None);
        }
        let changed = self.changes.values().map(|change| &change.delivery);
        let open = self.memory.slots.open.values().map(|open| &open.delivery);
        // A slot's delivery that the turn has changed stands among the changed ones first.
        let found = changed.chain(open).find(|delivery| delivery.event_id == *event_id);
        if let Some(delivery) = found {
            return Ok(Some(delivery.clone()));
        }
        let statement = select!("WHERE event_id = ?");
        let rows = self.run(statement, &[Binding::Text(event_id.as_str())])?;
        if let Some(row) = rows.first() {
            return rows::delivery(row).map(Some);
        }
        if let Some(delivery) = self.find_fresh(event_id)? {
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
        let mut rows = match self.memory.slots.open.get(&seq) {
            Some(open) => {
                self.run("SELECT payload FROM slot WHERE slot = ?", &[integer(open.slot)])?
            }
            None => self.run(PAYLOAD, &[integer(seq.get())])?,
        };
        if rows.is_empty()
            && let Some(Located { n, entry, start }) = self.locate(seq)?
        {
            rows = self.run(
                "SELECT substr(body, ?, ?) FROM page WHERE n = ?",
                &[integer(start.saturating_add(1)), integer(entry.bytes), integer(n)],
            )?;
        }
        rows.pop().map(|row| row.into_bytes(0).map(Payload::from_stored)).transpose()
    }

    pub(crate) fn attempts(&mut self, seq: Seq) -> Result<Vec<Attempt>, StoreError> {
        self.write_deliveries()?;
        let statement = "SELECT history FROM delivery WHERE seq = ?";
        if let Some(row) = self.run(statement, &[integer(seq.get())])?.first() {
            return rows::attempts(row.text(0)?);
        }
        if self.memory.slots.open.contains_key(&seq) {
            return Ok(Vec::new());
        }
        Ok(self.locate(seq)?.map(|located| located.entry.attempt).into_iter().collect())
    }

    pub(crate) fn list(
        &mut self,
        query: &HistoryQuery,
        epoch: Epoch,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.write_deliveries()?;
        let way = match query.cursor {
            Cursor::Newest => Way::Down(u64::MAX),
            Cursor::OlderThan(seq) => Way::Down(seq.get()),
            Cursor::NewerThan(seq) => Way::Up(seq.get()),
        };
        let mut walk = Walk::new(self, way, Depth::RoutingState)?;
        let mut wanted = Vec::new();
        // A filter has no index: each delivery is judged in the domain.
        while wanted.len() <= query.limit {
            let Some(found) = walk.next()? else { break };
            if query.wants(&found.delivery, epoch) {
                wanted.push(found.delivery);
            }
        }
        Ok(wanted)
    }

    pub(crate) fn latest(
        &mut self,
        limit: usize,
    ) -> Result<Vec<(Delivery, Vec<Attempt>)>, StoreError> {
        self.write_deliveries()?;
        let mut walk = Walk::new(self, Way::Down(u64::MAX), Depth::Tried)?;
        let mut latest = Vec::new();
        while latest.len() < limit {
            let Some(found) = walk.next()? else { break };
            latest.push(found.with_attempts()?);
        }
        Ok(latest)
    }

    pub(crate) fn count(&mut self, epoch: Epoch) -> Result<Counts, StoreError> {
        self.write_deliveries()?;
        let mut counts = Counts {
            in_flight: u64::try_from(self.memory.slots.open.len()).unwrap_or(u64::MAX),
            delivered: self.count_pages()?,
            ..Counts::default()
        };
        let statement = "SELECT state, epoch = ?1, count(*) FROM delivery GROUP BY 1, 2 \
             UNION ALL SELECT 0, epoch = ?1, count(*) FROM fresh GROUP BY 2";
        for row in self.run(statement, &[integer(epoch.get())])? {
            let (state, is_current): (i64, i64) = (row.integer(0)?, row.integer(1)?);
            let count = match (state, is_current) {
                (SCHEDULED, 0) => &mut counts.undelivered,
                (SCHEDULED, _) => &mut counts.waiting,
                (LEASED, _) => &mut counts.in_flight,
                (HELD, _) => &mut counts.held,
                _ => &mut counts.delivered,
            };
            *count = count.saturating_add(row.integer(2)?);
        }
        Ok(counts)
    }

    /// When the oldest delivery was accepted; of those in the oldest page, the newest, since they
    /// are purged together.
    pub(crate) fn oldest(&mut self) -> Result<Option<Timestamp>, StoreError> {
        if matches!(self.memory.known.oldest, Oldest::Unknown) {
            self.memory.known.oldest =
                self.first_row("SELECT seq, accepted_at FROM delivery ORDER BY seq LIMIT 1")?;
        }
        if matches!(self.memory.fresh.oldest, Oldest::Unknown) {
            self.memory.fresh.oldest =
                self.first_row("SELECT seq, accepted_at FROM fresh ORDER BY seq LIMIT 1")?;
        }
        let row = self.memory.known.oldest.accepted_at();
        let fresh = self.memory.fresh.oldest.accepted_at();
        let slot = self.memory.slots.open.values().next().map(|open| open.delivery.accepted_at);
        let page = self.memory.pages.oldest.map(|(_, newest)| newest);
        let changed = self.changes.values().next().map(|change| change.delivery.accepted_at);
        Ok(row.into_iter().chain(fresh).chain(slot).chain(page).chain(changed).min())
    }

    fn first_row(&self, statement: &str) -> Result<Oldest, StoreError> {
        let rows = self.run(statement, &[])?;
        let Some(row) = rows.first() else { return Ok(Oldest::None) };
        Ok(Oldest::Is(Seq::new(row.integer(0)?), Timestamp::from_ms(row.integer(1)?)))
    }

    pub(crate) fn purge(&mut self, before: Timestamp, limit: usize) -> Result<(), StoreError> {
        self.write_deliveries()?;
        // The inner select walks from the oldest and stops: no index, no scan.
        for statement in [
            "DELETE FROM delivery WHERE accepted_at < ? \
             AND seq IN (SELECT seq FROM delivery ORDER BY seq LIMIT ?)",
            "DELETE FROM fresh WHERE accepted_at < ? \
             AND seq IN (SELECT seq FROM fresh ORDER BY seq LIMIT ?)",
        ] {
            self.run(statement, &[integer(before.as_ms()), integer(limit)])?;
        }
        self.memory.fresh.purged();
        self.memory.known = Known::default();
        // Slots first: one whose page is gone would seem to be in use.
        self.purge_slots(before)?;
        self.purge_pages(before, limit)
    }

    pub(crate) fn clear(&mut self) -> Result<(), StoreError> {
        self.changes.clear();
        for table in ["delivery", "slot", "page", "fresh"] {
            self.run(&format!("DELETE FROM {table}"), &[])?;
        }
        self.memory.known = Known::default();
        self.memory.slots = Slots::default();
        self.memory.pages = Pages::default();
        self.memory.fresh = Fresh::default();
        Ok(())
    }
}

const PAYLOAD: &str = "SELECT payload FROM delivery WHERE seq = ?1 \
     UNION ALL SELECT payload FROM fresh WHERE seq = ?1";
