//! Authentication: from the `Authorization` header to an account and its scopes. Also records when
//! a minted key was last used.

use std::cell::RefCell;

use domain::auth::{
    Access, Actor, Credentials, CredentialsError, KeyHash, KeyRecord, KeyStanding, KeyUse, KeyUses,
    Scope,
};
use domain::base::{AccountId, KeyId, Timestamp};
use domain::http::Problem;
use worker::Env;

use crate::runtime::executor::Request;
use crate::runtime::incoming::{Header, Incoming};
use crate::runtime::internal_error::InternalError;
use crate::runtime::kv::Records;
use crate::runtime::log::Level;
use crate::runtime::{clock, config, executor, log};
use crate::worker::error::HandlerError;

/// The authenticated caller.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The actor that the audit log names.
    pub(crate) actor: Actor,
    key_access: KeyAccess,
}

/// The access that a key gives.
#[derive(Debug)]
enum KeyAccess {
    Administration,
    Account(AccountKey),
}

/// A key of an account.
#[derive(Debug)]
struct AccountKey {
    account: AccountId,
    scopes: Vec<Scope>,
    expires_at: Option<Timestamp>,
    return_url: Option<String>,
}

impl From<KeyRecord> for AccountKey {
    fn from(record: KeyRecord) -> Self {
        let KeyRecord { account, scopes, expires_at, return_url, .. } = record;
        Self { account, scopes, expires_at, return_url }
    }
}

impl Caller {
    /// The account of the caller's key; `None` for the admin key.
    pub(crate) fn account(&self) -> Option<&AccountId> {
        match &self.key_access {
            KeyAccess::Administration => None,
            KeyAccess::Account(key) => Some(&key.account),
        }
    }

    /// What the caller's key opens.
    pub(crate) fn standing(&self) -> KeyStanding {
        match &self.key_access {
            KeyAccess::Administration => KeyStanding::of_admin(),
            KeyAccess::Account(AccountKey { account, scopes, expires_at, return_url }) => {
                KeyStanding::of_account(
                    account.clone(),
                    self.actor.clone(),
                    scopes,
                    *expires_at,
                    return_url.clone(),
                )
            }
        }
    }

    /// Returns the account that the caller acts for if its key permits `access`, otherwise a 403
    /// error. The operator acts for the default account where a route does not name one.
    pub(crate) fn allowed(self, access: Access) -> Result<AccountId, Problem> {
        match (self.key_access, access) {
            (KeyAccess::Administration, Access::Admin | Access::AnyKeyOrAdmin) => {
                Ok(AccountId::default_account())
            }
            (KeyAccess::Account(key), Access::AnyKey | Access::AnyKeyOrAdmin | Access::Open) => {
                Ok(key.account)
            }
            (KeyAccess::Account(key), Access::Scope(scope)) if key.scopes.contains(&scope) => {
                Ok(key.account)
            }
            (KeyAccess::Account(_), Access::Scope(_) | Access::Admin)
            | (KeyAccess::Administration, _) => Err(Problem::forbidden()),
        }
    }
}

/// Authenticates a request. Configured keys are compared in constant time. A minted key is looked
/// up by its hash, so the time of the look-up depends on the hash and not on the key.
pub(crate) async fn authenticate(incoming: &Incoming, env: &Env) -> Result<Caller, HandlerError> {
    let config = config::config(env)?;
    let credentials = Credentials::read(incoming.header(Header::Authorization))?;
    let is = |secret: &Option<_>| secret.as_ref() == Some(&credentials.key);
    if is(&config.admin_key) {
        return Ok(Caller { actor: Actor::Admin, key_access: KeyAccess::Administration });
    }
    if is(&config.api_key) {
        let key = AccountKey {
            account: AccountId::default_account(),
            scopes: Scope::ALL.to_vec(),
            expires_at: None,
            return_url: None,
        };
        return Ok(Caller { actor: Actor::ApiKey, key_access: KeyAccess::Account(key) });
    }
    let records = Records::open(env)?;
    match records.key(&KeyHash::of(&credentials.key)).await? {
        Some(key) if key.is_expired(clock::now()) => {
            Err(Problem::unauthorized(CredentialsError::Expired).into())
        }
        Some(key) => Ok(Caller {
            actor: Actor::Key(key.id.clone()),
            key_access: KeyAccess::Account(key.into()),
        }),
        None => Err(Problem::unauthorized(credentials.scheme.wrong_key()).into()),
    }
}

thread_local! {
    static USES: RefCell<KeyUses> = RefCell::default();
}

/// Stores the use of a key in the background, unless a use within the last hour is already stored.
pub(crate) fn record_use(request: &Request, env: &Env, id: KeyId) {
    let now = clock::now();
    if !USES.with_borrow_mut(|uses| uses.is_due(&id, now)) {
        return;
    }
    let env = env.clone();
    executor::spawn_background(request.keep_alive(), async move {
        if let Err(error) = try_record_use(&env, &id, now).await {
            let fields = [("key", id.as_str()), ("error", &error.to_string())];
            log::line(Level::Error, "key_use_failed", &fields);
        }
    });
}

async fn try_record_use(env: &Env, id: &KeyId, now: Timestamp) -> Result<(), InternalError> {
    let records = Records::open(env)?;
    match KeyUse::to_store(records.key_use(id).await?, now) {
        Some(used) => records.put_key_use(id, used).await,
        None => Ok(()),
    }
}
