//! The text of a segment: how deliveries are written to a row of the table `segment` and read from
//! it.
//!
//! `head` has a line for each delivery that was added, and `outcomes` a line for each change since.
//! A line is JSON. `body` is the concatenation of the payloads of all deliveries that were neither
//! moved nor discarded.
//!
//! A delivery only goes forward: leased, delivered, discarded, moved. So the order of its outcomes
//! does not matter.

use core::ops::Range;
use std::collections::BTreeMap;

use domain::base::{Epoch, EventId, LeaseToken, Seq, Timestamp, Version};
use domain::delivery::{Attempt, Delivery, Lease, LeaseOrigin, State};
use domain::dispatch::StoreError;
use domain::event::EventType;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::database::Row;
use crate::rows;

/// A line of `head`: `seq`, event id, event type, time of acceptance, and bytes of the event.
type HeadLine = (Seq, EventId, EventType, Timestamp, u64);

/// A line of `outcomes`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Outcome<'a> {
    /// These deliveries were leased for their first attempt: the end of the lease, and the record's
    /// version.
    #[serde(rename = "l")]
    Leased(Timestamp, Version, Vec<Seq>),
    /// The first attempt succeeded: the time at which it was settled, and the attempt.
    #[serde(rename = "d")]
    Delivered(Seq, Timestamp, #[serde(borrow)] &'a RawValue),
    /// The payload was discarded.
    #[serde(rename = "x")]
    Discarded(Seq),
    /// The delivery was moved to the table `delivery`.
    #[serde(rename = "m")]
    Moved(Seq),
}

/// A row of the table, without its payloads.
#[derive(Debug)]
pub(crate) struct SegmentRow {
    first_seq: Seq,
    accepted_at: Timestamp,
    epoch: Epoch,
    outcomes: String,
    head: String,
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

/// The progress of the deliveries in a range.
#[derive(Debug)]
struct Outcomes<'a> {
    range: Range<Seq>,
    progress: BTreeMap<Seq, Progress<'a>>,
}

impl SegmentRow {
    /// Reads the columns `first_seq`, `accepted_at`, `epoch`, `outcomes` and `head`.
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            first_seq: Seq::new(row.integer(0)?),
            accepted_at: Timestamp::from_ms(row.integer(1)?),
            epoch: Epoch::new(row.integer(2)?),
            outcomes: row.text(3)?.to_owned(),
            head: row.text(4)?.to_owned(),
        })
    }
}

impl<'a> Outcomes<'a> {
    fn add(&mut self, outcome: Outcome<'a>) {
        match outcome {
            Outcome::Leased(until, version, seqs) => {
                let lease = Lease { until, version, origin: LeaseOrigin::Schedule };
                for seq in seqs {
                    self.change(seq, |progress| progress.lease = Some(lease));
                }
            }
            Outcome::Delivered(seq, at, attempt) => {
                self.change(seq, |progress| progress.delivered = Some((at, attempt)));
            }
            Outcome::Discarded(seq) => self.change(seq, |progress| progress.is_discarded = true),
            Outcome::Moved(seq) => self.change(seq, |progress| progress.is_moved = true),
        }
    }

    fn change(&mut self, seq: Seq, change: impl FnOnce(&mut Progress<'a>)) {
        if self.range.contains(&seq) {
            change(self.progress.entry(seq).or_default());
        }
    }
}

/// Reads the deliveries in the first `count` rows. The rows must follow each other.
pub(crate) fn decode(
    rows: &[SegmentRow],
    count: usize,
    wanted: Wanted,
) -> Result<Vec<Segment>, StoreError> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let end = rows.get(count).map_or(Seq::new(u64::MAX), |row| row.first_seq);
    let mut outcomes = Outcomes { range: first.first_seq..end, progress: BTreeMap::new() };
    for line in rows.iter().flat_map(|row| row.outcomes.lines()) {
        outcomes.add(parse(line)?);
    }
    let mut segments = Vec::with_capacity(count);
    for (index, row) in rows.iter().enumerate().take(count) {
        let end = match rows.get(index.saturating_add(1)) {
            Some(next) => next.first_seq,
            None => last_of(&row.head)?.0.next(),
        };
        let is_read =
            wanted == Wanted::All || outcomes.progress.range(row.first_seq..end).next().is_some();
        let mut entries = Vec::new();
        for line in row.head.lines().filter(|_| is_read) {
            let line: HeadLine = parse(line)?;
            match outcomes.progress.remove(&line.0) {
                Some(progress) if progress.is_moved => {}
                None if wanted == Wanted::Attempted => {}
                progress => entries.push(entry(line, row.epoch, &progress.unwrap_or_default())),
            }
        }
        let (first_seq, accepted_at) = (row.first_seq, row.accepted_at);
        segments.push(Segment { first_seq, accepted_at, end, entries });
    }
    Ok(segments)
}

fn entry(line: HeadLine, epoch: Epoch, progress: &Progress<'_>) -> Entry {
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
    serde_json::from_str(line).map_err(|_| StoreError("a segment is unreadable".to_owned()))
}

/// Returns the line of `head` for a new delivery.
pub(crate) fn head_line(delivery: &Delivery) -> Result<String, StoreError> {
    let Delivery { seq, event_id, event_type, accepted_at, bytes, .. } = delivery;
    rows::line(&(seq, event_id.as_str(), event_type.as_str(), accepted_at, bytes))
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

/// Returns the outcome of deliveries that were leased together.
pub(crate) fn leased(lease: &Lease, seqs: Vec<Seq>) -> Outcome<'static> {
    Outcome::Leased(lease.until, lease.version, seqs)
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
