//! Scenarios of recoveries: what they cover, by the kind of missed deliveries and by the latest
//! attempt.

use domain::base::Delay;
use domain::delivery::{Fault, LatestFilter, StatusCodes};
use domain::webhook::Activity;

use super::receiver::Receiver;
use super::scenarios::faultless;
use super::world::World;

#[test]
fn held_events_are_limited_and_a_recovery_sends_everything_missed() {
    let mut world = faultless(Receiver::Rejecting);
    world.publish(1);
    world.drain(Receiver::Rejecting);
    for _ in 0..7 {
        world.publish(1); // at most five are held
    }
    assert_eq!((world.posts, world.missed_deliveries()), (1, 6));
    world.recover();
    assert_eq!(world.posts, 1, "nothing is sent to an inactive webhook");
    world.update(Some(true), None);
    world.drain(Receiver::Up);
    assert_eq!(world.posts, 1, "a reactivation sends no old event");
    world.recover();
    world.drain(Receiver::Up);
    assert_eq!((world.posts, world.missed_deliveries()), (7, 0));
    world.check_final_state();
}

#[test]
fn a_recovery_covers_what_was_in_flight_when_it_was_requested() {
    for is_lost in [false, true] {
        let mut world = faultless(Receiver::Hanging);
        world.publish(1);
        world.advance(Delay::from_secs(1)); // the alarm
        if is_lost {
            world.couriers.kill();
        }
        world.receiver = Receiver::Rejecting;
        world.publish(1);
        while world.activity() == Some(Activity::Active) {
            world.advance(Delay::from_secs(1));
        }
        world.update(Some(true), None);
        world.receiver = Receiver::Up;
        world.recover();
        world.drain(Receiver::Up);
        assert_eq!((world.posts, world.missed_deliveries()), (4, 0), "lost: {is_lost}");
        world.check_final_state();
    }
}

#[test]
fn a_recovery_can_be_for_what_failed_in_one_way() {
    // Hundreds that failed in another way lie between, so a step of the recovery does not see them
    // all.
    let mut world = faultless(Receiver::Down);
    world.rules.schedule.retries = 0;
    world.rules.backlog_max = 1_000;
    let off = |world: &mut World, receiver, count| {
        world.update(Some(true), None);
        world.publish(count);
        world.drain(receiver);
    };
    for receiver in [Receiver::Down, Receiver::Unreachable, Receiver::Redirecting] {
        for _ in 0..150 {
            off(&mut world, receiver, 1);
        }
    }
    assert_eq!((world.posts, world.missed_deliveries()), (450, 450));
    world.update(Some(true), None);
    let class = |digit| LatestFilter { status: Some(StatusCodes::Class(digit)), fault: None };
    let fault = |fault| LatestFilter { status: None, fault: Some(fault) };
    for (latest, posts, missed) in [
        (class(4), 450, 450),
        (fault(Fault::Redirect), 600, 300),
        (fault(Fault::Redirect), 600, 300),
        (class(5), 750, 150),
        (LatestFilter::default(), 900, 0),
    ] {
        world.recover_latest(latest);
        world.drain(Receiver::Up);
        assert_eq!((world.posts, world.missed_deliveries()), (posts, missed), "{latest:?}");
    }
    world.check_final_state();
}
