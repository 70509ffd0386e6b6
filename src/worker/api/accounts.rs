//! `/v1/admin/accounts`: disable an account, enable it again, delete its data.

use serde::Serialize;

use super::Call;
use crate::domain::account_call::{DeleteAccount, Disable, MaySend, ReadAccount, Sending};
use crate::domain::erasure::AccountState;
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::problem::Problem;
use crate::platform::body::Stop;
use crate::platform::objects::Object;
use crate::platform::respond::{self, Response};

#[derive(Serialize)]
struct AccountView {
    account: AccountId,
    disabled: bool,
}

/// How an account stands.
#[derive(Serialize)]
struct AccountDetail {
    account: AccountId,
    #[serde(flatten)]
    state: AccountState,
}

impl Call<'_> {
    pub(super) async fn disable_account(
        self,
        account: AccountId,
        disabled: bool,
    ) -> Result<Response, Stop> {
        let by = self.actor.clone();
        let call = Disable { account: account.clone(), disabled, by };
        Object::Account(&account).call(self.env, &call).await?;
        respond::json(200, &AccountView { account, disabled })
    }

    pub(super) async fn read_account(self, account: AccountId) -> Result<Response, Stop> {
        let state = Object::Account(&account).call(self.env, &ReadAccount {}).await?;
        respond::json(200, &AccountDetail { account, state })
    }

    pub(super) async fn delete_account(self, account: AccountId) -> Result<Response, Stop> {
        let call = DeleteAccount { account: account.clone(), by: self.actor.clone() };
        let state = Object::Account(&account).call(self.env, &call).await?;
        respond::json(202, &AccountDetail { account, state })
    }

    /// Refuses what would add to an account whose data is being deleted.
    pub(super) async fn must_be_open(&self, account: &AccountId) -> Result<(), Stop> {
        let state = Object::Account(account).call(self.env, &ReadAccount {}).await?;
        if state.deletion.is_some() {
            return Err(Problem::account_deleted().into());
        }
        Ok(())
    }

    /// As `must_hold`, for what sends something to the webhook.
    pub(super) async fn must_send(&self, account: &AccountId, id: &WebhookId) -> Result<(), Stop> {
        if self.is_disabled(account, id).await? {
            return Err(Problem::account_disabled().into());
        }
        Ok(())
    }

    /// As `must_hold`; says whether the account is disabled, which the webhook may not know yet.
    pub(super) async fn is_disabled(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<bool, Stop> {
        match Object::Account(account).call(self.env, &MaySend { id: id.clone() }).await? {
            Sending::Open => Ok(false),
            Sending::Disabled => Ok(true),
            Sending::Gone => Err(Problem::not_found().into()),
        }
    }
}
