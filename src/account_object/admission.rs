//! Admitting publishes and creations, with what is recorded under their idempotency keys.

use domain::account::Roster;
use domain::publish::{Admission, Claim, Plan, PublishLimits, Published, Routes, admission};
use domain::rpc::{
    Admit, AdmitAnswer, ClaimWebhook, FinishPublishes, FinishWebhook, FinishedPublish,
    PublishRequest, RecordIncomplete,
};
use domain::webhook::CreatedWebhook;

use super::state::Inner;
use crate::runtime::internal_error::InternalError;
use crate::runtime::{alarm, config};

impl Inner {
    /// Decides about publishes in their order. Their records are stored together.
    pub(crate) async fn admit(&self, call: &Admit) -> Result<AdmitAnswer, InternalError> {
        let config = config::config(&self.env)?;
        // Only a publish with a key stores a record, for which the alarm may have to be set.
        let has_keys = call.publishes.iter().any(|publish| publish.keyed.is_some());
        let armed = if has_keys { alarm::armed(&self.state).await? } else { None };
        if self.is_closed()? {
            let deleted = call.publishes.iter().map(|_| Admission::Deleted);
            return Ok(AdmitAnswer::new(deleted.collect()));
        }
        let clock = self.clock()?;
        let mut limits = PublishLimits {
            is_disabled: self.with_state(|state| state.suspension.is_disabled())?,
            bucket: self.bucket.get(),
            per_minute: config.publish_per_minute,
        };
        // Most publishes of a call are of the same type.
        let mut routes = Routes::new();
        let mut plan = |events, roster: &Roster| {
            Plan::new(events, |of| match routes.get(of) {
                Some(groups) => groups.clone(),
                None => routes.entry(of.clone()).or_insert(roster.route(of)).clone(),
            })
        };
        let publishes = call.publishes.clone().into_iter();
        let admissions = if has_keys {
            self.with_keys(clock, |work, roster| {
                let admit = |PublishRequest { events, keyed, trace }| {
                    work.admit(plan(events, roster).with_trace(trace), keyed, &mut limits)
                };
                let admissions = publishes.map(admit).collect::<Result<_, _>>()?;
                work.give_up_overdue()?;
                Ok(admissions)
            })?
        } else {
            self.with_roster(|roster| {
                let admit = |PublishRequest { events, .. }| {
                    admission::admit(plan(events, roster), None, &mut limits, clock).0
                };
                publishes.map(admit).collect()
            })?
        };
        self.bucket.set(limits.bucket);
        let answer = self.with_roster(|roster| {
            let answer = AdmitAnswer::new(admissions);
            if roster.has_filters() { answer.with_filters(|id| roster.filter(id)) } else { answer }
        })?;
        if has_keys {
            self.set_alarm(armed, clock.now).await?;
        }
        Ok(answer)
    }

    /// Records the outcomes of publishes with a key. The alarm is set already: a record keeps its
    /// time.
    pub(crate) fn finish(
        &self,
        call: &FinishPublishes,
    ) -> Result<Vec<Vec<Published>>, InternalError> {
        self.with_keys(self.clock()?, |work, _| {
            let finish = |FinishedPublish { key, answers }| work.finish(&key, answers);
            let answers =
                call.publishes.clone().into_iter().map(finish).collect::<Result<_, _>>()?;
            work.store_complete()?;
            Ok(answers)
        })
    }

    pub(crate) async fn remember(&self, call: &RecordIncomplete) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let clock = self.clock()?;
        self.with_keys(clock, |work, _| {
            call.publishes
                .iter()
                .cloned()
                .try_for_each(|(fingerprint, plan)| work.record_incomplete(fingerprint, plan))
        })?;
        self.set_alarm(armed, clock.now).await
    }

    pub(crate) async fn claim(&self, call: &ClaimWebhook) -> Result<Claim, InternalError> {
        let armed = alarm::armed(&self.state).await?;
        if self.is_closed()? {
            return Ok(Claim::Deleted);
        }
        let clock = self.clock()?;
        let claim = self.with_keys(clock, |work, roster| {
            work.claim(call.keyed.clone(), call.id.clone(), |id| roster.is_removed(id))
        })?;
        self.set_alarm(armed, clock.now).await?;
        Ok(claim)
    }

    pub(crate) fn created(&self, call: &FinishWebhook) -> Result<CreatedWebhook, InternalError> {
        self.with_keys(self.clock()?, |work, _| work.created(&call.key, (*call.webhook).clone()))
    }
}
