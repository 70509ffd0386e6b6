//! Keeps the directory of accounts in KV: which accounts there are, and when each last published.

use std::cell::RefCell;

use domain::account::{DirectoryEntry, NotedAccounts};
use domain::base::AccountId;
use worker::Env;

use crate::runtime::executor::Request;
use crate::runtime::internal_error::InternalError;
use crate::runtime::kv::Records;
use crate::runtime::log::Level;
use crate::runtime::{clock, executor, log};

thread_local! {
    static NOTED: RefCell<NotedAccounts> = RefCell::default();
}

/// Stores in the background that an account published an event, unless an event within the last
/// hour is already stored.
pub(crate) fn note_event(request: &Request, env: &Env, account: &AccountId) {
    let now = clock::now();
    if NOTED.with_borrow_mut(|noted| noted.is_due(account, now)) {
        let step = move |stored| DirectoryEntry::with_event(stored, now);
        note(request, env, account, step);
    }
}

/// Stores in the background that an account has a key or a webhook.
pub(crate) fn note_use(request: &Request, env: &Env, account: &AccountId) {
    note(request, env, account, DirectoryEntry::of_used);
}

fn note(
    request: &Request,
    env: &Env,
    account: &AccountId,
    step: impl Fn(Option<DirectoryEntry>) -> Option<DirectoryEntry> + 'static,
) {
    let (env, account) = (env.clone(), account.clone());
    executor::spawn_background(request.keep_alive(), async move {
        if let Err(error) = change(&env, &account, step).await {
            let fields = [("account", account.as_str()), ("error", &error.to_string())];
            log::line(Level::Error, "directory_failed", &fields);
        }
    });
}

/// Reads the record of an account, and writes the one that `step` makes of it.
async fn change(
    env: &Env,
    account: &AccountId,
    step: impl Fn(Option<DirectoryEntry>) -> Option<DirectoryEntry>,
) -> Result<(), InternalError> {
    let records = Records::open(env)?;
    match step(records.account(account).await?) {
        Some(entry) => records.put_account(account, entry).await,
        None => Ok(()),
    }
}

/// Adds accounts that have webhooks and no record, as those of an earlier release.
pub(crate) async fn add_missing(
    records: &Records,
    accounts: impl Iterator<Item = &AccountId>,
) -> Result<(), InternalError> {
    let listed = records.accounts().await?;
    for account in accounts {
        let stored = listed.iter().find(|(known, _)| known == account).map(|(_, entry)| *entry);
        if let Some(entry) = DirectoryEntry::of_used(stored) {
            records.put_account(account, entry).await?;
        }
    }
    Ok(())
}
