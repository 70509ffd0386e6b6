//! The net under the net: a cron trigger touches every webhook's object in turn, so an alarm that
//! the platform lost is armed again.

use futures_util::{StreamExt, stream};
use worker::Env;

use super::fault::Fault;
use super::log::{self, Level};
use super::objects::Object;
use super::records::Records;
use crate::domain::command::Touch;

/// How many webhooks one run touches: well within the 1,000 calls that an invocation may make.
const SLICE: u64 = 500;

/// How many are touched at a time.
const TOUCHES_AT_ONCE: usize = 5;

/// Touches the next slice of webhooks.
pub(crate) async fn sweep(env: &Env) -> Result<(), Fault> {
    let records = Records::open(env)?;
    let slice = records.webhook_keys(records.sweep_cursor().await?, SLICE).await?;
    let touch = |(account, id)| async move {
        if let Err(fault) = Object::Webhook(&account, &id).call(env, &Touch {}).await {
            let fault = fault.to_string();
            log::line(
                Level::Error,
                "touch_failed",
                &[("webhook_id", id.as_str()), ("fault", &fault)],
            );
        }
    };
    stream::iter(slice.keys).map(touch).buffer_unordered(TOUCHES_AT_ONCE).collect::<()>().await;
    records.put_sweep_cursor(slice.cursor.as_deref()).await
}
