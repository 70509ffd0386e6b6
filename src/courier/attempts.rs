//! The attempts of one invocation.
//!
//! An invocation has six connections that may wait for a response, and time that it waits costs
//! nothing in a Worker. So a courier makes a few attempts at a time, and when it settles them, it
//! takes the next ones in the same call, until nothing is due or it is [`COURIER_ASKS_FOR`] old.
//! Attempts beyond its own are made by couriers that it starts. If the platform ends an invocation,
//! its leases end and the object's alarm takes over.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use domain::base::{
    ATTEMPT_START_MAX, AccountId, COURIER_ASKS_FOR, COURIER_ATTEMPTS_MAX, COURIER_LIFETIME,
    COURIERS_MAX, Delay, PUBLISH_ATTEMPTS_MAX, Timestamp, WebhookId,
};
use domain::dispatch::{AttemptReport, SendJob};
use domain::rpc::{HandBack, MakeAttempts, Settle, SettleAnswer};
use domain::telemetry::{AttemptLine, SettledAttempt};
use worker::Env;
use worker::wasm_bindgen::JsValue;

use super::sender::Sender;
use super::settle_batcher::{BatchKey, FinishedAttempt};
use super::{sender, settle_batcher, start};
use crate::runtime::executor::KeepAlive;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, config, executor, io, log, telemetry};

/// How often reports are sent to an object that does not answer. After that the leases end, and the
/// events are sent again.
const SETTLE_CALLS_MAX: usize = 2;

/// How long attempts wait for others to share a courier.
const START_DELAY: Delay = Delay::from_ms(5);

/// The invocation that makes attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The request of a publish. It makes a few attempts and starts couriers for the others.
    Publish,
    /// An alarm. It starts couriers for all attempts, or makes them if it cannot start any.
    Alarm,
    /// A courier. It starts no other.
    Courier,
}

impl Role {
    /// The most attempts that the invocation makes at a time.
    fn attempts_max(self) -> usize {
        match self {
            Self::Publish => PUBLISH_ATTEMPTS_MAX,
            Self::Alarm if start::are_available() => 0,
            Self::Alarm | Self::Courier => COURIER_ATTEMPTS_MAX,
        }
    }

    fn couriers_max(self) -> usize {
        match self {
            Self::Publish | Self::Alarm if start::are_available() => COURIERS_MAX,
            Self::Publish | Self::Alarm | Self::Courier => 0,
        }
    }
}

/// An attempt for a webhook.
type Attempt = (WebhookId, SendJob);

/// The attempts of one invocation, all of one account. It keeps the invocation alive.
pub(crate) struct Courier {
    env: Env,
    account: AccountId,
    role: Role,
    /// The invocation's context, to start couriers with.
    context: JsValue,
    keep_alive: Rc<KeepAlive>,
    /// A number of its own in this isolate.
    number: u64,
    began: Timestamp,
    /// The number of attempts that it is making or has asked for.
    in_flight: Cell<usize>,
    /// The number of couriers that it has started.
    started: Cell<usize>,
    /// The attempts for the next courier that it starts.
    waiting: RefCell<Vec<Attempt>>,
}

thread_local! {
    static LAST_NUMBER: Cell<u64> = const { Cell::new(0) };
}

/// Where an attempt comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It is the first attempt of an event of this publish. Its success is settled with those of
    /// other publishes.
    Publish,
    /// It was due. Its success is settled with others of this courier, which then asks for as many.
    Due,
}

impl Courier {
    pub(crate) fn new(
        env: Env,
        account: AccountId,
        role: Role,
        context: JsValue,
        keep_alive: Rc<KeepAlive>,
    ) -> Rc<Self> {
        let number = LAST_NUMBER.get().wrapping_add(1);
        LAST_NUMBER.set(number);
        Rc::new(Self {
            env,
            account,
            role,
            context,
            keep_alive,
            number,
            began: clock::now(),
            in_flight: Cell::new(0),
            started: Cell::new(0),
            waiting: RefCell::default(),
        })
    }

    /// The account of the attempts.
    pub(crate) const fn account(&self) -> &AccountId {
        &self.account
    }

