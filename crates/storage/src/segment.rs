//! The text of a segment: how deliveries are written to a row of the table `segment` and read from
//! it.
//!
//! `head` has a line for each delivery that was added, and `outcomes` a line for each change since.
//! A line is JSON. `traces` has a line for each delivery whose event came with a trace: its `seq`
//! and the trace. `body` is the concatenation of the payloads of all deliveries that were neither
//! moved nor discarded.
//!
//! A delivery only goes forward: leased, delivered, discarded, moved. So the order of its outcomes
//! does not matter.

use std::collections::BTreeMap;

use domain::base::{Epoch, EventId, LeaseToken, Seq, Timestamp, Version};
use domain::delivery::{Attempt, Delivery, Lease, LeaseOrigin, State};
use domain::dispatch::StoreError;
use domain::event::{EventType, TraceContext};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::database::Row;
use crate::rows;

/// A line of `head`: `seq`, event id, event type, time of acceptance, and bytes of the event.
type HeadLine = (Seq, EventId, EventType, Timestamp, u64);

/// A line of `traces`: a `seq`, and the trace in which the event was published.
type TraceLine = (Seq, TraceContext);

/// A line of `outcomes`, about the delivery with this `seq`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Outcome<'a> {
    /// It was leased for its first attempt: the end of the lease, and the record's version.
    #[serde(rename = "l")]
    Leased(Seq, Timestamp, Version),
    /// The first attempt succeeded: the time at which it was settled, and the attempt.
    #[serde(rename = "d")]
    Delivered(Seq, Timestamp, #[serde(borrow)] &'a RawValue),
    /// Its payload was discarded.
    #[serde(rename = "x")]
    Discarded(Seq),
    /// It was moved to the table `delivery`.
    #[serde(rename = "m")]
    Moved(Seq),
}

/// The deliveries in a row.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) first_seq: Seq,
    /// The time at which its first delivery was accepted.
    pub(crate) accepted_at: Timestamp,
    /// The first `seq` after this segment.
    pub(crate) end: Seq,
    pub(crate) entries: Vec<Entry>,
}

/// A delivery in a segment.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The delivery. Its `bytes` are the length of its payload in `body`.
    pub(crate) delivery: Delivery,
    /// Its attempts, as the column `history` of the table `delivery` has them.
    pub(crate) history: String,
}

/// Which deliveries are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    All,
    /// Only those that were leased.
    Attempted,
}

/// What the outcomes say about a delivery.
#[derive(Debug, Default)]
struct Progress<'a> {
    lease: Option<Lease>,
    delivered: Option<(Timestamp, &'a RawValue)>,
    is_discarded: bool,
    is_moved: bool,
}

impl Outcome<'_> {
    const fn seq(&self) -> Seq {
        let (Self::Leased(seq, ..)
        | Self::Delivered(seq, ..)
        | Self::Discarded(seq)
        | Self::Moved(seq)) = *self;
        seq
    }
}

impl<'a> Progress<'a> {
    const fn add(&mut self, outcome: Outcome<'a>) {
        match outcome {
            Outcome::Leased(_, until, version) => {
                self.lease = Some(Lease { until, version, origin: LeaseOrigin::Schedule });
            }
            Outcome::Delivered(_, at, attempt) => self.delivered = Some((at, attempt)),
            Outcome::Discarded(_) => self.is_discarded = true,
            Outcome::Moved(_) => self.is_moved = true,
        }
    }
}

/// The columns that [`decode`] reads.
macro_rules! select_segments {
    ($rest:literal) => {
        select_segments!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT first_seq, accepted_at, epoch, outcomes, head, traces",
            $more,
            " FROM segment ",
            $rest
        )
    };
}

pub(crate) use select_segments;

/// Reads the deliveries in the first `count` rows. The rows must follow each other.
pub(crate) fn decode(
    rows: &[Row],
    count: usize,
    wanted: Wanted,
) -> Result<Vec<Segment>, StoreError> {
    let first_seq = |index: usize| -> Result<Option<Seq>, StoreError> {
        rows.get(index).map(|row| row.integer(0).map(Seq::new)).transpose()
    };
    let Some(first) = first_seq(0)? else { return Ok(Vec::new()) };
    let end = first_seq(count)?.unwrap_or(Seq::new(u64::MAX));
    let mut progress: BTreeMap<Seq, Progress<'_>> = BTreeMap::new();
    for row in rows {
        for line in row.text(3)?.lines() {
            let outcome: Outcome<'_> = parse(line)?;
            if (first..end).contains(&outcome.seq()) {
                progress.entry(outcome.seq()).or_default().add(outcome);
            }
        }
    }
    let mut segments = Vec::with_capacity(count);
    for (index, row) in rows.iter().enumerate().take(count) {
        let (epoch, head) = (Epoch::new(row.integer(2)?), row.text(4)?);
        let start = Seq::new(row.integer(0)?);
        let end = match first_seq(index.saturating_add(1))? {
            Some(next) => next,
            None => last_of(head)?.0.next(),
        };
        let is_read = wanted == Wanted::All || progress.range(start..end).next().is_some();
        let traces = row.text(5)?.lines().filter(|_| is_read).map(parse_trace);
        let traces: Vec<TraceLine> = traces.collect::<Option<_>>().ok_or_else(unreadable)?;
        let mut entries = Vec::new();
        for line in head.lines().filter(|_| is_read) {
            let line: HeadLine = parse(line)?;
            match progress.remove(&line.0) {
                Some(progress) if progress.is_moved => {}
                None if wanted == Wanted::Attempted => {}
                progress => {
                    let trace = traces.binary_search_by_key(&line.0, |(seq, _)| *seq).ok();
                    let trace = trace.and_then(|index| traces.get(index));
                    let trace = trace.map(|(_, trace)| trace.clone());
                    entries.push(entry(line, trace, epoch, &progress.unwrap_or_default()));
                }
            }
        }
        let accepted_at = Timestamp::from_ms(row.integer(1)?);
        segments.push(Segment { first_seq: start, accepted_at, end, entries });
    }
    Ok(segments)
}

