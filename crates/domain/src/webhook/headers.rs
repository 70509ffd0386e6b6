//! `additional_headers`: the headers that an owner adds to every POST.
//!
//! Names are stored as given and compared without case (RFC 9110 section 5.1). Values are secrets:
//! they are checked while they are bare, and each is sealed separately. Owners cannot set the
//! headers that frame, route, describe, trace or sign a delivery, so no webhook can forge or break
//! a request.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::base::{
    ADDITIONAL_HEADERS_BYTES_MAX, ADDITIONAL_HEADERS_MAX, MASK, Secret, SecretChange,
};
use crate::crypto::{OpenError, Opener, SealError, Sealer, StoredSecret};

/// Why additional headers are invalid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HeadersError {
    /// The name is not a token (RFC 9110 section 5.6.2).
    #[error("{name:?} is not a header name.")]
    Name {
        /// The name.
        name: String,
    },
    /// The name is reserved.
    #[error("The header \"{name}\" may not be set.")]
    Reserved {
        /// The name.
        name: String,
    },
    /// Two names differ only in case.
    #[error("The header \"{name}\" is there twice.")]
    Repeated {
        /// The second of the two.
        name: String,
    },
    /// The value contains a character that is not allowed (RFC 9110 section 5.5 without
    /// `obs-text`).
    #[error("The value of \"{name}\" may have only visible ASCII characters, spaces and tabs.")]
    Character {
        /// The name.
        name: String,
    },
    /// The value begins or ends with whitespace, which receivers would drop.
    #[error("The value of \"{name}\" may not begin or end with space.")]
    Space {
        /// The name.
        name: String,
    },
    /// There are more headers than [`ADDITIONAL_HEADERS_MAX`].
    #[error("Ensure there are no more than {ADDITIONAL_HEADERS_MAX} headers.")]
    TooMany,
    /// Names and values together have more bytes than [`ADDITIONAL_HEADERS_BYTES_MAX`].
    #[error(
        "Ensure all names and values together have no more than {ADDITIONAL_HEADERS_BYTES_MAX} \
         bytes."
    )]
    TooLarge,
    /// The value is [`MASK`], but no header of this name is stored.
    #[error("\"{MASK}\" keeps a stored value, but there is no stored header \"{name}\".")]
    NothingToKeep {
        /// The name.
        name: String,
    },
}

/// Headers that every POST to a webhook carries, in the owner's order.
///
/// Deserializing does not check them, because stored headers were checked before they were stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AdditionalHeaders(Vec<(String, StoredSecret)>);

impl AdditionalHeaders {
    /// Checks names and values.
    pub fn new(headers: Vec<(String, StoredSecret)>) -> Result<Self, HeadersError> {
        check_all(headers.iter().map(|(name, value)| (name.as_str(), Some(value))))?;
        Ok(Self(headers))
    }

    /// Every name with its value.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &StoredSecret)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of the header with this name; case is ignored.
    pub fn get(&self, name: &str) -> Option<&StoredSecret> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Opens every value.
    pub fn open(&self, opener: Opener<'_>) -> Result<Vec<(String, Secret)>, OpenError> {
        let open = |(name, value): &(String, StoredSecret)| {
            Ok((name.clone(), value.open(opener, &field(name))?))
        };
        self.0.iter().map(open).collect()
    }

    /// Seals every value.
    pub(crate) fn sealed(self, sealer: &mut Sealer<'_>) -> Result<Self, SealError> {
        let seal = |(name, value): (String, StoredSecret)| {
            let value = value.sealed(sealer, &field(&name))?;
            Ok((name, value))
        };
        Ok(Self(self.0.into_iter().map(seal).collect::<Result<_, _>>()?))
    }
}

/// The field name under which a value is sealed.
fn field(name: &str) -> String {
    format!("additional_headers.{}", name.to_ascii_lowercase())
}

/// A replacement of all additional headers. Individual values may be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HeadersChange(Vec<(String, SecretChange<StoredSecret>)>);

impl HeadersChange {
    /// Checks names and new values.
    pub fn new(headers: Vec<(String, SecretChange<StoredSecret>)>) -> Result<Self, HeadersError> {
        check_all(headers.iter().map(|(name, value)| match value {
            SecretChange::Keep => (name.as_str(), None),
            SecretChange::Set(value) => (name.as_str(), Some(value)),
        }))?;
        Ok(Self(headers))
    }

