//! Numbers of deliveries, record versions, epochs and leases.

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// Wraps a number.
            pub const fn new(number: $inner) -> Self {
                Self(number)
            }

            /// The plain number.
            pub const fn get(self) -> $inner {
                self.0
            }

            /// The preceding number; 0 precedes itself.
            #[must_use]
            pub const fn previous(self) -> Self {
                Self(self.0.saturating_sub(1))
            }

            /// The following number; the largest number follows itself.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }
    };
}

number!(
    /// Position of a delivery in the order in which its webhook accepted events, from 1. Audit log
    /// entries are numbered with it too.
    Seq(u64)
);
number!(
    /// Version of a webhook's record, from 1. Each change increments it.
    Version(u32)
);
number!(
    /// Period of a webhook's life that a deactivation ends, from 1. A delivery belongs to the epoch
    /// in which it was accepted or recovered.
    Epoch(u32)
);
number!(
    /// Number of a delivery's lease, from 1; 0 before the first lease.
    LeaseToken(u32)
);

impl Epoch {
    /// An epoch before the first one, given to skipped deliveries: they are no longer due.
    pub const SKIPPED: Self = Self(0);
}
