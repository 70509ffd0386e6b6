//! The webhook's secrets and the master keys that open them, which can be missing for a while.

use domain::base::{AccountId, Delay, SIGNING_KEYS_MAX, Secret, SecretChange};
use domain::crypto::{
    Algorithm, MasterKeys, Owner, SealError, SealedSecrets, Sealer, SigningKey, SigningKeys,
    SigningSecret, StoredSecret,
};
use domain::dispatch::{Rotated, SendJob};
use domain::webhook::{AdditionalHeaders, BasicAuth, NewWebhook, Record, Stage, WebhookChange};

use super::world::World;

/// The master keys while none is missing.
pub(super) const BOTH_KEYS: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,\
                                    k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

impl World {
    /// The first key is missing, or all are.
    pub(crate) fn lose_master_key(&mut self) {
        let (_, second) = BOTH_KEYS.split_once(',').unwrap();
        let left = self.chance.pick(&["", second]);
        self.rules.master_keys = MasterKeys::parse(left).unwrap();
    }

    /// The second key seals from now on, and both open.
    pub(crate) fn put_second_key_first(&mut self) {
        let (first, second) = BOTH_KEYS.split_once(',').unwrap();
        self.rules.master_keys = MasterKeys::parse(&format!("{second},{first}")).unwrap();
    }

    pub(crate) fn lose_first_key(&mut self) {
        let (_, second) = BOTH_KEYS.split_once(',').unwrap();
        self.rules.master_keys = MasterKeys::parse(second).unwrap();
    }

    pub(crate) fn find_master_key(&mut self) {
        self.rules.master_keys = MasterKeys::parse(BOTH_KEYS).unwrap();
    }

    /// What the Worker does before it calls the object. It fails only for want of a key.
    fn seal<T>(
        &mut self,
        close: impl FnOnce(&mut Sealer<'_>) -> Result<T, SealError>,
    ) -> Option<T> {
        let (account, webhook) = (AccountId::default_account(), Self::id());
        let owner = Owner { account: &account, webhook: &webhook };
        let chance = &mut self.chance;
        let mut nonces = || Some(chance.bytes());
        close(&mut Sealer::new(&self.rules.master_keys, owner, &mut nonces)).ok()
    }

    /// A webhook with every kind of secret, all sealed. `None` while no master key is there.
    pub(super) fn with_secrets(&mut self, mut new: NewWebhook) -> Option<NewWebhook> {
        let header = ("X-Key".to_owned(), bare("marlin"));
        new.configuration.basic_auth = BasicAuth::new("user".to_owned(), Some(bare("swordfish")));
        new.configuration.additional_headers = AdditionalHeaders::new(vec![header]).unwrap();
        let secret = SigningSecret::generate(Algorithm::Hmac, self.chance.bytes());
        new.configuration.signing = SigningKeys::new(SigningKey::new(&secret));
        let closed = self.seal(|sealer| new.close(sealer));
        closed.map(SealedSecrets::into_inner)
    }

    pub(crate) fn rotate(&mut self) {
        let secret = SigningSecret::generate(Algorithm::Hmac, self.chance.bytes());
        let grace =
            self.chance.pick(&[Delay::ZERO, Delay::from_secs(60), Delay::from_secs(86_400)]);
        let closed = self.seal(|sealer| SigningKey::new(&secret).close(sealer));
        let Some(key) = closed else { return };
        let rotated = self.turn(|turn| turn.rotate_secret(key.into_inner(), grace));
        if let Some(Rotated::Refused(error)) = rotated {
            let message = error.to_string();
            assert!(message.contains("5 live signing secrets"), "{message}");
        }
    }

    pub(crate) fn change_password(&mut self) {
        let change = WebhookChange {
            basic_auth_password: Some(SecretChange::Set(Some(bare("barracuda")))),
            ..WebhookChange::default()
        };
        if let Some(change) = self.seal(|sealer| change.close(sealer)) {
            self.turn(|turn| turn.update(change.get()));
        }
    }

    /// What is sent shows the opened secrets, and is signed.
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

/// Signing keys made from one byte.
pub(super) fn signing_keys(byte: u8) -> SigningKeys {
    SigningKeys::new(SigningKey::new(&SigningSecret::generate(Algorithm::Hmac, [byte; 32])))
}

fn bare(text: &str) -> StoredSecret {
    StoredSecret::Bare(Secret::new(text.to_owned()))
}