    /// Returns the new headers, with the kept values taken from `stored`.
    pub fn apply(&self, stored: &AdditionalHeaders) -> Result<AdditionalHeaders, HeadersError> {
        let resolve = |(name, value): &(String, SecretChange<StoredSecret>)| {
            let value = match value {
                SecretChange::Set(value) => Some(value),
                SecretChange::Keep => stored.get(name),
            };
            let value = value.ok_or_else(|| HeadersError::NothingToKeep { name: name.clone() })?;
            Ok((name.clone(), value.clone()))
        };
        AdditionalHeaders::new(self.0.iter().map(resolve).collect::<Result<_, _>>()?)
    }

    /// Seals every new value.
    pub(crate) fn sealed(self, sealer: &mut Sealer<'_>) -> Result<Self, SealError> {
        let seal = |(name, value): (String, SecretChange<StoredSecret>)| {
            let value = value.try_map(|value| value.sealed(sealer, &field(&name)))?;
            Ok((name, value))
        };
        Ok(Self(self.0.into_iter().map(seal).collect::<Result<_, _>>()?))
    }
}

/// Names that owners cannot set, because they frame, route, describe or trace a delivery.
const RESERVED: [&str; 13] = [
    "cdn-loop",
    "connection",
    "expect",
    "host",
    "keep-alive",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-real-ip",
];

/// Prefixes of names that owners cannot set.
const RESERVED_PREFIXES: [&str; 5] = ["cf-", "content-", "proxy-", "webhook-", "x-forwarded-"];

/// The exception to the prefix `cf-`: the headers with which a caller passes Cloudflare Access.
const ALLOWED_PREFIX: &str = "cf-access-";

/// Checks all names, and the values that are bare. A value of `None` is kept and not checked.
fn check_all<'a>(
    headers: impl ExactSizeIterator<Item = (&'a str, Option<&'a StoredSecret>)>,
) -> Result<(), HeadersError> {
    if headers.len() > ADDITIONAL_HEADERS_MAX {
        return Err(HeadersError::TooMany);
    }
    let mut names = Vec::with_capacity(headers.len());
    let mut bytes: usize = 0;
    for (name, value) in headers {
        let lower = check_name(name)?;
        if names.contains(&lower) {
            return Err(HeadersError::Repeated { name: name.to_owned() });
        }
        names.push(lower);
        if let Some(StoredSecret::Bare(value)) = value {
            check_value(name, value.expose())?;
        }
        let value_len = value.map_or(0, StoredSecret::len);
        bytes = bytes.saturating_add(name.len()).saturating_add(value_len);
    }
    if bytes > ADDITIONAL_HEADERS_BYTES_MAX { Err(HeadersError::TooLarge) } else { Ok(()) }
}

/// Checks a name and returns it in lower case.
fn check_name(name: &str) -> Result<String, HeadersError> {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(HeadersError::Name { name: name.to_owned() });
    }
    let lower = name.to_ascii_lowercase();
    let reserved = RESERVED.contains(&lower.as_str())
        || RESERVED_PREFIXES.iter().any(|prefix| lower.starts_with(prefix));
    if reserved && !lower.starts_with(ALLOWED_PREFIX) {
        return Err(HeadersError::Reserved { name: name.to_owned() });
    }
    Ok(lower)
}

