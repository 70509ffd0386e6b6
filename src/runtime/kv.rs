//! KV: the public records of the webhooks, the API keys with their last uses, and the position of
//! the sweep. `directory.rs` has the records of accounts, `type_records.rs` those of event types.
//! No other file contains the names of records.
//!
//! Values are JSON text made by serde: `KvStore::put` would store a map as `{}`.

use std::cell::RefCell;
use std::collections::HashMap;

use domain::auth::{KeyCache, KeyHash, KeyRecord, KeyUse};
use domain::base::{AccountId, KEY_USE_KEPT_SECS, KeyId, WebhookId, versioned};
use domain::webhook::{PublicRecord, RecordLabel};
use worker::kv::Key;
use worker::{Env, KvStore};

use super::clock;
use super::internal_error::InternalError;

/// The most values of one bulk get (KV limits).
const BULK_MAX: usize = 100;

thread_local! {
    /// This isolate's cache of API keys.
    static KEYS: RefCell<KeyCache> = RefCell::default();
}

/// The KV namespace `WEBHOOKS`, opened for one request.
#[derive(Debug)]
pub(crate) struct Records(pub(super) KvStore);

/// One page of the webhooks of all accounts.
#[derive(Debug)]
pub(crate) struct WebhookKeys {
    /// The account and the id of each webhook.
    pub(crate) keys: Vec<(AccountId, WebhookId)>,
    /// The cursor of the next page; `None` after the last page.
    pub(crate) cursor: Option<String>,
}

impl Records {
    /// Opens the namespace.
    pub(crate) fn open(env: &Env) -> Result<Self, InternalError> {
        Ok(Self(env.kv("WEBHOOKS")?))
    }

