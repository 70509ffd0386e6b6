//! Which table a delivery may stand in.

use domain::base::{Delay, EventId, Timestamp};
use domain::delivery::{Delivery, Lease, LeaseOrigin};
use ulid::Ulid;

/// How far the time in an event's id may be from when it is accepted for it to stand in a segment.
const SKEW_MAX: Delay = Delay::from_secs(60);

/// How long after it was accepted a delivery may be written to a segment.
pub(crate) const FLIGHT_MAX: Delay = Delay::from_secs(120);

/// The time in an event's id, if it has one.
fn time_of(id: &EventId) -> Option<Timestamp> {
    let id = Ulid::from_string(id.as_str()).ok()?;
    Some(Timestamp::from_ms(id.timestamp_ms()))
}

/// Between when and when an event may have been accepted that is found by its id, if it has one
/// with a time.
pub(crate) fn times_near(id: &EventId) -> Option<(Timestamp, Timestamp)> {
    let time = time_of(id)?;
    Some((time.minus(SKEW_MAX), time.plus(SKEW_MAX)))
}

/// Whether a delivery was accepted about when its event got its id.
pub(crate) fn is_near(delivery: &Delivery) -> bool {
    let times = times_near(&delivery.event_id);
    times.is_some_and(|(from, until)| (from..=until).contains(&delivery.accepted_at))
}

/// The lease of a delivery that may stand in a slot: its first try was leased as it came in, and it
/// is found again by the time in its id.
pub(crate) fn first_lease(delivery: &Delivery) -> Option<Lease> {
    let is_first = delivery.tries == 1 && delivery.token.get() == 1 && delivery.resends == 0;
    let lease = delivery.open_lease().filter(|lease| lease.rest == LeaseOrigin::Schedule);
    lease.filter(|_| is_first && is_near(delivery))
}
