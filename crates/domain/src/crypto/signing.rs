//! Signatures under Standard Webhooks 1.0.0: the secrets, and the three headers of a signed POST.
//!
//! The signed content is `{id}.{timestamp}.{body}`, with the body byte for byte. It is unambiguous
//! because an id contains no dot. The receiver knows an HMAC secret; an Ed25519 private key is
//! generated here and never disclosed.

use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{NO_PAD, STANDARD};
use base64::engine::{DecodePaddingMode, GeneralPurpose};
use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;

use super::master_keys::BLOCK_BYTES;
use crate::base::{EventId, SIGNING_SECRET_BYTES_MAX, SIGNING_SECRET_BYTES_MIN, Secret, Timestamp};

/// The algorithm that signs deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// HMAC with SHA-256. Its signatures start with `v1`.
    Hmac,
    /// Ed25519. Its signatures start with `v1a`.
    Ed25519,
}

/// Random bytes for one secret, supplied by the platform.
pub type SigningEntropy = [u8; 32];

/// Prefix of an HMAC secret.
const HMAC_PREFIX: &str = "whsec_";

/// Prefix of an Ed25519 private key.
const PRIVATE_PREFIX: &str = "whsk_";

/// Prefix of an Ed25519 public key.
const PUBLIC_PREFIX: &str = "whpk_";

const _: () = assert!(SIGNING_SECRET_BYTES_MAX <= BLOCK_BYTES, "no secret is longer than a block");

/// Why a text is not a signing secret. The error does not quote the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SigningSecretError {
    /// The text does not start with the prefix.
    #[error("A signing secret begins with \"{HMAC_PREFIX}\".")]
    Prefix,
    /// The text after the prefix is not base64 (RFC 4648 section 4).
    #[error("A signing secret is base64 after \"{HMAC_PREFIX}\".")]
    Base64,
    /// The text after the prefix is base64 in the URL-safe alphabet (RFC 4648 section 5). Receivers
    /// would not read it.
    #[error(
        "A signing secret is standard base64 after \"{HMAC_PREFIX}\", with \"+\" and \"/\": this \
         is URL-safe base64, with \"-\" and \"_\"."
    )]
    UrlSafe,
    /// The secret has too few or too many bytes.
    #[error(
        "A signing secret has {SIGNING_SECRET_BYTES_MIN} to {SIGNING_SECRET_BYTES_MAX} bytes, not \
         {found}."
    )]
    Length {
        /// The length of the secret, in bytes.
        found: usize,
    },
}

/// Base64 with or without padding.
const GIVEN: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns why a text is not base64.
fn not_base64(text: &str) -> SigningSecretError {
    let is_url_safe = text.contains(['-', '_']) && !text.contains(['+', '/']);
    if is_url_safe && GIVEN.decode(text.replace('-', "+").replace('_', "/")).is_ok() {
        SigningSecretError::UrlSafe
    } else {
        SigningSecretError::Base64
    }
}

/// A secret that deliveries are signed with.
#[derive(Clone)]
pub struct SigningSecret(Material);

#[derive(Clone)]
enum Material {
    /// The bytes of an HMAC secret, at most [`BLOCK_BYTES`].
    Hmac(Vec<u8>),
    /// The seed of an Ed25519 key pair (RFC 8032 section 5.1.5).
    Ed25519([u8; 32]),
}

impl SigningSecret {
    /// Makes a new secret from random bytes.
    pub fn generate(algorithm: Algorithm, entropy: SigningEntropy) -> Self {
        Self(match algorithm {
            Algorithm::Hmac => Material::Hmac(entropy.to_vec()),
            Algorithm::Ed25519 => Material::Ed25519(entropy),
        })
    }

    /// Parses an HMAC secret that an owner supplies. Other senders show it with space around or
    /// without padding, which leave the key the same.
    pub fn given(text: &str) -> Result<Self, SigningSecretError> {
        let text = text.trim().strip_prefix(HMAC_PREFIX).ok_or(SigningSecretError::Prefix)?;
        let bytes = GIVEN.decode(text).map_err(|_| not_base64(text))?;
        let found = bytes.len();
        if !(SIGNING_SECRET_BYTES_MIN..=SIGNING_SECRET_BYTES_MAX).contains(&found) {
            return Err(SigningSecretError::Length { found });
        }
        Ok(Self(Material::Hmac(bytes)))
    }

