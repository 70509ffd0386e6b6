//! webhook_object

mod outbox;
mod effects;
mod group_commit;
mod calls;
pub(crate) mod object;
