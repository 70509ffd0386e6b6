//! `/v1/admin/keys`: mint, list, revoke.

use worker::Response;

use super::{Call, listing};
use crate::domain::id::KeyId;
use crate::domain::keys::{self, KeyHash, KeyRecord, MintedKey};
use crate::domain::mint::MintRequest;
use crate::domain::problem::Problem;
use crate::platform::body::Stop;
use crate::platform::records::Records;
use crate::platform::{clock, entropy, respond};

impl Call<'_> {
    pub(super) async fn mint_key(mut self) -> Result<Response, Stop> {
        let body = self.json_body(self.config.body_bytes_max).await?;
        let asked = MintRequest::parse(&body)?;
        let key = keys::mint(entropy::bytes()?);
        let hash = KeyHash::of(&key);
        let record = KeyRecord {
            id: hash.id(),
            account: asked.account,
            name: asked.name,
            scopes: asked.scopes,
            created_at: clock::now(),
        };
        Records::open(self.env)?.put_key(&hash, &record).await?;
        respond::json(201, &MintedKey::new(&record, &key))
    }

    pub(super) async fn list_keys(self) -> Result<Response, Stop> {
        let keys = Records::open(self.env)?.keys().await?;
        let window = self.page(keys.len())?;
        let results = keys.get(window.range.clone()).unwrap_or_default().to_vec();
        respond::json(200, &listing(keys.len(), window, results))
    }

    pub(super) async fn revoke_key(self, id: &KeyId) -> Result<Response, Stop> {
        if Records::open(self.env)?.delete_key(id).await? {
            Ok(respond::no_content()?)
        } else {
            Err(Problem::not_found().into())
        }
    }
}
