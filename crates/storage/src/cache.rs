//! What the object remembers of its storage between turns, so that a healthy delivery reads none.
//!
//! It is what the storage holds at the end of a turn. A turn that fails loses it, and the next
//! reads it anew.

use std::collections::{BTreeMap, BTreeSet};

use domain::base::{Epoch, EventId, Seq, Timestamp, versioned};
use domain::delivery::{Delivery, Health, Recovery, State};
use domain::dispatch::StoreError;
use domain::webhook::Record;

use crate::database::{Database, Row};
use crate::pending::Fresh;
use crate::segments::Pages;
use crate::{segments, tables};

/// How many of the latest event ids are remembered. Events that are published at the same time
/// come in another order than their ids have; not by as many as these.
const RECENT_MAX: usize = 256;

/// What the object remembers of its storage between turns.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Whether the tables are there.
    pub(crate) exists: bool,
    pub(crate) record: Option<Record>,
    pub(crate) health: Health,
    pub(crate) recovery: Option<Recovery>,
    pub(crate) next_seq: Seq,
    pub(crate) recent: Recent,
    pub(crate) slots: Slots,
    pub(crate) pages: Pages,
    pub(crate) fresh: Fresh,
    pub(crate) known: Known,
}

impl Memory {
    /// Nothing is stored.
    fn of_nothing() -> Self {
        Self {
            exists: false,
            record: None,
            health: Health::default(),
            recovery: None,
            next_seq: Seq::new(1),
            recent: Recent::default(),
            slots: Slots::default(),
            pages: Pages::default(),
            fresh: Fresh::default(),
            known: Known::default(),
        }
    }

    /// The webhook's record, if there is one.
    pub const fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// Reads it. Where there is no record, this stores nothing.
    pub(crate) fn load(database: &dyn Database) -> Result<Self, StoreError> {
        let (record, later) = tables::present(database)?;
        if record == 0 {
            return Ok(Self::of_nothing());
        }
        if later < 3 {
            tables::make(database)?;
        }
        let mut memory = Self { exists: true, ..Self::of_nothing() };
        let body = |table: &str| -> Result<Option<Row>, StoreError> {
            Ok(database.run(&format!("SELECT body FROM {table}"), &[])?.pop())
        };
        if let Some(row) = body("record")? {
            memory.record = Some(Record::from_text(row.text(0)?)?);
        }
        if let Some(row) = body("health")? {
            memory.health = versioned::from_text(row.text(0)?)?;
        }
        if let Some(row) = body("recovery")? {
            memory.recovery = Some(versioned::from_text(row.text(0)?)?);
        }
        memory.pages = Pages::load(database)?;
        let mut last = memory
            .pages
            .last
            .as_ref()
            .map_or(0, |last| last.high.max(last.open_from.saturating_sub(1)));
        let mut newest_id = memory.pages.last.as_ref().map(|last| last.newest_id.clone());
        for row in database.run(NEWEST, &[])? {
            if row.optional_text(1)?.is_some() {
                last = last.max(row.integer(0)?);
                newest_id = newest_id.max(Some(row.parsed(1)?));
            }
        }
        memory.fresh = Fresh::load(database)?;
        if let Some((seq, id)) = memory.fresh.newest() {
            last = last.max(seq.get());
            newest_id = newest_id.max(Some(id.clone()));
        }
        let open_from = memory.pages.last.as_ref().map_or(0, |last| last.open_from);
        let arrived = segments::places_from(database, &memory.pages, open_from)?;
        for row in database.run(SLOTS, &[])? {
            let open = Open::read(&row)?;
            let seq = open.delivery.seq;
            last = last.max(seq.get());
            newest_id = newest_id.max(Some(open.delivery.event_id.clone()));
            memory.slots.highest = memory.slots.highest.max(open.slot);
            if seq.get() < open_from || arrived.contains(&seq) {
                memory.slots.free.push(open.slot);
            } else {
                memory.slots.open.insert(seq, open);
            }
        }
        memory.next_seq = Seq::new(last).next();
        memory.recent.floor = newest_id;
        Ok(memory)
    }
}

/// The newest event ids that are stored, so that one that is surely new is known without looking.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent {
    /// Every stored id is at most this one, or is among `ids`.
    floor: Option<EventId>,
    ids: BTreeSet<EventId>,
}

