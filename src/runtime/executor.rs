//! The executor: polls each task inside the call that completes what the task waits for.
//!
//! The executor of `js_sys` polls each future in a separate microtask and makes the runtime create
//! two functions and a promise for each await, of which an event has many (docs/DECISIONS.md has
//! the cost). Here the operations of [`super::io`] call into the module when they complete, and all
//! tasks that they wake are polled before that call returns. Tasks that are woken in any other way
//! are polled in a microtask.
//!
//! A task waits only for operations of its own request or object, so it is never polled in the
//! context of another.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{self, Poll, Wake, Waker};

use futures_util::future::{FutureExt, LocalBoxFuture};
use futures_util::stream::{FuturesUnordered, StreamExt};
use worker::js_sys::Promise;
use worker::js_sys::futures::spawn_local;
use worker::wasm_bindgen::JsValue;
use worker::{Context, State};

use super::bindings::{self, Deferred};

type Task = LocalBoxFuture<'static, ()>;

thread_local! {
    static TASKS: RefCell<FuturesUnordered<Task>> = RefCell::default();
    /// Tasks that are not yet among `TASKS`, which is borrowed while a task is polled.
    static SPAWNED: RefCell<Vec<Task>> = const { RefCell::new(Vec::new()) };
    static WAKER: Waker = Arc::new(PollTasks).into();
    static IS_WOKEN: Cell<bool> = const { Cell::new(false) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// The waker of all tasks: schedules a poll of those that were woken.
struct PollTasks;

impl Wake for PollTasks {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        poll_soon();
    }
}

fn poll_soon() {
    IS_WOKEN.set(true);
    if !IS_RUNNING.get() {
        // The waker may be called in the middle of other work, so the task is polled in a
        // microtask.
        spawn_local(async { enter(|| {}) });
    }
}

/// Starts a task. It is first polled before the current call into the module returns, or in the
/// next microtask.
fn spawn(future: impl Future<Output = ()> + 'static) {
    SPAWNED.with_borrow_mut(|spawned| spawned.push(future.boxed_local()));
    poll_soon();
}

/// The context of an invocation (Workers, Context; Durable Objects, State).
pub(crate) trait InvocationContext {
    /// Keeps the invocation alive, past its response, until `over` settles. Fails only if `over` is
    /// not a promise.
    fn wait_until(&self, over: &Promise) -> Result<(), JsValue>;

    /// Returns the JavaScript object.
    fn to_js(&self) -> JsValue;
}

impl InvocationContext for Context {
    fn wait_until(&self, over: &Promise) -> Result<(), JsValue> {
        self.as_ref().wait_until(over)
    }

    fn to_js(&self) -> JsValue {
        self.as_ref().into()
    }
}

impl InvocationContext for State {
    fn wait_until(&self, over: &Promise) -> Result<(), JsValue> {
        self.as_raw().wait_until(over)
    }

    fn to_js(&self) -> JsValue {
        self.as_raw().into()
    }
}

/// Keeps an invocation alive until it is dropped.
pub(crate) struct KeepAlive(Deferred);

impl Drop for KeepAlive {
    fn drop(&mut self) {
        self.0.resolve(&JsValue::UNDEFINED);
    }
}

/// Keeps the invocation of `context` alive until the last clone of the result is dropped.
pub(crate) fn keep_alive(context: &impl InvocationContext) -> Rc<KeepAlive> {
    let over = bindings::deferred();
    let _ = context.wait_until(&over.promise());
    Rc::new(KeepAlive(over))
}

/// The invocation of an HTTP request. Everything that outlives the response shares one promise for
/// `waitUntil`.
pub(crate) struct Request {
    context: Context,
    keep_alive: RefCell<Weak<KeepAlive>>,
}

impl Request {
    pub(crate) fn new(context: Context) -> Self {
        Self { context, keep_alive: RefCell::default() }
    }

    /// Returns the JavaScript object of its context.
    pub(crate) fn context(&self) -> JsValue {
        self.context.to_js()
    }

    /// Keeps the invocation alive, even after its response, until the last clone of the result is
    /// dropped.
    pub(crate) fn keep_alive(&self) -> Rc<KeepAlive> {
        let kept = self.keep_alive.borrow().upgrade();
        kept.unwrap_or_else(|| {
            let kept = keep_alive(&self.context);
            self.keep_alive.replace(Rc::downgrade(&kept));
            kept
        })
    }
}

/// Starts a task and keeps its invocation alive until the task ends.
pub(crate) fn spawn_background(
    keep_alive: Rc<KeepAlive>,
    future: impl Future<Output = ()> + 'static,
) {
    spawn(async move {
        future.await;
        drop(keep_alive);
    });
}

/// Runs `run`, then polls all tasks that have been woken. A nested call leaves the polling to the
/// outer call.
pub(crate) fn enter<T>(run: impl FnOnce() -> T) -> T {
    let Some(_running) = Running::begin() else { return run() };
    let result = run();
    WAKER.with(|waker| poll_tasks(&mut task::Context::from_waker(waker)));
    result
}

fn poll_tasks(context: &mut task::Context<'_>) {
    TASKS.with_borrow_mut(|tasks| {
        loop {
            IS_WOKEN.set(false);
            tasks.extend(SPAWNED.take());
            match tasks.poll_next_unpin(context) {
                Poll::Ready(Some(())) => {}
                // A task may have been woken or spawned meanwhile.
                Poll::Ready(None) | Poll::Pending if IS_WOKEN.get() => {}
                Poll::Ready(None) | Poll::Pending => return,
            }
        }
    });
}

/// Marks that tasks are being polled, until it is dropped.
struct Running;

impl Running {
    fn begin() -> Option<Self> {
        // `then_some` would construct a `Running` in both cases, and dropping it would end the
        // outer run.
        if IS_RUNNING.replace(true) { None } else { Some(Self) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        IS_RUNNING.set(false);
    }
}

/// The answer to a call from JavaScript.
enum Answer {
    Awaited,
    Ready(JsValue),
    Promised(Deferred),
}

/// Runs `future` as a task. Returns its value if it completes without waiting, otherwise a promise
/// of the value.
pub(crate) fn answer(future: impl Future<Output = JsValue> + 'static) -> JsValue {
    let answer = Rc::new(RefCell::new(Answer::Awaited));
    let shared = Rc::clone(&answer);
    enter(|| {
        spawn(async move {
            let value = future.await;
            match shared.replace(Answer::Awaited) {
                Answer::Promised(deferred) => deferred.resolve(&value),
                Answer::Awaited | Answer::Ready(_) => drop(shared.replace(Answer::Ready(value))),
            }
        });
    });
    match answer.replace(Answer::Awaited) {
        Answer::Ready(value) => value,
        Answer::Awaited | Answer::Promised(_) => {
            let deferred = bindings::deferred();
            let promise = deferred.promise();
            answer.replace(Answer::Promised(deferred));
            promise.into()
        }
    }
}
