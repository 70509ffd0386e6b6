//! The user name and password that a webhook's receiver wants (RFC 7617).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::field_errors::{Field, FieldErrors};
use super::limits::BASIC_AUTH_CHARS_MAX;
use super::secret::Secret;

/// Why a text is no user name or no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BasicAuthError {
    /// A user name with a colon could not be told from its password.
    #[error("A user name may not contain a colon.")]
    Colon,
    /// A NUL.
    #[error("Null characters are not allowed.")]
    Null,
    /// Another control character.
    #[error("Control characters are not allowed.")]
    ControlCharacter,
    /// Longer than [`BASIC_AUTH_CHARS_MAX`].
    #[error("Ensure this field has no more than {BASIC_AUTH_CHARS_MAX} characters.")]
    TooLong,
}

/// A user name, a password, both or neither.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasicAuth {
    username: String,
    password: Secret,
}

impl BasicAuth {
    /// Checks both.
    pub fn new(username: String, password: Secret) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take(Field::BasicAuthUsername, check_username(&username));
        errors.take(Field::BasicAuthPassword, check_password(&password));
        if errors.is_empty() { Ok(Self { username, password }) } else { Err(errors) }
    }

    /// The user name; empty if there is none.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password; empty if there is none.
    pub fn password(&self) -> &Secret {
        &self.password
    }

    /// Whether there is a user name or a password.
    pub fn is_set(&self) -> bool {
        !(self.username.is_empty() && self.password.is_empty())
    }

    /// The value of the `Authorization` header, if one is to be sent.
    pub fn authorization(&self) -> Option<Secret> {
        let pair = format!("{}:{}", self.username, self.password.expose());
        self.is_set().then(|| Secret::new(format!("Basic {}", STANDARD.encode(pair))))
    }
}

/// Checks a user name.
pub fn check_username(username: &str) -> Result<(), BasicAuthError> {
    if username.contains(':') {
        return Err(BasicAuthError::Colon);
    }
    check_text(username)
}

/// Checks a password.
pub fn check_password(password: &Secret) -> Result<(), BasicAuthError> {
    check_text(password.expose())
}

fn check_text(text: &str) -> Result<(), BasicAuthError> {
    if text.contains('\0') {
        return Err(BasicAuthError::Null);
    }
    if text.contains(char::is_control) {
        return Err(BasicAuthError::ControlCharacter);
    }
    if text.chars().count() > BASIC_AUTH_CHARS_MAX {
        return Err(BasicAuthError::TooLong);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auth(username: &str, password: &str) -> Result<BasicAuth, FieldErrors> {
        BasicAuth::new(username.to_owned(), Secret::new(password.to_owned()))
    }

    #[test]
    fn the_header_is_that_of_rfc_7617() {
        let check = |username: &str, password: &str, expected: Option<&str>| {
            let header = auth(username, password).unwrap().authorization();
            assert_eq!(header.as_ref().map(Secret::expose), expected, "{username:?} {password:?}");
        };
        check("Aladdin", "open sesame", Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
        check("test", "123\u{a3}", Some("Basic dGVzdDoxMjPCow=="));
        check("user", "", Some("Basic dXNlcjo="));
        check("", "pass", Some("Basic OnBhc3M="));
        check("", "", None);
        check("a", " b:c ", Some("Basic YTogYjpjIA=="));
    }

    #[test]
    fn what_the_header_cannot_hold_is_refused() {
        use BasicAuthError as E;
        let long = "\u{e9}".repeat(BASIC_AUTH_CHARS_MAX + 1);
        let of_username = |error: E| Err(FieldErrors::one(Field::BasicAuthUsername, error));
        let of_password = |error: E| Err(FieldErrors::one(Field::BasicAuthPassword, error));
        assert_eq!(auth("a:b", ""), of_username(E::Colon));
        for (text, error) in
            [("a\0", E::Null), ("a\nb", E::ControlCharacter), ("\u{7f}", E::ControlCharacter)]
        {
            assert_eq!(auth(text, ""), of_username(error), "{text:?}");
            assert_eq!(auth("", text), of_password(error), "{text:?}");
        }
        assert_eq!(auth(&long, ""), of_username(E::TooLong));
        assert_eq!(auth("", &long), of_password(E::TooLong));
        assert!(auth(&long[2..], &long[2..]).is_ok());
    }

    #[test]
    fn the_password_is_not_printed() {
        let shown = format!("{:?}", auth("user", "swordfish").unwrap());
        assert!(shown.contains("user") && !shown.contains("swordfish"), "{shown}");
    }
}
