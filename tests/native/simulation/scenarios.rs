//! Scenarios: single behaviours in a world without random faults.

use domain::base::{Delay, FILTERED_SAVED_AT};
use domain::delivery::{AttemptResult, Health, Jitter, Mode, Schedule};
use domain::event::Operational;
use domain::webhook::{Activity, DeactivateReason};

use super::receiver::Receiver;
use super::world::World;

/// Returns a world with a webhook, SQLite and the documented schedule.
pub(super) fn faultless(receiver: Receiver) -> World {
    let mut world = World::new(1, false).with_schedule(Schedule::DOCUMENTED).with_sqlite();
    world.create();
    world.drain(receiver);
    world
}

pub(super) const fn deactivated(reason: DeactivateReason) -> Activity {
    Activity::Inactive { reason: Some(reason) }
}

#[test]
fn a_broken_receiver_gets_61_posts_in_50_hours_before_the_deactivation() {
    for (receiver, reason) in [
        (Receiver::Down, DeactivateReason::RetryCount),
        (Receiver::Unreachable, DeactivateReason::RetryCount),
        (Receiver::Redirecting, DeactivateReason::TooManyRedirects),
    ] {
        let mut world = faultless(receiver);
        let start = world.now;
        world.publish(1);
        world.drain(receiver);
        assert_eq!(world.posts, 61, "{receiver:?}");
        assert_eq!(world.activity(), Some(deactivated(reason)));
        // Each answer takes up to half a second, and the delay starts at the answer.
        let took = world.now.since(start).as_ms();
        assert!((180_494_000..180_494_000 + 61 * 500 + 2_000).contains(&took), "{took} ms");
        world.check_final_state();
    }
}

#[test]
fn jitter_lengthens_the_schedule_and_changes_no_count() {
    let jitter = Jitter::new(Jitter::THOUSANDTHS_MAX);
    let schedule = Schedule { jitter, ..Schedule::DOCUMENTED };
    let mut world = World::new(1, false).with_schedule(schedule).with_sqlite();
    world.create();
    world.drain(Receiver::Down);
    let start = world.now;
    world.publish(1);
    world.drain(Receiver::Down);
    assert_eq!(world.posts, 61);
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::RetryCount)));
    // Of each delay up to a half is added, about a quarter on average.
    let took = world.now.since(start).as_ms();
    assert!((180_494_000 + 30_000_000..270_741_000).contains(&took), "{took} ms");
    world.check_final_state();
}

#[test]
fn a_rejecting_receiver_gets_one_post_before_the_deactivation() {
    let mut world = faultless(Receiver::Rejecting);
    world.publish(1);
    world.drain(Receiver::Rejecting);
    assert_eq!(world.posts, 1);
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::Http4xxResponse)));
    world.publish(1);
    world.drain(Receiver::Rejecting);
    assert_eq!(world.posts, 1, "nothing is POSTed to an inactive webhook");
    world.update(Some(true), None);
    world.drain(Receiver::Up);
    assert_eq!(world.posts, 1, "a reactivation sends no old event");
    world.publish(1);
    world.drain(Receiver::Up);
    assert_eq!(world.posts, 2);
    world.check_final_state();
}

#[test]
fn a_disabled_account_sends_nothing_until_it_is_enabled() {
    let mut world = faultless(Receiver::Down);
    world.publish(2);
    while world.posts < 6 {
        world.advance(Delay::from_secs(60));
    }
    world.set_disabled(true);
    world.send_suspension_notice();
    assert!(!world.may_send());
    let posts = world.posts;
    world.publish(3);
    world.update(Some(true), None);
    world.update(Some(false), None);
    world.resend();
    world.receiver = Receiver::Up;
    let start = world.now;
    for _ in 0..100 {
        world.advance(Delay::from_secs(3_600));
    }
    assert_eq!(world.posts, posts, "nothing is sent");
    assert!(world.now.since(start) > Delay::from_secs(90 * 3_600), "the object is rarely woken");
    assert_eq!(world.activity(), Some(Activity::Active), "its state is unchanged");
    world.set_disabled(false);
    world.send_suspension_notice();
    world.drain(Receiver::Up);
    assert_eq!(world.posts, posts + 5, "all waiting and new events are sent");
    world.check_final_state();
}

