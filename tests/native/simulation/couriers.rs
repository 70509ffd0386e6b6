//! The couriers, which make every attempt. They survive a crash of the object, but can crash
//! themselves, begin too late, or report late or never, and their calls and the answers can be
//! lost. A courier that reports asks for further attempts, like the publishing Worker and the
//! alarm.

use domain::base::{COURIER_ASKS_FOR, COURIER_ATTEMPTS_MAX, COURIERS_MAX, Delay, Timestamp};
use domain::delivery::{Outcome, SendError};
use domain::dispatch::{
    Accepted, Grant, Judged, NewEvent, SendJob, Store as _, StoreError, Transaction,
};

use super::world::World;
use crate::support::dual_store::DualStore;
use crate::support::rng::Rng;

/// The most attempts that a publish or an alarm starts.
pub(super) const ATTEMPTS_MAX: usize = COURIERS_MAX * COURIER_ATTEMPTS_MAX;

/// The couriers of a run.
#[derive(Debug)]
pub(super) struct Couriers {
    /// Their own random generator, so that its draws do not change the numbers of the other
    /// generators.
    rng: Rng,
    /// Whether the publishing Worker takes attempts, as in two runs of five. In the others, alarms
    /// start all of them.
    publisher_takes: bool,
    running: Vec<Courier>,
    /// The greatest number of attempts that were in flight at a time.
    pub(super) in_flight_max: usize,
}

/// The answer of a step, and the attempts that it leased.
type Leased<T> = Result<(T, Vec<SendJob>), StoreError>;

/// An invocation that makes attempts.
#[derive(Debug)]
struct Courier {
    /// After this time it asks for no more.
    asks_until: Timestamp,
    attempts: Vec<Attempt>,
}

/// An attempt in progress.
#[derive(Debug)]
struct Attempt {
    /// The time of its report.
    due: Timestamp,
    job: SendJob,
    /// Its outcome; `None` if it was not begun and is handed back.
    outcome: Option<Outcome>,
}

impl Couriers {
    pub(super) fn from_seed(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed ^ 0x5eed),
            publisher_takes: matches!(seed % 5, 2 | 4),
            running: Vec::new(),
            in_flight_max: 0,
        }
    }

    /// Returns when the next report is due.
    pub(super) fn next_report(&self) -> Option<Timestamp> {
        self.running.iter().flat_map(|courier| &courier.attempts).map(|attempt| attempt.due).min()
    }

    pub(super) const fn are_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// Ends all couriers. Their outcomes are lost.
    pub(super) fn kill(&mut self) {
        self.running.clear();
    }

    /// Breaks the connections of all attempts in flight.
    pub(super) fn break_connections(&mut self, now: Timestamp) {
        for attempt in self.running.iter_mut().flat_map(|courier| &mut courier.attempts) {
            if attempt.outcome.is_some() {
                attempt.outcome = Some(Outcome::Failed(SendError::Connection));
                attempt.due = attempt.due.min(now);
            }
        }
    }

    fn in_flight(&self) -> usize {
        self.running.iter().map(|courier| courier.attempts.len()).sum()
    }
}

impl World {
    /// Calls the object with events as a Worker does, and begins the attempts of its answer.
    pub(super) fn accept(
        &mut self,
        events: Vec<NewEvent>,
        judged: Option<Judged>,
    ) -> Option<Accepted> {
        let max = if self.couriers.publisher_takes { ATTEMPTS_MAX } else { 0 };
        let (answer, jobs) = self.transact_and_lease(|tx| {
            let accepted = tx.accept(events, judged, max)?;
            let granted = accepted.grants.iter().map(|Grant { attempt, .. }| attempt);
            let jobs = accepted.due.iter().chain(granted).cloned().collect();
            Ok((accepted, jobs))
        });
        self.start_couriers(&jobs);
        answer
    }

    /// Wakes the object and starts couriers for what is due. Returns whether it was woken.
    pub(super) fn wake(&mut self) -> bool {
        let (answer, jobs) = self.transact_and_lease(|tx| Ok(((), tx.wake(ATTEMPTS_MAX)?)));
        self.start_couriers(&jobs);
        answer.is_some()
    }

