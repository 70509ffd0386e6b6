//! Building the POST of a delivery, and the job for its attempt.

use super::store::{Store, StoreError};
use super::transaction::{SendJob, Transaction};
use crate::base::{MASTER_KEY_RETRY_DELAY, Timestamp};
use crate::crypto::{Opener, Owner};
use crate::delivery::{Cause, Delivery, Outbound, Post, PostError, Schedule, SendError};
use crate::event::Payload;
use crate::webhook::{Record, Stage, Webhook};

impl<S: Store> Transaction<'_, S> {
    /// Whether attempts can be made now: the webhook sends, and its client is connected if it is a
    /// listener.
    pub(crate) fn sends(&self, webhook: &Webhook) -> bool {
        webhook.sends() && (self.is_connected || !webhook.configuration.listener)
    }

    /// Returns the time at which a delivery that is due at `due` can be leased. If it is due
    /// already and the webhook's secrets do not open, that is [`MASTER_KEY_RETRY_DELAY`] from now,
    /// so that a missing master key does not wake the object again and again.
    pub(crate) fn earliest_lease(
        &self,
        record: &Record,
        webhook: &Webhook,
        due: Timestamp,
    ) -> Timestamp {
        let opener = Opener { ring: &self.rules.master_keys, owner: owner(record) };
        if due <= self.now && webhook.configuration.open(opener, self.now).is_err() {
            return self.now.plus(MASTER_KEY_RETRY_DELAY);
        }
        due
    }

    /// Returns the retry schedule of a webhook.
    pub(crate) fn schedule(&self, record: &Record) -> Schedule {
        let schedule = match &record.stage {
            Stage::Live(webhook) => self.rules.schedule_of(&webhook.configuration.delivery_options),
            Stage::Creating { .. } | Stage::Deleting => self.rules.schedule,
        };
        schedule.of_webhook(&record.account, &record.id)
    }

    /// Builds the POST of a delivery, or returns the reason why the attempt fails without one.
    /// `None` if the webhook's secrets do not open: then no attempt is made.
    pub(crate) fn request(
        &mut self,
        record: &Record,
        webhook: &Webhook,
        delivery: &Delivery,
        payload: Payload,
    ) -> Option<Result<Outbound, SendError>> {
        let post = Post {
            owner: owner(record),
            configuration: &webhook.configuration,
            event_id: &delivery.event_id,
            trace: delivery.trace.as_ref(),
            at: self.now,
        };
        match Outbound::new(post, payload, self.rules) {
            Ok(request) => Some(Ok(request)),
            Err(PostError::Refused(fault)) => Some(Err(fault)),
            Err(PostError::Locked(error)) => {
                self.locked = Some(error);
                None
            }
        }
    }

    /// Makes the job for the newest lease of a delivery.
    pub(crate) fn send_job(
        &self,
        delivery: &Delivery,
        cause: Cause,
        request: Result<Outbound, SendError>,
    ) -> SendJob {
        SendJob {
            seq: delivery.seq,
            token: delivery.token,
            event_id: delivery.event_id.clone(),
            event_type: delivery.event_type.clone(),
            number: delivery.attempts,
            cause,
            at: self.now,
            request,
        }
    }

    pub(crate) fn payload(&self, delivery: &Delivery) -> Result<Payload, StoreError> {
        let payload = self.store.payload(delivery.seq)?;
        payload.ok_or_else(|| StoreError("a delivery has no payload".to_owned()))
    }
}

/// Returns the owner of a record's secrets.
pub(crate) const fn owner(record: &Record) -> Owner<'_> {
    Owner { account: &record.account, webhook: &record.id }
}
