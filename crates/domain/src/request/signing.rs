//! How the deliveries of a webhook are signed: the fields `signing_secret` and `signature`. They
//! are set when it is created; a change may only repeat them.

use std::borrow::Cow;

use thiserror::Error;

use super::body::{Body, FormValue};
use super::field::{FieldError, Sent};
use crate::base::{Field, FieldErrors};
use crate::crypto::{Algorithm, SigningEntropy, SigningSecret};
use crate::json;

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

/// What a change of a webhook says about its signatures. It changes nothing, but it may repeat what
/// is in force, as the answer to the creation does.
#[derive(Debug, Clone, Default)]
pub struct SigningClaim {
    secret: Option<SigningSecret>,
    algorithm: Option<Algorithm>,
}

impl SigningClaim {
    /// Reads the claim of a change; `None` if it has none.
    pub fn of_change(body: &Body) -> Result<Option<Self>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let secret = sent(body, "signing_secret").map_or(Ok(None), Sent::signing_secret);
        let secret = errors.take(Field::SigningSecret, secret).flatten();
        let algorithm = sent(body, "signature").map_or(Ok(None), Sent::signature);
        let algorithm = errors.take(Field::Signature, algorithm).flatten();
        if !errors.is_empty() {
            return Err(errors);
        }
        let is_there = secret.is_some() || algorithm.is_some();
        Ok(is_there.then_some(Self { secret, algorithm }))
    }

    /// Checks that the claim is true of the `current` secret. `None` if that does not open, so that
    /// nothing is known of it.
    pub fn check(
        &self,
        algorithm: Algorithm,
        current: Option<&SigningSecret>,
    ) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.algorithm.is_some_and(|claimed| claimed != algorithm) {
            errors.add(Field::Signature, "A webhook's kind of signature cannot be changed.");
        }
        let is_current =
            |secret: &SigningSecret| current.is_some_and(|current| current.equals(secret));
        if self.secret.as_ref().is_some_and(|secret| !is_current(secret)) {
            errors.add(Field::SigningSecret, ROTATE);
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

const ROTATE: &str =
    "This is not the secret in force. POST /v1/webhooks/{id}/rotate-secret changes it.";

/// The value of a field of a body. An empty text of a form is a field that is not filled in.
fn sent<'a>(body: &'a Body, wanted: &str) -> Option<Sent<'a>> {
    match body {
        Body::Json(json) => {
            // A body that is no object has an error already.
            let members = json::members(core::str::from_utf8(json).ok()?).ok()?;
            let found = members.into_iter().rfind(|(name, _)| name == wanted);
            found.map(|(_, value)| Sent::json(value))
        }
        Body::Form(pairs) => match pairs.iter().rfind(|(name, _)| name == wanted)? {
            (_, FormValue::Text(text)) if text.is_empty() => None,
            (_, FormValue::Text(text)) => Some(Sent::Text(Cow::Borrowed(text))),
            (_, FormValue::File) => Some(Sent::File),
        },
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
    fn a_change_may_repeat_the_secret_in_force_and_no_other() {
        const CURRENT: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let current = SigningSecret::given(CURRENT).unwrap();
        let check = |body: &Body, expected: Option<&str>| {
            let errors = match SigningClaim::of_change(body) {
                Ok(claim) => {
                    claim.and_then(|claim| claim.check(Algorithm::Hmac, Some(&current)).err())
                }
                Err(errors) => Some(errors),
            };
            let errors = errors.map(|errors| serde_json::to_string(&errors).unwrap());
            assert_eq!(errors.as_deref(), expected);
        };
        let json = |text: &str| Body::json(text.as_bytes().to_vec());
        let form = |name: &str, value: &str| {
            Body::Form(vec![(name.to_owned(), FormValue::Text(value.to_owned()))])
        };
        for body in ["", "{}", "[]", "{", r#"{"signing_secret":null,"signature":""}"#] {
            check(&json(body), None);
        }
        check(&json(&format!(r#"{{"signing_secret":" {CURRENT}","signature":"hmac"}}"#)), None);
        check(&form("signing_secret", CURRENT), None);
        check(&form("signing_secret", ""), None);
        let rotate = format!(r#"{{"signing_secret":["{ROTATE}"]}}"#);
        let other = format!("{CURRENT}AAAA");
        check(&json(&format!(r#"{{"signing_secret":"{other}"}}"#)), Some(&rotate));
        check(&form("signing_secret", &other), Some(&rotate));
        let prefix = r#"{"signing_secret":["A signing secret begins with \"whsec_\"."]}"#;
        check(&json(r#"{"signing_secret":"x"}"#), Some(prefix));
        let kind = r#"{"signature":["A webhook's kind of signature cannot be changed."]}"#;
        check(&json(r#"{"signature":"ed25519"}"#), Some(kind));
        let claim = SigningClaim { secret: Some(current.clone()), algorithm: None };
        assert!(claim.check(Algorithm::Ed25519, None).is_err(), "what does not open is another");
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
