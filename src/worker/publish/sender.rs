//! One try: its POST goes out, and what comes back is settled. It judges nothing. The Worker that
//! took a publish makes first tries with it, and the Webhook object all others.

use domain::base::Delay;
use domain::delivery::Outcome;
use domain::dispatch::{AttemptReport, SendJob};

use crate::runtime::{clock, io};

/// Makes a try; answers what to settle.
pub(crate) async fn make(attempt: &SendJob, timeout: Delay) -> AttemptReport {
    let began = clock::now();
    let outcome = match &attempt.request {
        Ok(request) => io::send(request, timeout).await,
        Err(fault) => Outcome::Failed(*fault),
    };
    attempt.settlement(outcome, clock::now().since(began))
}
