//! The simulation: thousands of lives of one webhook, each from a seed, under faults.
//!
//! Asserted in every life, at every turn (see `world`): a delivered event is not sent again unless
//! its outcome was lost; no try before it is due; never more tries than the schedule and its
//! exceptions allow; never more than five in flight; nothing to a webhook that is switched off; no
//! webhook switched off without evidence; waking twice is waking once. And at the end of every
//! life: every event that was promised has arrived or is kept as undelivered; roster and KV know
//! the newest version; what happened to the webhook was told once, and in order; an object for
//! which nothing waits is never woken.
//!
//! `SEED=n cargo test simulation` runs one life; `SEEDS=n` so many.

pub(crate) mod chance;
pub(crate) mod memory;
pub(crate) mod twin;
mod book;
mod secrets;
mod world;
mod receiver;
mod people;
mod workers;
mod account;
mod telling;
mod ending;

use domain::base::Delay;
use domain::delivery::Schedule;
use domain::event::Operational;
use domain::webhook::{Activity, DeactivateReason};

use self::receiver::Mood;
use self::world::World;

/// How many lives a test run simulates.
const SEEDS: u64 = 10_000;

/// Lives in which a promise was once broken: a rate forgotten when a webhook is switched off; a
/// probe of an event that had failed on demand before its time; a recovery in an outage that waited
/// for itself; a slot given away while its POST was under way, since a Worker reported late. They
/// are lived first.
const SEEDS_OF_BUGS: [u64; 5] = [88, 391, 1_740, 3_945, 59_702];

/// So many lives have one whose object stores in SQLite too; `DISK_EVERY=n` says how many.
const DISK_EVERY: u64 = 10;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn lives_that_went_wrong_go_well() {
    SEEDS_OF_BUGS.into_iter().for_each(live_aloud);
}

#[test]
fn every_life_keeps_every_promise() {
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SEEDS").unwrap_or(SEEDS),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let seeds = seeds.clone().skip(thread).step_by(threads);
            scope.spawn(move || seeds.for_each(live_aloud));
        }
    });
}

/// Lives one life, and names its seed if it ends badly.
fn live_aloud(seed: u64) {
    if let Err(panic) = std::panic::catch_unwind(|| live(seed)) {
        eprintln!("the life of SEED={seed} broke a promise");
        std::panic::resume_unwind(panic);
    }
}

fn live(seed: u64) {
    let mut world = World::new(seed, true);
    if seed.is_multiple_of(number("DISK_EVERY").unwrap_or(DISK_EVERY)) {
        world = world.with_disk();
    }
    world.create();
    if seed.is_multiple_of(4) {
        world.create_again();
    }
    let steps = 20 + world.chance.below(150);
    for _ in 0..steps {
        world.operate();
        step(&mut world);
    }
    let mood = world.chance.pick(&[Mood::Up, Mood::Up, Mood::Up, Mood::Down, Mood::Rejecting]);
    world.heal(mood);
    if mood == Mood::Up {
        // Nothing is lost by deactivation: all that was missed can be had.
        world.update(Some(true), None);
        world.heal(mood);
        world.recover();
        world.heal(mood);
        assert_eq!(world.missed(), 0, "everything missed was recovered");
    }
    world.check_end();
}

fn step(world: &mut World) {
    match world.chance.below(100) {
        0..=19 => {
            let count = 1 + world.chance.below(3);
            world.publish(count);
        }
        20..=22 => world.publish_again(),
        23..=25 => world.resend(),
        26..=27 => world.recover(),
        28 => world.skip(),
        29..=65 => world.pass(Delay::from_secs(60)),
        66 => world.lose_master_key(),
        67 => world.find_master_key(),
        68 => world.rotate(),
        69 => world.change_password(),
        70..=76 => world.pass(Delay::from_secs(7_200)),
        77..=82 => world.mood = world.chance.pick(&[Mood::Up, Mood::Up, Mood::Down, Mood::Flaky]),
        83..=85 => {
            world.mood = world.chance.pick(&[
                Mood::Hanging,
                Mood::Unreachable,
                Mood::Redirecting,
                Mood::Rejecting,
                Mood::Throttling,
            ]);
        }
        86 => world.crash(),
        87..=88 => world.fire(),
        89 => world.touch(),
        90 => world.lose_alarm(),
        91..=93 => world.update(Some(true), None),
        94..=95 => world.update(Some(false), None),
        96..=97 => {
            let url = world.chance.pick(&["https://example.com/a", "https://example.org/b"]);
            world.update(None, Some(url));
        }
        98 => world.update(Some(true), Some("https://example.net/fixed")),
        _ if world.chance.percent(10) => world.delete(),
        _ => world.create_again(),
    }
}

/// A webhook that exists, in a world where only the receiver can fail.
fn calm(mood: Mood) -> World {
    let mut world = World::new(1, false).with_schedule(Schedule::DOCUMENTED).with_disk();
    world.create();
    world.heal(mood);
    world
}

