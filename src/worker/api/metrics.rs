//! `/metrics`: the metrics of one account, as `OpenMetrics` or in the text format of Prometheus.

use domain::http::{MetricsFormat, Problem};
use domain::rpc::{ReadRoutingStates, ReadStats, RoutingStatesView};
use domain::telemetry::{WebhookMetrics, metrics};
use futures_util::{StreamExt, stream};

use super::call::Call;
use crate::runtime::incoming::Header;
use crate::runtime::log;
use crate::runtime::log::Level;
use crate::runtime::object_client::{CALLS_AT_ONCE, Object};
use crate::worker::error::HandlerError;
use crate::worker::publish::filtered_counts;
use crate::worker::response;
use crate::worker::response::Response;

impl Call<'_> {
    /// Calls every webhook of the account but listeners: at most `MAX_WEBHOOKS` and an alert.
    pub(crate) async fn read_metrics(self) -> Result<Response, HandlerError> {
        let account = &metrics::account_of(self.query())?;
        self.subject.borrow_mut().account = Some(account.clone());
        let accept = self.incoming.header(Header::Accept);
        let format = MetricsFormat::preferred(accept).unwrap_or(MetricsFormat::OpenMetrics);
        let routing_states = Object::Account(account).call(self.env, &ReadRoutingStates {}).await?;
        let is_disabled = routing_states.disabled;
        if !routing_states.is_used {
            let entry = self.directory_entry(account).await?;
            entry.filter(|entry| !entry.is_deleted).ok_or_else(Problem::not_found)?;
        }
        let env = self.env;
        let RoutingStatesView { webhooks, listeners, .. } = routing_states;
        // Nobody is to be woken for a listener.
        let webhooks = webhooks.into_iter().filter(|(id, _)| !listeners.contains(id));
        let measured: Vec<Option<WebhookMetrics>> = stream::iter(webhooks)
            .map(|(webhook, _)| async move {
                let call = ReadStats { filtered: filtered_counts::take(account, &webhook) };
                let stats = match Object::Webhook(account, &webhook).call(env, &call).await {
                    // A webhook that was deleted meanwhile is left out.
                    Ok(stats) => Some(stats?),
                    Err(error) => {
                        let error = error.to_string();
                        let fields = [("webhook_id", webhook.as_str()), ("error", &error)];
                        log::line(Level::Error, "stats_failed", &fields);
                        None
                    }
                };
                Some(WebhookMetrics { webhook, stats })
            })
            .buffered(CALLS_AT_ONCE)
            .collect()
            .await;
        let measured: Vec<WebhookMetrics> = measured.into_iter().flatten().collect();
        let text = metrics::write_metrics(format, account, is_disabled, &measured);
        Ok(response::text(200, text, format.content_type()))
    }
}
