//! Signatures, verified by the reference library of Standard Webhooks, and sealed secrets, which
//! open only for their account, webhook and field.

use domain::base::{
    ADDITIONAL_HEADERS_BYTES_MAX, AccountId, Delay, EventId, Secret, SecretChange, Timestamp,
    WebhookId,
};
use domain::config::Config;
use domain::crypto::{
    Algorithm, MASTER_KEYS, MasterKeys, Opener, Owner, RotateError, Sealed, Sealer, SigningKey,
    SigningKeys, SigningSecret, StoredSecret,
};
use domain::delivery::{Outbound, Post, Rules};
use domain::event::Payload;
use domain::webhook::{
    AdditionalHeaders, Configuration, HeadersChange, HeadersError, NewWebhook, TargetPolicy,
    TargetUrl,
};
use http::HeaderMap;
use proptest::prelude::*;
use standardwebhooks::Webhook;

const KEYS: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn ring() -> MasterKeys {
    MasterKeys::parse(KEYS).unwrap()
}

fn rules() -> Rules {
    let lookup = |name: &str| (name == MASTER_KEYS).then(|| KEYS.to_owned());
    Config::read(lookup).unwrap().rules
}

fn secret(byte: u8) -> SigningSecret {
    SigningSecret::generate(Algorithm::Hmac, [byte; 32])
}

