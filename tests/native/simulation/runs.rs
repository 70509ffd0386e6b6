//! Random runs: a seed gives one run of 20 to 169 random steps, and then the final checks.

use domain::base::Delay;

use super::receiver::Receiver;
use super::world::World;
use crate::support::dual_store::FAILED_5XX;

/// Number of random runs of the test.
const SEEDS: u64 = 10_000;

/// Seeds that found bugs: a deactivation that forgot the rate limit; a probe too early after a
/// failed resend; a recovery in an outage that waited for itself; a row of `in_flight` reused
/// during its POST because a Worker reported late.
const SEEDS_OF_BUGS: [u64; 5] = [88, 391, 1_740, 3_945, 59_702];

/// One run in this many stores in SQLite too.
const SQLITE_EVERY: u64 = 10;

/// Reads an environment variable.
fn env_number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn seeds_of_former_bugs_pass() {
    SEEDS_OF_BUGS.into_iter().for_each(run_and_name_seed);
}

#[test]
fn random_runs_keep_every_promise() {
    let seeds = match env_number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..env_number("SEEDS").unwrap_or(SEEDS),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let seeds = seeds.clone().skip(thread).step_by(threads);
            scope.spawn(move || seeds.for_each(run_and_name_seed));
        }
    });
}

/// Runs one seed, and prints it if the run fails.
fn run_and_name_seed(seed: u64) {
    if let Err(panic) = std::panic::catch_unwind(|| run(seed)) {
        eprintln!("the run of SEED={seed} failed");
        std::panic::resume_unwind(panic);
    }
}

fn run(seed: u64) {
    let mut world = World::new(seed, true);
    if seed.is_multiple_of(env_number("SQLITE_EVERY").unwrap_or(SQLITE_EVERY)) {
        world = world.with_sqlite();
    }
    world.create();
    if seed.is_multiple_of(4) {
        world.create_again();
    }
    let steps = 20 + world.rng.below(150);
    for _ in 0..steps {
        world.step_account();
        world.step_options();
        world.step_filters();
        step(&mut world);
    }
    let receiver = world.rng.pick(&[
        Receiver::Up,
        Receiver::Up,
        Receiver::Up,
        Receiver::Down,
        Receiver::Rejecting,
    ]);
    world.drain(receiver);
    if receiver == Receiver::Up {
        // A deactivation loses nothing: everything that was missed can be recovered.
        world.update(Some(true), None);
        world.drain(receiver);
        world.recover();
        world.drain(receiver);
        assert_eq!(world.missed_deliveries(), 0, "everything missed was recovered");
    }
    world.check_final_state();
}

fn step(world: &mut World) {
    match world.rng.below(100) {
        0..=19 => {
            let count = 1 + world.rng.below(3);
            world.publish(count);
        }
        20..=22 => world.publish_again(),
        23..=25 => world.resend(),
        26 => world.recover(),
        27 => world.recover_latest(FAILED_5XX),
        28 => world.skip(),
        29..=65 => world.advance(Delay::from_secs(60)),
        66 => world.remove_master_keys(),
        67 => world.restore_master_keys(),
        68 => world.rotate(),
        69 => world.change_password(),
        70..=76 => world.advance(Delay::from_secs(7_200)),
        77..=82 => {
            world.receiver =
                world.rng.pick(&[Receiver::Up, Receiver::Up, Receiver::Down, Receiver::Flaky]);
        }
        83..=85 => {
            world.receiver = world.rng.pick(&[
                Receiver::Hanging,
                Receiver::Unreachable,
                Receiver::Redirecting,
                Receiver::Rejecting,
                Receiver::Throttling,
            ]);
        }
        86 => world.crash(),
        87..=88 => world.fire_alarm(),
        89 => world.run_cron(),
        90 => world.lose_alarm(),
        91..=93 => world.update(Some(true), None),
        94..=95 => world.update(Some(false), None),
        96..=97 => {
            let url = world.rng.pick(&["https://example.com/a", "https://example.org/b"]);
            world.update(None, Some(url));
        }
        98 => world.update(Some(true), Some("https://example.net/fixed")),
        _ if world.rng.percent(10) => world.delete(),
        _ => world.create_again(),
    }
}