    /// Writes the public record of a webhook.
    pub(crate) async fn put_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
        record: &PublicRecord,
    ) -> Result<(), InternalError> {
        let put = self.0.put(&webhook_key(account, id), versioned::to_text(record)?)?;
        Ok(put.metadata(RecordLabel::of(&record.webhook))?.execute().await?)
    }

    /// Returns the labels of the records of webhooks whose names begin with `prefix`.
    async fn labels(&self, prefix: &str) -> Result<Vec<RecordLabel>, InternalError> {
        let (mut labels, mut unlabelled) = (Vec::new(), Vec::new());
        for Key { name, metadata, .. } in self.entries(prefix).await? {
            match metadata.and_then(|label| serde_json::from_value(label).ok()) {
                Some(label) => labels.push(label),
                // An earlier release stored none.
                None => unlabelled.push(name),
            }
        }
        let records = self.values::<PublicRecord>(&unlabelled).await?.into_iter();
        labels.extend(records.map(|record| RecordLabel::of(&record.webhook.completed())));
        Ok(labels)
    }

    /// Returns the labels of the records of an account's webhooks.
    pub(crate) async fn webhook_labels(
        &self,
        account: &AccountId,
    ) -> Result<Vec<RecordLabel>, InternalError> {
        self.labels(&format!("webhook:{account}:")).await
    }

    /// Returns the labels of the records of the webhooks of all accounts.
    pub(crate) async fn all_labels(&self) -> Result<Vec<RecordLabel>, InternalError> {
        self.labels("webhook:").await
    }

    /// Deletes the public record of a webhook.
    pub(crate) async fn delete_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<(), InternalError> {
        Ok(self.0.delete(&webhook_key(account, id)).await?)
    }

    /// Lists the ids of an account's webhooks, the oldest first.
    pub(crate) async fn webhook_ids(
        &self,
        account: &AccountId,
    ) -> Result<Vec<WebhookId>, InternalError> {
        let names = self.names(&format!("webhook:{account}:")).await?;
        Ok(names.iter().filter_map(|name| parse_webhook_key(name)).map(|(_, id)| id).collect())
    }

    /// Lists the names of the records of an account's webhooks.
    pub(crate) async fn webhook_names(
        &self,
        account: &AccountId,
    ) -> Result<Vec<String>, InternalError> {
        self.names(&format!("webhook:{account}:")).await
    }

    /// Lists the names of the records of an account's API keys and of their last uses, among the
    /// next `limit` keys from `cursor` on, with the cursor after these. All keys have to be read,
    /// because the name of a key's record does not contain the account.
    pub(crate) async fn key_names_of_account(
        &self,
        account: &AccountId,
        cursor: Option<String>,
        limit: u64,
    ) -> Result<(Vec<String>, Option<String>), InternalError> {
        let mut list = self.0.list().prefix("key:".to_owned()).limit(limit);
        if let Some(cursor) = cursor {
            list = list.cursor(cursor);
        }
        let page = list.execute().await?;
        let names: Vec<String> = page.keys.into_iter().map(|key| key.name).collect();
        let found = self.texts(&names).await?;
        let of_account = |(name, text): (String, String)| match KeyRecord::from_text(&text) {
            Ok(key) if key.account == *account => Some([name, use_key(&key.id)]),
            // A record that cannot be read gives no access.
            Ok(_) | Err(_) => None,
        };
        let names = found.into_iter().filter_map(of_account).flatten().collect();
        Ok((names, page.cursor.filter(|_| !page.list_complete)))
    }

    /// Deletes a record, also from the cache of API keys.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), InternalError> {
        self.0.delete(name).await?;
        KEYS.with_borrow_mut(|keys| keys.remove(name));
        Ok(())
    }

    /// Reads the public records of some webhooks, in the order of `ids`. Missing records are left
    /// out.
    pub(crate) async fn webhooks(
        &self,
        account: &AccountId,
        ids: &[WebhookId],
    ) -> Result<Vec<PublicRecord>, InternalError> {
        let keys: Vec<String> = ids.iter().map(|id| webhook_key(account, id)).collect();
        let records: Vec<PublicRecord> = self.values(&keys).await?;
        let completed =
            |record: PublicRecord| PublicRecord { webhook: record.webhook.completed(), ..record };
        Ok(records.into_iter().map(completed).collect())
    }

    /// Lists at most `limit` webhooks of all accounts, from `cursor` on; `None` starts with the
    /// first.
    pub(crate) async fn webhook_keys(
        &self,
        cursor: Option<String>,
        limit: u64,
    ) -> Result<WebhookKeys, InternalError> {
        let mut list = self.0.list().prefix("webhook:".to_owned()).limit(limit);
        if let Some(cursor) = cursor {
            list = list.cursor(cursor);
        }
        let page = list.execute().await?;
        let keys = page.keys.iter().filter_map(|key| parse_webhook_key(&key.name)).collect();
        Ok(WebhookKeys { keys, cursor: page.cursor.filter(|_| !page.list_complete) })
    }

    /// Reads the cursor at which the sweep continues; `None` means from the start.
    pub(crate) async fn sweep_cursor(&self) -> Result<Option<String>, InternalError> {
        Ok(self.0.get(SWEEP_CURSOR).text().await?.filter(|cursor| !cursor.is_empty()))
    }

    /// Stores the cursor at which the sweep continues; `None` means from the start.
    pub(crate) async fn put_sweep_cursor(&self, cursor: Option<&str>) -> Result<(), InternalError> {
        self.put(SWEEP_CURSOR, cursor.unwrap_or_default()).await
    }

    /// Reads the record of an API key, from the cache if possible.
    pub(crate) async fn key(&self, hash: &KeyHash) -> Result<Option<KeyRecord>, InternalError> {
        let (name, now) = (api_key(hash), clock::now());
        if let Some(key) = KEYS.with_borrow(|keys| keys.get(&name, now)) {
            return Ok(Some(key));
        }
        let text = self.0.get(&name).text().await?;
        let key = text.map(|text| KeyRecord::from_text(&text)).transpose()?;
        if let Some(key) = &key {
            KEYS.with_borrow_mut(|keys| keys.insert(name, key.clone(), now));
        }
        Ok(key)
    }

    /// Writes the record of a newly minted API key.
    pub(crate) async fn put_key(
        &self,
        hash: &KeyHash,
        record: &KeyRecord,
    ) -> Result<(), InternalError> {
        let put = self.0.put(&api_key(hash), record.to_text()?)?;
        let put = match record.time_to_live(record.created_at) {
            Some(span) => put.expiration_ttl(span.as_ms() / 1_000),
            None => put,
        };
        Ok(put.execute().await?)
    }

    /// Lists the names of the records of all API keys, in the order of their ids.
    pub(crate) async fn key_names(&self) -> Result<Vec<String>, InternalError> {
        self.names("key:").await
    }

    /// Reads the API keys with these record names. Missing records are left out.
    pub(crate) async fn keys(&self, names: &[String]) -> Result<Vec<KeyRecord>, InternalError> {
        let found = self.texts(names).await?;
        found.iter().map(|(_, text)| Ok(KeyRecord::from_text(text)?)).collect()
    }

    /// Reads the stored last uses of some API keys, by key id. Keys without a stored use are left
    /// out.
    pub(crate) async fn key_uses(
        &self,
        ids: impl Iterator<Item = &KeyId>,
    ) -> Result<HashMap<String, KeyUse>, InternalError> {
        let names: Vec<String> = ids.map(use_key).collect();
        let found = self.texts(&names).await?;
        found
            .into_iter()
            .map(|(name, text)| {
                Ok((name.trim_start_matches(USE_PREFIX).to_owned(), versioned::from_text(&text)?))
            })
            .collect()
    }

    /// Reads the stored last use of an API key.
    pub(crate) async fn key_use(&self, id: &KeyId) -> Result<Option<KeyUse>, InternalError> {
        let text = self.0.get(&use_key(id)).text().await?;
        Ok(text.map(|text| versioned::from_text(&text)).transpose()?)
    }

    /// Stores the last use of an API key.
    pub(crate) async fn put_key_use(&self, id: &KeyId, used: KeyUse) -> Result<(), InternalError> {
        let put = self.0.put(&use_key(id), versioned::to_text(&used)?)?;
        Ok(put.expiration_ttl(KEY_USE_KEPT_SECS).execute().await?)
    }

    /// Lists the names of the records of the API key with this id: one or none.
    pub(crate) async fn key_names_of(&self, id: &KeyId) -> Result<Vec<String>, InternalError> {
        // Records are listed by prefix, so an incomplete id would match other keys.
        if id.as_str().len() < KeyId::CHARS_MAX {
            return Ok(Vec::new());
        }
        self.names(&format!("key:{id}")).await
    }

    /// Deletes the records of an API key with these names, and its stored last use.
    pub(crate) async fn delete_key(
        &self,
        id: &KeyId,
        names: &[String],
    ) -> Result<(), InternalError> {
        for name in names {
            self.delete(name).await?;
        }
        Ok(self.0.delete(&use_key(id)).await?)
    }

    async fn put(&self, key: &str, value: &str) -> Result<(), InternalError> {
        Ok(self.0.put(key, value)?.execute().await?)
    }

    /// Lists the names of all records with a prefix, in order.
    async fn names(&self, prefix: &str) -> Result<Vec<String>, InternalError> {
        Ok(self.entries(prefix).await?.into_iter().map(|key| key.name).collect())
    }

    /// Lists the names of all records with a prefix, with their labels, in order.
    pub(super) async fn entries(&self, prefix: &str) -> Result<Vec<Key>, InternalError> {
        let mut entries = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut list = self.0.list().prefix(prefix.to_owned());
            if let Some(cursor) = cursor {
                list = list.cursor(cursor);
            }
            let page = list.execute().await?;
            entries.extend(page.keys);
            cursor = page.cursor.filter(|_| !page.list_complete);
            if cursor.is_none() {
                return Ok(entries);
            }
        }
    }

    async fn values<T: serde::de::DeserializeOwned>(
        &self,
        keys: &[String],
    ) -> Result<Vec<T>, InternalError> {
        let found = self.texts(keys).await?;
        found.iter().map(|(_, text)| Ok(versioned::from_text(text)?)).collect()
    }

    /// Reads the names and values of some records, in the order of `keys`. Missing records are left
    /// out.
    pub(super) async fn texts(
        &self,
        keys: &[String],
    ) -> Result<Vec<(String, String)>, InternalError> {
        let mut texts = Vec::with_capacity(keys.len());
        for keys in keys.chunks(BULK_MAX) {
            let mut found = self.0.get_bulk(keys).text().await?;
            for key in keys {
                let text = found.remove(key).flatten();
                texts.extend(text.map(|text| (key.clone(), text)));
            }
        }
        Ok(texts)
    }
}

const SWEEP_CURSOR: &str = "sweep:cursor";

fn webhook_key(account: &AccountId, id: &WebhookId) -> String {
    format!("webhook:{account}:{id}")
}

fn parse_webhook_key(name: &str) -> Option<(AccountId, WebhookId)> {
    let (account, id) = name.strip_prefix("webhook:")?.split_once(':')?;
    Some((account.parse().ok()?, id.parse().ok()?))
}

fn api_key(hash: &KeyHash) -> String {
    format!("key:{hash}")
}

const USE_PREFIX: &str = "used:";

fn use_key(id: &KeyId) -> String {
    format!("{USE_PREFIX}{id}")
}
