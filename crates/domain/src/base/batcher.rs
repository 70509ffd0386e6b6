//! Batches items that arrive close together, so that one caller, the leader, handles them all. The
//! other callers are its followers.
//!
//! The first waiting item has a timer. When the timer ends, the item's caller becomes the leader of
//! all waiting items that fit into a batch. A caller becomes the leader earlier if its item may not
//! wait, or if its item completes the batch while no leader is at work. A leader is at work until
//! it calls [`Batcher::finish`]. If the timer of the first item ends before that, a second leader
//! works beside the slow one.
//!
//! Three places use it: the publishes of an account in one isolate, the reports of first attempts,
//! and the commands that a Webhook object commits. They set the timers, make the calls and pass on
//! the results; the batcher only decides who leads.

use std::collections::VecDeque;
use std::rc::Rc;

use super::{Delay, Timestamp};

/// A leader that has not finished after this time no longer counts as at work. If a timer ended
/// this long ago and its caller has not resumed, another caller may lead. In both cases the
/// platform may have cancelled the request.
const ABANDONED_AFTER: Delay = Delay::from_secs(1);

/// The size of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Most items, at least 1. A batch with this many items is complete.
    pub items: usize,
    /// Most bytes of all items. A larger item is a batch of its own.
    pub bytes: usize,
}

/// Identifies an item across all batchers.
#[derive(Debug, Clone)]
pub struct Ticket(Rc<()>);

impl PartialEq for Ticket {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Ticket {}

/// Items that are handled together, in the order of arrival.
#[derive(Debug, PartialEq, Eq)]
pub struct Batch<T> {
    /// The leader's ticket, for [`Batcher::finish`].
    pub leader: Ticket,
    /// The items, the leader's among them.
    pub items: Vec<T>,
}

/// The next step of an item's caller.
#[derive(Debug, PartialEq, Eq)]
pub enum Role<T> {
    /// Handle this batch now.
    Lead(Batch<T>),
    /// Wait for at most this long, then call [`Batcher::resume`].
    First(Delay),
    /// Wait for a leader: one that has taken the item, or one that will.
    Follow,
}

#[derive(Debug)]
struct Waiting<T> {
    ticket: Ticket,
    /// The time at which the item's wait ends.
    until: Timestamp,
    /// Whether the item was the first one when the last leader finished, and still has to wait for
    /// the calls that have already arrived to join.
    yields: bool,
    bytes: usize,
    item: T,
}

#[derive(Debug)]
struct Leader {
    ticket: Ticket,
    since: Timestamp,
}

/// The items that wait, and the leaders at work.
#[derive(Debug)]
pub struct Batcher<T> {
    limits: BatchLimits,
    waiting: VecDeque<Waiting<T>>,
    /// The leaders at work. There are several if an item's wait ended before its leader finished.
    leaders: Vec<Leader>,
}

impl<T> Batcher<T> {
    /// A batcher without items.
    pub const fn new(limits: BatchLimits) -> Self {
        Self { limits, waiting: VecDeque::new(), leaders: Vec::new() }
    }

    /// Adds an item of `bytes` bytes that waits for at most `wait`, or not at all.
    pub fn join(
        &mut self,
        item: T,
        bytes: usize,
        wait: Option<Delay>,
        now: Timestamp,
    ) -> (Ticket, Role<T>) {
        let ticket = Ticket(Rc::new(()));
        let until = now.plus(wait.unwrap_or(Delay::ZERO));
        self.waiting.push_back(Waiting {
            ticket: ticket.clone(),
            until,
            yields: false,
            bytes,
            item,
        });
        let is_complete = self.waiting.len() == self.limits.items && !self.is_led(now);
        let role = if wait.is_none() || is_complete || self.is_abandoned(now) {
            self.lead(&ticket, now)
        } else if let [first] = self.waiting.make_contiguous() {
            Role::First(first.until.since(now))
        } else {
            Role::Follow
        };
        (ticket, role)
    }

