//! The account. The operator disables and enables it, and sends the webhook a numbered suspension
//! notice of each change. A notice can come late, twice, after a newer one, or never.

use domain::webhook::{Stage, SuspensionNotice};

use super::world::World;
use crate::support::rng::Rng;

/// The account, with every suspension notice since its start.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// The operator's own random generator, so that its draws do not change the numbers of the
    /// other generators. `None`: this run has no operator.
    operator: Option<Rng>,
    notices: Vec<SuspensionNotice>,
    /// The number of the notice that the webhook has acknowledged last.
    acknowledged: u32,
}

impl Account {
    /// One run in three has an operator.
    pub(super) fn from_seed(seed: u64) -> Self {
        let has_operator = seed.is_multiple_of(3);
        Self { operator: has_operator.then(|| Rng::new(!seed)), ..Self::default() }
    }

    pub(super) const fn has_operator(&self) -> bool {
        self.operator.is_some()
    }

    fn latest(&self) -> SuspensionNotice {
        self.notices.last().copied().unwrap_or_default()
    }
}

impl World {
    /// Whether the webhook may send.
    pub(super) fn may_send(&self) -> bool {
        match self.record().map(|record| record.stage) {
            Some(Stage::Live(webhook)) => webhook.sends(),
            Some(Stage::Creating { .. } | Stage::Deleting) | None => false,
        }
    }

    /// Disables or enables the account now and then, and sends notices.
    pub(super) fn step_account(&mut self) {
        let Some(mut rng) = self.account.operator.take() else { return };
        if rng.percent(4) {
            self.set_disabled(!self.account.latest().suspended);
        }
        if rng.percent(30) {
            self.send_suspension_notice();
        }
        if rng.percent(3) && !self.account.notices.is_empty() {
            let notice = rng.pick(&self.account.notices);
            self.transact(|tx| tx.apply_suspension(notice));
        }
        self.account.operator = Some(rng);
    }

    pub(super) fn is_disabled(&self) -> bool {
        self.account.latest().suspended
    }

    /// Disables or enables the account. The webhook gets no notice yet.
    pub(super) fn set_disabled(&mut self, suspended: bool) {
        let latest = self.account.latest();
        if suspended != latest.suspended {
            self.account.notices.push(SuspensionNotice { number: latest.number + 1, suspended });
        }
    }

    /// Sends the latest notice to the webhook, unless it has acknowledged it.
    pub(super) fn send_suspension_notice(&mut self) {
        let notice = self.account.latest();
        if self.account.acknowledged < notice.number
            && self.transact(|tx| tx.apply_suspension(notice)).is_some()
        {
            self.account.acknowledged = notice.number;
            if let Some(Stage::Live(webhook)) = self.record().map(|record| record.stage) {
                assert_eq!(webhook.notice, notice, "an acknowledged notice is stored");
            }
        }
    }
}
