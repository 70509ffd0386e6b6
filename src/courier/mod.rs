//! Couriers: invocations that make attempts and report them.
//!
//! A courier POSTs attempts that a Webhook object has leased to it, a few at a time, and settles
//! them with the object, which answers with further attempts. It is the request of a publish, or an
//! invocation of its own that a publish or an alarm has started. It must not decide what is
//! attempted or what an outcome means. Begin with [`courier`], then [`start`].

pub(crate) mod sender;
mod settle_batcher;
mod start;
pub(crate) mod courier;

pub(crate) use self::courier::{Courier, Role, run};
pub(crate) use self::start::are_available;
