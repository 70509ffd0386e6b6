//! The Durable Object of one webhook: load, decide, store, then act.
//!
//! A turn is one synchronous step of the domain inside one transaction, with the alarm set before
//! anything is awaited; the runtime commits both together (output gates hold back every answer and
//! every outgoing `fetch` until then). What the turn decided is carried out afterwards, beside
//! whatever comes next: a hung send holds its slot and nothing else.
//!
//! `alarm()` fails only if its turn could not be stored; the platform then repeats it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{join_all, select};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::fault::Fault;
use super::log::{self, Level};
use super::objects::Object;
use super::records::Records;
use super::sql::Sql;
use super::webhook_store::SqlStore;
use super::{alarm, clock, config, courier, entropy, reply};
use crate::domain::adoption::Adoption;
use crate::domain::command::{Create, Report, Reported, RotateSecret, Routed, WebhookCall};
use crate::domain::delivery::Version;
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::lifecycle::Created;
use crate::domain::record::{Place, PublicRecord};
use crate::domain::roster::RosterChange;
use crate::domain::settle::Settled;
use crate::domain::store::{Store, StoreFault};
use crate::domain::turn::{Acknowledgement, Effect, Try, Turn};
use crate::domain::verdict::Outcome;
use crate::domain::view::WebhookView;

/// How long an answer waits for KV; after that the alarm sees to it.
const KV_PATIENCE: Duration = Duration::from_secs(1);

/// The object. It keeps nothing in memory that its storage does not hold.
#[durable_object(alarm)]
pub struct WebhookObject {
    inner: Rc<Inner>,
}

impl core::panic::RefUnwindSafe for WebhookObject {}

struct Inner {
    state: State,
    env: Env,
    sql: Sql,
    /// Whether the record may still be one of the first release. Once it is not, it never is again.
    adoption: Cell<Adoption>,
}

impl DurableObject for WebhookObject {
    fn new(state: State, env: Env) -> Self {
        let sql = Sql::new(&state);
        let adoption = Cell::new(Adoption::Open);
        Self { inner: Rc::new(Inner { state, env, sql, adoption }) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let path = request.path();
        let body = request.bytes().await?;
        let answer = match WebhookCall::parse(&path, &body) {
            Ok(call) => self.inner.answer(call).await,
            Err(error) => Err(Fault::from(error)),
        };
        reply::to_call(&path, answer)
    }

    async fn alarm(&self) -> Result<Response> {
        let woken = self.inner.turn(|turn| turn.wake()).await;
        reply::to_alarm(woken.map(|((), effects)| self.inner.start(effects)))
    }
}

/// What carrying out an effect led to.
#[derive(Default)]
struct Carried {
    /// What is to be done next.
    effects: Vec<Effect>,
    /// What the place said, if a place was told something.
    acknowledgement: Option<Acknowledgement>,
}

impl Inner {
    /// Answers a call from the Worker.
    async fn answer(self: &Rc<Self>, call: WebhookCall) -> Result<Vec<u8>, Fault> {
        match call {
            WebhookCall::Create(call) => reply::encode(&call, &self.create(call.clone()).await?),
            WebhookCall::Read(call) => {
                reply::encode(&call, &self.turn(|turn| turn.view()).await?.0)
            }
            WebhookCall::Configure(call) => {
                reply::encode(&call, &self.turn(|turn| turn.configuration()).await?.0)
            }
            WebhookCall::Update(call) => {
                let (answer, effects) = self.turn(|turn| turn.update(call.change.get())).await?;
                let acknowledged = self.carry_out_and_wait(effects).await.is_none_or(is_known);
                reply::encode(&call, &Routed { answer, acknowledged })
            }
            WebhookCall::RotateSecret(call) => {
                let RotateSecret { key, grace } = call.clone();
                let step =
                    |turn: &mut Turn<'_, SqlStore<'_>>| turn.rotate_secret(key.into_inner(), grace);
                let (answer, effects) = self.turn(step).await?;
                let acknowledged = self.carry_out_and_wait(effects).await.is_none_or(is_known);
                reply::encode(&call, &Routed { answer, acknowledged })
            }
            WebhookCall::Delete(call) => {
                let (answer, effects) = self.turn(|turn| turn.delete()).await?;
                let acknowledged = self.carry_out_and_wait(effects).await.is_none_or(is_known);
                reply::encode(&call, &Routed { answer, acknowledged })
            }
            WebhookCall::Accept(call) => {
                let events = call.events.clone();
                let (answer, effects) = self.turn(|turn| turn.accept(events)).await?;
                self.start(effects);
                reply::encode(&call, &answer)
            }
            WebhookCall::History(call) => {
                reply::encode(&call, &self.turn(|turn| turn.history(&call.query)).await?.0)
            }
            WebhookCall::FindDelivery(call) => {
                reply::encode(&call, &self.turn(|turn| turn.delivery(&call.event_id)).await?.0)
            }
            WebhookCall::Resend(call) => {
                let (answer, effects) = self.turn(|turn| turn.resend(&call.event_id)).await?;
                self.start(effects);
                reply::encode(&call, &answer)
            }
            WebhookCall::Skip(call) => {
                let (answer, effects) = self.turn(|turn| turn.skip(&call.event_id)).await?;
                self.start(effects);
                reply::encode(&call, &answer)
            }
            WebhookCall::Numbers(call) => {
                reply::encode(&call, &self.turn(|turn| turn.stats()).await?.0)
            }
            WebhookCall::Recover(call) => {
                let (answer, effects) =
                    self.turn(|turn| turn.recover(call.missed, call.since)).await?;
                self.start(effects);
                reply::encode(&call, &answer)
            }
            WebhookCall::Progress(call) => {
                reply::encode(&call, &self.turn(|turn| turn.recovery()).await?.0)
            }
            WebhookCall::Touch(call) => {
                let ((), effects) = self.turn(|turn| turn.wake()).await?;
                self.start(effects);
                reply::encode(&call, &())
            }
        }
    }

