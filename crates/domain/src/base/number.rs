//! The numbers that a webhook and its deliveries are counted by.

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
            /// The number `number`.
            pub const fn new(number: $inner) -> Self {
                Self(number)
            }

            /// The number as it is stored.
            pub const fn get(self) -> $inner {
                self.0
            }

            /// The one after.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }
    };
}

number!(
    /// The place of a delivery in the order in which its webhook accepted events; from 1.
    Seq(u64)
);
number!(
    /// Which version of a webhook's record; each change makes the next. From 1.
    Version(u32)
);
number!(
    /// A stretch of a webhook's life between two times it was switched off; from 1.
    Epoch(u32)
);
number!(
    /// Which lease of a delivery: the first, the second, …
    Token(u32)
);

impl Epoch {
    /// An epoch that was over before any began: a delivery of it is not tried any more.
    pub const OVER: Self = Self(0);
}
