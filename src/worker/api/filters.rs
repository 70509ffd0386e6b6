//! `/v1/filters/test`: tests a filter with an event.

use domain::request::{FilterTest, KnownFields};

use super::call::Call;
use crate::worker::error::HandlerError;
use crate::worker::response;
use crate::worker::response::Response;

impl Call<'_> {
    pub(crate) async fn test_filter(self) -> Result<Response, HandlerError> {
        let body = self.json_body(self.config.event_bytes_max).await?;
        let test = self.checked(KnownFields::FILTER_TEST, &body, FilterTest::parse(&body))?;
        response::json(200, &test.verdict())
    }
}
