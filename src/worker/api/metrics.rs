//! `/metrics`: the numbers of one account.

use futures_util::{StreamExt, stream};

use super::Call;
use crate::domain::account_call::Standings;
use crate::domain::command::Numbers;
use crate::domain::metrics::{self, Measured};
use crate::platform::body::Stop;
use crate::platform::log::{self, Level};
use crate::platform::objects::Object;
use crate::platform::publish::CALLS_AT_ONCE;
use crate::platform::respond::{self, Response};

impl Call<'_> {
    /// Asks every webhook of the account, of which there are at most `MAX_WEBHOOKS`.
    pub(super) async fn read_metrics(self) -> Result<Response, Stop> {
        let account = &metrics::account_of(self.query())?;
        self.subject.borrow_mut().account = Some(account.clone());
        let standings = Object::Account(account).call(self.env, &Standings {}).await?;
        let env = self.env;
        let measured: Vec<Option<Measured>> = stream::iter(standings.webhooks.iter().cloned())
            .map(|(webhook, standing)| async move {
                let stats = match Object::Webhook(account, &webhook).call(env, &Numbers {}).await {
                    // One that was deleted meanwhile has no line.
                    Ok(stats) => Some(stats?),
                    Err(fault) => {
                        let fault = fault.to_string();
                        let fields = [("webhook_id", webhook.as_str()), ("fault", &fault)];
                        log::line(Level::Error, "numbers_failed", &fields);
                        None
                    }
                };
                Some(Measured { webhook, standing, stats })
            })
            .buffered(CALLS_AT_ONCE)
            .collect()
            .await;
        let measured: Vec<Measured> = measured.into_iter().flatten().collect();
        let text = metrics::text(account, &standings, &measured);
        Ok(respond::text(200, text, metrics::CONTENT_TYPE))
    }
}
