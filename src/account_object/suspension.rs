//! Disabling an account, and notifying its webhooks.

use domain::account::Action;
use domain::base::{AccountId, WebhookId};
use domain::rpc::{ApplySuspension, Disable, MaySend, SendPermission};
use domain::webhook::SuspensionNotice;
use futures_util::{StreamExt, stream};

use super::state::{CachedState, Inner};
use super::{audit, tables};
use crate::runtime::internal_error::InternalError;
use crate::runtime::log::Level;
use crate::runtime::object_client::{CALLS_AT_ONCE, Object};
use crate::runtime::{alarm, clock, log};

impl Inner {
    pub(crate) async fn disable(&self, call: &Disable) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let Some(notice) = self.with_state(|state| state.suspension.changed(call.disabled))? else {
            return Ok(());
        };
        let now = clock::now();
        let action = if call.disabled { Action::AccountDisabled } else { Action::AccountEnabled };
        self.write(|sql| {
            tables::put_notice(sql, &call.account, notice)?;
            audit::put(sql, now, call.by.clone(), action)
        })?;
        self.with_state(|state| state.suspension.apply(notice))?;
        self.set_alarm(armed, now).await
    }

    pub(crate) fn may_send(&self, call: &MaySend) -> Result<SendPermission, InternalError> {
        self.with_state(|state| match state.roster.contains(&call.id) && state.erasure.is_none() {
            false => SendPermission::Gone,
            true if state.suspension.is_disabled() => SendPermission::Disabled,
            true => SendPermission::Open,
        })
    }

    /// Sends the notice in force to some of the webhooks that have not acknowledged it.
    pub(crate) async fn notify_webhooks(&self) -> Result<(), InternalError> {
        let now = clock::now();
        let read = |state: &mut CachedState| {
            let CachedState { roster, suspension, .. } = state;
            (suspension.notice(), suspension.to_notify(roster.ids(), now))
        };
        let (notice, notified) = self.with_state(read)?;
        let Some(account) = tables::account(&self.sql)?.filter(|_| !notified.is_empty()) else {
            return Ok(());
        };
        let acknowledged: Vec<WebhookId> = stream::iter(&notified)
            .map(|id| self.notify_one(&account, id, notice))
            .buffer_unordered(CALLS_AT_ONCE)
            .filter_map(core::future::ready)
            .collect()
            .await;
        let armed = alarm::armed(&self.state).await?;
        let now = clock::now();
        self.write(|sql| {
            acknowledged.iter().try_for_each(|id| tables::put_acknowledged(sql, id, notice))
        })?;
        self.with_state(|state| {
            state.suspension.acknowledge(notice, &notified, &acknowledged, now);
        })?;
        self.set_alarm(armed, now).await
    }

    /// Sends a notice to one webhook. Returns its id if it has acknowledged the notice.
    pub(crate) async fn notify_one(
        &self,
        account: &AccountId,
        id: &WebhookId,
        notice: SuspensionNotice,
    ) -> Option<WebhookId> {
        match Object::Webhook(account, id).call(&self.env, &ApplySuspension { notice }).await {
            Ok(()) => Some(id.clone()),
            Err(error) => {
                let fields = [("webhook_id", id.as_str()), ("error", &error.to_string())];
                log::line(Level::Error, "suspension_failed", &fields);
                None
            }
        }
    }
}
