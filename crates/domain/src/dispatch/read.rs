//! What the owner reads of a webhook: history, deliveries, recovery and statistics.
//!
//! Rates and durations are computed on request from the attempts of the latest deliveries, so a
//! healthy delivery writes nothing for them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::send::owner;
use super::store::{Store, StoreError};
use super::transaction::Transaction;
use crate::base::{Epoch, EventId, LISTED_AT_ONCE_MAX, Seq, Timestamp};
use crate::delivery::{
    Attempt, AttemptResult, Counts, Delivery, DeliveryView, Fault, HistoryPage, HistoryQuery,
    LeaseOrigin, Outbound, Post, PostError, RecoveryView, SeriesPart, SeriesQuery, WaitsFor,
};
use crate::webhook::{Record, Stage, WebhookState};

/// The header whose value depends on the body.
const SIGNATURE: &str = "webhook-signature";

/// The number of latest deliveries that the statistics cover: those over which a receiver is
/// judged.
const LATEST: usize = 1_000;

/// The statistics of a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// The state; `None` from an object of an earlier release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<WebhookState>,
    /// The number of deliveries in each status.
    #[serde(flatten)]
    pub counts: Counts,
    /// The number of held events that were dropped because of `HOLD_EVENTS`.
    pub dropped: u64,
    /// The number of events that were refused because the backlog (`MAX_BACKLOG`,
    /// `MAX_BACKLOG_BYTES`) or the object was full.
    pub refused: u64,
    /// The number of events that the webhook's filter left out, at least: counts that have not been
    /// stored are lost when an object or an isolate of the Worker ends.
    #[serde(default)]
    pub filtered: u64,
    /// How many events the webhook has accepted. Like the next two it only grows, until nothing is
    /// stored any more: then it begins at 0 again.
    #[serde(default)]
    pub accepted_total: u64,
    /// How many of them have arrived.
    #[serde(default)]
    pub delivered_total: u64,
    /// How many attempts have failed and counted against the webhook, by the class of the failure.
    #[serde(default)]
    pub failed_tries_total: BTreeMap<Fault, u64>,
    /// The number of attempts that may be in flight at a time now: `max_in_flight`, 1 for an
    /// ordered webhook, fewer after signs of overload.
    pub window: usize,
    /// The retry schedule and the timeout in words; empty if an object of an earlier release omits
    /// it.
    #[serde(default)]
    pub schedule: String,
    /// The end of the latest successful attempt (RFC 3339).
    pub last_success_at: Option<String>,
    /// The end of the latest failed or lost attempt (RFC 3339).
    pub last_failure_at: Option<String>,
    /// The time of the next attempt (RFC 3339), if one is to come and its time is known. It is
    /// later than the time of the answer.
    pub next_try_at: Option<String>,
    /// What the next attempt waits for, if its time is not known. An object of the previous release
    /// does not say.
    #[serde(default)]
    pub waits_for: Option<WaitsFor>,
    /// The time (RFC 3339) from which on bodies are kept for the whole retention. `None` if none
    /// that could still be there was dropped for lack of room.
    pub bodies_since: Option<String>,
    /// The time (RFC 3339) from which on the history is whole. `None` if nothing that could still
    /// be there was dropped for lack of room.
    pub history_since: Option<String>,
    /// The number of attempts that the following statistics cover. The durations exclude lost
    /// attempts.
    pub tries: usize,
    /// The share of successful attempts, from 0 to 1.
    pub success_rate: Option<f64>,
    /// The median duration, in milliseconds.
    pub duration_ms_p50: Option<u64>,
    /// The 99th percentile of the durations, in milliseconds.
    pub duration_ms_p99: Option<u64>,
}

/// The POST of an attempt, without the webhook's secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRequest {
    /// The time of the attempt (RFC 3339).
    pub at: String,
    /// The target in normalised form.
    pub url: String,
    /// The headers that the dispatcher sets, in order.
    pub headers: Vec<(String, String)>,
    /// The event, byte for byte; `None` if it was discarded.
    pub body: Option<String>,
}

impl SentRequest {
    fn new(request: &Outbound, is_discarded: bool, at: Timestamp) -> Self {
        let mut headers = request.masked_headers();
        // The signature is that of the body.
        headers.retain(|(name, _)| !is_discarded || name != SIGNATURE);
        let body = String::from_utf8_lossy(request.body.as_bytes()).into_owned();
        let body = Some(body).filter(|_| !is_discarded);
        Self { at: at.rfc3339(), url: request.url.clone(), headers, body }
    }
}

