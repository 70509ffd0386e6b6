//! The net under the net: a cron trigger touches every webhook's object in turn, and those of their
//! accounts, so an alarm that the platform lost is armed again.

use std::collections::BTreeSet;

use domain::base::{AccountId, WebhookId};
use domain::rpc::{RunMaintenance, Wake};
use futures_util::{StreamExt, stream};
use worker::Env;

use crate::runtime::internal_error::InternalError;
use crate::runtime::kv::{Records, WebhookKeys};
use crate::runtime::log;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;

/// How many webhooks one run touches: with their accounts well within the 1,000 calls that an
/// invocation may make.
const SLICE: u64 = 400;

/// How many are touched at a time.
const TOUCHES_AT_ONCE: usize = 5;

/// Touches the next slice of webhooks.
pub(crate) async fn sweep(env: &Env) -> Result<(), InternalError> {
    let records = Records::open(env)?;
    let slice = next_slice(&records).await?;
    let accounts: BTreeSet<AccountId> =
        slice.keys.iter().map(|(account, _)| account.clone()).collect();
    let touch = |(account, id)| touch(env, account, id);
    stream::iter(slice.keys).map(touch).buffer_unordered(TOUCHES_AT_ONCE).collect::<()>().await;
    let tend = |account| tend(env, account);
    stream::iter(accounts).map(tend).buffer_unordered(TOUCHES_AT_ONCE).collect::<()>().await;
    records.put_sweep_cursor(slice.cursor.as_deref()).await
}

/// Where the last one ended. A place that KV does not know any more would stop the sweep for ever,
/// so then it begins again.
async fn next_slice(records: &Records) -> Result<WebhookKeys, InternalError> {
    let cursor = records.sweep_cursor().await?;
    let is_start = cursor.is_none();
    match records.webhook_keys(cursor, SLICE).await {
        Err(fault) if !is_start => {
            log::line(Level::Error, "sweep_restarted", &[("fault", &fault.to_string())]);
            records.webhook_keys(None, SLICE).await
        }
        slice => slice,
    }
}

async fn touch(env: &Env, account: AccountId, id: WebhookId) {
    if let Err(fault) = Object::Webhook(&account, &id).call(env, &Wake {}).await {
        let fields = [("webhook_id", id.as_str()), ("fault", &fault.to_string())];
        log::line(Level::Error, "wake_failed", &fields);
    }
}

async fn tend(env: &Env, account: AccountId) {
    if let Err(fault) = Object::Account(&account).call(env, &RunMaintenance {}).await {
        let fields = [("account", account.as_str()), ("fault", &fault.to_string())];
        log::line(Level::Error, "maintenance_failed", &fields);
    }
}
