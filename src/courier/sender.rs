//! Makes one attempt: sends the POST and turns the outcome into a report. It does not judge the
//! outcome. The Worker uses it for first attempts and pings, the Webhook object for all others.

use domain::base::Delay;
use domain::delivery::{Fault, Outbound, Outcome, Rules, SendError};
use domain::dispatch::{AttemptReport, SendJob};

use crate::runtime::io::Sent;
use crate::runtime::{clock, io};

/// A POST that was made.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) outcome: Outcome,
    /// The class of the failure, if the connection failed.
    pub(crate) diagnosis: Option<Fault>,
    /// The time until the outcome.
    pub(crate) took: Delay,
}

/// Makes a POST that takes at most `timeout`, or none if there is an error already. Finds out why
/// a connection failed.
pub(crate) async fn post(
    request: Result<&Outbound, SendError>,
    timeout: Delay,
    rules: &Rules,
) -> Posted {
    let began = clock::now();
    let Sent { outcome, error } = match request {
        Ok(request) => io::send(request, timeout).await,
        Err(error) => error.into(),
    };
    let took = clock::now().since(began);
    let diagnosis = match (request, error) {
        // Only a dispatcher on one machine may have private targets, and there the class has to be
        // found by looking.
        (Ok(request), Some(error)) => {
            io::diagnose(&request.url, &error, rules.targets.allow_private).await
        }
        (Ok(_) | Err(_), _) => None,
    };
    Posted { outcome, diagnosis, took }
}

/// Makes an attempt and returns its report.
pub(crate) async fn make_attempt(attempt: &SendJob, rules: &Rules) -> AttemptReport {
    let request = attempt.request.as_ref().map_err(|error| *error);
    let Posted { outcome, diagnosis, took } =
        post(request, attempt.timeout(rules.timeout), rules).await;
    attempt.report(outcome, diagnosis, took)
}
