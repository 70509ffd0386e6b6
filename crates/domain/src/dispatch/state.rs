//! The state of a webhook, and when it is published.
//!
//! The state follows from the record and the receiver's health. KV has it for lists. It is
//! published when it changes and not with every attempt: at most `STATES_AT_ONCE` times in a row,
//! then once in [`STATE_INTERVAL`](crate::webhook::record::STATE_INTERVAL). Each publication makes
//! no new version, since a version decides which failures count.

use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::Timestamp;
use crate::delivery::Standing;
use crate::webhook::{EntityTag, Record, Stage, Webhook, WebhookState, WebhookView};

impl<S: Store> Transaction<'_, S> {
    /// Returns the state of a live webhook.
    pub(crate) fn state(
        &self,
        record: &Record,
        webhook: &Webhook,
    ) -> Result<WebhookState, StoreError> {
        if let Some(state) = WebhookState::of_inactive(webhook.shown_activity()) {
            return Ok(state);
        }
        if record.untried {
            return Ok(WebhookState::Untried);
        }
        let track_record = self.store.health()?.track_record;
        if track_record.is_new() {
            return Ok(WebhookState::Healthy);
        }
        Ok(match track_record.standing(self.store.next_seq()?) {
            Standing::Failing => WebhookState::Failing,
            Standing::Degraded => WebhookState::Degraded,
            Standing::Healthy => WebhookState::Healthy,
        })
    }

    /// Returns a webhook as its owner sees it.
    pub(crate) fn shown(
        &self,
        record: &Record,
        webhook: &Webhook,
    ) -> Result<WebhookView, StoreError> {
        let (configuration, activity) = (&webhook.configuration, webhook.shown_activity());
        let view = WebhookView::new(record.id.clone(), configuration, activity);
        let view = view.with_times(Some(webhook.created_at), record.updated_at(webhook));
        Ok(view.with_state(self.state(record, webhook)?))
    }

    /// Returns a webhook as its owner sees it alone, with the tag of its state.
    pub(crate) fn shown_alone(
        &self,
        record: &Record,
        webhook: &Webhook,
    ) -> Result<WebhookView, StoreError> {
        Ok(WebhookView { tag: Some(tag(record, webhook)), ..self.shown(record, webhook)? })
    }

    /// Whether KV is to be sent another state now.
    pub(crate) fn is_state_due(&self, record: &Record) -> Result<bool, StoreError> {
        Ok(self.state_due(record)?.is_some_and(|due| due <= self.now))
    }

    /// Returns the time at which another state is to be published, if KV was last sent a different
    /// one.
    pub(crate) fn state_due(&self, record: &Record) -> Result<Option<Timestamp>, StoreError> {
        let Stage::Live(webhook) = &record.stage else { return Ok(None) };
        let is_current = record.listed.state == Some(self.state(record, webhook)?);
        Ok((!is_current).then(|| record.listed.next_due()))
    }
}

/// The tag of a webhook's state.
pub(crate) fn tag(record: &Record, webhook: &Webhook) -> EntityTag {
    EntityTag::new(webhook.created_at, record.version)
}
