//! `/v1/admin/keys`: mints, lists and revokes API keys. `/v1/admin/accounts/{account}/portal`:
//! makes portal links, each with a key.

use domain::account::Action;
use domain::auth::{KeyHash, KeyRecord, KeyView, MintedKey, api_key};
use domain::base::{AccountId, KeyId};
use domain::http::Problem;
use domain::request::{KnownFields, MintRequest, PortalLink, PortalRequest};

use super::call::{Call, listing};
use crate::runtime::kv::Records;
use crate::runtime::{clock, entropy};
use crate::worker::directory;
use crate::worker::error::HandlerError;
use crate::worker::response;
use crate::worker::response::Response;

impl Call<'_> {
    pub(crate) async fn mint_key(self) -> Result<Response, HandlerError> {
        let body = self.json_body(self.config.body_bytes_max).await?;
        let now = clock::now();
        let asked = MintRequest::parse(&body, now);
        let asked = self.checked(KnownFields::API_KEY, &body, asked)?;
        self.require_open(&asked.account).await?;
        let key = api_key::mint(entropy::bytes()?);
        let hash = KeyHash::of(&key);
        let record = KeyRecord {
            id: hash.id(),
            account: asked.account,
            name: asked.name,
            scopes: asked.scopes,
            created_at: now,
            expires_at: asked.expires_at,
            portal: false,
            return_url: None,
        };
        self.keep_key(&hash, &record).await?;
        response::json(201, &MintedKey::new(&record, &key))
    }

    pub(crate) async fn make_portal(self, account: AccountId) -> Result<Response, HandlerError> {
        let body = self.optional_json_body().await?;
        let now = clock::now();
        let asked = PortalRequest::parse(&body, now);
        let asked = self.checked(KnownFields::PORTAL, &body, asked)?;
        self.require_open(&account).await?;
        let key = api_key::mint(entropy::bytes()?);
        let hash = KeyHash::of(&key);
        let record = asked.key(hash.id(), account, now);
        self.keep_key(&hash, &record).await?;
        let origin = self.url.origin().ascii_serialization();
        let page = format!("{origin}{}", self.config.portal.path());
        response::json(201, &PortalLink::new(&record, &key, &page))
    }

    async fn keep_key(&self, hash: &KeyHash, record: &KeyRecord) -> Result<(), HandlerError> {
        self.about_key(record);
        Records::open(self.env)?.put_key(hash, record).await?;
        directory::note_use(self.request, self.env, &record.account);
        let (key, portal) = (record.id.clone(), record.portal);
        self.record_action(&record.account, Action::KeyMinted { key, portal }).await;
        Ok(())
    }

    pub(crate) async fn list_keys(self) -> Result<Response, HandlerError> {
        let records = Records::open(self.env)?;
        let names = records.key_names().await?;
        let window = self.page(names.len())?;
        let page = names.get(window.range.clone()).unwrap_or_default();
        let keys = records.keys(page).await?;
        let uses = records.key_uses(keys.iter().map(|key| &key.id)).await?;
        let last_used = |id: &KeyId| uses.get(id.as_str()).map(|used| used.at);
        let results = keys.into_iter().map(|key| {
            let last_used = last_used(&key.id);
            KeyView::new(key, last_used)
        });
        response::json(200, &listing(names.len(), window, results.collect()))
    }

    pub(crate) async fn revoke_key(self, id: &KeyId) -> Result<Response, HandlerError> {
        let records = Records::open(self.env)?;
        let names = records.key_names_of(id).await?;
        if names.is_empty() {
            return Err(Problem::not_found().into());
        }
        // A key whose record cannot be read can be revoked too.
        let key = records.keys(&names).await;
        records.delete_key(id, &names).await?;
        for KeyRecord { account, .. } in key.unwrap_or_default() {
            self.record_action(&account, Action::KeyRevoked { key: id.clone() }).await;
        }
        Ok(response::no_content())
    }
}
