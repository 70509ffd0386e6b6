//! Couriers: invocations that make attempts and report them.
//!
//! A courier POSTs attempts that a Webhook object has leased to it, a few at a time, and settles
//! them with the object, which answers with further attempts. It is the request of a publish, or an
//! invocation of its own that a publish or an alarm has started. It must not decide what is
//! attempted or what an outcome means. Begin with [`attempts`], then [`start`].

mod sender;
mod settle_batcher;
mod start;
mod attempts;

pub(crate) use self::attempts::{Courier, Role, run};
pub(crate) use self::sender::{Posted, Sender, post};
pub(crate) use self::start::are_available;
