//! `/v1/listen`: a client connects as the receiver of a temporary webhook.
//!
//! The webhook is created as any other, with a target that only names it. Then the client's request
//! goes on to the webhook's object, which accepts the connection.

use domain::base::{AccountId, WebhookId};
use domain::crypto::{Opener, Owner};
use domain::delivery::ready_frame;
use domain::http::Problem;
use domain::request::{Body, KnownFields, ListenRequest, UnknownFields, WebhookRequest};
use worker::js_sys::futures::JsFuture;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::web_sys;

use super::call::Call;
use crate::runtime::internal_error::InternalError;
use crate::runtime::object_client::Object;
use crate::runtime::{bindings, clock, entropy};
use crate::worker::error::{HandlerError, RETRY_AFTER, unavailable};
use crate::worker::response;
use crate::worker::response::Response;

impl Call<'_> {
    pub(crate) async fn listen(self, account: &AccountId) -> Result<Response, HandlerError> {
        let upgrade = self.incoming.rare_header("Upgrade").unwrap_or_default();
        // A request for the head alone is no request for a WebSocket (RFC 6455 4.1).
        if self.incoming.method() != "GET" || !upgrade.eq_ignore_ascii_case("websocket") {
            return Err(Problem::upgrade_required().into());
        }
        let secret = self.incoming.rare_header("Signing-Secret");
        match ListenRequest::parse(self.query(), secret.as_deref())? {
            ListenRequest::New(body) => self.listen_anew(account, &body).await,
            ListenRequest::GoOn(id) => {
                let id: WebhookId = id.parse().map_err(|_| Problem::not_found())?;
                self.about_webhook(&id);
                self.require_webhook(account, &id).await?;
                self.connect(account, &id, &ready_frame(&id, None)).await
            }
        }
    }

    /// Creates a webhook for the client. If the connection fails, the webhook is deleted after the
    /// grace of any listener.
    async fn listen_anew(
        &self,
        account: &AccountId,
        body: &Body,
    ) -> Result<Response, HandlerError> {
        let id = WebhookId::new(clock::now(), entropy::bytes()?);
        let (types, policy) = (self.types_in_force().await?.types, self.target_policy());
        let rules = self.webhook_rules(&types, &policy);
        let request = WebhookRequest::of_listener(body, &id, rules);
        // The names were checked as parameters, but not whether one is there twice.
        let request = KnownFields::WEBHOOK.check(body, UnknownFields::Ignore, request)?;
        let created = self.create(account, &id, request).await?;
        self.about_webhook(&id);
        let owner = Owner { account, webhook: &id };
        let opener = Opener { ring: &self.config.rules.master_keys, owner };
        let secret = created.key.open(opener);
        let secret = secret.map_err(|error| Problem::locked(&error, RETRY_AFTER))?;
        self.connect(account, &id, &ready_frame(&id, Some(&secret))).await
    }

    /// Has the object of a listener accept the client.
    async fn connect(
        &self,
        account: &AccountId,
        id: &WebhookId,
        ready: &str,
    ) -> Result<Response, HandlerError> {
        let address = Object::Webhook(account, id).address(self.env)?;
        let response = match bindings::connect_listener(self.env, &address, ready) {
            Ok(response) => JsFuture::from(response).await,
            Err(error) => Err(error),
        };
        let failed = |error: JsValue| InternalError::Object(format!("listen: {error:?}"));
        let response: web_sys::Response = response.map_err(failed)?.unchecked_into();
        match response.status() {
            101 => Ok(response::upgraded(response)),
            404 => Err(Problem::not_found().into()),
            _ => Err(unavailable().into()),
        }
    }
}
