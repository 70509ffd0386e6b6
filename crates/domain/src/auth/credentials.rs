//! The `Authorization` header of a request to the API: the key in it.
//!
//! A key comes as the user name of HTTP Basic with no password, as the vendor's keys do, or as a
//! Bearer token. Whether a key is good is not known here. The sentences are those of Django REST
//! framework.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::base::Secret;

/// Why a request is not authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CredentialsError {
    /// No header, or one of another scheme.
    #[error("Authentication credentials were not provided.")]
    Missing,
    /// `Basic` and nothing else.
    #[error("Invalid basic header. No credentials provided.")]
    BasicEmpty,
    /// `Basic` and more than one word.
    #[error("Invalid basic header. Credentials string should not contain spaces.")]
    BasicSpaces,
    /// `Basic` and what is no base64, or holds no colon.
    #[error("Invalid basic header. Credentials not correctly base64 encoded.")]
    BasicEncoding,
    /// A user name that is no key, or a password, which keys do not have.
    #[error("Invalid username/password.")]
    BasicWrong,
    /// `Bearer` and nothing else.
    #[error("Invalid token header. No credentials provided.")]
    BearerEmpty,
    /// `Bearer` and more than one word.
    #[error("Invalid token header. Token string should not contain spaces.")]
    BearerSpaces,
    /// A token that is no key.
    #[error("Invalid token.")]
    BearerWrong,
    /// A key that was good once.
    #[error("This key has expired.")]
    Expired,
}

/// How a key was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// As a user name.
    Basic,
    /// As a token.
    Bearer,
}

impl Scheme {
    /// What is said of a key that is not good.
    pub fn wrong_key(self) -> CredentialsError {
        match self {
            Self::Basic => CredentialsError::BasicWrong,
            Self::Bearer => CredentialsError::BearerWrong,
        }
    }
}

/// A key that was sent. It is never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// How.
    pub scheme: Scheme,
    /// The key.
    pub key: Secret,
}

impl Credentials {
    /// Reads the value of an `Authorization` header.
    pub fn read(header: Option<&str>) -> Result<Self, CredentialsError> {
        let mut words = header.unwrap_or_default().split_ascii_whitespace();
        let scheme = match words.next() {
            Some(word) if word.eq_ignore_ascii_case("basic") => Scheme::Basic,
            Some(word) if word.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
            _ => return Err(CredentialsError::Missing),
        };
        let key = match (scheme, words.next(), words.next()) {
            (Scheme::Basic, None, _) => return Err(CredentialsError::BasicEmpty),
            (Scheme::Bearer, None, _) => return Err(CredentialsError::BearerEmpty),
            (Scheme::Basic, _, Some(_)) => return Err(CredentialsError::BasicSpaces),
            (Scheme::Bearer, _, Some(_)) => return Err(CredentialsError::BearerSpaces),
            (Scheme::Basic, Some(word), None) => basic_key(word)?,
            (Scheme::Bearer, Some(word), None) => word.to_owned(),
        };
        Ok(Self { scheme, key: Secret::new(key) })
    }
}

/// The user name in `base64(user name ":" password)`.
fn basic_key(encoded: &str) -> Result<String, CredentialsError> {
    let pair = STANDARD.decode(encoded).map_err(|_| CredentialsError::BasicEncoding)?;
    // No key has a character beyond ASCII, so one that was not UTF-8 is merely a wrong key.
    let pair = String::from_utf8_lossy(&pair);
    let (username, password) = pair.split_once(':').ok_or(CredentialsError::BasicEncoding)?;
    if username.is_empty() || !password.is_empty() {
        return Err(CredentialsError::BasicWrong);
    }
    Ok(username.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found() {
        let check = |header: &str, scheme: Scheme, key: &str| {
            let key = Secret::new(key.to_owned());
            assert_eq!(Credentials::read(Some(header)), Ok(Credentials { scheme, key }));
        };
        check("Basic c2stbGl2ZS1hYmNkZWc6", Scheme::Basic, "sk-live-abcdeg");
        check("basic  c2stbGl2ZS1hYmNkZWc6 ", Scheme::Basic, "sk-live-abcdeg");
        check("Bearer sk-live-abcdeg", Scheme::Bearer, "sk-live-abcdeg");
        check("BEARER a:b", Scheme::Bearer, "a:b");
    }

    #[test]
    fn every_other_header_is_told_why() {
        use CredentialsError as E;
        let check = |header: Option<&str>, expected: CredentialsError| {
            assert_eq!(Credentials::read(header), Err(expected), "{header:?}");
        };
        check(None, E::Missing);
        // The last but one is what a Ruby client of the vendor sends, without a scheme.
        for header in ["", " ", "Token x", "Digest a b", "c2stbGl2ZS1hYmNkZWc6", "Basic:x"] {
            check(Some(header), E::Missing);
        }
        check(Some("Basic"), E::BasicEmpty);
        check(Some("Basic "), E::BasicEmpty);
        check(Some("Basic a b"), E::BasicSpaces);
        for header in ["Basic !", "Basic YQ==", "Basic YTo", "Basic \u{e9}"] {
            check(Some(header), E::BasicEncoding);
        }
        check(Some("Basic Og=="), E::BasicWrong);
        check(Some("Basic YTpi"), E::BasicWrong);
        check(Some("Bearer"), E::BearerEmpty);
        check(Some("Bearer a b"), E::BearerSpaces);
    }

    #[test]
    fn a_key_is_not_printed() {
        let shown = format!("{:?}", Credentials::read(Some("Bearer swordfish")));
        assert!(!shown.contains("swordfish"), "{shown}");
    }
}
