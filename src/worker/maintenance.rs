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
use crate::worker::directory;

/// The number of webhooks that one run calls. With their accounts this is well within the 1,000
/// calls that an invocation may make.
const SLICE: u64 = 400;

/// The number of objects called at a time.
const OBJECTS_AT_ONCE: usize = 5;

/// Calls the objects of the next [`SLICE`] webhooks, then those of their accounts. Also adds these
/// accounts to the directory if they are missing there.
pub(crate) async fn sweep(env: &Env) -> Result<(), InternalError> {
    let records = Records::open(env)?;
    let slice = next_slice(&records).await?;
    let accounts: BTreeSet<AccountId> =
        slice.keys.iter().map(|(account, _)| account.clone()).collect();
    let wake_webhook = |(account, id)| wake_webhook(env, account, id);
    stream::iter(slice.keys)
        .map(wake_webhook)
        .buffer_unordered(OBJECTS_AT_ONCE)
        .collect::<()>()
        .await;
    if let Err(error) = directory::add_missing(&records, accounts.iter()).await {
        log::line(Level::Error, "directory_failed", &[("error", &error.to_string())]);
    }
    let maintain_account = |account| maintain_account(env, account);
    stream::iter(accounts)
        .map(maintain_account)
        .buffer_unordered(OBJECTS_AT_ONCE)
        .collect::<()>()
        .await;
    records.put_sweep_cursor(slice.cursor.as_deref()).await
}

/// Lists the webhooks after those of the last run. If KV rejects the stored cursor, the sweep
/// starts over, because it could not continue otherwise.
async fn next_slice(records: &Records) -> Result<WebhookKeys, InternalError> {
    let cursor = records.sweep_cursor().await?;
    let is_start = cursor.is_none();
    match records.webhook_keys(cursor, SLICE).await {
        Err(error) if !is_start => {
            log::line(Level::Error, "sweep_restarted", &[("error", &error.to_string())]);
            records.webhook_keys(None, SLICE).await
        }
        slice => slice,
    }
}

async fn wake_webhook(env: &Env, account: AccountId, id: WebhookId) {
    if let Err(error) = Object::Webhook(&account, &id).call(env, &Wake {}).await {
        let fields = [("webhook_id", id.as_str()), ("error", &error.to_string())];
        log::line(Level::Error, "wake_failed", &fields);
    }
}

async fn maintain_account(env: &Env, account: AccountId) {
    if let Err(error) = Object::Account(&account).call(env, &RunMaintenance {}).await {
        let fields = [("account", account.as_str()), ("error", &error.to_string())];
        log::line(Level::Error, "maintenance_failed", &fields);
    }
}
