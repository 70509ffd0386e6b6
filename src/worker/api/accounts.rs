//! `/v1/admin/accounts`: lists accounts, disables one, enables it, shows its state, and deletes its
//! data.

use domain::account::{AccountRow, AccountState, AccountsQuery, DeletionView, DirectoryEntry};
use domain::base::{AccountId, WebhookId};
use domain::http::{Problem, paging};
use domain::rpc::{DeleteAccount, Disable, MaySend, ReadAccount, SendPermission};
use serde::Serialize;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::call::Call;
use crate::runtime::kv::Records;
use crate::runtime::object_client::{CALLS_AT_ONCE, Object};
use crate::worker::error::HandlerError;
use crate::worker::response;
use crate::worker::response::Response;

#[derive(Serialize)]
struct AccountView {
    account: AccountId,
    disabled: bool,
}

/// The state of an account.
#[derive(Serialize)]
struct AccountDetail {
    account: AccountId,
    disabled: bool,
    webhooks: usize,
    stored_bytes: u64,
    deletion: Option<DeletionView>,
}

impl AccountDetail {
    fn new(account: AccountId, state: AccountState) -> Self {
        let AccountState { disabled, webhooks, stored_bytes, deletion, is_used: _ } = state;
        Self { account, disabled, webhooks, stored_bytes, deletion }
    }
}

/// A page of accounts, in the order of their names.
#[derive(Serialize)]
struct AccountList {
    /// The URL of the next page, if there is one.
    next: Option<String>,
    results: Vec<AccountRow>,
}

impl Call<'_> {
    pub(crate) async fn disable_account(
        self,
        account: AccountId,
        disabled: bool,
    ) -> Result<Response, HandlerError> {
        let by = self.actor.clone();
        let call = Disable { account: account.clone(), disabled, by };
        Object::Account(&account).call(self.env, &call).await?;
        response::json(200, &AccountView { account, disabled })
    }

    pub(crate) async fn list_accounts(self) -> Result<Response, HandlerError> {
        let query = AccountsQuery::parse(self.query())?;
        let records = &Records::open(self.env)?;
        let (page, last) = query.page(records.accounts().await?);
        let row = |(account, entry)| async move {
            let labels = records.webhook_labels(&account).await?;
            Ok::<_, HandlerError>(AccountRow::new(account, entry, &labels))
        };
        let results = stream::iter(page).map(row).buffered(CALLS_AT_ONCE).try_collect().await?;
        let link = |last: AccountId| {
            let (base, cursor) = (self.base(), Some(last.as_str()));
            paging::link_with(base.as_str(), self.query(), "cursor", cursor)
        };
        response::json(200, &AccountList { next: last.map(link), results })
    }

    pub(crate) async fn read_account(self, account: AccountId) -> Result<Response, HandlerError> {
        let state = Object::Account(&account).call(self.env, &ReadAccount {}).await?;
        if !state.is_used && self.directory_entry(&account).await?.is_none() {
            return Err(Problem::not_found().into());
        }
        response::json(200, &AccountDetail::new(account, state))
    }

    /// The record of an account whose object stores nothing: it has published to nobody, or its
    /// data was deleted within a day. The account of `API_KEY` always has one. `None` if nobody has
    /// ever used the account.
    pub(crate) async fn directory_entry(
        &self,
        account: &AccountId,
    ) -> Result<Option<DirectoryEntry>, HandlerError> {
        if self.config.api_key.is_some() && *account == AccountId::default_account() {
            return Ok(Some(DirectoryEntry::default()));
        }
        Ok(Records::open(self.env)?.account(account).await?)
    }

    pub(crate) async fn delete_account(self, account: AccountId) -> Result<Response, HandlerError> {
        let call = DeleteAccount { account: account.clone(), by: self.actor.clone() };
        let state = Object::Account(&account).call(self.env, &call).await?;
        response::json(202, &AccountDetail::new(account, state))
    }

    /// Fails if the account's data is being deleted, so that nothing is added to it.
    pub(crate) async fn require_open(&self, account: &AccountId) -> Result<(), HandlerError> {
        let state = Object::Account(account).call(self.env, &ReadAccount {}).await?;
        if state.deletion.is_some() {
            return Err(Problem::account_deleted().into());
        }
        Ok(())
    }

    /// Like `require_webhook`, but also fails if the account is disabled. For calls that send
    /// something to the webhook.
    pub(crate) async fn require_sendable(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<(), HandlerError> {
        if self.is_disabled(account, id).await? {
            return Err(Problem::account_disabled().into());
        }
        Ok(())
    }

    /// Like `require_webhook`, but returns whether the account is disabled. The webhook may not
    /// have acknowledged that yet.
    pub(crate) async fn is_disabled(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<bool, HandlerError> {
        match Object::Account(account).call(self.env, &MaySend { id: id.clone() }).await? {
            SendPermission::Open => Ok(false),
            SendPermission::Disabled => Ok(true),
            SendPermission::Gone => Err(Problem::not_found().into()),
        }
    }
}
