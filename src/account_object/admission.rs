//! Admitting publishes and creations, with what is recorded under their idempotency keys.

use domain::publish::{
    Admission, Claim, IdempotencyKey, IdempotencyRecord, KeyedRequest, Plan, PublishLimits,
    Published, Work, admission, create_claim,
};
use domain::rpc::{Admit, ClaimWebhook, FinishPublish, FinishWebhook, RecordIncomplete};
use domain::webhook::CreatedWebhook;

use super::state::Inner;
use super::tables;
use crate::runtime::internal_error::InternalError;
use crate::runtime::{alarm, clock, config};

impl Inner {
    pub(crate) async fn admit(&self, call: &Admit) -> Result<Admission, InternalError> {
        let config = config::config(&self.env)?;
        // Only a publish with a key stores a record, for which the alarm may have to be set.
        let armed = match call.keyed {
            Some(_) => alarm::armed(&self.state).await?,
            None => None,
        };
        if self.is_closed()? {
            return Ok(Admission::Deleted);
        }
        let clock = self.clock()?;
        let events = call.events.clone();
        let plan = self.with_roster(|roster| Plan::new(events, |of| roster.route(of)))?;
        let keyed = match &call.keyed {
            Some(KeyedRequest { key, fingerprint }) => {
                Some((fingerprint.clone(), tables::idempotency_record(&self.sql, key)?))
            }
            None => None,
        };
        let mut limits = PublishLimits {
            is_disabled: self.with_state(|state| state.suspension.is_disabled())?,
            bucket: self.bucket.get(),
            per_minute: config.publish_per_minute,
        };
        let (admission, record) = admission::admit(plan, keyed, &mut limits, clock);
        self.bucket.set(limits.bucket);
        let key = call.keyed.as_ref().map(|keyed| keyed.key.clone());
        self.put_idempotency_records(armed, clock.now, key.zip(record)).await?;
        Ok(admission)
    }

    pub(crate) async fn finish(
        &self,
        call: &FinishPublish,
    ) -> Result<Vec<Published>, InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let record = tables::idempotency_record(&self.sql, &call.key)?;
        let (answers, record) = admission::finish(record, call.answers.clone());
        let record = record.map(|record| (call.key.clone(), record));
        self.put_idempotency_records(armed, clock::now(), record).await?;
        Ok(answers)
    }

    pub(crate) async fn remember(&self, call: &RecordIncomplete) -> Result<(), InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let at = clock::now();
        let records = call.publishes.iter().filter_map(|(fingerprint, plan)| {
            let key = IdempotencyKey::of_event(&plan.events.first()?.id);
            let work = Work::Publishing(plan.clone());
            Some((key, IdempotencyRecord { at, fingerprint: fingerprint.clone(), work }))
        });
        self.put_idempotency_records(armed, at, records).await
    }

    pub(crate) async fn claim(&self, call: &ClaimWebhook) -> Result<Claim, InternalError> {
        let armed = alarm::armed(&self.state).await?;
        if self.is_closed()? {
            return Ok(Claim::Deleted);
        }
        let clock = self.clock()?;
        let KeyedRequest { key, fingerprint } = call.keyed.clone();
        let record = tables::idempotency_record(&self.sql, &key)?;
        let (claim, record) = self.with_roster(|roster| {
            let is_removed = |id: &_| roster.is_removed(id);
            create_claim::claim(call.id.clone(), fingerprint, record, is_removed, clock)
        })?;
        self.put_idempotency_records(armed, clock.now, record.map(|record| (key, record))).await?;
        Ok(claim)
    }

    pub(crate) async fn created(
        &self,
        call: &FinishWebhook,
    ) -> Result<CreatedWebhook, InternalError> {
        let armed = alarm::armed(&self.state).await?;
        let record = tables::idempotency_record(&self.sql, &call.key)?;
        let (view, record) = create_claim::created(record, call.webhook.clone());
        self.put_idempotency_records(
            armed,
            clock::now(),
            record.map(|record| (call.key.clone(), record)),
        )
        .await?;
        Ok(view)
    }
}
