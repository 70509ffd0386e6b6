//! When a waiting delivery is really attempted, and what it waits for if that is not known.
//!
//! A delivery has a time at which it is due. While a receiver fails, or while others are to be sent
//! first, that time passes and the delivery goes on waiting. What an owner reads is therefore
//! either a time ahead or the reason for the wait, and never a time that has passed.

use serde::{Deserialize, Serialize};

use super::state::{Delivery, State};
use crate::base::{Seq, Timestamp};

/// What a delivery that is due, or will be, waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// Its attempt is being started.
    Courier,
    /// The end of another attempt: as many are in flight as the receiver may have.
    Window,
    /// The next second: `max_per_second` is reached.
    Rate,
    /// The delivery before it, because the webhook is ordered.
    Order,
    /// The success of a probe: the receiver is failing, and one delivery at a time is attempted.
    Probe,
    /// The account, which is disabled.
    Account,
    /// A master key that opens the webhook's secrets.
    MasterKey,
    /// The client of the listener, which is not connected.
    Listener,
}

/// The time of the next attempt, or what it waits for. Neither if no attempt is to come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Next {
    /// The time of the attempt, later than now.
    pub at: Option<Timestamp>,
    /// What it waits for.
    pub waits_for: Option<WaitsFor>,
}

impl Next {
    /// An attempt that is due at `due` and may be made as soon as `waits_for` is over.
    pub fn new(due: Timestamp, now: Timestamp, waits_for: WaitsFor) -> Self {
        if due > now { Self::at(due) } else { Self::after(waits_for) }
    }

    /// An attempt at a known time.
    pub const fn at(at: Timestamp) -> Self {
        Self { at: Some(at), waits_for: None }
    }

    /// An attempt whose time is not known.
    pub const fn after(waits_for: WaitsFor) -> Self {
        Self { at: None, waits_for: Some(waits_for) }
    }
}

/// What a webhook's deliveries wait for at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The moment.
    pub now: Timestamp,
    /// What all of them wait for.
    pub closed: Option<WaitsFor>,
    /// The only delivery whose time is known, and what the others wait for. The delivery may be
    /// missing.
    pub only: Option<(Option<Seq>, WaitsFor)>,
    /// What a delivery waits for that is due.
    pub due: WaitsFor,
}

impl Gate {
    /// The gate of a webhook that sends whatever is due.
    pub const fn open(now: Timestamp) -> Self {
        Self { now, closed: None, only: None, due: WaitsFor::Courier }
    }

    /// Returns the next attempt of a delivery that waits for one.
    pub fn next(&self, delivery: &Delivery) -> Next {
        let State::Scheduled { due } = delivery.state else { return Next::default() };
        if let Some(waits_for) = self.closed {
            return Next::after(waits_for);
        }
        match self.only {
            Some((only, waits_for)) if only != Some(delivery.seq) => Next::after(waits_for),
            Some(_) | None => Next::new(due, self.now, self.due),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Delay, Epoch, LeaseToken};

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn delivery(seq: u64, state: State) -> Delivery {
        Delivery {
            seq: Seq::new(seq),
            event_id: "e1".parse().unwrap(),
            event_type: crate::event::EventType::try_from("A".to_owned()).unwrap(),
            trace: None,
            bytes: 2,
            accepted_at: NOW,
            epoch: Epoch::new(1),
            attempts: 1,
            token: LeaseToken::new(1),
            resends: 0,
            state,
        }
    }

    #[test]
    fn a_time_is_ahead_or_there_is_a_reason() {
        let later = NOW.plus(Delay::from_ms(1));
        let of = |gate: Gate, seq: u64, due: Timestamp| {
            gate.next(&delivery(seq, State::Scheduled { due }))
        };
        let open = Gate::open(NOW);
        assert_eq!(of(open, 1, later), Next::at(later));
        for due in [NOW, NOW.minus(Delay::from_ms(1)), Timestamp::EPOCH] {
            assert_eq!(of(open, 1, due), Next::after(WaitsFor::Courier));
            let full = Gate { due: WaitsFor::Window, ..open };
            assert_eq!(of(full, 1, due), Next::after(WaitsFor::Window));
        }
        let probing = Gate { only: Some((Some(Seq::new(1)), WaitsFor::Probe)), ..open };
        assert_eq!(of(probing, 1, later), Next::at(later));
        assert_eq!(of(probing, 2, later), Next::after(WaitsFor::Probe));
        let recovering = Gate { only: Some((None, WaitsFor::Order)), ..open };
        assert_eq!(of(recovering, 1, later), Next::after(WaitsFor::Order));
        let closed = Gate { closed: Some(WaitsFor::Account), ..probing };
        assert_eq!(of(closed, 1, later), Next::after(WaitsFor::Account));
    }

    #[test]
    fn what_does_not_wait_has_no_next_attempt() {
        for state in [State::Held, State::Delivered { at: NOW }] {
            assert_eq!(Gate::open(NOW).next(&delivery(1, state)), Next::default());
        }
    }
}
