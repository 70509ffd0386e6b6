//! The table `in_flight`: deliveries whose first attempt is in flight. Rows are reused.

use std::collections::BTreeMap;

use domain::base::{Epoch, LeaseToken, Seq, Timestamp, Version};
use domain::delivery::{Delivery, Lease, LeaseOrigin, State};
use domain::dispatch::StoreError;

use crate::database::Row;

/// The cached rows of the table `in_flight`.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight {
    /// The rows whose delivery is in flight.
    pub(crate) open: BTreeMap<Seq, InFlightRow>,
    /// The numbers of the rows that may be reused.
    pub(crate) free: Vec<i64>,
    /// The highest number that a row has or had.
    pub(crate) highest: i64,
}

/// A row whose delivery is in flight.
#[derive(Debug, Clone)]
pub(crate) struct InFlightRow {
    /// The number of the row.
    pub(crate) number: i64,
    pub(crate) delivery: Delivery,
    /// The length of its payload, in bytes.
    pub(crate) bytes: usize,
}

impl InFlightRow {
    /// Reads the delivery in a row. Its payload is not read.
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        let until = Timestamp::from_ms(row.integer(5)?);
        let (version, origin) = (Version::new(row.integer(6)?), LeaseOrigin::Schedule);
        let lease = Lease { until, version, origin };
        let delivery = Delivery {
            seq: Seq::new(row.integer(0)?),
            event_id: row.parsed(1)?,
            event_type: row.parsed(2)?,
            accepted_at: Timestamp::from_ms(row.integer(3)?),
            epoch: Epoch::new(row.integer(4)?),
            bytes: row.integer(8)?,
            attempts: 1,
            token: LeaseToken::new(1),
            resends: 0,
            state: State::Leased(lease),
        };
        Ok(Self { number: row.integer(7)?, delivery, bytes: row.integer(8)? })
    }
}
