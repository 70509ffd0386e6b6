//! The export of a webhook's deliveries: a file that is written while the client reads it, page by
//! page, so that its size does not count.

use std::rc::Rc;

use domain::base::{AccountId, EXPORT_PAGE, EXPORT_PAGES_MAX, WebhookId};
use domain::delivery::{HistoryPage, HistoryQuery};
use domain::http::{ExportFormat, Problem};
use domain::rpc::ListDeliveries;
use worker::Env;

use super::call::Call;
use crate::runtime::bindings::{self, StreamedBody};
use crate::runtime::object_client::Object;
use crate::runtime::{executor, io};
use crate::worker::error::HandlerError;
use crate::worker::response::{self, Response};

/// What a file is written from.
struct Export {
    env: Env,
    account: AccountId,
    webhook: WebhookId,
    query: HistoryQuery,
    format: ExportFormat,
    body: Rc<StreamedBody>,
}

impl Call<'_> {
    pub(crate) async fn export_deliveries(
        self,
        account: &AccountId,
        id: &WebhookId,
        format: ExportFormat,
    ) -> Result<Response, HandlerError> {
        let query = HistoryQuery { limit: EXPORT_PAGE, ..HistoryQuery::parse(self.query())? };
        self.require_webhook(account, id).await?;
        let body = Rc::new(bindings::open_body());
        let export = Export {
            env: self.env.clone(),
            account: account.clone(),
            webhook: id.clone(),
            query,
            format,
            body: Rc::clone(&body),
        };
        // The first page is read before the answer, which is an error if it cannot be.
        let first = export.page().await?;
        if self.incoming.method() != "HEAD" {
            executor::spawn_background(self.request.keep_alive(), export.write(first));
        }
        Ok(response::file(format.file(), format.media_type(), body))
    }
}

impl Export {
    async fn page(&self) -> Result<HistoryPage, HandlerError> {
        let call = ListDeliveries { query: self.query.clone() };
        let page = Object::Webhook(&self.account, &self.webhook).call(&self.env, &call).await?;
        Ok(page.ok_or_else(Problem::not_found)?)
    }

    /// Writes the file. It breaks off if a page cannot be read, so that the client notices.
    async fn write(mut self, first: HistoryPage) {
        let mut text = self.format.begin();
        let mut page = first;
        for _ in 0..EXPORT_PAGES_MAX {
            self.format.append(&mut text, &page.results);
            if !text.is_empty() && io::write(&self.body, &text).await.is_err() {
                return; // The client has left.
            }
            text.clear();
            let Some(older) = page.older else {
                bindings::close_body(&self.body);
                return;
            };
            self.query.cursor = older;
            let Ok(next) = self.page().await else {
                bindings::abort_body(&self.body, "a page could not be read");
                return;
            };
            page = next;
        }
        bindings::abort_body(&self.body, "too many deliveries for one file");
    }
}
