//! Scenarios of the options that an owner can set, in worlds without random faults.

use domain::base::{Delay, Timestamp};
use domain::delivery::Schedule;
use domain::webhook::{
    Activity, DeactivateReason, DeliveryOptions, DeliveryOptionsChange, RetryOptions,
};

use super::receiver::Receiver;
use super::world::World;

const EXHAUSTED: Activity = Activity::Inactive { reason: Some(DeactivateReason::RetryCount) };

/// Returns delivery options with a retry schedule: the number of retries, and the first and the
/// longest delay in seconds.
fn retry(limit: Option<u32>, base: Option<u64>, max: Option<u64>) -> DeliveryOptions {
    let (base, max) = (base.map(Delay::from_secs), max.map(Delay::from_secs));
    let retry = Some(RetryOptions { limit, base, max });
    DeliveryOptions { retry, ..DeliveryOptions::default() }
}

/// Returns delivery options with a number of retries, and a timeout in seconds.
fn timeout(secs: u64, limit: u32) -> DeliveryOptions {
    DeliveryOptions { timeout: Some(Delay::from_secs(secs)), ..retry(Some(limit), None, None) }
}

/// A webhook that runs beside others, and the times of its POSTs.
struct Beside {
    world: World,
    posts_at: Vec<Timestamp>,
    /// The expected delays before the retries, in seconds.
    delays: Vec<u64>,
    /// The time from a POST to its failure, at least and at most, in milliseconds.
    took_ms: (u64, u64),
}

#[test]
fn webhooks_with_different_schedules_run_side_by_side() {
    let documented = || (1..=60).map(|n| Schedule::DOCUMENTED.delay_after(n).as_ms() / 1_000);
    let halves = [2, 4, 8, 16].into_iter().chain(std::iter::repeat_n(30, 56));
    let (down, hangs) = (Receiver::Down, Receiver::Hanging);
    let cases: [(DeliveryOptions, Receiver, Vec<u64>); 8] = [
        (DeliveryOptions::default(), down, documented().collect()),
        (retry(Some(3), Some(1), Some(2)), down, vec![1, 2, 2]),
        (retry(Some(0), None, None), down, vec![]),
        (retry(None, None, Some(30)), down, halves.collect()),
        (retry(Some(5), Some(60), None), down, vec![60, 120, 240, 480, 960]),
        (retry(Some(12), None, None), Receiver::Unreachable, documented().take(12).collect()),
        (timeout(1, 2), hangs, vec![2, 4]),
        (timeout(28, 1), hangs, vec![2]),
    ];
    let mut webhooks = cases.map(|(options, receiver, delays)| {
        let mut world =
            World::new(1, false).with_schedule(Schedule::DOCUMENTED).with_delivery_options(options);
        world.create();
        world.drain(receiver);
        let timeout = options.timeout.map(Delay::as_ms);
        let took_ms = timeout.map_or((0, 500), |timeout| (timeout, timeout));
        Beside { world, posts_at: Vec::new(), delays, took_ms }
    });
    let start = webhooks.iter().map(|beside| beside.world.now).max().unwrap();
    for Beside { world, .. } in &mut webhooks {
        world.now = start;
        world.publish(1);
    }
    // Whatever is due next happens next, at whichever webhook.
    let next = |webhooks: &[Beside]| {
        let deadline =
            |(index, beside): (usize, &Beside)| Some((beside.world.next_deadline()?, index));
        let active = webhooks
            .iter()
            .enumerate()
            .filter(|(_, beside)| beside.world.activity() == Some(Activity::Active));
        active.filter_map(deadline).min().map(|(_, index)| index)
    };
    while let Some(index) = next(&webhooks) {
        let Beside { world, posts_at, .. } = &mut webhooks[index];
        let posts = world.posts;
        world.advance(Delay::from_secs(7_200));
        posts_at.extend((posts..world.posts).map(|_| world.now));
    }
    for Beside { world, posts_at, delays, took_ms } in &mut webhooks {
        assert_eq!(world.activity(), Some(EXHAUSTED));
        let gaps: Vec<u64> =
            posts_at.windows(2).map(|pair| pair[1].since(pair[0]).as_ms()).collect();
        assert_eq!(gaps.len(), delays.len(), "{delays:?}");
        for (gap, delay) in gaps.iter().zip(delays.iter()) {
            let expected = delay * 1_000 + took_ms.0..=delay * 1_000 + took_ms.1 + 5;
            assert!(expected.contains(gap), "{gap} ms instead of {delay} s: {delays:?}");
        }
        world.drain(Receiver::Up);
        world.check_final_state();
    }
}

