//! Making the POST of a delivery.

use super::store::{Store, StoreError};
use super::transaction::{Effect, SendJob, Transaction};
use crate::base::{MASTER_KEY_PATIENCE, Timestamp};
use crate::crypto::{Opener, Owner};
use crate::delivery::{Cause, Delivery, Outbound, Post, SendError, Unbuilt};
use crate::event::Payload;
use crate::webhook::{Record, Webhook};

impl<S: Store> Transaction<'_, S> {
    /// When deliveries are looked at that are due at `due`: what is due and was not leased waits
    /// for a master key, and is not asked for all the time.
    pub(crate) fn after_lock(
        &self,
        record: &Record,
        webhook: &Webhook,
        due: Timestamp,
    ) -> Timestamp {
        let opener = Opener { ring: &self.rules.master_keys, owner: owner(record) };
        if due <= self.now && webhook.configuration.open(opener, self.now).is_err() {
            return self.now.plus(MASTER_KEY_PATIENCE);
        }
        due
    }

    /// The POST of a delivery, or why there is none to make; `None` while the secrets do not open.
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
            at: self.now,
        };
        match Outbound::new(post, payload, self.rules) {
            Ok(request) => Some(Ok(request)),
            Err(Unbuilt::Refused(fault)) => Some(Err(fault)),
            Err(Unbuilt::Locked(error)) => {
                self.locked = Some(error);
                None
            }
        }
    }

    /// The try that the newest lease of a delivery is for.
    pub(crate) fn attempt(
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
            number: delivery.tries,
            cause,
            at: self.now,
            request,
        }
    }

    pub(crate) fn send(
        &mut self,
        delivery: &Delivery,
        cause: Cause,
        request: Result<Outbound, SendError>,
    ) {
        let attempt = self.attempt(delivery, cause, request);
        self.effects.push(Effect::Send(Box::new(attempt)));
    }

    pub(crate) fn payload(&self, delivery: &Delivery) -> Result<Payload, StoreError> {
        let payload = self.store.payload(delivery.seq)?;
        payload.ok_or_else(|| StoreError("a delivery has no payload".to_owned()))
    }
}

/// Whose secrets a record holds.
const fn owner(record: &Record) -> Owner<'_> {
    Owner { account: &record.account, webhook: &record.id }
}
