//! Makes one attempt: sends the POST, to a listener by its object, and turns the outcome into a
//! report. It does not judge the outcome. The Worker uses it for first attempts and pings, the
//! Webhook object for all others.

use domain::base::{AccountId, Delay, WebhookId};
use domain::delivery::{Fault, ListenerOrder, NoAnswer, Outbound, Outcome, Rules, SendError};
use domain::dispatch::{AttemptReport, SendJob};
use worker::Env;

use crate::runtime::io::Sent;
use crate::runtime::object_client::Object;
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

/// The webhook for which a POST is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) env: &'a Env,
    pub(crate) account: &'a AccountId,
    pub(crate) webhook: &'a WebhookId,
}

/// Makes a POST that takes at most `timeout`, or none if there is an error already. Finds out why
/// a connection failed.
pub(crate) async fn post(
    sender: Sender<'_>,
    request: Result<&Outbound, SendError>,
    timeout: Delay,
    rules: &Rules,
) -> Posted {
    let began = clock::now();
    let Sent { outcome, error } = match request {
        Ok(request) if request.listener => return sender.post_to_listener(request, timeout).await,
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

impl Sender<'_> {
    /// Makes a POST to a listener, by its object.
    async fn post_to_listener(self, request: &Outbound, timeout: Delay) -> Posted {
        let began = clock::now();
        let order = ListenerOrder::encode(request, timeout);
        let address = Object::Webhook(self.account, self.webhook).address(self.env);
        let Sent { outcome, error } = match address {
            Ok(address) => io::send_to_listener(self.env, &address, &order, timeout).await,
            Err(error) => Sent { error: Some(error.to_string()), ..SendError::Connection.into() },
        };
        let took = clock::now().since(began);
        let (outcome, diagnosis) = match error.as_deref().map(NoAnswer::named) {
            None => (outcome, None),
            Some(NoAnswer::Timeout) => (Outcome::Failed(SendError::Timeout), None),
            Some(NoAnswer::Fault(fault)) => (outcome, Some(fault)),
        };
        Posted { outcome, diagnosis, took }
    }
}

/// Makes an attempt and returns its report.
pub(crate) async fn make_attempt(
    sender: Sender<'_>,
    attempt: &SendJob,
    rules: &Rules,
) -> AttemptReport {
    let request = attempt.request.as_ref().map_err(|error| *error);
    let Posted { outcome, diagnosis, took } =
        post(sender, request, attempt.timeout(rules.timeout), rules).await;
    attempt.report(outcome, diagnosis, took)
}
