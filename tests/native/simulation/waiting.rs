//! What the owner reads of waiting deliveries: the time of the next attempt, or what it waits for.

use domain::base::{Cursor, Delay, PAGE_SIZE_MAX, Timestamp};
use domain::delivery::{
    DeliveryView, HistoryQuery, LatestFilter, Mode, Schedule, Status, WaitsFor,
};
use domain::dispatch::{Stats, Transaction};

use super::receiver::Receiver;
use super::world::World;

impl World {
    /// Reads the statistics and the newest deliveries, and checks what they say about waiting.
    /// `None` if the webhook is not live.
    pub(super) fn read_waiting(&self) -> Option<(Stats, Vec<DeliveryView>)> {
        let mut store = self.model.clone();
        let tx = Transaction::new(&mut store, self.now, &self.rules)
            .with_connection(self.client.is_connected);
        let stats = tx.stats().unwrap()?;
        let query = HistoryQuery {
            latest: LatestFilter::default(),
            status: None,
            event_type: None,
            after: None,
            before: None,
            cursor: Cursor::Newest,
            limit: PAGE_SIZE_MAX,
        };
        let deliveries = tx.history(&query).unwrap()?.results;
        self.check_next(stats.next_try_at.as_deref());
        assert!(stats.next_try_at.is_none() || stats.waits_for.is_none(), "{stats:?}");
        for delivery in &deliveries {
            self.check_next(delivery.next_try_at.as_deref());
            let known = usize::from(delivery.next_try_at.is_some())
                + usize::from(delivery.waits_for.is_some());
            let waits = usize::from(delivery.status == Status::Waiting);
            assert_eq!(known, waits, "one of both, and only while it waits: {delivery:?}");
        }
        Some((stats, deliveries))
    }

    /// Checks that the time of an attempt is ahead.
    fn check_next(&self, at: Option<&str>) {
        let at = at.map(|at| Timestamp::parse_rfc3339(at).unwrap());
        assert!(at.is_none_or(|at| at > self.now), "{at:?} is not after {:?}", self.now);
    }
}

/// Returns a world in an outage with 20 events.
fn in_outage() -> World {
    let mut world = World::new(1, false).with_schedule(Schedule::DOCUMENTED);
    world.create();
    world.drain(Receiver::Down);
    world.publish(20);
    while !matches!(world.model.health.mode, Mode::Outage { .. }) {
        world.advance(Delay::from_secs(60));
    }
    world
}

#[test]
fn in_an_outage_the_time_of_the_next_attempt_is_kept() {
    let mut world = in_outage();
    let (mut kept, mut waited) = (0, 0);
    while world.posts < 120 {
        let (stats, deliveries) = world.read_waiting().unwrap();
        let timed = deliveries.iter().filter(|delivery| delivery.next_try_at.is_some()).count();
        assert!(timed <= 1, "only the oldest has a time of its own");
        let others = deliveries.iter().filter_map(|delivery| delivery.waits_for);
        assert!(others.into_iter().all(|waits_for| waits_for == WaitsFor::Probe));
        let posts = world.posts;
        if let Some(at) = stats.next_try_at {
            let at = Timestamp::parse_rfc3339(&at).unwrap();
            while world.posts == posts {
                world.advance(Delay::from_secs(3_600));
            }
            assert_eq!(world.leased_at.last(), Some(&at), "it is made when it was said");
            kept += 1;
        } else {
            assert_eq!(stats.waits_for, Some(WaitsFor::Probe), "a probe is in flight");
            world.advance(Delay::from_secs(3_600));
            waited += 1;
        }
    }
    assert!(kept > 50 && waited > 50, "{kept} {waited}");
}

#[test]
fn what_does_not_wait_for_the_receiver_says_so() {
    let mut world = in_outage();
    let first = |world: &World| {
        let (stats, deliveries) = world.read_waiting().unwrap();
        let waits_for = deliveries.iter().find_map(|delivery| delivery.waits_for);
        (stats.next_try_at, stats.waits_for, waits_for)
    };
    world.remove_master_keys();
    let locked = Some(WaitsFor::MasterKey);
    assert_eq!(first(&world), (None, locked, locked));
    world.restore_master_keys();
    world.set_disabled(true);
    world.send_suspension_notice();
    let disabled = Some(WaitsFor::Account);
    assert_eq!(first(&world), (None, disabled, disabled));
    // Nothing waits for a webhook that its owner has deactivated.
    world.set_disabled(false);
    world.send_suspension_notice();
    world.update(Some(false), None);
    assert_eq!(first(&world), (None, None, None));
}
