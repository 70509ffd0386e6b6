//! The batcher: publishes of one account that reach an instance of the Worker at the same time call
//! the objects together. One member of each batch is the leader: it makes the calls and passes the
//! outcomes to the others, its followers.
//!
//! While no batch is in progress, a publish goes at once. Otherwise it waits until one ends, at
//! most 2 ms, and the publishes that have queued up go as one batch. After a batch of several
//! members, the leader of the next first yields to the runtime, so that requests that have already
//! arrived can join: larger batches need fewer writes. Only the first waiting publish has a timer.
//! A batch that has not ended after a second is ignored, and so is a first waiting publish that has
//! not gone: the platform may have cancelled its request.
//!
//! This file decides which publishes go together, and when. The Worker sets the timers, makes the
//! calls and passes on the outcomes (`src/worker/publish/batcher.rs`).

use std::collections::VecDeque;

use crate::base::{Delay, Timestamp};

/// A publish waits while this many batches of its account are in progress.
pub const GROUPS_MAX: usize = 1;

/// The maximum number of publishes in a batch.
pub const GROUP_MEMBERS_MAX: usize = 32;

/// The maximum size of a batch with more than one member, in bytes of payload: far below the limit
/// of a call, 32 MiB (Workers RPC, limits), and little of an instance's memory.
pub const GROUP_BYTES_MAX: usize = 1_048_576;

/// How long a publish waits for a batch to end. After that it goes anyway, so an object that does
/// not answer delays only the publishes that call it.
pub const TURN_PATIENCE: Delay = Delay::from_ms(2);

/// How long a follower waits for the outcome of its batch. After that it goes alone, with the same
/// event id, so nothing is stored twice.
pub const OUTCOME_PATIENCE: Delay = Delay::from_secs(10);

/// After this time a batch in progress, or the first waiting publish, is ignored: the platform may
/// have cancelled its request.
const COUNTED_FOR: Delay = Delay::from_secs(1);

/// Identifies a publish: its number in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

/// A batch: publishes that go together.
#[derive(Debug, PartialEq, Eq)]
pub struct Group<T> {
    /// Identifies the batch: the ticket of its leader.
    pub ticket: Ticket,
    /// All members, with the leader, in the order of arrival.
    pub members: Vec<T>,
    /// The publish that is now the first to wait, if any. Wake it, so that it sets its timer.
    pub left: Option<T>,
}

/// A publish that waits.
#[derive(Debug)]
struct Waiting<T> {
    ticket: Ticket,
    since: Timestamp,
    member: T,
    bytes: usize,
    has_yielded: bool,
}

/// What a publish does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Role<T> {
    /// Lead this batch.
    Carry(Group<T>),
    /// Wait as the first, at most for this time.
    First(Delay),
    /// Wait until woken.
    Later,
    /// Wait for the outcome: the publish is a follower in a batch.
    Taken,
}

/// The publishes of one account that wait, and its batches in progress.
#[derive(Debug)]
pub struct Company<T> {
    waiting: VecDeque<Waiting<T>>,
    under_way: Vec<(Ticket, Timestamp)>,
    /// The number of members of the last batch, but at least half of the previous value, since the
    /// publishers of a large batch do not all publish again at once.
    crowd: usize,
    next: u64,
}

impl<T> Default for Company<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), under_way: Vec::new(), crowd: 0, next: 0 }
    }
}

impl<T: Clone> Company<T> {
    /// Adds a publish whose payload has `bytes` bytes.
    pub fn join(&mut self, member: T, bytes: usize, now: Timestamp) -> (Ticket, Role<T>) {
        let ticket = Ticket(self.next);
        self.next = self.next.wrapping_add(1);
        let waiting = Waiting { ticket, since: now, member, bytes, has_yielded: false };
        self.waiting.push_back(waiting);
        (ticket, self.turn(ticket, now))
    }

    /// The role of a publish that has joined. Call it when the publish is woken or its time is up.
    pub fn turn(&mut self, ticket: Ticket, now: Timestamp) -> Role<T> {
        let place = self.waiting.iter().position(|waiting| waiting.ticket == ticket);
        let (Some(place), Some(first)) = (place, self.waiting.front_mut()) else {
            return Role::Taken;
        };
        self.under_way.retain(|(_, began)| now.since(*began) <= COUNTED_FOR);
        let is_free = self.under_way.len() < GROUPS_MAX;
        let waited = now.since(first.since);
        if waited > COUNTED_FOR || is_free && self.crowd <= 1 {
            return self.carry(place, now);
        }
        if place > 0 {
            return Role::Later;
        }
        if is_free && !first.has_yielded {
            first.has_yielded = true;
            return Role::First(Delay::ZERO);
        }
        if is_free || waited >= TURN_PATIENCE {
            return self.carry(place, now);
        }
        Role::First(first.since.plus(TURN_PATIENCE).since(now))
    }

