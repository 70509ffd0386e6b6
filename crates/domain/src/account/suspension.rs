//! Disabling an account: all its webhooks stop, and go on later where they stopped.
//!
//! The account decides, and tells each webhook until it has acknowledged. What it tells is
//! numbered, so a notice that comes late changes nothing.

use std::collections::BTreeMap;

use crate::base::{Delay, NOTICES_AT_ONCE_MAX, Timestamp, WebhookId};
use crate::webhook::SuspensionNotice;

/// How long after nobody has answered the next are told.
const AGAIN: Delay = Delay::from_secs(5);

/// Whether an account is disabled, and which of its webhooks know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suspension {
    notice: SuspensionNotice,
    /// The number of the newest notice that each webhook has acknowledged.
    told: BTreeMap<WebhookId, u32>,
    /// The last that was told, so that one that does not answer holds up nobody.
    last: Option<WebhookId>,
    not_before: Option<Timestamp>,
}

impl Suspension {
    /// As it was stored.
    pub fn from_stored(
        notice: SuspensionNotice,
        told: impl IntoIterator<Item = (WebhookId, u32)>,
    ) -> Self {
        Self { notice, told: told.into_iter().collect(), last: None, not_before: None }
    }

    /// What is in force.
    pub const fn notice(&self) -> SuspensionNotice {
        self.notice
    }

    /// Whether the account is disabled.
    pub const fn is_disabled(&self) -> bool {
        self.notice.suspended
    }

    /// The notice after the account was disabled or enabled, if that is a change.
    pub fn changed(&self, suspended: bool) -> Option<SuspensionNotice> {
        let number = self.notice.number.saturating_add(1);
        (suspended != self.notice.suspended).then_some(SuspensionNotice { number, suspended })
    }

    /// Puts a notice in force.
    pub fn apply(&mut self, notice: SuspensionNotice) {
        self.notice = notice;
        self.not_before = None;
    }

    /// The webhooks among `members`, which come in their order, that are to be told now: a few at a
    /// time.
    pub fn to_tell<'a>(
        &self,
        members: impl Iterator<Item = &'a WebhookId>,
        now: Timestamp,
    ) -> Vec<WebhookId> {
        if self.not_before.is_some_and(|at| at > now) {
            return Vec::new();
        }
        let mut unaware: Vec<&WebhookId> = members.filter(|id| !self.knows(id)).collect();
        let was_asked = |id: &&WebhookId| self.last.as_ref().is_some_and(|last| *id <= last);
        let start = unaware.partition_point(was_asked);
        unaware.rotate_left(start);
        unaware.into_iter().take(NOTICES_AT_ONCE_MAX).cloned().collect()
    }

    fn knows(&self, id: &WebhookId) -> bool {
        self.notice.is_none() || self.told.get(id) == Some(&self.notice.number)
    }

    /// Takes in which of those that were told have acknowledged `notice`.
    pub fn told(
        &mut self,
        notice: SuspensionNotice,
        asked: &[WebhookId],
        heard: &[WebhookId],
        now: Timestamp,
    ) {
        for id in heard {
            self.told.insert(id.clone(), notice.number);
        }
        self.last = asked.last().cloned();
        self.not_before = heard.is_empty().then(|| now.plus(AGAIN));
    }

    /// Forgets a webhook that is gone.
    pub fn forget(&mut self, id: &WebhookId) {
        self.told.remove(id);
    }

    /// When the next webhook is to be told.
    pub fn next_wakeup<'a>(
        &self,
        mut members: impl Iterator<Item = &'a WebhookId>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        members.any(|id| !self.knows(id)).then(|| self.not_before.unwrap_or(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn ids(range: core::ops::Range<u32>) -> Vec<WebhookId> {
        range.map(|n| format!("w{n:03}").parse().unwrap()).collect()
    }

    fn disabled() -> Suspension {
        let mut suspension = Suspension::default();
        let notice = suspension.changed(true).unwrap();
        assert_eq!(notice, SuspensionNotice { number: 1, suspended: true });
        suspension.apply(notice);
        suspension
    }

    #[test]
    fn only_a_change_is_a_new_notice() {
        assert_eq!(Suspension::default().changed(false), None);
        let mut suspension = disabled();
        assert!(suspension.is_disabled());
        assert_eq!(suspension.changed(true), None);
        let notice = suspension.changed(false).unwrap();
        assert_eq!(notice, SuspensionNotice { number: 2, suspended: false });
        suspension.apply(notice);
        assert!(!suspension.is_disabled());
    }

    #[test]
    fn nobody_is_told_anything_of_an_account_that_was_never_disabled() {
        let (suspension, all) = (Suspension::default(), ids(0..3));
        assert_eq!(suspension.to_tell(all.iter(), NOW), []);
        assert_eq!(suspension.next_wakeup(all.iter(), NOW), None);
    }

    #[test]
    fn all_are_told_a_few_at_a_time_until_they_have_heard() {
        let (mut suspension, all) = (disabled(), ids(0..50));
        let mut steps = 0;
        while suspension.next_wakeup(all.iter(), NOW).is_some() {
            let asked = suspension.to_tell(all.iter(), NOW);
            assert!(asked.len() <= NOTICES_AT_ONCE_MAX);
            suspension.told(suspension.notice(), &asked, &asked, NOW);
            steps += 1;
        }
        assert_eq!(steps, 50_usize.div_ceil(NOTICES_AT_ONCE_MAX));
        // One that is new is told too, and one that was told and forgotten is told again.
        let more = ids(0..51);
        assert_eq!(suspension.to_tell(more.iter(), NOW), ids(50..51));
        suspension.forget(&all[7]);
        assert_eq!(suspension.to_tell(all.iter(), NOW), ids(7..8));
        // And all of them when the account is enabled.
        suspension.apply(suspension.changed(false).unwrap());
        assert_eq!(suspension.to_tell(all.iter(), NOW).len(), NOTICES_AT_ONCE_MAX);
    }

    #[test]
    fn those_that_do_not_answer_hold_up_nobody_and_are_told_again_later() {
        let (mut suspension, all) = (disabled(), ids(0..60));
        let deaf = &all[..25];
        for _ in 0..6 {
            let asked = suspension.to_tell(all.iter(), NOW);
            let heard: Vec<_> = asked.iter().filter(|id| !deaf.contains(id)).cloned().collect();
            suspension.told(suspension.notice(), &asked, &heard, NOW);
            suspension.not_before = None;
        }
        let left = suspension.to_tell(all.iter(), NOW);
        assert!(left.iter().all(|id| deaf.contains(id)), "{left:?}");
        suspension.told(suspension.notice(), &left, &[], NOW);
        assert_eq!(suspension.to_tell(all.iter(), NOW), []);
        let again = suspension.next_wakeup(all.iter(), NOW).unwrap();
        assert_eq!(again, NOW.plus(AGAIN));
        assert!(!suspension.to_tell(all.iter(), again).is_empty());
        // A new notice goes out at once.
        suspension.apply(suspension.changed(false).unwrap());
        assert_eq!(suspension.next_wakeup(all.iter(), NOW), Some(NOW));
    }

    #[test]
    fn a_notice_that_was_overtaken_counts_as_not_heard() {
        let (mut suspension, all) = (disabled(), ids(0..1));
        let old = suspension.notice();
        suspension.apply(suspension.changed(false).unwrap());
        suspension.told(old, &all, &all, NOW);
        assert_eq!(suspension.to_tell(all.iter(), NOW), all);
    }
}