const fn deactivated(reason: DeactivateReason) -> Activity {
    Activity::Inactive { reason: Some(reason) }
}

#[test]
fn a_receiver_that_stays_broken_gets_61_posts_in_50_hours_and_is_switched_off() {
    for (mood, reason) in [
        (Mood::Down, DeactivateReason::RetryCount),
        (Mood::Unreachable, DeactivateReason::RetryCount),
        (Mood::Redirecting, DeactivateReason::TooManyRedirects),
    ] {
        let mut world = calm(mood);
        let start = world.now;
        world.publish(1);
        world.heal(mood);
        assert_eq!(world.posts, 61, "{mood:?}");
        assert_eq!(world.activity(), Some(deactivated(reason)));
        // The answers take up to half a second each, and the schedule starts when one is known.
        let took = world.now.since(start).as_ms();
        assert!((180_494_000..180_494_000 + 61 * 500 + 2_000).contains(&took), "{took} ms");
        world.check_end();
    }
}

#[test]
fn a_receiver_that_rejects_gets_one_post_and_is_switched_off() {
    let mut world = calm(Mood::Rejecting);
    world.publish(1);
    world.heal(Mood::Rejecting);
    assert_eq!(world.posts, 1);
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::Http4xxResponse)));
    world.publish(1);
    world.heal(Mood::Rejecting);
    assert_eq!(world.posts, 1, "nothing is POSTed to an inactive webhook");
    world.update(Some(true), None);
    world.heal(Mood::Up);
    assert_eq!(world.posts, 1, "re-activation starts clean");
    world.publish(1);
    world.heal(Mood::Up);
    assert_eq!(world.posts, 2);
    world.check_end();
}

#[test]
fn a_disabled_account_sends_nothing_and_goes_on_where_it_stopped() {
    let mut world = calm(Mood::Down);
    world.publish(2);
    while world.posts < 6 {
        world.pass(Delay::from_secs(60));
    }
    world.disable(true);
    world.tell();
    assert!(!world.sends());
    let posts = world.posts;
    world.publish(3);
    world.update(Some(true), None);
    world.update(Some(false), None);
    world.resend();
    world.mood = Mood::Up;
    let start = world.now;
    for _ in 0..100 {
        world.pass(Delay::from_secs(3_600));
    }
    assert_eq!(world.posts, posts, "nothing is sent");
    assert!(world.now.since(start) > Delay::from_secs(90 * 3_600), "nor is it woken all the time");
    assert_eq!(world.activity(), Some(Activity::Active), "its state is as it was");
    world.disable(false);
    world.tell();
    world.heal(Mood::Up);
    assert_eq!(world.posts, posts + 5, "all that waited and came is sent");
    world.check_end();
}

#[test]
fn last_tries_that_are_lost_switch_nothing_off_until_three_more_are() {
    let mut world =
        World::new(1, false).with_schedule(Schedule { retries: 2, ..Schedule::DOCUMENTED });
    world.create();
    world.heal(Mood::Hanging);
    world.publish(1);
    for posts in 1..=6 {
        assert_eq!(world.posts, posts);
        assert_eq!(world.activity(), Some(Activity::Active), "after {posts} lost tries");
        world.crash();
        while world.posts == posts && world.activity() == Some(Activity::Active) {
            world.pass(Delay::from_secs(3_600));
        }
    }
    assert_eq!(world.posts, 6, "three tries, and three repeats of the last");
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::RetryCount)));
}

/// A world in outage: several events have failed.
fn outage() -> World {
    let mut world = calm(Mood::Down);
    for _ in 0..200 {
        world.publish(1);
    }
    while world.posts < 40 {
        world.pass(Delay::from_secs(60));
    }
    world
}

#[test]
fn a_dead_receiver_gets_probes_and_not_every_event_61_times() {
    let mut world = outage();
    world.heal(Mood::Down);
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::RetryCount)));
    // 200 events: a first try each, the oldest one's retries, and one in 60 s of the others.
    let probes = 200 + 60 + 180_494 / 60;
    assert!((61..=probes).contains(&world.posts), "{} POSTs", world.posts);
    world.check_end();
}

#[test]
fn recovery_is_noticed_within_ten_seconds_of_the_next_event() {
    let mut world = outage();
    world.mood = Mood::Up;
    let (start, posts) = (world.now, world.posts);
    world.publish(1);
    while world.posts == posts {
        world.pass(Delay::from_secs(60));
    }
    // A probe that was on its way when the event came takes up to half a second.
    let noticed = world.now.since(start);
    assert!(noticed <= Delay::from_ms(10_500), "{noticed:?}");
    world.heal(Mood::Up);
    assert_eq!(world.activity(), Some(Activity::Active));
    world.check_end();
}

