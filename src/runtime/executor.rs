//! Tasks: futures that go on where what they wait for comes in.
//!
//! The executor that comes with `js_sys` polls a future in a microtask of its own, and has the
//! runtime make two functions and a promise for each await, of which an event has many
//! (docs/DECISIONS.md has what that cost). Here the operations of [`super::io`] call the module
//! when they are over, and before that call returns every task has been polled that it woke. What
//! wakes a task from elsewhere has them polled in a microtask.
//!
//! All that waits together waits for one request or in one object, so a task is never polled in
//! the context of another.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{self, Wake, Waker};

use slab::Slab;
use worker::js_sys::Promise;
use worker::js_sys::futures::spawn_local;
use worker::wasm_bindgen::JsValue;
use worker::{Context, State};

use super::bindings::{self, Deferred};

thread_local! {
    static TASKS: RefCell<Slab<Task>> = const { RefCell::new(Slab::new()) };
    static WOKEN: RefCell<VecDeque<usize>> = const { RefCell::new(VecDeque::new()) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

struct Task {
    /// Nothing while it is polled.
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    waker: Waker,
}

/// Wakes the task at a place. That may be another one by then, to whom it does no harm.
struct Place(usize);

impl Wake for Place {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        wake(self.0);
    }
}

fn wake(place: usize) {
    WOKEN.with_borrow_mut(|woken| woken.push_back(place));
    if !IS_RUNNING.get() {
        // Whoever wakes it may be in the middle of something.
        spawn_local(async { enter(|| {}) });
    }
}

/// Begins a task. It is polled before the module is left, or in the next microtask.
fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    let place = TASKS.with_borrow_mut(|tasks| {
        let entry = tasks.vacant_entry();
        let place = entry.key();
        entry.insert(Task { future: Some(future), waker: Arc::new(Place(place)).into() });
        place
    });
    wake(place);
}

/// What is told that something goes on after the answer (Workers and Durable Objects, `waitUntil`).
pub(crate) trait WaitUntil {
    /// Tells it. It fails only for what is no promise.
    fn wait_until(&self, over: &Promise) -> Result<(), JsValue>;
}

impl WaitUntil for Context {
    fn wait_until(&self, over: &Promise) -> Result<(), JsValue> {
        self.as_ref().wait_until(over)
    }
}

impl WaitUntil for State {
    fn wait_until(&self, over: &Promise) -> Result<(), JsValue> {
        self.as_raw().wait_until(over)
    }
}

/// That the runtime waits for something: until the last clone of this is dropped.
pub(crate) struct Kept(Deferred);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.resolve(&JsValue::UNDEFINED);
    }
}

/// Has the runtime wait.
pub(crate) fn keep(context: &impl WaitUntil) -> Rc<Kept> {
    let over = bindings::deferred();
    let _ = context.wait_until(&over.promise());
    Rc::new(Kept(over))
}

/// A request. It goes on as long as anything has to be done for it, and the runtime is told of all
/// that by one promise.
pub(crate) struct Request {
    context: Context,
    kept: RefCell<Weak<Kept>>,
}

impl Request {
    pub(crate) fn new(context: Context) -> Self {
        Self { context, kept: RefCell::default() }
    }

    /// Has the runtime wait, answered or not.
    pub(crate) fn keep(&self) -> Rc<Kept> {
        let kept = self.kept.borrow().upgrade();
        kept.unwrap_or_else(|| {
            let kept = keep(&self.context);
            self.kept.replace(Rc::downgrade(&kept));
            kept
        })
    }
}

/// Begins a task that the runtime waits for.
pub(crate) fn spawn_beside(kept: Rc<Kept>, future: impl Future<Output = ()> + 'static) {
    spawn(async move {
        future.await;
        drop(kept);
    });
}

/// Takes in what comes from outside, and polls whatever that wakes.
pub(crate) fn enter<T>(come_in: impl FnOnce() -> T) -> T {
    let Some(_running) = Running::begin() else { return come_in() };
    let taken_in = come_in();
    while let Some(place) = WOKEN.with_borrow_mut(VecDeque::pop_front) {
        poll(place);
    }
    taken_in
}

/// That tasks are being polled, until this is dropped.
struct Running;

impl Running {
    fn begin() -> Option<Self> {
        // Not `then_some`: the one that it would drop would end the other's run.
        if IS_RUNNING.replace(true) { None } else { Some(Self) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        IS_RUNNING.set(false);
    }
}

fn poll(place: usize) {
    let task = TASKS.with_borrow_mut(|tasks| {
        let task = tasks.get_mut(place)?;
        Some((task.future.take()?, task.waker.clone()))
    });
    let Some((mut future, waker)) = task else { return };
    let is_over = future.as_mut().poll(&mut task::Context::from_waker(&waker)).is_ready();
    TASKS.with_borrow_mut(|tasks| {
        if is_over {
            tasks.remove(place);
        } else if let Some(task) = tasks.get_mut(place) {
            task.future = Some(future);
        }
    });
}

/// What a caller of the module is answered.
enum Answer {
    Awaited,
    Ready(JsValue),
    Promised(Deferred),
}

/// Begins a task on behalf of whoever has called the module: its value, if it has one by the time
/// that it waits for something, else a promise of it.
pub(crate) fn answer(future: impl Future<Output = JsValue> + 'static) -> JsValue {
    let answer = Rc::new(RefCell::new(Answer::Awaited));
    let told = Rc::clone(&answer);
    enter(|| {
        spawn(async move {
            let value = future.await;
            match told.replace(Answer::Awaited) {
                Answer::Promised(deferred) => deferred.resolve(&value),
                Answer::Awaited | Answer::Ready(_) => drop(told.replace(Answer::Ready(value))),
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