impl Recent {
    /// Whether no event with this id is stored. If not, one may be.
    pub(crate) fn is_new(&self, id: &EventId) -> bool {
        self.floor.as_ref() < Some(id) && !self.ids.contains(id)
    }

    /// An event with this id is stored.
    pub(crate) fn note(&mut self, id: &EventId) {
        if self.floor.as_ref() < Some(id) {
            self.ids.insert(id.clone());
        }
        if self.ids.len() > RECENT_MAX {
            self.floor = self.ids.pop_first();
        }
    }
}

/// The rows of the table `slot`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slots {
    /// Those that hold a delivery whose first try is on its way.
    pub(crate) open: BTreeMap<Seq, Open>,
    /// Those that may be used again.
    pub(crate) free: Vec<i64>,
    /// The highest number that one has, or had.
    pub(crate) highest: i64,
}

/// A row of the table `slot` that is in use.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) slot: i64,
    pub(crate) delivery: Delivery,
    /// How many bytes its payload has.
    pub(crate) bytes: usize,
}

const SLOTS: &str = "SELECT seq, event_id, event_type, accepted_at, epoch, until, version, slot, \
     length(payload), holder FROM slot ORDER BY slot DESC";

/// What is known of the table `delivery`; nothing that is `None`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Those under a lease.
    pub(crate) leased: Option<Vec<Delivery>>,
    /// When the first that waits in an epoch is due, if one waits.
    pub(crate) first_due: Option<(Epoch, Option<Timestamp>)>,
    /// That of none another send was asked for.
    pub(crate) none_asked: bool,
    /// The oldest.
    pub(crate) oldest: Oldest,
}

/// What is known of the oldest row of a table.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Oldest {
    #[default]
    Unknown,
    /// There is none.
    None,
    /// Its place, and when it was accepted.
    Is(Seq, Timestamp),
}

impl Oldest {
    /// One was added.
    pub(crate) fn added(&mut self, seq: Seq, accepted_at: Timestamp) {
        match *self {
            Self::Unknown => {}
            Self::Is(oldest, _) if oldest < seq => {}
            Self::None | Self::Is(..) => *self = Self::Is(seq, accepted_at),
        }
    }

    /// One was removed.
    pub(crate) fn removed(&mut self, seq: Seq) {
        if matches!(*self, Self::Is(oldest, _) if oldest == seq) {
            *self = Self::Unknown;
        }
    }

    /// When it was accepted, if that is known and there is one.
    pub(crate) const fn accepted_at(self) -> Option<Timestamp> {
        match self {
            Self::Is(_, accepted_at) => Some(accepted_at),
            Self::Unknown | Self::None => None,
        }
    }
}

impl Known {
    /// A row was added.
    pub(crate) fn added(&mut self, delivery: &Delivery) {
        if let (Some((epoch, first)), Some(due)) = (&mut self.first_due, due_of(delivery))
            && *epoch == delivery.epoch
        {
            *first = first.map(|first| first.min(due)).or(Some(due));
        }
        self.oldest.added(delivery.seq, delivery.accepted_at);
        self.note(delivery);
    }

    /// A row was changed.
    pub(crate) fn changed(&mut self, delivery: &Delivery) {
        // It may have been the first.
        let is_none_due = self.first_due.is_some_and(|(_, first)| first.is_none());
        if !is_none_due || due_of(delivery).is_some() {
            self.first_due = None;
        }
        self.note(delivery);
    }

    fn note(&mut self, delivery: &Delivery) {
        if let Some(leased) = &mut self.leased {
            leased.retain(|other| other.seq != delivery.seq);
            leased.extend(delivery.open_lease().map(|_| delivery.clone()));
        }
        self.none_asked &= delivery.resends == 0;
    }

    /// Whether none waits in `epoch` that is due at `until`; if not, one may.
    pub(crate) fn none_due(&self, epoch: Epoch, until: Timestamp) -> bool {
        self.first_due
            .is_some_and(|(of, first)| of == epoch && first.is_none_or(|first| first > until))
    }
}

/// When a delivery is due, if it waits.
pub(crate) const fn due_of(delivery: &Delivery) -> Option<Timestamp> {
    match delivery.state {
        State::Scheduled { due } => Some(due),
        State::Leased(_) | State::Delivered { .. } | State::Held => None,
    }
}

/// Each from the end of its index: `max` of two columns at once would read the whole table.
const NEWEST: &str = "SELECT (SELECT max(seq) FROM delivery), (SELECT max(event_id) FROM delivery)";
