//! What is cached of the table `delivery`.

use domain::base::{Epoch, Seq, Timestamp};
use domain::delivery::{Delivery, State};

/// What is known of the table `delivery`; nothing that is `None`.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeliveryCache {
    /// Those under a lease.
    pub(crate) leased: Option<Vec<Delivery>>,
    /// When the first that waits in an epoch is due, if one waits.
    pub(crate) first_due: Option<(Epoch, Option<Timestamp>)>,
    /// That of none another send was asked for.
    pub(crate) none_requested: bool,
    /// The oldest.
    pub(crate) oldest: Oldest,
}

/// What is known of the oldest row of a table.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Oldest {
    #[default]
    Unknown,
    /// There is none.
    None,
    /// Its place, and when it was accepted.
    Is(Seq, Timestamp),
}

impl Oldest {
    /// One was added.
    pub(crate) fn added(&mut self, seq: Seq, accepted_at: Timestamp) {
        match *self {
            Self::Unknown => {}
            Self::Is(oldest, _) if oldest < seq => {}
            Self::None | Self::Is(..) => *self = Self::Is(seq, accepted_at),
        }
    }

    /// One was removed.
    pub(crate) fn removed(&mut self, seq: Seq) {
        if matches!(*self, Self::Is(oldest, _) if oldest == seq) {
            *self = Self::Unknown;
        }
    }

    /// When it was accepted, if that is known and there is one.
    pub(crate) const fn accepted_at(self) -> Option<Timestamp> {
        match self {
            Self::Is(_, accepted_at) => Some(accepted_at),
            Self::Unknown | Self::None => None,
        }
    }
}

impl DeliveryCache {
    /// A row was added.
    pub(crate) fn added(&mut self, delivery: &Delivery) {
        if let (Some((epoch, first)), Some(due)) = (&mut self.first_due, due_of(delivery))
            && *epoch == delivery.epoch
        {
            *first = first.map(|first| first.min(due)).or(Some(due));
        }
        self.oldest.added(delivery.seq, delivery.accepted_at);
        self.note(delivery);
    }

    /// A row was changed.
    pub(crate) fn changed(&mut self, delivery: &Delivery) {
        // It may have been the first.
        let is_none_due = self.first_due.is_some_and(|(_, first)| first.is_none());
        if !is_none_due || due_of(delivery).is_some() {
            self.first_due = None;
        }
        self.note(delivery);
    }

    fn note(&mut self, delivery: &Delivery) {
        if let Some(leased) = &mut self.leased {
            leased.retain(|other| other.seq != delivery.seq);
            leased.extend(delivery.open_lease().map(|_| delivery.clone()));
        }
        self.none_requested &= delivery.resends == 0;
    }

    /// Whether none waits in `epoch` that is due at `until`; if not, one may.
    pub(crate) fn none_due(&self, epoch: Epoch, until: Timestamp) -> bool {
        self.first_due
            .is_some_and(|(of, first)| of == epoch && first.is_none_or(|first| first > until))
    }
}

/// When a delivery is due, if it waits.
pub(crate) const fn due_of(delivery: &Delivery) -> Option<Timestamp> {
    match delivery.state {
        State::Scheduled { due } => Some(due),
        State::Leased(_) | State::Delivered { .. } | State::Held => None,
    }
}
