//! `/v1/admin/accounts`: disable an account, and enable it again.

use serde::Serialize;
use worker::Response;

use super::Call;
use crate::domain::account_call::{Disable, MaySend, Sending};
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::problem::Problem;
use crate::platform::body::Stop;
use crate::platform::objects::Object;
use crate::platform::respond;

#[derive(Serialize)]
struct AccountView {
    account: AccountId,
    disabled: bool,
}

impl Call<'_> {
    pub(super) async fn disable_account(
        self,
        account: AccountId,
        disabled: bool,
    ) -> Result<Response, Stop> {
        let call = Disable { account: account.clone(), disabled };
        Object::Account(&account).call(self.env, &call).await?;
        respond::json(200, &AccountView { account, disabled })
    }

    /// As `must_hold`, for what sends something to the webhook.
    pub(super) async fn must_send(&self, account: &AccountId, id: &WebhookId) -> Result<(), Stop> {
        match Object::Account(account).call(self.env, &MaySend { id: id.clone() }).await? {
            Sending::Open => Ok(()),
            Sending::Disabled => Err(Problem::account_disabled().into()),
            Sending::Gone => Err(Problem::not_found().into()),
        }
    }
}
