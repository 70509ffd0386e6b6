//! The user name and password of a webhook's receiver (RFC 7617).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::base::{BASIC_AUTH_CHARS_MAX, Secret};
use crate::crypto::{OpenError, Opener, SealError, Sealer, StoredSecret};

/// Why a text is not a valid user name or password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BasicAuthError {
    /// The user name contains a colon, which separates it from the password.
    #[error("A user name may not contain a colon.")]
    Colon,
    /// The text contains a NUL.
    #[error("Null characters are not allowed.")]
    Null,
    /// The text contains another control character.
    #[error("Control characters are not allowed.")]
    ControlCharacter,
    /// The text is longer than [`BASIC_AUTH_CHARS_MAX`].
    #[error("Ensure this field has no more than {BASIC_AUTH_CHARS_MAX} characters.")]
    TooLong,
}

/// The field name under which a password is sealed.
const FIELD: &str = "basic_auth_password";

/// A user name, a password, both or neither. Each is checked when it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasicAuth {
    username: String,
    password: Option<StoredSecret>,
}

impl BasicAuth {
    /// Combines a user name, empty for none, and a password.
    pub const fn new(username: String, password: Option<StoredSecret>) -> Self {
        Self { username, password }
    }

    /// The user name; empty if there is none.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password, if there is one.
    pub const fn password(&self) -> Option<&StoredSecret> {
        self.password.as_ref()
    }

    /// Whether there is a user name or a password.
    pub fn is_set(&self) -> bool {
        !self.username.is_empty() || self.password.is_some()
    }

    /// Opens the credentials for a POST; `None` if there are none.
    pub fn open(&self, opener: Opener<'_>) -> Result<Option<OpenBasicAuth>, OpenError> {
        if !self.is_set() {
            return Ok(None);
        }
        let password = self.password.as_ref().map(|password| password.open(opener, FIELD));
        let password = password.transpose()?.unwrap_or_default();
        let encoded = STANDARD.encode(format!("{}:{}", self.username, password.expose()));
        Ok(Some(OpenBasicAuth { password, encoded: Secret::new(encoded) }))
    }

    /// Seals the password.
    pub(crate) fn sealed(self, sealer: &mut Sealer<'_>) -> Result<Self, SealError> {
        let password = self.password.map(|password| seal_password(password, sealer)).transpose()?;
        Ok(Self { password, ..self })
    }
}

/// Seals a password.
pub(crate) fn seal_password(
    password: StoredSecret,
    sealer: &mut Sealer<'_>,
) -> Result<StoredSecret, SealError> {
    password.sealed(sealer, FIELD)
}

/// Opened credentials, for one POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBasicAuth {
    /// The password; empty if there is none.
    pub password: Secret,
    /// The base64 of `user name:password`, which follows `Basic ` in the `Authorization` header.
    pub encoded: Secret,
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
    use crate::crypto::{MasterKeys, Owner};

    fn encoded(username: &str, password: &str) -> Option<Secret> {
        let (account, webhook) = ("acme".parse().unwrap(), "w1".parse().unwrap());
        let owner = Owner { account: &account, webhook: &webhook };
        let opener = Opener { ring: &MasterKeys::default(), owner };
        let password = (!password.is_empty()).then(|| Secret::new(password.to_owned()).into());
        let auth = BasicAuth::new(username.to_owned(), password).open(opener).unwrap();
        auth.map(|auth| auth.encoded)
    }

    #[test]
    fn the_header_is_that_of_rfc_7617() {
        let check = |username: &str, password: &str, expected: Option<&str>| {
            let encoded = encoded(username, password);
            assert_eq!(encoded.as_ref().map(Secret::expose), expected, "{username:?} {password:?}");
        };
        check("Aladdin", "open sesame", Some("QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
        check("test", "123\u{a3}", Some("dGVzdDoxMjPCow=="));
        check("user", "", Some("dXNlcjo="));
        check("", "pass", Some("OnBhc3M="));
        check("", "", None);
        check("a", " b:c ", Some("YTogYjpjIA=="));
    }

    #[test]
    fn what_the_header_cannot_hold_is_refused() {
        use BasicAuthError as E;
        let check = |text: &str, error: Option<E>| {
            assert_eq!(check_username(text).err(), error, "{text:?}");
            let password = Secret::new(text.to_owned());
            assert_eq!(check_password(&password).err(), error, "{text:?}");
        };
        assert_eq!(check_username("a:b"), Err(E::Colon));
        check("a\0", Some(E::Null));
        check("a\nb", Some(E::ControlCharacter));
        check("\u{7f}", Some(E::ControlCharacter));
        let long = "\u{e9}".repeat(BASIC_AUTH_CHARS_MAX + 1);
        check(&long, Some(E::TooLong));
        check(&long[2..], None);
        assert_eq!(check_password(&Secret::new("a:b".to_owned())), Ok(()));
    }

    #[test]
    fn the_password_is_not_printed() {
        let password = StoredSecret::Bare(Secret::new("swordfish".to_owned()));
        let shown = format!("{:?}", BasicAuth::new("user".to_owned(), Some(password)));
        assert!(shown.contains("user") && !shown.contains("swordfish"), "{shown}");
    }
}
