//! The first attempts that the Worker makes itself: for each event, those for a few webhooks.

use super::fanout::OfferCall;

/// The number of first attempts that the Worker may still make, for each event of a publish.
#[derive(Debug)]
pub struct FirstAttempts {
    left: Vec<usize>,
}

impl FirstAttempts {
    /// Allows `max` first attempts for each of `events` events.
    pub fn new(events: usize, max: usize) -> Self {
        Self { left: vec![max; events] }
    }

    /// Whether a webhook may hand its first attempts to the Worker: for all events of the call, or
    /// for none. If so, one attempt of each event is used up.
    pub fn reserve(&mut self, call: &OfferCall<'_>) -> bool {
        let indexes = || call.offers.iter().map(|offer| offer.event);
        let is_left = indexes().all(|event| self.left.get(event).is_some_and(|left| *left > 0));
        for event in indexes().filter(|_| is_left) {
            if let Some(left) = self.left.get_mut(event) {
                *left = left.saturating_sub(1);
            }
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventTypes;
    use crate::publish::fanout::{Fanout, Plan, PlannedEvent};

    #[test]
    fn a_few_of_each_event_and_all_that_a_webhook_is_offered_or_nothing() {
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
        let taken = |mut attempts: FirstAttempts| -> Vec<bool> {
            calls.iter().map(|call| attempts.reserve(call)).collect()
        };
        // `d` is offered both events, and would be the third webhook of `e1`.
        assert_eq!(taken(FirstAttempts::new(2, 2)), [true, true, true, false]);
        assert_eq!(taken(FirstAttempts::new(2, 3)), [true; 4]);
        assert_eq!(taken(FirstAttempts::new(2, 0)), [false; 4]);
    }
}
