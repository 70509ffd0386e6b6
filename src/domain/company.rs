//! Company: publishes that reach an instance of the Worker at the same time ask the objects
//! together. One of each group carries it: it makes the calls, and tells the others what came of
//! theirs.
//!
//! While no group is under way a publish goes at once. Else it waits until one is over, at most
//! 2 ms, and takes along who waits with it. A group that is under way for very long does not count
//! any more: the platform may have cancelled who carried it.

use std::collections::VecDeque;

use super::time::{Delay, Timestamp};

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

/// A group under way for longer is not counted.
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
}

#[derive(Debug)]
struct Waiting<T> {
    ticket: Ticket,
    member: T,
    bytes: usize,
}

/// The publishes of one account.
#[derive(Debug)]
pub struct Company<T> {
    waiting: VecDeque<Waiting<T>>,
    under_way: Vec<(Ticket, Timestamp)>,
    next: u64,
}

impl<T> Default for Company<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), under_way: Vec::new(), next: 0 }
    }
}

impl<T> Company<T> {
    /// Joins, with an event of so many bytes. With a group the newcomer is to carry it now; else it
    /// waits.
    pub fn join(&mut self, member: T, bytes: usize, now: Timestamp) -> (Ticket, Option<Group<T>>) {
        let ticket = Ticket(self.next);
        self.next = self.next.wrapping_add(1);
        self.waiting.push_back(Waiting { ticket, member, bytes });
        self.under_way.retain(|(_, began)| now.since(*began) <= COUNTED_FOR);
        let is_free = self.under_way.len() < GROUPS_MAX;
        (ticket, if is_free { self.carry(ticket, now) } else { None })
    }

    /// The group of one who waits and whose turn it is, or whose patience is over. Nothing if
    /// another has taken it along.
    pub fn carry(&mut self, ticket: Ticket, now: Timestamp) -> Option<Group<T>> {
        let place = self.waiting.iter().position(|waiting| waiting.ticket == ticket)?;
        let carrier = self.waiting.remove(place)?;
        let mut bytes = carrier.bytes;
        let fits = |waiting: &&Waiting<T>| {
            bytes = bytes.saturating_add(waiting.bytes);
            bytes <= GROUP_BYTES_MAX
        };
        let most = GROUP_MEMBERS_MAX.saturating_sub(1);
        let others = self.waiting.iter().take(most).take_while(fits).count();
        let mut group: Vec<_> = self.waiting.drain(..others).collect();
        group.insert(place.min(group.len()), carrier);
        self.under_way.push((ticket, now));
        Some(Group { ticket, members: group.into_iter().map(|waiting| waiting.member).collect() })
    }