/// What was sent to the receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sent {
    /// The POST of the latest attempt. It is built anew, with the webhook's present configuration.
    Now(Box<SentRequest>),
    /// No attempt has ended.
    NotYet,
    /// The webhook's target is forbidden now, or its secrets do not open.
    Unknown,
    /// The webhook or the delivery does not exist.
    Gone,
}

impl<S: Store> Transaction<'_, S> {
    /// Returns a page of the history; `None` if the webhook does not exist.
    pub fn history(&self, query: &HistoryQuery) -> Result<Option<HistoryPage>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(None) };
        let Stage::Live(webhook) = &record.stage else { return Ok(None) };
        let found = self.store.list(query, webhook.epoch, LISTED_AT_ONCE_MAX)?;
        let gate = self.gate(&record, webhook)?;
        Ok(Some(HistoryPage::new(query, found, webhook.epoch, &gate)))
    }

    /// Returns a delivery with its attempts; `None` if it does not exist.
    pub fn delivery(&self, event_id: &EventId) -> Result<Option<DeliveryView>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(None) };
        let Stage::Live(webhook) = &record.stage else { return Ok(None) };
        let Some(delivery) = self.store.find(event_id)? else { return Ok(None) };
        let attempts = self.store.attempts(delivery.seq)?;
        let view = self.delivery_view(&record, webhook, &delivery)?;
        Ok(Some(view.with_attempts(attempts, &record.id)))
    }

    /// Returns the POST of a delivery's latest attempt.
    pub fn sent_request(&mut self, event_id: &EventId) -> Result<Sent, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(Sent::Gone) };
        let Stage::Live(webhook) = &record.stage else { return Ok(Sent::Gone) };
        let Some(delivery) = self.store.find(event_id)? else { return Ok(Sent::Gone) };
        let latest = self.store.attempts(delivery.seq)?.pop();
        let Some(Attempt { at, .. }) = latest else { return Ok(Sent::NotYet) };
        let payload = self.payload(&delivery)?;
        let post = Post {
            owner: owner(&record),
            configuration: &webhook.configuration,
            event_id: &delivery.event_id,
            trace: delivery.trace.as_ref(),
            at,
        };
        Ok(match Outbound::new(post, payload, self.rules) {
            Ok(request) => {
                Sent::Now(Box::new(SentRequest::new(&request, delivery.is_discarded(), at)))
            }
            Err(PostError::Refused(_) | PostError::Locked(_)) => Sent::Unknown,
        })
    }

    /// Returns the progress of the recovery; `None` if the webhook does not exist.
    pub fn recovery(&self) -> Result<Option<RecoveryView>, StoreError> {
        let Some(Record { stage: Stage::Live(_), .. }) = self.store.record()? else {
            return Ok(None);
        };
        Ok(Some(RecoveryView::new(self.store.recovery()?.as_ref())))
    }

    /// Returns a part of a series: deliveries below a position, or the newest ones. `None` if the
    /// webhook does not exist.
    pub fn series(
        &self,
        query: &SeriesQuery,
        below: Option<Seq>,
    ) -> Result<Option<SeriesPart>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(None) };
        let Stage::Live(webhook) = &record.stage else { return Ok(None) };
        self.store.series(query, below, webhook.epoch).map(Some)
    }

    /// Returns the statistics; `None` if the webhook does not exist.
    pub fn stats(&self) -> Result<Option<Stats>, StoreError> {
        let Some(record) = self.store.record()? else { return Ok(None) };
        let Stage::Live(webhook) = &record.stage else { return Ok(None) };
        let latest = self.store.latest(LATEST)?;
        let attempts: Vec<&Attempt> = latest.iter().flat_map(|(_, attempts)| attempts).collect();
        let next = self.next_attempt(&record, webhook)?;
        let health = self.store.health()?;
        let accepted = self.store.next_seq()?.previous().get();
        let not_arrived = self.count_not_arrived(webhook.epoch)?;
        let kept_since = self.now.minus(self.rules.retention);
        let shown = |since: Option<Timestamp>| since.filter(|&since| since > kept_since);
        Ok(Some(Stats {
            state: Some(self.state(&record, webhook)?),
            counts: self.store.count(webhook.epoch)?,
            accepted_total: accepted,
            delivered_total: accepted
                .saturating_sub(not_arrived)
                .saturating_sub(health.track_record.lost),
            failed_tries_total: health.track_record.failures().clone(),
            dropped: health.dropped,
            refused: health.refused,
            filtered: health.filtered.saturating_add(self.filtered),
            window: self.window(webhook, &health),
            schedule: self.rules.schedule_in_words(&webhook.configuration.delivery_options),
            next_try_at: next.at.map(Timestamp::rfc3339),
            waits_for: next.waits_for,
            bodies_since: shown(health.trimmed.bodies.since).map(Timestamp::rfc3339),
            history_since: shown(health.trimmed.history.since).map(Timestamp::rfc3339),
            ..summary(&attempts)
        }))
    }
}

