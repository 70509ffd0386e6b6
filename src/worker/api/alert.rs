//! `/v1/alert`: the webhook of an account that gets every operational event. An account has at most
//! one alert; apart from that it is a webhook like any other.

use domain::base::{AccountId, WebhookId};
use domain::dispatch::Created;
use domain::http::Problem;
use domain::request::{Body, KnownFields, WebhookRequest};
use domain::rpc::FindAlert;
use domain::webhook::WebhookChange;

use super::call::Call;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, entropy};
use crate::worker::error::{HandlerError, unavailable};
use crate::worker::response::Response;

impl Call<'_> {
    pub(crate) async fn read_alert(self, account: &AccountId) -> Result<Response, HandlerError> {
        let id = self.find_alert(account).await?.ok_or_else(Problem::not_found)?;
        self.read_webhook(account, &id).await
    }

    pub(crate) async fn delete_alert(self, account: &AccountId) -> Result<Response, HandlerError> {
        let id = self.find_alert(account).await?.ok_or_else(Problem::not_found)?;
        self.delete_webhook(account, &id).await
    }

    pub(crate) async fn put_alert(self, account: &AccountId) -> Result<Response, HandlerError> {
        let body = self.webhook_body().await?;
        if let Some(id) = self.find_alert(account).await? {
            return self.change_alert(account, &id, &body).await;
        }
        let (types, policy) = (self.types_in_force().await?.types, self.target_policy());
        let request = WebhookRequest::of_alert(&body, self.webhook_rules(&types, &policy));
        let request = KnownFields::WEBHOOK.check(&body, self.config.unknown_fields, request)?;
        if self.if_match()?.is_some() {
            // There is no alert in any state.
            return Err(Problem::precondition_failed().into());
        }
        let id = WebhookId::new(clock::now(), entropy::bytes()?);
        match self.create_at_object(account, &id, request).await? {
            Created::Now(webhook) => self.show_created(account, *webhook).await,
            Created::Full => {
                self.require_open(account).await?;
                // Another request has created the alert.
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
    ) -> Result<Response, HandlerError> {
        let is_disabled = self.is_disabled(account, id).await?;
        let (types, policy) = (self.types_in_force().await?.types, self.target_policy());
        let change = WebhookChange::of_alert(body, self.webhook_rules(&types, &policy));
        self.change(account, id, (body, change), is_disabled).await
    }

    async fn find_alert(&self, account: &AccountId) -> Result<Option<WebhookId>, HandlerError> {
        let alert = Object::Account(account).call(self.env, &FindAlert {}).await?;
        if let Some(id) = &alert {
            self.about_webhook(id);
        }
        Ok(alert)
    }
}
