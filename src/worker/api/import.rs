//! `/v1/admin/accounts/{account}/import`: imports webhooks of another sender.

use domain::base::{AccountId, IMPORT_BYTES_MAX, WebhookId};
use domain::crypto::{Opener, Owner};
use domain::http::import::{Item, LineRules};
use domain::http::{Imported, Line, Problem, import, negotiate};
use domain::request::WebhookRequest;
use domain::rpc::{Read, ReadConfiguration, ReadRoutingStates, RoutingStatesView};
use futures_util::{StreamExt, stream};

use super::call::Call;
use crate::runtime::incoming::Header;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::runtime::{clock, log};
use crate::worker::error::{HandlerError, RETRY_AFTER, unavailable};
use crate::worker::response::Response;
use crate::worker::{body, response};

/// The most lines processed at a time; each calls several objects.
const LINES_AT_ONCE: usize = 10;

impl Call<'_> {
    pub(crate) async fn import(self, account: AccountId) -> Result<Response, HandlerError> {
        negotiate::check_json_lines(self.incoming.header(Header::ContentType))?;
        let body = body::read(self.incoming, IMPORT_BYTES_MAX).await?;
        let (types, policy) = (self.types_in_force().await?.types, self.target_policy());
        let rules = LineRules {
            webhook: self.webhook_rules(&types, &policy),
            unknown_fields: self.config.unknown_fields,
            bytes_max: self.config.body_bytes_max,
        };
        let lines = import::parse(&body, rules)?;
        drop(body);
        self.require_open(&account).await?;
        let routing_states =
            Object::Account(&account).call(self.env, &ReadRoutingStates {}).await?;
        let (call, account, routing_states) = (&self, &account, &routing_states);
        let items: Vec<Item> = stream::iter(lines)
            .map(|Line { number, webhook }| async move {
                let imported = match webhook {
                    Ok((id, request)) => {
                        call.import_one(account, routing_states, &id, request).await
                    }
                    Err(problem) => Err(problem.into()),
                };
                Item::new(number, imported.map_err(|error| problem_of(number, error)))
            })
            .buffered(LINES_AT_ONCE)
            .collect()
            .await;
        response::json(200, &items)
    }

    async fn import_one(
        &self,
        account: &AccountId,
        routing_states: &RoutingStatesView,
        id: &WebhookId,
        request: WebhookRequest,
    ) -> Result<Imported, HandlerError> {
        // For a day the roster does not accept a removed id, so that a late report does not restore
        // the webhook.
        if routing_states.removed.contains(id) {
            return Err(Problem::conflict(REMOVED).into());
        }
        if !routing_states.webhooks.iter().any(|(existing, _)| existing == id) {
            let created = self.create(account, id, request).await?;
            return Ok(Imported::Created(Box::new(self.created_view(account, created)?)));
        }
        let object = Object::Webhook(account, id);
        let existing = object.call(self.env, &ReadConfiguration {}).await?;
        let view = object.call(self.env, &Read {}).await?;
        let (Some(existing), Some(view)) = (existing, view) else {
            return Err(Problem::conflict(REMOVED).into());
        };
        let owner = Owner { account, webhook: id };
        let opener = Opener { ring: &self.config.rules.master_keys, owner };
        let is_equal = import::equals_existing(&request, &existing, opener, clock::now());
        if is_equal.map_err(|error| Problem::locked(&error, RETRY_AFTER))? {
            Ok(Imported::Existing(Box::new(view.into())))
        } else {
            Err(Problem::conflict("A webhook of this id exists, and is another one.").into())
        }
    }
}

const REMOVED: &str = "A webhook of this id was deleted less than a day ago.";

fn problem_of(line: usize, error: HandlerError) -> Problem {
    match error {
        HandlerError::Problem(problem) => problem,
        HandlerError::Internal(error) => {
            let fields = [("line", line.to_string()), ("error", error.to_string())];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            log::line(Level::Error, "import_failed", &fields);
            unavailable()
        }
    }
}