#[test]
fn what_was_missed_is_recovered_in_order_and_the_oldest_is_dropped_when_too_much_is_held() {
    let mut world = calm(Mood::Rejecting);
    world.publish(1);
    world.heal(Mood::Rejecting);
    for _ in 0..7 {
        world.publish(1); // five are held at most
    }
    assert_eq!((world.posts, world.missed()), (1, 6));
    world.recover();
    assert_eq!(world.posts, 1, "nothing is sent to an inactive webhook");
    world.update(Some(true), None);
    world.heal(Mood::Up);
    assert_eq!(world.posts, 1, "re-activation starts clean");
    world.recover();
    world.heal(Mood::Up);
    assert_eq!((world.posts, world.missed()), (7, 0));
    world.check_end();
}

#[test]
fn without_its_master_key_an_event_waits_and_no_try_is_counted() {
    let mut world = calm(Mood::Up);
    world.lose_master_key();
    world.publish(2);
    let start = world.now;
    for _ in 0..5 {
        world.pass(Delay::from_secs(3_600));
        assert_eq!(world.posts, 0);
    }
    let took = world.now.since(start).as_ms();
    assert!((240_000..=300_000).contains(&took), "looked at every minute, not {took} ms");
    assert_eq!(world.activity(), Some(Activity::Active));
    world.update(Some(false), None);
    world.update(Some(true), None);
    world.publish(1);
    world.resend();
    world.find_master_key();
    world.heal(Mood::Up);
    assert_eq!(world.activity(), Some(Activity::Active));
    world.check_end();
}

#[test]
fn what_happens_to_a_webhook_is_told_once_and_in_order() {
    let mut world = calm(Mood::Down);
    world.publish(1);
    for posts in [4, 5, 9] {
        while world.posts < posts {
            world.pass(Delay::from_secs(60));
        }
        // The answer comes, and then the account hears of it.
        for _ in 0..4 {
            world.pass(Delay::from_secs(1));
        }
        let expected: &[Operational] = if posts < 5 { &[] } else { &[Operational::Failing] };
        assert_eq!(world.told(), expected, "after {posts} POSTs");
    }
    // Its owner tries another target; that it fails was told.
    world.update(None, Some("https://example.org/b"));
    while world.posts < 15 {
        world.pass(Delay::from_secs(3_600));
    }
    assert_eq!(world.told(), [Operational::Failing]);
    world.heal(Mood::Up);
    assert_eq!(world.told(), [Operational::Failing, Operational::Recovered]);
    world.mood = Mood::Rejecting;
    world.publish(1);
    world.heal(Mood::Rejecting);
    let all = [Operational::Failing, Operational::Recovered, Operational::Deactivated];
    assert_eq!(world.told(), all);
    // That its owner switches it off is told nobody.
    world.update(Some(true), None);
    world.update(Some(false), None);
    world.heal(Mood::Up);
    assert_eq!(world.told(), all);
    world.check_end();
}

#[test]
fn a_last_try_that_is_lost_for_good_is_told_too() {
    let mut world =
        World::new(1, false).with_schedule(Schedule { retries: 0, ..Schedule::DOCUMENTED });
    world.create();
    world.heal(Mood::Hanging);
    world.publish(1);
    for _ in 0..4 {
        world.crash();
        let posts = world.posts;
        while world.posts == posts && world.activity() == Some(Activity::Active) {
            world.pass(Delay::from_secs(3_600));
        }
    }
    world.heal(Mood::Up);
    assert_eq!(world.told(), [Operational::Deactivated]);
    world.check_end();
}

#[test]
fn while_its_account_is_disabled_nothing_is_told_and_afterwards_all_of_it() {
    let mut world = calm(Mood::Rejecting);
    world.publish(1);
    world.disable(true);
    world.pass(Delay::from_secs(1));
    assert_eq!(world.activity(), Some(deactivated(DeactivateReason::Http4xxResponse)));
    world.tell();
    let start = world.now;
    for _ in 0..100 {
        world.pass(Delay::from_secs(3_600));
    }
    assert_eq!(world.told(), []);
    assert!(world.now.since(start) > Delay::from_secs(90 * 3_600), "nor is it woken for it");
    world.disable(false);
    world.tell();
    world.heal(Mood::Up);
    assert_eq!(world.told(), [Operational::Deactivated]);
    world.check_end();
}

#[test]
fn a_full_backlog_refuses_and_drops_nothing() {
    let mut world = calm(Mood::Down).with_backlog_max(4);
    for _ in 0..6 {
        world.publish(1);
    }
    assert_eq!((world.open(), world.refused), (4, 2));
    world.crash();
    world.publish(3);
    assert_eq!((world.open(), world.refused), (4, 5), "an object that starts counts again");
    world.heal(Mood::Up);
    assert_eq!((world.open(), world.posts >= 4), (0, true));
    world.publish(2);
    world.heal(Mood::Up);
    assert_eq!(world.refused, 5);
    world.check_end();
}

#[test]
fn an_older_master_key_can_be_retired_once_the_webhook_was_touched() {
    let mut world = calm(Mood::Up);
    let version = world.version();
    world.put_second_key_first();
    world.touch();
    assert_eq!(world.version(), version, "nothing has changed for its owner");
    world.lose_first_key();
    world.publish(1);
    assert_eq!(world.posts, 1, "the second key alone opens everything");
}
