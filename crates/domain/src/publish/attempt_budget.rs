//! How many attempts the requests of a publish can still take: those that they make themselves and
//! those of the couriers that they may start.

use super::fanout::OfferCall;
use crate::base::{COURIER_ATTEMPTS_MAX, COURIERS_MAX, PUBLISH_ATTEMPTS_MAX};

/// The most attempts that one request takes.
const REQUEST_ATTEMPTS_MAX: usize = PUBLISH_ATTEMPTS_MAX + COURIERS_MAX * COURIER_ATTEMPTS_MAX;

/// The attempts that the requests of a publish can still take.
#[derive(Debug)]
pub enum AttemptBudget {
    /// All events came with one request. The number that it can still take.
    Shared(usize),
    /// Each event came with a request of its own. The number that each can still take.
    Separate(Vec<usize>),
}

impl AttemptBudget {
    /// The budget of a caller that makes no attempts.
    pub const NONE: Self = Self::Shared(0);

    /// The budget of one request.
    pub const fn of_request() -> Self {
        Self::Shared(REQUEST_ATTEMPTS_MAX)
    }

    /// The budgets of as many requests as there are events.
    pub fn of_each(events: usize) -> Self {
        Self::Separate(vec![REQUEST_ATTEMPTS_MAX; events])
    }

    /// Reserves attempts for a call and returns their number: one for each event that it offers. If
    /// the events came with separate requests, all or none are reserved.
    pub fn reserve(&mut self, call: &OfferCall<'_>) -> usize {
        match self {
            Self::Shared(left) => {
                let reserved = call.offers.len().min(*left);
                *left = left.saturating_sub(reserved);
                reserved
            }
            Self::Separate(left) => {
                let indexes = || call.offers.iter().map(|offer| offer.event);
                if !indexes().all(|event| left.get(event).is_some_and(|left| *left > 0)) {
                    return 0;
                }
                for event in indexes() {
                    if let Some(left) = left.get_mut(event) {
                        *left = left.saturating_sub(1);
                    }
                }
                call.offers.len()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventTypes;
    use crate::publish::fanout::{Fanout, Plan, PlannedEvent};

    #[test]
    fn a_request_takes_no_more_attempts_than_it_can_make() {
        let documented = EventTypes::documented();
        let planned = |(id, name): (&str, &str)| PlannedEvent {
            id: id.parse().unwrap(),
            event_type: documented.get(name).unwrap().clone(),
        };
        let events = [("e1", "QUIZ_COMPLETION"), ("e2", "PATH_COMPLETION")].map(planned);
        let plan = Plan::new(events.to_vec(), |of| {
            let is_quiz = *of == events[0].event_type;
            let webhooks: &[&str] = if is_quiz { &["a", "b", "d"] } else { &["c", "d"] };
            webhooks.iter().map(|id| vec![id.parse().unwrap()]).collect()
        });
        let calls = Fanout::new(&plan).next_calls();
        let reserved = |mut budget: AttemptBudget| -> Vec<usize> {
            calls.iter().map(|call| budget.reserve(call)).collect()
        };
        // `d` is offered both events, and would be the third webhook of `e1`.
        let separate = |left| reserved(AttemptBudget::Separate(vec![left; 2]));
        assert_eq!(separate(2), [1, 1, 1, 0]);
        assert_eq!(separate(3), [1, 1, 1, 2]);
        assert_eq!(reserved(AttemptBudget::of_each(2)), [1, 1, 1, 2]);
        assert_eq!(reserved(AttemptBudget::Shared(4)), [1, 1, 1, 1]);
        assert_eq!(reserved(AttemptBudget::of_request()), [1, 1, 1, 2]);
        assert_eq!(reserved(AttemptBudget::NONE), [0; 4]);
    }
}
