//! What the key of a request opens, as `GET /v1/ping` answers it: the dashboard shows only what the
//! key allows.

use serde::Serialize;

use super::principal::{ADMIN_SCOPE, Actor, Scope};
use crate::base::{AccountId, Timestamp};

/// What a key opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyStanding {
    /// The account of the key; `null` for the operator's admin key, which belongs to none.
    account: Option<AccountId>,
    /// The name by which the audit log refers to the key: its id, `API_KEY` or `ADMIN_KEY`.
    key_id: Actor,
    /// The scopes of the key; [`ADMIN_SCOPE`] alone for the admin key.
    scopes: Vec<&'static str>,
    /// The time from which on the key opens nothing (RFC 3339); `null` if it does not expire.
    expires_at: Option<String>,
    /// Where the platform wants its customer back; only of a portal link that was given one.
    #[serde(skip_serializing_if = "Option::is_none")]
    return_url: Option<String>,
}

impl KeyStanding {
    /// The standing of the operator's admin key.
    pub fn of_admin() -> Self {
        Self {
            account: None,
            key_id: Actor::Admin,
            scopes: vec![ADMIN_SCOPE],
            expires_at: None,
            return_url: None,
        }
    }

    /// The standing of a key of an account.
    pub fn of_account(
        account: AccountId,
        key: Actor,
        scopes: &[Scope],
        expires_at: Option<Timestamp>,
        return_url: Option<String>,
    ) -> Self {
        Self {
            account: Some(account),
            key_id: key,
            scopes: scopes.iter().map(|scope| scope.as_str()).collect(),
            expires_at: expires_at.map(Timestamp::rfc3339),
            return_url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(standing: &KeyStanding, expected: &str) {
        assert_eq!(serde_json::to_string(standing).unwrap(), expected);
    }

    #[test]
    fn a_key_says_what_it_opens() {
        check(
            &KeyStanding::of_admin(),
            r#"{"account":null,"key_id":"ADMIN_KEY","scopes":["admin"],"expires_at":null}"#,
        );
        let (account, scopes) = (AccountId::default_account(), Scope::ALL);
        check(
            &KeyStanding::of_account(account, Actor::ApiKey, &scopes, None, None),
            concat!(
                r#"{"account":"default","key_id":"API_KEY","#,
                r#""scopes":["webhooks:read","webhooks:write","events:write"],"#,
                r#""expires_at":null}"#,
            ),
        );
        let link = KeyStanding::of_account(
            "acme".parse().unwrap(),
            Actor::Key("0a".parse().unwrap()),
            &[Scope::WebhooksRead],
            Some(Timestamp::from_ms(1_700_000_000_000)),
            Some("https://platform.example/".to_owned()),
        );
        check(
            &link,
            concat!(
                r#"{"account":"acme","key_id":"0a","scopes":["webhooks:read"],"#,
                r#""expires_at":"2023-11-14T22:13:20.000+00:00","#,
                r#""return_url":"https://platform.example/"}"#,
            ),
        );
    }
}
