//! Listeners: the client of a webhook connects and disconnects at random, and is dropped when the
//! dispatcher crashes. Nothing is attempted without it, and nothing is lost within its grace.

use domain::base::{Delay, LISTENER_GRACE, Timestamp};
use domain::delivery::Schedule;
use domain::webhook::{Activity, DeactivateReason, Record, Stage, Webhook};

use super::receiver::{RECEIVERS, Receiver};
use super::world::World;
use crate::support::rng::Rng;

/// Number of random runs.
const SEEDS: u64 = 2_000;

/// A seed that found a bug: the grace was counted from an absence before the last one.
const SEED_OF_BUG: u64 = 32;

/// The longest time until a listener without a client is deleted: until its object looks, the
/// grace, and some seconds for what is published.
const DELETED_WITHIN: Delay = Delay::from_secs(60 + 60 + 30);

/// The client of the webhook.
#[derive(Debug, Default)]
pub(super) struct Client {
    pub(super) is_listener: bool,
    pub(super) is_connected: bool,
    /// Whether it was at the latest transaction, whose end may be a crash.
    pub(super) was_connected: bool,
    /// When it was last connected.
    left_at: Option<Timestamp>,
    /// A random generator of its own, so that its draws do not change the numbers of the others.
    rng: Option<Rng>,
}

impl World {
    fn with_listener(mut self, seed: u64) -> Self {
        let (rng, left_at) = (Some(Rng::new(seed ^ 0x11_57e4)), Some(self.now));
        self.client = Client { is_listener: true, left_at, rng, ..Client::default() };
        self
    }

    /// The client connects, if its object takes it. The object may be lost before it has noted
    /// that.
    fn connect(&mut self) {
        if self.transact(|tx| tx.begin_connection()) == Some(true) {
            self.client.is_connected = true;
            self.note_connection();
        }
    }

    /// The connection ends, with all that is in flight over it.
    fn disconnect(&mut self) {
        if !self.client.is_connected {
            return;
        }
        (self.client.is_connected, self.client.left_at) = (false, Some(self.now));
        self.couriers.break_connections(self.now);
        self.note_connection();
    }

    fn note_connection(&mut self) {
        let is_lost = self.faulty && self.client.rng.as_mut().is_some_and(|rng| rng.percent(20));
        if !is_lost {
            self.transact(|tx| tx.connection_changed());
        }
    }

    /// A crash of the object keeps the client, as hibernation does, or drops it, as the end of the
    /// dispatcher's process does.
    pub(super) fn crash_client(&mut self) {
        if self.client.is_connected && self.client.rng.as_mut().is_some_and(|rng| rng.percent(50)) {
            (self.client.is_connected, self.client.left_at) = (false, Some(self.now));
            self.couriers.break_connections(self.now);
        }
    }

    /// Checks that an attempt for this webhook may be made now.
    pub(super) fn check_connected(&self, webhook: &Webhook) {
        assert_eq!(webhook.configuration.listener, self.client.is_listener);
        let may_attempt = self.client.was_connected || !self.client.is_listener;
        assert!(may_attempt, "a listener without its client gets nothing");
    }

    /// Checks that a listener was not deleted before its grace was over.
    pub(super) fn check_listener(&mut self, before: Option<&Record>) {
        let Some(after) = self.record() else { return };
        let was_live = before.is_some_and(|before| matches!(before.stage, Stage::Live(_)));
        if !self.client.is_listener {
            assert_eq!(after.disconnected_at, None, "only a listener has a client");
        } else if was_live && after.stage == Stage::Deleting && !self.deleted {
            let gone = self.client.left_at.map_or(Delay::ZERO, |left_at| self.now.since(left_at));
            assert!(!self.client.is_connected && gone >= LISTENER_GRACE, "deleted after {gone:?}");
            self.deleted = true;
        }
    }

    /// Ends the connection for good, and checks that the webhook is gone in time.
    fn leave(&mut self) {
        self.disconnect();
        let until = self.now.plus(DELETED_WITHIN);
        while self.record().is_some() {
            assert!(self.now <= until, "a listener without a client stays");
            self.advance(Delay::from_secs(1));
        }
        self.check_deleted();
    }
}

fn listener(seed: u64, receiver: Receiver) -> World {
    let mut world = World::new(seed, false).with_schedule(Schedule::DOCUMENTED).with_sqlite();
    world = world.with_listener(seed);
    world.create();
    world.drain(receiver);
    world
}

