//! How the deliveries of a new webhook are signed: the fields `signing_secret` and `signature`.

use thiserror::Error;

use super::field::{FieldError, Sent};
use crate::base::{Field, FieldErrors};
use crate::crypto::{Algorithm, SigningEntropy, SigningSecret};

/// The secret that signs the deliveries of a new webhook.
#[derive(Debug, Clone)]
pub enum SigningChoice {
    /// A secret from the request.
    Given(SigningSecret),
    /// A secret to be generated, for this algorithm.
    Generated(Algorithm),
}

/// The error for a secret in a request with Ed25519, whose key pairs are always generated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("An Ed25519 key pair is made here, so none may be given.")]
pub struct SecretNotAllowed;

impl SigningChoice {
    /// Reads both fields, and adds their errors to `errors`.
    pub(crate) fn read(
        secret: Option<Sent<'_>>,
        signature: Option<Sent<'_>>,
        errors: &mut FieldErrors,
    ) -> Self {
        let secret = secret.map_or(Ok(None), Sent::signing_secret);
        let secret = errors.take(Field::SigningSecret, secret).flatten();
        let algorithm = signature.map_or(Ok(None), Sent::signature);
        let algorithm = errors.take(Field::Signature, algorithm).flatten();
        match (secret, algorithm.unwrap_or(Algorithm::Hmac)) {
            (None, algorithm) => Self::Generated(algorithm),
            (Some(secret), Algorithm::Hmac) => Self::Given(secret),
            (Some(_), Algorithm::Ed25519) => {
                errors.add(Field::SigningSecret, SecretNotAllowed);
                Self::Generated(Algorithm::Ed25519)
            }
        }
    }

    /// The secret from the request, or one generated from `entropy`.
    pub fn secret(self, entropy: SigningEntropy) -> SigningSecret {
        match self {
            Self::Given(secret) => secret,
            Self::Generated(algorithm) => SigningSecret::generate(algorithm, entropy),
        }
    }
}

impl Sent<'_> {
    /// Parses an algorithm. `null` and empty text mean the default.
    pub(crate) fn signature(self) -> Result<Option<Algorithm>, FieldError> {
        let Some(name) = self.choice()? else { return Ok(None) };
        match name.as_ref() {
            "hmac" => Ok(Some(Algorithm::Hmac)),
            "ed25519" => Ok(Some(Algorithm::Ed25519)),
            _ => Err(FieldError::NotAChoice(name.into_owned())),
        }
    }

    /// Parses a signing secret. `null` means none.
    pub(crate) fn signing_secret(self) -> Result<Option<SigningSecret>, FieldError> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(SigningSecret::given(&text)?)),
            Self::Surrogate(unit) => Err(FieldError::Surrogate(unit)),
            Self::Bool(_) | Self::Number(_) | Self::Nested(_) | Self::File => {
                Err(FieldError::NotAString)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use core::marker::PhantomData;

    use serde_json::value::RawValue;

    use super::*;
    use crate::json::parse;

    /// Checks the error text for a value of a field; `None` if the value is valid.
    fn check<'a, T>(
        read: fn(Sent<'a>) -> Result<T, FieldError>,
        value: &'a str,
        expected: Option<&str>,
    ) {
        let raw = parse::parse_text(value, PhantomData::<&RawValue>).unwrap();
        let error = read(Sent::json(raw)).err();
        assert_eq!(error.map(|e| e.to_string()).as_deref(), expected, "{value}");
    }

    #[test]
    fn a_signature_is_one_of_two_and_a_secret_is_checked() {
        for value in ["null", "\"\"", "\"hmac\"", "\"ed25519\""] {
            check(Sent::signature, value, None);
        }
        for (value, shown) in [("\"HMAC\"", "HMAC"), ("1", "1"), ("[]", "[]"), ("true", "True")] {
            let sentence = format!("\"{shown}\" is not a valid choice.");
            check(Sent::signature, value, Some(&sentence));
        }
        let secret = r#""whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw""#;
        for value in ["null", secret] {
            check(Sent::signing_secret, value, None);
        }
        let prefix = "A signing secret begins with \"whsec_\".";
        for value in ["\"\"", "\"********\"", "\"whsk_AAEC\""] {
            check(Sent::signing_secret, value, Some(prefix));
        }
        for value in ["5", "true", "[]", "{}"] {
            check(Sent::signing_secret, value, Some("Not a valid string."));
        }
        let length = "A signing secret has 24 to 64 bytes, not 3.";
        check(Sent::signing_secret, "\"whsec_AAEC\"", Some(length));
    }
}
