//! KV: the public record of every webhook, and the API keys with their last use. Nothing else
//! spells a key.
//!
//! Values are JSON text made by serde: handing a map to `KvStore::put` would store `{}`.

use std::cell::RefCell;
use std::collections::HashMap;

use domain::auth::{KeyCache, KeyHash, KeyRecord, KeyUse};
use domain::base::{AccountId, KEY_USE_KEPT_SECS, KeyId, WebhookId, versioned};
use domain::webhook::PublicRecord;
use worker::{Env, KvStore};

use super::clock;
use super::internal_error::InternalError;

/// Most values in one bulk get (KV limits).
const BULK_MAX: usize = 100;

thread_local! {
    /// The API keys that this instance of the Worker has looked up lately.
    static KEYS: RefCell<KeyCache> = RefCell::default();
}

/// The namespace, opened for one request.
#[derive(Debug)]
pub(crate) struct Records(KvStore);

/// One page of webhook keys.
#[derive(Debug)]
pub(crate) struct WebhookKeys {
    /// Whose webhook, and which.
    pub(crate) keys: Vec<(AccountId, WebhookId)>,
    /// Where the next page starts; `None` after the last.
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
        self.put(&webhook_key(account, id), &versioned::to_text(record)?).await
    }

    /// Deletes the public record of a webhook.
    pub(crate) async fn delete_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<(), InternalError> {
        Ok(self.0.delete(&webhook_key(account, id)).await?)
    }

    /// The ids of all webhooks of an account, the oldest first.
    pub(crate) async fn webhook_ids(
        &self,
        account: &AccountId,
    ) -> Result<Vec<WebhookId>, InternalError> {
        let names = self.names(&format!("webhook:{account}:")).await?;
        Ok(names.iter().filter_map(|name| parse_webhook_key(name)).map(|(_, id)| id).collect())
    }

    /// The names of all records of an account's webhooks.
    pub(crate) async fn webhook_names(
        &self,
        account: &AccountId,
    ) -> Result<Vec<String>, InternalError> {
        self.names(&format!("webhook:{account}:")).await
    }

    /// The names of all records of an account's API keys. Every key is looked at: a key's name says
    /// nothing of its account.
    pub(crate) async fn key_names_of_account(
        &self,
        account: &AccountId,
    ) -> Result<Vec<String>, InternalError> {
        let found = self.texts(&self.names("key:").await?).await?;
        let of_account = |(name, text): (String, String)| match KeyRecord::from_text(&text) {
            Ok(key) if key.account == *account => Some([name, use_key(&key.id)]),
            // One that cannot be read opens nothing.
            Ok(_) | Err(_) => None,
        };
        Ok(found.into_iter().filter_map(of_account).flatten().collect())
    }

    /// Deletes a record.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), InternalError> {
        self.0.delete(name).await?;
        KEYS.with_borrow_mut(|keys| keys.forget(name));
        Ok(())
    }

    /// The public records of some webhooks, in their order; one that is gone is left out.
    pub(crate) async fn webhooks(
        &self,
        account: &AccountId,
        ids: &[WebhookId],
    ) -> Result<Vec<PublicRecord>, InternalError> {
        let keys: Vec<String> = ids.iter().map(|id| webhook_key(account, id)).collect();
        self.values(&keys).await
    }

    /// A page of at most `limit` webhooks of all accounts, from where `cursor` says.
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

    /// Where the sweep goes on.
    pub(crate) async fn sweep_cursor(&self) -> Result<Option<String>, InternalError> {
        Ok(self.0.get(SWEEP_CURSOR).text().await?.filter(|cursor| !cursor.is_empty()))
    }

    /// Notes where the sweep goes on; `None`: from the start.
    pub(crate) async fn put_sweep_cursor(&self, cursor: Option<&str>) -> Result<(), InternalError> {
        self.put(SWEEP_CURSOR, cursor.unwrap_or_default()).await
    }

    /// The record of an API key.
    pub(crate) async fn key(&self, hash: &KeyHash) -> Result<Option<KeyRecord>, InternalError> {
        let (name, now) = (api_key(hash), clock::now());
        if let Some(key) = KEYS.with_borrow(|keys| keys.get(&name, now)) {
            return Ok(Some(key));
        }
        let text = self.0.get(&name).text().await?;
        let key = text.map(|text| KeyRecord::from_text(&text)).transpose()?;
        if let Some(key) = &key {
            KEYS.with_borrow_mut(|keys| keys.put(name, key.clone(), now));
        }
        Ok(key)
    }

    /// Writes the record of an API key that was just minted.
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

    /// The names of all API keys, in the order of their ids.
    pub(crate) async fn key_names(&self) -> Result<Vec<String>, InternalError> {
        self.names("key:").await
    }

    /// The API keys of these names; one that is gone is left out.
    pub(crate) async fn keys(&self, names: &[String]) -> Result<Vec<KeyRecord>, InternalError> {
        let found = self.texts(names).await?;
        found.iter().map(|(_, text)| Ok(KeyRecord::from_text(text)?)).collect()
    }

    /// When each of some API keys was last used, as far as it was noted.
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

    /// When an API key was last used, as far as it was noted.
    pub(crate) async fn key_use(&self, id: &KeyId) -> Result<Option<KeyUse>, InternalError> {
        let text = self.0.get(&use_key(id)).text().await?;
        Ok(text.map(|text| versioned::from_text(&text)).transpose()?)
    }

    /// Notes when an API key was used.
    pub(crate) async fn put_key_use(&self, id: &KeyId, used: KeyUse) -> Result<(), InternalError> {
        let put = self.0.put(&use_key(id), versioned::to_text(&used)?)?;
        Ok(put.expiration_ttl(KEY_USE_KEPT_SECS).execute().await?)
    }

    /// The names of the API key with this id: one, or none.
    pub(crate) async fn key_names_of(&self, id: &KeyId) -> Result<Vec<String>, InternalError> {
        // A key's id is the start of its hash, and only a whole id names a key.
        if id.as_str().len() < KeyId::CHARS_MAX {
            return Ok(Vec::new());
        }
        self.names(&format!("key:{id}")).await
    }

    /// Deletes an API key of these names, and what was noted of its use.
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

    /// The names of all keys with a prefix, in their order.
    async fn names(&self, prefix: &str) -> Result<Vec<String>, InternalError> {
        let mut names = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut list = self.0.list().prefix(prefix.to_owned());
            if let Some(cursor) = cursor {
                list = list.cursor(cursor);
            }
            let page = list.execute().await?;
            names.extend(page.keys.into_iter().map(|key| key.name));
            cursor = page.cursor.filter(|_| !page.list_complete);
            if cursor.is_none() {
                return Ok(names);
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

    /// The values of some keys, in their order; one that is gone is left out.
    async fn texts(&self, keys: &[String]) -> Result<Vec<(String, String)>, InternalError> {
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