fn entry(
    line: HeadLine,
    trace: Option<TraceContext>,
    epoch: Epoch,
    progress: &Progress<'_>,
) -> Entry {
    let (seq, event_id, event_type, accepted_at, bytes) = line;
    let (state, history) = match (progress.delivered, progress.lease) {
        (Some((at, attempt)), _) => (State::Delivered { at }, format!("{attempt}\n")),
        (None, Some(lease)) => (State::Leased(lease), String::new()),
        (None, None) => (State::Scheduled { due: accepted_at }, String::new()),
    };
    let attempts = u32::from(!matches!(state, State::Scheduled { .. }));
    let delivery = Delivery {
        seq,
        event_id,
        event_type,
        trace,
        bytes: if progress.is_discarded { 0 } else { bytes },
        accepted_at,
        epoch,
        attempts,
        token: LeaseToken::new(attempts),
        resends: 0,
        state,
    };
    Entry { delivery, history }
}

/// Returns the last delivery of a head: its `seq`, and the time at which it was accepted.
pub(crate) fn last_of(head: &str) -> Result<(Seq, Timestamp), StoreError> {
    let line = head.lines().next_back().unwrap_or_default();
    let (seq, _, _, accepted_at, _): HeadLine = parse(line)?;
    Ok((seq, accepted_at))
}

/// Reads a line. The error does not quote it, since it may contain what a receiver answered.
fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, StoreError> {
    serde_json::from_str(line).map_err(|_| unreadable())
}

fn unreadable() -> StoreError {
    StoreError("a segment is unreadable".to_owned())
}

fn parse_trace(line: &str) -> Option<TraceLine> {
    let (seq, trace) = line.split_once(' ')?;
    Some((Seq::new(seq.parse().ok()?), trace.to_owned().try_into().ok()?))
}

/// Returns the line of `head` for a new delivery.
pub(crate) fn head_line(delivery: &Delivery) -> Result<String, StoreError> {
    let Delivery { seq, event_id, event_type, accepted_at, bytes, .. } = delivery;
    rows::line(&(seq, event_id.as_str(), event_type.as_str(), accepted_at, bytes))
}

/// Returns the line of `traces` for a new delivery; empty if its event came without a trace.
pub(crate) fn trace_line(delivery: &Delivery) -> String {
    let line = |trace: &TraceContext| format!("{} {}\n", delivery.seq.get(), trace.as_str());
    delivery.trace.as_ref().map(line).unwrap_or_default()
}

/// Returns the line of `outcomes` for a delivery that succeeded at `at`.
pub(crate) fn delivered_line(
    seq: Seq,
    at: Timestamp,
    attempt: &Attempt,
) -> Result<String, StoreError> {
    let attempt = serde_json::value::to_raw_value(attempt);
    let attempt = attempt.map_err(|error| StoreError(error.to_string()))?;
    rows::line(&Outcome::Delivered(seq, at, &attempt))
}

/// Returns the line of `outcomes` for a delivery that was leased for its first attempt.
pub(crate) fn leased_line(seq: Seq, lease: &Lease) -> Result<String, StoreError> {
    rows::line(&Outcome::Leased(seq, lease.until, lease.version))
}

/// Returns the lease of a delivery that is in its first attempt, if a segment can express its
/// state.
pub(crate) fn first_lease(delivery: &Delivery) -> Option<Lease> {
    let is_first = delivery.attempts == 1 && delivery.token.get() == 1 && delivery.resends == 0;
    let lease = delivery.open_lease().filter(|lease| lease.origin == LeaseOrigin::Schedule);
    lease.filter(|_| is_first)
}

/// Returns the time at which a delivery succeeded at its first attempt, if a segment can express
/// its state.
pub(crate) fn first_success(delivery: &Delivery) -> Option<Timestamp> {
    let State::Delivered { at } = delivery.state else { return None };
    let is_first = delivery.attempts == 1 && delivery.token.get() == 1 && delivery.resends == 0;
    is_first.then_some(at)
}

/// Whether a delivery is unchanged since its acceptance and waits.
pub(crate) fn is_waiting(delivery: &Delivery) -> bool {
    delivery.state == State::Scheduled { due: delivery.accepted_at }
        && delivery.attempts == 0
        && delivery.token.get() == 0
        && delivery.resends == 0
}
