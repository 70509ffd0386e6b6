//! Fan-out: one event to every matching webhook's object.
//!
//! The roster says whom to ask. Webhooks that share a target form a group; the first of it that
//! does not refuse sends for all. An answer of 202 means that every group was asked and answered.

use futures_util::{StreamExt, stream};
use worker::Env;

use super::fault::Fault;
use super::log::{self, Level};
use super::objects::Object;
use crate::domain::command::{Accept, Route};
use crate::domain::id::{AccountId, WebhookId};
use crate::domain::queue::{Acceptance, NewEvent};

/// Most objects asked at a time by one publish. The platform holds back what exceeds its
/// connections; this bounds what waits in memory.
pub(crate) const CALLS_AT_ONCE: usize = 20;

/// What became of a publish.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// How many webhooks have stored the event, now or before.
    pub(crate) stored: usize,
    /// Whether every webhook that should have stored it has answered.
    pub(crate) is_complete: bool,
}

/// Hands an event to all webhooks of an account that take it.
pub(crate) async fn publish(env: &Env, account: &AccountId, new: NewEvent) -> Published {
    let route = Route { event_type: new.event.event_type.clone() };
    let groups = match Object::Account(account).call(env, &route).await {
        Ok(groups) => groups,
        Err(fault) => {
            let (id, fault) = (new.id.as_str(), fault.to_string());
            log::line(Level::Error, "route_failed", &[("event_id", id), ("fault", &fault)]);
            return Published::default();
        }
    };
    let accept = Accept { events: vec![new] };
    let answers: Vec<Option<bool>> = stream::iter(&groups)
        .map(|group| offer(env, account, group, &accept))
        .buffer_unordered(CALLS_AT_ONCE)
        .collect()
        .await;
    Published {
        stored: answers.iter().filter(|answer| **answer == Some(true)).count(),
        is_complete: answers.iter().all(Option::is_some),
    }
}

/// Offers an event to the webhooks of one target, in order, until one has it. `Some(false)`: all
/// refused, each by its own rules; `None`: one did not answer, so another must not send in its
/// place.
async fn offer(
    env: &Env,
    account: &AccountId,
    group: &[WebhookId],
    accept: &Accept,
) -> Option<bool> {
    for id in group {
        match ask(env, account, id, accept).await {
            Ok(Acceptance::Stored | Acceptance::Duplicate) => return Some(true),
            Ok(Acceptance::Refused(_)) => {}
            Err(fault) => {
                let (id, fault) = (id.as_str(), fault.to_string());
                log::line(Level::Error, "accept_failed", &[("webhook_id", id), ("fault", &fault)]);
                return None;
            }
        }
    }
    Some(false)
}

async fn ask(
    env: &Env,
    account: &AccountId,
    id: &WebhookId,
    accept: &Accept,
) -> Result<Acceptance, Fault> {
    let answers = Object::Webhook(account, id).call(env, accept).await?;
    let answer = answers.first().copied();
    answer.ok_or_else(|| Fault::Object("no answer to the event".to_owned()))
}
