//! The account's decision about the creation of a webhook with an idempotency key.
//!
//! The webhook's id is recorded before anything is created, so a repeat creates the same webhook or
//! finds it. Its sealed signing key is recorded with the answer, so a repeat returns the signing
//! secret if the first answer was lost.

use serde::{Deserialize, Serialize};

use super::idempotency::{Comparison, Fingerprint, IdempotencyRecord, StepClock, Work};
use crate::base::WebhookId;
use crate::webhook::CreatedWebhook;

/// An account's answer to the creation of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claim {
    /// Create the webhook with this id, unless it exists.
    Open(WebhookId),
    /// The request is a repeat: the webhook was created, with this answer.
    Done(Box<CreatedWebhook>),
    /// The key belongs to a different request.
    KeyReused,
    /// The account's data is being deleted.
    Deleted,
}

/// Decides about a creation. The webhook's id is `new_id` unless the request is a repeat.
/// `is_removed` says whether the roster lists a webhook as removed. Also returns the record to
/// store, if it changes.
pub fn claim(
    new_id: WebhookId,
    fingerprint: Fingerprint,
    record: Option<IdempotencyRecord>,
    is_removed: impl Fn(&WebhookId) -> bool,
    clock: StepClock,
) -> (Claim, Option<IdempotencyRecord>) {
    match IdempotencyRecord::compare(record, &fingerprint, clock.now, clock.kept) {
        Comparison::Same(Work::Creating(begun)) if !is_removed(&begun) => {
            (Claim::Open(begun), None)
        }
        // The roster refuses the id of a removed webhook, so a new id is used.
        Comparison::New | Comparison::Same(Work::Creating(_)) => {
            let work = Work::Creating(new_id.clone());
            (Claim::Open(new_id), Some(IdempotencyRecord::new(clock.now, fingerprint, work)))
        }
        Comparison::Same(Work::Created(webhook)) => (Claim::Done(webhook), None),
        Comparison::Same(Work::Publishing(_) | Work::Published(_)) | Comparison::Different => {
            (Claim::KeyReused, None)
        }
    }
}

/// Records a webhook that was created with a key. Returns the answer for the owner: this webhook,
/// or the outcome that a repeat reported first. Also returns the record to store, if it changes.
pub fn created(
    record: Option<IdempotencyRecord>,
    webhook: CreatedWebhook,
) -> (CreatedWebhook, Option<IdempotencyRecord>) {
    match record {
        Some(IdempotencyRecord { work: Work::Created(first), .. })
            if first.view.id == webhook.view.id =>
        {
            (*first, None)
        }
        Some(IdempotencyRecord { at, fingerprint, work: Work::Creating(id), .. })
            if id == webhook.view.id =>
        {
            let work = Work::Created(Box::new(webhook.clone()));
            (webhook, Some(IdempotencyRecord::new(at, fingerprint, work)))
        }
        // The record has expired, and the key may belong to a different request now.
        Some(_) | None => (webhook, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Delay, Timestamp};
    use crate::crypto::{Algorithm, SigningKey, SigningKeys, SigningSecret};
    use crate::webhook::{Activity, Configuration, TargetPolicy, TargetUrl, WebhookView};

    const CLOCK: StepClock =
        StepClock { now: Timestamp::from_ms(1_700_000_000_000), kept: Delay::from_secs(3_600) };

    fn id(text: &str) -> WebhookId {
        text.parse().unwrap()
    }

    fn view(of: &str, url: &str) -> CreatedWebhook {
        let target = TargetUrl::parse(url, &TargetPolicy::default()).unwrap();
        let key = SigningKey::new(&SigningSecret::generate(Algorithm::Hmac, [7; 32]));
        let view = WebhookView::new(
            id(of),
            &Configuration::new(target, SigningKeys::new(key.clone())),
            Activity::Active,
        );
        CreatedWebhook { view, key }
    }

    fn claim_with(
        new_id: &str,
        body: &[u8],
        record: Option<&IdempotencyRecord>,
    ) -> (Claim, Option<IdempotencyRecord>) {
        claim(id(new_id), Fingerprint::of(body), record.cloned(), |_| false, CLOCK)
    }

    #[test]
    fn a_repeat_creates_the_same_webhook_until_it_is_there() {
        let (claim, record) = claim_with("w1", b"x", None);
        assert_eq!(claim, Claim::Open(id("w1")));
        let begun = record.unwrap();
        assert_eq!(claim_with("w2", b"x", Some(&begun)), (Claim::Open(id("w1")), None));
        let first = view("w1", "https://a.example.com/");
        let (answer, record) = created(Some(begun), first.clone());
        assert_eq!(answer, first);
        let done = record.unwrap();
        let expected = (Claim::Done(Box::new(first.clone())), None);
        assert_eq!(claim_with("w3", b"x", Some(&done)), expected);
        // The slower of two repeats gets the answer of the faster one.
        let later = view("w1", "https://b.example.com/");
        assert_eq!(created(Some(done), later), (first, None));
    }

    #[test]
    fn a_creation_that_was_undone_begins_again_with_another_id() {
        let (_, begun) = claim_with("w1", b"x", None);
        let is_removed = |removed: &WebhookId| *removed == id("w1");
        let (claim, record) = claim(id("w2"), Fingerprint::of(b"x"), begun, is_removed, CLOCK);
        assert_eq!(claim, Claim::Open(id("w2")));
        assert_eq!(claim_with("w3", b"x", record.as_ref()), (Claim::Open(id("w2")), None));
    }

    #[test]
    fn another_request_with_the_key_is_refused() {
        let (_, begun) = claim_with("w1", b"x", None);
        let (_, done) = created(begun.clone(), view("w1", "https://a.example.com/"));
        for record in [begun, done] {
            assert_eq!(claim_with("w2", b"y", record.as_ref()), (Claim::KeyReused, None));
        }
        let work = Work::Published(Vec::new());
        let published = IdempotencyRecord::new(CLOCK.now, Fingerprint::of(b"x"), work);
        assert_eq!(claim_with("w1", b"x", Some(&published)), (Claim::KeyReused, None));
    }

    #[test]
    fn a_webhook_that_is_created_after_its_key_has_expired_is_reported_and_not_kept() {
        let late = view("w1", "https://a.example.com/");
        assert_eq!(created(None, late.clone()), (late.clone(), None));
        let (_, other) = claim_with("w2", b"y", None);
        assert_eq!(created(other, late.clone()), (late, None));
    }
}
