//! Scenarios of objects that are too large: what they drop, and when they refuse events.

use domain::base::{Delay, EventId};

use super::receiver::Receiver;
use super::scenarios::faultless;

#[test]
fn an_object_that_is_too_large_shortens_the_history_from_its_old_end() {
    let mut world = faultless(Receiver::Up).with_history_bytes(10_000);
    for _ in 0..100 {
        world.publish(5);
        world.drain(Receiver::Up);
    }
    while world.alarm.is_some_and(|at| at.since(world.now) < Delay::from_secs(1)) {
        world.advance(Delay::from_secs(1));
    }
    assert_eq!((world.posts, world.refused), (500, 0));
    assert!((2_000..=10_000).contains(&world.size()), "{} bytes", world.size());
    let is_kept = |id: &EventId| world.model.state_of(id).is_some();
    let kept = world.expectations.iter().filter(|(id, _)| is_kept(id));
    let oldest_kept = kept.map(|(_, entry)| entry.accepted_at).min().expect("something is kept");
    for (id, entry) in &world.expectations {
        assert!(is_kept(id) || entry.accepted_at <= oldest_kept, "the newest are kept: {id}");
    }
    world.check_final_state();
}

#[test]
fn a_full_object_refuses_events_until_others_are_delivered() {
    for receiver in [Receiver::Down, Receiver::Rejecting] {
        let mut world = faultless(receiver).with_history_bytes(2_000);
        world.rules.held_max = 1_000;
        for _ in 0..100 {
            world.publish(1);
            world.advance(Delay::from_ms(1));
        }
        let stored = world.model.len();
        assert!((30..50).contains(&stored), "{stored} were stored");
        assert_eq!(world.expectations.len(), stored, "nothing is lost");
        world.crash();
        world.publish(1);
        assert_eq!(world.model.len(), stored, "a started object knows its size");
        world.drain(Receiver::Up);
        world.update(Some(true), None);
        world.drain(Receiver::Up);
        world.recover();
        world.drain(Receiver::Up);
        assert_eq!(world.missed_deliveries(), 0, "{receiver:?}");
        for _ in 0..20 {
            world.advance(Delay::from_ms(100));
        }
        assert!(world.size() < 3_000, "{} bytes", world.size());
        world.publish(1);
        world.drain(Receiver::Up);
        assert_eq!(world.expectations.len(), stored + 1, "a new event is accepted");
        world.check_final_state();
    }
}
