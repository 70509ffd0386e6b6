//! `/v1/audit`: reads the audit log of an account. Also writes its entries.

use domain::account::{Action, AuditEntryView, AuditQuery};
use domain::base::{AccountId, Cursor};
use domain::rpc::{ReadAudit, RecordAction};
use serde::Serialize;

use super::call::Call;
use crate::runtime::log;
use crate::runtime::log::Level;
use crate::runtime::object_client::Object;
use crate::worker::error::HandlerError;
use crate::worker::response;
use crate::worker::response::Response;

/// A page of the audit log, the newest entries first.
#[derive(Serialize)]
struct AuditList {
    /// The URL of the page with older entries, if there is one.
    next: Option<String>,
    /// The URL of the page with newer entries, if there is one.
    previous: Option<String>,
    results: Vec<AuditEntryView>,
}

impl Call<'_> {
    pub(crate) async fn read_audit(self, account: &AccountId) -> Result<Response, HandlerError> {
        let query = AuditQuery::parse(self.query())?;
        let page = Object::Account(account).call(self.env, &ReadAudit { query }).await?;
        let link = |cursor: Option<Cursor>| cursor.map(|cursor| self.cursor_link(cursor));
        let (next, previous) = (link(page.older), link(page.newer));
        response::json(200, &AuditList { next, previous, results: page.results })
    }

    /// Adds an entry for a change that was made. The change stands even if the entry cannot be
    /// written; the entry then goes to the log of the Worker.
    pub(crate) async fn record_action(&self, account: &AccountId, action: Action) {
        let entry = RecordAction { by: self.actor.clone(), action };
        if let Err(error) = Object::Account(account).call(self.env, &entry).await {
            let entry = serde_json::to_string(&entry).unwrap_or_default();
            let fields =
                [("account", account.as_str()), ("entry", &entry), ("error", &error.to_string())];
            log::line(Level::Error, "audit_failed", &fields);
        }
    }
}
