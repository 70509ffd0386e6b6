//! The audit log of an account: who changed what, and when. Never a secret, nor any value.
//!
//! The change comes first and its entry after it: a change that was made must not be undone, nor be
//! told as failed, because it could not be written down. What an Account object changes itself is
//! one transaction with its entry.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::auth::Actor;
use crate::base::cursor::page_size;
use crate::base::{
    Cursor, EventId, Field, FieldErrors, KeyId, PAGE_SIZE, Seq, Timestamp, WebhookId,
};
use crate::webhook::{RosterEntry as Row, RoutingState};

/// What was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum Action {
    /// A webhook was created.
    #[serde(rename = "webhook.created")]
    WebhookCreated {
        /// Which.
        webhook: WebhookId,
    },
    /// A webhook was changed.
    #[serde(rename = "webhook.updated")]
    WebhookUpdated {
        /// Which.
        webhook: WebhookId,
        /// What of it.
        fields: Vec<Field>,
    },
    /// The same, and it was switched on with it.
    #[serde(rename = "webhook.reactivated")]
    WebhookReactivated {
        /// Which.
        webhook: WebhookId,
        /// What of it.
        fields: Vec<Field>,
    },
    /// The dispatcher switched a webhook off.
    #[serde(rename = "webhook.deactivated")]
    WebhookDeactivated {
        /// Which.
        webhook: WebhookId,
    },
    /// A webhook was deleted.
    #[serde(rename = "webhook.deleted")]
    WebhookDeleted {
        /// Which.
        webhook: WebhookId,
    },
    /// A webhook was given another signing secret.
    #[serde(rename = "webhook.secret_rotated")]
    SecretRotated {
        /// Which.
        webhook: WebhookId,
    },
    /// A delivery was sent again.
    #[serde(rename = "delivery.resent")]
    DeliveryResent {
        /// To which webhook.
        webhook: WebhookId,
        /// Which event.
        event: EventId,
    },
    /// A delivery was passed over.
    #[serde(rename = "delivery.skipped")]
    DeliverySkipped {
        /// To which webhook.
        webhook: WebhookId,
        /// Which event.
        event: EventId,
    },
    /// A recovery of what was missed began.
    #[serde(rename = "recovery.begun")]
    RecoveryBegun {
        /// To which webhook.
        webhook: WebhookId,
    },
    /// An API key was minted.
    #[serde(rename = "key.minted")]
    KeyMinted {
        /// Which.
        key: KeyId,
        /// Whether it is that of a portal link.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        portal: bool,
    },
    /// An API key was revoked.
    #[serde(rename = "key.revoked")]
    KeyRevoked {
        /// Which.
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
    /// A change of these fields of a webhook, which is switched on after it or not; nothing if it
    /// is no change.
    pub fn of_update(webhook: WebhookId, fields: Vec<Field>, active: bool) -> Option<Self> {
        match fields.as_slice() {
            [] => None,
            changed if active && changed.contains(&Field::Active) => {
                Some(Self::WebhookReactivated { webhook, fields })
            }
            _ => Some(Self::WebhookUpdated { webhook, fields }),
        }
    }

    /// What a report about a row of the roster tells of the dispatcher's doing.
    pub fn of_report(before: Option<&Row>, after: &Row) -> Option<Self> {
        let was_active = before.is_some_and(|row| row.routing_state == RoutingState::Active);
        (was_active && after.routing_state == RoutingState::Held)
            .then(|| Self::WebhookDeactivated { webhook: after.id.clone() })
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    #[serde(flatten)]
    pub action: Action,
}

/// Which part of the log is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Where to start.
    pub cursor: Cursor,
    /// At most so many.
    pub limit: usize,
}

impl AuditQuery {
    /// Reads a query string, without its question mark. Of a repeated parameter the last counts.
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

/// One line of the log as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntryView {
    /// When (RFC 3339).
    pub at: String,
    /// Who.
    pub by: Actor,
    /// What.
    #[serde(flatten)]
    pub action: Action,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The entries, the newest first.
    pub results: Vec<AuditEntryView>,
    /// Where the page of older ones starts.
    pub older: Option<Cursor>,
    /// Where the page of newer ones starts.
    pub newer: Option<Cursor>,
}

impl AuditPage {
    /// The page of what was found for `query`, of which one more than its limit was asked for.
    pub fn new(query: &AuditQuery, found: Vec<(Seq, AuditEntry)>) -> Self {
        let (found, older, newer) = query.cursor.page(query.limit, found, |(seq, _)| *seq);
        let view = |(_, entry): (Seq, AuditEntry)| AuditEntryView {
            at: entry.at.rfc3339(),
            by: entry.by,
            action: entry.action,
        };
        Self { results: found.into_iter().map(view).collect(), older, newer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> WebhookId {
        text.parse().unwrap()
    }

    #[test]
    fn an_update_is_told_by_what_it_changed() {
        let check = |fields: &[Field], active, expected: Option<&str>| {
            let action = Action::of_update(id("w"), fields.to_vec(), active);
            let told = action.map(|action| serde_json::to_string(&action).unwrap());
            assert_eq!(told.as_deref(), expected, "{fields:?} {active}");
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
    fn only_the_dispatcher_makes_an_active_webhook_hold() {
        use RoutingState::{Active, Disabled, Held};
        let row = |routing_state| Row {
            id: id("w"),
            version: crate::base::Version::new(1),
            routing_state,
            event_type: None,
            target: String::new(),
        };
        for before in [Active, Held, Disabled] {
            for after in [Active, Held, Disabled] {
                let told = Action::of_report(Some(&row(before)), &row(after)).is_some();
                assert_eq!(told, (before, after) == (Active, Held), "{before:?} {after:?}");
            }
        }
        assert_eq!(Action::of_report(None, &row(Held)), None);
    }

    #[test]
    fn a_page_is_asked_for_as_one_of_the_history_is() {
        let query = AuditQuery::parse("cursor=o7&page_size=2&status=x").unwrap();
        let expected = AuditQuery { cursor: Cursor::OlderThan(Seq::new(7)), limit: 2 };
        assert_eq!(query, expected);
        assert!(AuditQuery::parse("cursor=7").is_err());
        let entry = |seq| {
            let (at, by) = (Timestamp::from_ms(seq), Actor::Admin);
            (Seq::new(seq), AuditEntry { at, by, action: Action::AccountDisabled })
        };
        let page = AuditPage::new(&query, vec![entry(6), entry(5), entry(4)]);
        assert_eq!(page.results.len(), 2);
        assert_eq!(page.results[0].at, "1970-01-01T00:00:00.006+00:00");
        assert_eq!(page.older, Some(Cursor::OlderThan(Seq::new(5))));
        assert_eq!(page.newer, Some(Cursor::NewerThan(Seq::new(6))));
    }
}