    /// Returns the role of a caller whose timer has ended or that a leader has woken. If the last
    /// leader has just finished, the first item waits once more with a delay of zero, so that calls
    /// that have already arrived can join.
    pub fn resume(&mut self, ticket: &Ticket, now: Timestamp) -> Role<T> {
        let (is_led, is_abandoned) = (self.is_led(now), self.is_abandoned(now));
        let Some(first) = self.waiting.front_mut() else { return Role::Follow };
        if first.ticket != *ticket {
            return if is_abandoned { self.lead(ticket, now) } else { Role::Follow };
        }
        if std::mem::take(&mut first.yields) {
            return Role::First(Delay::ZERO);
        }
        let rest = first.until.since(now);
        if is_led && rest > Delay::ZERO { Role::First(rest) } else { self.lead(ticket, now) }
    }

    /// Ends a leader's work. If the caller of the [`first`](Self::first) item is woken now, it
    /// leads the next batch without waiting for its timer.
    pub fn finish(&mut self, leader: &Ticket) {
        self.leaders.retain(|current| current.ticket != *leader);
        if self.leaders.is_empty()
            && let Some(first) = self.waiting.front_mut()
        {
            first.yields = true;
        }
    }

    /// The first waiting item. If a leader has taken the items before it, its caller has no timer
    /// yet and has to be woken.
    pub fn first(&self) -> Option<&T> {
        self.waiting.front().map(|waiting| &waiting.item)
    }

    /// Takes every waiting item, in the order of arrival. Their callers become followers.
    pub fn take_all(&mut self) -> Vec<T> {
        self.waiting.drain(..).map(|waiting| waiting.item).collect()
    }

    /// Whether a leader is at work or an item waits. An item that joins now can then wait too.
    pub fn is_busy(&self, now: Timestamp) -> bool {
        !self.waiting.is_empty() || self.is_led(now)
    }

    /// Whether a leader is at work and not yet abandoned ([`ABANDONED_AFTER`]).
    fn is_led(&self, now: Timestamp) -> bool {
        self.leaders.iter().any(|leader| now.since(leader.since) <= ABANDONED_AFTER)
    }

    /// Whether no item waits and no leader is at work.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.leaders.is_empty()
    }

    /// Whether the first item's timer ended more than [`ABANDONED_AFTER`] ago, but its caller has
    /// not resumed.
    fn is_abandoned(&self, now: Timestamp) -> bool {
        self.waiting.front().is_some_and(|first| now.since(first.until) > ABANDONED_AFTER)
    }

    /// Makes an item's caller the leader of its own item and of the first waiting items.
    fn lead(&mut self, leader: &Ticket, now: Timestamp) -> Role<T> {
        let Some(own) = self.waiting.iter().position(|waiting| waiting.ticket == *leader) else {
            return Role::Follow;
        };
        let Some(led) = self.waiting.remove(own) else { return Role::Follow };
        let mut bytes = led.bytes;
        let fits = |waiting: &&Waiting<T>| {
            bytes = bytes.saturating_add(waiting.bytes);
            bytes <= self.limits.bytes
        };
        let others_max = self.limits.items.saturating_sub(1);
        let others = self.waiting.iter().take(others_max).take_while(fits).count();
        let mut items: Vec<T> = self.waiting.drain(..others).map(|waiting| waiting.item).collect();
        items.insert(own.min(items.len()), led.item);
        self.leaders.retain(|leader| now.since(leader.since) <= ABANDONED_AFTER);
        self.leaders.push(Leader { ticket: led.ticket.clone(), since: now });
        Role::Lead(Batch { leader: led.ticket, items })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);
    const WAIT: Delay = Delay::from_ms(2);
    const LIMITS: BatchLimits = BatchLimits { items: 4, bytes: 100 };

    fn at(ms: u64) -> Timestamp {
        START.plus(Delay::from_ms(ms))
    }

    fn led<T: std::fmt::Debug>(role: Role<T>) -> Batch<T> {
        let Role::Lead(batch) = role else { panic!("it is to lead a batch, not {role:?}") };
        batch
    }

    /// A batcher with a leader at work since [`START`], and the leader's ticket.
    fn busy() -> (Batcher<u32>, Ticket) {
        let mut batcher = Batcher::new(LIMITS);
        let batch = led(batcher.join(0, 1, None, START).1);
        assert_eq!(batch.items, [0]);
        (batcher, batch.leader)
    }

    /// Joins as a publish does: the item waits only if the batcher is busy.
    fn join(batcher: &mut Batcher<u32>, item: u32, ms: u64) -> (Ticket, Role<u32>) {
        let wait = batcher.is_busy(at(ms)).then_some(WAIT);
        batcher.join(item, 1, wait, at(ms))
    }

