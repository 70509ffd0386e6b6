//! The deliveries of a webhook over time.

use domain::base::{AccountId, SERIES_CALLS_MAX, WebhookId};
use domain::delivery::{CountedSteps, SeriesQuery, SeriesView, add_steps};
use domain::http::Problem;
use domain::rpc::ReadSeries;

use super::call::Call;
use crate::runtime::clock;
use crate::runtime::object_client::Object;
use crate::worker::error::HandlerError;
use crate::worker::response;
use crate::worker::response::Response;

impl Call<'_> {
    /// Asks the object for one part after the other, so that it can accept events in between.
    pub(crate) async fn read_series(
        self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<Response, HandlerError> {
        let query = SeriesQuery::parse(self.query(), clock::now())?;
        self.require_webhook(account, id).await?;
        let (mut steps, mut below) = (CountedSteps::new(), None);
        for _ in 0..SERIES_CALLS_MAX {
            let call = ReadSeries { query, below };
            let part = Object::Webhook(account, id).call(self.env, &call).await?;
            let part = part.ok_or_else(Problem::not_found)?;
            add_steps(&mut steps, &part.steps);
            below = part.below;
            if below.is_none() {
                break;
            }
        }
        response::json(200, &SeriesView::new(&query, &steps, below.is_none()))
    }
}
