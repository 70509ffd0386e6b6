//! `/v1/admin/accounts`: disables an account, enables it, shows its state, and deletes its data.

use domain::account::AccountState;
use domain::base::{AccountId, WebhookId};
use domain::http::Problem;
use domain::rpc::{DeleteAccount, Disable, MaySend, ReadAccount, SendPermission};
use serde::Serialize;

use super::call::Call;
use crate::runtime::object_client::Object;
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
    #[serde(flatten)]
    state: AccountState,
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

    pub(crate) async fn read_account(self, account: AccountId) -> Result<Response, HandlerError> {
        let state = Object::Account(&account).call(self.env, &ReadAccount {}).await?;
        response::json(200, &AccountDetail { account, state })
    }

    pub(crate) async fn delete_account(self, account: AccountId) -> Result<Response, HandlerError> {
        let call = DeleteAccount { account: account.clone(), by: self.actor.clone() };
        let state = Object::Account(&account).call(self.env, &call).await?;
        response::json(202, &AccountDetail { account, state })
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
