//! Leased attempts on their way to the courier that makes them.

use serde::{Deserialize, Serialize};

use super::call::CallError;
use crate::base::{AccountId, EventId, LeaseToken, Seq, Timestamp, WebhookId};
use crate::delivery::{Cause, Envelope, SendError};
use crate::dispatch::{NewEvent, SendJob};
use crate::event::{EventType, Payload};

/// A leased attempt. It contains the receiver's credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeasedAttempt {
    seq: Seq,
    token: LeaseToken,
    event_id: EventId,
    event_type: EventType,
    number: u32,
    cause: Cause,
    at: Timestamp,
    request: Result<Envelope, SendError>,
    /// The event, byte for byte; empty without a request.
    body: String,
}

impl TryFrom<SendJob> for LeasedAttempt {
    type Error = CallError;

    /// Fails if the event is not UTF-8, which no accepted event is.
    fn try_from(job: SendJob) -> Result<Self, CallError> {
        let SendJob { seq, token, event_id, event_type, number, cause, at, request } = job;
        let (request, body) = match request {
            Ok(outbound) => {
                let (envelope, payload) = outbound.into_parts();
                let body = String::from_utf8(payload.into_bytes());
                (Ok(envelope), body.map_err(|error| CallError::Malformed(error.to_string()))?)
            }
            Err(error) => (Err(error), String::new()),
        };
        Ok(Self { seq, token, event_id, event_type, number, cause, at, request, body })
    }
}

impl From<LeasedAttempt> for SendJob {
    fn from(attempt: LeasedAttempt) -> Self {
        let LeasedAttempt { seq, token, event_id, event_type, number, cause, at, request, body } =
            attempt;
        let payload = Payload::from_stored(body.into_bytes());
        let request = request.map(|envelope| envelope.with_body(payload));
        Self { seq, token, event_id, event_type, number, cause, at, request }
    }
}

/// Leased attempts for an answer.
pub(crate) fn leased(jobs: Vec<SendJob>) -> Result<Vec<LeasedAttempt>, CallError> {
    jobs.into_iter().map(LeasedAttempt::try_from).collect()
}

/// The first attempt of an event that the caller offered. The payload is missing, since the caller
/// has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedAttempt {
    /// The index of its event in the call.
    pub index: usize,
    seq: Seq,
    token: LeaseToken,
    at: Timestamp,
    request: Result<Envelope, SendError>,
}

impl GrantedAttempt {
    pub(crate) fn new(index: usize, job: SendJob) -> Self {
        let SendJob { seq, token, at, request, .. } = job;
        let request = request.map(|outbound| outbound.into_parts().0);
        Self { index, seq, token, at, request }
    }

    /// The attempt, with the payload of its event.
    pub fn into_job(self, event: &NewEvent) -> SendJob {
        let Self { seq, token, at, request, .. } = self;
        SendJob {
            seq,
            token,
            event_id: event.id.clone(),
            event_type: event.event.event_type.clone(),
            number: 1,
            cause: Cause::Schedule,
            at,
            request: request.map(|envelope| envelope.with_body(event.event.payload.clone())),
        }
    }
}

/// Attempts of one account for a new courier, each with its webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeAttempts {
    /// The account of the webhooks.
    pub account: AccountId,
    /// The attempts, at most [`COURIER_ATTEMPTS_MAX`](crate::base::COURIER_ATTEMPTS_MAX).
    pub attempts: Vec<(WebhookId, LeasedAttempt)>,
}

impl MakeAttempts {
    /// Collects attempts for a courier. Fails if an event is not UTF-8, which no accepted event is.
    pub fn new(
        account: AccountId,
        jobs: impl IntoIterator<Item = (WebhookId, SendJob)>,
    ) -> Result<Self, CallError> {
        let attempt = |(webhook, job): (_, SendJob)| Ok((webhook, job.try_into()?));
        let attempts = jobs.into_iter().map(attempt).collect::<Result<_, CallError>>()?;
        Ok(Self { account, attempts })
    }

