//! Makes one attempt: sends the POST and turns the outcome into a report. It does not judge the
//! outcome. The Worker uses it for first attempts, the Webhook object for all others.

use domain::base::Delay;
use domain::delivery::Outcome;
use domain::dispatch::{AttemptReport, SendJob};

use crate::runtime::{clock, io};

/// Makes an attempt, which takes at most `timeout`, and returns its report.
pub(crate) async fn make_attempt(attempt: &SendJob, timeout: Delay) -> AttemptReport {
    let began = clock::now();
    let outcome = match &attempt.request {
        Ok(request) => io::send(request, timeout).await,
        Err(error) => Outcome::Failed(*error),
    };
    attempt.report(outcome, clock::now().since(began))
}