#[test]
fn lost_last_attempts_deactivate_only_after_three_repeats() {
    let mut world =
        World::new(1, false).with_schedule(Schedule { retries: 2, ..Schedule::DOCUMENTED });
    world.create();
    world.drain(Receiver::Hanging);
    world.publish(1);
    world.advance(Delay::from_secs(1));
    for posts in 1..=6 {
        assert_eq!(world.posts, posts);
        assert_eq!(world.activity(), Some(Activity::Active), "after {posts} lost attempts");
        world.couriers.kill();
        while world.posts == posts && world.activity() == Some(Activity::Active) {
            world.advance(Delay::from_secs(3_600));
        }
    }
    assert_eq!(world.posts, 6, "three attempts, and three repeats of the last");
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::RetryCount)));
}

/// Returns a world in an outage with 200 events.
fn in_outage() -> World {
    let mut world = faultless(Receiver::Down);
    for _ in 0..200 {
        world.publish(1);
    }
    while world.posts < 40 || !matches!(world.model.health.mode, Mode::Outage { .. }) {
        world.advance(Delay::from_secs(60));
    }
    while !world.couriers.are_idle() {
        world.advance(Delay::from_secs(1));
    }
    world
}

#[test]
fn an_outage_sends_probes_instead_of_61_posts_for_every_event() {
    let mut world = in_outage();
    world.drain(Receiver::Down);
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::RetryCount)));
    // A first attempt of each event, the retries of the oldest, and a probe every 60 s.
    let probes = 200 + 60 + 180_494 / 60;
    assert!((61..=probes).contains(&world.posts), "{} POSTs", world.posts);
    world.check_final_state();
}

#[test]
fn the_end_of_an_outage_is_noticed_within_ten_seconds_of_the_next_event() {
    let mut world = in_outage();
    world.receiver = Receiver::Up;
    let (start, posts) = (world.now, world.posts);
    world.publish(1);
    while world.posts == posts {
        world.advance(Delay::from_secs(60));
    }
    // A probe that was in flight when the event came takes up to half a second.
    let noticed = world.now.since(start);
    assert!(noticed <= Delay::from_ms(10_500), "{noticed:?}");
    world.drain(Receiver::Up);
    assert_eq!(world.activity(), Some(Activity::Active));
    world.check_final_state();
}

#[test]
fn a_receiver_that_recovers_gets_one_two_four_and_so_on() {
    let mut world = in_outage();
    world.receiver = Receiver::Up;
    world.couriers.in_flight_max = 0;
    let (mut sizes, mut limits) = (Vec::new(), Vec::new());
    while world.open_deliveries() > 0 {
        world.advance(Delay::from_secs(60));
        let size = world.model.health.window_size(64);
        if sizes.last() != Some(&size) {
            sizes.push(size);
            limits.push(std::mem::take(&mut world.couriers.in_flight_max));
        }
    }
    assert_eq!(sizes, [1, 2, 4, 8, 16, 32, 64]);
    assert!(limits.is_sorted() && limits.iter().zip(&sizes).all(|(limit, size)| limit <= size));
    world.drain(Receiver::Up);
    world.check_final_state();
}

#[test]
fn a_receiver_that_is_slow_but_well_keeps_its_window() {
    let mut world = faultless(Receiver::Slow);
    for _ in 0..300 {
        world.publish(1);
    }
    world.drain(Receiver::Slow);
    assert_eq!((world.posts, world.couriers.in_flight_max), (300, 64));
    assert_eq!(world.model.health, Health::default());
    world.check_final_state();
}

