//! The request body that rotates the signing key of a webhook.

use super::body::{self, BodyError};
use super::field::Sent;
use super::signing::SecretNotAllowed;
use crate::base::{Delay, Field, FieldErrors, ROTATION_GRACE, ROTATION_GRACE_MAX};
use crate::crypto::{Algorithm, SigningEntropy, SigningSecret};
use crate::json::without_mark;

/// A request to rotate the signing key.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The new secret; `None` if one is to be generated.
    given: Option<SigningSecret>,
    /// How long the previous key continues to sign.
    pub grace: Delay,
}

impl Rotation {
    /// Parses a request. An empty body means the defaults. The errors of all fields are reported
    /// together.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        if without_mark(body).is_empty() {
            return Ok(Self { given: None, grace: ROTATION_GRACE });
        }
        let fields = body::members(body)?;
        let mut errors = FieldErrors::default();
        let given = fields.get("signing_secret").map(|value| Sent::json(value).signing_secret());
        let given = errors.take(Field::SigningSecret, given.unwrap_or(Ok(None)));
        let grace = fields.get("grace_seconds").map_or(Ok(ROTATION_GRACE), |value| {
            body::seconds(value, Delay::ZERO, ROTATION_GRACE_MAX)
        });
        let grace = errors.take(Field::GraceSeconds, grace);
        match (given, grace) {
            (Some(given), Some(grace)) => Ok(Self { given, grace }),
            _ => Err(errors.into()),
        }
    }

    /// Whether the request has this secret, so that nothing is to be changed if it is in force.
    pub fn repeats(&self, current: &SigningSecret) -> bool {
        self.given.as_ref().is_some_and(|given| given.equals(current))
    }

    /// The new secret from the request, or one generated from `entropy`. A request with a secret is
    /// an error for Ed25519.
    pub fn secret(
        self,
        algorithm: Algorithm,
        entropy: SigningEntropy,
    ) -> Result<SigningSecret, FieldErrors> {
        match (self.given, algorithm) {
            (Some(secret), Algorithm::Hmac) => Ok(secret),
            (Some(_), Algorithm::Ed25519) => {
                Err(FieldErrors::one(Field::SigningSecret, SecretNotAllowed))
            }
            (None, algorithm) => Ok(SigningSecret::generate(algorithm, entropy)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Rotation, String> {
        Rotation::parse(body.as_bytes()).map_err(|error| match error {
            BodyError::Json(error) => error.to_string(),
            BodyError::Fields(errors) => serde_json::to_string(&errors).unwrap(),
        })
    }

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn everything_may_be_left_out() {
        for body in ["", "\u{feff}", "{}", r#"{"signing_secret":null,"other":[1]}"#] {
            let rotation = parse(body).unwrap();
            assert_eq!(rotation.grace, Delay::from_secs(86_400), "{body}");
            let secret = rotation.secret(Algorithm::Hmac, [7; 32]).unwrap();
            assert!(secret.to_text().expose().starts_with("whsec_BwcHBwcH"));
        }
    }

    #[test]
    fn a_secret_may_be_given_for_hmac_only() {
        let body = format!(r#"{{"signing_secret":"{SECRET}","grace_seconds":0}}"#);
        let rotation = parse(&body).unwrap();
        assert_eq!(rotation.grace, Delay::ZERO);
        let secret = rotation.clone().secret(Algorithm::Hmac, [7; 32]).unwrap();
        assert_eq!(secret.to_text().expose(), SECRET);
        assert!(rotation.repeats(&secret));
        assert!(!rotation.repeats(&SigningSecret::generate(Algorithm::Hmac, [7; 32])));
        let errors = rotation.secret(Algorithm::Ed25519, [7; 32]).unwrap_err();
        assert_eq!(errors, FieldErrors::one(Field::SigningSecret, SecretNotAllowed));
    }

    #[test]
    fn the_grace_is_whole_seconds_up_to_a_week() {
        let grace = |value: &str| parse(&format!(r#"{{"grace_seconds":{value}}}"#));
        for (value, secs) in [("0", 0), ("1", 1), ("604800", 604_800)] {
            assert_eq!(grace(value).unwrap().grace, Delay::from_secs(secs));
        }
        let check = |value: &str, sentence: &str| {
            let expected = format!(r#"{{"grace_seconds":["{sentence}"]}}"#);
            assert_eq!(grace(value).unwrap_err(), expected, "{value}");
        };
        check("604801", "Ensure this value is less than or equal to 604800.");
        check("18446744073709551615", "Ensure this value is less than or equal to 604800.");
        check("-1", "Ensure this value is greater than or equal to 0.");
        for value in ["null", "1.5", "1e3", "true", "\"1\"", "[]", "99999999999999999999"] {
            check(value, "A valid integer is required.");
        }
    }

    #[test]
    fn all_bad_fields_are_reported_at_once() {
        assert_eq!(
            parse(r#"{"grace_seconds":"x","signing_secret":"x"}"#).unwrap_err(),
            concat!(
                r#"{"signing_secret":["A signing secret begins with \"whsec_\"."],"#,
                r#""grace_seconds":["A valid integer is required."]}"#
            )
        );
        assert!(parse("[]").unwrap_err().contains("Expected a dictionary, but got list."));
        assert!(parse("{").unwrap_err().starts_with("JSON parse error - "));
    }
}
