//! Which tables a delivery may be stored in.

use domain::base::{Delay, EventId, Timestamp};
use domain::delivery::{Delivery, Lease, LeaseOrigin};
use ulid::Ulid;

/// Greatest difference between the time in an event's id and the acceptance of its delivery. A
/// delivery that exceeds it is stored in `delivery`, because `pending` and the segments are
/// searched by the time in the id.
const SKEW_MAX: Delay = Delay::from_secs(60);

/// Greatest time from a delivery's acceptance to the `at` of the segment to which it is added.
pub(crate) const FLIGHT_MAX: Delay = Delay::from_secs(120);

/// Returns the time in an event's id, if the id is a ULID.
fn time_of(id: &EventId) -> Option<Timestamp> {
    let id = Ulid::from_string(id.as_str()).ok()?;
    Some(Timestamp::from_ms(id.timestamp_ms()))
}

/// Returns the earliest and the latest acceptance time with which a delivery can be found by this
/// event id, if the id contains a time.
pub(crate) fn acceptance_range(id: &EventId) -> Option<(Timestamp, Timestamp)> {
    let time = time_of(id)?;
    Some((time.minus(SKEW_MAX), time.plus(SKEW_MAX)))
}

/// Whether a delivery was accepted within [`SKEW_MAX`] of the time in its event's id.
pub(crate) fn is_near_id_time(delivery: &Delivery) -> bool {
    let times = acceptance_range(&delivery.event_id);
    times.is_some_and(|(from, until)| (from..=until).contains(&delivery.accepted_at))
}

/// Returns the lease of a delivery that may be stored in `in_flight`: it was leased for its first
/// attempt when it was accepted, and it can be found by the time in its event's id.
pub(crate) fn in_flight_lease(delivery: &Delivery) -> Option<Lease> {
    let is_first = delivery.attempts == 1 && delivery.token.get() == 1 && delivery.resends == 0;
    let lease = delivery.open_lease().filter(|lease| lease.origin == LeaseOrigin::Schedule);
    lease.filter(|_| is_first && is_near_id_time(delivery))
}
