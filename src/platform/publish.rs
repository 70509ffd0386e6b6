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
    /// How many hold it, since the dispatcher switched them off.
    pub(crate) held: usize,
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
    let answers: Vec<Option<Offered>> = stream::iter(&groups)
        .map(|group| offer(env, account, group, &accept))
        .buffer_unordered(CALLS_AT_ONCE)
        .collect()
        .await;
    Published {
        stored: count(&answers, Offered::Stored),
        held: count(&answers, Offered::Held),
        is_complete: answers.iter().all(Option::is_some),
    }
}

/// What the webhooks of one target made of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offered {
    /// One has it.
    Stored,
    /// None sends, one holds it.
    Held,
    /// All refused, each by its own rules.
    Refused,
}

fn count(answers: &[Option<Offered>], offered: Offered) -> usize {
    answers.iter().filter(|answer| **answer == Some(offered)).count()
}

/// Offers an event to the webhooks of one target, in order, until one has it. `None`: one did not
/// answer, so another must not send in its place.
async fn offer(
    env: &Env,
    account: &AccountId,
    group: &[WebhookId],
    accept: &Accept,
) -> Option<Offered> {
    for id in group {
        match ask(env, account, id, accept).await {
            Ok(Acceptance::Stored | Acceptance::Duplicate) => return Some(Offered::Stored),
            Ok(Acceptance::Held) => return Some(Offered::Held),
            Ok(Acceptance::Refused(_)) => {}
            Err(fault) => {
                let (id, fault) = (id.as_str(), fault.to_string());
                log::line(Level::Error, "accept_failed", &[("webhook_id", id), ("fault", &fault)]);
                return None;
            }
        }
    }
    Some(Offered::Refused)
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
