//! Requests with a key, over the port to the records of an account.
//!
//! Every step runs inside one transaction of the object and changes the publishes in memory too. If
//! it fails, its changes to the storage are undone and those in memory are dropped, so a new run
//! begins.

use super::admission::{self, Admission, PublishLimits};
use super::create_claim::{self, Claim};
use super::fanout::{Plan, Published};
use super::idempotency::{
    Fingerprint, IdempotencyKey, IdempotencyRecord, KeyedRequest, Run, StepClock, Work,
};
use super::open_publishes::OpenPublishes;
use crate::base::{PURGE_AT_ONCE_MAX, WebhookId};
use crate::dispatch::StoreError;
use crate::webhook::CreatedWebhook;

/// The idempotency records of an account, inside one transaction.
pub trait KeyStore {
    /// The newest record of a key, even if it has expired.
    fn record(&self, key: &IdempotencyKey) -> Result<Option<IdempotencyRecord>, StoreError>;

    /// Stores a record of now. It replaces an earlier one of the key.
    fn insert(
        &mut self,
        key: &IdempotencyKey,
        record: &IdempotencyRecord,
    ) -> Result<(), StoreError>;

    /// Rewrites the newest record of a key, which exists and whose time stays.
    fn update(
        &mut self,
        key: &IdempotencyKey,
        record: &IdempotencyRecord,
    ) -> Result<(), StoreError>;

    /// The number before which every publish of a run is complete; `None` if none is stored.
    fn complete_before(&self, run: Run) -> Result<Option<u64>, StoreError>;

    /// Stores the number before which every publish of a run is complete.
    fn put_complete_before(&mut self, run: Run, number: u64) -> Result<(), StoreError>;
}

/// Requests with a key of one account, inside one transaction.
#[derive(Debug)]
pub struct KeyedWork<'a, S> {
    store: &'a mut S,
    open: &'a mut OpenPublishes,
    clock: StepClock,
}

impl<'a, S: KeyStore> KeyedWork<'a, S> {
    /// Begins a step.
    pub const fn new(store: &'a mut S, open: &'a mut OpenPublishes, clock: StepClock) -> Self {
        Self { store, open, clock }
    }

    /// Decides about a publish, which follows `plan` unless it is a repeat.
    pub fn admit(
        &mut self,
        plan: Plan,
        keyed: Option<KeyedRequest>,
        limits: &mut PublishLimits,
    ) -> Result<Admission, StoreError> {
        let Some(KeyedRequest { key, fingerprint }) = keyed else {
            return Ok(admission::admit(plan, None, limits, self.clock).0);
        };
        let record = self.record(&key)?;
        let keyed = Some((fingerprint, record));
        let (admission, record) = admission::admit(plan, keyed, limits, self.clock);
        if let Some(mut record) = record {
            if matches!(record.work, Work::Publishing(_)) {
                record.number = Some(self.open.begin(key.clone(), self.clock.now));
            }
            self.store.insert(&key, &record)?;
        }
        Ok(admission)
    }

    /// Records the outcome of a publish with a key. Returns the answer for the publisher: this
    /// outcome, or the one that a repeat reported first.
    pub fn finish(
        &mut self,
        key: &IdempotencyKey,
        answers: Vec<Published>,
    ) -> Result<Vec<Published>, StoreError> {
        let begun = self.record(key)?;
        let number = begun.as_ref().and_then(|record| record.number);
        let planned = begun.as_ref().and_then(IdempotencyRecord::planned_outcome);
        let (answers, done) = admission::finish(begun, answers);
        let Some(done) = done else { return Ok(answers) };
        let is_known = number.is_some_and(|number| self.open.is_open(number))
            && planned.is_some_and(|planned| planned == answers);
        if !is_known {
            self.store.update(key, &done)?;
        }
        if let Some(number) = number {
            self.open.end(number);
        }
        Ok(answers)
    }

    /// Ends a step that has finished publishes: stores which publishes are complete.
    pub fn store_complete(&mut self) -> Result<(), StoreError> {
        self.give_up_overdue()?;
        if let Some(number) = self.open.to_store() {
            self.store.put_complete_before(self.open.run(), number)?;
            self.open.set_stored(number);
        }
        Ok(())
    }

    /// Gives up publishes whose outcome is overdue: their records no longer have a number, so they
    /// stay in doubt when later publishes are complete.
    pub fn give_up_overdue(&mut self) -> Result<(), StoreError> {
        for (number, key) in self.open.overdue(self.clock.now, PURGE_AT_ONCE_MAX) {
            // The record may be gone, or the key may belong to another request.
            let record = self.store.record(&key)?.filter(|record| record.number == Some(number));
            if let Some(record) = record {
                self.store.update(&key, &IdempotencyRecord { number: None, ..record })?;
            }
            self.open.end(number);
        }
        Ok(())
    }

    /// Records a publish that came without a key and is incomplete, under its event's id.
    pub fn record_incomplete(
        &mut self,
        fingerprint: Fingerprint,
        plan: Plan,
    ) -> Result<(), StoreError> {
        let Some(event) = plan.events.first() else { return Ok(()) };
        let key = IdempotencyKey::of_event(&event.id);
        let work = Work::Publishing(plan);
        self.store.insert(&key, &IdempotencyRecord::new(self.clock.now, fingerprint, work))
    }

    /// Decides about a creation with a key. The webhook's id is `new_id` unless it is a repeat.
    /// `is_removed` says whether the roster lists a webhook as removed.
    pub fn claim(
        &mut self,
        keyed: KeyedRequest,
        new_id: WebhookId,
        is_removed: impl Fn(&WebhookId) -> bool,
    ) -> Result<Claim, StoreError> {
        let KeyedRequest { key, fingerprint } = keyed;
        let record = self.record(&key)?;
        let (claim, record) =
            create_claim::claim(new_id, fingerprint, record, is_removed, self.clock);
        if let Some(record) = record {
            self.store.insert(&key, &record)?;
        }
        Ok(claim)
    }

    /// Records a webhook that was created with a key. Returns the answer for the owner.
    pub fn created(
        &mut self,
        key: &IdempotencyKey,
        webhook: CreatedWebhook,
    ) -> Result<CreatedWebhook, StoreError> {
        let (webhook, record) = create_claim::created(self.record(key)?, webhook);
        if let Some(record) = record {
            self.store.update(key, &record)?;
        }
        Ok(webhook)
    }

    /// The record of a key, with the outcome if the publish is known to be complete.
    fn record(&self, key: &IdempotencyKey) -> Result<Option<IdempotencyRecord>, StoreError> {
        let Some(record) = self.store.record(key)? else { return Ok(None) };
        let is_complete = match record.number {
            Some(number) if number.run == self.open.run() => !self.open.is_open(number),
            Some(number) => {
                let complete = self.store.complete_before(number.run)?;
                complete.is_some_and(|complete| number.number < complete)
            }
            None => false,
        };
        Ok(Some(if is_complete { record.completed() } else { record }))
    }
}
