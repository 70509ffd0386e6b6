//! The webhook's account: disabled and enabled by the operator, and how the webhook hears of it:
//! late, not at all, twice, or of an order that was overtaken.

use domain::webhook::{Stage, SuspensionNotice};

use super::chance::Chance;
use super::world::World;

/// What the operator did, and what of it the webhook has acknowledged.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// Chance of its own, so that a life without an operator stays what it was. `None`: nothing
    /// happens.
    operator: Option<Chance>,
    notices: Vec<SuspensionNotice>,
    heard: u32,
}

impl Account {
    pub(super) fn of_life(seed: u64) -> Self {
        let has_operator = seed.is_multiple_of(3);
        Self { operator: has_operator.then(|| Chance::new(!seed)), ..Self::default() }
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
    pub(crate) fn sends(&self) -> bool {
        match self.record().map(|record| record.stage) {
            Some(Stage::Live(webhook)) => webhook.sends(),
            Some(Stage::Creating { .. } | Stage::Deleting) | None => false,
        }
    }

    /// What the operator does, and what the account tells, between two steps of a life.
    pub(crate) fn operate(&mut self) {
        let Some(mut chance) = self.account.operator.take() else { return };
        if chance.percent(4) {
            self.disable(!self.account.latest().suspended);
        }
        if chance.percent(30) {
            self.tell();
        }
        if chance.percent(3) && !self.account.notices.is_empty() {
            let notice = chance.pick(&self.account.notices);
            self.turn(|turn| turn.apply_suspension(notice));
        }
        self.account.operator = Some(chance);
    }

    pub(super) fn is_disabled(&self) -> bool {
        self.account.latest().suspended
    }

    pub(crate) fn disable(&mut self, suspended: bool) {
        let latest = self.account.latest();
        if suspended != latest.suspended {
            self.account.notices.push(SuspensionNotice { number: latest.number + 1, suspended });
        }
    }

    /// Tells the webhook what is in force, unless it knows.
    pub(crate) fn tell(&mut self) {
        let notice = self.account.latest();
        if self.account.heard < notice.number
            && self.turn(|turn| turn.apply_suspension(notice)).is_some()
        {
            self.account.heard = notice.number;
            if let Some(Stage::Live(webhook)) = self.record().map(|record| record.stage) {
                assert_eq!(webhook.notice, notice, "what it has acknowledged it knows");
            }
        }
    }
}
