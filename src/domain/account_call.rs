//! The typed calls that an Account object answers, as both ends see them.

use serde::{Deserialize, Serialize};

use super::admission::Admission;
use super::call::{Call, CallError};
use super::command::{Holds, Members, Report, calls, json_call};
use super::fanout::{Plan, PlannedEvent, Published};
use super::idempotency::{Fingerprint, IdempotencyKey, Keyed};

calls! {
    /// What an Account object answers.
    AccountCall {
        /// A Webhook object's report.
        Report,
        /// Does the account have this webhook?
        Holds,
        /// Which webhooks does the account have?
        Members,
        /// Who gets these events?
        Admit,
        /// What a publish with a key came to.
        Finish,
        /// A publish without a key that could not be carried out.
        Remember,
    }
}

/// Asks who gets some events. With a key, the plan is remembered under it before it is answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Admit {
    /// The events, with the ids they have if they are no repeat.
    pub events: Vec<PlannedEvent>,
    /// The key, if there is one.
    pub keyed: Option<Keyed>,
}

json_call!(Admit, "admit", Admission);

/// Reports what a publish with a key came to; answers what the publisher is to be told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finish {
    /// The key.
    pub key: IdempotencyKey,
    /// What came of each event.
    pub told: Vec<Published>,
}

json_call!(Finish, "finish", Vec<Published>);

/// Has publishes without a key remembered, so that each can be completed with its event's id as the
/// key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remember {
    /// The publishes, each of one event.
    pub publishes: Vec<(Fingerprint, Plan)>,
}

json_call!(Remember, "remember", ());
