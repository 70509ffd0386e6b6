//! Starts couriers, through the loopback binding of the Worker (`ctx.exports.Courier`, Workers,
//! Context). It needs no configuration. What it does in production was not to be tried locally, so
//! an isolate remembers when it could not start a courier, and does without for a while.

use std::cell::Cell;

use domain::base::{COURIER_RETRY_DELAY, Timestamp};
use worker::wasm_bindgen::JsValue;

use crate::runtime::log::Level;
use crate::runtime::{clock, io, log};

thread_local! {
    /// When the last courier could not be started.
    static FAILED_AT: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// Whether couriers can be started, as far as this isolate knows.
pub(crate) fn are_available() -> bool {
    FAILED_AT.get().is_none_or(|failed_at| clock::now().since(failed_at) > COURIER_RETRY_DELAY)
}

/// Starts a courier with the attempts in `order`, in the invocation of `context`. Returns whether
/// it has taken them.
pub(super) async fn start(context: &JsValue, order: &str) -> bool {
    match io::start_courier(context, order).await {
        Ok(()) => true,
        Err(error) => {
            FAILED_AT.set(Some(clock::now()));
            log::line(Level::Error, "courier_failed", &[("error", &error)]);
            false
        }
    }
}
