//! Reads the key from the `Authorization` header of an API request.
//!
//! A key is sent as the user name of HTTP Basic with an empty password, like the vendor's keys, or
//! as a Bearer token. The caller checks whether the key is valid. The error texts are those of
//! Django REST framework.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::base::Secret;

/// Why authentication failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CredentialsError {
    /// The header is absent or uses another scheme.
    #[error("Authentication credentials were not provided.")]
    Missing,
    /// `Basic` without credentials.
    #[error("Invalid basic header. No credentials provided.")]
    BasicEmpty,
    /// `Basic` with more than one word.
    #[error("Invalid basic header. Credentials string should not contain spaces.")]
    BasicSpaces,
    /// `Basic` with a word that is not base64 or has no colon in it.
    #[error("Invalid basic header. Credentials not correctly base64 encoded.")]
    BasicEncoding,
    /// The user name is not a valid key, or the password is not empty.
    #[error("Invalid username/password.")]
    BasicWrong,
    /// `Bearer` without a token.
    #[error("Invalid token header. No credentials provided.")]
    BearerEmpty,
    /// `Bearer` with more than one word.
    #[error("Invalid token header. Token string should not contain spaces.")]
    BearerSpaces,
    /// The token is not a valid key.
    #[error("Invalid token.")]
    BearerWrong,
    /// The key was valid and has expired.
    #[error("This key has expired.")]
    Expired,
}

/// The scheme in which a key was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// HTTP Basic: the key is the user name.
    Basic,
    /// Bearer: the key is the token.
    Bearer,
}

impl Scheme {
    /// The error for a key that is not valid.
    pub fn wrong_key(self) -> CredentialsError {
        match self {
            Self::Basic => CredentialsError::BasicWrong,
            Self::Bearer => CredentialsError::BearerWrong,
        }
    }
}

/// A key from a request, not yet checked. It is never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The scheme; it decides the text of an error.
    pub scheme: Scheme,
    /// The key as sent.
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
    // Keys are ASCII, so a user name that is not UTF-8 cannot be valid anyway.
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
    fn a_key_is_read_from_both_schemes() {
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
    fn every_malformed_header_has_its_error() {
        use CredentialsError as E;
        let check = |header: Option<&str>, expected: CredentialsError| {
            assert_eq!(Credentials::read(header), Err(expected), "{header:?}");
        };
        check(None, E::Missing);
        // The vendor's Ruby client sends the key without a scheme, like the last but one.
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