#[test]
fn an_overloaded_receiver_gets_half_and_half_again() {
    let mut world = faultless(Receiver::Slow);
    for _ in 0..300 {
        world.publish(1);
    }
    // Some of its answers are 503: not enough in a row for an outage.
    let mut smallest = 64;
    for round in 0..30 {
        world.receiver = if round % 3 == 2 { Receiver::Throttling } else { Receiver::Slow };
        world.advance(Delay::from_secs(60));
        smallest = smallest.min(world.model.health.window_size(64));
    }
    assert!((1..=32).contains(&smallest), "{smallest}");
    world.drain(Receiver::Up);
    world.check_final_state();
}

#[test]
fn the_attempts_of_a_lost_courier_are_counted_once_and_repeated() {
    let mut world = faultless(Receiver::Hanging);
    world.publish(5);
    world.advance(Delay::from_secs(1));
    assert_eq!(world.posts, 5);
    world.couriers.kill();
    world.drain(Receiver::Up);
    assert_eq!(world.posts, 10);
    for attempts in world.model.history.values() {
        let results = attempts.iter().map(|attempt| attempt.result == AttemptResult::Lost);
        assert_eq!(results.collect::<Vec<_>>(), [true, false]);
    }
    world.check_final_state();
}

#[test]
fn without_its_master_key_an_event_waits_and_no_attempt_is_counted() {
    let mut world = faultless(Receiver::Up);
    world.remove_master_keys();
    world.publish(2);
    let start = world.now;
    for _ in 0..5 {
        world.advance(Delay::from_secs(3_600));
        assert_eq!(world.posts, 0);
    }
    let took = world.now.since(start).as_ms();
    assert!((240_000..=300_000).contains(&took), "the alarm is set every minute, not {took} ms");
    assert_eq!(world.activity(), Some(Activity::Active));
    world.update(Some(false), None);
    world.update(Some(true), None);
    world.publish(1);
    world.resend();
    world.restore_master_keys();
    world.drain(Receiver::Up);
    assert_eq!(world.activity(), Some(Activity::Active));
    world.check_final_state();
}

#[test]
fn operational_events_are_sent_once_and_in_order() {
    let mut world = faultless(Receiver::Down);
    world.publish(1);
    for posts in [4, 5, 9] {
        while world.posts < posts {
            world.advance(Delay::from_secs(60));
        }
        // The answer comes, and then the account receives the event.
        for _ in 0..4 {
            world.advance(Delay::from_secs(1));
        }
        let expected: &[Operational] = if posts < 5 { &[] } else { &[Operational::Failing] };
        assert_eq!(world.operational_events(), expected, "after {posts} POSTs");
    }
    // The owner changes the target. Its failures cause no second WEBHOOK_FAILING.
    world.update(None, Some("https://example.org/b"));
    while world.posts < 15 {
        world.advance(Delay::from_secs(3_600));
    }
    assert_eq!(world.operational_events(), [Operational::Failing]);
    world.drain(Receiver::Up);
    assert_eq!(world.operational_events(), [Operational::Failing, Operational::Recovered]);
    world.receiver = Receiver::Rejecting;
    world.publish(1);
    world.drain(Receiver::Rejecting);
    let all = [Operational::Failing, Operational::Recovered, Operational::Deactivated];
    assert_eq!(world.operational_events(), all);
    // A deactivation by the owner causes no event.
    world.update(Some(true), None);
    world.update(Some(false), None);
    world.drain(Receiver::Up);
    assert_eq!(world.operational_events(), all);
    world.check_final_state();
}

#[test]
fn a_deactivation_after_lost_last_attempts_sends_an_operational_event() {
    let mut world =
        World::new(1, false).with_schedule(Schedule { retries: 0, ..Schedule::DOCUMENTED });
    world.create();
    world.drain(Receiver::Hanging);
    world.publish(1);
    world.advance(Delay::from_secs(1));
    for _ in 0..4 {
        world.couriers.kill();
        let posts = world.posts;
        while world.posts == posts && world.activity() == Some(Activity::Active) {
            world.advance(Delay::from_secs(3_600));
        }
    }
    world.drain(Receiver::Up);
    assert_eq!(world.operational_events(), [Operational::Deactivated]);
    world.check_final_state();
}

