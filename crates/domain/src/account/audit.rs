//! The audit log of an account: who changed what, and when. It contains neither the old nor the new
//! values of fields, and no secrets.
//!
//! An entry is written after its change. A change that was made is neither undone nor reported as
//! failed because its entry could not be written. A change of the Account object itself is one
//! transaction with its entry.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::auth::Actor;
use crate::base::cursor::page_size;
use crate::base::{
    Cursor, EventId, Field, FieldErrors, KeyId, PAGE_SIZE, Seq, Timestamp, WebhookId,
};
use crate::webhook::{RosterEntry as Row, RoutingState};

/// A change, as the audit log names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum Action {
    /// A webhook was created.
    #[serde(rename = "webhook.created")]
    WebhookCreated {
        /// The webhook's id.
        webhook: WebhookId,
    },
    /// A webhook was changed.
    #[serde(rename = "webhook.updated")]
    WebhookUpdated {
        /// The webhook's id.
        webhook: WebhookId,
        /// The changed fields.
        fields: Vec<Field>,
    },
    /// A webhook was changed, and the change activated it.
    #[serde(rename = "webhook.reactivated")]
    WebhookReactivated {
        /// The webhook's id.
        webhook: WebhookId,
        /// The changed fields.
        fields: Vec<Field>,
    },
    /// The dispatcher deactivated a webhook.
    #[serde(rename = "webhook.deactivated")]
    WebhookDeactivated {
        /// The webhook's id.
        webhook: WebhookId,
    },
    /// A webhook was deleted.
    #[serde(rename = "webhook.deleted")]
    WebhookDeleted {
        /// The webhook's id.
        webhook: WebhookId,
    },
    /// The signing secret of a webhook was replaced.
    #[serde(rename = "webhook.secret_rotated")]
    SecretRotated {
        /// The webhook's id.
        webhook: WebhookId,
    },
    /// A delivery was sent again.
    #[serde(rename = "delivery.resent")]
    DeliveryResent {
        /// The webhook's id.
        webhook: WebhookId,
        /// The event's id.
        event: EventId,
    },
    /// Deliveries were sent again.
    #[serde(rename = "deliveries.resent")]
    DeliveriesResent {
        /// The webhook's id.
        webhook: WebhookId,
        /// Their number.
        count: usize,
    },
    /// A delivery was skipped.
    #[serde(rename = "delivery.skipped")]
    DeliverySkipped {
        /// The webhook's id.
        webhook: WebhookId,
        /// The event's id.
        event: EventId,
    },
    /// A recovery of missed deliveries began.
    #[serde(rename = "recovery.begun")]
    RecoveryBegun {
        /// The webhook's id.
        webhook: WebhookId,
    },
    /// An API key was minted.
    #[serde(rename = "key.minted")]
    KeyMinted {
        /// The key's id.
        key: KeyId,
        /// Whether the key belongs to a portal link.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        portal: bool,
    },
    /// An API key was revoked.
    #[serde(rename = "key.revoked")]
    KeyRevoked {
        /// The key's id.
        key: KeyId,
    },
    /// The account was disabled.
    #[serde(rename = "account.disabled")]
    AccountDisabled,
    /// The account was enabled.
    #[serde(rename = "account.enabled")]
    AccountEnabled,
    /// The deletion of the account's data began.
    #[serde(rename = "account.deleted")]
    AccountDeleted,
}

impl Action {
    /// The action for an update of a webhook: its changed `fields`, and whether it is `active`
    /// afterwards. `None` if no field changed.
    pub fn of_update(webhook: WebhookId, fields: Vec<Field>, active: bool) -> Option<Self> {
        match fields.as_slice() {
            [] => None,
            changed if active && changed.contains(&Field::Active) => {
                Some(Self::WebhookReactivated { webhook, fields })
            }
            _ => Some(Self::WebhookUpdated { webhook, fields }),
        }
    }

