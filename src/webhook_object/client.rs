//! The client of a listener: its connection, and the deliveries whose answers it owes.
//!
//! What is owed is only in memory. The object stays there while a courier waits for an answer, and
//! if it is lost, the courier sees a broken connection.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use domain::base::{LISTENER_FRAME_CHARS_MAX, LISTENER_SILENT_MAX, Timestamp};
use domain::delivery::{
    ClientFrame, Fault, FrameError, ListenerAnswer, ListenerOrder, ListenerReply, NoAnswer,
    cancel_frame,
};
use worker::State;
use worker::wasm_bindgen::JsValue;

use crate::runtime::bindings::Release;
use crate::runtime::executor::InvocationContext as _;
use crate::runtime::{bindings, clock, io};

/// Why the dispatcher closes a connection: the WebSocket close code and the reason.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Close {
    /// The webhook was deleted.
    Deleted,
    /// The client broke the protocol.
    BadFrame(FrameError),
}

/// The reply to a delivery; `None` until it comes.
type Slot = Rc<RefCell<Option<ListenerReply>>>;

/// The client of a listener.
pub(crate) struct Client {
    context: JsValue,
    is_connected: Cell<bool>,
    /// The deliveries that wait for a reply, by id.
    owed: RefCell<HashMap<String, (Slot, Release)>>,
    /// What the ids of this instance of the object begin with. A connection may outlive the
    /// instance, and ids are unique in it.
    prefix: String,
    count: Cell<u64>,
}

impl Client {
    pub(crate) fn new(state: &State) -> Self {
        let context = state.to_js();
        Self {
            is_connected: Cell::new(bindings::is_connected(&context)),
            context,
            owed: RefCell::default(),
            prefix: format!("{:x}", clock::now().as_ms()),
            count: Cell::new(0),
        }
    }

    /// Whether it is connected.
    pub(crate) fn is_connected(&self) -> bool {
        self.is_connected.get()
    }

    /// Accepts a connection in place of the one before, and returns the response. Fails only if the
    /// request is none for a WebSocket.
    pub(crate) fn accept(&self, ready: &str) -> Result<JsValue, JsValue> {
        self.give_up();
        let response = bindings::accept_client(&self.context, ready);
        self.is_connected.set(bindings::is_connected(&self.context));
        response
    }

    /// Looks whether it is still connected, after one of its connections has ended. If not, what it
    /// owes has failed.
    pub(crate) fn check(&self) {
        self.is_connected.set(bindings::is_connected(&self.context));
        if !self.is_connected.get() {
            self.give_up();
        }
    }

    /// Closes a connection over which nothing has come for [`LISTENER_SILENT_MAX`]: its client may
    /// be gone without a word.
    pub(crate) fn close_if_silent(&self, now: Timestamp) {
        if self.is_connected.get() {
            let since = now.minus(LISTENER_SILENT_MAX);
            bindings::close_if_silent(&self.context, clock::to_js(since));
            self.check();
        }
    }

    /// Closes the connection.
    pub(crate) fn close(&self, close: Close) {
        match close {
            Close::Deleted => {
                bindings::close_client(&self.context, 4_001, "the webhook was deleted");
            }
            Close::BadFrame(error) => {
                bindings::close_client(&self.context, 4_002, &error.to_string());
            }
        }
        self.check();
    }

    /// Passes a delivery on and waits for the answer.
    pub(crate) async fn deliver(&self, order: &ListenerOrder) -> Result<ListenerAnswer, NoAnswer> {
        let broken = NoAnswer::Fault(Fault::Reset);
        let count = self.count.get().wrapping_add(1);
        self.count.set(count);
        let id = format!("{}.{count}", self.prefix);
        let slot = Slot::default();
        let answered = io::hold(order.timeout, |release| {
            if bindings::send_to_client(&self.context, &order.frame(&id)) {
                self.owed.borrow_mut().insert(id.clone(), (Rc::clone(&slot), release));
            } else {
                release.call();
            }
        });
        if !answered.await {
            self.owed.borrow_mut().remove(&id);
            bindings::send_to_client(&self.context, &cancel_frame(&id));
            return Err(NoAnswer::Timeout);
        }
        match slot.take() {
            Some(ListenerReply::Answer(answer)) => Ok(answer),
            Some(ListenerReply::Failure(fault)) => Err(NoAnswer::Fault(fault)),
            None => Err(broken),
        }
    }

    /// Reads a message. A reply goes to the delivery that waits for it, if one still does. Returns
    /// whether the client is done.
    pub(crate) fn hear(&self, socket: &JsValue, message: &JsValue) -> Result<bool, FrameError> {
        let chars_max = u32::try_from(LISTENER_FRAME_CHARS_MAX).unwrap_or(u32::MAX);
        let text = bindings::message_of(socket, message, chars_max);
        if text.is_null() {
            return Ok(false); // It is from a client that was replaced.
        }
        let Some(text) = text.as_string() else {
            let is_text = message.is_string();
            return Err(if is_text { FrameError::TooLong } else { FrameError::NotText });
        };
        match ClientFrame::parse(&text)? {
            ClientFrame::End => Ok(true),
            ClientFrame::Reply(id, reply) => {
                let owed = self.owed.borrow_mut().remove(&id);
                if let Some((slot, release)) = owed {
                    slot.replace(Some(reply));
                    release.call();
                }
                Ok(false)
            }
        }
    }

    /// Ends the wait for everything that is owed.
    fn give_up(&self) {
        let owed: Vec<_> = self.owed.borrow_mut().drain().collect();
        for (_, (_, release)) in owed {
            release.call();
        }
    }
}
