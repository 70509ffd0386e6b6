//! Company: publishes that reach an instance of the Worker at the same time ask the objects
//! together. One of each group carries it: it makes the calls, and tells the others what came of
//! theirs.
//!
//! While no group is under way a publish goes at once. Else it waits until one is over, at most
//! 2 ms, and takes along who waits with it. In a crowd it first lets the runtime hand over the
//! requests that are here already: the larger the groups, the fewer the writes. Only the first of
//! those who wait is woken by the clock, and takes the others along. Who is silent for very long
//! does not count any more: the platform may have cancelled it.
//!
//! Here is who goes when, and with whom. The timers, the calls and what is told of them are the
//! platform's (`platform/company.rs`).

use std::collections::VecDeque;

use crate::base::{Delay, Timestamp};

/// So many groups of an account are under way before a publish waits for company.
pub const GROUPS_MAX: usize = 1;

/// Most publishes of a group.
pub const GROUP_MEMBERS_MAX: usize = 32;

/// Most bytes of the events of a group that has more than one member: far less than the 32 MiB that
/// a call may have (Workers RPC, limits), and little of the memory of an instance.
pub const GROUP_BYTES_MAX: usize = 1_048_576;

/// How long a publish waits until a group is over. After that it goes, however many are under way:
/// an object that hangs holds up those whom it concerns, and no others.
pub const TURN_PATIENCE: Delay = Delay::from_ms(2);

/// How long a member waits for what its group comes to. After that it goes by itself, with the same
/// id, so that what has been stored is not stored again.
pub const OUTCOME_PATIENCE: Delay = Delay::from_secs(10);

/// Neither a group under way for longer is counted, nor a first one who has waited for longer.
const COUNTED_FOR: Delay = Delay::from_secs(1);

/// The place of a publish in the order in which they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

/// Those who go together, in the order in which they came.
#[derive(Debug, PartialEq, Eq)]
pub struct Group<T> {
    /// Which group this is: the ticket of the one who carries it.
    pub ticket: Ticket,
    /// The members, the carrier among them.
    pub members: Vec<T>,
    /// Whom this group has left waiting as the first. It is to be called: its patience counts now.
    pub left: Option<T>,
}

#[derive(Debug)]
struct Waiting<T> {
    ticket: Ticket,
    since: Timestamp,
    member: T,
    bytes: usize,
    has_yielded: bool,
}

/// What a publish that has joined does.
#[derive(Debug, PartialEq, Eq)]
pub enum Role<T> {
    /// It carries this group.
    Carry(Group<T>),
    /// It is the first of those who wait, and does so for no longer than this.
    First(Delay),
    /// It waits until it is called.
    Later,
    /// A group has taken it along: it waits to hear of it.
    Taken,
}

/// The publishes of one account.
#[derive(Debug)]
pub struct Company<T> {
    waiting: VecDeque<Waiting<T>>,
    under_way: Vec<(Ticket, Timestamp)>,
    /// How many the last group had, or half as many as this was before: those of a large group do
    /// not all come back at once.
    crowd: usize,
    next: u64,
}

impl<T> Default for Company<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), under_way: Vec::new(), crowd: 0, next: 0 }
    }
}

impl<T: Clone> Company<T> {
    /// Joins, with an event of so many bytes.
    pub fn join(&mut self, member: T, bytes: usize, now: Timestamp) -> (Ticket, Role<T>) {
        let ticket = Ticket(self.next);
        self.next = self.next.wrapping_add(1);
        let waiting = Waiting { ticket, since: now, member, bytes, has_yielded: false };
        self.waiting.push_back(waiting);
        (ticket, self.turn(ticket, now))
    }

    /// What one does who has joined: asked by who was called, or has waited as long as it was told.
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

    /// The group of who is at this place.
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

    /// A group is over. Answers with the first of those who wait: it is to be called.
    pub fn leave(&mut self, ticket: Ticket) -> Option<T> {
        self.under_way.retain(|(group, _)| *group != ticket);
        self.first()
    }

    /// Whether there is nobody.
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

    /// A company of which as many groups are under way as are counted, each of one member.
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
        // The next one does so too, although it comes alone, and then it is a crowd no more.
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
        // It goes with the oldest, although it has not waited.
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
        // Should it come back, nothing happens.
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
        // Who looks at the clock, and when: the first of those who wait, at any time.
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
            // Those who are called or lose patience, and those called by the groups that begin.
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
                    // Some of those who carry a group never come back.
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