    /// The changed fields, if the action has some.
    const fn fields_mut(&mut self) -> Option<&mut Vec<Field>> {
        match self {
            Self::WebhookUpdated { fields, .. } | Self::WebhookReactivated { fields, .. } => {
                Some(fields)
            }
            Self::WebhookCreated { .. }
            | Self::WebhookDeactivated { .. }
            | Self::WebhookDeleted { .. }
            | Self::SecretRotated { .. }
            | Self::DeliveryResent { .. }
            | Self::DeliveriesResent { .. }
            | Self::DeliverySkipped { .. }
            | Self::RecoveryBegun { .. }
            | Self::KeyMinted { .. }
            | Self::KeyRevoked { .. }
            | Self::AccountDisabled
            | Self::AccountEnabled
            | Self::AccountDeleted => None,
        }
    }

    /// The action for a report to the roster; `None` unless the report shows that the dispatcher
    /// deactivated the webhook. Only the dispatcher moves an active webhook to held, unless its
    /// owner paused it and it holds what it misses.
    pub fn of_report(before: Option<&Row>, after: &Row) -> Option<Self> {
        let was_active = before.is_some_and(|row| row.routing_state == RoutingState::Active);
        let is_off = after.routing_state == RoutingState::Held && !after.options.is_paused;
        (was_active && is_off).then(|| Self::WebhookDeactivated { webhook: after.id.clone() })
    }
}

/// The fields that the previous release does not know. An entry stores them apart, so that the
/// previous release can read the others after a rollback.
const RECENT_FIELDS: [Field; 8] = [
    Field::Name,
    Field::Metadata,
    Field::EventTypes,
    Field::Filter,
    Field::TimeoutMs,
    Field::Retry,
    Field::DeactivateOn4xx,
    Field::HoldWhilePaused,
];

/// One entry of the log, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The time of the change.
    at: Timestamp,
    /// The author of the change.
    by: Actor,
    /// The change, without the fields in `recent_fields`.
    #[serde(flatten)]
    action: Action,
    /// Changed fields that the previous release does not know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    recent_fields: Vec<Field>,
}

impl AuditEntry {
    /// Makes the entry of a change.
    pub fn new(at: Timestamp, by: Actor, mut action: Action) -> Self {
        let is_recent = |field: &mut Field| RECENT_FIELDS.contains(field);
        let recent_fields = action
            .fields_mut()
            .map(|fields| fields.extract_if(.., is_recent).collect())
            .unwrap_or_default();
        Self { at, by, action, recent_fields }
    }
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { at, by, mut action, recent_fields } = entry;
        if let Some(fields) = action.fields_mut() {
            fields.extend(recent_fields);
        }
        Self { at: at.rfc3339(), by, action }
    }
}

/// A request for one page of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// The start of the page.
    pub cursor: Cursor,
    /// The maximum number of entries on the page.
    pub limit: usize,
}

impl AuditQuery {
    /// Reads a query string without its question mark. If a parameter is repeated, the last one
    /// counts.
    pub fn parse(query: &str) -> Result<Self, FieldErrors> {
        let mut parsed = Self { cursor: Cursor::Newest, limit: PAGE_SIZE };
        let mut errors = FieldErrors::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "cursor" => {
                    if let Some(cursor) = errors.take(Field::Cursor, Cursor::parse(&value)) {
                        parsed.cursor = cursor;
                    }
                }
                "page_size" => parsed.limit = page_size(&value),
                _ => {}
            }
        }
        if errors.is_empty() { Ok(parsed) } else { Err(errors) }
    }
}

/// One entry of the log in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntryView {
    /// The time of the change (RFC 3339).
    pub at: String,
    /// The author of the change.
    pub by: Actor,
    /// The change.
    #[serde(flatten)]
    pub action: Action,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The entries, the newest first.
    pub results: Vec<AuditEntryView>,
    /// The cursor of the next older page, if there is one.
    pub older: Option<Cursor>,
    /// The cursor of the next newer page, if there is one.
    pub newer: Option<Cursor>,
}

