//! The sweep, run by a cron trigger: calls every Webhook object in turn, and the Account objects of
//! their accounts. An object that is called sets its alarm again if the platform lost it.

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

/// The number of webhooks that one run calls. With their accounts this is well within the 1,000
/// calls that an invocation may make.
const SLICE: u64 = 400;

/// The number of objects called at a time.
const TOUCHES_AT_ONCE: usize = 5;

/// Calls the objects of the next [`SLICE`] webhooks, then those of their accounts.
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

/// Lists the webhooks after those of the last run. If KV rejects the stored cursor, the sweep
/// starts over, because it could not continue otherwise.
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
