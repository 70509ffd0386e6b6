//! The directory of accounts, from which the operator's list is made.
//!
//! An account needs no preparation: it exists once it has a key or a webhook. So KV gets a record
//! of it then, with the time of its latest event, which is stored at most once in
//! [`EVENT_NOTE_INTERVAL`] and costs no event anything. How many webhooks an account has, and in
//! which state, is read from the names of their records.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::base::{
    ACCOUNTS_PAGE_MAX, AccountId, EVENT_NOTE_INTERVAL, Field, FieldErrors, Timestamp, TtlCache,
};
use crate::webhook::{RecordLabel, WebhookState};

/// The record of an account in KV.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    /// The time of the latest event that the account published, exact to [`EVENT_NOTE_INTERVAL`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event_at: Option<Timestamp>,
    /// Whether the account's data was deleted. Such a record is kept for a day, so that the
    /// operator sees that the deletion is complete.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_deleted: bool,
}

impl DirectoryEntry {
    /// The record of an account whose data was deleted.
    pub const DELETED: Self = Self { last_event_at: None, is_deleted: true };

    /// The record to store for an account that has a key or a webhook; `None` if the `stored` one
    /// stays.
    pub fn of_used(stored: Option<Self>) -> Option<Self> {
        let stays = stored.is_some_and(|stored| !stored.is_deleted);
        (!stays).then(Self::default)
    }

    /// The record to store for an account that published an event at `now`; `None` if the `stored`
    /// one stays.
    pub fn with_event(stored: Option<Self>, now: Timestamp) -> Option<Self> {
        let latest = stored.filter(|stored| !stored.is_deleted).and_then(|it| it.last_event_at);
        let stays = latest.is_some_and(|latest| now < latest.plus(EVENT_NOTE_INTERVAL));
        (!stays).then_some(Self { last_event_at: Some(now), is_deleted: false })
    }
}

/// The accounts whose record was checked within the last [`EVENT_NOTE_INTERVAL`], in one isolate of
/// the Worker.
#[derive(Debug)]
pub struct NotedAccounts(TtlCache<AccountId, ()>);

impl Default for NotedAccounts {
    fn default() -> Self {
        Self(TtlCache::new(EVENT_NOTE_INTERVAL))
    }
}

impl NotedAccounts {
    /// Whether the record of an account must be checked at `now`. If so, it counts as checked.
    pub fn is_due(&mut self, account: &AccountId, now: Timestamp) -> bool {
        let is_due = self.0.get(account, now).is_none();
        if is_due {
            self.0.insert(account.clone(), (), now);
        }
        is_due
    }
}

/// A request for a page of the list of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountsQuery {
    /// Only accounts whose name contains this text, in lower case.
    contains: String,
    /// Only accounts that follow this one.
    after: Option<AccountId>,
    /// The most accounts on the page.
    limit: usize,
}

impl AccountsQuery {
    /// Parses a query string without its question mark. If a parameter is repeated, the last one
    /// counts.
    pub fn parse(query: &str) -> Result<Self, FieldErrors> {
        let mut parsed = Self { contains: String::new(), after: None, limit: ACCOUNTS_PAGE_MAX };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => parsed.contains = value.to_lowercase(),
                "cursor" => {
                    let after = value.parse();
                    let invalid = |_| FieldErrors::one(Field::Cursor, "Invalid cursor.");
                    parsed.after = Some(after.map_err(invalid)?);
                }
                "page_size" => {
                    let size = value.parse().ok().filter(|&size: &usize| size > 0);
                    parsed.limit = size.map_or(ACCOUNTS_PAGE_MAX, |it| it.min(ACCOUNTS_PAGE_MAX));
                }
                _ => {}
            }
        }
        Ok(parsed)
    }

    /// Selects the page from all accounts, which come in the order of their names in KV. Returns
    /// the accounts of the page, and the last one if others follow.
    pub fn page(
        &self,
        all: impl IntoIterator<Item = (AccountId, DirectoryEntry)>,
    ) -> (Vec<(AccountId, DirectoryEntry)>, Option<AccountId>) {
        let after = self.after.as_ref().map(order);
        let is_wanted = |(account, entry): &(AccountId, DirectoryEntry)| {
            !entry.is_deleted
                && after.as_ref().is_none_or(|after| order(account) > *after)
                && account.as_str().to_lowercase().contains(&self.contains)
        };
        let mut page: Vec<_> =
            all.into_iter().filter(is_wanted).take(self.limit.saturating_add(1)).collect();
        let is_more = page.len() > self.limit;
        page.truncate(self.limit);
        let last = page.last().map(|(account, _)| account.clone()).filter(|_| is_more);
        (page, last)
    }
}

/// The text by which an account is sorted: the rest of its record's name in KV.
fn order(account: &AccountId) -> String {
    format!("{account}:")
}

/// An account in the operator's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountRow {
    account: AccountId,
    /// The number of webhooks, an alert included.
    webhooks: usize,
    /// The number of those whose latest attempt failed.
    failing: usize,
    /// The number of those that the dispatcher switched off.
    off: usize,
    /// The time of the latest event (RFC 3339), exact to [`EVENT_NOTE_INTERVAL`].
    last_event_at: Option<String>,
}

