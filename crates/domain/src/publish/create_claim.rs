//! The creation of a webhook with an idempotency key, as the account decides about it.
//!
//! The webhook's id is recorded before anything is created, so a repeat creates the same webhook or
//! finds it. Its sealed signing key is recorded with the answer, so a repeat returns the signing
//! secret if the first answer was lost.

use serde::{Deserialize, Serialize};

use super::idempotency::{Clock, Fingerprint, IdempotencyRecord, Repeat, Work};
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
    OtherRequest,
    /// The account's data is being deleted.
    Deleted,
}

/// Decides about a creation. The webhook's id is `fresh` unless the request is a repeat.
/// `is_removed` says whether the roster lists a webhook as removed. Also returns the record to
/// store, if it changes.
pub fn claim(
    fresh: WebhookId,
    fingerprint: Fingerprint,
    memo: Option<IdempotencyRecord>,
    is_removed: impl Fn(&WebhookId) -> bool,
    moment: Clock,
) -> (Claim, Option<IdempotencyRecord>) {
    match IdempotencyRecord::judge(memo, &fingerprint, moment.now, moment.retention) {
        Repeat::Of(Work::Creating(begun)) if !is_removed(&begun) => (Claim::Open(begun), None),
        // The roster refuses the id of a removed webhook, so a new id is used.
        Repeat::First | Repeat::Of(Work::Creating(_)) => {
            let work = Work::Creating(fresh.clone());
            (Claim::Open(fresh), Some(IdempotencyRecord { at: moment.now, fingerprint, work }))
        }
        Repeat::Of(Work::Created(webhook)) => (Claim::Done(webhook), None),
        Repeat::Of(Work::Publishing(_) | Work::Published(_)) | Repeat::Other => {
            (Claim::OtherRequest, None)
        }
    }
}

/// Records a webhook that was created with a key. Returns the answer for the owner: this webhook,
/// or the outcome that a repeat reported first. Also returns the record to store, if it changes.
pub fn created(
    memo: Option<IdempotencyRecord>,
    webhook: CreatedWebhook,
) -> (CreatedWebhook, Option<IdempotencyRecord>) {
    match memo {
        Some(IdempotencyRecord { work: Work::Created(first), .. })
            if first.view.id == webhook.view.id =>
        {
            (*first, None)
        }
        Some(IdempotencyRecord { at, fingerprint, work: Work::Creating(id) })
            if id == webhook.view.id =>
        {
            let work = Work::Created(Box::new(webhook.clone()));
            (webhook, Some(IdempotencyRecord { at, fingerprint, work }))
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

    const MOMENT: Clock =
        Clock { now: Timestamp::from_ms(1_700_000_000_000), retention: Delay::from_secs(3_600) };

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

    fn ask(
        fresh: &str,
        body: &[u8],
        memo: Option<&IdempotencyRecord>,
    ) -> (Claim, Option<IdempotencyRecord>) {
        claim(id(fresh), Fingerprint::of(body), memo.cloned(), |_| false, MOMENT)
    }

    #[test]
    fn a_repeat_creates_the_same_webhook_until_it_is_there() {
        let (claim, memo) = ask("w1", b"x", None);
        assert_eq!(claim, Claim::Open(id("w1")));
        let begun = memo.unwrap();
        assert_eq!(ask("w2", b"x", Some(&begun)), (Claim::Open(id("w1")), None));
        let first = view("w1", "https://a.example.com/");
        let (answer, memo) = created(Some(begun), first.clone());
        assert_eq!(answer, first);
        let done = memo.unwrap();
        let expected = (Claim::Done(Box::new(first.clone())), None);
        assert_eq!(ask("w3", b"x", Some(&done)), expected);
        // The slower of two repeats gets the answer of the faster one.
        let later = view("w1", "https://b.example.com/");
        assert_eq!(created(Some(done), later), (first, None));
    }

    #[test]
    fn a_creation_that_was_undone_begins_again_with_another_id() {
        let (_, begun) = ask("w1", b"x", None);
        let is_removed = |removed: &WebhookId| *removed == id("w1");
        let (claim, memo) = claim(id("w2"), Fingerprint::of(b"x"), begun, is_removed, MOMENT);
        assert_eq!(claim, Claim::Open(id("w2")));
        assert_eq!(ask("w3", b"x", memo.as_ref()), (Claim::Open(id("w2")), None));
    }

    #[test]
    fn another_request_with_the_key_is_refused() {
        let (_, begun) = ask("w1", b"x", None);
        let (_, done) = created(begun.clone(), view("w1", "https://a.example.com/"));
        for memo in [begun, done] {
            assert_eq!(ask("w2", b"y", memo.as_ref()), (Claim::OtherRequest, None));
        }
        let work = Work::Published(Vec::new());
        let published =
            IdempotencyRecord { at: MOMENT.now, fingerprint: Fingerprint::of(b"x"), work };
        assert_eq!(ask("w1", b"x", Some(&published)), (Claim::OtherRequest, None));
    }

    #[test]
    fn a_webhook_that_is_created_after_its_key_has_expired_is_told_and_not_kept() {
        let late = view("w1", "https://a.example.com/");
        assert_eq!(created(None, late.clone()), (late.clone(), None));
        let (_, other) = ask("w2", b"y", None);
        assert_eq!(created(other, late.clone()), (late, None));
    }
}