    #[test]
    fn an_item_that_does_not_wait_is_led_at_once() {
        let (mut batcher, leader) = busy();
        assert!(!batcher.is_empty());
        batcher.finish(&leader);
        assert!(batcher.is_empty());
    }

    #[test]
    fn items_that_wait_are_led_together_once_the_leader_has_finished() {
        let (mut batcher, leader) = busy();
        let (first, role) = join(&mut batcher, 10, 1);
        assert_eq!(role, Role::First(WAIT));
        let (second, role) = join(&mut batcher, 11, 1);
        assert_eq!(role, Role::Follow);
        assert_eq!(batcher.resume(&first, at(2)), Role::First(Delay::from_ms(1)));
        batcher.finish(&leader);
        assert_eq!(batcher.first(), Some(&10));
        // An item that arrives at the same time joins the batch.
        assert_eq!(batcher.resume(&first, at(2)), Role::First(Delay::ZERO));
        assert_eq!(join(&mut batcher, 12, 2).1, Role::Follow);
        let batch = led(batcher.resume(&first, at(2)));
        assert_eq!(batch.items, [10, 11, 12]);
        assert_eq!(batcher.resume(&second, at(9)), Role::Follow);
        assert_eq!(batcher.resume(&first, at(9)), Role::Follow, "it leads one batch");
        batcher.finish(&batch.leader);
        assert!(batcher.is_empty());
    }

    #[test]
    fn the_first_leads_when_its_wait_ends_whoever_else_leads() {
        let (mut batcher, _) = busy();
        let tickets: Vec<Ticket> = (0..6).map(|item| join(&mut batcher, item, 1).0).collect();
        assert_eq!(batcher.resume(&tickets[1], at(2)), Role::Follow);
        assert_eq!(led(batcher.resume(&tickets[0], at(3))).items, [0, 1, 2, 3]);
        assert_eq!(batcher.first(), Some(&4));
        assert_eq!(led(batcher.resume(&tickets[4], at(3))).items, [4, 5]);
    }

    #[test]
    fn whoever_completes_a_batch_leads_it_if_nobody_else_leads() {
        let mut batcher = Batcher::new(LIMITS);
        let roles: Vec<_> = (0..3).map(|item| batcher.join(item, 1, Some(WAIT), at(0)).1).collect();
        assert_eq!(roles, [Role::First(WAIT), Role::Follow, Role::Follow]);
        let batch = led(batcher.join(3, 1, Some(WAIT), at(0)).1);
        assert_eq!(batch.items, [0, 1, 2, 3]);
        // Now a leader is at work, so the next complete batch waits.
        for item in 4..9 {
            assert!(!matches!(batcher.join(item, 1, Some(WAIT), at(0)).1, Role::Lead(_)));
        }
    }

    #[test]
    fn an_item_that_may_not_wait_takes_along_those_that_do() {
        let (mut batcher, leader) = busy();
        batcher.finish(&leader);
        let (first, _) = batcher.join(10, 1, Some(WAIT), at(1));
        assert_eq!(led(batcher.join(11, 1, None, at(1)).1).items, [10, 11]);
        assert_eq!(batcher.resume(&first, at(2)), Role::Follow);
        batcher.join(12, 1, Some(WAIT), at(1));
        assert_eq!(batcher.take_all(), [12]);
    }

    #[test]
    fn an_abandoned_first_item_stops_nobody() {
        let (mut batcher, _) = busy();
        let tickets: Vec<Ticket> = (0..6).map(|item| join(&mut batcher, item, 1).0).collect();
        // This leader is at work, so completing a batch makes nobody the leader.
        batcher.leaders.push(Leader { ticket: Ticket(Rc::new(())), since: at(1_000) });
        let mut join = |item, ms| batcher.join(item, 1, Some(WAIT), at(ms)).1;
        assert_eq!(join(6, 1_003), Role::Follow);
        // The caller of a new item leads the oldest items.
        assert_eq!(led(join(7, 1_004)).items, [0, 1, 2, 7]);
        assert_eq!(batcher.resume(&tickets[0], at(1_004)), Role::Follow);
        assert_eq!(led(batcher.resume(&tickets[5], at(1_004))).items, [3, 4, 5, 6]);
    }