impl<S: Store> Transaction<'_, S> {
    /// Counts the stored deliveries whose events have not arrived. A delivered event that is being
    /// sent again has.
    pub(crate) fn count_not_arrived(&self, epoch: Epoch) -> Result<u64, StoreError> {
        let Counts { waiting, in_flight, undelivered, held, delivered: _ } =
            self.store.count(epoch)?;
        let is_resent = |delivery: &Delivery| {
            let origin = delivery.open_lease().map(|lease| lease.origin);
            matches!(origin, Some(LeaseOrigin::Delivered(_)))
        };
        let resent = if in_flight == 0 {
            0
        } else {
            self.store.leases()?.iter().filter(|delivery| is_resent(delivery)).count()
        };
        let resent = u64::try_from(resent).unwrap_or(u64::MAX);
        let stored = [waiting, undelivered, held].into_iter().fold(in_flight, u64::saturating_add);
        Ok(stored.saturating_sub(resent))
    }
}

fn summary(attempts: &[&Attempt]) -> Stats {
    let succeeded = |attempt: &&&Attempt| attempt.result.is_success();
    let end = |attempt: &&Attempt| attempt.at.plus(attempt.took);
    let last_success = attempts.iter().filter(succeeded).map(end).max();
    let last_failure = attempts.iter().filter(|attempt| !succeeded(attempt)).map(end).max();
    let mut durations: Vec<u64> = attempts
        .iter()
        .filter(|attempt| attempt.result != AttemptResult::Lost)
        .map(|attempt| attempt.took.as_ms())
        .collect();
    durations.sort_unstable();
    Stats {
        state: None,
        counts: Counts::default(),
        dropped: 0,
        refused: 0,
        filtered: 0,
        accepted_total: 0,
        delivered_total: 0,
        failed_tries_total: BTreeMap::new(),
        window: 0,
        schedule: String::new(),
        last_success_at: last_success.map(Timestamp::rfc3339),
        last_failure_at: last_failure.map(Timestamp::rfc3339),
        next_try_at: None,
        waits_for: None,
        bodies_since: None,
        history_since: None,
        tries: attempts.len(),
        success_rate: share(attempts.iter().filter(succeeded).count(), attempts.len()),
        duration_ms_p50: percentile(&durations, 50),
        duration_ms_p99: percentile(&durations, 99),
    }
}

/// Returns the smallest of the sorted `values` that at least `percent` % of them do not exceed.
fn percentile(values: &[u64], percent: usize) -> Option<u64> {
    let rank = values.len().saturating_mul(percent).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied()
}

/// Returns `part` divided by `whole`, cut off after four decimal places.
fn share(part: usize, whole: usize) -> Option<f64> {
    let of_ten_thousand = part.saturating_mul(10_000).checked_div(whole)?;
    Some(f64::from(u32::try_from(of_ten_thousand).ok()?) / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Delay;
    use crate::delivery::{Cause, JUDGED_DELIVERIES};

    fn attempt(at_ms: u64, took_ms: u64, result: AttemptResult) -> Attempt {
        let (at, took) = (Timestamp::from_ms(at_ms), Delay::from_ms(took_ms));
        Attempt { at, took, cause: Cause::Schedule, result, fault: None }
    }

    #[test]
    fn the_state_is_about_the_same_deliveries() {
        assert_eq!(u64::try_from(LATEST), Ok(JUDGED_DELIVERIES));
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values: Vec<u64> = (1..=200).collect();
        assert_eq!(percentile(&values, 50), Some(100));
        assert_eq!(percentile(&values, 99), Some(198));
        assert_eq!(percentile(&[7], 99), Some(7));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn attempts_are_summed_up() {
        let answered = |status| AttemptResult::Answered(status, String::new());
        let attempts = [
            attempt(1_000, 10, answered(500)),
            attempt(2_000, 20, answered(204)),
            attempt(3_000, 15_000, AttemptResult::Lost),
        ];
        let stats = summary(&attempts.iter().collect::<Vec<_>>());
        assert_eq!(stats.last_success_at.as_deref(), Some("1970-01-01T00:00:02.020+00:00"));
        assert_eq!(stats.last_failure_at.as_deref(), Some("1970-01-01T00:00:18.000+00:00"));
        assert_eq!((stats.tries, stats.success_rate), (3, Some(0.3333)));
        assert_eq!((stats.duration_ms_p50, stats.duration_ms_p99), (Some(10), Some(20)));
        assert_eq!(summary(&[]).success_rate, None);
    }
}