#[test]
fn operational_events_wait_while_the_account_is_disabled() {
    let mut world = faultless(Receiver::Rejecting);
    world.publish(1);
    world.set_disabled(true);
    world.advance(Delay::from_secs(1)); // the alarm
    world.advance(Delay::from_secs(1)); // the report
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::Http4xxResponse)));
    world.send_suspension_notice();
    let start = world.now;
    for _ in 0..100 {
        world.advance(Delay::from_secs(3_600));
    }
    assert_eq!(world.operational_events(), []);
    assert!(world.now.since(start) > Delay::from_secs(90 * 3_600), "the object is rarely woken");
    world.set_disabled(false);
    world.send_suspension_notice();
    world.drain(Receiver::Up);
    assert_eq!(world.operational_events(), [Operational::Deactivated]);
    world.check_final_state();
}

#[test]
fn a_full_backlog_refuses_events_and_drops_none() {
    let mut world = faultless(Receiver::Down).with_backlog_max(4);
    for _ in 0..6 {
        world.publish(1);
    }
    assert_eq!((world.open_deliveries(), world.refused), (4, 2));
    world.crash();
    world.publish(3);
    assert_eq!((world.open_deliveries(), world.refused), (4, 5), "a started object counts again");
    world.drain(Receiver::Up);
    assert_eq!((world.open_deliveries(), world.posts >= 4), (0, true));
    world.publish(2);
    world.drain(Receiver::Up);
    assert_eq!(world.refused, 5);
    world.check_final_state();
}

#[test]
fn an_older_master_key_can_be_removed_after_the_cron_trigger() {
    let mut world = faultless(Receiver::Up);
    let version = world.version();
    world.put_second_key_first();
    world.run_cron();
    assert_eq!(world.version(), version, "nothing changed for the owner");
    world.remove_first_key();
    world.publish(1);
    world.drain(Receiver::Up);
    assert_eq!(world.posts, 1, "the second key alone opens everything");
}

#[test]
fn a_filter_leaves_events_out_and_counts_them() {
    let mut world = faultless(Receiver::Up);
    world.set_filter(r#"{"n":{"$gte":2}}"#);
    world.publish(40);
    world.drain(Receiver::Up);
    let left_out = world.filters.left_out;
    assert!((1..40).contains(&left_out), "{left_out}");
    assert_eq!(u64::from(world.posts) + left_out, 40);
    assert_eq!(world.filtered(), left_out);
    // What is less than a row is worth is lost with the instance, and no more.
    for _ in 0..30 {
        world.publish(10);
        world.drain(Receiver::Up);
    }
    let before = world.filtered();
    assert_eq!(before, world.filters.left_out);
    world.crash();
    let kept = world.filtered();
    assert!(kept > 0 && kept + FILTERED_SAVED_AT > before, "{kept} of {before}");
    world.set_filter("{}");
    world.drain(Receiver::Up);
    let posts = world.posts;
    world.publish(10);
    world.drain(Receiver::Up);
    assert_eq!(world.posts, posts + 10);
    world.check_final_state();
}

#[test]
fn a_filter_that_was_changed_on_the_way_is_the_one_that_counts() {
    let mut world = faultless(Receiver::Up);
    // The roster does not know the filter yet: the object itself judges.
    world.set_filter(r#"{"n":{"$exist":false}}"#);
    assert_eq!(world.roster.filter(&World::id()), None);
    world.publish(5);
    assert_eq!((world.open_deliveries(), world.filters.left_out), (0, 5));
    world.drain(Receiver::Up);
    assert!(world.roster.filter(&World::id()).is_some());
    // The roster has an older filter than the object.
    world.set_filter(r#"{"n":{"$exist":true}}"#);
    world.drain(Receiver::Up);
    let earlier = world.roster.clone();
    world.set_filter(r#"{"n":{"$gte":4}}"#);
    world.roster = earlier;
    world.publish(5);
    assert_eq!((world.open_deliveries(), world.filters.left_out), (0, 10));
    world.drain(Receiver::Up);
    assert_eq!(world.posts, 0);
    world.check_final_state();
}