    async fn create(self: &Rc<Self>, call: Create) -> Result<Created, Fault> {
        let Create { account, id, webhook } = call;
        let ((), effects) =
            self.turn(|turn| turn.create(account, id, webhook.into_inner())).await?;
        match self.carry_out_and_wait(effects).await {
            Some(Acknowledgement::Full) => Ok(Created::Full),
            Some(Acknowledgement::Known) => {
                let (view, _) = self.turn(|turn| turn.view()).await?;
                Ok(view.map_or(Created::Failed, Created::Now))
            }
            Some(Acknowledgement::Failed) | None => Ok(Created::Failed),
        }
    }

    /// One turn: everything that `step` reads and writes is one transaction, the alarm included.
    async fn turn<T>(
        &self,
        step: impl FnOnce(&mut Turn<'_, SqlStore<'_>>) -> Result<T, StoreFault>,
    ) -> Result<(T, Vec<Effect>), Fault> {
        let config = config::config(&self.env)?;
        let armed = alarm::armed(&self.state).await?;
        let now = clock::now();
        let mut adoption = self.adoption.get();
        let entropy = match adoption {
            Adoption::Open => Some(entropy::bytes()?),
            Adoption::Complete => None,
        };
        let (answer, effects, wakeup, locked) = self.sql.transaction(|| {
            let mut store = SqlStore::open(&self.sql)?;
            let mut turn = Turn::new(&mut store, now, &config.rules);
            if let Some(entropy) = entropy {
                adoption = turn.adopt(entropy, &mut || entropy::bytes().ok())?;
            }
            let answer = step(&mut turn)?;
            let wakeup = turn.next_wakeup()?;
            let locked = turn.locked().map(ToString::to_string);
            Ok((answer, turn.into_effects(), wakeup, locked))
        })?;
        alarm::arm(&self.state, armed, wakeup, now).await?;
        self.adoption.set(adoption);
        if let Some(problem) = locked {
            self.log_locked(&problem);
        }
        Ok((answer, effects))
    }

    /// Says which master key is missing; nothing is lost meanwhile.
    fn log_locked(&self, problem: &str) {
        // A webhook that is gone by now waits for nothing.
        let Ok((account, id)) = self.identity() else { return };
        let fields =
            [("account", account.as_str()), ("webhook", id.as_str()), ("problem", problem)];
        log::line(Level::Error, "deliveries_wait", &fields);
    }

    /// Carries out effects beside whatever comes next. The object stays in memory while they last;
    /// what a crash interrupts, a lease or the alarm brings back.
    fn start(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            let inner = Rc::clone(self);
            self.state.wait_until(async move {
                let next = inner.carry_out(effect).await;
                inner.start(next.effects);
            });
        }
    }

    /// Carries out what an answer waits for: all of the roster's part, and a moment of KV's. Says
    /// what the roster said, if it was told something.
    async fn carry_out_and_wait(self: &Rc<Self>, effects: Vec<Effect>) -> Option<Acknowledgement> {
        let is_roster = |effect: &Effect| matches!(effect, Effect::PublishRoster(..));
        let (roster, mut rest): (Vec<_>, Vec<_>) = effects.into_iter().partition(is_roster);
        let mut acknowledgement = None;
        for effect in roster {
            let carried = self.carry_out(effect).await;
            acknowledgement = carried.acknowledgement.or(Some(Acknowledgement::Failed));
            rest.extend(carried.effects);
        }
        let is_kv = |effect: &Effect| matches!(effect, Effect::PublishKv(_, Some(_)));
        let (kv, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_kv);
        self.start(rest);
        self.start_and_wait(kv).await;
        acknowledgement
    }

