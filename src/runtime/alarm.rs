//! The alarm of a Durable Object, which has only one.

use domain::base::Timestamp;
use domain::dispatch::alarm_to_set;
use worker::{ScheduledTime, State, js_sys};

use super::clock;
use super::internal_error::InternalError;

/// Returns the time at which the alarm will fire, if it is set. Must be called before the first
/// write of a transaction, since nothing may be awaited between the writes and [`arm`].
pub(crate) async fn armed(state: &State) -> Result<Option<Timestamp>, InternalError> {
    let armed = state.storage().get_alarm().await?;
    Ok(armed.and_then(|ms| u64::try_from(ms).ok()).map(Timestamp::from_ms))
}

/// Sets the alarm if the armed time does not ensure that the object wakes at `wakeup`.
pub(crate) async fn arm(
    state: &State,
    armed: Option<Timestamp>,
    wakeup: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), InternalError> {
    match alarm_to_set(armed, wakeup, now) {
        Some(at) => set(state, at).await,
        None => Ok(()),
    }
}

/// Sets the alarm. The first poll already sets it, before anything is awaited.
pub(crate) async fn set(state: &State, at: Timestamp) -> Result<(), InternalError> {
    Ok(state.storage().set_alarm(scheduled(at)).await?)
}

fn scheduled(at: Timestamp) -> ScheduledTime {
    // A bare number would be read as an offset from now.
    ScheduledTime::new(js_sys::Date::new(&clock::to_js(at).into()))
}