fn check_value(name: &str, value: &str) -> Result<(), HeadersError> {
    if !value.bytes().all(|b| matches!(b, b'\t' | b' '..=b'~')) {
        return Err(HeadersError::Character { name: name.to_owned() });
    }
    if value.starts_with([' ', '\t']) || value.ends_with([' ', '\t']) {
        return Err(HeadersError::Space { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> Result<AdditionalHeaders, HeadersError> {
        let bare = |text: &str| StoredSecret::Bare(Secret::new(text.to_owned()));
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), bare(value)));
        AdditionalHeaders::new(pairs.collect())
    }

    fn change(pairs: &[(&str, &str)]) -> Result<HeadersChange, HeadersError> {
        let value = |text: &str| match SecretChange::from_text(text.to_owned()) {
            SecretChange::Keep => SecretChange::Keep,
            SecretChange::Set(secret) => SecretChange::Set(StoredSecret::Bare(secret)),
        };
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), value(text)));
        HeadersChange::new(pairs.collect())
    }

    #[test]
    fn ordinary_headers_pass_in_their_order() {
        let given = [
            ("x-my-new-header", "string"),
            ("client_id", "examplestring2"),
            ("client_secret", "abcdefg1234567"),
            ("Authorization", "Bearer a.b-c"),
            ("CF-Access-Client-Id", "id"),
            ("!#$%&'*+-.^_`|~0Az", "a\tb \"c\""),
            ("empty", ""),
        ];
        let headers = headers(&given).unwrap();
        let bare = |text: &str| StoredSecret::Bare(Secret::new(text.to_owned()));
        let expected = given.map(|(name, value)| (name, bare(value)));
        let kept: Vec<_> = headers.iter().map(|(name, value)| (name, value.clone())).collect();
        assert_eq!(kept, expected);
        assert_eq!(headers.get("AUTHORIZATION"), Some(&bare("Bearer a.b-c")));
        assert_eq!(headers.get("absent"), None);
    }

    #[test]
    fn a_name_is_a_token() {
        for name in ["", " ", "a b", "a:b", "a\n", "\u{e9}", "a\0", "a/b", "(a)", "\"a\""] {
            let expected = Err(HeadersError::Name { name: name.to_owned() });
            assert_eq!(headers(&[(name, "v")]), expected);
            assert_eq!(change(&[(name, MASK)]).err(), expected.err());
        }
    }

    #[test]
    fn what_makes_a_delivery_is_reserved() {
        for name in [
            "Host",
            "CONNECTION",
            "Keep-Alive",
            "Proxy-Authorization",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "Content-Length",
            "content-type",
            "Content-Encoding",
            "User-Agent",
            "CF-Ray",
            "cf-connecting-ip",
            "CF-Worker",
            "X-Forwarded-For",
            "X-Real-IP",
            "CDN-Loop",
            "webhook-id",
            "Webhook-Signature",
            "Expect",
            "Traceparent",
            "TraceState",
        ] {
            let expected = Err(HeadersError::Reserved { name: name.to_owned() });
            assert_eq!(headers(&[(name, "v")]), expected, "{name}");
        }
    }

    #[test]
    fn a_value_is_visible_ascii() {
        let character = || Err(HeadersError::Character { name: "x".to_owned() });
        for value in ["a\r\nb: c", "\n", "a\0", "\u{7f}", "\u{e9}", "\u{1f600}"] {
            assert_eq!(headers(&[("x", value)]), character(), "{value:?}");
        }
        for value in [" a", "a ", "\ta", "a\t", " "] {
            let expected = Err(HeadersError::Space { name: "x".to_owned() });
            assert_eq!(headers(&[("x", value)]), expected, "{value:?}");
        }
    }

    #[test]
    fn names_differ_in_more_than_case() {
        let expected = HeadersError::Repeated { name: "x-a".to_owned() };
        assert_eq!(headers(&[("X-A", "1"), ("y", "2"), ("x-a", "3")]), Err(expected.clone()));
        assert_eq!(change(&[("X-A", MASK), ("x-a", "3")]), Err(expected));
    }

    #[test]
    fn number_and_size_are_bounded() {
        let names: Vec<_> = (0..=ADDITIONAL_HEADERS_MAX).map(|n| format!("x-{n}")).collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(headers(&many), Err(HeadersError::TooMany));
        assert!(headers(&many[1..]).is_ok());
        let long = "a".repeat(ADDITIONAL_HEADERS_BYTES_MAX);
        assert_eq!(headers(&[("x", &long)]), Err(HeadersError::TooLarge));
        assert!(headers(&[("x", &long[1..])]).is_ok());
    }

    #[test]
    fn a_mask_keeps_the_value_of_its_name() {
        let stored = headers(&[("X-A", "1"), ("x-b", "2"), ("x-c", "3")]).unwrap();
        let changed = change(&[("x-d", "4"), ("x-a", MASK), ("x-b", "5")]).unwrap();
        let expected = headers(&[("x-d", "4"), ("x-a", "1"), ("x-b", "5")]);
        assert_eq!(changed.apply(&stored), expected);
        assert_eq!(change(&[]).unwrap().apply(&stored), Ok(AdditionalHeaders::default()));
        let missing = HeadersError::NothingToKeep { name: "x-e".to_owned() };
        assert_eq!(change(&[("x-e", MASK)]).unwrap().apply(&stored), Err(missing));
    }

    #[test]
    fn kept_values_count() {
        let half = "a".repeat(ADDITIONAL_HEADERS_BYTES_MAX / 2);
        let stored = headers(&[("x", &half)]).unwrap();
        let changed = change(&[("x", MASK), ("y", &half)]).unwrap();
        assert_eq!(changed.apply(&stored), Err(HeadersError::TooLarge));
    }

    #[test]
    fn values_are_not_printed() {
        let shown = format!("{:?}", headers(&[("x", "swordfish")]));
        assert!(!shown.contains("swordfish"), "{shown}");
    }
}
