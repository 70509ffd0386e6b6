//! Who is calling: from the `Authorization` header to an account and its scopes.

use worker::{Env, Request};

use super::body::Stop;
use super::config;
use super::records::Records;
use crate::domain::credentials::Credentials;
use crate::domain::id::AccountId;
use crate::domain::keys::KeyHash;
use crate::domain::problem::Problem;
use crate::domain::scope::{Access, Scope};

/// Who is calling.
#[derive(Debug)]
pub(crate) enum Caller {
    /// The operator.
    Admin,
    /// A backend, with what its key opens.
    Account(AccountId, Vec<Scope>),
}

impl Caller {
    /// The account that the caller acts for if this is allowed; else the refusal. The operator acts
    /// for the default account, where a route does not name one.
    pub(crate) fn allowed(self, access: Access) -> Result<AccountId, Problem> {
        match (self, access) {
            (Self::Admin, Access::Admin) => Ok(AccountId::default_account()),
            (Self::Account(account, _), Access::AnyKey | Access::Open) => Ok(account),
            (Self::Account(account, scopes), Access::Scope(scope)) if scopes.contains(&scope) => {
                Ok(account)
            }
            (Self::Account(..), Access::Scope(_) | Access::Admin) | (Self::Admin, _) => {
                Err(Problem::forbidden())
            }
        }
    }
}

/// Finds out who is calling. Secrets are compared in constant time; a minted key is looked up by
/// its hash, so what the look-up's time tells is about the hash.
pub(crate) async fn authenticate(request: &Request, env: &Env) -> Result<Caller, Stop> {
    let config = config::config(env)?;
    let header = request.headers().get("Authorization").ok().flatten();
    let credentials = Credentials::read(header.as_deref())?;
    let is = |secret: &Option<_>| secret.as_ref() == Some(&credentials.key);
    if is(&config.admin_key) {
        return Ok(Caller::Admin);
    }
    if is(&config.api_key) {
        return Ok(Caller::Account(AccountId::default_account(), Scope::ALL.to_vec()));
    }
    let records = Records::open(env)?;
    match records.key(&KeyHash::of(&credentials.key)).await? {
        Some(key) => Ok(Caller::Account(key.account, key.scopes)),
        None => Err(Stop::Problem(Problem::unauthorized(credentials.scheme.wrong_key()))),
    }
}