    #[test]
    fn an_abandoned_leader_stops_nobody() {
        let (mut batcher, leader) = busy();
        assert_eq!(led(join(&mut batcher, 10, 1_001).1).items, [10]);
        // If the abandoned leader finishes after all, the other leader is still at work.
        batcher.finish(&leader);
        assert!(batcher.is_led(at(1_001)));
    }

    #[test]
    fn a_batch_is_bounded_in_bytes_but_a_larger_item_is_a_batch_of_its_own() {
        let (mut batcher, _) = busy();
        let mut join = |item, bytes| batcher.join(item, bytes, Some(WAIT), at(1)).0;
        let [first, second] = [join(10, 100), join(11, 101)];
        let [third, _] = [join(12, 99), join(13, 1)];
        assert_eq!(led(batcher.resume(&first, at(21))).items, [10]);
        assert_eq!(led(batcher.resume(&second, at(21))).items, [11]);
        assert_eq!(led(batcher.resume(&third, at(21))).items, [12, 13]);
    }

    /// Xorshift: the same numbers in each run.
    fn random() -> impl FnMut(u64) -> u64 {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.checked_rem(below).unwrap()
        }
    }

    /// A random run of a batcher: callers that join, timers, leaders that finish or never do.
    struct Run {
        batcher: Batcher<usize>,
        now: Timestamp,
        tickets: Vec<Ticket>,
        joined: Vec<Timestamp>,
        timer: Option<(usize, Timestamp)>,
        leaders: Vec<Ticket>,
        led: Vec<usize>,
    }

    impl Run {
        fn follow(&mut self, item: usize, role: Role<usize>, is_lost: bool) {
            match role {
                Role::Lead(Batch { leader, items }) => {
                    assert!((1..=LIMITS.items).contains(&items.len()));
                    assert!(items.is_sorted());
                    self.led.extend(items);
                    if !is_lost {
                        self.leaders.push(leader);
                    }
                }
                Role::First(delay) => self.timer = Some((item, self.now.plus(delay))),
                Role::Follow => {}
            }
        }

        /// Wakes the first item after a leader finished or took the items before it.
        fn wake_first(&mut self, is_lost: bool) {
            if let Some(&first) = self.batcher.first() {
                let role = self.batcher.resume(&self.tickets[first], self.now);
                self.follow(first, role, is_lost);
            }
        }
    }

    #[test]
    fn each_item_is_led_once_in_order_and_within_the_wait_of_the_first() {
        const COUNT: usize = 5_000;
        let mut random = random();
        let mut run = Run {
            batcher: Batcher::new(LIMITS),
            now: START,
            tickets: Vec::new(),
            joined: Vec::new(),
            timer: None,
            leaders: Vec::new(),
            led: Vec::new(),
        };
        while run.led.len() < COUNT {
            run.now = run.now.plus(Delay::from_ms(random(2)));
            let is_lost = random(10) == 0;
            if run.tickets.len() < COUNT && random(3) > 0 {
                let item = run.tickets.len();
                let wait = run.batcher.is_busy(run.now).then_some(WAIT);
                let (ticket, role) = run.batcher.join(item, 1, wait, run.now);
                run.tickets.push(ticket);
                run.joined.push(run.now);
                run.follow(item, role, is_lost);
            }
            if random(3) == 0 && !run.leaders.is_empty() {
                let index = usize::try_from(random(4)).unwrap() % run.leaders.len();
                run.batcher.finish(&run.leaders.remove(index));
                run.wake_first(is_lost);
            }
            if let Some((item, _)) = run.timer.take_if(|(_, end)| *end <= run.now) {
                let role = run.batcher.resume(&run.tickets[item], run.now);
                run.follow(item, role, is_lost);
            }
            while run.batcher.first().is_some_and(|&first| {
                run.timer.is_none_or(|(item, end)| item != first || end <= run.now)
            }) {
                run.wake_first(false);
            }
            if let Some(&first) = run.batcher.first() {
                let waited = run.now.since(run.joined[first]);
                assert!(waited <= WAIT, "{first} has waited for {waited:?}");
            }
        }
        run.led.sort_unstable();
        assert!(run.led.into_iter().eq(0..COUNT));
    }
}
