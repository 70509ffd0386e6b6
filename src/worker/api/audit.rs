//! `/v1/audit`: what was changed in an account; and writing that down.

use serde::Serialize;

use super::Call;
use crate::domain::account_call::{Note, ReadAudit};
use crate::domain::audit::{Action, AuditQuery, EntryView};
use crate::domain::history::Cursor;
use crate::domain::id::AccountId;
use crate::platform::body::Stop;
use crate::platform::log::{self, Level};
use crate::platform::objects::Object;
use crate::platform::respond::{self, Response};

/// A page of the log; the newest entries stand first.
#[derive(Serialize)]
struct AuditList {
    /// The page of older ones.
    next: Option<String>,
    /// The page of newer ones.
    previous: Option<String>,
    results: Vec<EntryView>,
}

impl Call<'_> {
    pub(super) async fn read_audit(self, account: &AccountId) -> Result<Response, Stop> {
        let query = AuditQuery::parse(self.query())?;
        let page = Object::Account(account).call(self.env, &ReadAudit { query }).await?;
        let link = |cursor: Option<Cursor>| cursor.map(|cursor| self.cursor_link(cursor));
        let (next, previous) = (link(page.older), link(page.newer));
        respond::json(200, &AuditList { next, previous, results: page.results })
    }

    /// Writes down a change that was made. It stands whether or not that succeeds; if not, it goes
    /// to the log of the Worker.
    pub(super) async fn note(&self, account: &AccountId, action: Action) {
        let note = Note { by: self.actor.clone(), action };
        if let Err(fault) = Object::Account(account).call(self.env, &note).await {
            let note = serde_json::to_string(&note).unwrap_or_default();
            let fields =
                [("account", account.as_str()), ("entry", &note), ("fault", &fault.to_string())];
            log::line(Level::Error, "audit_failed", &fields);
        }
    }
}
