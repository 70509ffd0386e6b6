//! What comes to the object of a listener besides calls: its client's connection, what the client
//! says, and deliveries, which couriers fetch from the object as from any receiver.

use std::rc::Rc;

use domain::base::LISTENER_ORDER_BYTES_MAX;
use domain::delivery::{Fault, ListenerAnswer, ListenerOrder, NoAnswer};
use worker::wasm_bindgen::JsValue;
use worker::web_sys::Request;

use super::client::Close;
use super::state::Inner;
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::{bindings, io, log};

/// The headers of `io.js`: the first frame of a connection, and why there is no answer.
const READY: &str = "listener-ready";
const NO_ANSWER: &str = "listener-no-answer";

impl Inner {
    /// Answers a request: the connection of a client, or a delivery.
    pub(crate) async fn answer_request(
        self: &Rc<Self>,
        request: Request,
    ) -> Result<JsValue, InternalError> {
        match request.headers().get(READY).ok().flatten() {
            Some(ready) => self.connect(&ready).await,
            None => self.deliver(&request).await,
        }
    }

    /// Accepts the client of a listener. Deliveries that are due are attempted by the alarm, which
    /// this sets.
    async fn connect(self: &Rc<Self>, ready: &str) -> Result<JsValue, InternalError> {
        let (is_listener, effects) =
            self.transact(|transaction| transaction.begin_connection()).await?;
        self.start(effects);
        if !is_listener {
            return Ok(bindings::response(404, "", None));
        }
        let response = self.client.accept(ready);
        let response = response.map_err(|error| InternalError::Runtime(format!("{error:?}")))?;
        self.log("listener_connected", &[]);
        if let Err(error) = self.note_connection().await {
            log::line(Level::Error, "listener_failed", &[("error", &error.to_string())]);
        }
        Ok(response)
    }

    /// Stores that the client has connected or disconnected. Closes the connection if the webhook
    /// was deleted meanwhile.
    async fn note_connection(self: &Rc<Self>) -> Result<(), InternalError> {
        let (is_listener, effects) =
            self.transact(|transaction| transaction.connection_changed()).await?;
        self.start(effects);
        if !is_listener {
            self.client.close(Close::Deleted);
        }
        Ok(())
    }

    /// Passes a delivery on to the client, and answers with its answer.
    async fn deliver(self: &Rc<Self>, request: &Request) -> Result<JsValue, InternalError> {
        let body = io::body(request, LISTENER_ORDER_BYTES_MAX).await?.unwrap_or_default();
        let order = core::str::from_utf8(&body).ok().and_then(ListenerOrder::decode);
        let answer = match order {
            Some(order) => self.client.deliver(&order).await,
            None => Err(NoAnswer::Fault(Fault::Reset)),
        };
        Ok(match answer {
            Ok(ListenerAnswer { status, headers, body }) => {
                let mut head = String::new();
                for (name, value) in headers {
                    io::push_line(&mut head, name);
                    io::push_line(&mut head, &value);
                }
                bindings::response(status, &head, body.as_deref())
            }
            Err(reason) => {
                bindings::response(200, &format!("{NO_ANSWER}\n{}", reason.as_str()), None)
            }
        })
    }

    /// Does what a message of the client asks for.
    pub(crate) async fn hear(
        self: &Rc<Self>,
        socket: JsValue,
        message: JsValue,
    ) -> Result<(), InternalError> {
        match self.client.hear(&socket, &message) {
            Ok(false) => {}
            Ok(true) => {
                let (_, effects) = self.transact(|transaction| transaction.end_listener()).await?;
                self.start(effects);
            }
            Err(error) => {
                self.log("listener_frame_refused", &[("error", &error.to_string())]);
                self.client.close(Close::BadFrame(error));
                self.note_connection().await?;
            }
        }
        Ok(())
    }

    /// Notes that a connection has ended, which may be one that was replaced.
    pub(crate) async fn end_connection(
        self: &Rc<Self>,
        socket: JsValue,
    ) -> Result<(), InternalError> {
        bindings::answer_close(&socket);
        self.client.check();
        if !self.client.is_connected() {
            self.log("listener_disconnected", &[]);
            self.note_connection().await?;
        }
        Ok(())
    }

    fn log(&self, event: &str, more: &[(&str, &str)]) {
        // The storage of a deleted webhook may be gone.
        let Ok((account, id)) = self.identity() else { return };
        let mut fields = vec![("account", account.as_str()), ("webhook_id", id.as_str())];
        fields.extend(more);
        log::line(Level::Info, event, &fields);
    }
}
