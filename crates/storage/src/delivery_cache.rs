//! The cache of the table `delivery`.

use domain::base::{Epoch, Seq, Timestamp};
use domain::delivery::{Delivery, State};

/// The cached facts about the table `delivery`. `None` means unknown.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeliveryCache {
    /// The deliveries with an open lease.
    pub(crate) leased: Option<Vec<Delivery>>,
    /// The time at which the first scheduled delivery of an epoch is due, `None` if none is
    /// scheduled.
    pub(crate) first_due: Option<(Epoch, Option<Timestamp>)>,
    /// Whether it is known that no delivery has a requested resend.
    pub(crate) no_resends_requested: bool,
    /// The oldest row.
    pub(crate) oldest: Oldest,
}

/// The oldest row of a table.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Oldest {
    #[default]
    Unknown,
    /// The table has no row.
    None,
    /// Its `seq`, and the time of acceptance.
    Is(Seq, Timestamp),
}

impl Oldest {
    /// Records that a row was added.
    pub(crate) fn added(&mut self, seq: Seq, accepted_at: Timestamp) {
        match *self {
            Self::Unknown => {}
            Self::Is(oldest, _) if oldest < seq => {}
            Self::None | Self::Is(..) => *self = Self::Is(seq, accepted_at),
        }
    }

    /// Returns the time of acceptance of the oldest row, if that is known and there is a row.
    pub(crate) const fn accepted_at(self) -> Option<Timestamp> {
        match self {
            Self::Is(_, accepted_at) => Some(accepted_at),
            Self::Unknown | Self::None => None,
        }
    }
}

impl DeliveryCache {
    /// Records that a row was added.
    pub(crate) fn added(&mut self, delivery: &Delivery) {
        if let (Some((epoch, first)), Some(due)) = (&mut self.first_due, due_of(delivery))
            && *epoch == delivery.epoch
        {
            *first = first.map(|first| first.min(due)).or(Some(due));
        }
        self.oldest.added(delivery.seq, delivery.accepted_at);
        self.refresh(delivery);
    }

    /// Records that a row was changed.
    pub(crate) fn changed(&mut self, delivery: &Delivery) {
        // The row may have been the first one due.
        let is_none_due = self.first_due.is_some_and(|(_, first)| first.is_none());
        if !is_none_due || due_of(delivery).is_some() {
            self.first_due = None;
        }
        self.refresh(delivery);
    }

    fn refresh(&mut self, delivery: &Delivery) {
        if let Some(leased) = &mut self.leased {
            leased.retain(|other| other.seq != delivery.seq);
            leased.extend(delivery.open_lease().map(|_| delivery.clone()));
        }
        self.no_resends_requested &= delivery.resends == 0;
    }

    /// Whether it is known that no delivery of `epoch` is due by `until`.
    pub(crate) fn is_none_due(&self, epoch: Epoch, until: Timestamp) -> bool {
        self.first_due
            .is_some_and(|(of, first)| of == epoch && first.is_none_or(|first| first > until))
    }
}

/// Returns the time at which a scheduled delivery is due.
pub(crate) const fn due_of(delivery: &Delivery) -> Option<Timestamp> {
    match delivery.state {
        State::Scheduled { due } => Some(due),
        State::Leased(_) | State::Delivered { .. } | State::Held => None,
    }
}