impl AccountRow {
    /// Makes the row of an account, whose webhooks have these labels.
    pub fn new(account: AccountId, entry: DirectoryEntry, labels: &[RecordLabel]) -> Self {
        let count = |state| labels.iter().filter(|label| label.state == state).count();
        Self {
            account,
            webhooks: labels.len(),
            failing: count(WebhookState::Failing),
            off: count(WebhookState::Off),
            last_event_at: entry.last_event_at.map(Timestamp::rfc3339),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Delay;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
    const ALMOST: Delay = Delay::from_ms(EVENT_NOTE_INTERVAL.as_ms() - 1);

    #[test]
    fn an_event_is_stored_once_an_hour() {
        let stored = DirectoryEntry::with_event(None, NOW);
        assert_eq!(stored.unwrap().last_event_at, Some(NOW));
        assert_eq!(DirectoryEntry::with_event(stored, NOW.plus(ALMOST)), None);
        let later = NOW.plus(EVENT_NOTE_INTERVAL);
        let next = DirectoryEntry::with_event(stored, later).unwrap();
        assert_eq!(next.last_event_at, Some(later));
        let mut noted = NotedAccounts::default();
        let account = AccountId::default_account();
        assert!(noted.is_due(&account, NOW));
        assert!(!noted.is_due(&account, NOW.plus(ALMOST)));
        assert!(noted.is_due(&account, later));
    }

    #[test]
    fn an_account_is_stored_once_and_anew_after_its_deletion() {
        let used = DirectoryEntry::of_used(None);
        assert_eq!(used, Some(DirectoryEntry::default()));
        assert_eq!(DirectoryEntry::of_used(used), None);
        let deleted = Some(DirectoryEntry::DELETED);
        assert_eq!(DirectoryEntry::of_used(deleted), used);
        let published = DirectoryEntry::with_event(deleted, NOW).unwrap();
        assert!(!published.is_deleted && published.last_event_at == Some(NOW));
        let stored = serde_json::to_string(&published).unwrap();
        assert_eq!(stored, r#"{"last_event_at":1700000000000}"#);
        assert_eq!(serde_json::from_str::<DirectoryEntry>(&stored).unwrap(), published);
    }

    /// Returns the names on a page, and whether others follow.
    fn page(query: &str) -> (Vec<String>, Option<String>) {
        let all = ["a-b", "a", "acme", "acme_eu", "b1", "gone", "zed"].map(|name| {
            let is_deleted = name == "gone";
            let entry = DirectoryEntry { is_deleted, ..DirectoryEntry::default() };
            (name.parse().unwrap(), entry)
        });
        let (page, last) = AccountsQuery::parse(query).unwrap().page(all);
        let names = page.into_iter().map(|(account, _)| account.to_string()).collect();
        (names, last.map(|account| account.to_string()))
    }

    #[test]
    fn accounts_are_paged_and_found_by_a_part_of_their_name() {
        let check = |query: &str, names: &[&str], last: Option<&str>| {
            let expected = names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
            assert_eq!(page(query), (expected, last.map(str::to_owned)), "{query}");
        };
        check("", &["a-b", "a", "acme", "acme_eu", "b1", "zed"], None);
        check("page_size=2", &["a-b", "a"], Some("a"));
        check("page_size=2&cursor=a", &["acme", "acme_eu"], Some("acme_eu"));
        check("page_size=2&cursor=acme_eu", &["b1", "zed"], None);
        check("page_size=2&cursor=gone", &["zed"], None);
        check("cursor=zed", &[], None);
        check("q=CME", &["acme", "acme_eu"], None);
        check("q=b&page_size=1", &["a-b"], Some("a-b"));
        check("q=none", &[], None);
        for size in ["0", "-1", "x", "", "100000"] {
            assert_eq!(page(&format!("page_size={size}")).0.len(), 6, "{size}");
        }
        for cursor in ["", "a b", "%00", "a:"] {
            assert!(AccountsQuery::parse(&format!("cursor={cursor}")).is_err(), "{cursor}");
        }
    }

    #[test]
    fn a_row_counts_webhooks_by_their_state() {
        let label = |state| RecordLabel { state, event_type: None };
        let labels = WebhookState::ALL.map(|(_, state)| label(state));
        let entry = DirectoryEntry { last_event_at: Some(NOW), ..DirectoryEntry::default() };
        let row = AccountRow::new("acme".parse().unwrap(), entry, &labels);
        assert_eq!(
            serde_json::to_string(&row).unwrap(),
            concat!(
                r#"{"account":"acme","webhooks":6,"failing":1,"off":1,"#,
                r#""last_event_at":"2023-11-14T22:13:20.000+00:00"}"#,
            )
        );
        let row = AccountRow::new("b".parse().unwrap(), DirectoryEntry::default(), &[]);
        let empty = r#"{"account":"b","webhooks":0,"failing":0,"off":0,"last_event_at":null}"#;
        assert_eq!(serde_json::to_string(&row).unwrap(), empty);
    }
}
