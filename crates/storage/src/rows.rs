//! Rows of the table `delivery`: how a delivery is written to its columns and read from them.

use domain::base::{Epoch, LeaseToken, Seq, Timestamp, Version};
use domain::delivery::{Attempt, Delivery, Lease, LeaseOrigin, State};
use domain::dispatch::StoreError;
use domain::event::TraceContext;
use serde::Serialize;

use crate::database::{Binding, Row, integer};

/// The values of the column `state`.
pub(crate) const SCHEDULED: i64 = 0;
pub(crate) const LEASED: i64 = 1;
pub(crate) const DELIVERED: i64 = 2;
pub(crate) const HELD: i64 = 3;

/// A `SELECT` of the columns that [`delivery`] reads, in its order. `$more` adds a column, `$rest`
/// is the condition.
macro_rules! select {
    ($rest:literal) => {
        select!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT seq, event_id, event_type, accepted_at, \
             epoch, tries, token, state, at, version, rest, resends, length(payload), trace",
            $more,
            " FROM delivery ",
            $rest
        )
    };
}

pub(crate) use select;

/// Inserts a row, with the bindings of [`bindings`].
pub(crate) const INSERT: &str = "INSERT INTO delivery (seq, event_id, event_type, accepted_at, \
     epoch, tries, tried, token, state, at, version, rest, resends, trace, history, payload) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Updates a row, with the bindings of [`state_columns`], the line to append to the history, and
/// `seq`. Returns a row if there is one.
pub(crate) const UPDATE: &str = "UPDATE delivery SET epoch = ?, tries = ?, tried = ?, token = ?, \
     state = ?, at = ?, version = ?, rest = ?, resends = ?, history = history || ? WHERE seq = ? \
     RETURNING seq";

/// Returns the bindings of all columns of a new row.
pub(crate) fn bindings<'a>(
    delivery: &'a Delivery,
    history: &'a str,
    payload: &'a [u8],
) -> Vec<Binding<'a>> {
    let mut bindings = vec![
        integer(delivery.seq.get()),
        Binding::Text(delivery.event_id.as_str()),
        Binding::Text(delivery.event_type.as_str()),
        integer(delivery.accepted_at.as_ms()),
    ];
    let trace = delivery.trace.as_ref().map_or("", TraceContext::as_str);
    bindings.extend(state_columns(delivery));
    bindings.extend([Binding::Text(trace), Binding::Text(history), Binding::Bytes(payload)]);
    bindings
}

/// Returns the bindings of the columns that change over a delivery's life.
///
/// The column `rest` is the origin of a lease: -1 the schedule, -2 a resend, -3 a resend of
/// a held delivery, -4 a recovery, and otherwise the time in milliseconds at which the delivery had
/// succeeded before.
pub(crate) fn state_columns(delivery: &Delivery) -> [Binding<'static>; 9] {
    let (state, at, version, origin) = match delivery.state {
        State::Scheduled { due } => (SCHEDULED, due, Version::new(0), -1),
        State::Delivered { at } => (DELIVERED, at, Version::new(0), -1),
        State::Held => (HELD, delivery.accepted_at, Version::new(0), -1),
        State::Leased(Lease { until, version, origin }) => {
            let origin = match origin {
                LeaseOrigin::Schedule => -1,
                LeaseOrigin::Resend => -2,
                LeaseOrigin::Held => -3,
                LeaseOrigin::Recover => -4,
                LeaseOrigin::Delivered(at) => i64::try_from(at.as_ms()).unwrap_or(i64::MAX),
            };
            (LEASED, until, version, origin)
        }
    };
    [
        integer(delivery.epoch.get()),
        integer(delivery.attempts),
        integer(u8::from(delivery.attempts > 0)),
        integer(delivery.token.get()),
        integer(state),
        integer(at.as_ms()),
        integer(version.get()),
        integer(origin),
        integer(delivery.resends),
    ]
}

/// Reads the delivery in a row of [`select`].
pub(crate) fn delivery(row: &Row) -> Result<Delivery, StoreError> {
    let at = Timestamp::from_ms(row.integer(8)?);
    let state = match row.integer::<i64>(7)? {
        SCHEDULED => State::Scheduled { due: at },
        LEASED => {
            let origin = match row.integer::<i64>(10)? {
                -1 => LeaseOrigin::Schedule,
                -2 => LeaseOrigin::Resend,
                -3 => LeaseOrigin::Held,
                -4 => LeaseOrigin::Recover,
                at => LeaseOrigin::Delivered(Timestamp::from_ms(
                    u64::try_from(at).unwrap_or_default(),
                )),
            };
            State::Leased(Lease { until: at, version: Version::new(row.integer(9)?), origin })
        }
        DELIVERED => State::Delivered { at },
        HELD => State::Held,
        unknown => return Err(StoreError(format!("delivery in unknown state {unknown}"))),
    };
    Ok(Delivery {
        seq: Seq::new(row.integer(0)?),
        event_id: row.parsed(1)?,
        event_type: row.parsed(2)?,
        // Empty without a trace.
        trace: if row.text(13)?.is_empty() { None } else { Some(row.parsed(13)?) },
        bytes: row.integer(12)?,
        accepted_at: Timestamp::from_ms(row.integer(3)?),
        epoch: Epoch::new(row.integer(4)?),
        attempts: row.integer(5)?,
        token: LeaseToken::new(row.integer(6)?),
        resends: row.integer(11)?,
        state,
    })
}

/// Writes a value as one line of JSON, for example an attempt for the column `history`.
pub(crate) fn line(value: &impl Serialize) -> Result<String, StoreError> {
    let line = serde_json::to_string(value).map_err(|error| StoreError(error.to_string()))?;
    Ok(line + "\n")
}

/// Reads the latest attempt in the column `history`.
pub(crate) fn latest_attempt(history: &str) -> Result<Option<Attempt>, StoreError> {
    let line = history.lines().next_back();
    let parsed = line.map(serde_json::from_str).transpose();
    parsed.map_err(|_| StoreError("a history is unreadable".to_owned()))
}

/// Reads the attempts in the column `history`.
pub(crate) fn attempts(history: &str) -> Result<Vec<Attempt>, StoreError> {
    let parse = |line| serde_json::from_str(line);
    let parsed: Result<Vec<Attempt>, _> = history.lines().map(parse).collect();
    parsed.map_err(|_| StoreError("a history is unreadable".to_owned()))
}
