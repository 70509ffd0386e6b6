//! Deliveries whose first try is on its way: one row each, used again and again.

use domain::base::{Epoch, Seq, Timestamp, Token, Version};
use domain::delivery::{Delivery, Holder, Lease, LeaseOrigin, State};
use domain::dispatch::StoreError;
use domain::event::Payload;

use crate::cache::Open;
use crate::database::{Binding, Row, integer};
use crate::segments;
use crate::write_buffer::Draft;

/// The lease of a delivery that may stand in a slot: its first try was leased as it came in, and it
/// is found again by the time in its id.
pub(crate) fn first_lease(delivery: &Delivery) -> Option<Lease> {
    let is_first = delivery.tries == 1 && delivery.token.get() == 1 && delivery.resends == 0;
    let lease = delivery.open_lease().filter(|lease| lease.rest == LeaseOrigin::Schedule);
    lease.filter(|_| is_first && segments::is_near(delivery))
}

impl Open {
    /// The delivery in a row of the table, whose payload is not read.
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        let until = Timestamp::from_ms(row.integer(5)?);
        let holder = if row.integer::<i64>(9)? == OBJECT { Holder::Object } else { Holder::Worker };
        let (version, rest) = (Version::new(row.integer(6)?), LeaseOrigin::Schedule);
        let lease = Lease { until, version, rest, holder };
        let delivery = Delivery {
            seq: Seq::new(row.integer(0)?),
            event_id: row.parsed(1)?,
            event_type: row.parsed(2)?,
            accepted_at: Timestamp::from_ms(row.integer(3)?),
            epoch: Epoch::new(row.integer(4)?),
            bytes: row.integer(8)?,
            tries: 1,
            token: Token::new(1),
            resends: 0,
            state: State::Leased(lease),
        };
        Ok(Self { slot: row.integer(7)?, delivery, bytes: row.integer(8)? })
    }
}

impl Draft<'_> {
    /// Puts a new delivery into a slot.
    pub(crate) fn fill_slot(
        &mut self,
        delivery: Delivery,
        lease: Lease,
        payload: &Payload,
    ) -> Result<(), StoreError> {
        let slots = &mut self.memory.slots;
        let (slot, statement) = if let Some(slot) = slots.free.pop() {
            (slot, REFILL)
        } else {
            slots.highest = slots.highest.saturating_add(1);
            (slots.highest, FILL)
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
                integer(if lease.holder == Holder::Object { OBJECT } else { WORKER }),
                Binding::Bytes(payload.as_bytes()),
                integer(slot),
            ],
        )?;
        let bytes = payload.as_bytes().len();
        slots.open.insert(delivery.seq, Open { slot, delivery, bytes });
        Ok(())
    }

    /// Deletes the rows of slots that hold what was accepted before `before`, whether it is still
    /// on its way or was: a payload is not kept longer for routing_state in a slot too.
    pub(crate) fn purge_slots(&mut self, before: Timestamp) -> Result<(), StoreError> {
        let rows = self.run(
            "DELETE FROM slot WHERE accepted_at < ? RETURNING slot, seq",
            &[integer(before.as_ms())],
        )?;
        for row in rows {
            let slot: i64 = row.integer(0)?;
            self.memory.slots.free.retain(|&free| free != slot);
            let seq = Seq::new(row.integer(1)?);
            if self.memory.slots.open.get(&seq).is_some_and(|open| open.slot == slot) {
                self.memory.slots.open.remove(&seq);
            }
        }
        Ok(())
    }
}

/// The numbers of the holders of a lease in the column `holder`.
const OBJECT: i64 = 0;
const WORKER: i64 = 1;

const FILL: &str = "INSERT INTO slot (seq, event_id, event_type, accepted_at, epoch, until, \
     version, holder, payload, slot) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const REFILL: &str = "UPDATE slot SET seq = ?, event_id = ?, event_type = ?, accepted_at = ?, \
     epoch = ?, until = ?, version = ?, holder = ?, payload = ? WHERE slot = ?";