impl AuditPage {
    /// The page for `query`. The caller reads one entry more than the limit; the extra entry shows
    /// that another page follows.
    pub fn new(query: &AuditQuery, found: Vec<(Seq, AuditEntry)>) -> Self {
        let (found, older, newer) = query.cursor.page(query.limit, found, None, |(seq, _)| *seq);
        let results = found.into_iter().map(|(_, entry)| entry.into()).collect();
        Self { results, older, newer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> WebhookId {
        text.parse().unwrap()
    }

    #[test]
    fn an_update_lists_the_changed_fields_and_an_activation_has_its_own_action() {
        let check = |fields: &[Field], active, expected: Option<&str>| {
            let action = Action::of_update(id("w"), fields.to_vec(), active);
            let json = action.map(|action| serde_json::to_string(&action).unwrap());
            assert_eq!(json.as_deref(), expected, "{fields:?} {active}");
        };
        check(&[], true, None);
        let updated = r#"{"action":"webhook.updated","webhook":"w","fields":["target_url"]}"#;
        check(&[Field::TargetUrl], true, Some(updated));
        let off = r#"{"action":"webhook.updated","webhook":"w","fields":["active"]}"#;
        check(&[Field::Active], false, Some(off));
        let on = r#"{"action":"webhook.reactivated","webhook":"w","fields":["active"]}"#;
        check(&[Field::Active], true, Some(on));
    }

    #[test]
    fn a_report_is_logged_only_if_it_moves_an_active_webhook_to_held() {
        use RoutingState::{Active, Disabled, Held};
        let row = |routing_state| Row {
            id: id("w"),
            version: crate::base::Version::new(1),
            routing_state,
            event_type: None,
            target: String::new(),
            options: crate::webhook::RosterOptions::default(),
            filter: None,
        };
        for before in [Active, Held, Disabled] {
            for after in [Active, Held, Disabled] {
                let is_logged = Action::of_report(Some(&row(before)), &row(after)).is_some();
                assert_eq!(is_logged, (before, after) == (Active, Held), "{before:?} {after:?}");
            }
        }
        assert_eq!(Action::of_report(None, &row(Held)), None);
        let mut paused = row(Held);
        paused.options.is_paused = true;
        assert_eq!(Action::of_report(Some(&row(Active)), &paused), None, "the owner did it");
    }

    #[test]
    fn fields_that_the_previous_release_does_not_know_are_stored_apart_and_shown_with_the_others() {
        let fields = vec![Field::Active, Field::Name, Field::Metadata];
        for active in [true, false] {
            let action = Action::of_update(id("w"), fields.clone(), active).unwrap();
            let entry = AuditEntry::new(Timestamp::from_ms(0), Actor::Admin, action.clone());
            let stored = serde_json::to_string(&entry).unwrap();
            let fields = r#""fields":["active"],"recent_fields":["name","metadata"]}"#;
            assert!(stored.ends_with(fields), "{stored}");
            let read: AuditEntry = serde_json::from_str(&stored).unwrap();
            assert_eq!(AuditEntryView::from(read).action, action);
        }
    }

    #[test]
    fn a_page_is_requested_by_cursor_and_size() {
        let query = AuditQuery::parse("cursor=o7&page_size=2&status=x").unwrap();
        let expected = AuditQuery { cursor: Cursor::OlderThan(Seq::new(7)), limit: 2 };
        assert_eq!(query, expected);
        assert!(AuditQuery::parse("cursor=7").is_err());
        let entry = |seq| {
            let (at, by) = (Timestamp::from_ms(seq), Actor::Admin);
            (Seq::new(seq), AuditEntry::new(at, by, Action::AccountDisabled))
        };
        let page = AuditPage::new(&query, vec![entry(6), entry(5), entry(4)]);
        assert_eq!(page.results.len(), 2);
        assert_eq!(page.results[0].at, "1970-01-01T00:00:00.006+00:00");
        assert_eq!(page.older, Some(Cursor::OlderThan(Seq::new(5))));
        assert_eq!(page.newer, Some(Cursor::NewerThan(Seq::new(6))));
    }
}
