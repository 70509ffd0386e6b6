//! Admitting publishes and creations, with what is recorded under their idempotency keys.

use std::collections::BTreeMap;

use domain::dispatch::StoreError;
use domain::publish::{
    Admission, Claim, IdempotencyKey, IdempotencyRecord, KeyedRequest, Plan, PublishLimits,
    Published, Work, admission, create_claim,
};
use domain::rpc::{
    Admit, ClaimWebhook, FinishPublishes, FinishWebhook, FinishedPublish, PublishRequest,
    RecordIncomplete,
};
use domain::webhook::CreatedWebhook;

use super::state::Inner;
use super::tables;
use crate::runtime::internal_error::InternalError;
use crate::runtime::{alarm, clock, config};

impl Inner {
    /// Decides about publishes in their order. Their records are stored together.
    pub(crate) async fn admit(&self, call: &Admit) -> Result<Vec<Admission>, InternalError> {
        let config = config::config(&self.env)?;
        // Only a publish with a key stores a record, for which the alarm may have to be set.
        let has_keys = call.publishes.iter().any(|publish| publish.keyed.is_some());
        let armed = if has_keys { alarm::armed(&self.state).await? } else { None };
        if self.is_closed()? {
            return Ok(call.publishes.iter().map(|_| Admission::Deleted).collect());
        }
        let clock = self.clock()?;
        let mut limits = PublishLimits {
            is_disabled: self.with_state(|state| state.suspension.is_disabled())?,
            bucket: self.bucket.get(),
            per_minute: config.publish_per_minute,
        };
        let (mut admissions, mut records) = (Vec::new(), BTreeMap::new());
        for PublishRequest { events, keyed } in call.publishes.clone() {
            let plan = self.with_roster(|roster| Plan::new(events, |of| roster.route(of)))?;
            let (key, keyed) = match keyed {
                Some(KeyedRequest { key, fingerprint }) => {
                    let record = self.record_of(&records, &key)?;
                    (Some(key), Some((fingerprint, record)))
                }
                None => (None, None),
            };
            let (admission, record) = admission::admit(plan, keyed, &mut limits, clock);
            records.extend(key.zip(record));
            admissions.push(admission);
        }
        self.bucket.set(limits.bucket);
        self.put_idempotency_records(armed, clock.now, records).await?;
        Ok(admissions)
    }

    /// The record of a key: one that is about to be stored, or the stored one.
    fn record_of(
        &self,
        changed: &BTreeMap<IdempotencyKey, IdempotencyRecord>,
        key: &IdempotencyKey,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        match changed.get(key) {
            Some(record) => Ok(Some(record.clone())),
            None => tables::idempotency_record(&self.sql, key),
        }
    }

    /// Records the outcomes of publishes with a key. The alarm is set already: a record keeps its
    /// time.
    pub(crate) fn finish(
        &self,
        call: &FinishPublishes,
    ) -> Result<Vec<Vec<Published>>, InternalError> {
        let (mut outcomes, mut records) = (Vec::new(), BTreeMap::new());
        for FinishedPublish { key, answers } in call.publishes.clone() {
            let (answers, record) = admission::finish(self.record_of(&records, &key)?, answers);
            records.extend(record.map(|record| (key, record)));
            outcomes.push(answers);
        }
        if !records.is_empty() {
            self.write(|sql| {
                records
                    .iter()
                    .try_for_each(|(key, record)| tables::finish_idempotency(sql, key, record))
            })?;
        }
        Ok(outcomes)
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
