//! The calls to an Account object.

use domain::account::{Action, Decision};
use domain::auth::Actor;
use domain::rpc::{AccountCall, HasWebhook, Membership, ReportRosterChange, Reported};
use domain::webhook::RosterChange;

use super::state::Inner;
use super::{audit, tables};
use crate::runtime::internal_error::InternalError;
use crate::runtime::{alarm, clock, config, object_server};

impl Inner {
    pub(crate) async fn answer(&self, call: AccountCall) -> Result<String, InternalError> {
        match call {
            AccountCall::ReportRosterChange(call) => {
                object_server::encode(&call, &self.report(&call).await?)
            }
            AccountCall::HasWebhook(call) => object_server::encode(&call, &self.membership(&call)?),
            AccountCall::ListWebhooks(call) => {
                object_server::encode(&call, &self.with_roster(|roster| roster.members())?)
            }
            AccountCall::Admit(call) => object_server::encode(&call, &self.admit(&call).await?),
            AccountCall::FinishPublishes(call) => {
                object_server::encode(&call, &self.finish(&call)?)
            }
            AccountCall::RecordIncomplete(call) => {
                object_server::encode(&call, &self.remember(&call).await?)
            }
            AccountCall::ClaimWebhook(call) => {
                object_server::encode(&call, &self.claim(&call).await?)
            }
            AccountCall::FinishWebhook(call) => object_server::encode(&call, &self.created(&call)?),
            AccountCall::Disable(call) => object_server::encode(&call, &self.disable(&call).await?),
            AccountCall::RecordAction(call) => {
                let now = clock::now();
                self.write(|sql| audit::put(sql, now, call.by.clone(), call.action.clone()))?;
                object_server::encode(&call, &())
            }
            AccountCall::FindAlert(call) => {
                let is_open = !self.is_closed()?;
                let alert = self.with_roster(|roster| roster.alert().cloned())?;
                object_server::encode(&call, &alert.filter(|_| is_open))
            }
            AccountCall::ReadAudit(call) => {
                object_server::encode(&call, &audit::page(&self.sql, &call.query)?)
            }
            AccountCall::ReadAccount(call) => object_server::encode(&call, &self.account_state()?),
            AccountCall::ReadRoutingStates(call) => {
                object_server::encode(&call, &self.routing_states()?)
            }
            AccountCall::DeleteAccount(call) => {
                object_server::encode(&call, &self.delete(&call).await?)
            }
            AccountCall::MaySend(call) => object_server::encode(&call, &self.may_send(&call)?),
            AccountCall::RunMaintenance(call) => object_server::encode(&call, &self.purge().await?),
        }
    }

    fn membership(&self, call: &HasWebhook) -> Result<Membership, InternalError> {
        if self.is_closed()? {
            return Ok(Membership::Known(false));
        }
        self.with_roster(|roster| match roster.sharing_target(&call.id) {
            Some(others) if call.shares => Membership::Shares(others),
            found => Membership::Known(found.is_some()),
        })
    }

    pub(crate) async fn report(
        &self,
        call: &ReportRosterChange,
    ) -> Result<Reported, InternalError> {
        let config = config::config(&self.env)?;
        let webhooks_max = if self.is_closed()? { 0 } else { config.webhooks_max };
        let armed = alarm::armed(&self.state).await?;
        match self.with_roster(|roster| roster.decide(&call.change, webhooks_max))? {
            Decision::Known => Ok(Reported::Known),
            Decision::Full => Ok(Reported::Full),
            Decision::Apply => {
                let now = clock::now();
                let action = self.with_roster(|roster| match &call.change {
                    RosterChange::Put(row) => Action::of_report(roster.entry(&row.id), row),
                    RosterChange::Remove(_) => None,
                })?;
                self.write(|sql| {
                    tables::put_change(sql, &call.change, now)?;
                    action.map_or(Ok(()), |action| audit::put(sql, now, Actor::Dispatcher, action))
                })?;
                self.with_state(|state| {
                    if let RosterChange::Remove(id) = &call.change {
                        state.suspension.remove(id);
                    }
                    state.roster.apply(call.change.clone(), now);
                })?;
                self.set_alarm(armed, now).await?;
                Ok(Reported::Known)
            }
        }
    }
}
