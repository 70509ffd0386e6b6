//! One try: its POST goes out, and what comes back is settled. It judges nothing. The Worker that
//! took a publish makes first tries with it, and the Webhook object all others.

use super::{clock, io};
use crate::domain::time::Delay;
use crate::domain::turn::{Settlement, Try};
use crate::domain::verdict::Outcome;

/// Makes a try; answers what to settle.
pub(crate) async fn make(attempt: &Try, timeout: Delay) -> Settlement {
    let began = clock::now();
    let outcome = match &attempt.request {
        Ok(request) => io::send(request, timeout).await,
        Err(fault) => Outcome::Failed(*fault),
    };
    attempt.settlement(outcome, clock::now().since(began))
}