    /// Runs a step that leases attempts, and notes the leases that were stored. Returns the answer
    /// and the attempts that reach the caller: none if it got no answer.
    pub(super) fn transact_and_lease<T>(
        &mut self,
        step: impl FnOnce(&mut Transaction<'_, DualStore<'_>>) -> Leased<T>,
    ) -> (Option<T>, Vec<SendJob>) {
        let mut leased = Vec::new();
        let answer = self.transact(|tx| {
            let (answer, jobs) = step(tx)?;
            leased.clone_from(&jobs);
            Ok((answer, jobs))
        });
        let mut is_leased = false;
        for job in leased {
            // If the transaction was not stored, another event may have this `seq` by now.
            if self.has_lease(&job) {
                is_leased = true;
                self.record_lease(&job);
            }
        }
        if is_leased {
            self.check_window();
        }
        match answer {
            Some((answer, jobs)) => (Some(answer), jobs),
            None => (None, Vec::new()),
        }
    }

    /// Starts couriers for attempts, each for a few.
    fn start_couriers(&mut self, jobs: &[SendJob]) {
        let asks_until = self.now.plus(COURIER_ASKS_FOR);
        for jobs in jobs.chunks(COURIER_ATTEMPTS_MAX) {
            let attempts = jobs.iter().filter_map(|job| self.begin(job.clone())).collect();
            self.couriers.running.push(Courier { asks_until, attempts });
        }
        self.couriers.in_flight_max = self.couriers.in_flight_max.max(self.couriers.in_flight());
        self.couriers.running.retain(|courier| !courier.attempts.is_empty());
    }

    /// Makes an attempt. `None` if its courier dies before it reports. A courier that begins too
    /// late hands the lease back.
    fn begin(&mut self, job: SendJob) -> Option<Attempt> {
        let rng = &mut self.couriers.rng;
        let (is_late, is_dead) = (rng.percent(5), rng.percent(5));
        let report_ms = if rng.percent(5) { 30_000 } else { rng.below(50) };
        if self.faulty && is_late {
            let due = self.now.plus(Delay::from_secs(6));
            return Some(Attempt { due, job, outcome: None });
        }
        let (delay_ms, outcome) = self.post(&job);
        if self.faulty && is_dead {
            return None;
        }
        let late_ms = if self.faulty { report_ms } else { 0 };
        let due = self.now.plus(Delay::from_ms(delay_ms + late_ms));
        Some(Attempt { due, job, outcome: Some(outcome) })
    }

    /// Sends the reports that are due. With each, the courier asks for as many attempts as it has
    /// room for.
    pub(super) fn send_due_reports(&mut self) {
        loop {
            let is_due = |attempt: &Attempt| attempt.due <= self.now;
            let running = &mut self.couriers.running;
            let Some(index) =
                running.iter().position(|courier| courier.attempts.iter().any(is_due))
            else {
                return;
            };
            let mut courier = running.remove(index);
            let index = courier.attempts.iter().position(is_due).unwrap();
            let Attempt { job, outcome, .. } = courier.attempts.remove(index);
            let room = COURIER_ATTEMPTS_MAX - courier.attempts.len();
            let max = if self.now < courier.asks_until { room } else { 0 };
            let next = if let Some(outcome) = outcome {
                self.settle(&job, &outcome, max)
            } else {
                self.hand_back(&job);
                Vec::new()
            };
            assert!(next.len() <= max, "more attempts than asked for");
            let next: Vec<Attempt> = next.into_iter().filter_map(|job| self.begin(job)).collect();
            courier.attempts.extend(next);
            if !courier.attempts.is_empty() {
                self.couriers.running.push(courier);
            }
            let in_flight = self.couriers.in_flight();
            self.couriers.in_flight_max = self.couriers.in_flight_max.max(in_flight);
        }
    }

    /// Hands a lease back. It then counts as no attempt.
    fn hand_back(&mut self, attempt: &SendJob) {
        let leases = [(attempt.seq, attempt.token, attempt.cause)];
        if !self.has_lease(attempt) {
            self.transact(|tx| tx.hand_back(&leases));
            return;
        }
        self.transact(|tx| tx.hand_back(&leases));
        if !self.has_lease(attempt) {
            let entry = self.expectations.get_mut(&attempt.event_id).unwrap();
            entry.hand_back(attempt.cause);
        }
    }

    /// Checks that there are no more leases than the window allows.
    fn check_window(&self) {
        let max_in_flight = usize::from(self.delivery_options.max_in_flight);
        let window = self.model.health.window_size(max_in_flight);
        let open = self.model.leases().unwrap().len();
        assert!(open <= window, "{open} leases in a window of {window}");
    }
}