#[test]
fn a_change_of_the_schedule_counts_from_the_next_failure_on() {
    let mut world = World::new(1, false)
        .with_schedule(Schedule::DOCUMENTED)
        .with_delivery_options(retry(Some(3), None, None));
    world.create();
    world.drain(Receiver::Down);
    world.publish(1);
    let posts = |world: &mut World, posts: u32| {
        while world.posts < posts && world.activity() == Some(Activity::Active) {
            world.advance(Delay::from_secs(7_200));
        }
        assert_eq!(world.posts, posts);
    };
    posts(&mut world, 3);
    let change = |limit| DeliveryOptionsChange {
        retry: Some(retry(Some(limit), Some(1), Some(1)).retry),
        ..DeliveryOptionsChange::default()
    };
    world.change_delivery(change(6));
    posts(&mut world, 6);
    // Fewer than were made: one more attempt, which is the last.
    world.change_delivery(change(1));
    posts(&mut world, 7);
    world.drain(Receiver::Down);
    assert_eq!((world.posts, world.activity()), (7, Some(EXHAUSTED)));
    world.check_final_state();
}

/// Returns a world whose webhook has these options.
fn with_options(delivery_options: DeliveryOptions, receiver: Receiver) -> World {
    let mut world = World::new(1, false)
        .with_schedule(Schedule::DOCUMENTED)
        .with_delivery_options(delivery_options)
        .with_sqlite();
    world.create();
    world.drain(receiver);
    world
}

#[test]
fn a_paused_webhook_holds_what_it_misses_if_its_owner_wants_so() {
    let holding = DeliveryOptions { hold_while_paused: true, ..DeliveryOptions::default() };
    for (options, missed) in [(holding, 5), (DeliveryOptions::default(), 0)] {
        let mut world = with_options(options, Receiver::Up);
        world.update(Some(false), None);
        for _ in 0..7 {
            world.publish(1); // at most five are held
        }
        world.drain(Receiver::Up);
        assert_eq!((world.posts, world.missed_deliveries()), (0, missed));
        world.recover();
        assert_eq!(world.posts, 0, "nothing is sent to an inactive webhook");
        world.update(Some(true), None);
        world.publish(1);
        world.drain(Receiver::Up);
        assert_eq!(world.posts, 1, "a reactivation sends no old event");
        world.recover();
        world.drain(Receiver::Up);
        assert_eq!(world.missed_deliveries(), 0);
        assert_eq!(u64::from(world.posts), 1 + u64::try_from(missed).unwrap());
        world.check_final_state();
    }
}

#[test]
fn holding_begins_and_ends_when_the_owner_says_so() {
    let mut world = with_options(DeliveryOptions::default(), Receiver::Up);
    let hold = |world: &mut World, hold| {
        world.change_delivery(DeliveryOptionsChange {
            hold_while_paused: Some(hold),
            ..DeliveryOptionsChange::default()
        });
    };
    world.update(Some(false), None);
    world.publish(1);
    assert_eq!(world.missed_deliveries(), 0);
    hold(&mut world, true);
    world.publish(1);
    assert_eq!(world.missed_deliveries(), 1);
    hold(&mut world, false);
    world.publish(1);
    assert_eq!(world.missed_deliveries(), 1, "what is held stays");
    world.update(Some(true), None);
    world.recover();
    world.drain(Receiver::Up);
    assert_eq!((world.posts, world.missed_deliveries()), (1, 0));
    world.check_final_state();
}

#[test]
fn without_deactivate_on_4xx_a_rejection_is_retried_until_410() {
    let options = DeliveryOptions { deactivate_on_4xx: false, ..retry(Some(40), Some(1), Some(1)) };
    // Of its answers, one in four is a 410, which deactivates the webhook at once.
    let mut world = with_options(options, Receiver::Rejecting);
    let mut posts = Vec::new();
    for _ in 0..20 {
        let before = world.posts;
        world.publish(1);
        world.drain(Receiver::Rejecting);
        let gone = Activity::Inactive { reason: Some(DeactivateReason::Http4xxResponse) };
        assert_eq!(world.activity(), Some(gone));
        posts.push(world.posts - before);
        world.update(Some(true), None);
    }
    assert!(posts.iter().any(|&posts| posts > 1), "{posts:?}");
    world.drain(Receiver::Up);
    world.recover();
    world.drain(Receiver::Up);
    assert_eq!(world.missed_deliveries(), 0);
    world.check_final_state();
}

#[test]
fn a_shorter_schedule_of_the_deployment_cuts_that_of_a_webhook() {
    let mut world = World::new(1, false)
        .with_schedule(Schedule::DOCUMENTED)
        .with_delivery_options(retry(Some(20), Some(10), Some(10)));
    world.create();
    world.drain(Receiver::Down);
    // 2 + 4 + 8 + 16 + 32 = 62 seconds: six delays of ten.
    world.rules.schedule.retries = 5;
    world.publish(1);
    world.drain(Receiver::Down);
    assert_eq!((world.posts, world.activity()), (7, Some(EXHAUSTED)));
    world.check_final_state();
}