/// Runs with the owner that every test uses.
fn owned<T>(run: impl FnOnce(Owner<'_>) -> T) -> T {
    let (account, webhook) = ("acme".parse().unwrap(), "w1".parse().unwrap());
    run(Owner { account: &account, webhook: &webhook })
}

/// Rotates keys that are not sealed.
fn rotated(
    keys: &SigningKeys,
    new: &SigningSecret,
    at: Timestamp,
    grace: Delay,
) -> Result<SigningKeys, RotateError> {
    owned(|owner| keys.rotate(SigningKey::new(new), at, grace, Opener { ring: &ring(), owner }))
}

/// Returns the time of the host, which the verifier reads too.
fn now() -> Timestamp {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_ms(u64::try_from(since.as_millis()).unwrap())
}

/// Returns the headers of a POST to a webhook with these keys.
fn sent(keys: SigningKeys, body: &str, at: Timestamp) -> HeaderMap {
    let target = TargetUrl::parse("https://example.com/", &TargetPolicy::default()).unwrap();
    let configuration = Configuration::new(target, keys);
    let new = NewWebhook { active: true, configuration };
    let request = owned(|owner| {
        let (ring, mut nonces) = (ring(), || Some([7; 24]));
        let sealed = new.seal(&mut Sealer::new(&ring, owner, &mut nonces)).unwrap();
        let event_id = EventId::new(at, [7; 10]);
        let configuration = &sealed.get().configuration;
        let post = Post { owner, configuration, event_id: &event_id, trace: None, at };
        Outbound::new(post, Payload::from_stored(body.as_bytes().to_vec()), &rules()).unwrap()
    });
    let pairs = request.headers.iter().map(|(name, value)| {
        (http::HeaderName::try_from(name).unwrap(), http::HeaderValue::try_from(value).unwrap())
    });
    pairs.collect()
}

fn verify(secret: &SigningSecret, headers: &HeaderMap, body: &str) -> bool {
    let verifier = Webhook::new(secret.to_text().expose()).unwrap();
    verifier.verify(body.as_bytes(), headers).is_ok()
}

#[test]
fn the_reference_library_verifies_what_is_sent() {
    let body = "{\"event_type\":\"QUIZ_COMPLETION\",\n \"name\":\"Zo\u{eb}\"}";
    let headers = sent(SigningKeys::new(SigningKey::new(&secret(1))), body, now());
    assert!(verify(&secret(1), &headers, body));
    assert!(!verify(&secret(2), &headers, body));
    assert!(!verify(&secret(1), &headers, &body[1..]));
    let early = now().minus(Delay::from_secs(400));
    let headers = sent(SigningKeys::new(SigningKey::new(&secret(1))), body, early);
    assert!(!verify(&secret(1), &headers, body), "the time of the attempt is signed");
}

#[test]
fn a_rotated_key_verifies_until_its_grace_is_over() {
    let start = now().minus(Delay::from_secs(60));
    let keys = SigningKeys::new(SigningKey::new(&secret(1)));
    let rotate = |keys: &SigningKeys, byte: u8, at: Timestamp, grace: u64| {
        rotated(keys, &secret(byte), at, Delay::from_secs(grace)).unwrap()
    };
    let keys = rotate(&keys, 2, start, 50);
    let keys = rotate(&keys, 3, start.plus(Delay::from_secs(1)), 3_600);
    let check = |secs: u64, live: &[u8], over: &[u8]| {
        let headers = sent(keys.clone(), "{}", start.plus(Delay::from_secs(secs)));
        for byte in live {
            assert!(verify(&secret(*byte), &headers, "{}"), "{byte} after {secs} s");
        }
        for byte in over {
            assert!(!verify(&secret(*byte), &headers, "{}"), "{byte} after {secs} s");
        }
        let signatures = headers["webhook-signature"].to_str().unwrap().split(' ').count();
        assert_eq!(signatures, live.len());
    };
    check(2, &[3, 2, 1], &[4]);
    check(49, &[3, 2, 1], &[]);
    check(50, &[3, 2], &[1]);
    let none = rotate(&keys, 4, start.plus(Delay::from_secs(2)), 0);
    let headers = sent(none, "{}", start.plus(Delay::from_secs(60)));
    assert!(verify(&secret(4), &headers, "{}") && !verify(&secret(3), &headers, "{}"));
    assert!(verify(&secret(2), &headers, "{}"), "its own grace is not cut short");
}

#[test]
fn at_most_five_keys_are_live() {
    let at = |secs: u64| Timestamp::from_ms(1_700_000_000_000 + secs * 1_000);
    let mut keys = SigningKeys::new(SigningKey::new(&secret(0)));
    let day = Delay::from_secs(86_400);
    for byte in 1..5 {
        keys = rotated(&keys, &secret(byte), at(byte.into()), day).unwrap();
    }
    let one_more = |at, grace| rotated(&keys, &secret(9), at, grace);
    let first_end = at(1).plus(day);
    assert_eq!(one_more(at(9), day), Err(RotateError::TooMany { first_end }));
    assert!(one_more(at(9), Delay::ZERO).is_ok(), "a replacement without grace fits");
    assert!(one_more(first_end, day).is_ok(), "an expired key makes room");
    let pair = SigningSecret::generate(Algorithm::Ed25519, [1; 32]);
    let other = rotated(&keys, &pair, at(9), Delay::ZERO);
    assert_eq!(other, Err(RotateError::OtherAlgorithm));
    assert_eq!(rotated(&keys, &secret(4), at(9), day), Ok(keys.clone()), "it is in force already");
}

#[test]
fn no_secret_signs_twice() {
    let at = now();
    let hour = Delay::from_secs(3_600);
    let mut keys = SigningKeys::new(SigningKey::new(&secret(0)));
    for (byte, expected) in [(0, 1), (1, 2), (1, 2), (0, 2), (1, 2), (2, 3), (0, 3), (0, 3)] {
        keys = rotated(&keys, &secret(byte), at, hour).unwrap();
        let headers = sent(keys.clone(), "{}", at);
        let signatures: Vec<&str> =
            headers["webhook-signature"].to_str().unwrap().split(' ').collect();
        assert_eq!(signatures.len(), expected, "after {byte}");
        let distinct: std::collections::BTreeSet<_> = signatures.iter().collect();
        assert_eq!(distinct.len(), expected, "after {byte}");
        assert!(verify(&secret(byte), &headers, "{}"));
    }
    // A sealed key is compared by what it opens to, and one that does not open is another.
    let resealed = owned(|owner| {
        let (ring, mut nonces) = (ring(), || Some([9; 24]));
        let sealer = &mut Sealer::new(&ring, owner, &mut nonces);
        SigningKey::new(&secret(0)).seal(sealer).unwrap().into_inner()
    });
    let none = MasterKeys::default();
    owned(|owner| {
        let same = keys.rotate(resealed.clone(), at, hour, Opener { ring: &ring(), owner });
        assert_eq!(same, Ok(keys.clone()));
        let unknown = keys.rotate(resealed, at, hour, Opener { ring: &none, owner });
        assert_ne!(unknown, Ok(keys.clone()));
    });
}

fn seal(owner: Owner<'_>, field: &str, text: &str, nonce: [u8; 24]) -> Sealed {
    let (ring, mut nonces) = (ring(), || Some(nonce));
    let secret = Secret::new(text.to_owned());
    Sealer::new(&ring, owner, &mut nonces).seal(field, &secret).unwrap()
}

proptest! {
    #[test]
    fn a_sealed_secret_opens_only_for_its_owner_and_field(
        text in "\\PC{0,40}",
        account in "[A-Za-z0-9][A-Za-z0-9._-]{0,6}",
        webhook in "[a-z0-9]{1,6}",
        field in "[a-z._/-]{0,8}",
        other in ("[A-Za-z0-9][A-Za-z0-9._-]{0,6}", "[a-z0-9]{1,6}", "[a-z._/-]{0,8}"),
        nonce in any::<[u8; 24]>(),
        other_key in any::<[u8; 32]>(),
        flip in (any::<prop::sample::Index>(), 0_u32..6),
    ) {
        let account: AccountId = account.parse().unwrap();
        let webhook: WebhookId = webhook.parse().unwrap();
        let owner = Owner { account: &account, webhook: &webhook };
        let sealed = seal(owner, &field, &text, nonce);
        prop_assert_eq!(sealed.plain_len(), text.len());
        let ring = ring();
        let open = |ring: &MasterKeys, owner, field: &str, sealed: &Sealed| {
            Opener { ring, owner }.open(field, sealed).map(|secret| secret.expose().to_owned())
        };
        prop_assert_eq!(open(&ring, owner, &field, &sealed), Ok(text));

        let (a, w) = (other.0.parse().unwrap(), other.1.parse().unwrap());
        let others = [
            (Owner { account: &a, ..owner }, &field, a != account),
            (Owner { webhook: &w, ..owner }, &field, w != webhook),
            (owner, &other.2, other.2 != field),
        ];
        for (owner, field, is_other) in others {
            prop_assert_eq!(open(&ring, owner, field, &sealed).is_err(), is_other);
        }
        let key = base64(&other_key);
        let other_ring = MasterKeys::parse(&format!("k1:{key}")).unwrap();
        prop_assert!(open(&other_ring, owner, &field, &sealed).is_err());

        // Flips one bit of a character after the dot, if that gives another base64 character.
        let stored = String::from(sealed.clone());
        let mut bytes = stored.clone().into_bytes();
        let index = 3 + flip.0.index(bytes.len() - 3);
        bytes[index] ^= 1 << flip.1;
        if let Some(changed) = String::from_utf8(bytes).ok().filter(|text| is_base64(&text[3..])) {
            let changed = Sealed::try_from(changed).unwrap();
            prop_assert!(open(&ring, owner, &field, &changed).is_err(), "{stored}");
        }
    }
}

/// Encodes 32 bytes.
fn base64(bytes: &[u8]) -> String {
    // The text of a signing secret is `whsec_` and the base64 of its bytes.
    let bytes: [u8; 32] = bytes.try_into().unwrap();
    let text = SigningSecret::generate(Algorithm::Hmac, bytes).to_text();
    text.expose().trim_start_matches("whsec_").to_owned()
}

fn is_base64(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
}

#[test]
fn sealed_headers_merge_and_open_without_regard_to_case() {
    owned(|owner| {
        let header = |name: &str, text: &str| {
            let field = format!("additional_headers.{}", name.to_ascii_lowercase());
            (name.to_owned(), StoredSecret::Sealed(seal(owner, &field, text, [7; 24])))
        };
        let half = "a".repeat(ADDITIONAL_HEADERS_BYTES_MAX / 2);
        let stored = AdditionalHeaders::new(vec![header("X-Key", &half)]).unwrap();
        let keep = ("x-KEY".to_owned(), SecretChange::Keep);
        let add = |text: &str| {
            let (name, value) = header("y", text);
            HeadersChange::new(vec![keep.clone(), (name, SecretChange::Set(value))]).unwrap()
        };
        let merged = add("marlin").apply(&stored).unwrap();
        let ring = ring();
        let opened = merged.open(Opener { ring: &ring, owner }).unwrap();
        let opened: Vec<_> = opened.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let expected = [("x-KEY", Secret::new(half.clone())), ("y", Secret::new("marlin".into()))];
        assert_eq!(opened, expected.each_ref().map(|(name, value)| (*name, value)));
        assert_eq!(add(&half).apply(&stored), Err(HeadersError::TooLarge), "sealed sizes count");
    });
}