    /// Encodes the attempts as JSON.
    pub fn encode(&self) -> Result<String, CallError> {
        Ok(serde_json::to_string(self)?)
    }

    /// Decodes attempts. Fails if the text comes from an incompatible release.
    pub fn decode(text: &str) -> Result<Self, CallError> {
        Ok(serde_json::from_str(text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Delay;
    use crate::event::{Event, EventTypes};

    fn job(request: Result<Envelope, SendError>, body: &str) -> SendJob {
        let payload = Payload::from_stored(body.as_bytes().to_vec());
        SendJob {
            seq: Seq::new(7),
            token: LeaseToken::new(3),
            event_id: EventId::new(Timestamp::from_ms(1_700_000_000_000), [5; 10]),
            event_type: EventTypes::documented().get("QUIZ_COMPLETION").unwrap().clone(),
            number: 4,
            cause: Cause::Recover,
            at: Timestamp::from_ms(1_700_000_000_123),
            request: request.map(|envelope| envelope.with_body(payload)),
        }
    }

    fn envelope() -> Envelope {
        let json = r#"{"url":"https://a.example/","headers":[["A","b\n"]],"secrets":["s3cret"]}"#;
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_timeout_of_a_webhook_reaches_its_courier() {
        for timeout in [None, Some(Delay::from_secs(3))] {
            let mut sent = job(Ok(envelope()), "{}");
            sent.request.as_mut().unwrap().timeout = timeout;
            let leased = LeasedAttempt::try_from(sent.clone()).unwrap();
            let text = serde_json::to_string(&leased).unwrap();
            assert_eq!(text.contains("timeout_ms"), timeout.is_some(), "{text}");
            let back: LeasedAttempt = serde_json::from_str(&text).unwrap();
            assert_eq!(SendJob::from(back), sent);
        }
    }

    #[test]
    fn an_attempt_reaches_its_courier_byte_for_byte() {
        for body in ["{}", "{\n\"a\" : \"\u{e9}\\u0000\"}\n", "\u{1f680}"] {
            let sent = job(Ok(envelope()), body);
            let webhook: WebhookId = "w1".parse().unwrap();
            let order = [(webhook.clone(), sent.clone())];
            let text = MakeAttempts::new(AccountId::default_account(), order).unwrap().encode();
            let back = MakeAttempts::decode(&text.unwrap()).unwrap();
            let back = back.attempts.into_iter().map(|(webhook, leased)| (webhook, leased.into()));
            assert_eq!(back.collect::<Vec<(WebhookId, SendJob)>>(), [(webhook, sent)]);
        }
        let refused = job(Err(SendError::TargetRefused), "{}");
        let leased = LeasedAttempt::try_from(refused.clone()).unwrap();
        assert_eq!(SendJob::from(leased), refused);
    }

    #[test]
    fn a_granted_attempt_takes_the_payload_of_its_event() {
        let sent =
            SendJob { number: 1, cause: Cause::Schedule, ..job(Ok(envelope()), "{\"a\":1}") };
        let payload = Payload::from_stored(b"{\"a\":1}".to_vec());
        let event = Event { event_type: sent.event_type.clone(), payload, trace: None };
        let new = NewEvent { id: sent.event_id.clone(), event, hold: false };
        let granted = serde_json::to_string(&GrantedAttempt::new(2, sent.clone())).unwrap();
        let granted: GrantedAttempt = serde_json::from_str(&granted).unwrap();
        assert_eq!((granted.index, granted.into_job(&new)), (2, sent));
    }

    #[test]
    fn secrets_of_an_attempt_are_not_shown() {
        let sent = job(Ok(envelope()), "{}");
        let shown = format!("{sent:?} {:?}", LeasedAttempt::try_from(sent.clone()).unwrap());
        assert!(!shown.contains("s3cret") && !shown.contains("a.example"), "{shown}");
    }
}
