//! Which first tries the Worker makes: of each event that it brings, those to a few webhooks.

use super::fanout::Ask;

/// How many first tries are left, by event.
#[derive(Debug)]
pub struct FirstTries {
    left: Vec<usize>,
}

impl FirstTries {
    /// At most `max` for each of so many events.
    pub fn new(events: usize, max: usize) -> Self {
        Self { left: vec![max; events] }
    }

    /// Whether a webhook is to grant them, for all that it is asked about or for nothing.
    pub fn take(&mut self, ask: &Ask<'_>) -> bool {
        let places = || ask.offers.iter().map(|offer| offer.event);
        let is_left = places().all(|event| self.left.get(event).is_some_and(|left| *left > 0));
        for event in places().filter(|_| is_left) {
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
    fn a_few_of_each_event_and_all_that_a_webhook_is_asked_about_or_nothing() {
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
        let asks = Fanout::new(&plan).asks();
        let taken = |mut tries: FirstTries| -> Vec<bool> {
            asks.iter().map(|ask| tries.take(ask)).collect()
        };
        // `d` is asked about both, and would be the third of the first.
        assert_eq!(taken(FirstTries::new(2, 2)), [true, true, true, false]);
        assert_eq!(taken(FirstTries::new(2, 3)), [true; 4]);
        assert_eq!(taken(FirstTries::new(2, 0)), [false; 4]);
    }
}