    /// Whether both sign alike. Takes constant time.
    pub fn equals(&self, other: &Self) -> bool {
        self.to_text() == other.to_text()
    }

    /// The algorithm of the secret.
    pub const fn algorithm(&self) -> Algorithm {
        match self.0 {
            Material::Hmac(_) => Algorithm::Hmac,
            Material::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// The secret as text: a prefix and base64.
    pub fn to_text(&self) -> Secret {
        Secret::new(match &self.0 {
            Material::Hmac(bytes) => format!("{HMAC_PREFIX}{}", STANDARD.encode(bytes)),
            Material::Ed25519(seed) => format!("{PRIVATE_PREFIX}{}", STANDARD.encode(seed)),
        })
    }

    /// The text that is shown to the owner once; `None` for Ed25519, where receivers need only the
    /// public key.
    pub fn shared(&self) -> Option<Secret> {
        match self.0 {
            Material::Hmac(_) => Some(self.to_text()),
            Material::Ed25519(_) => None,
        }
    }

    /// The public key that receivers verify with; `None` for HMAC.
    pub fn public_key(&self) -> Option<PublicKey> {
        match &self.0 {
            Material::Hmac(_) => None,
            Material::Ed25519(seed) => {
                let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key();
                Some(PublicKey(format!("{PUBLIC_PREFIX}{}", STANDARD.encode(public.as_bytes()))))
            }
        }
    }

    /// Signs `{head}{body}` and returns the signature with its version prefix.
    fn sign(&self, head: &str, body: &[u8]) -> String {
        match &self.0 {
            Material::Hmac(bytes) => {
                let mut key = [0; BLOCK_BYTES];
                key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                let mut mac = Hmac::<Sha256>::new(&key.into());
                mac.update(head.as_bytes());
                mac.update(body);
                format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
            }
            Material::Ed25519(seed) => {
                let signer = ed25519_dalek::SigningKey::from_bytes(seed);
                let signature = signer.sign(&[head.as_bytes(), body].concat());
                format!("v1a,{}", STANDARD.encode(signature.to_bytes()))
            }
        }
    }
}

impl FromStr for SigningSecret {
    type Err = SigningSecretError;

    /// Parses a secret that [`to_text`](Self::to_text) wrote.
    fn from_str(text: &str) -> Result<Self, SigningSecretError> {
        let Some(seed) = text.strip_prefix(PRIVATE_PREFIX) else { return Self::given(text) };
        let seed = STANDARD.decode(seed).map_err(|_| SigningSecretError::Base64)?;
        let found = seed.len();
        let seed = seed.try_into().map_err(|_| SigningSecretError::Length { found })?;
        Ok(Self(Material::Ed25519(seed)))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(REDACTED)")
    }
}

/// The public key of an Ed25519 pair: `whpk_` and the base64 of its 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicKey(String);

impl PublicKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The names of the signature headers (Standard Webhooks).
pub const HEADERS: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/// The three signature headers of a POST at `now`, signed with every secret in the given order.
pub fn headers(
    secrets: &[SigningSecret],
    id: &EventId,
    now: Timestamp,
    body: &[u8],
) -> [(&'static str, String); 3] {
    let timestamp = (now.as_ms() / 1_000).to_string();
    let head = format!("{id}.{timestamp}.");
    let signatures: Vec<String> = secrets.iter().map(|secret| secret.sign(&head, body)).collect();
    let [of_id, of_timestamp, of_signature] = HEADERS;
    [(of_id, id.to_string()), (of_timestamp, timestamp), (of_signature, signatures.join(" "))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signs for any id: those of the published vectors are not valid [`EventId`]s.
    fn sign(secret: &str, id: &str, timestamp: u64, body: &str) -> String {
        let secret: SigningSecret = secret.parse().unwrap();
        secret.sign(&format!("{id}.{timestamp}."), body.as_bytes())
    }

    #[test]
    fn the_published_vectors_hold() {
        assert_eq!(
            sign(
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                r#"{"test": 2432232314}"#,
            ),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(
            sign(
                "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
                "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
                1_649_367_553,
                r#"{"email":"test@example.com","username":"test_user"}"#,
            ),
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        );
    }

    #[test]
    fn a_pair_is_that_of_rfc_8032() {
        // Section 7.1, test 1: seed and public key.
        let secret: SigningSecret =
            "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=".parse().unwrap();
        let public = secret.public_key().unwrap();
        assert_eq!(public.as_str(), "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        let signature = secret.sign("a.1.", b"{}");
        let bytes = STANDARD.decode(signature.strip_prefix("v1a,").unwrap()).unwrap();
        let public = STANDARD.decode(&public.as_str()[5..]).unwrap().try_into().unwrap();
        let public = ed25519_dalek::VerifyingKey::from_bytes(&public).unwrap();
        let signature = ed25519_dalek::Signature::from_slice(&bytes).unwrap();
        public.verify_strict(b"a.1.{}", &signature).unwrap();
    }

    #[test]
    fn every_secret_signs_once_and_in_order() {
        let secrets = [
            SigningSecret::generate(Algorithm::Hmac, [1; 32]),
            SigningSecret::generate(Algorithm::Ed25519, [2; 32]),
            SigningSecret::generate(Algorithm::Hmac, [3; 32]),
        ];
        let id: EventId = "e1".parse().unwrap();
        let [id, timestamp, signature] =
            headers(&secrets, &id, Timestamp::from_ms(1_700_000_000_999), b"{}");
        assert_eq!(id, ("webhook-id", "e1".to_owned()));
        assert_eq!(timestamp, ("webhook-timestamp", "1700000000".to_owned()));
        let expected = secrets.map(|secret| secret.sign("e1.1700000000.", b"{}"));
        assert_eq!(signature, ("webhook-signature", expected.join(" ")));
    }

    #[test]
    fn a_given_secret_has_24_to_64_bytes() {
        use SigningSecretError as E;
        let check = |text: &str, expected: Result<(), E>| {
            assert_eq!(SigningSecret::given(text).map(|_| ()), expected, "{text}");
        };
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for bytes in [24, 25, 32, 64] {
            check(&of(bytes), Ok(()));
        }
        for found in [0, 23, 65] {
            check(&of(found), Err(E::Length { found }));
        }
        for text in ["", "x", "WHSEC_", &of(32)[6..], "whsk_AAEC", "whsec AAEC", "\"whsec_AAEC"] {
            check(text, Err(E::Prefix));
        }
        for text in ["whsec_!", "whsec_AAEC=", "whsec_A", "whsec_AAEC AAEC", "whsec_ AAEC"] {
            check(text, Err(E::Base64));
        }
        for found in [0, 2] {
            check(["whsec_", "whsec_AAE"][found / 2], Err(E::Length { found }));
        }
    }

    #[test]
    fn a_given_secret_may_lack_padding_and_have_space_around() {
        for bytes in 24..=64 {
            let key: Vec<u8> = (0..bytes).map(|n| 251_u8.wrapping_mul(n)).collect();
            let padded = format!("whsec_{}", STANDARD.encode(&key));
            let bare = padded.trim_end_matches('=');
            let half = format!("{bare}{}", if padded.ends_with("==") { "=" } else { "" });
            for text in [&padded, bare, &half, &format!(" {padded}\r\n"), &format!("\t{bare} ")] {
                let secret = SigningSecret::given(text).unwrap();
                assert_eq!(secret.to_text().expose(), padded, "{text:?}");
            }
        }
    }

    #[test]
    fn a_url_safe_secret_is_told_apart() {
        use SigningSecretError as E;
        let check = |text: &str, expected: E| {
            assert_eq!(SigningSecret::given(text).map(|_| ()), Err(expected), "{text}");
        };
        let url_safe = "whsec_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_8";
        check(url_safe, E::UrlSafe);
        check(&format!("{url_safe}="), E::UrlSafe);
        check(&format!(" {url_safe} "), E::UrlSafe);
        check("whsec_abc-", E::UrlSafe);
        check("whsec_-_+/", E::Base64);
        check("whsec_-_-_!", E::Base64);
        assert!(E::UrlSafe.to_string().contains("URL-safe"));
    }

    #[test]
    fn a_secret_reads_back_and_is_not_printed() {
        for algorithm in [Algorithm::Hmac, Algorithm::Ed25519] {
            let secret = SigningSecret::generate(algorithm, [0xfb; 32]);
            let text = secret.to_text();
            let back: SigningSecret = text.expose().parse().unwrap();
            assert_eq!(back.to_text(), text);
            assert_eq!(back.algorithm(), algorithm);
            assert_eq!(format!("{secret:?}"), "SigningSecret(REDACTED)");
        }
        for text in ["whsk_!", "whsk_AAEC"] {
            assert!(text.parse::<SigningSecret>().is_err(), "{text}");
        }
    }
}
