//! The steps of the deletion of an account's data.

use domain::account::{AccountState, Action, DeletionView, DirectoryEntry, Erasure, Step};
use domain::base::{AccountId, WebhookId};
use domain::rpc::{DeleteAccount, Erase, RoutingStatesView};
use futures_util::{StreamExt, stream};

use super::state::{CachedState, Inner};
use super::{audit, tables};
use crate::runtime::internal_error::InternalError;
use crate::runtime::kv::Records;
use crate::runtime::log::Level;
use crate::runtime::object_client::{CALLS_AT_ONCE, Object};
use crate::runtime::{alarm, clock, config, log};

/// Most records of webhooks that one step deletes. Together with the calls that find them, this is
/// well below the 1,000 calls that one invocation may make.
const WEBHOOK_RECORDS_AT_ONCE: usize = 400;

/// Most API keys, of all accounts, that one step reads. Each has two records at most.
const KEYS_AT_ONCE: u64 = 200;

impl Inner {
    pub(crate) fn account_state(&self) -> Result<AccountState, InternalError> {
        let is_used = tables::are_any(&self.sql)?;
        self.with_state(|state| AccountState {
            disabled: state.suspension.is_disabled(),
            is_used,
            webhooks: state.roster.ids().count(),
            stored_bytes: self.sql.size(),
            deletion: state
                .erasure
                .as_ref()
                .map(|erasure| DeletionView::new(erasure, state.roster.known_ids().count())),
        })
    }

    pub(crate) fn routing_states(&self) -> Result<RoutingStatesView, InternalError> {
        let is_used = tables::are_any(&self.sql)?;
        self.with_state(|state| RoutingStatesView {
            disabled: state.suspension.is_disabled(),
            webhooks: state.roster.routing_states(),
            removed: state.roster.removed(),
            is_used,
            listeners: state.roster.listeners().cloned().collect(),
        })
    }

    /// Begins the deletion of the account's data, unless it is in progress.
    pub(crate) async fn delete(&self, call: &DeleteAccount) -> Result<AccountState, InternalError> {
        let armed = alarm::armed(&self.state).await?;
        if !self.is_closed()? {
            let now = clock::now();
            let erasure = Erasure::begin(now);
            self.write(|sql| {
                tables::put_erasure(sql, &call.account, erasure.record())?;
                audit::put(sql, now, call.by.clone(), Action::AccountDeleted)
            })?;
            self.with_state(|state| state.erasure = Some(erasure))?;
            self.set_alarm(armed, now).await?;
        }
        self.account_state()
    }

    /// Runs the next step of the erasure, if one is in progress.
    pub(crate) async fn continue_erasure(&self) -> Result<(), InternalError> {
        let Some((account, _)) = tables::erasure_row(&self.sql)? else { return Ok(()) };
        let now = clock::now();
        let step = self.with_state(|state| {
            let CachedState { erasure, roster, .. } = state;
            erasure.as_ref().map_or(Step::Wait, |erasure| erasure.step(roster.known_ids(), now))
        })?;
        match step {
            Step::Wait => Ok(()),
            Step::Webhooks(contacted) => self.erase_webhooks(&account, &contacted).await,
            Step::Records(cursor) => self.erase_records(&account, cursor).await,
        }
    }

    /// Calls some webhooks' objects, which erase themselves, and forgets the webhooks that are
    /// gone.
    async fn erase_webhooks(
        &self,
        account: &AccountId,
        contacted: &[WebhookId],
    ) -> Result<(), InternalError> {
        let answers: Vec<(&WebhookId, bool)> = stream::iter(contacted)
            .map(|id| async move {
                match Object::Webhook(account, id).call(&self.env, &Erase {}).await {
                    Ok(is_gone) => Some((id, is_gone)),
                    Err(error) => {
                        let fields = [("webhook_id", id.as_str()), ("error", &error.to_string())];
                        log::line(Level::Error, "erase_failed", &fields);
                        None
                    }
                }
            })
            .buffer_unordered(CALLS_AT_ONCE)
            .filter_map(core::future::ready)
            .collect()
            .await;
        let gone: Vec<_> = answers.iter().filter(|(_, is_gone)| *is_gone).collect();
        let armed = alarm::armed(&self.state).await?;
        let now = clock::now();
        self.write(|sql| gone.iter().try_for_each(|(id, _)| tables::erase_webhook(sql, id)))?;
        self.with_state(|state| {
            for (id, _) in &gone {
                state.roster.erase_webhook(id);
                state.suspension.remove(id);
            }
            if let Some(erasure) = &mut state.erasure {
                erasure.after_webhooks(contacted, gone.len(), answers.len(), now);
            }
        })?;
        self.set_alarm(armed, now).await
    }

    /// Finds records of the account in KV and deletes them. If no search has found a record for
    /// `ERASE_LINGER_MS`, deletes everything that the object stores, and with it the erasure.
    async fn erase_records(
        &self,
        account: &AccountId,
        cursor: Option<String>,
    ) -> Result<(), InternalError> {
        let linger = config::config(&self.env)?.erase_linger;
        let found = self.delete_records(account, cursor).await.map_err(|error| {
            let fields = [("account", account.as_str()), ("error", &error.to_string())];
            log::line(Level::Error, "erase_failed", &fields);
        });
        let armed = alarm::armed(&self.state).await?;
        let now = clock::now();
        let record_search = |state: &mut CachedState| {
            let erasure = state.erasure.as_mut()?;
            if let Ok((found, next)) = found {
                Some((erasure.after_records(found, next, linger, now), erasure.record()))
            } else {
                erasure.after_failure(now);
                None
            }
        };
        match self.with_state(record_search)? {
            Some((true, _)) => {
                self.note_deletion(account).await;
                self.cached.replace(None);
                self.state.storage().delete_all().await?;
                self.cached.replace(None);
                log::line(Level::Info, "account_deleted", &[("account", account.as_str())]);
                return Ok(());
            }
            Some((false, record)) => self.write(|sql| tables::put_erasure(sql, account, record))?,
            None => {}
        }
        self.set_alarm(armed, now).await
    }

    /// Records for a day that the account's data was deleted. Without the record the account is
    /// unknown at once, so a failure is no harm.
    async fn note_deletion(&self, account: &AccountId) {
        let note =
            async { Records::open(&self.env)?.put_account(account, DirectoryEntry::DELETED).await };
        if let Err(error) = note.await {
            let fields = [("account", account.as_str()), ("error", &error.to_string())];
            log::line(Level::Error, "directory_failed", &fields);
        }
    }

    /// Deletes records of webhooks, or if there are none, those of keys on the page at `cursor`.
    /// Returns how many there were, and the cursor of the next page.
    async fn delete_records(
        &self,
        account: &AccountId,
        cursor: Option<String>,
    ) -> Result<(usize, Option<String>), InternalError> {
        let records = Records::open(&self.env)?;
        let mut names = records.webhook_names(account).await?;
        let mut next = None;
        if names.is_empty() {
            (names, next) = records.key_names_of_account(account, cursor, KEYS_AT_ONCE).await?;
        }
        names.truncate(WEBHOOK_RECORDS_AT_ONCE);
        for name in &names {
            records.delete(name).await?;
        }
        Ok((names.len(), next))
    }
}
