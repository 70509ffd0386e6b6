//! Scenarios: what a bot protection answers, what a receiver asks for, and when a webhook is
//! deactivated.

use domain::base::{Delay, Timestamp};
use domain::delivery::Schedule;
use domain::event::Operational;
use domain::webhook::{Activity, DeactivateReason};

use super::receiver::Receiver;
use super::scenarios::{deactivated, faultless};
use super::world::World;

#[test]
fn a_challenge_is_retried_and_deactivates_only_at_the_end() {
    let mut world = faultless(Receiver::Challenging);
    world.publish(1);
    while world.posts < 10 {
        world.advance(Delay::from_secs(3_600));
    }
    assert_eq!(world.activity(), Some(Activity::Active));
    world.drain(Receiver::Up);
    assert_eq!((world.posts, world.missed_deliveries()), (11, 0), "it arrives once it may pass");
    world.publish(1);
    world.drain(Receiver::Challenging);
    assert_eq!(world.posts, 11 + 61);
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::RetryCount)));
    world.check_final_state();
}

#[test]
fn an_event_that_the_receiver_aborts_is_not_sent_again() {
    let mut world = faultless(Receiver::Aborting);
    for posts in 1..=12 {
        world.publish(1);
        world.drain(Receiver::Aborting);
        assert_eq!(world.posts, posts);
    }
    assert_eq!(world.activity(), Some(Activity::Active), "whatever the status");
    assert_eq!(world.operational_events(), [], "the receiver is well");
    assert_eq!(world.missed_deliveries(), 12);
    // It can be resent and recovered, as after a skip.
    world.resend();
    world.drain(Receiver::Up);
    assert_eq!((world.posts, world.missed_deliveries()), (13, 11));
    world.recover();
    world.drain(Receiver::Up);
    assert_eq!((world.posts, world.missed_deliveries()), (24, 0));
    world.check_final_state();
}

#[test]
fn an_aborted_event_holds_back_no_other() {
    let mut world = World::new(1, false).with_schedule(Schedule::DOCUMENTED).with_sqlite();
    world.delivery_options.ordered = true;
    world.create();
    world.drain(Receiver::Aborting);
    world.publish(3);
    world.drain(Receiver::Aborting);
    assert_eq!(world.posts, 3);
    world.check_final_state();
}

#[test]
fn a_receiver_that_wants_no_more_gets_no_more() {
    let mut world = faultless(Receiver::Disabling);
    world.publish(1);
    world.drain(Receiver::Disabling);
    assert_eq!((world.posts, world.missed_deliveries()), (1, 0), "the event has arrived");
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::Http4xxResponse)));
    assert_eq!(world.operational_events(), [Operational::Deactivated]);
    world.publish(2);
    world.drain(Receiver::Disabling);
    assert_eq!((world.posts, world.missed_deliveries()), (1, 2), "later ones are held");
    world.update(Some(true), None);
    world.recover();
    world.drain(Receiver::Up);
    assert_eq!((world.posts, world.missed_deliveries()), (3, 0));
    world.check_final_state();
}

#[test]
fn the_owner_is_told_when_a_failing_webhook_is_deactivated() {
    for events in [1, 20] {
        let mut world = faultless(Receiver::Down);
        world.publish(events);
        while world.operational_events().is_empty() {
            world.advance(Delay::from_secs(60));
        }
        let told_at = world.now;
        let body = world.operational_bodies().remove(0);
        let off_at = Timestamp::parse_rfc3339(body["off_at"].as_str().unwrap()).unwrap();
        assert!(off_at > told_at.plus(Delay::from_secs(40 * 3_600)), "{body}");
        while world.activity() == Some(Activity::Active) {
            world.advance(Delay::from_secs(60));
        }
        // Each of the further attempts takes up to half a second.
        assert!(world.now >= off_at, "not before it was said");
        assert!(world.now.since(off_at) < Delay::from_secs(120), "{:?}", world.now.since(off_at));
    }
}
