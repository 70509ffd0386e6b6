//! The one alarm of a Durable Object: when it is set to, and setting it.

use domain::base::Timestamp;
use domain::dispatch::alarm_to_set;
use worker::{ScheduledTime, State, js_sys};

use super::internal_error::InternalError;

/// When the alarm will fire, if it is set. To be read before the first write of a turn, since
/// nothing may be awaited between a turn's writes and [`arm`].
pub(crate) async fn armed(state: &State) -> Result<Option<Timestamp>, InternalError> {
    let armed = state.storage().get_alarm().await?;
    Ok(armed.and_then(|ms| u64::try_from(ms).ok()).map(Timestamp::from_ms))
}

/// Sets the alarm if it must be set for the object to wake at `wakeup`.
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

/// Sets the alarm. It is set when this is first polled, whatever is awaited then.
pub(crate) async fn set(state: &State, at: Timestamp) -> Result<(), InternalError> {
    Ok(state.storage().set_alarm(scheduled(at)).await?)
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "dates of JavaScript are f64"
)]
fn scheduled(at: Timestamp) -> ScheduledTime {
    // A bare number would be taken for an offset from now.
    ScheduledTime::new(js_sys::Date::new(&(at.as_ms() as f64).into()))
}