    /// Forms the batch that is led by the waiting publish at `place`.
    fn carry(&mut self, place: usize, now: Timestamp) -> Role<T> {
        let Some(carrier) = self.waiting.remove(place) else { return Role::Taken };
        let Waiting { ticket, mut bytes, member, .. } = carrier;
        let fits = |waiting: &&Waiting<T>| {
            bytes = bytes.saturating_add(waiting.bytes);
            bytes <= GROUP_BYTES_MAX
        };
        let most = GROUP_MEMBERS_MAX.saturating_sub(1);
        let others = self.waiting.iter().take(most).take_while(fits).count();
        let mut members: Vec<T> =
            self.waiting.drain(..others).map(|waiting| waiting.member).collect();
        members.insert(place.min(members.len()), member);
        self.under_way.push((ticket, now));
        self.crowd = members.len().max(self.crowd / 2);
        Role::Carry(Group { ticket, members, left: self.first() })
    }

    fn first(&self) -> Option<T> {
        self.waiting.front().map(|waiting| waiting.member.clone())
    }

    /// Ends a batch. Returns the first waiting publish, which must be woken.
    pub fn leave(&mut self, ticket: Ticket) -> Option<T> {
        self.under_way.retain(|(group, _)| *group != ticket);
        self.first()
    }

