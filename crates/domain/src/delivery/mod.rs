//! Deliveries: when an attempt is due, what its outcome means, and how the receiver is doing.
//!
//! This room defines the values that the state machine in [`dispatch`](crate::dispatch) works on: a
//! delivery's states, the retry schedule, the verdict on an outcome, the receiver's health, the
//! backlog, the recovery, the history, and the POST itself. It must not use storage, send requests
//! or change a webhook. Begin with [`state`], then [`verdict`] and [`health`].

pub mod schedule;
pub mod retry_after;
pub mod signals;
pub mod rules;
pub mod verdict;
pub mod fault;
pub mod attempt;
pub mod latest_filter;
pub mod state;
pub mod track_record;
pub mod trimmed;
pub mod health;
pub mod recovery;
pub mod gate;
pub mod history;
pub mod series;
pub mod backlog;
pub mod outbound;
pub mod listener;
pub mod ping;

pub use self::attempt::{Attempt, AttemptResult, Cause};
pub use self::backlog::Backlog;
pub use self::fault::Fault;
pub use self::gate::{Gate, Next, WaitsFor};
pub use self::health::{
    Health, Mode, OUTAGE_AFTER, PROBE_FIRST_AFTER, PROBE_RETRY_AFTER, Transition, Window,
};
pub use self::history::{Counts, DeliveryView, HistoryPage, HistoryQuery, Listed, Status};
pub use self::latest_filter::{LatestFilter, StatusCodes};
pub use self::listener::{
    ClientFrame, FrameError, ListenerAnswer, ListenerOrder, ListenerReply, NoAnswer, cancel_frame,
    ready_frame,
};
pub use self::outbound::{Envelope, Outbound, Post, PostError};
pub use self::ping::PingResult;
pub use self::recovery::{Missed, Recovery, RecoveryScope, RecoveryState, RecoveryView};
pub use self::rules::Rules;
pub use self::schedule::{Jitter, Schedule};
pub use self::series::{
    CountedSteps, DurationClass, SeriesPart, SeriesQuery, SeriesView, StepCounts, add_steps,
};
pub use self::signals::{SignalHeaders, Signals, Wish};
pub use self::state::{AfterLoss, Delivery, Lease, LeaseOrigin, State};
pub use self::track_record::{JUDGED_DELIVERIES, Standing, TrackRecord};
pub use self::trimmed::{Excess, Extent, Trimmed};
pub use self::verdict::{Answer, Load, Outcome, SendError, Verdict};
