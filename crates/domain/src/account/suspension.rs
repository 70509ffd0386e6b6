//! Disabling an account: all its webhooks stop sending, and continue where they stopped once the
//! account is enabled again.
//!
//! The account sends each webhook a notice until the webhook acknowledges it. Notices are numbered,
//! so a webhook ignores a notice that arrives after a newer one.

use std::collections::BTreeMap;

use crate::base::{Delay, NOTICES_AT_ONCE_MAX, Timestamp, WebhookId};
use crate::webhook::SuspensionNotice;

/// The pause after notices that no webhook acknowledged.
const FAILURE_PAUSE: Delay = Delay::from_secs(5);

/// The suspension of an account: the notice in force, and its acknowledgements by the webhooks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suspension {
    notice: SuspensionNotice,
    /// The number of the newest notice that each webhook has acknowledged.
    acknowledged: BTreeMap<WebhookId, u32>,
    /// The last webhook that was notified. The next notices continue after it, so that a webhook
    /// that does not answer does not block the others.
    last: Option<WebhookId>,
    not_before: Option<Timestamp>,
}

impl Suspension {
    /// The stored state: the notice in force, and the number of the newest notice that each webhook
    /// has acknowledged.
    pub fn from_stored(
        notice: SuspensionNotice,
        acknowledged: impl IntoIterator<Item = (WebhookId, u32)>,
    ) -> Self {
        let acknowledged = acknowledged.into_iter().collect();
        Self { notice, acknowledged, last: None, not_before: None }
    }

    /// The notice in force.
    pub const fn notice(&self) -> SuspensionNotice {
        self.notice
    }

    /// Whether the account is disabled.
    pub const fn is_disabled(&self) -> bool {
        self.notice.suspended
    }

    /// The notice that disables (`suspended`) or enables the account; `None` if the account is in
    /// that state already.
    pub fn changed(&self, suspended: bool) -> Option<SuspensionNotice> {
        let number = self.notice.number.saturating_add(1);
        (suspended != self.notice.suspended).then_some(SuspensionNotice { number, suspended })
    }

    /// Puts a notice in force.
    pub fn apply(&mut self, notice: SuspensionNotice) {
        self.notice = notice;
        self.not_before = None;
    }

    /// The webhooks to notify at `now`, at most [`NOTICES_AT_ONCE_MAX`]. `members` are the
    /// account's webhooks in the order of their ids.
    pub fn to_notify<'a>(
        &self,
        members: impl Iterator<Item = &'a WebhookId>,
        now: Timestamp,
    ) -> Vec<WebhookId> {
        if self.not_before.is_some_and(|at| at > now) {
            return Vec::new();
        }
        let mut pending: Vec<&WebhookId> =
            members.filter(|id| !self.has_acknowledged(id)).collect();
        let was_notified = |id: &&WebhookId| self.last.as_ref().is_some_and(|last| *id <= last);
        let start = pending.partition_point(was_notified);
        pending.rotate_left(start);
        pending.into_iter().take(NOTICES_AT_ONCE_MAX).cloned().collect()
    }

    fn has_acknowledged(&self, id: &WebhookId) -> bool {
        self.notice.is_none() || self.acknowledged.get(id) == Some(&self.notice.number)
    }

    /// Records which of the `notified` webhooks `acknowledged` a notice.
    pub fn acknowledge(
        &mut self,
        notice: SuspensionNotice,
        notified: &[WebhookId],
        acknowledged: &[WebhookId],
        now: Timestamp,
    ) {
        for id in acknowledged {
            self.acknowledged.insert(id.clone(), notice.number);
        }
        self.last = notified.last().cloned();
        self.not_before = acknowledged.is_empty().then(|| now.plus(FAILURE_PAUSE));
    }

    /// Removes a deleted webhook.
    pub fn remove(&mut self, id: &WebhookId) {
        self.acknowledged.remove(id);
    }

    /// The time of the next notices, if any webhook has not acknowledged the notice in force.
    pub fn next_wakeup<'a>(
        &self,
        mut members: impl Iterator<Item = &'a WebhookId>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if self.notice.is_none() {
            return None;
        }
        members.any(|id| !self.has_acknowledged(id)).then(|| self.not_before.unwrap_or(now))
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
    fn only_a_change_makes_a_new_notice() {
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
    fn an_account_that_was_never_disabled_sends_no_notices() {
        let (suspension, all) = (Suspension::default(), ids(0..3));
        assert_eq!(suspension.to_notify(all.iter(), NOW), []);
        assert_eq!(suspension.next_wakeup(all.iter(), NOW), None);
    }

    #[test]
    fn all_webhooks_are_notified_a_few_at_a_time_until_they_acknowledge() {
        let (mut suspension, all) = (disabled(), ids(0..50));
        let mut steps = 0;
        while suspension.next_wakeup(all.iter(), NOW).is_some() {
            let notified = suspension.to_notify(all.iter(), NOW);
            assert!(notified.len() <= NOTICES_AT_ONCE_MAX);
            suspension.acknowledge(suspension.notice(), &notified, &notified, NOW);
            steps += 1;
        }
        assert_eq!(steps, 50_usize.div_ceil(NOTICES_AT_ONCE_MAX));
        // A new webhook is notified too, and a removed one is notified again if it reappears.
        let more = ids(0..51);
        assert_eq!(suspension.to_notify(more.iter(), NOW), ids(50..51));
        suspension.remove(&all[7]);
        assert_eq!(suspension.to_notify(all.iter(), NOW), ids(7..8));
        // Enabling the account notifies all of them.
        suspension.apply(suspension.changed(false).unwrap());
        assert_eq!(suspension.to_notify(all.iter(), NOW).len(), NOTICES_AT_ONCE_MAX);
    }

    #[test]
    fn webhooks_that_do_not_answer_do_not_block_the_others_and_are_notified_again_later() {
        let (mut suspension, all) = (disabled(), ids(0..60));
        let silent = &all[..25];
        for _ in 0..6 {
            let notified = suspension.to_notify(all.iter(), NOW);
            let acknowledged: Vec<_> =
                notified.iter().filter(|id| !silent.contains(id)).cloned().collect();
            suspension.acknowledge(suspension.notice(), &notified, &acknowledged, NOW);
            suspension.not_before = None;
        }
        let left = suspension.to_notify(all.iter(), NOW);
        assert!(left.iter().all(|id| silent.contains(id)), "{left:?}");
        suspension.acknowledge(suspension.notice(), &left, &[], NOW);
        assert_eq!(suspension.to_notify(all.iter(), NOW), []);
        let again = suspension.next_wakeup(all.iter(), NOW).unwrap();
        assert_eq!(again, NOW.plus(FAILURE_PAUSE));
        assert!(!suspension.to_notify(all.iter(), again).is_empty());
        // A new notice goes out at once.
        suspension.apply(suspension.changed(false).unwrap());
        assert_eq!(suspension.next_wakeup(all.iter(), NOW), Some(NOW));
    }

    #[test]
    fn an_acknowledged_older_notice_does_not_count() {
        let (mut suspension, all) = (disabled(), ids(0..1));
        let old = suspension.notice();
        suspension.apply(suspension.changed(false).unwrap());
        suspension.acknowledge(old, &all, &all, NOW);
        assert_eq!(suspension.to_notify(all.iter(), NOW), all);
    }
}
