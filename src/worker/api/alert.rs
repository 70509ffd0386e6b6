//! `/v1/alert`: the webhook of an account that gets every operational event. It is one as any
//! other, but that there is one at most.

use super::{Call, unavailable};
use crate::domain::account_call::FindAlert;
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::lifecycle::Created;
use crate::domain::problem::Problem;
use crate::domain::webhook::WebhookChange;
use crate::domain::wire::WebhookDraft;
use crate::domain::wire_body::Body;
use crate::platform::body::Stop;
use crate::platform::objects::Object;
use crate::platform::respond::Response;
use crate::platform::{clock, entropy};

impl Call<'_> {
    pub(super) async fn read_alert(self, account: &AccountId) -> Result<Response, Stop> {
        let id = self.find_alert(account).await?.ok_or_else(Problem::not_found)?;
        self.read_webhook(account, &id).await
    }

    pub(super) async fn delete_alert(self, account: &AccountId) -> Result<Response, Stop> {
        let id = self.find_alert(account).await?.ok_or_else(Problem::not_found)?;
        self.delete_webhook(account, &id).await
    }

    pub(super) async fn put_alert(self, account: &AccountId) -> Result<Response, Stop> {
        let body = self.webhook_body().await?;
        if let Some(id) = self.find_alert(account).await? {
            return self.change_alert(account, &id, &body).await;
        }
        let draft = WebhookDraft::of_alert(&body, &self.config.event_types, &self.target_policy())?;
        let id = WebhookId::new(clock::now(), entropy::bytes()?);
        match self.ask_to_create(account, &id, draft).await? {
            Created::Now(webhook) => self.show_created(account, *webhook),
            Created::Full => {
                self.must_be_open(account).await?;
                // Somebody else was quicker.
                match self.find_alert(account).await? {
                    Some(id) => self.change_alert(account, &id, &body).await,
                    None => Err(unavailable().into()),
                }
            }
            Created::Failed => Err(unavailable().into()),
        }
    }

    async fn change_alert(
        &self,
        account: &AccountId,
        id: &WebhookId,
        body: &Body,
    ) -> Result<Response, Stop> {
        let is_disabled = self.is_disabled(account, id).await?;
        let (types, policy) = (&self.config.event_types, self.target_policy());
        let change = WebhookChange::of_alert(body, types, &policy)?;
        self.change(account, id, change, is_disabled).await
    }

    async fn find_alert(&self, account: &AccountId) -> Result<Option<WebhookId>, Stop> {
        let alert = Object::Account(account).call(self.env, &FindAlert {}).await?;
        if let Some(id) = &alert {
            self.about_webhook(id);
        }
        Ok(alert)
    }
}