    /// Runs a task that keeps the invocation alive.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        executor::spawn_background(Rc::clone(&self.keep_alive), task);
    }

    /// Makes the first attempt of an event of this publish. If the object was `asked` longer than
    /// [`ATTEMPT_START_MAX`] ago, hands the attempt back instead.
    pub(crate) fn begin_granted(
        self: &Rc<Self>,
        webhook: WebhookId,
        job: SendJob,
        asked: Timestamp,
    ) {
        if clock::now().since(asked) > ATTEMPT_START_MAX {
            let this = Rc::clone(self);
            self.spawn(async move { this.hand_back(vec![(webhook, job)]).await });
        } else {
            self.begin(webhook, job, Origin::Publish);
        }
    }

    /// Makes attempts that were due.
    pub(crate) fn begin_due(
        self: &Rc<Self>,
        webhook: &WebhookId,
        jobs: impl IntoIterator<Item = SendJob>,
    ) {
        for job in jobs {
            self.begin(webhook.clone(), job, Origin::Due);
        }
        if self.role == Role::Alarm {
            // At once, as part of the alarm: the platform counts how deep a request has gone
            // through Workers and objects, and an alarm begins anew.
            let (this, attempts) = (Rc::clone(self), self.waiting.take());
            self.spawn(async move { this.start_courier(attempts).await });
        }
    }

    /// Makes an attempt now, or leaves it to a courier that is started soon.
    fn begin(self: &Rc<Self>, webhook: WebhookId, job: SendJob, origin: Origin) {
        if self.in_flight.get() < self.role.attempts_max() {
            return self.begin_own(webhook, job, origin);
        }
        let this = Rc::clone(self);
        let mut waiting = self.waiting.borrow_mut();
        waiting.push((webhook, job));
        match waiting.len() {
            COURIER_ATTEMPTS_MAX => {
                let attempts = std::mem::take(&mut *waiting);
                self.spawn(async move { this.start_courier(attempts).await });
            }
            1 => self.spawn(async move {
                io::sleep(START_DELAY).await;
                let attempts = this.waiting.take();
                this.start_courier(attempts).await;
            }),
            _ => {}
        }
    }

    fn begin_own(self: &Rc<Self>, webhook: WebhookId, job: SendJob, origin: Origin) {
        self.in_flight.set(self.in_flight.get().saturating_add(1));
        let this = Rc::clone(self);
        self.spawn(async move {
            if let Err(error) = this.make(&webhook, job, origin).await {
                log_error("settle_failed", &webhook, &error);
            }
        });
    }

    /// Starts a courier for attempts. If that fails, makes those for which this invocation has
    /// connections, and hands the others back.
    async fn start_courier(self: Rc<Self>, mut attempts: Vec<Attempt>) {
        if attempts.is_empty() {
            return;
        }
        if self.started.get() < self.role.couriers_max() {
            self.started.set(self.started.get().saturating_add(1));
            let order = MakeAttempts::new(self.account.clone(), attempts.iter().cloned());
            match order.and_then(|order| order.encode()) {
                Ok(order) if start::start(&self.context, &order).await => return,
                Ok(_) => {}
                Err(error) => {
                    log::line(Level::Error, "courier_failed", &[("error", &error.to_string())]);
                }
            }
        }
        let room = self.role.attempts_max().saturating_sub(self.in_flight.get());
        let others = attempts.split_off(room.min(attempts.len()));
        for (webhook, job) in attempts {
            self.begin_own(webhook, job, Origin::Due);
        }
        self.hand_back(others).await;
    }

    /// Makes an attempt, settles it, and begins the attempts that the object answers with.
    async fn make(
        self: &Rc<Self>,
        webhook: &WebhookId,
        attempt: SendJob,
        origin: Origin,
    ) -> Result<(), InternalError> {
        let config = config::config(&self.env)?;
        let sender = Sender { env: &self.env, account: &self.account, webhook };
        let report = sender::make_attempt(sender, &attempt, &config.rules).await;
        self.in_flight.set(self.in_flight.get().saturating_sub(1));
        let outcome = report.outcome.clone().decisive();
        let finished = FinishedAttempt { attempt, report: AttemptReport { outcome, ..report } };
        let (courier, waits) = match origin {
            Origin::Publish => (None, true),
            // The last attempt in flight has nobody to wait for.
            Origin::Due => (Some(self.number), self.in_flight.get() > 0),
        };
        let key = BatchKey { account: self.account.clone(), webhook: webhook.clone(), courier };
        let waits = waits && finished.report.result.is_success();
        let batch = settle_batcher::collect(key, finished, waits).await;
        if batch.is_empty() { Ok(()) } else { self.settle(webhook, batch).await }
    }

    /// Reports finished attempts to the object, logs each, and begins the next ones.
    async fn settle(
        self: &Rc<Self>,
        webhook: &WebhookId,
        finished: Vec<FinishedAttempt>,
    ) -> Result<(), InternalError> {
        let default_timeout = config::config(&self.env)?.rules.timeout;
        let (attempts, reports): (Vec<SendJob>, Vec<AttemptReport>) =
            finished.into_iter().map(|finished| (finished.attempt, finished.report)).unzip();
        let timeouts = attempts.iter().map(|attempt| attempt.timeout(default_timeout));
        let timeout = timeouts.max().unwrap_or(default_timeout);
        let room = self.room(timeout);
        self.in_flight.set(self.in_flight.get().saturating_add(room));
        let mut call = Settle { reports, attempts_max: room };
        let object = Object::Webhook(&self.account, webhook);
        let mut answer = object.call(&self.env, &call).await;
        for _ in 1..SETTLE_CALLS_MAX {
            if answer.is_err() {
                // The lost answer may have had attempts. They end with their leases.
                call.attempts_max = 0;
                answer = object.call(&self.env, &call).await;
            }
        }
        self.in_flight.set(self.in_flight.get().saturating_sub(room));
        let SettleAnswer { settled, due } = answer?;
        // The owner may have set a longer timeout since the reported attempts were leased.
        let fits = |job: &SendJob| {
            let own = job.timeout(default_timeout);
            own <= timeout || self.has_time(own)
        };
        let (due, late): (Vec<_>, Vec<_>) = due.into_iter().map(SendJob::from).partition(fits);
        self.begin_due(webhook, due);
        self.hand_back(late.into_iter().map(|job| (webhook.clone(), job)).collect()).await;
        for ((attempt, report), settled) in attempts.iter().zip(&call.reports).zip(settled) {
            let owner = Some((&self.account, webhook));
            let settled_attempt = SettledAttempt { attempt, owner, report, settled };
            telemetry::attempt(&self.env, &AttemptLine::new(settled_attempt));
        }
        Ok(())
    }

    /// Returns the number of further attempts with this timeout that this invocation can make.
    fn room(&self, timeout: Delay) -> usize {
        if !self.has_time(timeout) {
            return 0;
        }
        self.role.attempts_max().saturating_sub(self.in_flight.get())
    }

    /// Whether this invocation is young enough for another attempt with this timeout.
    fn has_time(&self, timeout: Delay) -> bool {
        let asks_for = COURIER_ASKS_FOR.min(COURIER_LIFETIME.minus(timeout));
        clock::now().since(self.began) < asks_for
    }

    /// Hands attempts back that were not begun.
    async fn hand_back(&self, mut attempts: Vec<Attempt>) {
        attempts.sort_by(|(a, _), (b, _)| a.cmp(b));
        for of_webhook in attempts.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((webhook, _)) = of_webhook.first() else { continue };
            let lease = |(_, job): &Attempt| (job.seq, job.token, job.cause);
            let leases = of_webhook.iter().map(lease).collect();
            let object = Object::Webhook(&self.account, webhook);
            if let Err(error) = object.call(&self.env, &HandBack { leases }).await {
                log_error("hand_back_failed", webhook, &error);
            }
        }
    }
}

/// Makes the attempts in `order`, as a courier.
pub(crate) fn run(
    env: Env,
    order: &str,
    context: JsValue,
    keep_alive: Rc<KeepAlive>,
) -> Result<(), InternalError> {
    let MakeAttempts { account, attempts } = MakeAttempts::decode(order)?;
    let courier = Courier::new(env, account, Role::Courier, context, keep_alive);
    for (webhook, attempt) in attempts {
        courier.begin(webhook, attempt.into(), Origin::Due);
    }
    Ok(())
}

fn log_error(what: &str, webhook: &WebhookId, error: &InternalError) {
    let fields = [("webhook_id", webhook.as_str()), ("error", &error.to_string())];
    log::line(Level::Error, what, &fields);
}
