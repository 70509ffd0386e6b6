//! Listeners: webhooks whose receiver is a client that is connected to their object.
//!
//! While the client is not connected, nothing is attempted, and events wait. The webhook is deleted
//! when the client says that it is done, or [`LISTENER_GRACE`] after it was found to be gone. The
//! platform says at each step whether the client is connected; that is not stored, so after a crash
//! the grace begins when the object next looks.

use super::store::{Store, StoreError};
use super::transaction::{ListenerEnd, Transaction};
use crate::base::{LISTENER_CHECK, LISTENER_GRACE, Timestamp};
use crate::webhook::{Record, Stage, Webhook};

impl<S: Store> Transaction<'_, S> {
    /// Whether the webhook exists and is a listener, whose client may then connect. An earlier
    /// absence is over, so that none of it counts for the next one, even if nothing is noted of
    /// the connection.
    pub fn begin_connection(&mut self) -> Result<bool, StoreError> {
        match self.store.record()? {
            Some(mut record) if is_listener(&record) => {
                self.note_absence(&mut record, None)?;
                Ok(true)
            }
            Some(_) | None => Ok(false),
        }
    }

    /// Notes that the client of a listener has connected or disconnected. Returns whether the
    /// webhook exists and is a listener.
    pub fn connection_changed(&mut self) -> Result<bool, StoreError> {
        match self.store.record()? {
            Some(record) if is_listener(&record) => Ok(self.check_listener(record)?.is_some()),
            Some(_) | None => Ok(false),
        }
    }

    /// Deletes the webhook of a listener whose client is done.
    pub fn end_listener(&mut self) -> Result<bool, StoreError> {
        let is_listener = self.store.record()?.is_some_and(|record| is_listener(&record));
        Ok(is_listener && self.delete_because(ListenerEnd::Said)?)
    }

    /// Notes whether the client of a listener is connected, and deletes the webhook if it has been
    /// gone for long enough. `None` if it is deleted.
    pub(crate) fn check_listener(
        &mut self,
        mut record: Record,
    ) -> Result<Option<Record>, StoreError> {
        if !is_listener(&record) {
            return Ok(Some(record));
        }
        let disconnected_at = match record.disconnected_at {
            _ if self.is_connected => None,
            None => Some(self.now),
            Some(at) if at.plus(LISTENER_GRACE) <= self.now => {
                self.delete_because(ListenerEnd::Gone)?;
                return Ok(None);
            }
            Some(at) => Some(at),
        };
        self.note_absence(&mut record, disconnected_at)?;
        Ok(Some(record))
    }

    fn note_absence(
        &mut self,
        record: &mut Record,
        disconnected_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        if record.disconnected_at == disconnected_at {
            return Ok(());
        }
        record.disconnected_at = disconnected_at;
        self.put(record)
    }

    /// Returns the time at which the object looks at the client's connection again.
    pub(crate) fn next_listener_check(
        &self,
        record: &Record,
        webhook: &Webhook,
    ) -> Option<Timestamp> {
        let gone_at = record.disconnected_at.filter(|_| !self.is_connected);
        let next = gone_at
            .map_or_else(|| self.now.plus(LISTENER_CHECK), |gone_at| gone_at.plus(LISTENER_GRACE));
        webhook.configuration.listener.then_some(next)
    }
}

fn is_listener(record: &Record) -> bool {
    matches!(&record.stage, Stage::Live(webhook) if webhook.configuration.listener)
}