    /// Whether no publish waits and no batch is in progress.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.under_way.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn at(ms: u64) -> Timestamp {
        START.plus(Delay::from_ms(ms))
    }

    fn carried<T: std::fmt::Debug>(turn: Role<T>) -> Group<T> {
        let Role::Carry(group) = turn else { panic!("it is to carry a group, not {turn:?}") };
        group
    }

    /// A batcher with `GROUPS_MAX` batches in progress, each of one member.
    fn busy() -> (Company<u32>, Vec<Ticket>) {
        let mut company = Company::default();
        let tickets = (0..GROUPS_MAX).map(|member| {
            let (ticket, turn) = company.join(u32::try_from(member).unwrap(), 1, START);
            assert_eq!(carried(turn).members.len(), 1);
            ticket
        });
        let tickets = tickets.collect();
        (company, tickets)
    }

    #[test]
    fn who_comes_while_few_are_under_way_goes_alone_and_at_once() {
        let (mut company, tickets) = busy();
        for ticket in tickets {
            assert_eq!(company.leave(ticket), None);
        }
        assert!(company.is_empty());
    }

    #[test]
    fn who_waits_goes_together_once_a_group_is_over() {
        let (mut company, tickets) = busy();
        let (first, turn) = company.join(10, 1, at(1));
        assert_eq!(turn, Role::First(TURN_PATIENCE));
        let (second, turn) = company.join(11, 1, at(1));
        assert_eq!(turn, Role::Later);
        assert_eq!(company.leave(tickets[0]), Some(10));
        let group = carried(company.turn(first, at(1)));
        assert_eq!(group.members, [10, 11]);
        assert_eq!(group.left, None);
        assert_eq!(company.turn(second, at(9)), Role::Taken);
        assert_eq!(company.turn(first, at(9)), Role::Taken, "it carries one group");
        company.leave(group.ticket);
        assert!(company.is_empty());
    }

    #[test]
    fn a_newcomer_takes_along_those_whose_turn_it_is() {
        let (mut company, tickets) = busy();
        let (first, _) = company.join(10, 1, at(1));
        company.leave(tickets[0]);
        let (_, turn) = company.join(11, 1, at(1));
        assert_eq!(carried(turn).members, [10, 11]);
        assert_eq!(company.turn(first, at(2)), Role::Taken);
    }

    #[test]
    fn who_has_become_the_first_waits_what_is_left_of_its_patience() {
        let (mut company, _) = busy();
        let tickets: Vec<Ticket> = (0..40).map(|member| company.join(member, 1, at(1)).0).collect();
        assert_eq!(company.turn(tickets[0], at(2)), Role::First(Delay::from_ms(1)));
        assert_eq!(company.turn(tickets[1], at(2)), Role::Later);
        let group = carried(company.turn(tickets[0], at(3)));
        assert_eq!(group.members, (0..32).collect::<Vec<u32>>());
        assert_eq!(group.left, Some(32));
        assert_eq!(
            carried(company.turn(tickets[32], at(3))).members,
            (32..40).collect::<Vec<u32>>()
        );
    }

    #[test]
    fn in_a_crowd_the_first_goes_after_those_who_are_here_already() {
        let (mut company, tickets) = busy();
        let (first, _) = company.join(10, 1, at(1));
        for member in 11..14 {
            company.join(member, 1, at(1));
        }
        company.leave(tickets[0]);
        let crowd = carried(company.turn(first, at(1)));
        assert_eq!(crowd.members.len(), 4);
        let (first, _) = company.join(14, 1, at(9));
        company.leave(crowd.ticket);
        assert_eq!(company.turn(first, at(9)), Role::First(Delay::ZERO));
        assert_eq!(company.join(15, 1, at(9)).1, Role::Later);
        let group = carried(company.turn(first, at(9)));
        assert_eq!(group.members, [14, 15]);
        company.leave(group.ticket);
        // The next publish yields too, although it is alone. The one after it goes at once.
        let (first, turn) = company.join(16, 1, at(10));
        assert_eq!(turn, Role::First(Delay::ZERO));
        let group = carried(company.turn(first, at(10)));
        company.leave(group.ticket);
        assert_eq!(carried(company.join(17, 1, at(11)).1).members, [17]);
    }

    #[test]
    fn a_first_one_that_has_gone_holds_nobody_up() {
        let (mut company, _) = busy();
        let tickets: Vec<Ticket> = (0..40).map(|member| company.join(member, 1, at(1)).0).collect();
        assert_eq!(company.join(40, 1, at(1_000)).1, Role::Later);
        // It leads the oldest ones, although it has not waited.
        let group = carried(company.join(41, 1, at(1_002)).1);
        assert_eq!(group.members.len(), GROUP_MEMBERS_MAX);
        assert_eq!(group.members, (0..31).chain([41]).collect::<Vec<u32>>());
        assert_eq!(company.turn(tickets[0], at(1_002)), Role::Taken);
    }

    #[test]
    fn a_group_whose_carrier_has_gone_holds_nobody_up() {
        let (mut company, tickets) = busy();
        assert_eq!(company.join(10, 1, at(1_000)).1, Role::First(TURN_PATIENCE));
        assert_eq!(carried(company.join(11, 1, at(1_001)).1).members, [10, 11]);
        // If the leader ends its batch after all, nothing happens.
        company.leave(tickets[0]);
        assert!(!company.is_empty());
    }

    #[test]
    fn a_group_has_so_many_bytes_but_one_event_may_have_more() {
        let (mut company, _) = busy();
        let mut join = |member, bytes| company.join(member, bytes, at(1)).0;
        let [first, second] = [join(10, GROUP_BYTES_MAX), join(11, GROUP_BYTES_MAX + 1)];
        let [third, _] = [join(12, GROUP_BYTES_MAX - 1), join(13, 1)];
        assert_eq!(carried(company.turn(first, at(21))).members, [10]);
        assert_eq!(carried(company.turn(second, at(21))).members, [11]);
        assert_eq!(carried(company.turn(third, at(21))).members, [12, 13]);
    }

    #[test]
    fn everybody_is_taken_once_in_the_order_of_arrival_and_within_the_patience_of_the_first() {
        let mut chance = 0x2545_f491_4f6c_dd1d_u64;
        let mut draw = |below: u64| {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            chance % below
        };
        let (mut company, mut taken) = (Company::default(), Vec::new());
        let mut came = Vec::new();
        let (mut under_way, mut tickets): (Vec<Ticket>, Vec<Ticket>) = (Vec::new(), Vec::new());
        // The timer of the first waiting publish: which publish, and when the timer fires.
        let mut timer: Option<(u32, Timestamp)> = None;
        let (count, mut now) = (5_000, START);
        while taken.len() < count {
            now = now.plus(Delay::from_ms(draw(2)));
            let mut groups = Vec::new();
            if tickets.len() < count && draw(3) > 0 {
                let member = u32::try_from(tickets.len()).unwrap();
                let (ticket, turn) = company.join(member, 1, now);
                tickets.push(ticket);
                came.push(now);
                match turn {
                    Role::Carry(group) => groups.push(group),
                    Role::First(rest) => timer = Some((member, now.plus(rest))),
                    Role::Later => {}
                    Role::Taken => panic!("nobody knew of it"),
                }
            }
            if draw(3) == 0 && !under_way.is_empty() {
                let over = usize::try_from(draw(4)).unwrap() % under_way.len();
                company.leave(under_way.remove(over));
            }
            // Publishes that are woken or whose timer fires, then those woken by new batches.
            let mut called: Vec<u32> = company.first().into_iter().collect();
            called.extend(timer.take_if(|(_, end)| *end <= now).map(|(member, _)| member));
            while !groups.is_empty() || !called.is_empty() {
                for member in std::mem::take(&mut called) {
                    match company.turn(tickets[usize::try_from(member).unwrap()], now) {
                        Role::Carry(group) => groups.push(group),
                        Role::First(rest) => timer = Some((member, now.plus(rest))),
                        Role::Later | Role::Taken => {}
                    }
                }
                for Group { ticket, members, left } in std::mem::take(&mut groups) {
                    assert!((1..=GROUP_MEMBERS_MAX).contains(&members.len()));
                    assert!(members.is_sorted());
                    taken.extend(members);
                    called.extend(left);
                    // Some leaders never end their batch.
                    if draw(10) > 0 {
                        under_way.push(ticket);
                    }
                }
            }
            if let Some(first) = company.first() {
                let (member, end) = timer.expect("the first looks at the clock");
                assert_eq!(first, member);
                assert!(end >= now && end.since(now) <= TURN_PATIENCE);
                let waited = now.since(came[usize::try_from(member).unwrap()]);
                assert!(waited <= TURN_PATIENCE);
            }
        }
        taken.sort_unstable();
        assert!(taken.into_iter().eq(0..u32::try_from(count).unwrap()));
    }
}