#[test]
fn nothing_is_attempted_without_a_client_and_everything_with_it() {
    // In seed 2 the publisher takes attempts, in seed 1 the alarm starts them all.
    for seed in [1, 2] {
        let mut world = listener(seed, Receiver::Up);
        world.publish(5);
        let published_at = world.now;
        while world.now < published_at.plus(Delay::from_secs(30)) {
            world.advance(Delay::from_secs(1));
        }
        assert_eq!((world.posts, world.open_deliveries()), (0, 5));
        world.connect();
        assert!(world.alarm.unwrap() <= world.now.plus(Delay::from_ms(1)), "it is leased at once");
        world.drain(Receiver::Up);
        assert_eq!((world.posts, world.open_deliveries()), (5, 0));
        world.publish(1);
        world.drain(Receiver::Up);
        assert_eq!(world.posts, 6);
        world.leave();
    }
}

#[test]
fn a_client_that_is_back_within_the_grace_goes_on() {
    let mut world = listener(1, Receiver::Up);
    world.connect();
    for _ in 0..5 {
        world.disconnect();
        let left_at = world.now;
        world.publish(1);
        while world.now < left_at.plus(Delay::from_secs(59)) {
            world.advance(Delay::from_ms(500));
        }
        world.connect();
        world.drain(Receiver::Up);
    }
    assert_eq!((world.posts, world.deleted), (5, false));
    world.leave();
}

#[test]
fn a_client_that_says_so_ends_the_webhook_at_once() {
    let mut world = listener(1, Receiver::Up);
    world.connect();
    world.publish(3);
    world.deleted = true;
    assert_eq!(world.transact(|tx| tx.end_listener()), Some(true));
    assert_eq!(world.record().unwrap().stage, Stage::Deleting);
    world.drain(Receiver::Up);
    world.check_deleted();
    let mut other = super::scenarios::faultless(Receiver::Up);
    assert_eq!(other.transact(|tx| tx.end_listener()), Some(false));
    assert_eq!(other.transact(|tx| tx.connection_changed()), Some(false));
    assert_eq!(other.activity(), Some(Activity::Active));
}

#[test]
fn a_listener_is_deactivated_as_any_webhook_and_no_alert_is_told() {
    let mut world = listener(1, Receiver::Rejecting);
    world.connect();
    world.publish(1);
    world.drain(Receiver::Rejecting);
    let reason = Some(DeactivateReason::Http4xxResponse);
    assert_eq!(world.activity(), Some(Activity::Inactive { reason }));
    assert_eq!(world.operational_events(), []);
    world.update(Some(true), None);
    world.publish(1);
    world.drain(Receiver::Up);
    assert_eq!(world.posts, 2);
    world.leave();
}

#[test]
fn the_seed_of_a_former_bug_passes() {
    run(SEED_OF_BUG);
}

#[test]
fn random_listeners_keep_every_promise() {
    let seeds = match std::env::var("SEED") {
        Ok(seed) => {
            let seed: u64 = seed.parse().expect("a number");
            seed..seed + 1
        }
        Err(_) => 0..std::env::var("SEEDS").map_or(SEEDS, |seeds| seeds.parse().expect("a number")),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let seeds = seeds.clone().skip(thread).step_by(threads);
            scope.spawn(move || seeds.for_each(run_and_name_seed));
        }
    });
}

fn run_and_name_seed(seed: u64) {
    if let Err(panic) = std::panic::catch_unwind(|| run(seed)) {
        eprintln!("the run of the listener with SEED={seed} failed");
        std::panic::resume_unwind(panic);
    }
}

fn run(seed: u64) {
    let mut world = World::new(seed, true).with_listener(seed);
    if seed.is_multiple_of(10) {
        world = world.with_sqlite();
    }
    world.create();
    let steps = 20 + world.rng.below(150);
    for _ in 0..steps {
        world.step_account();
        world.step_options();
        world.step_filters();
        step(&mut world);
    }
    world.faulty = false;
    world.connect();
    world.drain(Receiver::Up);
    let Some(record) = world.record() else { return world.check_deleted() };
    let Stage::Live(webhook) = &record.stage else { panic!("{:?}", record.stage) };
    world.check_operational_events(Some(&record));
    for (id, entry) in &world.expectations {
        world.check_event(id, entry, webhook.epoch);
    }
    world.leave();
}

fn step(world: &mut World) {
    match world.rng.below(100) {
        0..=24 => {
            let count = 1 + world.rng.below(3);
            world.publish(count);
        }
        25..=27 => world.publish_again(),
        28..=29 => world.resend(),
        30 => world.recover(),
        31 => world.skip(),
        32..=69 => world.advance(Delay::from_secs(20)),
        70..=79 => world.connect(),
        80..=87 => world.disconnect(),
        88..=91 => world.receiver = world.rng.pick(&RECEIVERS),
        92..=93 => world.crash(),
        94 => world.fire_alarm(),
        95 => world.run_cron(),
        96 => world.lose_alarm(),
        97..=98 => world.update(Some(true), None),
        _ => world.update(Some(false), None),
    }
}
