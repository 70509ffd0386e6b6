//! The webhook's secrets, and the master keys that open them. A master key can be missing for a
//! time.

use domain::base::{AccountId, Delay, SIGNING_KEYS_MAX, Secret, SecretChange};
use domain::crypto::{
    Algorithm, MasterKeys, Owner, SealError, SealedSecrets, Sealer, SigningKey, SigningKeys,
    SigningSecret, StoredSecret,
};
use domain::dispatch::{Rotated, SendJob};
use domain::webhook::{AdditionalHeaders, BasicAuth, NewWebhook, Record, Stage, WebhookChange};

use super::world::World;

/// The configuration with both master keys. The first one seals.
pub(super) const BOTH_KEYS: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,\
                                    k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

impl World {
    /// Removes the first master key or both.
    pub(super) fn remove_master_keys(&mut self) {
        let (_, second) = BOTH_KEYS.split_once(',').unwrap();
        let left = self.rng.pick(&["", second]);
        self.rules.master_keys = MasterKeys::parse(left).unwrap();
    }

    /// Makes the second key the one that seals. Both still open.
    pub(super) fn put_second_key_first(&mut self) {
        let (first, second) = BOTH_KEYS.split_once(',').unwrap();
        self.rules.master_keys = MasterKeys::parse(&format!("{second},{first}")).unwrap();
    }

    /// Removes the key that is first in [`BOTH_KEYS`].
    pub(super) fn remove_first_key(&mut self) {
        let (_, second) = BOTH_KEYS.split_once(',').unwrap();
        self.rules.master_keys = MasterKeys::parse(second).unwrap();
    }

    /// Restores both master keys in their order.
    pub(super) fn restore_master_keys(&mut self) {
        self.rules.master_keys = MasterKeys::parse(BOTH_KEYS).unwrap();
    }

    /// Seals secrets as the Worker does before it calls the object. `None` without a master key.
    fn seal<T>(
        &mut self,
        close: impl FnOnce(&mut Sealer<'_>) -> Result<T, SealError>,
    ) -> Option<T> {
        let (account, webhook) = (AccountId::default_account(), Self::id());
        let owner = Owner { account: &account, webhook: &webhook };
        let rng = &mut self.rng;
        let mut nonces = || Some(rng.bytes());
        close(&mut Sealer::new(&self.rules.master_keys, owner, &mut nonces)).ok()
    }

    /// Adds every kind of secret to a webhook, all sealed. `None` without a master key.
    pub(super) fn with_secrets(&mut self, mut new: NewWebhook) -> Option<NewWebhook> {
        let header = ("X-Key".to_owned(), bare("marlin"));
        new.configuration.basic_auth = BasicAuth::new("user".to_owned(), Some(bare("swordfish")));
        new.configuration.additional_headers = AdditionalHeaders::new(vec![header]).unwrap();
        let secret = SigningSecret::generate(Algorithm::Hmac, self.rng.bytes());
        new.configuration.signing = SigningKeys::new(SigningKey::new(&secret));
        let sealed = self.seal(|sealer| new.seal(sealer));
        sealed.map(SealedSecrets::into_inner)
    }

    /// Rotates the signing key.
    pub(super) fn rotate(&mut self) {
        let secret = SigningSecret::generate(Algorithm::Hmac, self.rng.bytes());
        let grace = self.rng.pick(&[Delay::ZERO, Delay::from_secs(60), Delay::from_secs(86_400)]);
        let sealed = self.seal(|sealer| SigningKey::new(&secret).seal(sealer));
        let Some(key) = sealed else { return };
        let rotated = self.transact(|tx| tx.rotate_secret(key.into_inner(), grace));
        if let Some(Rotated::Refused(error)) = rotated {
            let message = error.to_string();
            assert!(message.contains("5 live signing secrets"), "{message}");
        }
    }

    /// Changes the password of the basic authentication.
    pub(super) fn change_password(&mut self) {
        let change = WebhookChange {
            basic_auth_password: Some(SecretChange::Set(Some(bare("barracuda")))),
            ..WebhookChange::default()
        };
        if let Some(change) = self.seal(|sealer| change.seal(sealer)) {
            self.transact(|tx| tx.update(change.get()));
        }
    }

    /// Checks that a POST has the opened secrets and valid signature headers.
    pub(super) fn check_signature(&self, record: &Record, attempt: &SendJob) {
        assert!(matches!(record.stage, Stage::Live(_)), "only a live webhook sends");
        let request = attempt.request.as_ref().unwrap();
        let header = |wanted: &str| {
            let mut values = request.headers.iter().filter(|(name, _)| name == wanted);
            let value = values.next().map(|(_, value)| value.as_str());
            assert_eq!(values.next(), None, "{wanted} is there once");
            value
        };
        assert!(header("Authorization").is_some() && header("X-Key") == Some("marlin"));
        let timestamp = (self.now.as_ms() / 1_000).to_string();
        assert_eq!(header("webhook-id"), Some(attempt.event_id.as_str()));
        assert_eq!(header("webhook-timestamp"), Some(timestamp.as_str()));
        let signatures = header("webhook-signature").unwrap().split(' ').count();
        assert!((1..=SIGNING_KEYS_MAX).contains(&signatures), "{signatures} signatures");
    }
}

/// Returns signing keys made from one byte.
pub(super) fn signing_keys(byte: u8) -> SigningKeys {
    SigningKeys::new(SigningKey::new(&SigningSecret::generate(Algorithm::Hmac, [byte; 32])))
}

/// Returns a secret that is not sealed.
fn bare(text: &str) -> StoredSecret {
    StoredSecret::Bare(Secret::new(text.to_owned()))
}