    /// Carries out effects, and returns when that is done or [`KV_PATIENCE`] is over.
    async fn start_and_wait(self: &Rc<Self>, effects: Vec<Effect>) {
        if effects.is_empty() {
            return;
        }
        let (done, waiting) = futures_channel::oneshot::channel();
        let inner = Rc::clone(self);
        self.state.wait_until(async move {
            let carried = join_all(effects.into_iter().map(|effect| inner.carry_out(effect))).await;
            // Nobody may be waiting any more.
            let _ = done.send(());
            inner.start(carried.into_iter().flat_map(|carried| carried.effects).collect());
        });
        select(waiting, worker::Delay::from(KV_PATIENCE)).await;
    }

    async fn carry_out(&self, effect: Effect) -> Carried {
        let result = match effect {
            Effect::Send(attempt) => self.send(*attempt).await,
            Effect::PublishRoster(version, change) => {
                let answer = self.report(change).await;
                self.published(Place::Roster, version, answer).await
            }
            Effect::PublishKv(version, view) => {
                let answer = self.publish_kv(view.as_deref(), version).await;
                self.published(Place::Kv, version, answer).await
            }
            Effect::Erase => self.erase().await,
        };
        result.unwrap_or_else(|fault| {
            // The lease, or the projection's next time, brings it back.
            log::line(Level::Error, "effect_failed", &[("fault", &fault.to_string())]);
            Carried::default()
        })
    }
}

impl Inner {
    /// Makes one try and settles it.
    async fn send(&self, attempt: Try) -> Result<Carried, Fault> {
        let config = config::config(&self.env)?;
        let outcome = match &attempt.request {
            Ok(request) => courier::send(request, config.rules.timeout).await,
            Err(fault) => Outcome::Failed(*fault),
        };
        let settlement = attempt.settlement(outcome);
        let (settled, effects) = self.turn(|turn| turn.settle(&settlement)).await?;
        log_try(&attempt, &settlement.outcome, settled);
        Ok(Carried { effects, acknowledgement: None })
    }

    async fn report(&self, change: RosterChange) -> Acknowledgement {
        match self.try_report(change).await {
            Ok(Reported::Known) => Acknowledgement::Known,
            Ok(Reported::Full) => Acknowledgement::Full,
            Err(fault) => {
                log::line(Level::Error, "roster_failed", &[("fault", &fault.to_string())]);
                Acknowledgement::Failed
            }
        }
    }

    async fn try_report(&self, change: RosterChange) -> Result<Reported, Fault> {
        let (account, _) = self.identity()?;
        Object::Account(&account).call(&self.env, &Report { change }).await
    }

    async fn publish_kv(&self, view: Option<&WebhookView>, version: Version) -> Acknowledgement {
        match self.try_publish_kv(view, version).await {
            Ok(()) => Acknowledgement::Known,
            Err(fault) => {
                log::line(Level::Error, "kv_failed", &[("fault", &fault.to_string())]);
                Acknowledgement::Failed
            }
        }
    }

    async fn try_publish_kv(
        &self,
        view: Option<&WebhookView>,
        version: Version,
    ) -> Result<(), Fault> {
        let (account, id) = self.identity()?;
        let records = Records::open(&self.env)?;
        match view {
            Some(view) => {
                records
                    .put_webhook(&account, &id, &PublicRecord { version, webhook: view.clone() })
                    .await
            }
            None => records.delete_webhook(&account, &id).await,
        }
    }

    async fn published(
        &self,
        place: Place,
        version: Version,
        answer: Acknowledgement,
    ) -> Result<Carried, Fault> {
        let ((), effects) = self.turn(|turn| turn.published(place, version, answer)).await?;
        Ok(Carried { effects, acknowledgement: Some(answer) })
    }

    /// Empties the storage, the alarm included (compatibility date 2026-02-24 or later).
    async fn erase(&self) -> Result<Carried, Fault> {
        self.state.storage().delete_all().await?;
        Ok(Carried::default())
    }

    /// Whose webhook this is, and which: the object's record says so.
    fn identity(&self) -> Result<(AccountId, WebhookId), Fault> {
        let record = SqlStore::open(&self.sql)?.record()?;
        let record = record.ok_or_else(|| Fault::Object("the webhook is gone".to_owned()))?;
        Ok((record.account, record.id))
    }
}

fn is_known(acknowledgement: Acknowledgement) -> bool {
    acknowledgement == Acknowledgement::Known
}

fn log_try(attempt: &Try, outcome: &Outcome, settled: Settled) {
    let came_back = match outcome {
        Outcome::Answered(answer) => answer.status.to_string(),
        Outcome::Failed(fault) => fault.to_string(),
    };
    let became = match settled {
        Settled::Delivered => "delivered".to_owned(),
        Settled::Retried { due } => format!("retried at {}", due.as_ms()),
        Settled::Deactivated(reason) => format!("webhook deactivated: {reason:?}"),
        Settled::Ignored => "ignored".to_owned(),
    };
    log::line(
        Level::Info,
        "try",
        &[
            ("event_id", attempt.event_id.as_str()),
            ("try", &attempt.number.to_string()),
            ("outcome", &came_back),
            ("became", &became),
        ],
    );
}