    /// A group is over. Answers with whose turn it is.
    pub fn leave(&mut self, ticket: Ticket) -> Option<&T> {
        self.under_way.retain(|(group, _)| *group != ticket);
        self.waiting.front().map(|waiting| &waiting.member)
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

    /// A company of which as many groups are under way as are counted, each of one member.
    fn busy() -> (Company<u32>, Vec<Ticket>) {
        let mut company = Company::default();
        let tickets = (0..GROUPS_MAX).map(|member| {
            let (ticket, group) = company.join(u32::try_from(member).unwrap(), 1, START);
            assert_eq!(group.unwrap().members.len(), 1);
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
        let (first, none) = company.join(10, 1, at(1));
        assert_eq!(none, None);
        let (second, none) = company.join(11, 1, at(1));
        assert_eq!(none, None);
        assert_eq!(company.leave(tickets[0]), Some(&10));
        let group = company.carry(first, at(2)).unwrap();
        assert_eq!(group.members, [10, 11]);
        assert_eq!(company.carry(second, at(2)), None, "it was taken along");
        assert_eq!(company.carry(first, at(2)), None, "it carries one group");
        assert_eq!(company.leave(group.ticket), None);
    }

    #[test]
    fn a_newcomer_takes_along_those_whose_turn_it_is() {
        let (mut company, tickets) = busy();
        let (first, _) = company.join(10, 1, at(1));
        assert_eq!(company.leave(tickets[0]), Some(&10));
        let (_, group) = company.join(11, 1, at(1));
        assert_eq!(group.unwrap().members, [10, 11]);
        assert_eq!(company.carry(first, at(2)), None);
    }

    #[test]
    fn patience_ends_although_nothing_is_over() {
        let (mut company, _) = busy();
        let tickets: Vec<Ticket> = (0..40).map(|member| company.join(member, 1, at(1)).0).collect();
        // The last is the quickest: it goes with the oldest, and the rest waits on.
        let group = company.carry(tickets[39], at(21)).unwrap();
        let oldest: Vec<u32> = (0..31).chain([39]).collect();
        assert_eq!(group.members, oldest);
        assert_eq!(group.members.len(), GROUP_MEMBERS_MAX);
        assert_eq!(company.leave(group.ticket), Some(&31));
        let group = company.carry(tickets[33], at(21)).unwrap();
        assert_eq!(group.members, (31..39).collect::<Vec<u32>>());
    }

    #[test]
    fn a_group_whose_carrier_has_gone_holds_nobody_up() {
        let (mut company, tickets) = busy();
        assert_eq!(company.join(10, 1, at(1_000)).1, None);
        assert_eq!(company.join(11, 1, at(1_001)).1.unwrap().members, [10, 11]);
        // Should it come back, nothing happens.
        assert_eq!(company.leave(tickets[0]), None);
        assert!(!company.is_empty());
    }

    #[test]
    fn a_group_has_so_many_bytes_but_one_event_may_have_more() {
        let (mut company, _) = busy();
        let mut join = |member, bytes| company.join(member, bytes, at(1)).0;
        let [first, second] = [join(10, GROUP_BYTES_MAX), join(11, GROUP_BYTES_MAX + 1)];
        let [third, _] = [join(12, GROUP_BYTES_MAX - 1), join(13, 1)];
        assert_eq!(company.carry(first, at(21)).unwrap().members, [10]);
        assert_eq!(company.carry(second, at(21)).unwrap().members, [11]);
        assert_eq!(company.carry(third, at(21)).unwrap().members, [12, 13]);
    }

    #[test]
    fn everybody_is_taken_exactly_once_and_groups_are_in_the_order_of_arrival() {
        let mut chance = 0x2545_f491_4f6c_dd1d_u64;
        let mut draw = |below: u64| {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            chance % below
        };
        let (mut company, mut taken) = (Company::default(), Vec::new());
        let (mut under_way, mut waiting): (Vec<Ticket>, Vec<Ticket>) = (Vec::new(), Vec::new());
        let count = 5_000;
        for member in 0..count {
            let now = at(u64::from(member));
            let (ticket, group) = company.join(member, 1, now);
            waiting.push(ticket);
            let mut groups: Vec<Group<u32>> = group.into_iter().collect();
            if draw(3) == 0 && !under_way.is_empty() {
                let over = under_way.remove(usize::try_from(draw(4)).unwrap() % under_way.len());
                let is_somebody_called = company.leave(over).is_some();
                let called = waiting.iter().find_map(|ticket| company.carry(*ticket, now));
                assert_eq!(is_somebody_called, called.is_some());
                groups.extend(called);
            }
            for group in groups {
                assert!((1..=GROUP_MEMBERS_MAX).contains(&group.members.len()));
                assert!(group.members.is_sorted());
                taken.extend(group.members);
                // Some of those who carry a group never come back.
                if draw(10) > 0 {
                    under_way.push(group.ticket);
                }
            }
        }
        while let Some(group) = waiting.iter().find_map(|ticket| company.carry(*ticket, START)) {
            taken.extend(group.members);
        }
        taken.sort_unstable();
        assert_eq!(taken, (0..count).collect::<Vec<u32>>());
    }
}
